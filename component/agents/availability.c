/* Who is there: the presence of an agent's resources towards a department's contact (architecture
 * section 7). Default: not there, until a probe is answered. */
#include "agents/agents_state.h"
#include "agents/arrival.h"
#include "agents/clients.h"
#include "agents/doubt.h"
#include "agents/portrait.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pace.h"
#include "base/text.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

/* Of what clients say of themselves, code points are shown. */
enum { STATUS_MAX = 140 };

enum { RESOURCES_MAX = 32, LINK_GRACE_MS = 15 * 1000, CONFIRM_MS = 10 * 1000 };

/* A client that flaps would move chats to and fro: after so many changes at once the desk hears of
 * one in so long, the last one in any case. */
enum { CHANGES = 8, CHANGE_MS = 5 * 1000 };

struct attendance {
    struct map *resources; /* full JID -> struct resource */
    time_ms pace;          /* pace_take */
    enum availability told;
    bool untold;  /* a change waits */
    bool crowded; /* more are there than are kept */
};

struct resource {
    enum availability availability;
    char *software; /* clients.h; NULL: not known */
    char *status;   /* the line about oneself, cleaned; "": none */
    unsigned link;  /* agents::links when it was heard: not older than this link? */
};

static void resource_destroy(struct resource *r)
{
    if (r != NULL) {
        free(r->software);
        free(r->status);
        free(r);
    }
}

static struct attendance *attendance_of(struct agents *a, const char *agent)
{
    struct attendance *t = map_get(a->attendance, agent);

    if (t == NULL) {
        t = mem_alloc(sizeof *t);
        t->resources = map_create();
        map_set(a->attendance, agent, t);
    }
    return t;
}

/* One resource: negative priority is no place for chats (RFC 6121 4.7.2.3). */
static enum availability read_presence(const struct element *presence)
{
    const char *show = element_child_text(presence, "show", NULL);
    const char *priority = element_child_text(presence, "priority", NULL);

    if (priority != NULL && strtol(priority, NULL, 10) < 0) {
        return AVAILABILITY_GONE;
    }
    if (show == NULL || show[0] == '\0' || strcmp(show, "chat") == 0) {
        return AVAILABILITY_FREE;
    }
    return strcmp(show, "away") == 0 ? AVAILABILITY_AWAY : AVAILABILITY_BUSY;
}

static void tell_desk(struct agents *a, const char *agent, struct attendance *t)
{
    enum availability best = AVAILABILITY_GONE;
    const char *status = "";
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(t->resources, &at, &key, &value)) {
        const struct resource *r = value;
        if (r->availability > best) {
            best = r->availability;
            status = r->status;
        }
    }
    desk_agent_status(a->desk, agent, status);
    if (best > AVAILABILITY_DOUBTFUL && doubt_is_doubtful(a, agent)) {
        best = AVAILABILITY_DOUBTFUL;
    }
    t->untold = best != t->told && !pace_take(&t->pace, CHANGES, CHANGE_MS, clock_monotonic_ms());
    if (best != t->told && !t->untold) {
        t->told = best;
        desk_agent_available(a->desk, clock_utc_ms(), agent, best);
    }
    outbox_pursue(a->outbox, agent, ""); /* what waited for them to be there (lines_add_later) */
}

/* Those that were heard before that link, or all (0). True: there were some. */
static bool forget_resources(struct attendance *t, unsigned link)
{
    bool any = false;
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(t->resources, &at, &key, &value)) {
        const struct resource *r = value;
        if (link == 0 || r->link < link) {
            resource_destroy(map_remove(t->resources, key));
            any = true;
        }
    }
    t->crowded = t->crowded && link != 0;
    return any;
}

static void attendance_destroy(struct attendance *t)
{
    forget_resources(t, 0);
    map_destroy(t->resources);
    free(t);
}

static void hear(struct agents *a, struct attendance *t, const struct stanza *s)
{
    struct resource *r = map_get(t->resources, s->from->full);

    if (r == NULL) {
        if (map_count(t->resources) >= RESOURCES_MAX) {
            t->crowded = true;
            return;
        }
        r = mem_alloc(sizeof *r);
        map_set(t->resources, s->from->full, r);
    }
    const char *status = element_child_text(s->element, "status", NULL);
    free(r->status);
    r->status = text_name_dup(status != NULL ? status : "", STATUS_MAX);
    r->availability = read_presence(s->element);
    r->link = a->links;
    free(r->software);
    r->software = clients_hear_dup(a, s);
    portrait_hear(a, s);
}

