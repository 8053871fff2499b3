/* A line of an agent's on a ticket that came back from its requester's server: the ticket is read,
 * and the desk says so (desk/unreached.h). */
#include "base/clock.h"
#include "base/mem.h"
#include "desk/desk_tickets.h"
#include "desk/unreached.h"
#include "visitors/visitors_state.h"

#include <stdlib.h>

struct returned {
    struct visitors *v;
    int64_t number;
    int64_t sequence;
    struct list link; /* visitors::returned */
};

static void returned_destroy(struct returned *r)
{
    list_remove(&r->link);
    free(r);
}

void returned_free(struct visitors *v)
{
    list_for_each_safe (struct returned, r, &v->returned, link) {
        returned_destroy(r);
    }
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct returned *r = ctx;

    desk_load_ticket(r->v->desk, r->number, answer->ticket);
    desk_ticket_returned(r->v->desk, clock_utc_ms(), r->number, r->sequence);
    returned_destroy(r);
}

void returned_line(struct visitors *v, int64_t number, int64_t sequence)
{
    struct returned *r = mem_alloc(sizeof *r);

    r->v = v;
    r->number = number;
    r->sequence = sequence;
    list_append(&v->returned, &r->link);
    desk_await_ticket(v->desk, number);
    storage_ticket(v->storage, number, on_ticket, r);
}
