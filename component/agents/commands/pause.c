#include "agents/call.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTES_MAX = 24 * 60, MINUTE_MS = 60 * 1000 };

/* 0: until they say so. False: no number of minutes. */
static bool read_minutes(const char *text, unsigned *minutes)
{
    size_t len = strlen(text);

    *minutes = 0;
    if (len == 0) {
        return true;
    }
    if (len > 4 || strspn(text, "0123456789") != len) {
        return false;
    }
    *minutes = (unsigned)strtoul(text, NULL, 10);
    return *minutes >= 1 && *minutes <= MINUTES_MAX;
}

static void run(struct command_call *c)
{
    time_ms now = clock_utc_ms();
    char prefix = c->agents->config.command_prefix;
    unsigned minutes;

    if (!read_minutes(command_value(c, "minutes"), &minutes)) {
        command_fail(c, N_("A pause is of 1 to %d minutes, or, without a number, until %con."),
                     MINUTES_MAX, prefix);
    } else if (desk_agent_duty(c->agents->desk, now, c->agent, DUTY_PAUSE,
                               minutes > 0 ? now + (time_ms)minutes * MINUTE_MS : 0) != DESK_OK) {
        command_fail(c, N_("You are not on duty; %con begins it."), prefix);
    } else if (minutes > 0) {
        command_say(c,
                    N_("You are in a pause, minutes: %u. Nothing is offered to you; it ends by "
                       "itself, or with %con."),
                    minutes, prefix);
    } else {
        command_say(c, N_("You are in a pause: nothing is offered to you until %con."), prefix);
    }
}

const struct command command_pause = {
    .word = "pause",
    .alias = "pause",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS,
    .usage = N_("[MINUTES]"),
    .help = N_("be offered nothing for so many minutes, or until you are on duty again"),
    .fields = {{.name = "minutes", .label = N_("Minutes"), .kind = FIELD_WORD}},
    .run = run,
};
