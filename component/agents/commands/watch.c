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
    } else {
        who_refuse(c, result);
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
