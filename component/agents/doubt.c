#include "agents/doubt.h"

#include "agents/agents_state.h"
#include "agents/ping.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum state { NONE, WAITING, ASKED, SURE };

struct doubt {
    struct agents *agents;
    char *agent; /* bare JID */
    enum state state;
    time_ms since;  /* monotonic: when it was entered, or the last question ended */
    unsigned pings; /* on their way; of an earlier doubt too */
};

static const bool MAY_ENTER[SURE + 1][SURE + 1] = {
    [NONE] = {[WAITING] = true},
    [WAITING] = {[ASKED] = true, [NONE] = true},
    [ASKED] = {[SURE] = true, [WAITING] = true, [NONE] = true},
    [SURE] = {[NONE] = true},
};

static void enter(struct doubt *d, enum state to)
{
    bool was_sure = d->state == SURE;

    if (!MAY_ENTER[d->state][to]) {
        BUG("doubt: %d -> %d", (int)d->state, (int)to);
    }
    d->state = to;
    d->since = clock_monotonic_ms();
    if (was_sure != (to == SURE)) {
        log_warn("agent: %s %s", log_safe(d->agent),
                 to == SURE ? "is there by presence, but gives no sign of life"
                            : "gives a sign of life again");
        availability_changed(d->agents, d->agent);
    }
}

/* ---- what is due ---- */

void doubt_line(struct agents *a, const char *agent)
{
    struct doubt *d = map_get(a->doubts, agent);

    if (a->config.doubt_ms == 0 || !a->link_up || availability_resource(a, agent, 0) == NULL) {
        return;
    }
    if (d == NULL) {
        d = mem_alloc(sizeof *d);
        d->agents = a;
        d->agent = mem_dup(agent);
        map_set(a->doubts, agent, d);
    }
    if (d->state == NONE) {
        enter(d, WAITING);
    }
}

/* ---- signs of life ---- */

static void live(struct doubt *d)
{
    if (d->state != NONE) {
        enter(d, NONE);
    }
}

/* From the client itself: it comes from a full address, and is neither the server's error nor what
 * the server says of the client's presence by itself: with the time it is from, when it was probed,
 * and, on ejabberd, to a contact that has just come into the roster. */
static bool is_sign(const struct agents *a, const struct stanza *s)
{
    if (s->from->resource[0] == '\0' || strcmp(s->type, "error") == 0) {
        return false;
    }
    return s->kind != STANZA_PRESENCE ||
           (s->type[0] == '\0' && element_child(s->element, "delay", NS_DELAY) == NULL &&
            desk_department_named(a->desk, s->to->local) != NULL);
}

void doubt_receive(struct agents *a, const struct stanza *s)
{
    struct doubt *d = map_get(a->doubts, s->from->bare);

    if (d != NULL && is_sign(a, s)) {
        live(d);
    }
}

void doubt_heard(struct agents *a, const char *agent)
{
    struct doubt *d = map_get(a->doubts, agent);

    if (d != NULL) {
        live(d);
    }
}

bool doubt_is_doubtful(const struct agents *a, const char *agent)
{
    const struct doubt *d = map_get(a->doubts, agent);

    return d != NULL && d->state == SURE;
}

/* ---- asking ---- */

static void on_ping(void *ctx, const struct element *reply)
{
    struct doubt *d = ctx;

    d->pings--;
    if (ping_is_answered(reply)) {
        live(d);
    } else if (!d->agents->link_up) {
        if (d->state == ASKED) {
            enter(d, WAITING);
        }
    } else if (d->pings == 0 && d->state == ASKED) {
        enter(d, SURE);
    } else if (d->pings == 0) {
        d->since = clock_monotonic_ms();
    }
}

static void tick(struct doubt *d)
{
    const struct agents *a = d->agents;
    bool is_due = d->state == WAITING || d->state == SURE;

    if (!is_due || d->pings > 0 || clock_monotonic_ms() - d->since < a->config.doubt_ms) {
        return;
    }
    if (availability_resource(a, d->agent, 0) == NULL) {
        live(d); /* presence says that they are gone: no doubt about it */
        return;
    }
    if (d->state == WAITING) {
        enter(d, ASKED);
    }
    d->pings += ping_ask(a, d->agent, on_ping, d);
}

/* ---- time, link, end ---- */

static void each(const struct agents *a, void (*call)(struct doubt *d))
{
    size_t at = 0;
    const char *agent;
    void *value;

    while (map_next(a->doubts, &at, &agent, &value)) {
        call(value);
    }
}

static void begin_anew(struct doubt *d)
{
    d->since = clock_monotonic_ms();
}

void doubt_link_up(struct agents *a)
{
    each(a, begin_anew);
}

void doubt_tick(struct agents *a)
{
    if (a->link_up) {
        each(a, tick);
    }
}

static void destroy(struct doubt *d)
{
    free(d->agent);
    free(d);
}

void doubt_free(struct agents *a)
{
    each(a, destroy);
    map_destroy(a->doubts);
}
