#include "agents/administering.h"

static void run(struct command_call *c)
{
    administering_list(c, SETTING_AGENT);
}

const struct command command_agents = {
    .word = "agents",
    .alias = "mitarbeiterliste",
    .places = AT_SERVICE,
    .roles = ROLE_BIT(ROLE_ADMINISTRATOR),
    .only_reads = true,
    .help = N_("all agents, and where each is configured"),
    .run = run,
};
