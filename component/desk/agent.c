#include "desk/agent.h"

#include "base/mem.h"
#include "desk/offer.h"

#include <stdint.h>
#include <stdlib.h>

struct agent *agent_create(const struct desk_agent_config *config)
{
    struct agent *a = mem_alloc(sizeof *a);

    a->jid = mem_dup(config->jid);
    agent_configure(a, config);
    a->availability = AVAILABILITY_GONE;
    a->contacts = map_create();
    a->room = SIZE_MAX;
    list_init(&a->chats);
    list_init(&a->offers);
    list_init(&a->seated);
    return a;
}

void agent_destroy(struct agent *a)
{
    free(a->jid);
    free(a->name);
    map_destroy(a->contacts);
    free(a);
}

void agent_configure(struct agent *a, const struct desk_agent_config *config)
{
    mem_replace(&a->name, config->name);
    a->capacity = config->capacity;
}

unsigned agent_free_seats(const struct agent *a)
{
    return a->active >= a->capacity ? 0 : a->capacity - a->active;
}

size_t agent_open_seats(const struct agent *a)
{
    size_t seats = agent_free_seats(a);
    size_t offered = 0;

    list_for_each (struct offer, o, &a->offers, agent_link) {
        offered += o->declined ? 0 : 1;
    }
    if (offered >= seats) {
        return seats;
    }
    return a->room >= seats - offered ? seats : offered + a->room;
}

bool agent_is_there(const struct agent *a)
{
    return a->availability == AVAILABILITY_FREE || a->availability == AVAILABILITY_AWAY;
}

bool agent_is_lost(const struct agent *a)
{
    return a->availability == AVAILABILITY_GONE || a->availability == AVAILABILITY_DOUBTFUL;
}
