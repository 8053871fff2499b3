#include "desk/ticket.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/news.h"
#include "desk/related.h"
#include "desk/target.h"
#include "desk/wake.h"

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

void ticket_release(struct ticket_record *own)
{
    const char *owned[] = {own->department, own->owner,   own->subject, own->converted_by,
                           own->visitor,    own->address, own->watchers};

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free((char *)owned[i]);
    }
}

void ticket_copy(struct ticket_record *own, const struct ticket_record *r)
{
    struct ticket_record before = *own;

    *own = *r;
    own->department = mem_dup(r->department);
    own->owner = mem_dup(r->owner);
    own->subject = mem_dup(r->subject);
    own->converted_by = mem_dup(r->converted_by);
    own->visitor = mem_dup(r->visitor);
    own->address = mem_dup(r->address);
    own->watchers = mem_dup(r->watchers);
    ticket_release(&before);
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
        ticket_copy(&t->record, &(struct ticket_record){.number = number,
                                                        .department = "",
                                                        .owner = "",
                                                        .subject = "",
                                                        .converted_by = "",
                                                        .visitor = "",
                                                        .address = "",
                                                        .watchers = ""});
        list_init(&t->link);
    }
    t->touched = d->steady;
    list_remove(&t->link);
    list_append(&d->tickets, &t->link);
    return t;
}

/* Its requester was told of the step that it is in when it entered it. */
void ticket_know(const struct desk *d, struct ticket *t, const struct ticket_record *r)
{
    ticket_copy(&t->record, r);
    related_take(d, t);
    t->step = step_of(r);
}

struct ticket_record ticket_standing(const struct desk *d, const struct chat_record *chat)
{
    const struct ticket *t = ticket_find(d, chat->number);
    const struct chat *c = desk_find_chat(d, chat->number);

    if (t != NULL && t->record.state != TICKET_NONE) {
        return t->record;
    }
    return (struct ticket_record){.department = c != NULL ? c->department->id : chat->department,
                                  .owner = c == NULL          ? chat->owner
                                           : c->owner != NULL ? c->owner->jid
                                                              : ""};
}

void ticket_erase(struct ticket *t)
{
    ticket_copy(&t->record, &(struct ticket_record){.number = t->record.number,
                                                    .department = "",
                                                    .owner = "",
                                                    .subject = "",
                                                    .converted_by = "",
                                                    .visitor = "",
                                                    .address = "",
                                                    .watchers = ""});
    free(t->tags);
    t->tags = NULL;
    t->link_count = 0;
    t->knows_links = true;
    own_values_finish(&t->own);
    t->knows_own = true;
    t->erased = true;
}

static void forget(struct desk *d, struct ticket *t)
{
    if (t->written > d->ticket_forgotten) {
        d->ticket_forgotten = t->written;
    }
    list_remove(&t->link);
    ticket_release(&t->record);
    repeats_finish(&t->said);
    free(t->tags);
    own_values_finish(&t->own);
    free(t);
}

void ticket_forget(struct desk *d, struct ticket *t)
{
    if (t->awaited == 0) {
        forget(d, t);
    }
}

void tickets_tick(struct desk *d)
{
    list_for_each_safe (struct ticket, t, &d->tickets, link) {
        if (d->steady - t->touched < TICKET_IDLE_MS) {
            return;
        }
        ticket_forget(d, t);
    }
}

void tickets_finish(struct desk *d)
{
    list_for_each_safe (struct ticket, t, &d->tickets, link) {
        forget(d, t);
    }
}

/* ---- what changes ---- */

void ticket_put(struct desk *d, struct ticket *t)
{
    struct visitor *v = desk_find_visitor(d, t->record.visitor);

    t->record.wake = wake_next(d, &t->record);
    t->written = ++d->ticket_writes;
    storage_put_ticket(d->storage, &t->record);
    if (v != NULL) {
        requested_put(&v->tickets, &t->record);
    }
}

