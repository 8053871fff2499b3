#include "desk/related.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/target.h"

#include <stdlib.h>
#include <string.h>

/* ---- links ---- */

static bool is_erased(const struct desk *d, int64_t number)
{
    const struct ticket *t = ticket_find(d, number);

    return t != NULL && t->erased;
}

static bool has_link(const struct ticket *t, int64_t other)
{
    for (size_t i = 0; i < t->link_count; i++) {
        if (t->links[i] == other) {
            return true;
        }
    }
    return false;
}

static void add_link(struct ticket *t, int64_t other)
{
    size_t at = t->link_count++;

    for (; at > 0 && t->links[at - 1] > other; at--) {
        t->links[at] = t->links[at - 1];
    }
    t->links[at] = other;
}

static void take_link(struct ticket *t, int64_t other)
{
    size_t kept = 0;

    for (size_t i = 0; i < t->link_count; i++) {
        if (t->links[i] != other) {
            t->links[kept++] = t->links[i];
        }
    }
    t->link_count = kept;
}

void desk_load_related(struct desk *d, int64_t number, const struct ticket_related *r)
{
    struct ticket *t = ticket_find(d, number);

    if (t == NULL || t->knows_links) {
        return;
    }
    t->knows_links = true;
    for (size_t i = 0; i < r->link_count; i++) {
        if (!is_erased(d, r->links[i])) {
            add_link(t, r->links[i]);
        }
    }
}

static struct link_record link_of(const struct ticket *a, const struct ticket *b)
{
    int64_t x = a->record.number;
    int64_t y = b->record.number;

    return (struct link_record){.ticket = x < y ? x : y, .other = x < y ? y : x};
}

static void note_number(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                        const char *event, int64_t other)
{
    char *body = mem_print("%lld", (long long)other);

    ticket_note(d, now, t, who, event, body);
    free(body);
}

static void set_link(struct desk *d, time_ms now, const char *who, struct ticket *a,
                     struct ticket *b, bool present)
{
    const struct link_record link = link_of(a, b);
    const char *event = present ? "linked" : "unlinked";

    if (present) {
        add_link(a, b->record.number);
        add_link(b, a->record.number);
        storage_put_link(d->storage, &link);
    } else {
        take_link(a, b->record.number);
        take_link(b, a->record.number);
        storage_drop_link(d->storage, &link);
    }
    note_number(d, now, a, who, event, b->record.number);
    note_number(d, now, b, who, event, a->record.number);
}

enum desk_result desk_ticket_link(struct desk *d, time_ms now, const char *who, int64_t number,
                                  int64_t other, bool present)
{
    struct ticket *a;
    struct ticket *b;
    enum desk_result may = ticket_find_for(d, now, who, number, &a);

    if (may != DESK_OK) {
        return may;
    }
    if (number == other) {
        return DESK_FORM;
    }
    if (ticket_find_for(d, now, who, other, &b) == DESK_NOT_FOUND || !a->knows_links ||
        !b->knows_links) {
        return DESK_NOT_FOUND;
    }
    if (has_link(a, other) == present) {
        return DESK_REPEATED;
    }
    if (present && (a->link_count == TICKET_LINKS || b->link_count == TICKET_LINKS)) {
        return DESK_FULL;
    }
    set_link(d, now, who, a, b, present);
    return DESK_OK;
}

/* ---- merging ---- */

static void note_merged(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                        const char *event, int64_t from, int64_t into)
{
    char *body = mem_print("%lld -> %lld", (long long)from, (long long)into);

    ticket_note(d, now, t, who, event, body);
    free(body);
}

void related_note_separated(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                            int64_t merged)
{
    if (merged > 0 && t->record.merged == 0) {
        note_number(d, now, t, who, "separated", merged);
    }
}

/* Whose lines may be said there. */
static bool is_of_same(const struct ticket *a, const struct ticket *b)
{
    return text_equal(a->record.visitor, b->record.visitor) &&
           text_equal(a->record.address, b->record.address);
}

static void receive(struct desk *d, time_ms now, const char *who, struct ticket *to,
                    const struct ticket *from, bool was_unfinished)
{
    enum ticket_state state = to->record.state;

    target_take_over(d, now, to, from);
    /* A notice of a step of the one is of the other from now on. */
    to->record.left = to->record.left || (is_of_same(from, to) && desk_is_told_of(&from->record));
    if (was_unfinished && state == TICKET_SOLVED) {
        ticket_enter(d, now, to, TICKET_OPEN, 0);
        ticket_note_change(d, now, to, who, "state", ticket_state_name(state), "open");
    } else {
        ticket_store(d, now, to);
    }
    note_merged(d, now, to, who, "merged", from->record.number, to->record.number);
    if (desk_is_agent(d, to->record.owner)) {
        ticket_call_owner(d, to, who, CALL_TICKET_MERGED);
    }
}

static void merge(struct desk *d, time_ms now, const char *who, struct ticket *from,
                  struct ticket *to)
{
    enum ticket_state state = from->record.state;