/* All but what a probe says of one that is known: a client that comes back under its old address is
 * another session. */
static bool is_change(const struct attendance *t, const struct stanza *s)
{
    return s->type[0] != '\0' || map_get(t->resources, s->from->full) == NULL ||
           element_child(s->element, "delay", NS_DELAY) == NULL;
}

void availability_receive(struct agents *a, const struct stanza *s)
{
    struct attendance *t = attendance_of(a, s->from->bare);

    log_debug("agent: presence type=\"%s\" from=%s", log_safe(s->type), log_safe(s->from->full));
    if (is_change(t, s)) {
        arrival_changed(a, s->from->bare);
    }
    if (s->type[0] == '\0') {
        hear(a, t, s);
    } else if (s->from->resource[0] == '\0') {
        forget_resources(t, 0); /* unavailable from the bare JID: none is there */
    } else {
        resource_destroy(map_remove(t->resources, s->from->full));
    }
    tell_desk(a, s->from->bare, t);
}

void availability_dismiss(struct agents *a, const char *agent)
{
    struct attendance *t = map_remove(a->attendance, agent);

    if (t != NULL) {
        attendance_destroy(t);
    }
}

static void forget_all(struct agents *a, unsigned link)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->attendance, &at, &key, &value)) {
        if (forget_resources(value, link)) {
            arrival_changed(a, key);
        }
        tell_desk(a, key, value);
    }
}

void availability_forget(struct agents *a, const char *agent)
{
    struct attendance *t = attendance_of(a, agent);

    forget_resources(t, 0);
    arrival_changed(a, agent);
    tell_desk(a, agent, t);
}

static void tell_untold(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->attendance, &at, &key, &value)) {
        struct attendance *t = value;
        if (t->untold) {
            tell_desk(a, key, t);
        }
    }
}

void availability_tick(struct agents *a)
{
    time_ms since = clock_monotonic_ms() - a->link_changed;

    tell_untold(a);
    if (a->settled) {
        return;
    }
    if (a->link_up && since >= CONFIRM_MS) {
        a->settled = true;
        forget_all(a, a->links);
    } else if (!a->link_up && since >= LINK_GRACE_MS) {
        a->settled = true;
        forget_all(a, 0);
    }
}

void availability_changed(struct agents *a, const char *agent)
{
    tell_desk(a, agent, attendance_of(a, agent));
}

const char *availability_resource(const struct agents *a, const char *agent, size_t at)
{
    const struct attendance *t = map_get(a->attendance, agent);
    size_t position = 0;
    const char *full;
    void *value;

    while (t != NULL && map_next(t->resources, &position, &full, &value)) {
        const struct resource *r = value;
        if (r->availability != AVAILABILITY_GONE && at-- == 0) {
            return full;
        }
    }
    return NULL;
}

bool availability_has_all(const struct agents *a, const char *agent)
{
    const struct attendance *t = map_get(a->attendance, agent);

    return t != NULL && !t->crowded;
}

bool availability_corrects(const struct agents *a, const char *agent)
{
    const struct attendance *t = map_get(a->attendance, agent);
    bool all = t != NULL && map_count(t->resources) > 0;
    size_t position = 0;
    const char *full;
    void *value;

    while (all && map_next(t->resources, &position, &full, &value)) {
        const struct resource *r = value;
        all = clients_corrects(a, r->software);
    }
    return all;
}

const char *availability_client(const struct agents *a, const struct jid *full)
{
    const struct attendance *t = map_get(a->attendance, full->bare);
    const struct resource *r = t != NULL ? map_get(t->resources, full->full) : NULL;

    return r != NULL ? clients_name(a, r->software) : "";
}

bool availability_is_there(const struct agents *a, const char *agent)
{
    const struct attendance *t = map_get(a->attendance, agent);

    return t != NULL && map_count(t->resources) > 0;
}

void availability_probe(struct agents *a, const char *agent, const char *department)
{
    struct draft d;

    stanza_presence(draft_begin(&d), agents_address(a, department, NULL), agent, "probe");
    draft_send(&d, a->post, agent, POST_HELD);
}

void availability_free(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->attendance, &at, &key, &value)) {
        attendance_destroy(value);
    }
    map_destroy(a->attendance);
}
