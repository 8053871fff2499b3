#include "desk/agent.h"

#include "base/mem.h"

#include <stdlib.h>

void agent_init(struct agent *a, const struct desk_agent_config *config)
{
    a->jid = mem_dup(config->jid);
    a->name = mem_dup(config->name);
    a->capacity = config->capacity;
    a->availability = AVAILABILITY_GONE;
    a->contacts = map_create();
    list_init(&a->chats);
    list_init(&a->offers);
    list_init(&a->seated);
}

void agent_finish(struct agent *a)
{
    free(a->jid);
    free(a->name);
    map_destroy(a->contacts);
}

unsigned agent_free_seats(const struct agent *a)
{
    return a->active >= a->capacity ? 0 : a->capacity - a->active;
}

bool agent_is_there(const struct agent *a)
{
    return a->availability == AVAILABILITY_FREE || a->availability == AVAILABILITY_AWAY;
}

bool agent_is_lost(const struct agent *a)
{
    return a->availability == AVAILABILITY_GONE || a->availability == AVAILABILITY_DOUBTFUL;
}
