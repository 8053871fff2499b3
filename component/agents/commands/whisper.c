#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    if (desk_agent_whisper(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                           command_value(c, "text")) == DESK_OK) {
        command_say(c, N_("Said to the agents of this chat only, and kept as a note."));
    } else {
        command_fail(c, N_("You are not in this chat."));
    }
}

const struct command command_whisper = {
    .word = "whisper",
    .alias = "flüstern",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .usage = N_("TEXT"),
    .help = N_("say something to the agents of this chat, not to the visitor"),
    .fields = {{.name = "text", .label = N_("Text"), .kind = FIELD_LINES, .required = true}},
    .run = run,
};
