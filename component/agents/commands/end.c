#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    if (desk_agent_end(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                       command_value(c, "reason")) == DESK_OK) {
        command_say(c, N_("The chat has ended."));
    } else {
        command_fail(c, N_("This chat is not yours to end."));
    }
}

const struct command command_end = {
    .word = "end",
    .alias = "ende",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .usage = N_("[REASON]"),
    .help = N_("end this chat; once more: take the contact away at once"),
    .fields = {{.name = "reason", .label = N_("Reason, for the record"), .kind = FIELD_LINE}},
    .run = run,
};