    from->record.merged = to->record.number;
    if (state != TICKET_CLOSED) {
        ticket_enter(d, now, from, TICKET_CLOSED, 0);
        ticket_note_change(d, now, from, who, "state", ticket_state_name(state), "closed");
    } else {
        ticket_store(d, now, from);
    }
    note_merged(d, now, from, who, "merged", from->record.number, to->record.number);
    log_info("ticket: number=%lld went into %lld", (long long)from->record.number,
             (long long)to->record.number);
    receive(d, now, who, to, from, state < TICKET_SOLVED);
}

/* Of which there is none in memory: somebody of the department may know that it is a chat. */
static enum desk_result why_none(const struct desk *d, const char *who, int64_t number)
{
    const struct chat *c = desk_find_chat(d, number);
    bool may_know = c != NULL && (desk_is_agent_of(d, who, c->department->id) ||
                                  desk_has_role(d, who, ROLE_SUPERVISOR));

    return may_know && chat_is_open(c) ? DESK_RUNNING : DESK_NOT_FOUND;
}

/* What is of that visitor may go into it. */
static enum desk_result find_target(struct desk *d, time_ms now, const char *who,
                                    const char *visitor, int64_t into, bool anyway,
                                    struct ticket **to)
{
    enum desk_result may = ticket_find_for(d, now, who, into, to);

    if (may != DESK_OK) {
        return may == DESK_NOT_FOUND ? why_none(d, who, into) : may;
    }
    if ((*to)->record.merged != 0) {
        return DESK_MERGED;
    }
    if ((*to)->record.state == TICKET_CLOSED) {
        return DESK_CLOSED;
    }
    return anyway || text_equal((*to)->record.visitor, visitor) ? DESK_OK : DESK_NOT_AUTHOR;
}

enum desk_result desk_ticket_merge(struct desk *d, time_ms now, const char *who, int64_t number,
                                   int64_t into, bool anyway)
{
    struct ticket *from;
    struct ticket *to;
    enum desk_result may = ticket_find_for(d, now, who, number, &from);

    if (may != DESK_OK) {
        return may;
    }
    if (number == into) {
        return DESK_FORM;
    }
    if (from->record.merged != 0) {
        return DESK_MERGED;
    }
    may = find_target(d, now, who, from->record.visitor, into, anyway, &to);
    if (may == DESK_OK) {
        merge(d, now, who, from, to);
    }
    return may;
}

enum desk_result desk_chat_merge(struct desk *d, time_ms now, const char *who,
                                 const struct chat_record *chat, time_ms answered, int64_t into,
                                 bool anyway)
{
    struct ticket *to;

    if (desk_ticket(d, chat->number) == NULL) {
        enum desk_result may = chat->number == into
                                   ? DESK_FORM
                                   : find_target(d, now, who, chat->visitor, into, anyway, &to);
        may = may == DESK_OK ? desk_agent_convert(d, now, who, chat, answered) : may;
        if (may != DESK_OK) {
            return may;
        }
    }
    return desk_ticket_merge(d, now, who, chat->number, into, anyway);
}

/* A chain has no more of them than the visitor carries. */
const struct visitor_ticket *related_follow(const struct requested *all,
                                            const struct visitor_ticket *t)
{
    for (size_t steps = 0; steps < all->count && t->record.merged > 0; steps++) {
        const struct visitor_ticket *next = NULL;
        for (size_t i = 0; next == NULL && i < all->count; i++) {
            const struct ticket_record *r = &all->tickets[i].record;
            bool fits = r->number == t->record.merged &&
                        text_equal(r->visitor, t->record.visitor) &&
                        text_equal(r->address, t->record.address);
            next = fits ? &all->tickets[i] : NULL;
        }
        if (next == NULL) {
            break;
        }
        t = next;
    }
    return t;
}

/* ---- splitting ---- */

enum desk_result desk_ticket_split(struct desk *d, time_ms now, const char *who, int64_t number,
                                   const struct ticket_split *split, int64_t *made)
{
    struct ticket *from;
    enum desk_result may = ticket_find_for(d, now, who, number, &from);

    if (may != DESK_OK) {
        return may;
    }
    if (from->record.merged != 0) {
        return DESK_MERGED;
    }
    if (strlen(split->subject) > TICKET_SUBJECT_BYTES || !from->knows_links ||
        from->link_count == TICKET_LINKS) {
        return DESK_FULL;
    }
    const char *owner = desk_is_agent_of(d, who, from->record.department) ? who : "";
    struct ticket *t =
        ticket_make(d, now,
                    &(struct ticket_record){.visitor = from->record.visitor,
                                            .department = from->record.department,
                                            .address = from->record.address,
                                            .owner = owner,
                                            .state = owner[0] != '\0' ? TICKET_OPEN : TICKET_NEW,
                                            .converted_by = who,
                                            .priority = from->record.priority},
                    desk_mask(d, split->subject));
    set_link(d, now, who, from, t, true);
    ticket_note(d, now, t, who, "split", split->text);
    *made = t->record.number;
    return DESK_OK;
}

/* ---- to others ---- */

static bool is_meant(const struct desk *d, const struct ticket *t, const char *jid, unsigned level)
{
    const struct agent *a = desk_find_agent(d, jid);

    return a != NULL && ticket_may_own(d, t, jid) && (level == 0 || a->level == level);
}