void ticket_add(struct desk *d, time_ms now, const struct ticket *t, struct entry_record *e)
{
    chat_add_behind(d, now, t->record.number, e);
}

void ticket_store(struct desk *d, time_ms now, struct ticket *t)
{
    t->record.changed = now;
    target_measure(d, now, t);
    ticket_put(d, t);
    step_follow(d, now, t);
}

/* Of the state that it is in: what the requester says opens it again. */
static bool opens(const struct ticket_record *r, enum entry_by by)
{
    bool waited = r->state == TICKET_PENDING && r->due == 0;

    return r->state == TICKET_CLOSED || (by == BY_VISITOR && (waited || r->state == TICKET_SOLVED));
}

void ticket_spoke(struct desk *d, time_ms now, struct ticket *t, enum entry_by by)
{
    enum ticket_state from = t->record.state;
    int64_t merged = t->record.merged;

    if (by == BY_AGENT) {
        t->record.unreached = false;
        target_answered(d, now, t);
    } else {
        target_asked(now, t);
    }
    if (from == TICKET_NONE) {
        return;
    }
    if (opens(&t->record, by)) {
        ticket_enter(d, now, t, TICKET_OPEN, 0);
        ticket_note_change(d, now, t, "", "state", STATE_NAMES[from], "open");
        related_note_separated(d, now, t, "", merged);
    } else {
        ticket_store(d, now, t);
    }
}

void ticket_note(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                 const char *event, const char *body)
{
    const struct agent *a = desk_find_agent(d, who);
    struct entry_record e = {.kind = ENTRY_NOTE,
                             .by = who[0] != '\0' ? BY_AGENT : BY_DESK,
                             .agent = who,
                             .name = a != NULL ? a->name : who,
                             .sender_id = "",
                             .event = event,
                             .body = desk_mask(d, body),
                             .form = ""};

    ticket_add(d, now, t, &e);
}

