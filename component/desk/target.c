#include "desk/target.h"

#include "base/calendar.h"
#include "base/log.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"

/* Of a target's time: then it is near. */
enum { NEAR_PERCENT = 80 };

static const char *const NAMES[TARGET_COUNT] = {"first answer", "next answer", "solution"};

const char *target_name(enum ticket_target target)
{
    return NAMES[target];
}

/* ---- how much time ---- */

static const struct calendar *hours_of(const struct desk *d, const struct ticket_record *r)
{
    const struct department *p = desk_find_department(d, r->department);

    return p != NULL ? p->hours : NULL;
}

static time_ms passed(const struct desk *d, const struct ticket_record *r, time_ms from, time_ms to)
{
    const struct calendar *hours = hours_of(d, r);

    if (to <= from) {
        return 0;
    }
    return hours != NULL ? calendar_open_between(hours, from, to) : to - from;
}

static time_ms moment_after(const struct desk *d, const struct ticket_record *r, time_ms from,
                            time_ms open_ms)
{
    const struct calendar *hours = hours_of(d, r);

    if (open_ms <= 0) {
        return from;
    }
    return hours != NULL ? calendar_after(hours, from, open_ms) : from + open_ms;
}

/* 0: there is no such target. */
static time_ms within(const struct desk *d, const struct ticket_record *r,
                      enum ticket_target target)
{
    const struct department *p = desk_find_department(d, r->department);
    const struct desk_service_level *found = NULL;

    for (size_t i = 0; p != NULL && i < p->service_level_count; i++) {
        const struct desk_service_level *level = &p->service_levels[i];
        if (level->priority == r->priority || (level->priority == 0 && found == NULL)) {
            found = level;
        }
    }
    return found != NULL ? found->within[target] : 0;
}

/* ---- what runs ---- */

static bool is_at_work(enum ticket_state state, time_ms due)
{
    return state == TICKET_NEW || state == TICKET_OPEN || (state == TICKET_PENDING && due != 0);
}

static bool is_over(enum ticket_state state)
{
    return state == TICKET_SOLVED || state == TICKET_CLOSED;
}

static bool is_awaited(const struct ticket_record *r, enum ticket_target target)
{
    switch (target) {
    case TARGET_FIRST_ANSWER:
        return r->awaits == AWAITS_FIRST_ANSWER && !is_over(r->state);
    case TARGET_NEXT_ANSWER:
        return r->awaits == AWAITS_NEXT_ANSWER && !is_over(r->state);
    default:
        return !is_over(r->state);
    }
}

static time_ms since_of(const struct ticket_record *r, enum ticket_target target)
{
    return target == TARGET_SOLUTION ? r->solution_since : r->answer_since;
}

static time_ms spent_of(const struct ticket_record *r, enum ticket_target target)
{
    return target == TARGET_SOLUTION ? r->solution_spent : r->answer_spent;
}

static bool is_running(const struct ticket_record *r, enum ticket_target target)
{
    return is_awaited(r, target) && since_of(r, target) != 0;
}

/* When so much of its time has passed; 0: it does not run, or never. */
static time_ms moment_of(const struct desk *d, const struct ticket_record *r,
                         enum ticket_target target, time_ms time)
{
    if (time == 0 || !is_running(r, target)) {
        return 0;
    }
    return moment_after(d, r, since_of(r, target), time - spent_of(r, target));
}

static time_ms late_at(const struct desk *d, const struct ticket_record *r,
                       enum ticket_target target)
{
    return moment_of(d, r, target, within(d, r, target));
}

static time_ms near_at(const struct desk *d, const struct ticket_record *r,
                       enum ticket_target target)
{
    return moment_of(d, r, target, within(d, r, target) / 100 * NEAR_PERCENT);
}

static time_ms spent_until(const struct desk *d, time_ms now, const struct ticket_record *r,
                           enum ticket_target target)
{
    time_ms since = since_of(r, target);

    return spent_of(r, target) + (since != 0 ? passed(d, r, since, now) : 0);
}

