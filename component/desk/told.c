#include "desk/told.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>

void told_init(struct told *t)
{
    t->agents = map_create();
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

void told_note(struct told *t, const char *agent, int64_t sequence)
{
    int64_t *last = map_get(t->agents, agent);

    if (last == NULL) {
        last = mem_alloc(sizeof *last);
        map_set(t->agents, agent, last);
    }
    *last = sequence;
}

bool told_again(struct told *t, const char *agent, int64_t sequence)
{
    const int64_t *last = map_get(t->agents, agent);

    if (last != NULL && sequence <= *last) {
        return true;
    }
    told_note(t, agent, sequence);
    return false;
}
