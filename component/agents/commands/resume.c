#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    if (desk_agent_resume(c->agents->desk, clock_utc_ms(), c->agent, c->local) == DESK_OK) {
        command_say(c, N_("The visitor was told that you are back."));
    } else {
        command_fail(c, N_("You have not put this chat on hold."));
    }
}

const struct command command_resume = {
    .word = "resume",
    .alias = "zurück",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .help = N_("tell the visitor that you are back"),
    .run = run,
};
