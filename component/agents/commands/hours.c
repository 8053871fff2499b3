/* Opening hours: calendars that departments name. */
#include "agents/administering.h"

static bool check(struct command_call *c)
{
    return administering_check(c, SETTING_CALENDAR, 2);
}

static void run(struct command_call *c)
{
    administering_run(c, SETTING_CALENDAR);
}

const struct command command_hours = {
    .word = "hours",
    .alias = "zeiten",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_ADMINISTRATOR),
    .usage = N_("add|change|remove ID [hours=mon-fri 09:00-17:00; ...] [holidays=12-25; ...] "
                "[zone=ZONE]"),
    .help = N_("opening hours and holidays, for departments to name"),
    .named = 2,
    .fields = {{.name = "act",
                .label = N_("What is to be done"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = administering_act},
               {.name = "id",
                .label = N_("Id: small letters, digits and hyphens"),
                .kind = FIELD_WORD,
                .required = true},
               {.name = "hours", .label = N_("Hours, a line each"), .kind = FIELD_LINES},
               {.name = "holidays", .label = N_("Holidays, a line each"), .kind = FIELD_LINES},
               {.name = "zone", .label = N_("Time zone"), .kind = FIELD_WORD}},
    .check = check,
    .run = run,
};
