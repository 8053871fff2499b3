#include "agents/commands.h"
#include "base/clock.h"

void command_end(const struct command_call *c)
{
    bool done = desk_agent_end(c->agents->desk, clock_utc_ms(), c->agent, c->local) == DESK_OK;

    messages_reply(c->agents, c->stanza,
                   done ? "— The chat has ended." : "— This chat is not yours to end.");
}
