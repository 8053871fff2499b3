#include "agents/roster.h"

#include "agents/agents.h"
#include "agents/roster_api.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { ASK_MS = 10 * 1000 };

#define NO_WAY                                                                                     \
    "no way of putting contacts into rosters works here; `tresen check --roster-trial JID` says "  \
    "what to change"

enum way { WAY_UNKNOWN, WAY_PRIVILEGE, WAY_API, WAY_NONE };

struct roster {
    enum roster_choice choice;
    char *domain;
    struct event_base *loop;
    const struct post *post;
    struct roster_api *api; /* NULL: not configured */
    bool up;
    struct map *ways;       /* domain of agents -> enum way */
    struct list operations; /* operation::link */
};

enum what { PUT, REMOVE, LIST };

struct operation {
    struct roster *roster;
    enum what what;
    char *agent;
    char *contact;
    char *name;
    char *group;
    roster_done done;    /* of PUT and REMOVE */
    roster_item on_item; /* of LIST */
    bool at_api;         /* the API was asked */
    void *ctx;
    struct list link;
};

static void choose(struct roster *r, const struct agents_config *config)
{
    r->choice = config->roster;
    r->api = config->api_url == NULL ? NULL
                                     : roster_api_create(r->loop, config->api_url, config->api_user,
                                                         config->api_password);
}

static void forget_ways(struct roster *r)
{
    size_t at = 0;
    const char *domain;
    void *way;

    while (map_next(r->ways, &at, &domain, &way)) {
        free(way);
    }
    map_destroy(r->ways);
}

struct roster *roster_create(const struct agents_config *config, struct event_base *loop,
                             const struct post *post)
{
    struct roster *r = mem_alloc(sizeof *r);

    r->domain = mem_dup(config->domain);
    r->loop = loop;
    r->post = post;
    r->up = true;
    r->ways = map_create();
    list_init(&r->operations);
    choose(r, config);
    return r;
}

static void operation_destroy(struct operation *o)
{
    list_remove(&o->link);
    free(o->agent);
    free(o->contact);
    free(o->name);
    free(o->group);
    free(o);
}

void roster_destroy(struct roster *r)
{
    if (r == NULL) {
        return;
    }
    roster_api_destroy(r->api);
    list_for_each_safe (struct operation, o, &r->operations, link) {
        operation_destroy(o);
    }
    forget_ways(r);
    free(r->domain);
    free(r);
}

static void on_forgotten(void *ctx, bool ok, const char *text)
{
    (void)ctx;
    if (!ok) {
        log_warn(
            "privacy: an agent's archive could not be asked to forget a visitor (%s): do it with "
            "ejabberdctl remove_mam_for_user_with_peer",
            text);
    }
}

bool roster_forget(struct roster *r, const char *agent, const char *contact)
{
    if (r->api != NULL) {
        roster_api_call(r->api, ROSTER_API_FORGET, agent, contact, "", "", on_forgotten, r);
    }
    return r->api != NULL;
}

void roster_link(struct roster *r, bool up)
{
    r->up = up;
}

static const char *domain_of_agent(const char *agent)
{
    const char *at = strchr(agent, '@');

    return at != NULL ? at + 1 : agent;
}

static const char *domain_of(const struct operation *o)
{
    return domain_of_agent(o->agent);
}

/* The way for the agents of that operation's domain. */
static enum way *way_of(const struct operation *o)
{
    enum way *way = map_get(o->roster->ways, domain_of(o));

    if (way == NULL) {
        way = mem_alloc(sizeof *way);
        map_set(o->roster->ways, domain_of(o), way);
    }
    return way;
}

static void finish(struct operation *o, bool ok)
{
    roster_done done = o->done;
    void *ctx = o->ctx;

    operation_destroy(o);
    if (done != NULL) {
        done(ctx, ok);
    }
}

