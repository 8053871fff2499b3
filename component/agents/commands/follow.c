#include "agents/call.h"

static void run(struct command_call *c)
{
    switch (desk_agent_follow(c->agents->desk, c->agent, c->local, true)) {
    case DESK_OK:
        command_say(c, N_("You are told each page that the visitor goes to."));
        break;
    case DESK_REPEATED:
        command_say(c, N_("You follow this visitor already."));
        break;
    default:
        command_fail(c, N_("Only who has an open chat with the visitor can follow."));
        break;
    }
}

const struct command command_follow = {
    .word = "follow",
    .alias = "folgen",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .only_reads = true,
    .help = N_("be told each page that the visitor goes to, until the chat ends"),
    .run = run,
};
