/* The start: open chats come back from storage. Owners are not there until a probe says so. */
#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"

void desk_load_counters(struct desk *d, int64_t last_number, int64_t last_sequence)
{
    if (last_number > d->last_number) {
        d->last_number = last_number;
    }
    d->last_sequence = last_sequence;
}

void desk_load_visitor(struct desk *d, const struct visitor_record *r)
{
    struct visitor *v = visitor_create(r);

    v->told_away = true;
    map_set(d->visitors, v->record.id, v);
}

/* A department that was taken out of the configuration leaves its open chats to the first one. */
static struct department *department_of(const struct desk *d, const struct chat_record *r)
{
    struct department *p = desk_find_department(d, r->department);

    if (p == NULL) {
        log_warn("desk: chat %lld waits for department %s, which is not configured any more; "
                 "%s has it now",
                 (long long)r->number, r->department, d->departments[0].id);
        p = &d->departments[0];
    }
    return p;
}

void desk_load_chat(struct desk *d, const struct chat_record *r)
{
    struct visitor *v = desk_find_visitor(d, r->visitor);

    if (v == NULL || v->chat != NULL || r->state == CHAT_CLOSED) {
        log_error("desk: chat %lld in the database has no visitor of its own; it stays as it is",
                  (long long)r->number);
        return;
    }
    int64_t newest = d->last_number;
    struct chat *c = chat_create(d, r->created, v, department_of(d, r));
    d->last_number = newest;
    c->number = r->number;
    c->left = r->left;
    c->waiting_since = r->waiting_since;
    list_remove(&c->waiting_link);
    chat_line_up(d, c);
    struct agent *owner = r->state == CHAT_ACTIVE ? desk_find_agent(d, r->owner) : NULL;
    if (owner != NULL) {
        chat_enter(d, r->claimed, c, CHAT_ACTIVE, owner);
        c->owner_gone = true;
    }
}

void desk_load_entry(struct desk *d, const struct entry_record *r)
{
    list_for_each (struct chat, c, &d->chats, link) {
        if (c->number == r->chat) {
            transcript_add(&c->transcript, r);
            c->last_line = r->at;
            return;
        }
    }
}

void desk_start(struct desk *d, time_ms now)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(d->visitors, &at, &key, &value)) {
        ((struct visitor *)value)->away_since = now;
    }
    list_for_each (struct chat, c, &d->chats, link) {
        c->gone_since = now;
        c->told_state = c->state;
        if (c->owner != NULL) {
            desk_settle_contact(d, c->owner, c->visitor);
        }
    }
    d->unsettled = true;
    desk_settle(d, now);
}
