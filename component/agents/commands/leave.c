#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    switch (desk_agent_leave(c->agents->desk, clock_utc_ms(), c->agent, c->local)) {
    case DESK_OK:
        command_say(c, N_("You have left this chat."));
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This chat is yours: hand it over (%ctransfer) or end it (%cend)."),
                     c->agents->config.command_prefix, c->agents->config.command_prefix);
        break;
    default:
        command_fail(c, N_("You are not in this chat."));
        break;
    }
}

const struct command command_leave = {
    .word = "leave",
    .alias = "verlassen",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .help = N_("leave this chat, which another agent has"),
    .run = run,
};
