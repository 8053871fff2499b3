#include "agents/call.h"
#include "agents/words.h"
#include "base/clock.h"

enum { NAMED = 50 };

/* All departments of the agent; who is none is shown every one. */
static const char *department_at(const struct desk *desk, const char *who, size_t at)
{
    if (desk_is_agent(desk, who)) {
        return desk_agent_department(desk, who, at);
    }
    return at < desk_department_count(desk) ? desk_department_id(desk, at) : NULL;
}

/* Who waits, but only to those who may look at the visitor. */
static void add_waiting(struct command_call *c, const char *department)
{
    const struct desk *desk = c->agents->desk;
    struct visitor_view v;
    struct chat_view chat;
    struct buf line;

    buf_init(&line, 2048);
    for (size_t i = 0; i < NAMED && desk_waiting(desk, department, i, &chat); i++) {
        if (card_may_see(c->agents, c->agent, chat.visitor) &&
            desk_visitor(desk, chat.visitor, &v)) {
            buf_reset(&line);
            agent_words_chat(&line, c->language, &v, &chat, clock_utc_ms());
            command_add(c, line.bytes);
        }
    }
    buf_finish(&line);
}

static void run(struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    struct department_view p;
    struct buf line;
    const char *id;

    buf_init(&line, 1024);
    for (size_t i = 0; (id = department_at(desk, c->agent, i)) != NULL; i++) {
        if (desk_department(desk, id, &p)) {
            buf_reset(&line);
            buf_printf(&line, "%s: ", p.name);
            agent_words_queue(&line, c->language, &p);
            command_add(c, line.bytes);
            add_waiting(c, id);
        }
    }
    buf_finish(&line);
}

const struct command command_queue = {
    .word = "queue",
    .alias = "schlange",
    .places = AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .help = N_("who waits, and who is there"),
    .run = run,
};
