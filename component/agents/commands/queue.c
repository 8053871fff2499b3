#include "agents/commands.h"
#include "agents/words.h"

/* All departments of the agent; a supervisor who is none is shown every one. */
static const char *department_at(const struct desk *desk, const char *who, size_t at)
{
    if (desk_is_agent(desk, who)) {
        return desk_agent_department(desk, who, at);
    }
    return at < desk_department_count(desk) ? desk_department_id(desk, at) : NULL;
}

void command_queue(const struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    struct department_view p;
    struct buf text;
    const char *id;

    buf_init(&text, 16 * 1024);
    for (size_t i = 0; (id = department_at(desk, c->agent, i)) != NULL; i++) {
        if (desk_department(desk, id, &p)) {
            buf_printf(&text, "%s— %s: ", text.len > 0 ? "\n" : "", p.name);
            agent_words_queue(&text, agents_language(c->agents, c->agent), &p);
        }
    }
    messages_reply(c->agents, c->stanza, text.bytes);
    buf_finish(&text);
}
