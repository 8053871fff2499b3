#include "base/pace.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

struct paces {
    unsigned burst;
    unsigned interval_ms;
    size_t names_max;
    struct map *levels; /* name -> time_ms */
};

bool pace_take(time_ms *level, unsigned burst, unsigned interval_ms, time_ms now)
{
    time_ms from = *level > now ? *level : now;

    if (from - now > (time_ms)interval_ms * (burst - 1)) {
        return false;
    }
    *level = from + interval_ms;
    return true;
}

struct paces *paces_create(unsigned burst, unsigned interval_ms, size_t names_max)
{
    struct paces *p = mem_alloc(sizeof *p);

    p->burst = burst;
    p->interval_ms = interval_ms;
    p->names_max = names_max;
    p->levels = map_create();
    return p;
}

static void forget(struct paces *p, time_ms now, bool all)
{
    size_t at = 0;
    const char *name;
    void *value;

    while (map_next(p->levels, &at, &name, &value)) {
        const time_ms *level = value;
        if (all || *level <= now) {
            map_remove(p->levels, name);
            free(value);
        }
    }
}

void paces_destroy(struct paces *p)
{
    if (p == NULL) {
        return;
    }
    forget(p, 0, true);
    map_destroy(p->levels);
    free(p);
}

bool paces_take(struct paces *p, const char *name, time_ms now)
{
    time_ms *level = map_get(p->levels, name);

    if (level == NULL) {
        if (map_count(p->levels) >= p->names_max) {
            return false;
        }
        level = mem_alloc(sizeof *level);
        map_set(p->levels, name, level);
    }
    return pace_take(level, p->burst, p->interval_ms, now);
}

void paces_tick(struct paces *p, time_ms now)
{
    forget(p, now, false);
}
