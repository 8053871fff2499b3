#include "agents/administering.h"

static void run(struct command_call *c)
{
    administering_list(c, SETTING_DEPARTMENT);
}

const struct command command_departments = {
    .word = "departments",
    .alias = "abteilungen",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_ADMINISTRATOR),
    .only_reads = true,
    .help = N_("all departments, and where each is configured"),
    .run = run,
};
