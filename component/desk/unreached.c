#include "desk/unreached.h"

#include "base/text.h"
#include "desk/desk_state.h"

static void call_supervisors(const struct desk *d, const struct ticket *t, const char *but)
{
    for (size_t i = 0; i < d->roles.counts[ROLE_SUPERVISOR]; i++) {
        const char *supervisor = d->roles.jids[ROLE_SUPERVISOR][i];
        if (!text_equal(supervisor, but)) {
            ticket_call(d, t, supervisor, CALL_TICKET_UNREACHED);
        }
    }
}

bool desk_ticket_unreached(struct desk *d, time_ms now, const char *agent, int64_t number,
                           int64_t sequence)
{
    struct ticket *t = ticket_find(d, number);
    const struct agent *a = desk_find_agent(d, agent);

    desk_pass(d, now);
    if (t == NULL || a == NULL || t->record.state == TICKET_NONE ||
        !text_equal(t->record.owner, agent)) {
        return false;
    }
    bool is_answered = t->record.last_by == BY_AGENT && t->record.last > sequence;
    if (is_answered || t->record.unreached) {
        return false;
    }
    t->record.unreached = true;
    ticket_put(d, t);
    ticket_note(d, now, t, "", "unreached", a->name);
    if (!ticket_call_agents(d, t, CALL_TICKET_UNREACHED, agent)) {
        call_supervisors(d, t, agent);
    }
    return true;
}

void desk_ticket_returned(struct desk *d, time_ms now, int64_t number, int64_t sequence)
{
    const struct ticket *t = ticket_find(d, number);

    desk_pass(d, now);
    if (t == NULL || t->record.state == TICKET_NONE || t->record.last != sequence ||
        t->record.last_by != BY_AGENT) {
        return;
    }
    ticket_note(d, now, t, "", "returned", "");
    if (desk_is_agent(d, t->record.owner)) {
        ticket_call(d, t, t->record.owner, CALL_TICKET_RETURNED);
    } else {
        ticket_call_agents(d, t, CALL_TICKET_RETURNED, NULL);
    }
}
