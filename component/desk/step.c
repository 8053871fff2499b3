#include "desk/step.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "ticket-"
#define MAILED " mail" /* behind why, in the body of ticket-received */

static const char *const EVENTS[] = {
    [STEP_NONE] = NULL,
    [STEP_RECEIVED] = PREFIX "received",
    [STEP_TAKEN] = PREFIX "taken",
    [STEP_WAITING] = PREFIX "waiting",
    [STEP_SOLVED] = PREFIX "solved",
};

/* Until a date it rests, and is still with somebody. */
enum step step_of(const struct ticket_record *r)
{
    if (r->merged != 0) {
        return STEP_TAKEN; /* it goes on elsewhere */
    }
    switch (r->state) {
    case TICKET_NEW:
        return STEP_RECEIVED;
    case TICKET_OPEN:
        return r->owner[0] != '\0' ? STEP_TAKEN : STEP_RECEIVED;
    case TICKET_PENDING:
        return r->due == 0 ? STEP_WAITING : STEP_TAKEN;
    case TICKET_SOLVED:
    case TICKET_CLOSED:
        return STEP_SOLVED;
    case TICKET_NONE:
        break;
    }
    return STEP_NONE;
}

/* mailed: a mail that says the same is on its way. */
static void tell(struct desk *d, time_ms now, const struct ticket *t, const char *why, bool mailed)
{
    char *body = mem_print("%s%s", why, mailed ? MAILED : "");
    struct entry_record e = {.kind = ENTRY_NOTICE,
                             .by = BY_DESK,
                             .agent = "",
                             .name = "",
                             .sender_id = "",
                             .event = EVENTS[t->step],
                             .body = body};

    ticket_add(d, now, t, &e);
    d->visitor_ports->entry(d->visitor_ports->ctx, t->record.visitor, t->record.address, &e);
    free(body);
}

/* That somebody has given it back to the others is nothing to the visitor. */
static bool is_news(enum step before, enum step now)
{
    return now != before && now != STEP_NONE &&
           (now != STEP_RECEIVED || before == STEP_NONE || before == STEP_SOLVED);
}

bool desk_is_told_of(const struct ticket_record *r)
{
    return r->left || r->last != 0;
}

const char *desk_step(const struct ticket_record *r)
{
    const char *event = EVENTS[step_of(r)];

    return event != NULL ? event + strlen(PREFIX) : "";
}

const char *desk_step_name(const char *event)
{
    for (size_t i = STEP_RECEIVED; i <= STEP_SOLVED; i++) {
        if (text_equal(EVENTS[i], event)) {
            return event + strlen(PREFIX);
        }
    }
    return NULL;
}

bool desk_is_mailed(const struct entry_record *notice)
{
    size_t len = strlen(notice->body);
    size_t tail = strlen(MAILED);

    return text_equal(notice->event, EVENTS[STEP_RECEIVED]) && len >= tail &&
           text_equal(notice->body + len - tail, MAILED);
}

void step_follow(struct desk *d, time_ms now, struct ticket *t)
{
    enum step before = t->step;

    t->step = step_of(&t->record);
    if (t->record.merged == 0 && desk_is_told_of(&t->record) && is_news(before, t->step)) {
        bool mailed = t->step == STEP_RECEIVED && before == STEP_NONE && mail_receipt(d, now, t);
        tell(d, now, t, before == STEP_SOLVED ? "again" : t->why != NULL ? t->why : "", mailed);
    }
}
