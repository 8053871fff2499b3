#include "agents/commands.h"
#include "base/clock.h"

void command_decline(const struct command_call *c)
{
    bool done = desk_agent_decline(c->agents->desk, clock_utc_ms(), c->agent, c->local) == DESK_OK;

    messages_reply(c->agents, c->stanza,
                   done ? "— Left to others." : "— This chat is not offered to you.");
}
