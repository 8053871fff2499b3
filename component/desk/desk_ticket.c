/* What becomes of a ticket, and who may do it. */
#include "base/calendar.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/own_value.h"
#include "desk/related.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* ---- memory ---- */

void desk_await_ticket(struct desk *d, int64_t number)
{
    ticket_touch(d, number)->awaited++;
}

void desk_load_ticket(struct desk *d, int64_t number, const struct ticket_record *r)
{
    struct ticket *t = ticket_touch(d, number);

    t->awaited -= t->awaited > 0 ? 1 : 0;
    if (t->record.state == TICKET_NONE && r != NULL && !t->erased) {
        ticket_know(d, t, r);
    }
}

const struct ticket_record *desk_ticket(const struct desk *d, int64_t number)
{
    const struct ticket *t = ticket_find(d, number);

    return t != NULL && t->record.state != TICKET_NONE ? &t->record : NULL;
}

uint64_t desk_ticket_mark(const struct desk *d)
{
    return d->ticket_writes;
}

bool desk_knows_since(const struct desk *d, uint64_t mark)
{
    return d->ticket_forgotten <= mark;
}

static void take_ticket(struct desk *d, struct visitor *v, const struct visitor_ticket *known)
{
    const struct ticket *t = ticket_find(d, known->record.number);
    bool is_here = t != NULL && t->record.state != TICKET_NONE;

    if (t != NULL && t->erased) {
        return;
    }
    struct visitor_ticket *own = requested_put(&v->tickets, is_here ? &t->record : &known->record);

    if (own == NULL) {
        return;
    }
    requested_set_first_line(own, known->first_line);
    if (own->record.last == known->record.last) {
        requested_set_last(own, &(struct entry_record){.by = known->record.last_by,
                                                       .agent = known->last_agent,
                                                       .sender_id = known->last_id,
                                                       .seen = known->last_seen});
    }
}

void desk_visitor_tickets(struct desk *d, const char *visitor, const struct visitor_ticket *tickets,
                          size_t count)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    for (size_t i = 0; v != NULL && i < count; i++) {
        if (requested_find(&v->tickets, tickets[i].record.number) == NULL) {
            take_ticket(d, v, &tickets[i]);
        }
    }
    list_for_each (struct ticket, t, &d->tickets, link) {
        if (v != NULL && t->record.state != TICKET_NONE && text_equal(t->record.visitor, visitor)) {
            requested_put(&v->tickets, &t->record);
        }
    }
}

bool desk_visitor_ticket(const struct desk *d, const char *visitor, size_t at,
                         struct requested_view *out)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    time_ms oldest = d->last_now - (time_ms)TICKET_CLOSED_DAYS * DAY_MS;

    for (size_t i = 0; v != NULL && i < v->tickets.count; i++) {
        const struct visitor_ticket *t = &v->tickets.tickets[i];
        bool is_over = t->record.state == TICKET_CLOSED && t->record.changed < oldest;
        if (!is_over && at-- == 0) {
            const struct visitor_ticket *goes_on = related_follow(&v->tickets, t);
            *out = (struct requested_view){
                .record = &t->record,
                .subject = t->record.subject[0] != '\0' ? t->record.subject : t->first_line,
                .waits = requested_waits(&t->record),
                .merged = goes_on != t ? goes_on->record.number : 0,
                .step = desk_step(&goes_on->record)};
            return true;
        }
    }
    return false;
}

/* ---- who may ---- */

void desk_operate(struct desk *d, const char *who)
{
    d->operator= who;
}

static bool works_on(const struct desk *d, const char *who, const char *department,
                     const char *owner)
{
    return who == d->operator||(text_equal(owner, who) && desk_is_agent(d, who)) ||
           desk_is_agent_of(d, who, department) || desk_has_role(d, who, ROLE_SUPERVISOR);
}

bool desk_may_change_ticket(const struct desk *d, const char *who, const struct ticket_record *r)
{
    return works_on(d, who, r->department, r->owner);
}

bool desk_may_see_ticket(const struct desk *d, const char *who, const struct ticket_record *r)
{
    return desk_may_change_ticket(d, who, r) || desk_has_role(d, who, ROLE_DISPATCHER) ||
           desk_has_role(d, who, ROLE_DATA_PROTECTION);
}

