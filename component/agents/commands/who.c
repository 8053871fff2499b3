#include "agents/call.h"
#include "agents/words.h"

/* Agents know their own departments; who has another role knows all. */
static bool may_see(const struct command_call *c, const char *agent)
{
    const struct desk *desk = c->agents->desk;
    const char *id;

    if (!desk_is_agent(desk, c->agent)) {
        return true;
    }
    for (size_t i = 0; (id = desk_agent_department(desk, c->agent, i)) != NULL; i++) {
        if (desk_is_agent_of(desk, agent, id)) {
            return true;
        }
    }
    return false;
}

static void run(struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    struct agent_view view;
    struct buf line;

    buf_init(&line, 1024);
    for (size_t i = 0; i < desk_agent_count(desk); i++) {
        const char *jid = desk_agent_jid(desk, i);
        if (may_see(c, jid) && desk_agent(desk, jid, &view)) {
            buf_reset(&line);
            agent_words_agent(&line, c->language, &view);
            command_add(c, line.bytes);
        }
    }
    buf_finish(&line);
}

const struct command command_who = {
    .word = "who",
    .alias = "wer",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .help = N_("agents: are they there, how many chats have they"),
    .run = run,
};