/* It was kept, or not. */
static void settle(const struct desk *d, time_ms now, struct ticket_record *r,
                   enum ticket_target target)
{
    time_ms time = within(d, r, target);

    if (time != 0) {
        r->measured |= 1U << target;
        r->missed |= spent_until(d, now, r, target) > time ? 1U << target : 0;
    }
}

/* ---- what happens ---- */

static void rest(const struct desk *d, time_ms now, struct ticket_record *r)
{
    r->answer_spent = spent_until(d, now, r, TARGET_FIRST_ANSWER);
    r->solution_spent = spent_until(d, now, r, TARGET_SOLUTION);
    r->answer_since = 0;
    r->solution_since = 0;
}

void target_begin(struct ticket *t, time_ms asked, time_ms since)
{
    struct ticket_record *r = &t->record;

    r->awaits = AWAITS_FIRST_ANSWER;
    r->answer_since = asked;
    r->solution_since = since;
}

void target_follow_state(struct desk *d, time_ms now, struct ticket *t, enum ticket_state to,
                         time_ms due)
{
    struct ticket_record *r = &t->record;

    if (is_over(to) && !is_over(r->state)) {
        settle(d, now, r, TARGET_SOLUTION);
        r->solved = now;
    } else if (!is_over(to) && is_over(r->state)) {
        r->solved = 0;
        if (r->state == TICKET_CLOSED) {
            r->solution_spent = 0;
            r->told &= ~(target_near_bit(TARGET_SOLUTION) | target_late_bit(TARGET_SOLUTION));
        }
    }
    if (!is_at_work(to, due)) {
        rest(d, now, r);
        return;
    }
    r->solution_since = r->solution_since != 0 ? r->solution_since : now;
    if (r->awaits != AWAITS_NOTHING && r->answer_since == 0) {
        r->answer_since = now;
    }
}

void target_answered(struct desk *d, time_ms now, struct ticket *t)
{
    struct ticket_record *r = &t->record;

    if (r->awaits != AWAITS_NOTHING) {
        settle(d, now, r,
               r->awaits == AWAITS_FIRST_ANSWER ? TARGET_FIRST_ANSWER : TARGET_NEXT_ANSWER);
    }
    r->answered = r->answered != 0 ? r->answered : now;
    r->awaits = AWAITS_NOTHING;
    r->answer_since = 0;
    r->answer_spent = 0;
}

void target_asked(time_ms now, struct ticket *t)
{
    struct ticket_record *r = &t->record;

    if (r->awaits != AWAITS_NOTHING) {
        return; /* the oldest line without an answer counts */
    }
    r->awaits = r->answered != 0 ? AWAITS_NEXT_ANSWER : AWAITS_FIRST_ANSWER;
    r->answer_spent = 0;
    r->answer_since = is_at_work(r->state, r->due) ? now : 0;
    r->told &= ~(target_near_bit(TARGET_NEXT_ANSWER) | target_late_bit(TARGET_NEXT_ANSWER));
}

void target_move(const struct desk *d, time_ms now, struct ticket *t)
{
    struct ticket_record *r = &t->record;
    bool answer = r->answer_since != 0;
    bool solution = r->solution_since != 0;

    rest(d, now, r);
    r->answer_since = answer ? now : 0;
    r->solution_since = solution ? now : 0;
}

void target_take_over(const struct desk *d, time_ms now, struct ticket *to,
                      const struct ticket *from)
{
    struct ticket_record *r = &to->record;

    if (from->record.awaits == AWAITS_NOTHING) {
        return;
    }
    target_asked(now, to);
    if (spent_until(d, now, r, TARGET_FIRST_ANSWER) < from->record.answer_spent) {
        r->answer_spent = from->record.answer_spent;
        r->answer_since = r->answer_since != 0 ? now : 0;
    }
}

static bool not_later(time_ms now, time_ms *at)
{
    bool was_later = *at > now;

    *at = was_later ? now : *at;
    return was_later;
}

bool target_rewind(time_ms now, struct ticket *t)
{
    struct ticket_record *r = &t->record;
    bool answer = not_later(now, &r->answer_since);
    bool solution = not_later(now, &r->solution_since);
    bool solved = not_later(now, &r->solved);

    return answer || solution || solved;
}

