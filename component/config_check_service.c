/* Service levels: what has no target says nothing, and of two for one priority one would be for
 * nobody. */
#include "config_table.h"

#include "base/mem.h"

#include <stdlib.h>

static bool complain_at(struct config_draft *d, size_t department, size_t level, const char *rest,
                        const char *words)
{
    char *key = mem_print("departments[%zu].service_levels[%zu]%s", department, level, rest);

    config_complain(d, config_line(&d->config, key), key, mem_dup(words));
    free(key);
    return false;
}

static bool check_level(struct config_draft *d, size_t department, size_t at)
{
    const struct config_service_level *levels = d->config.departments[department].service_levels;
    const struct config_service_level *level = &levels[at];

    if (level->first_answer_s + level->next_answer_s + level->solution_s == 0) {
        return complain_at(d, department, at, "",
                           "has no effect: there must be first_answer, next_answer or solution");
    }
    for (size_t i = 0; i < at; i++) {
        if (levels[i].priority == level->priority) {
            return complain_at(d, department, at, ".priority",
                               "there is a level of this priority already");
        }
    }
    return true;
}

bool config_check_service(struct config_draft *d)
{
    for (size_t i = 0; i < d->config.department_count; i++) {
        for (size_t k = 0; k < d->config.departments[i].service_level_count; k++) {
            if (!check_level(d, i, k)) {
                return false;
            }
        }
    }
    return true;
}