static void learn(const struct operation *o, enum way way, const char *words)
{
    enum way *known = way_of(o);

    if (*known != way) {
        *known = way;
        if (way == WAY_NONE) {
            log_warn("roster: %s: %s", log_safe(domain_of(o)), words);
        } else {
            log_info("roster: %s: %s", log_safe(domain_of(o)), words);
        }
    }
}

/* Only contacts of ours are anybody's business here. */
static void found(struct operation *o, const char *contact)
{
    struct jid jid;

    if (jid_parse(&jid, contact) && strcmp(jid.domain, o->roster->domain) == 0) {
        o->on_item(o->ctx, o->agent, jid.bare);
    }
    jid_finish(&jid);
}

/* ---- the HTTP API ---- */

static void on_api_item(void *ctx, const char *contact)
{
    found(ctx, contact);
}

static void on_api(void *ctx, bool ok, const char *text)
{
    struct operation *o = ctx;

    if (ok) {
        learn(o, WAY_API, "contacts are put into rosters through the server's HTTP API");
        if (o->what == LIST) {
            roster_api_each(text, on_api_item, o);
        }
    } else {
        log_warn("roster: the server's HTTP API refused: %s", log_safe(text));
        if (*way_of(o) != WAY_API && o->what != LIST) {
            learn(o, WAY_NONE, NO_WAY);
        }
    }
    finish(o, ok);
}

static void start_api(struct operation *o)
{
    static const enum roster_api_what CALLS[] = {ROSTER_API_ADD, ROSTER_API_DELETE,
                                                 ROSTER_API_LIST};

    o->at_api = true;
    roster_api_call(o->roster->api, CALLS[o->what], o->agent, o->contact, o->name, o->group, on_api,
                    o);
}

/* ---- XEP-0356 ---- */

static void refused(struct operation *o, enum stanza_error condition)
{
    const struct roster *r = o->roster;
    enum way way = *way_of(o);

    if (o->what == REMOVE && condition == ERROR_ITEM_NOT_FOUND) {
        finish(o, true); /* it is not there: what we wanted */
    } else if (r->api != NULL && way != WAY_PRIVILEGE && r->choice == ROSTER_AUTO) {
        start_api(o);
    } else if (o->what == LIST) {
        finish(o, false);
    } else {
        log_warn("roster: the server refused a contact for %s: %s", log_safe(o->agent),
                 stanza_error_name(condition));
        if (way != WAY_PRIVILEGE) {
            learn(o, WAY_NONE, NO_WAY);
        }
        finish(o, false);
    }
}

static void read_items(struct operation *o, const struct element *reply)
{
    const struct element *query = element_child(reply, "query", NS_ROSTER);
    const struct element *item = query != NULL ? element_first(query) : NULL;

    for (; item != NULL; item = element_next(item)) {
        const char *contact = element_attr(item, "jid");
        if (contact != NULL) {
            found(o, contact);
        }
    }
}

static void on_answer(void *ctx, const struct element *reply)
{
    struct operation *o = ctx;

    if (reply == NULL) {
        finish(o, false); /* the link is lost or the server silent: the ledger tries again */
        return;
    }
    if (element_attr(reply, "type")[0] == 'r') {
        if (o->what == LIST) {
            read_items(o, reply);
            finish(o, true);
            return;
        }
        learn(o, WAY_PRIVILEGE, "contacts are put into rosters through XEP-0356");
        finish(o, true);
        return;
    }
    refused(o, stanza_error_read(reply));
}

static void write_item(struct writer *w, const struct operation *o)
{
    writer_open(w, "item", NULL);
    writer_attr(w, "jid", o->contact);
    if (o->what == REMOVE) {
        writer_attr(w, "subscription", "remove");
    } else {
        writer_attr(w, "name", o->name);
        writer_attr(w, "subscription", "both");
        writer_leaf(w, "group", NULL, o->group);
    }
    writer_close(w);
}

