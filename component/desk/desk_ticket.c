/* What becomes of a ticket, and who may do it. */
#include "base/calendar.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

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
    if (t->record.state == TICKET_NONE && r != NULL) {
        ticket_load(t, r);
    }
}

const struct ticket_record *desk_ticket(const struct desk *d, int64_t number)
{
    const struct ticket *t = ticket_find(d, number);

    return t != NULL && t->record.state != TICKET_NONE ? &t->record : NULL;
}

/* ---- who may ---- */

static bool works_on(const struct desk *d, const char *who, const char *department,
                     const char *owner)
{
    return (text_equal(owner, who) && desk_is_agent(d, who)) ||
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

/* To be changed by them. */
static enum desk_result find_ticket(struct desk *d, time_ms now, const char *who, int64_t number,
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

static void note_change(struct desk *d, time_ms now, const struct ticket *t, const char *who,
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
                                    const struct chat_record *chat)
{
    const struct chat *c = desk_find_chat(d, chat->number);
    const char *department = c != NULL ? c->department->id : chat->department;
    const char *owner = chat->owner;
    bool is_open = c != NULL ? chat_is_open(c) : chat->state != CHAT_CLOSED;

    desk_pass(d, now);
    if (c != NULL) {
        owner = c->owner != NULL ? c->owner->jid : "";
    }
    if (!works_on(d, who, department, owner)) {
        return DESK_NOT_FOUND;
    }
    if (!keeps_tickets(d, department)) {
        return DESK_NO_TICKETS;
    }
    if (is_open) {
        return DESK_RUNNING;
    }
    struct ticket *t = ticket_touch(d, chat->number);
    if (t->record.state != TICKET_NONE) {
        return DESK_REPEATED;
    }
    owner = desk_is_agent(d, owner) ? owner : "";
    ticket_convert(d, now, t, department, owner, who, owner[0] != '\0' ? TICKET_OPEN : TICKET_NEW);
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
    if (c->department->tickets == TICKETS_NEVER) {
        return DESK_NO_TICKETS;
    }
    ticket_convert(d, now, ticket_touch(d, c->number), c->department->id, a->jid, a->jid,
                   TICKET_OPEN);
    return desk_agent_end(d, now, agent, visitor, reason);
}

/* ---- state ---- */

enum desk_result desk_ticket_state(struct desk *d, time_ms now, const char *who, int64_t number,
                                   enum ticket_state to)
{
    struct ticket *t;
    enum desk_result may = find_ticket(d, now, who, number, &t);

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
    ticket_enter(d, now, t, to, 0);
    note_change(d, now, t, who, "state", ticket_state_name(from), ticket_state_name(to));
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
    enum desk_result may = find_ticket(d, now, who, number, &t);

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
        note_change(d, now, t, who, "state", ticket_state_name(from), "pending");
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

/* Of its department; of one that is gone, of any. */
static bool may_own(const struct desk *d, const struct ticket *t, const char *owner)
{
    return desk_find_department(d, t->record.department) == NULL
               ? desk_is_agent(d, owner)
               : desk_is_agent_of(d, owner, t->record.department);
}

static void tell_owner(struct desk *d, const struct ticket *t, const char *who)
{
    const struct ticket_record *r = &t->record;
    char number[24];

    if (r->owner[0] == '\0' || text_equal(r->owner, who)) {
        return;
    }
    snprintf(number, sizeof number, "%lld", (long long)r->number);
    d->agent_ports->call(d->agent_ports->ctx, r->owner,
                         desk_is_agent_of(d, r->owner, r->department)
                             ? r->department
                             : desk_agent_department(d, r->owner, 0),
                         CALL_TICKET, "", number);
}

enum desk_result desk_ticket_assign(struct desk *d, time_ms now, const char *who, int64_t number,
                                    const char *owner)
{
    struct ticket *t;
    enum desk_result may = find_ticket(d, now, who, number, &t);

    if (may != DESK_OK && !(may == DESK_FORBIDDEN && desk_has_role(d, who, ROLE_DISPATCHER))) {
        return may;
    }
    if (text_equal(owner, t->record.owner)) {
        return DESK_REPEATED;
    }
    if (owner[0] != '\0' && !may_own(d, t, owner)) {
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
    note_change(d, now, t, who, "assigned", before, owner);
    if (from != t->record.state) {
        note_change(d, now, t, who, "state", ticket_state_name(from), "open");
    }
    free(before);
    tell_owner(d, t, who);
    return DESK_OK;
}

/* ---- subject ---- */

enum desk_result desk_ticket_subject(struct desk *d, time_ms now, const char *who, int64_t number,
                                     const char *subject)
{
    struct ticket *t;
    enum desk_result may = find_ticket(d, now, who, number, &t);

    if (may != DESK_OK) {
        return may;
    }
    if (strlen(subject) > TICKET_SUBJECT_BYTES) {
        return DESK_FULL;
    }
    if (text_equal(subject, t->record.subject)) {
        return DESK_REPEATED;
    }
    const char *before = t->record.subject;
    t->record.subject = mem_dup(subject);
    ticket_store(d, now, t);
    note_change(d, now, t, who, "subject", before, subject);
    free((char *)before);
    return DESK_OK;
}
