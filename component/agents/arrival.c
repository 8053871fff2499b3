#include "agents/arrival.h"

#include "agents/agents_state.h"
#include "agents/doubt.h"
#include "agents/ping.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>

/* SETTLE: longer than ejabberd lets a session hang in a dead connection (15 s) before it tells that
 * it is over. REST: who does not answer now does not in a moment either. */
enum {
    QUIET_MS = 5 * 1000,
    LONGEST_MS = 30 * 1000,
    SETTLE_MS = 20 * 1000,
    REST_MS = 2 * 60 * 1000
};

enum state { NONE, WAITING, ASKED, ANSWERED };

/* The numbers are those of outbox_edge::routed. */
struct arrival {
    struct agents *agents;
    char *agent; /* bare JID */
    enum state state;
    time_ms since;    /* monotonic: when it was entered */
    time_ms last;     /* when something was handed last */
    time_ms may_ask;  /* not before */
    uint64_t newest;  /* of what was handed */
    uint64_t until;   /* of what was handed when they were asked */
    uint64_t changed; /* of what was sent before the last change of who is there */
    unsigned pings;   /* on their way: while ASKED */
    bool silent;      /* one of them was not answered */
};

static const bool MAY_ENTER[ANSWERED + 1][ANSWERED + 1] = {
    [NONE] = {[WAITING] = true},
    [WAITING] = {[ASKED] = true, [NONE] = true},
    [ASKED] = {[ANSWERED] = true, [NONE] = true},
    [ANSWERED] = {[NONE] = true},
};

static void enter(struct arrival *v, enum state to)
{
    if (!MAY_ENTER[v->state][to]) {
        BUG("arrival: %d -> %d", (int)v->state, (int)to);
    }
    v->state = to;
    v->since = clock_monotonic_ms();
}

static struct arrival *arrival_of(struct agents *a, const char *agent)
{
    struct arrival *v = map_get(a->arrivals, agent);

    if (v == NULL) {
        v = mem_alloc(sizeof *v);
        v->agents = a;
        v->agent = mem_dup(agent);
        map_set(a->arrivals, agent, v);
    }
    return v;
}

/* ---- what is due ---- */

void arrival_routed(struct agents *a, const char *agent, uint64_t sending)
{
    struct arrival *v = arrival_of(a, agent);

    v->newest = sending;
    v->last = clock_monotonic_ms();
    if (v->state == NONE) {
        enter(v, WAITING);
    }
}

/* Also of an agent of whom nothing waits yet: a line may be on its way. */
void arrival_changed(struct agents *a, const char *agent)
{
    arrival_of(a, agent)->changed = outbox_sendings(a->outbox);
}

/* What was handed behind the question waits for the next one. */
static void rest(struct arrival *v)
{
    enter(v, NONE);
    if (v->newest > v->until) {
        enter(v, WAITING);
    }
}

/* ---- asking ---- */

static void on_ping(void *ctx, const struct element *reply)
{
    struct arrival *v = ctx;
    struct agents *a = v->agents;

    v->pings--;
    if (ping_is_answered(reply)) {
        doubt_heard(a, v->agent);
    } else {
        v->silent = true;
    }
    if (v->pings > 0) {
        return;
    }
    if (!v->silent) {
        enter(v, ANSWERED);
        return;
    }
    v->may_ask = a->link_up ? clock_monotonic_ms() + REST_MS : 0;
    rest(v);
}

static bool may_be_told(const struct arrival *v)
{
    const struct agents *a = v->agents;

    return a->config.doubt_ms > 0 && roster_verdict(a->roster, v->agent) == ROSTER_OPEN &&
           availability_resource(a, v->agent, 0) != NULL && availability_has_all(a, v->agent) &&
           outbox_awaits(a->outbox, v->agent, v->changed, v->newest);
}

static void ask(struct arrival *v)
{
    v->until = v->newest;
    if (!may_be_told(v)) {
        enter(v, NONE);
        return;
    }
    v->silent = false;
    enter(v, ASKED);
    v->pings = ping_ask(v->agents, v->agent, on_ping, v);
}

static void tick(struct arrival *v)
{
    time_ms now = clock_monotonic_ms();
    bool is_quiet = now - v->last >= QUIET_MS || now - v->since >= LONGEST_MS;

    if (v->state == WAITING && is_quiet && now >= v->may_ask) {
        ask(v);
    } else if (v->state == ANSWERED && now - v->since >= SETTLE_MS) {
        outbox_arrived(v->agents->outbox, v->agent, v->changed, v->until);
        rest(v);
    }
}

/* ---- time, link, end ---- */

static void each(const struct agents *a, void (*call)(struct arrival *v))
{
    size_t at = 0;
    const char *agent;
    void *value;

    while (map_next(a->arrivals, &at, &agent, &value)) {
        call(value);
    }
}

/* All of it is sent again. Pings that are out come back unanswered in a moment. */
static void forget(struct arrival *v)
{
    v->until = v->newest;
    if (v->state == WAITING || v->state == ANSWERED) {
        enter(v, NONE);
    }
}

void arrival_link_down(struct agents *a)
{
    each(a, forget);
}

void arrival_tick(struct agents *a)
{
    if (a->link_up) {
        each(a, tick);
    }
}

static void destroy(struct arrival *v)
{
    free(v->agent);
    free(v);
}

void arrival_free(struct agents *a)
{
    each(a, destroy);
    map_destroy(a->arrivals);
}
