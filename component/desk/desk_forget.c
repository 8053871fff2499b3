/* Persons who are erased: out of memory first, so that nothing of them is written again. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/related.h"

#include <stdlib.h>

bool desk_is_talking(const struct desk *d, const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL && v->chat != NULL && chat_is_open(v->chat);
}

bool desk_is_unrecorded(const struct desk *d, const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL && v->chat != NULL && v->chat->unrecorded;
}

/* A check-in that was read before must not bring them back. */
static void remember(struct desk *d, const char *visitor)
{
    free(d->forgotten[d->forgotten_at]);
    d->forgotten[d->forgotten_at] = mem_dup(visitor);
    d->forgotten_at = (d->forgotten_at + 1) % DESK_FORGOTTEN;
}

bool desk_has_forgotten(const struct desk *d, const char *visitor)
{
    for (size_t i = 0; i < DESK_FORGOTTEN; i++) {
        if (d->forgotten[i] != NULL && text_equal(d->forgotten[i], visitor)) {
            return true;
        }
    }
    return false;
}

void forgotten_finish(struct desk *d)
{
    for (size_t i = 0; i < DESK_FORGOTTEN; i++) {
        free(d->forgotten[i]);
    }
}

static void drop_visitor(struct desk *d, time_ms now, struct visitor *v)
{
    if (v->chat != NULL && chat_is_open(v->chat)) {
        desk_close_chat(d, now, v->chat, "desk");
    }
    if (v->chat != NULL) {
        desk_retire(d, v->chat);
    }
    for (size_t i = 0; i < d->agent_count; i++) {
        desk_settle_contact(d, d->agents[i], v);
    }
    browsing_end(d, v);
    map_remove(d->visitors, v->record.id);
    visitor_destroy(v);
    desk_settle(d, now);
}

enum desk_result desk_forget_visitor(struct desk *d, time_ms now, const char *visitor, bool ends)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (!ends && desk_is_talking(d, visitor)) {
        return DESK_RUNNING;
    }
    remember(d, visitor);
    struct block *block = blocks_of(&d->blocks, visitor);
    if (block != NULL) {
        blocks_drop(&d->blocks, block);
    }
    if (v != NULL) {
        drop_visitor(d, now, v);
    }
    return DESK_OK;
}

/* Nothing more is said to it: not by who is here, and not by who comes back and was read before. */
static void drop_ticket(struct desk *d, int64_t number)
{
    size_t at = 0;
    const char *id;
    void *v;

    while (map_next(d->visitors, &at, &id, &v)) {
        requested_drop(&((struct visitor *)v)->tickets, number);
    }
    related_forget(d, number);
    d->ticket_forgotten = ++d->ticket_writes;
}

bool desk_forget_chat(struct desk *d, int64_t number, bool if_unused)
{
    struct ticket *t = ticket_find(d, number);

    if (desk_find_chat(d, number) != NULL || (if_unused && t != NULL && !t->erased)) {
        return false;
    }
    if (t != NULL) {
        ticket_erase(t);
    }
    drop_ticket(d, number);
    desk_forget_mails(d, number);
    return true;
}
