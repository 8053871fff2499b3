#include "desk/wake.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/target.h"

#include <stdlib.h>

static time_ms closes_at(const struct desk *d, const struct ticket_record *r)
{
    const struct department *p = desk_find_department(d, r->department);

    return r->state == TICKET_SOLVED && r->solved != 0 && p != NULL && p->close_solved_ms != 0
               ? r->solved + p->close_solved_ms
               : 0;
}

static time_ms earlier(time_ms a, time_ms b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

time_ms wake_next(const struct desk *d, const struct ticket_record *r)
{
    return earlier(earlier(r->due, closes_at(d, r)), target_next(d, r));
}

/* ---- who is told ---- */

static bool is_owned(const struct desk *d, const struct ticket *t)
{
    return desk_is_agent(d, t->record.owner);
}

static void tell_agents(const struct desk *d, const struct ticket *t, enum agent_call call)
{
    const struct department *p = desk_find_department(d, t->record.department);

    if (is_owned(d, t)) {
        ticket_call(d, t, t->record.owner, call);
        return;
    }
    for (size_t i = 0; p != NULL && i < p->agent_count; i++) {
        ticket_call(d, t, p->agents[i]->jid, call);
    }
}

/* Who were not told as agents. */
static void tell_supervisors(const struct desk *d, const struct ticket *t, enum agent_call call)
{
    for (size_t i = 0; i < d->roles.counts[ROLE_SUPERVISOR]; i++) {
        const char *supervisor = d->roles.jids[ROLE_SUPERVISOR][i];
        bool was_told = is_owned(d, t) ? text_equal(supervisor, t->record.owner)
                                       : desk_is_agent_of(d, supervisor, t->record.department);
        if (!was_told) {
            ticket_call(d, t, supervisor, call);
        }
    }
}

/* ---- what happens ---- */

static void enter(struct desk *d, time_ms now, struct ticket *t, enum ticket_state to)
{
    char *change = mem_print("%s -> %s", ticket_state_name(t->record.state), ticket_state_name(to));

    ticket_enter(d, now, t, to, 0);
    ticket_note(d, now, t, "", "state", change);
    free(change);
}

static void follow_dates(struct desk *d, time_ms now, struct ticket *t)
{
    time_ms closes = closes_at(d, &t->record);

    if (t->record.due != 0 && now >= t->record.due) {
        enter(d, now, t, TICKET_OPEN);
        tell_agents(d, t, CALL_TICKET_DUE);
    } else if (closes != 0 && now >= closes) {
        enter(d, now, t, TICKET_CLOSED);
    }
}

/* True: somebody was told. */
static bool follow_targets(struct desk *d, time_ms now, struct ticket *t)
{
    enum ticket_target target;
    bool is_late;
    bool told = false;

    while (target_take_due(d, now, t, &target, &is_late)) {
        enum agent_call first = is_late ? CALL_FIRST_ANSWER_LATE : CALL_FIRST_ANSWER_NEAR;
        enum agent_call call = (enum agent_call)((int)first + (int)target);
        ticket_note(d, now, t, "", is_late ? "service-breached" : "service-warned",
                    target_name(target));
        tell_agents(d, t, call);
        if (is_late) {
            tell_supervisors(d, t, call);
        }
        told = true;
    }
    return told;
}

void desk_ticket_wake(struct desk *d, time_ms now, int64_t number)
{
    struct ticket *t = ticket_find(d, number);

    desk_pass(d, now);
    if (t == NULL) {
        return;
    }
    if (t->record.state != TICKET_NONE) {
        const struct ticket_record before = t->record;
        bool is_changed = target_rewind(now, t);
        target_measure_silently(d, now, t);
        follow_dates(d, now, t);
        is_changed = follow_targets(d, now, t) || is_changed;
        target_measure(d, now, t);
        if (is_changed || before.measured != t->record.measured || before.told != t->record.told ||
            before.overdue != t->record.overdue || before.wake != wake_next(d, &t->record)) {
            ticket_put(d, t);
        }
    }
    ticket_forget(d, t);
}
