/* check_link.h - `tresen check` as a component: logs in as the daemon would, with no departments
 * and nothing stored, and tries rosters. Only while no daemon runs: a second link would evict or
 * split the first. */
#pragma once

#include "check_archive.h"
#include "transport/link.h"
#include "trial.h"

struct config;

struct check_link {
    bool up;
    enum link_fault fault; /* why not */
    bool tried;            /* rosters */
    struct trial_result trial;
    struct check_archives archives; /* as far as they were asked */
};

/* trial: bare JID of an agent, or NULL. Blocks for as long as it takes, at most a minute. NULL, or
 * what could not even be begun (free()). */
char *check_link_run(const struct config *config, const char *trial, struct check_link *result);
/* agents_config from the file; strings are borrowed. */
struct agents_config check_agents_config(const struct config *config);
