/* Who is told of a ticket by a department's contact. */
#include "base/text.h"
#include "desk/desk_state.h"

#include <stdio.h>

void ticket_call(const struct desk *d, const struct ticket *t, const char *who,
                 enum agent_call call)
{
    const char *department = t->record.department;
    char number[24];

    if (desk_is_agent(d, who) && !desk_is_agent_of(d, who, department)) {
        department = desk_agent_department(d, who, 0);
    } else if (desk_find_department(d, department) == NULL) {
        department = d->departments[0]->id;
    }
    snprintf(number, sizeof number, "%lld", (long long)t->record.number);
    d->agent_ports->call(d->agent_ports->ctx, who, department, call, "", number);
}

bool ticket_call_agents(const struct desk *d, const struct ticket *t, enum agent_call call,
                        const char *but)
{
    const struct department *p = desk_find_department(d, t->record.department);
    bool is_there = false;
    bool any = false;

    p = p != NULL ? p : d->departments[0];
    for (size_t i = 0; i < p->agent_count; i++) {
        bool is_other = but == NULL || !text_equal(p->agents[i]->jid, but);
        is_there = is_there || (is_other && p->agents[i]->sensed > AVAILABILITY_DOUBTFUL);
    }
    for (size_t i = 0; i < p->agent_count; i++) {
        const struct agent *a = p->agents[i];
        bool is_other = but == NULL || !text_equal(a->jid, but);
        if (is_other && (!is_there || a->sensed > AVAILABILITY_DOUBTFUL)) {
            ticket_call(d, t, a->jid, call);
            any = true;
        }
    }
    return any;
}
