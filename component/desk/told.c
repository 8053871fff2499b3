#include "desk/told.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

void told_init(struct told *t, int64_t last_run)
{
    t->agents = map_create();
    t->last_run = last_run;
}

void told_finish(struct told *t)
{
    size_t at = 0;
    const char *agent;
    void *last;

    while (map_next(t->agents, &at, &agent, &last)) {
        free(last);
    }
    map_destroy(t->agents);
}

bool told_again(struct told *t, const char *agent, int64_t sequence)
{
    int64_t *last = map_get(t->agents, agent);

    if (last == NULL) {
        last = mem_alloc(sizeof *last);
        *last = t->last_run;
        map_set(t->agents, agent, last);
    }
    if (sequence <= *last) {
        return true;
    }
    *last = sequence;
    return false;
}