static bool has_level(const struct department *p, unsigned level)
{
    for (size_t i = 0; i < p->agent_count; i++) {
        if (p->agents[i]->level == level) {
            return true;
        }
    }
    return false;
}

/* DESK_OK: there is something to do. */
static enum desk_result check_move(const struct desk *d, const struct ticket *t,
                                   const struct ticket_move *to)
{
    const struct ticket_record *r = &t->record;
    const struct department *p =
        desk_find_department(d, to->level != 0 ? r->department : to->department);

    if (p == NULL || (to->level != 0 && !has_level(p, to->level))) {
        return DESK_FORM;
    }
    if (p->tickets == TICKETS_NEVER) {
        return DESK_NO_TICKETS;
    }
    bool is_there = to->level != 0 ? r->level == to->level : text_equal(r->department, p->id);
    return is_there &&
                   (to->level == 0 || r->owner[0] == '\0' || is_meant(d, t, r->owner, to->level))
               ? DESK_REPEATED
               : DESK_OK;
}

/* Of a level all: they are few. */
static void call_those(const struct desk *d, const struct ticket *t, unsigned level)
{
    const struct department *p = desk_find_department(d, t->record.department);

    if (level == 0) {
        ticket_call_agents(d, t, CALL_TICKET_MOVED, NULL);
        return;
    }
    for (size_t i = 0; i < p->agent_count; i++) {
        if (p->agents[i]->level == level) {
            ticket_call(d, t, p->agents[i]->jid, CALL_TICKET_MOVED);
        }
    }
}

static void move(struct desk *d, time_ms now, const char *who, struct ticket *t,
                 const struct ticket_move *to)
{
    char *owner = mem_dup(t->record.owner);
    char *before =
        to->level != 0 ? mem_print("level %u", t->record.level) : mem_dup(t->record.department);
    char *after = to->level != 0 ? mem_print("level %u", to->level) : mem_dup(to->department);

    if (to->level == 0) {
        ticket_set_department(d, now, t, to->department);
    } else {
        t->record.level = to->level;
    }
    bool is_kept = owner[0] != '\0' && is_meant(d, t, owner, to->level);
    if (!is_kept) {
        ticket_set_owner(d, t, "");
    }
    ticket_store(d, now, t);
    ticket_note_change(d, now, t, who, "transferred", before, after);
    if (!is_kept && owner[0] != '\0') {
        ticket_note_change(d, now, t, who, "assigned", owner, "");
    }
    if (!is_kept) {
        call_those(d, t, to->level);
    }
    free(owner);
    free(before);
    free(after);
}

enum desk_result desk_ticket_move(struct desk *d, time_ms now, const char *who, int64_t number,
                                  const struct ticket_move *to)
{
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK && !(may == DESK_FORBIDDEN && desk_has_role(d, who, ROLE_DISPATCHER))) {
        return may;
    }
    if (t->record.merged != 0) {
        return DESK_MERGED;
    }
    enum desk_result done = to->agent[0] != '\0'
                                ? desk_ticket_assign(d, now, who, number, to->agent)
                                : check_move(d, t, to);
    if (done != DESK_OK) {
        return done;
    }
    if (to->comment[0] != '\0') { /* before those who are told look */
        ticket_note(d, now, t, who, "", to->comment);
    }
    if (to->agent[0] == '\0') {
        move(d, now, who, t, to);
    }
    return DESK_OK;
}

/* ---- erasing, verifying ---- */

void related_take(const struct desk *d, struct ticket *t)
{
    if (t->record.merged > 0 && is_erased(d, t->record.merged)) {
        t->record.merged = MERGED_GONE;
    }
}

static void forget_copies(struct visitor *v, int64_t number)
{
    for (size_t i = 0; i < v->tickets.count; i++) {
        struct ticket_record *r = &v->tickets.tickets[i].record;
        r->merged = r->merged == number ? MERGED_GONE : r->merged;
    }
}

void related_forget(struct desk *d, int64_t number)
{
    size_t at = 0;
    const char *id;
    void *v;

    list_for_each (struct ticket, t, &d->tickets, link) {
        take_link(t, number);
        t->record.merged = t->record.merged == number ? MERGED_GONE : t->record.merged;
    }
    while (map_next(d->visitors, &at, &id, &v)) {
        forget_copies(v, number);
    }
}

void related_verify(const struct desk *d, const struct ticket *t)
{
    const struct ticket_record *r = &t->record;

    if (r->merged != 0 && (r->state != TICKET_CLOSED || r->merged == r->number)) {
        BUG("ticket %lld: in state %d and merged into %lld", (long long)r->number, (int)r->state,
            (long long)r->merged);
    }
    for (size_t i = 0; i < t->link_count; i++) {
        const struct ticket *other = ticket_find(d, t->links[i]);
        if ((i > 0 && t->links[i - 1] >= t->links[i]) ||
            (other != NULL && other->knows_links && !has_link(other, r->number))) {
            BUG("ticket %lld: its link to %lld is none", (long long)r->number,
                (long long)t->links[i]);
        }
    }
}
