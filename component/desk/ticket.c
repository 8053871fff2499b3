#include "desk/ticket.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <stdlib.h>

static const bool MAY_ENTER[TICKET_CLOSED + 1][TICKET_CLOSED + 1] = {
    [TICKET_NONE] = {[TICKET_NEW] = true, [TICKET_OPEN] = true, [TICKET_SOLVED] = true},
    [TICKET_NEW] = {[TICKET_OPEN] = true,
                    [TICKET_PENDING] = true,
                    [TICKET_SOLVED] = true,
                    [TICKET_CLOSED] = true},
    [TICKET_OPEN] = {[TICKET_PENDING] = true, [TICKET_SOLVED] = true, [TICKET_CLOSED] = true},
    [TICKET_PENDING] = {[TICKET_OPEN] = true,
                        [TICKET_PENDING] = true,
                        [TICKET_SOLVED] = true,
                        [TICKET_CLOSED] = true},
    [TICKET_SOLVED] = {[TICKET_OPEN] = true, [TICKET_PENDING] = true, [TICKET_CLOSED] = true},
    [TICKET_CLOSED] = {[TICKET_OPEN] = true},
};

static const char *const STATE_NAMES[] = {"none", "new", "open", "pending", "solved", "closed"};

bool ticket_may_enter(enum ticket_state from, enum ticket_state to)
{
    return MAY_ENTER[from][to];
}

const char *ticket_state_name(enum ticket_state state)
{
    return STATE_NAMES[state];
}

/* ---- in memory ---- */

static void record_finish(struct ticket_record *r)
{
    const char *owned[] = {r->department, r->owner, r->subject, r->converted_by};

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free((char *)owned[i]);
    }
}

static void replace(const char **slot, const char *text)
{
    char *copy = mem_dup(text);

    free((char *)*slot);
    *slot = copy;
}

struct ticket *ticket_find(const struct desk *d, int64_t number)
{
    list_for_each (struct ticket, t, &d->tickets, link) {
        if (t->record.number == number) {
            return t;
        }
    }
    return NULL;
}

struct ticket *ticket_touch(struct desk *d, int64_t number)
{
    struct ticket *t = ticket_find(d, number);

    if (t == NULL) {
        t = mem_alloc(sizeof *t);
        t->record = (struct ticket_record){.number = number,
                                           .department = mem_dup(""),
                                           .owner = mem_dup(""),
                                           .subject = mem_dup(""),
                                           .converted_by = mem_dup("")};
        list_init(&t->link);
    }
    t->touched = d->steady;
    list_remove(&t->link);
    list_append(&d->tickets, &t->link);
    return t;
}

void ticket_load(struct ticket *t, const struct ticket_record *r)
{
    record_finish(&t->record);
    t->record = *r;
    t->record.department = mem_dup(r->department);
    t->record.owner = mem_dup(r->owner);
    t->record.subject = mem_dup(r->subject);
    t->record.converted_by = mem_dup(r->converted_by);
}

static void forget(struct ticket *t)
{
    list_remove(&t->link);
    record_finish(&t->record);
    free(t);
}

void tickets_tick(struct desk *d)
{
    list_for_each_safe (struct ticket, t, &d->tickets, link) {
        if (d->steady - t->touched < TICKET_IDLE_MS) {
            return;
        }
        if (t->awaited == 0) {
            forget(t);
        }
    }
}

void tickets_finish(struct desk *d)
{
    list_for_each_safe (struct ticket, t, &d->tickets, link) {
        forget(t);
    }
}

/* ---- what changes ---- */

void ticket_store(struct desk *d, time_ms now, struct ticket *t)
{
    t->record.changed = now;
    storage_put_ticket(d->storage, &t->record);
}

