#include "agents/commands.h"
#include "agents/words.h"

/* The department that was written to; at the service, all of the agent's. */
void command_queue(const struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    struct department_view p;
    struct buf text;
    const char *id;

    buf_init(&text, 16 * 1024);
    for (size_t i = 0; (id = desk_agent_department(desk, c->agent, i)) != NULL; i++) {
        if (desk_department(desk, id, &p)) {
            buf_printf(&text, "%s— %s: ", text.len > 0 ? "\n" : "", p.name);
            agent_words_queue(&text, &p);
        }
    }
    messages_reply(c->agents, c->stanza, text.bytes);
    buf_finish(&text);
}
