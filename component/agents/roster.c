#include "agents/roster.h"

#include "agents/agents.h"
#include "agents/roster_api.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <stdlib.h>

enum { ASK_MS = 10 * 1000 };

enum way { WAY_UNKNOWN, WAY_PRIVILEGE, WAY_API, WAY_NONE };

struct roster {
    enum roster_choice choice;
    const char *domain;
    const struct post *post;
    struct roster_api *api; /* NULL: not configured */
    enum way way;
    struct list operations; /* operation::link */
};

struct operation {
    struct roster *roster;
    bool removes;
    char *agent;
    char *contact;
    char *name;
    char *group;
    roster_done done;
    void *ctx;
    struct list link;
};

struct roster *roster_create(const struct agents_config *config, struct event_base *loop,
                             const struct post *post)
{
    struct roster *r = mem_alloc(sizeof *r);

    r->choice = config->roster;
    r->domain = config->domain;
    r->post = post;
    if (config->api_url != NULL) {
        r->api = roster_api_create(loop, config->api_url, config->api_user, config->api_password);
    }
    list_init(&r->operations);
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
    free(r);
}

static void finish(struct operation *o, bool ok)
{
    roster_done done = o->done;
    void *ctx = o->ctx;

    operation_destroy(o);
    done(ctx, ok);
}

static void learn(struct roster *r, enum way way, const char *words)
{
    if (r->way != way) {
        r->way = way;
        if (way == WAY_NONE) {
            log_warn("roster: %s", words);
        } else {
            log_info("roster: %s", words);
        }
    }
}

/* ---- the HTTP API ---- */

static void on_api(void *ctx, bool ok, const char *why)
{
    struct operation *o = ctx;

    if (ok) {
        learn(o->roster, WAY_API, "contacts are put into rosters through the server's HTTP API");
    } else {
        log_warn("roster: the server's HTTP API refused: %s", log_safe(why));
        if (o->roster->way != WAY_API) {
            learn(o->roster, WAY_NONE,
                  "no way of putting contacts into rosters works here; `tresen check "
                  "--roster-trial JID` says what to change");
        }
    }
    finish(o, ok);
}

static void start_api(struct operation *o)
{
    roster_api_call(o->roster->api, o->removes, o->agent, o->contact, o->name, o->group, on_api, o);
}

/* ---- XEP-0356 ---- */

static void refused(struct operation *o, enum stanza_error condition)
{
    struct roster *r = o->roster;

    if (o->removes && condition == ERROR_ITEM_NOT_FOUND) {
        finish(o, true); /* it is not there: what we wanted */
    } else if (r->api != NULL && r->way != WAY_PRIVILEGE && r->choice == ROSTER_AUTO) {
        start_api(o);
    } else {
        log_warn("roster: the server refused a contact for %s: %s", log_safe(o->agent),
                 stanza_error_name(condition));
        if (r->way != WAY_PRIVILEGE) {
            learn(r, WAY_NONE,
                  "no way of putting contacts into rosters works here; `tresen check "
                  "--roster-trial JID` says what to change");
        }
        finish(o, false);
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
        learn(o->roster, WAY_PRIVILEGE, "contacts are put into rosters through XEP-0356");
        finish(o, true);
        return;
    }
    refused(o, stanza_error_read(reply));
}

static void start_privilege(struct operation *o)
{
    const struct post *post = o->roster->post;
    struct buf buf;
    struct writer w;

    buf_init(&buf, STANZA_BYTES_MAX);
    writer_init(&w, &buf);
    const char *id = post->ask(post->ctx, o->agent, ASK_MS, on_answer, o);
    stanza_iq(&w, o->roster->domain, o->agent, "set", id);
    writer_open(&w, "query", NS_ROSTER);
    writer_open(&w, "item", NULL);
    writer_attr(&w, "jid", o->contact);
    if (o->removes) {
        writer_attr(&w, "subscription", "remove");
    } else {
        writer_attr(&w, "name", o->name);
        writer_attr(&w, "subscription", "both");
        writer_leaf(&w, "group", NULL, o->group);
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
    struct roster *r = o->roster;
    bool api_first = r->choice == ROSTER_API || (r->choice == ROSTER_AUTO && r->way == WAY_API);

    if (r->choice == ROSTER_NONE) {
        finish(o, false);
    } else if (api_first && r->api != NULL) {
        start_api(o);
    } else {
        start_privilege(o);
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

    o->removes = true;
    o->agent = mem_dup(agent);
    o->contact = mem_dup(contact);
    o->done = done;
    o->ctx = ctx;
    begin(r, o);
}

const char *roster_way(const struct roster *r)
{
    static const char *const WAYS[] = {"not tried yet", "XEP-0356", "HTTP API", "none that works"};

    return r->choice == ROSTER_NONE ? "switched off" : WAYS[r->way];
}
