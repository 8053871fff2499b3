#include "desk/answer.h"

#include "base/text.h"
#include "desk/desk_state.h"

static const char *const EVENTS[] = {
    [ANSWER_AWAITED] = "", [ANSWER_REMINDED] = "reminded", [ANSWER_REPORTED] = "reported"};

static void enter(const struct desk *d, struct answer *a, enum answer_step step, time_ms at)
{
    a->step = step;
    a->step_at = at;
    a->since = d->steady;
}

bool answer_is_due_to(const struct entry_record *e)
{
    return e->by == BY_VISITOR &&
           (e->kind == ENTRY_MESSAGE || text_equal(e->event, "form-answered"));
}

void answer_follow(struct desk *d, struct chat *c, const struct entry_record *e)
{
    struct answer *a = &c->answer;

    if (e->kind == ENTRY_MESSAGE && e->by == BY_AGENT) {
        c->answered = c->answered != 0 ? c->answered : e->at;
        *a = (struct answer){0};
    } else if (answer_is_due_to(e) && a->line == 0) {
        a->line = e->sequence;
        a->asked = e->at;
        enter(d, a, ANSWER_AWAITED, e->at);
    } else if (e->kind == ENTRY_NOTE && e->by == BY_DESK && a->line != 0) {
        for (enum answer_step step = ANSWER_REMINDED; step <= ANSWER_REPORTED; step++) {
            if (text_equal(e->event, EVENTS[step])) {
                enter(d, a, step, e->at);
            }
        }
    }
}

void answer_resume(const struct desk *d, time_ms now, struct chat *c)
{
    time_ms passed = now - c->answer.step_at;

    if (passed < 0) {
        passed = 0;
    } else if (passed > d->config.answer_ms) {
        passed = d->config.answer_ms;
    }
    c->answer.since = d->steady - passed;
}

void answer_wait(const struct desk *d, struct chat *c)
{
    c->answer.since = d->steady;
}

/* Somebody is there to be answered, and somebody to answer; a probe's visit is nobody's business.
 */
static bool is_due(const struct desk *d, const struct chat *c)
{
    const struct visitor *v = c->visitor;

    return d->config.answer_ms > 0 && c->answer.line != 0 && c->answer.step != ANSWER_REPORTED &&
           d->steady - c->answer.since >= d->config.answer_ms && !c->left && !c->owner_gone &&
           c->hold.until == 0 && (v->online || !v->told_away) && v->record.only_agent[0] == '\0';
}

static void remind_one(const struct desk *d, const struct chat *c, const struct agent *a)
{
    char stamp[CLOCK_TEXT_SIZE];

    clock_text(c->answer.asked, stamp);
    d->agent_ports->notice(d->agent_ports->ctx, a->jid, c->visitor->record.id, NOTICE_REMINDED,
                           stamp);
}

/* A chat that waits without an offer has nobody who could be: the step is taken all the same. */
static void remind(struct desk *d, time_ms now, struct chat *c)
{
    if (c->state == CHAT_ACTIVE) {
        remind_one(d, c, c->owner);
    }
    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_OPEN) {
            remind_one(d, c, o->agent);
        }
    }
    chat_note(d, now, c, EVENTS[ANSWER_REMINDED], c->owner, "");
}

/* The owner was reminded already. */
static void report(struct desk *d, time_ms now, struct chat *c)
{
    size_t told = 0;

    for (size_t i = 0; i < d->roles.counts[ROLE_SUPERVISOR]; i++) {
        const char *supervisor = d->roles.jids[ROLE_SUPERVISOR][i];
        if (c->owner == NULL || !text_equal(c->owner->jid, supervisor)) {
            d->agent_ports->report(d->agent_ports->ctx, supervisor, c->visitor->record.id,
                                   c->answer.asked);
            told++;
        }
    }
    if (told > 0) {
        chat_note(d, now, c, EVENTS[ANSWER_REPORTED], c->owner, "");
    } else {
        enter(d, &c->answer, ANSWER_REPORTED, now);
    }
}

void answer_tick(struct desk *d, time_ms now, struct chat *c)
{
    if (!is_due(d, c)) {
        return;
    }
    if (c->answer.step == ANSWER_AWAITED) {
        remind(d, now, c);
    } else {
        report(d, now, c);
    }
}