/* ---- what is due ---- */

static void measure(const struct desk *d, time_ms now, struct ticket_record *r, bool silently)
{
    r->overdue = 0;
    for (enum ticket_target target = 0; target < TARGET_COUNT; target++) {
        time_ms late = late_at(d, r, target);
        if (late == 0) {
            continue;
        }
        if (silently && (r->measured & 1U << target) == 0 && now >= late) {
            r->missed |= 1U << target;
            r->told |= target_near_bit(target) | target_late_bit(target);
        }
        r->measured |= 1U << target;
        r->overdue = r->overdue == 0 || late < r->overdue ? late : r->overdue;
    }
}

void target_measure(const struct desk *d, time_ms now, struct ticket *t)
{
    measure(d, now, &t->record, false);
}

void target_measure_silently(const struct desk *d, time_ms now, struct ticket *t)
{
    measure(d, now, &t->record, true);
}

time_ms target_next(const struct desk *d, const struct ticket_record *r)
{
    time_ms next = 0;

    for (enum ticket_target target = 0; target < TARGET_COUNT; target++) {
        time_ms at = (r->told & target_late_bit(target)) != 0   ? 0
                     : (r->told & target_near_bit(target)) != 0 ? late_at(d, r, target)
                                                                : near_at(d, r, target);
        next = at != 0 && (next == 0 || at < next) ? at : next;
    }
    return next;
}

static bool has_come(time_ms now, time_ms at)
{
    return at != 0 && now >= at;
}

void target_follow_priority(const struct desk *d, time_ms now, struct ticket *t)
{
    struct ticket_record *r = &t->record;

    for (enum ticket_target target = 0; target < TARGET_COUNT; target++) {
        time_ms time = within(d, r, target);
        time_ms spent = spent_until(d, now, r, target);
        if (is_awaited(r, target) && spent < time) {
            r->told &= ~target_late_bit(target);
        }
        if (is_awaited(r, target) && spent < time / 100 * NEAR_PERCENT) {
            r->told &= ~target_near_bit(target);
        }
    }
}

bool target_take_due(const struct desk *d, time_ms now, struct ticket *t,
                     enum ticket_target *target, bool *late)
{
    struct ticket_record *r = &t->record;

    for (*target = 0; *target < TARGET_COUNT; ++*target) {
        unsigned near_bit = target_near_bit(*target);
        unsigned late_bit = target_late_bit(*target);
        if ((r->told & late_bit) == 0 && has_come(now, late_at(d, r, *target))) {
            r->told |= near_bit | late_bit;
            r->missed |= 1U << *target;
            *late = true;
            return true;
        }
        if ((r->told & near_bit) == 0 && has_come(now, near_at(d, r, *target))) {
            r->told |= near_bit;
            *late = false;
            return true;
        }
    }
    return false;
}

bool desk_ticket_target(const struct desk *d, time_ms now, const struct ticket_record *r,
                        enum ticket_target target, struct target_view *out)
{
    time_ms time = within(d, r, target);
    time_ms left = time - spent_until(d, now, r, target);

    *out = (struct target_view){.due = late_at(d, r, target),
                                .left_ms = left > 0 ? left : 0,
                                .is_awaited = time != 0 && is_awaited(r, target),
                                .is_missed = (r->missed & 1U << target) != 0};
    return time != 0 || (r->measured & 1U << target) != 0;
}

void target_verify(const struct ticket *t)
{
    const struct ticket_record *r = &t->record;
    bool rests = r->state != TICKET_NONE && !is_at_work(r->state, r->due);

    if ((rests && (r->answer_since != 0 || r->solution_since != 0)) ||
        (r->awaits == AWAITS_NOTHING && (r->answer_since != 0 || r->answer_spent != 0))) {
        BUG("ticket %lld: in state %d since %lld and %lld, awaits %d", (long long)r->number,
            (int)r->state, (long long)r->answer_since, (long long)r->solution_since,
            (int)r->awaits);
    }
}
