#include "agents/call.h"
#include "agents/words.h"
#include "base/clock.h"

static void say_taken(struct command_call *c, const char *visitor)
{
    struct visitor_view v;
    struct buf name;

    buf_init(&name, 1024);
    if (desk_visitor(c->agents->desk, visitor, &v)) {
        agent_words_name(&name, c->language, &v);
        /* translators: "Ada (visitor 1042)" */
        command_say(c, N_("%s is yours now."), name.bytes);
    }
    buf_finish(&name);
}

static void run(struct command_call *c)
{
    const char *visitor = NULL;

    switch (desk_agent_next(c->agents->desk, clock_utc_ms(), c->agent, &visitor)) {
    case DESK_OK:
        say_taken(c, visitor);
        break;
    case DESK_FULL:
        command_fail(c, N_("All of your slots are in use or rest."));
        break;
    default:
        command_fail(c, N_("Nobody waits whom you have not declined."));
    }
}

const struct command command_next = {
    .word = "next",
    .alias = "weiter",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS,
    .help = N_("take who is first in line in your departments"),
    .run = run,
};
