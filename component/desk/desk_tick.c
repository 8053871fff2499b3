/* What time does: grace, linger, idle, leaving, answers, offers, overflow. All on the steady clock.
 */
#include "desk/call.h"
#include "desk/desk_state.h"
#include "desk/duty.h"
#include "desk/left.h"
#include "desk/news.h"
#include "desk/routing.h"
#include "desk/taker.h"

static bool is_over(const struct desk *d, time_ms since, time_ms limit)
{
    return d->steady - since >= limit;
}

static void tick_active(struct desk *d, time_ms now, struct chat *c)
{
    const struct visitor *v = c->visitor;

    if (c->owner_gone && is_over(d, c->gone_since, d->config.agent_grace_ms) &&
        !left_agents_are_expected(d)) {
        desk_lose_owner(d, now, c, NOTICE_MOVED);
    } else if (!v->online && is_over(d, c->quiet_since, d->config.idle_ms) &&
               is_over(d, v->away_since, d->config.idle_ms)) {
        desk_close_chat(d, now, c, "desk");
    } else {
        hold_tick(d, now, c);
        transfer_tick(d, c);
        answer_tick(d, now, c);
    }
}

static void tick_waiting(struct desk *d, time_ms now, struct chat *c)
{
    left_tick(d, now, c);
    if (!chat_is_waiting(c)) {
        return;
    }
    routing_tick(d, c);
    answer_tick(d, now, c);
    call_tick(d, now, c);
}

static void tick_closed(struct desk *d, struct chat *c)
{
    struct agent *owner = c->owner;
    struct visitor *v = c->visitor;

    if (is_over(d, c->linger_since, d->config.linger_ms)) {
        desk_retire(d, c);
        if (owner != NULL) {
            desk_settle_contact(d, owner, v);
        }
        desk_drop_if_idle(d, v);
    }
}

/* The last line of the agent, if it was said when the visitor had left but nobody knew yet. */
static bool was_said_too_late(const struct chat *c)
{
    const struct entry_record *last = transcript_last(&c->transcript);

    return c->state == CHAT_ACTIVE && last != NULL && last->by == BY_AGENT &&
           c->quiet_since > c->visitor->away_since;
}

static void tick_visitors(struct desk *d)
{
    size_t at = 0;
    const char *id;
    void *value;

    while (map_next(d->visitors, &at, &id, &value)) {
        struct visitor *v = value;
        if (v->online || !is_over(d, v->away_since, d->config.leave_ms) ||
            desk_drop_if_idle(d, v) || v->told_away) {
            continue;
        }
        v->told_away = true;
        desk_tell_card(d, v);
        if (was_said_too_late(v->chat)) {
            desk_tell_absent(d, v->chat);
        }
    }
}

static void tick_departments(struct desk *d, time_ms now)
{
    for (size_t i = 0; i < d->department_count; i++) {
        d->unsettled = department_follow_hours(d->departments[i], now) || d->unsettled;
    }
}

static void tick_alone(const struct desk *d, struct chat *c)
{
    bool alone = !taker_is_there(c);

    if (alone && !c->alone) {
        c->alone_since = d->steady;
    }
    c->alone = alone;
}

void desk_tick(struct desk *d, time_ms now)
{
    desk_pass(d, now);
    duty_tick(d, now);
    blocks_tick(d, now);
    bulletins_tick(d, now);
    tickets_tick(d);
    mails_tick(d);
    tick_departments(d, now);
    tick_visitors(d);
    list_for_each_safe (struct chat, c, &d->chats, link) {
        tick_alone(d, c);
        if (c->state == CHAT_ACTIVE) {
            tick_active(d, now, c);
        }
        follow_tick(d, c);
        if (chat_is_waiting(c)) {
            tick_waiting(d, now, c);
        } else if (c->state == CHAT_CLOSED) {
            tick_closed(d, c);
        }
    }
    news_tick(d);
    desk_settle(d, now);
}
