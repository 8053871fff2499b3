#include "outbox/handed.h"

#include "base/clock.h"
#include "outbox/fence.h"
#include "outbox/row.h"

#include <string.h>

enum { HANDED_MS = 10 * 60 * 1000 };

/* More than the limit are not kept for their receipts: what was handed first counts as delivered.
 */
static void forget_oldest(struct outbox *o)
{
    if (o->config.max_rows > 0 && o->handed_count > o->config.max_rows) {
        outbox_done(LIST_OF(struct row, o->handed.next, handed_link));
    }
}

void handed_take(struct row *row)
{
    struct outbox *o = row->outbox;
    const struct outbox_edge *edge = o->edges[row->record.side];

    row_set_suspect(row, false);
    if (row->server->is_stored) {
        outbox_done(row);
        return;
    }
    row_set_sent(row, true, true);
    row_store(row);
    if (edge->routed != NULL) {
        edge->routed(edge->ctx, &row->record, row->sending);
    }
    forget_oldest(o);
}

/* Many clients send no receipts: what was handed and survived on the link for ten minutes counts as
 * delivered. */
void handed_tick(struct outbox *o)
{
    time_ms now = clock_monotonic_ms();

    list_for_each_safe (struct row, row, &o->handed, handed_link) {
        if (now - row->since < HANDED_MS) {
            break; /* they lie in order of time, about */
        }
        outbox_done(row);
    }
}

/* ---- what has arrived ---- */

uint64_t outbox_sendings(const struct outbox *o)
{
    return o->sendings;
}

/* Of a row whose first fence failed it is not known whether the next server had it when a later one
 * was answered: where servers speak to servers, another connection may have brought that answer. */
static bool is_between(const struct row *row, const char *to, uint64_t after, uint64_t until)
{
    return !row->survived && row->sending > after && row->sending <= until &&
           strcmp(row->record.to, to) == 0;
}

bool outbox_awaits(const struct outbox *o, const char *to, uint64_t after, uint64_t until)
{
    list_for_each (struct row, row, &o->handed, handed_link) {
        if (is_between(row, to, after, until)) {
            return true;
        }
    }
    return false;
}

void outbox_arrived(struct outbox *o, const char *to, uint64_t after, uint64_t until)
{
    list_for_each_safe (struct row, row, &o->handed, handed_link) {
        if (is_between(row, to, after, until)) {
            outbox_done(row);
        }
    }
}
