#include "desk/duty.h"

#include "base/calendar.h"
#include "base/log.h"
#include "desk/desk_state.h"
#include "desk/news.h"
#include "desk/routing.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static int64_t day_of(const struct agent *a, time_ms now)
{
    return a->days != NULL ? calendar_day(a->days, now) : now / DAY_MS;
}

enum duty_state duty_state(const struct agent *a, time_ms now)
{
    if (a->duty == 0) {
        return a->says_on ? DUTY_OFF : DUTY_ON;
    }
    if (a->says_on && day_of(a, a->since) != day_of(a, now)) {
        return DUTY_OFF;
    }
    return a->duty;
}

static enum availability availability_of(const struct agent *a)
{
    if (a->sensed > AVAILABILITY_BUSY && !a->on_duty) {
        return AVAILABILITY_BUSY;
    }
    return a->sensed == AVAILABILITY_FREE && agent_is_idle(a) ? AVAILABILITY_AWAY : a->sensed;
}

void duty_follow(struct desk *d, time_ms now, struct agent *a)
{
    static const char *const NAMES[] = {"gone", "doubtful", "busy", "away", "free"};
    bool was_there = agent_is_there(a);
    bool was_lost = agent_is_lost(a);

    a->on_duty = duty_state(a, now) == DUTY_ON;
    enum availability availability = availability_of(a);
    if (availability == a->availability) {
        return;
    }
    a->availability = availability;
    log_info("agent: availability=%s", NAMES[availability]);
    if (!was_there && agent_is_there(a)) {
        routing_forget_ended(a);
        news_come(d, a);
    }
    list_for_each (struct chat, c, &a->chats, owner_link) {
        if (c->state == CHAT_ACTIVE && was_lost != agent_is_lost(a)) {
            c->owner_gone = agent_is_lost(a);
            c->gone_since = d->steady;
        }
    }
    browsing_follow_agent(d, a);
    d->unsettled = true;
}

static const struct calendar *find_days(const struct desk *d, const struct agent *a)
{
    for (size_t i = 0; i < d->department_count; i++) {
        const struct department *p = d->departments[i];
        if (p->hours != NULL && department_has(p, a)) {
            return p->hours;
        }
    }
    return d->config.days;
}

void duty_review(struct desk *d, time_ms now)
{
    for (size_t i = 0; i < d->department_count; i++) {
        department_follow_hours(d->departments[i], now);
    }
    for (size_t i = 0; i < d->agent_count; i++) {
        d->agents[i]->days = find_days(d, d->agents[i]);
        duty_follow(d, now, d->agents[i]);
    }
}

static void store(struct desk *d, const struct agent *a)
{
    storage_put_duty(d->storage,
                     &(struct duty_record){
                         .agent = a->jid, .state = a->duty, .since = a->since, .until = a->until});
}

static void enter(struct desk *d, struct agent *a, enum duty_state state, time_ms since,
                  time_ms until)
{
    static const char *const NAMES[] = {"", "on", "off", "pause"};

    a->duty = state;
    a->since = since;
    a->until = until;
    log_info("agent: duty=%s", NAMES[state]);
    store(d, a);
}

/* By the contact of a department of theirs; every agent has one. */
static void tell(const struct desk *d, const struct agent *a, enum agent_call call)
{
    const char *department = desk_agent_department(d, a->jid, 0);

    d->agent_ports->call(d->agent_ports->ctx, a->jid, department, call, "", "");
}

static void tick_agent(struct desk *d, time_ms now, struct agent *a)
{
    if (a->duty == DUTY_PAUSE && a->until != 0 && now >= a->until) {
        bool was_in_pause = duty_state(a, now) == DUTY_PAUSE;
        enter(d, a, DUTY_ON, a->since, 0);
        if (was_in_pause) {
            tell(d, a, CALL_PAUSE_OVER);
        }
    }
    duty_follow(d, now, a);
    if (agent_is_idle(a) && !a->told_idle && agent_is_there(a)) {
        a->told_idle = true;
        tell(d, a, CALL_IDLE);
    }
}

void duty_tick(struct desk *d, time_ms now)
{
    for (size_t i = 0; i < d->agent_count; i++) {
        tick_agent(d, now, d->agents[i]);
    }
}

enum desk_result desk_agent_duty(struct desk *d, time_ms now, const char *agent,
                                 enum duty_state state, time_ms until)
{
    struct agent *a = desk_find_agent(d, agent);

    desk_pass(d, now);
    if (a == NULL) {
        return DESK_NOT_FOUND;
    }
    agent_reacted(a);
    if (state == DUTY_PAUSE && duty_state(a, now) == DUTY_OFF) {
        return DESK_FORBIDDEN;
    }
    /* A pause is one of the day on which they came. */
    time_ms since = state == DUTY_ON ? now : state == DUTY_OFF ? 0 : a->since;
    enter(d, a, state, since, state == DUTY_PAUSE ? until : 0);
    duty_follow(d, now, a);
    desk_settle(d, now);
    return DESK_OK;
}

void desk_load_duty(struct desk *d, const struct duty_record *r)
{
    struct agent *a = desk_find_agent(d, r->agent);

    if (a == NULL) {
        storage_drop_duty(d->storage, r->agent);
        return;
    }
    a->duty = r->state;
    a->since = r->since;
    a->until = r->until;
}