void ticket_enter(struct desk *d, time_ms now, struct ticket *t, enum ticket_state to, time_ms due)
{
    struct ticket_record *r = &t->record;

    if (!ticket_may_enter(r->state, to) || (due != 0 && to != TICKET_PENDING)) {
        BUG("ticket %lld: %s -> %s", (long long)r->number, STATE_NAMES[r->state], STATE_NAMES[to]);
    }
    log_info("ticket: number=%lld %s->%s", (long long)r->number, STATE_NAMES[r->state],
             STATE_NAMES[to]);
    target_follow_state(d, now, t, to, due);
    r->state = to;
    r->due = due;
    r->merged = to == TICKET_CLOSED ? r->merged : 0;
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

void ticket_set_tags(struct ticket *t, const char *tags)
{
    if (t != NULL) {
        mem_replace(&t->tags, tags);
    }
}

void ticket_set_department(struct desk *d, time_ms now, struct ticket *t, const char *department)
{
    target_move(d, now, t);
    replace(&t->record.department, department);
    target_measure_silently(d, now, t);
}

void ticket_begin(struct desk *d, struct ticket *t, const struct chat_record *chat, time_ms since,
                  time_ms answered)
{
    replace(&t->record.department, chat->department);
    t->record.priority = chat->priority;
    target_begin(t, chat->created, since);
    if (answered != 0) {
        ticket_spoke(d, answered, t, BY_AGENT);
    }
}

/* To who is in memory, what the chat is about; of a chat that is not, the next check-in says it. */
static void tell_first_line(struct desk *d, const struct ticket *t)
{
    struct visitor *v = desk_find_visitor(d, t->record.visitor);
    struct visitor_ticket *own = v != NULL ? requested_find(&v->tickets, t->record.number) : NULL;
    struct chat *c = desk_find_chat(d, t->record.number);
    const struct entry_record *e;

    for (size_t i = 0; own != NULL && c != NULL && (e = transcript_at(&c->transcript, i)) != NULL;
         i++) {
        if (e->kind == ENTRY_MESSAGE && e->by == BY_VISITOR && e->fate != FATE_RETRACTED) {
            requested_set_first_line(own, entry_shown(e));
            return;
        }
    }
}

void ticket_convert(struct desk *d, time_ms now, struct ticket *t, const struct ticket_record *made)
{
    const struct chat *c = desk_find_chat(d, t->record.number);

    if (c != NULL) {
        const struct chat_record chat = {
            .department = made->department, .priority = c->priority, .created = c->created};
        ticket_begin(d, t, &chat, c->created, c->answered);
        own_values_take(t, c);
    }
    replace(&t->record.visitor, made->visitor);
    replace(&t->record.department, made->department);
    replace(&t->record.address, made->address);
    replace(&t->record.converted_by, made->converted_by);
    t->record.level = 1;
    t->record.converted = news_next(d, now);
    ticket_set_owner(d, t, made->owner);
    ticket_enter(d, now, t, made->state, 0);
    tell_first_line(d, t);
    ticket_note(d, now, t, made->converted_by, "converted", STATE_NAMES[made->state]);
    if (made->state == TICKET_NEW) {
        news_made(d, made->department);
    }
}

void ticket_leave(struct desk *d, time_ms now, const struct chat *c, const char *why)
{
    struct ticket *t = ticket_touch(d, c->number);

    t->record.left = true;
    t->why = why;
    ticket_convert(d, now, t,
                   &(struct ticket_record){.visitor = c->visitor->record.id,
                                           .department = c->department->id,
                                           .address = c->address->id,
                                           .owner = "",
                                           .state = TICKET_NEW,
                                           .converted_by = ""});
}

/* A probe's chat is nobody's business, that of who is blocked is not to be finished, and of one
 * that is a ticket already the agent has said what it is. */
bool ticket_is_to_follow(const struct desk *d, const struct chat *c)
{
    const struct ticket *t = ticket_find(d, c->number);

    return !c->unrecorded && c->department->tickets == TICKETS_ALWAYS &&
           c->visitor->record.only_agent[0] == '\0' &&
           blocks_of(&d->blocks, c->visitor->record.id) == NULL &&
           (t == NULL || t->record.state == TICKET_NONE);
}

/* What an agent ends without another word needs nothing more, unless a field is missing. */
void ticket_follow_chat(struct desk *d, time_ms now, const struct chat *c)
{
    enum ticket_state state = TICKET_NEW;

    if (!ticket_is_to_follow(d, c)) {
        return;
    }
    if (c->owner != NULL) {
        bool is_done = text_equal(c->closed_by, "agent") && desk_own_missing(d, c->number) == NULL;
        state = is_done ? TICKET_SOLVED : TICKET_OPEN;
    }
    ticket_convert(d, now, ticket_touch(d, c->number),
                   &(struct ticket_record){.visitor = c->visitor->record.id,
                                           .department = c->department->id,
                                           .address = c->address->id,
                                           .owner = c->owner != NULL ? c->owner->jid : "",
                                           .state = state,
                                           .converted_by = ""});
}

/* ---- verify ---- */

/* What its requester carries of it is what it is. */
static void verify_requested(const struct desk *d, const struct ticket_record *r)
{
    struct visitor *v = desk_find_visitor(d, r->visitor);
    const struct visitor_ticket *own = v != NULL ? requested_find(&v->tickets, r->number) : NULL;

    if ((r->last == 0) != (r->last_by == 0) || r->last > d->last_sequence) {
        BUG("ticket %lld: its last line is none", (long long)r->number);
    }
    if (own != NULL && (own->record.state != r->state || own->record.due != r->due ||
                        own->record.last != r->last || !text_equal(own->record.owner, r->owner) ||
                        !text_equal(own->record.subject, r->subject))) {
        BUG("ticket %lld: its requester knows another", (long long)r->number);
    }
}

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
    target_verify(t);
    related_verify(d, t);
    own_values_verify(d, t);
    if (c != NULL && chat_is_open(c)) {
        BUG("ticket %lld: its chat goes on", (long long)r->number);
    }
    verify_requested(d, r);
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
