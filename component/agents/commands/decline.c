#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    if (desk_agent_decline(c->agents->desk, clock_utc_ms(), c->agent, c->local) == DESK_OK) {
        command_say(c, N_("Left to others."));
    } else {
        command_fail(c, N_("This chat is not offered to you."));
    }
}

const struct command command_decline = {
    .word = "decline",
    .alias = "ablehnen",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .help = N_("leave this offer to others"),
    .run = run,
};