static void start_privilege(struct operation *o)
{
    const struct post *post = o->roster->post;
    struct buf buf;
    struct writer w;

    buf_init(&buf, STANZA_BYTES_MAX);
    writer_init(&w, &buf);
    const char *id = post->ask(post->ctx, o->agent, ASK_MS, on_answer, o);
    stanza_iq(&w, o->roster->domain, o->agent, o->what == LIST ? "get" : "set", id);
    writer_open(&w, "query", NS_ROSTER);
    if (o->what != LIST) {
        write_item(&w, o);
    }
    if (writer_finish(&w)) {
        post->send(post->ctx, o->agent, &buf, POST_NOW);
    }
    buf_finish(&buf);
}

/* ---- operations ---- */

static void start(void *ctx)
{
    struct operation *o = ctx;
    const struct roster *r = o->roster;
    bool api_first = r->choice == ROSTER_API || (r->choice == ROSTER_AUTO && *way_of(o) == WAY_API);

    if (r->choice != ROSTER_NONE && api_first && r->api != NULL) {
        start_api(o);
    } else if (r->choice != ROSTER_NONE && r->up) {
        start_privilege(o);
    } else {
        finish(o, false); /* the ledger tries again when the link is up */
    }
}

void roster_configure(struct roster *r, const struct agents_config *config)
{
    roster_api_destroy(r->api);
    choose(r, config);
    forget_ways(r);
    r->ways = map_create();
    list_for_each (struct operation, o, &r->operations, link) {
        if (o->at_api) {
            o->at_api = false;
            r->post->after(r->post->ctx, start, o);
        }
    }
}

static void begin(struct roster *r, struct operation *o)
{
    o->roster = r;
    list_append(&r->operations, &o->link);
    r->post->after(r->post->ctx, start, o);
}

void roster_put(struct roster *r, const char *agent, const char *contact, const char *name,
                const char *group, roster_done done, void *ctx)
{
    struct operation *o = mem_alloc(sizeof *o);

    o->agent = mem_dup(agent);
    o->contact = mem_dup(contact);
    o->name = mem_dup(name);
    o->group = mem_dup(group);
    o->done = done;
    o->ctx = ctx;
    begin(r, o);
}

void roster_remove(struct roster *r, const char *agent, const char *contact, roster_done done,
                   void *ctx)
{
    struct operation *o = mem_alloc(sizeof *o);

    o->what = REMOVE;
    o->agent = mem_dup(agent);
    o->contact = mem_dup(contact);
    o->done = done;
    o->ctx = ctx;
    begin(r, o);
}

void roster_list(struct roster *r, const char *agent, roster_item on_item, void *ctx)
{
    struct operation *o = mem_alloc(sizeof *o);

    o->what = LIST;
    o->agent = mem_dup(agent);
    o->on_item = on_item;
    o->ctx = ctx;
    begin(r, o);
}

enum roster_verdict roster_verdict(const struct roster *r, const char *agent)
{
    const enum way *way = map_get(r->ways, domain_of_agent(agent));

    if (r->choice == ROSTER_NONE) {
        return ROSTER_CLOSED;
    }
    if (way == NULL || *way == WAY_UNKNOWN) {
        return ROSTER_UNKNOWN;
    }
    return *way == WAY_NONE ? ROSTER_CLOSED : ROSTER_OPEN;
}

bool roster_is_over_link(const struct roster *r, const char *agent)
{
    const enum way *way = map_get(r->ways, domain_of_agent(agent));

    return way != NULL && *way == WAY_PRIVILEGE;
}

const char *roster_way(const struct roster *r)
{
    static const char *const WAYS[] = {"not tried yet", "XEP-0356", "HTTP API", "none that works"};
    enum way best = WAY_UNKNOWN;
    size_t at = 0;
    const char *domain;
    void *value;

    while (map_next(r->ways, &at, &domain, &value)) {
        enum way way = *(const enum way *)value;
        bool is_better = best == WAY_UNKNOWN || best == WAY_NONE;
        best = way != WAY_UNKNOWN && is_better ? way : best;
    }
    return r->choice == ROSTER_NONE ? "switched off" : WAYS[best];
}