enum desk_result ticket_find_for(struct desk *d, time_ms now, const char *who, int64_t number,
                                 struct ticket **out)
{
    struct ticket *t = ticket_find(d, number);

    desk_pass(d, now);
    if (t == NULL || t->record.state == TICKET_NONE || !desk_may_see_ticket(d, who, &t->record)) {
        return DESK_NOT_FOUND;
    }
    *out = t;
    ticket_touch(d, number);
    return desk_may_change_ticket(d, who, &t->record) ? DESK_OK : DESK_FORBIDDEN;
}

void ticket_note_change(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                        const char *event, const char *before, const char *after)
{
    char *body =
        mem_print("%s -> %s", before[0] != '\0' ? before : "-", after[0] != '\0' ? after : "-");

    ticket_note(d, now, t, who, event, body);
    free(body);
}

/* ---- from a chat ---- */

static bool keeps_tickets(const struct desk *d, const char *department)
{
    const struct department *p = desk_find_department(d, department);

    return p == NULL || p->tickets != TICKETS_NEVER;
}

enum desk_result desk_agent_convert(struct desk *d, time_ms now, const char *who,
                                    const struct chat_record *chat, time_ms answered)
{
    const struct chat *c = desk_find_chat(d, chat->number);
    const char *department = c != NULL ? c->department->id : chat->department;
    const char *address = c != NULL ? c->address->id : chat->address;
    const char *owner = chat->owner;
    bool is_open = c != NULL ? chat_is_open(c) : chat->state != CHAT_CLOSED;

    desk_pass(d, now);
    if (c != NULL) {
        owner = c->owner != NULL ? c->owner->jid : "";
    }
    if (!works_on(d, who, department, owner)) {
        return DESK_NOT_FOUND;
    }
    if (chat->unrecorded || !keeps_tickets(d, department)) {
        return DESK_NO_TICKETS;
    }
    if (is_open) {
        return DESK_RUNNING;
    }
    struct ticket *t = ticket_touch(d, chat->number);
    if (t->erased) {
        return DESK_NOT_FOUND;
    }
    if (t->record.state != TICKET_NONE) {
        return DESK_REPEATED;
    }
    if (c == NULL) {
        ticket_begin(d, t, chat, now, answered);
    }
    owner = desk_is_agent(d, owner) ? owner : "";
    ticket_convert(
        d, now, t,
        &(struct ticket_record){.visitor = c != NULL ? c->visitor->record.id : chat->visitor,
                                .department = department,
                                .address = address,
                                .owner = owner,
                                .state = owner[0] != '\0' ? TICKET_OPEN : TICKET_NEW,
                                .converted_by = who});
    return DESK_OK;
}

enum desk_result desk_agent_end_with_ticket(struct desk *d, time_ms now, const char *agent,
                                            const char *visitor, const char *reason)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL || v == NULL || v->chat == NULL || v->chat->owner != a) {
        return DESK_NOT_FOUND;
    }
    struct chat *c = v->chat;
    if (!chat_is_open(c)) {
        return DESK_CLOSED;
    }
    if (c->unrecorded || c->department->tickets == TICKETS_NEVER) {
        return DESK_NO_TICKETS;
    }
    ticket_convert(d, now, ticket_touch(d, c->number),
                   &(struct ticket_record){.visitor = v->record.id,
                                           .department = c->department->id,
                                           .address = c->address->id,
                                           .owner = a->jid,
                                           .state = TICKET_OPEN,
                                           .converted_by = a->jid});
    return desk_agent_end(d, now, agent, visitor, reason);
}

/* ---- state ---- */

enum desk_result desk_ticket_state(struct desk *d, time_ms now, const char *who, int64_t number,
                                   enum ticket_state to)
{
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK) {
        return may;
    }
    enum ticket_state from = t->record.state;
    if (from == to && t->record.due == 0) {
        return DESK_REPEATED;
    }
    if (!ticket_may_enter(from, to)) {
        return DESK_CLOSED;
    }
    if (to == TICKET_SOLVED && desk_own_missing(d, number) != NULL) {
        return DESK_MISSING;
    }
    int64_t merged = t->record.merged;
    ticket_enter(d, now, t, to, 0);
    ticket_note_change(d, now, t, who, "state", ticket_state_name(from), ticket_state_name(to));
    related_note_separated(d, now, t, who, merged);
    return DESK_OK;
}

