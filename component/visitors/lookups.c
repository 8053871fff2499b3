#include "visitors/lookups.h"

#include "visitors/claim.h"

void lookups_add(struct claim *c)
{
    struct visitors *v = c->v;

    if (v->lookups < LOOKUPS_MAX) {
        v->lookups++;
        checkin_look_up(c);
    } else {
        list_append(&v->looked_up_next, &c->lookup_link);
    }
}

void lookups_done(struct visitors *v)
{
    v->lookups--;
    if (!list_is_empty(&v->looked_up_next)) {
        struct claim *next = LIST_OF(struct claim, v->looked_up_next.next, lookup_link);
        list_remove(&next->lookup_link);
        lookups_add(next);
    }
}

void lookups_cancel(struct claim *c)
{
    struct visitors *v = c->v;

    if (!list_is_empty(&c->lookup_link)) {
        list_remove(&c->lookup_link);
    } else {
        storage_cancel(v->storage, c->e->request);
        lookups_done(v);
    }
}
