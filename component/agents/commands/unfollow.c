#include "agents/call.h"

static void run(struct command_call *c)
{
    switch (desk_agent_follow(c->agents->desk, c->agent, c->local, false)) {
    case DESK_OK:
        command_say(c, N_("You do not follow this visitor any more."));
        break;
    case DESK_REPEATED:
        command_say(c, N_("You do not follow this visitor."));
        break;
    default:
        command_fail(c, N_("Only who has an open chat with the visitor can follow."));
        break;
    }
}

const struct command command_unfollow = {
    .word = "unfollow",
    .alias = "nichtfolgen",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .only_reads = true,
    .help = N_("do not follow any more"),
    .run = run,
};
