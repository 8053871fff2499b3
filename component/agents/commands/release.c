#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    if (desk_agent_release(c->agents->desk, clock_utc_ms(), c->agent, c->local) == DESK_OK) {
        command_say(c, N_("The chat is back in the queue, first in line. The visitor was told."));
    } else {
        command_fail(c, N_("This chat is not yours."));
    }
}

const struct command command_release = {
    .word = "release",
    .alias = "zurückgeben",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .help = N_("give this chat back to the queue, first in line"),
    .run = run,
};
