#include "desk/taker.h"

#include "desk/desk_state.h"
#include "desk/routing.h"

bool taker_serves(const struct chat *c, const struct agent *a)
{
    const struct department *p = c->department;

    return department_has(p, a) ||
           (c->overflows && p->overflow != NULL && department_has(p->overflow, a));
}

bool taker_may_claim(const struct chat *c, const struct agent *a)
{
    return taker_serves(c, a) && routing_is_for(c, a);
}

struct agent *taker_at(const struct chat *c, size_t at)
{
    const struct department *p = c->department;

    if (at < p->agent_count) {
        return p->agents[at];
    }
    at -= p->agent_count;
    return c->overflows && p->overflow != NULL && at < p->overflow->agent_count
               ? p->overflow->agents[at]
               : NULL;
}

bool taker_may_be_asked(const struct chat *c, const struct agent *a)
{
    return routing_is_for(c, a) &&
           department_may_ask(c->department, c->rules, a, &c->visitor->record);
}

bool taker_is_there(const struct chat *c)
{
    const struct agent *a;

    for (size_t i = 0; c->department->is_open && (a = taker_at(c, i)) != NULL; i++) {
        if (agent_is_there(a) &&
            department_may_ask(c->department, c->rules, a, &c->visitor->record)) {
            return true;
        }
    }
    return false;
}

bool taker_is_single(const struct chat *c)
{
    return c->department->routing != ROUTING_ALL;
}

/* Has had the offer in this round, or does not want it. */
static bool was_asked(const struct chat *c, const struct offer *o)
{
    return o != NULL && (o->state == OFFER_DECLINED ||
                         (taker_is_single(c) && (o->state == OFFER_PASSED || o->is_over)));
}

unsigned taker_tier(const struct chat *c, const struct agent *a)
{
    unsigned tier = a->availability == AVAILABILITY_AWAY ? TAKER_PREFERRED_AWAY : TAKER_PREFERRED;

    if (!c->department->is_open || !agent_is_there(a) || agent_free_seats(a) == 0 ||
        !routing_has_room(c, a) || !taker_may_be_asked(c, a) || was_asked(c, offer_find(c, a))) {
        return TAKER_TIERS;
    }
    tier += department_prefers(c->department, c->rules, a, &c->visitor->record) ? 0 : 1;
    return tier < c->reach ? c->reach : tier;
}
