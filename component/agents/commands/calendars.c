#include "agents/administering.h"

static void run(struct command_call *c)
{
    administering_list(c, SETTING_CALENDAR);
}

const struct command command_calendars = {
    .word = "calendars",
    .alias = "kalender",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_ADMINISTRATOR),
    .only_reads = true,
    .help = N_("all opening hours, and where each is configured"),
    .run = run,
};
