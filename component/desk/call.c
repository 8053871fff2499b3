#include "desk/call.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/duty.h"

#include <stdlib.h>
#include <string.h>

enum { AGENTS_BYTES = 1024 * 1024 }; /* of a department: 500 addresses of 2 KiB at most */

void call_finish(struct call *call)
{
    free(call->agents);
    call->agents = NULL;
}

void call_wait(const struct desk *d, struct chat *c)
{
    c->call.since = d->steady;
}

void call_follow(struct chat *c, const struct entry_record *e)
{
    if (e->by != BY_DESK) {
        return;
    }
    if (e->kind == ENTRY_NOTE && text_equal(e->event, "called")) {
        mem_replace(&c->call.agents, e->body);
    } else if (e->kind == ENTRY_NOTICE && text_equal(e->event, "joined")) {
        call_finish(&c->call);
    }
}

static bool is_due(const struct desk *d, const struct chat *c)
{
    const struct department *p = c->department;
    const struct visitor *v = c->visitor;

    return p->call_ms > 0 && p->is_open && c->call.agents == NULL &&
           d->steady - c->call.since >= p->call_ms && (v->online || !v->told_away) &&
           v->record.only_agent[0] == '\0';
}

static void tell(const struct desk *d, const struct chat *c, const char *agent,
                 enum agent_call call, const char *text)
{
    d->agent_ports->call(d->agent_ports->ctx, agent, c->department->id, call, c->visitor->record.id,
                         text);
}

void call_tick(struct desk *d, time_ms now, struct chat *c)
{
    char stamp[CLOCK_TEXT_SIZE];
    struct buf told;

    if (!is_due(d, c)) {
        return;
    }
    buf_init(&told, AGENTS_BYTES);
    clock_text(now - (d->steady - c->call.since), stamp);
    for (size_t i = 0; i < c->department->agent_count; i++) {
        const struct agent *a = c->department->agents[i];
        if (a->sensed <= AVAILABILITY_DOUBTFUL || duty_state(a, now) == DUTY_OFF) {
            buf_printf(&told, "%s%s", told.len > 0 ? " " : "", a->jid);
            tell(d, c, a->jid, CALL_WAITS, stamp);
        }
    }
    if (told.len > 0) {
        chat_note(d, now, c, "called", NULL, told.bytes);
    }
    buf_finish(&told);
}

void call_end(const struct desk *d, struct chat *c)
{
    char *rest = c->call.agents;

    while (rest != NULL && *rest != '\0') {
        size_t len = strcspn(rest, " ");
        char *agent = mem_dup_n(rest, len);
        const struct agent *a = desk_find_agent(d, agent);
        if (a != NULL && department_has(c->department, a) && a != c->owner) {
            tell(d, c, agent, c->owner != NULL ? CALL_TAKEN : CALL_OVER,
                 c->owner != NULL ? c->owner->name : "");
        }
        free(agent);
        rest += len + (rest[len] == ' ' ? 1 : 0);
    }
    call_finish(&c->call);
}