void ticket_note(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                 const char *event, const char *body)
{
    const struct agent *a = desk_find_agent(d, who);
    struct chat *c = desk_find_chat(d, t->record.number);
    struct entry_record e = {.kind = ENTRY_NOTE,
                             .by = who[0] != '\0' ? BY_AGENT : BY_DESK,
                             .agent = who,
                             .name = a != NULL ? a->name : who,
                             .sender_id = "",
                             .event = event,
                             .body = body,
                             .form = ""};

    if (c != NULL) {
        chat_add(d, now, c, &e);
        return;
    }
    e.sequence = ++d->last_sequence;
    e.chat = t->record.number;
    e.at = now;
    storage_put_entry(d->storage, &e);
}

void ticket_enter(struct desk *d, time_ms now, struct ticket *t, enum ticket_state to, time_ms due)
{
    struct ticket_record *r = &t->record;

    if (!ticket_may_enter(r->state, to) || (due != 0 && to != TICKET_PENDING)) {
        BUG("ticket %lld: %s -> %s", (long long)r->number, STATE_NAMES[r->state], STATE_NAMES[to]);
    }
    log_info("ticket: number=%lld %s->%s", (long long)r->number, STATE_NAMES[r->state],
             STATE_NAMES[to]);
    r->state = to;
    r->due = due;
    ticket_store(d, now, t);
}

void ticket_set_owner(struct desk *d, struct ticket *t, const char *owner)
{
    const struct agent *a = desk_find_agent(d, owner);

    replace(&t->record.owner, owner);
    if (a != NULL && a->level > 0) {
        t->record.level = a->level;
    }
}

void ticket_convert(struct desk *d, time_ms now, struct ticket *t, const char *department,
                    const char *owner, const char *who, enum ticket_state state)
{
    replace(&t->record.department, department);
    replace(&t->record.converted_by, who);
    t->record.level = 1;
    t->record.converted = now;
    ticket_set_owner(d, t, owner);
    ticket_enter(d, now, t, state, 0);
    ticket_note(d, now, t, who, "converted", STATE_NAMES[state]);
}

/* What an agent ends without another word needs nothing more. A probe's chat is nobody's business,
 * and that of who is blocked is not to be finished. */
void ticket_follow_chat(struct desk *d, time_ms now, const struct chat *c)
{
    enum ticket_state state = TICKET_NEW;

    if (c->department->tickets != TICKETS_ALWAYS || c->visitor->record.only_agent[0] != '\0' ||
        blocks_of(&d->blocks, c->visitor->record.id) != NULL) {
        return;
    }
    struct ticket *t = ticket_touch(d, c->number);
    if (t->record.state != TICKET_NONE) {
        return; /* the agent has said it */
    }
    if (c->owner != NULL) {
        state = text_equal(c->closed_by, "agent") ? TICKET_SOLVED : TICKET_OPEN;
    }
    ticket_convert(d, now, t, c->department->id, c->owner != NULL ? c->owner->jid : "", "", state);
}

/* ---- verify ---- */

static void verify(const struct desk *d, const struct ticket *t)
{
    const struct ticket_record *r = &t->record;
    const struct chat *c = desk_find_chat(d, r->number);

    if (ticket_find(d, r->number) != t) {
        BUG("ticket %lld: twice in memory", (long long)r->number);
    }
    if (r->state == TICKET_NONE) {
        return;
    }
    if (r->level < 1 || r->level > 3 || r->department[0] == '\0' ||
        (r->due != 0 && r->state != TICKET_PENDING)) {
        BUG("ticket %lld: level %u, department '%s', due %lld, %s", (long long)r->number, r->level,
            r->department, (long long)r->due, STATE_NAMES[r->state]);
    }
    if (r->state == TICKET_NEW && r->owner[0] != '\0') {
        BUG("ticket %lld: is new and has an owner", (long long)r->number);
    }
    if (c != NULL && chat_is_open(c)) {
        BUG("ticket %lld: its chat goes on", (long long)r->number);
    }
}

void tickets_verify(const struct desk *d)
{
    time_ms last = 0;

    list_for_each (struct ticket, t, &d->tickets, link) {
        if (t->touched < last) {
            BUG("ticket %lld: not in its place", (long long)t->record.number);
        }
        last = t->touched;
        verify(d, t);
    }
}
