#include "desk/left.h"

#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/routing.h"
#include "desk/taker.h"

static bool is_over(const struct desk *d, time_ms since, time_ms limit)
{
    return d->steady - since >= limit;
}

bool left_agents_are_expected(const struct desk *d)
{
    return !is_over(d, d->agents_expected, d->config.agent_grace_ms);
}

bool left_is_ticket(const struct chat *c)
{
    return c->department->left_is_ticket && c->visitor->record.only_agent[0] == '\0';
}

void left_expect_agents(struct desk *d)
{
    d->agents_expected = d->steady;
}

/* ---- is somebody to come? ---- */

/* It will overflow to a department where somebody is. */
static bool overflow_will_help(const struct chat *c)
{
    const struct department *p = c->department;

    return p->is_open && p->overflow != NULL && !c->overflows &&
           department_somebody(p->overflow, c->rules, &c->visitor->record);
}

/* Of one that would be a ticket, which nobody takes back. */
static bool may_be_helped(const struct desk *d, const struct chat *c)
{
    return c->department->is_open && (left_agents_are_expected(d) || overflow_will_help(c));
}

/* ---- what becomes of it ---- */

static void end_as_ticket(struct desk *d, time_ms now, struct chat *c, const char *why)
{
    chat_set_left(d, c, true);
    desk_shut_chat(d, now, c, "desk", "left");
    ticket_leave(d, now, c, why);
    participant_close(d, c, "left");
    desk_tell_card(d, c->visitor);
}

static void leave(struct desk *d, time_ms now, struct chat *c, const char *event, const char *why)
{
    if (left_is_ticket(c)) {
        end_as_ticket(d, now, c, why);
    } else {
        chat_set_left(d, c, true);
        chat_notice(d, now, c, event, NULL);
    }
}

void left_begin(struct desk *d, time_ms now, struct chat *c)
{
    if (taker_is_there(c)) {
        return;
    }
    if (left_is_ticket(c) && may_be_helped(d, c)) {
        /* No grace is due to who has not been there: as soon as that is known, it is left. */
        c->alone = true;
        c->alone_since = d->steady - d->config.agent_grace_ms;
        return;
    }
    leave(d, now, c, "left-message", LEFT_NOBODY);
}

void left_tick(struct desk *d, time_ms now, struct chat *c)
{
    const struct visitor *v = c->visitor;
    bool is_open = c->department->is_open;
    bool went = !v->online && is_over(d, v->away_since, d->config.visitor_grace_ms);
    bool alone = c->alone && is_over(d, c->alone_since, d->config.agent_grace_ms) &&
                 !(left_is_ticket(c) && may_be_helped(d, c));

    if (c->left || !(went || alone || !is_open)) {
        return;
    }
    const char *why = went ? LEFT_ASKED : is_open ? LEFT_NOBODY : LEFT_CLOSING;
    leave(d, now, c, is_open || went ? "left-message" : "closing", why);
}

enum desk_result desk_visitor_leave(struct desk *d, time_ms now, const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    if (!chat_is_waiting(v->chat)) {
        return DESK_RUNNING;
    }
    if (!left_is_ticket(v->chat)) {
        return DESK_NO_TICKETS;
    }
    end_as_ticket(d, now, v->chat, LEFT_ASKED);
    desk_settle(d, now);
    return DESK_OK;
}

void desk_agents_expected(struct desk *d, time_ms now)
{
    desk_pass(d, now);
    left_expect_agents(d);
}
