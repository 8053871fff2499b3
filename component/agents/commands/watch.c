#include "agents/call.h"
#include "agents/who.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    const char *visitor = who_visitor(c, "number");
    enum desk_result result =
        visitor != NULL ? desk_agent_watch(c->agents->desk, clock_utc_ms(), c->agent, visitor)
                        : DESK_NOT_FOUND;

    if (result == DESK_OK) {
        command_say(c, N_("You read this chat now. What you write there is not passed on."));
        handover_tell(c->agents, c->agent, visitor);
    } else if (result == DESK_REPEATED) {
        command_fail(c, N_("You are in this chat already."));
    } else if (result == DESK_FULL) {
        command_fail(c, N_("All of your slots are in use or rest."));
    } else if (result == DESK_FORBIDDEN) {
        command_fail(c,
                     N_("This needs a supervisor who is an agent, too. Ask an administrator to add "
                        "you to the agents of a department; with \"duty: explicit\" you are "
                        "offered nothing until you say so."));
    } else {
        command_fail(c, N_("Nobody has a chat with this visitor or number."));
    }
}

const struct command command_watch = {
    .word = "watch",
    .alias = "mitlesen",
    .places = AT_VISITOR | AT_DEPARTMENT,
    .roles = ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER]"),
    .help = N_("read a chat, here or of that number"),
    .fields = {{.name = "number", .label = N_("Number of the chat"), .kind = FIELD_WORD}},
    .run = run,
};