static void note_due(struct desk *d, time_ms now, const struct ticket *t, const char *who)
{
    char date[CLOCK_TEXT_SIZE];

    clock_text(t->record.due, date);
    ticket_note(d, now, t, who, "due", t->record.due != 0 ? date : "-");
}

enum desk_result desk_ticket_due(struct desk *d, time_ms now, const char *who, int64_t number,
                                 time_ms due)
{
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK) {
        return may;
    }
    enum ticket_state from = t->record.state;
    if (due == t->record.due) {
        return DESK_REPEATED;
    }
    if (due != 0 && (due <= now || due > now + TICKET_DUE_DAYS_MAX * (time_ms)DAY_MS)) {
        return DESK_FORM;
    }
    if (!ticket_may_enter(from, TICKET_PENDING)) {
        return DESK_CLOSED;
    }
    ticket_enter(d, now, t, TICKET_PENDING, due);
    if (from != TICKET_PENDING) {
        ticket_note_change(d, now, t, who, "state", ticket_state_name(from), "pending");
    }
    note_due(d, now, t, who);
    return DESK_OK;
}

int desk_zone_offset(const struct desk *d, const char *department, time_ms utc)
{
    const struct department *p = desk_find_department(d, department);
    const struct calendar *days = p != NULL && p->hours != NULL ? p->hours : d->config.days;

    return days != NULL ? calendar_offset(days, utc) : 0;
}

/* ---- owner ---- */

bool ticket_may_own(const struct desk *d, const struct ticket *t, const char *owner)
{
    return desk_find_department(d, t->record.department) == NULL
               ? desk_is_agent(d, owner)
               : desk_is_agent_of(d, owner, t->record.department);
}

void ticket_call_owner(const struct desk *d, const struct ticket *t, const char *who,
                       enum agent_call call)
{
    if (t->record.owner[0] != '\0' && !text_equal(t->record.owner, who)) {
        ticket_call(d, t, t->record.owner, call);
    }
}

enum desk_result desk_ticket_assign(struct desk *d, time_ms now, const char *who, int64_t number,
                                    const char *owner)
{
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK && !(may == DESK_FORBIDDEN && desk_has_role(d, who, ROLE_DISPATCHER))) {
        return may;
    }
    if (text_equal(owner, t->record.owner)) {
        return DESK_REPEATED;
    }
    if (owner[0] != '\0' && !ticket_may_own(d, t, owner)) {
        return DESK_FORM;
    }
    enum ticket_state from = t->record.state;
    char *before = mem_dup(t->record.owner);
    ticket_set_owner(d, t, owner);
    if (from == TICKET_NEW) {
        ticket_enter(d, now, t, TICKET_OPEN, 0);
    } else {
        ticket_store(d, now, t);
    }
    ticket_note_change(d, now, t, who, "assigned", before, owner);
    if (from != t->record.state) {
        ticket_note_change(d, now, t, who, "state", ticket_state_name(from), "open");
    }
    free(before);
    ticket_call_owner(d, t, who, CALL_TICKET);
    return DESK_OK;
}

/* ---- subject ---- */

enum desk_result desk_ticket_subject(struct desk *d, time_ms now, const char *who, int64_t number,
                                     const char *subject)
{
    struct ticket *t;
    enum desk_result may = ticket_find_for(d, now, who, number, &t);

    if (may != DESK_OK) {
        return may;
    }
    if (strlen(subject) > TICKET_SUBJECT_BYTES) {
        return DESK_FULL;
    }
    subject = desk_mask(d, subject);
    if (text_equal(subject, t->record.subject)) {
        return DESK_REPEATED;
    }
    const char *before = t->record.subject;
    t->record.subject = mem_dup(subject);
    ticket_store(d, now, t);
    ticket_note_change(d, now, t, who, "subject", before, subject);
    free((char *)before);
    return DESK_OK;
}
