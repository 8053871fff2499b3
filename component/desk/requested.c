#include "desk/requested.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/ticket.h"

#include <stdlib.h>
#include <string.h>

static void ticket_finish(struct visitor_ticket *t)
{
    ticket_release(&t->record);
    free((char *)(uintptr_t)t->first_line);
    free((char *)(uintptr_t)t->last_agent);
    free((char *)(uintptr_t)t->last_id);
}

void requested_finish(struct requested *r)
{
    for (size_t i = 0; i < r->count; i++) {
        ticket_finish(&r->tickets[i]);
    }
    free(r->tickets);
    *r = (struct requested){.count = 0};
}

struct visitor_ticket *requested_find(struct requested *r, int64_t number)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->tickets[i].record.number == number) {
            return &r->tickets[i];
        }
    }
    return NULL;
}

static void drop(struct requested *r, size_t at)
{
    ticket_finish(&r->tickets[at]);
    r->count--;
    memmove(&r->tickets[at], &r->tickets[at + 1], (r->count - at) * sizeof *r->tickets);
}

void requested_drop(struct requested *r, int64_t number)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->tickets[i].record.number == number) {
            drop(r, i);
            return;
        }
    }
}

/* Of all that are kept and that one. False: that one itself is it. */
static bool make_room(struct requested *r, const struct ticket_record *record)
{
    for (size_t i = r->count; i-- > 0;) {
        const struct ticket_record *old = &r->tickets[i].record;
        if (old->state == TICKET_CLOSED &&
            (record->state != TICKET_CLOSED || old->number < record->number)) {
            drop(r, i);
            return true;
        }
    }
    if (record->state == TICKET_CLOSED || record->number < r->tickets[r->count - 1].record.number) {
        return false;
    }
    drop(r, r->count - 1);
    return true;
}

struct visitor_ticket *requested_put(struct requested *r, const struct ticket_record *record)
{
    struct visitor_ticket *t = requested_find(r, record->number);

    if (t == NULL) {
        if (r->count == VISITOR_TICKETS && !make_room(r, record)) {
            return NULL;
        }
        if (r->tickets == NULL) {
            r->tickets = mem_array(VISITOR_TICKETS, sizeof *r->tickets);
        }
        size_t at = 0;
        while (at < r->count && r->tickets[at].record.number > record->number) {
            at++;
        }
        t = &r->tickets[at];
        memmove(t + 1, t, (r->count++ - at) * sizeof *t);
        *t = (struct visitor_ticket){
            .first_line = mem_dup(""), .last_agent = mem_dup(""), .last_id = mem_dup("")};
    }
    ticket_copy(&t->record, record);
    return t;
}

void requested_set_first_line(struct visitor_ticket *t, const char *line)
{
    char *name = text_name_dup(line, REQUESTED_SUBJECT_POINTS + 1);

    free((char *)(uintptr_t)t->first_line);
    t->first_line = text_clip_dup(name, REQUESTED_SUBJECT_POINTS, REQUESTED_SUBJECT_BYTES);
    free(name);
}

void requested_set_last(struct visitor_ticket *t, const struct entry_record *e)
{
    free((char *)(uintptr_t)t->last_agent);
    free((char *)(uintptr_t)t->last_id);
    t->last_agent = mem_dup(e->by == BY_AGENT ? e->agent : "");
    t->last_id = mem_dup(e->sender_id);
    t->last_seen = e->seen;
}

bool requested_waits(const struct ticket_record *r)
{
    bool for_them = r->state == TICKET_PENDING && r->due == 0;

    return r->state != TICKET_CLOSED && (for_them || r->last_by == BY_AGENT);
}
