#include "agents/call.h"
#include "base/clock.h"

#include <stdlib.h>

enum { HOLD_MINUTES = 10 };

/* 0: no number; anything that is too large stays so. */
static unsigned read_minutes(const char *text)
{
    char *end;
    long value = text[0] != '\0' ? strtol(text, &end, 10) : HOLD_MINUTES;

    if (text[0] != '\0' && *end != '\0') {
        return 0;
    }
    return value < 0 || value > HOLD_MINUTES_MAX ? HOLD_MINUTES_MAX + 1 : (unsigned)value;
}

static void run(struct command_call *c)
{
    unsigned minutes = read_minutes(command_value(c, "minutes"));

    switch (desk_agent_hold(c->agents->desk, clock_utc_ms(), c->agent, c->local, minutes)) {
    case DESK_OK:
        command_say(c,
                    N_("On hold: the visitor was told that you come back. You are reminded in %u "
                       "min; a line of yours ends it, or %cresume."),
                    minutes, c->agents->config.command_prefix);
        break;
    case DESK_FORM:
        command_fail(c, N_("Minutes are a number from 1 to %d."), (int)HOLD_MINUTES_MAX);
        break;
    default:
        command_fail(c, N_("This chat is not yours."));
    }
}

const struct command command_hold = {
    .word = "hold",
    .alias = "warten",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .usage = N_("[MINUTES]"),
    .help = N_("tell the visitor that you come back, and be reminded"),
    .fields = {{.name = "minutes", .label = N_("Minutes"), .kind = FIELD_WORD}},
    .run = run,
};
