#include "visitors/visitors.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "files/upload.h"
#include "visitors/proof.h"
#include "visitors/refusals.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Endpoints of the link tell us of their end only if they had sent presence. */
enum { LINK_ENDPOINT_SILENCE_MS = 30 * 60 * 1000 };

/* A peer that follows a department: three stanzas at once, then one a second is answered (V-063,
 * V-0S4). */
enum { FOLLOW_BURST = 3, FOLLOW_MS = 1000, FOLLOWERS_MAX = 10000 };

struct visitors *visitors_create(const struct visitors_config *config, struct storage *storage,
                                 struct outbox *outbox, const struct post *post)
{
    struct visitors *v = mem_alloc(sizeof *v);

    proof_configure(v, config);
    v->storage = storage;
    v->outbox = outbox;
    v->post = post;
    delivery_attach(v);
    v->endpoints = map_create();
    v->parties = map_create();
    v->subscribers = map_create();
    v->told = map_create();
    v->guesses = map_create();
    v->guesses_since = clock_monotonic_ms();
    v->proofs = map_create();
    v->proofs_since = clock_utc_ms();
    v->followers = paces_create(FOLLOW_BURST, FOLLOW_MS, FOLLOWERS_MAX);
    list_init(&v->looked_up_next);
    list_init(&v->queries);
    list_init(&v->returned);
    list_init(&v->ratings);
    v->ports = (struct desk_visitor_ports){
        .ctx = v,
        .entry = messages_entry,
        .chat = messages_chat,
        .typing = messages_typing,
        .seen = messages_seen,
        .department = presence_department,
        .bulletin = presence_bulletin,
    };
    return v;
}

static void free_values(struct map *m)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(m, &at, &key, &value)) {
        free(value);
    }
    map_destroy(m);
}

void visitors_destroy(struct visitors *v)
{
    size_t at = 0;
    const char *key;
    void *value;

    if (v == NULL) {
        return;
    }
    history_cancel_all(v);
    returned_free(v);
    ratings_cancel_all(v);
    while (map_next(v->endpoints, &at, &key, &value)) {
        endpoint_destroy(v, value);
    }
    map_destroy(v->endpoints);
    map_destroy(v->parties); /* each left with its last endpoint */
    free_values(v->subscribers);
    free_values(v->told);
    free_values(v->guesses);
    free_values(v->proofs);
    proof_finish(v);
    paces_destroy(v->followers);
    free(v);
}

const struct desk_visitor_ports *visitors_ports(struct visitors *v)
{
    return &v->ports;
}

void visitors_connect(struct visitors *v, struct desk *desk)
{
    v->desk = desk;
}

/* Who is an agent now is no visitor any more; a chat that was open waits for the others. */
static void let_agents_go(struct visitors *v)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->endpoints, &at, &key, &value)) {
        struct endpoint *e = value;
        if (!e->gateway && desk_is_agent(v->desk, e->bare)) {
            endpoint_destroy(v, e);
        }
    }
}

void visitors_configure(struct visitors *v, const struct visitors_config *config)
{
    proof_configure(v, config);
    let_agents_go(v);
    outbox_review(v->outbox, OUTBOX_VISITOR);
    presence_configure(v);
}

/* ---- what the files of this folder share ---- */

const char *visitors_department(const struct visitors *v, const struct jid *to)
{
    const char *id = to->local[0] == '\0' ? v->config.default_department : to->local;

    return desk_department_named(v->desk, id);
}

const char *visitors_address(const struct visitors *v, const char *department)
{
    static char buffers[4][JID_MAX + 1];
    static unsigned at;
    char *out = buffers[at++ % 4];

    snprintf(out, JID_MAX + 1, "%s@%s", department, v->config.domain);
    return out;
}

const char *visitors_language(const struct visitors *v, const char *visitor)
{
    struct visitor_view view;

    return words_language(desk_visitor(v->desk, visitor, &view) ? view.record->language : "");
}

struct party *visitors_party(struct visitors *v, const char *visitor)
{
    struct party *p = map_get(v->parties, visitor);

    if (p == NULL) {
        p = mem_alloc(sizeof *p);
        p->id = mem_dup(visitor);
        list_init(&p->endpoints);
        map_set(v->parties, p->id, p);
    }
    return p;
}

void visitors_drop_party_if_gone(struct visitors *v, struct party *p)
{
    if (list_is_empty(&p->endpoints)) {
        map_remove(v->parties, p->id);
        free(p->id);
        free(p);
    }
}

/* A customer's account gets one copy, at the resource that was heard last (RFC 6121 5.1): its other
 * clients have carbons, and a client without presence (an anonymous one) would not be reached at
 * the bare JID. */
static bool is_heard_last(const struct party *p, const struct endpoint *e)
{
    list_for_each (struct endpoint, other, &p->endpoints, party_link) {
        if (!other->gateway && strcmp(other->bare, e->bare) == 0 && other->heard > e->heard) {
            return false;
        }
    }
    return true;
}

void visitors_fanout(struct visitors *v, const struct fanout *f)
{
    const struct party *p = map_get(v->parties, f->visitor);
    char id[ID_SIZE];

    if (p == NULL && f->entry != NULL) {
        delivery_add_to_account(v, f);
    }
    if (p == NULL) {
        return;
    }
    id_random(id);
    list_for_each (struct endpoint, e, &p->endpoints, party_link) {
        if (e == f->except || (f->own_line && !e->gateway) ||
            (!e->gateway && !is_heard_last(p, e))) {
            continue;
        }
        if (!e->gateway && f->entry != NULL) {
            delivery_add(v, e, f);
            continue;
        }
        const char *address = e->by_service ? v->config.domain : visitors_address(v, f->department);
        char from[JID_MAX + 1];
        snprintf(from, sizeof from, f->resource != NULL ? "%s/%s" : "%s", address,
                 f->resource != NULL ? f->resource : "");
        struct draft d;
        struct writer *w = draft_begin(&d);
        stanza_message(w, from, e->jid, "chat", f->id != NULL ? f->id : id);
        f->write(w, address, f->what);
        draft_send(&d, v->post, e->jid, f->when);
    }
}

/* ---- in ---- */

static void handle_session(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    (void)e;
    stanza_post_result(v->post, s);
}

static const struct {
    const char *type;
    const char *name;
    const char *ns;
    bool needs_visitor; /* found by address if there was no check-in */
    void (*handle)(struct visitors *v, struct endpoint *e, const struct stanza *s);
} IQS[] = {
    {"set", "visit", NS_VISIT, false, checkin_visit},
    {"set", "logout", NS_VISIT, false, checkin_logout},
    {"set", "page", NS_VISIT, true, page_receive},
    {"set", "end", NS_VISIT, true, messages_end},
    {"set", "leave", NS_VISIT, true, requests_leave},
    {"set", "rating", NS_VISIT, true, ratings_receive},
    {"set", "answer", NS_VISIT, true, pages_answer},
    {"set", "query", NS_MAM, true, history_query},
    {"get", "request", NS_UPLOAD, true, sending_ask},
    {"set", "session", NS_SESSION, false, handle_session},
};

static void receive_iq(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);

    for (size_t i = 0; payload != NULL && i < sizeof IQS / sizeof *IQS; i++) {
        if (strcmp(s->type, IQS[i].type) == 0 && element_is(payload, IQS[i].name, IQS[i].ns)) {
            if (!IQS[i].needs_visitor || checkin_by_address(v, e, s)) {
                IQS[i].handle(v, e, s);
            }
            return;
        }
    }
    stanza_post_error(v->post, s, ERROR_SERVICE_UNAVAILABLE, NULL);
}

/* Local: the server's own users, whose domain is the component's parent domain or below it
 * (anonymous hosts usually are). Below a top-level domain is everybody: there only the parent
 * itself is local. */
bool visitors_may_come(const struct visitors *v, const char *domain)
{
    const char *dot = strchr(v->config.domain, '.');

    if (v->config.xmpp == VISITORS_XMPP_ANY) {
        return true;
    }
    if (v->config.xmpp == VISITORS_XMPP_OFF || dot == NULL) {
        return false;
    }
    const char *parent = dot + 1;
    size_t own = strlen(domain);
    size_t tail = strlen(dot);
    bool may_be_below = strchr(parent, '.') != NULL || strcmp(parent, "localhost") == 0;
    return strcmp(domain, parent) == 0 ||
           (may_be_below && own > tail && strcmp(domain + own - tail, dot) == 0);
}

/* What an endpoint asks of us costs reads and writes. */
static bool may_ask(struct endpoint *e)
{
    return pace_take(&e->iq_level, ENDPOINT_IQ_BURST, ENDPOINT_IQ_INTERVAL_MS,
                     clock_monotonic_ms());
}

static void receive_content(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    e->by_service = s->to->local[0] == '\0'; /* a conversation keeps its address */
    if (s->kind == STANZA_MESSAGE) {
        messages_receive(v, e, s);
    } else if (may_ask(e)) {
        receive_iq(v, e, s);
    } else {
        stanza_post_error(v->post, s, ERROR_RESOURCE_CONSTRAINT, "Too many questions at once.");
    }
}

/* An error over the link: the line was for nobody, and often nobody is there any more. */
static void receive_error(struct visitors *v, const struct stanza *s)
{
    enum stanza_error condition = stanza_error_read(s->element);

    if (s->gateway || s->kind != STANZA_MESSAGE) {
        return;
    }
    if (condition == ERROR_SERVICE_UNAVAILABLE || condition == ERROR_RECIPIENT_UNAVAILABLE ||
        condition == ERROR_ITEM_NOT_FOUND) {
        struct endpoint *e = map_get(v->endpoints, s->from->full);
        if (e == NULL || e->state != ENDPOINT_LOADING) {
            endpoint_leave(v, e);
        }
    }
    outbox_bounced(v->outbox, s->from->bare, s->id);
}

void visitors_receive(struct visitors *v, const struct stanza *s)
{
    if (!s->gateway && !visitors_may_come(v, s->from->domain)) {
        if (s->kind != STANZA_PRESENCE) {
            stanza_post_error(v->post, s, ERROR_FORBIDDEN, NULL);
        }
        return;
    }
    if (visitors_department(v, s->to) == NULL) {
        stanza_post_error(v->post, s, ERROR_ITEM_NOT_FOUND, NULL);
        return;
    }
    if (strcmp(s->type, "error") == 0) {
        receive_error(v, s);
        return;
    }
    if (s->kind == STANZA_MESSAGE) {
        delivery_receive(v, s);
    }
    struct endpoint *e = map_get(v->endpoints, s->from->full);
    if (e != NULL && e->state == ENDPOINT_LOADING) {
        endpoint_keep(v, e, s);
    } else if (s->kind == STANZA_PRESENCE) {
        presence_receive(v, s);
    } else if ((e = endpoint_of(v, s)) != NULL) {
        receive_content(v, e, s);
    } else {
        refusals_count(v, WORD_TOO_MANY);
        stanza_post_error(v->post, s, ERROR_RESOURCE_CONSTRAINT, words_get("en", WORD_TOO_MANY));
    }
}

size_t visitors_max_upload(const struct visitors *v, const char *department)
{
    struct department_view p;
    bool takes =
        v->config.uploads != NULL && desk_department(v->desk, department, &p) && !p.takes_no_files;

    return takes ? uploads_max_bytes(v->config.uploads) : 0;
}

void visitors_gone(struct visitors *v, const char *jid)
{
    endpoint_destroy(v, map_get(v->endpoints, jid));
}

void visitors_forget(struct visitors *v, const char *visitor)
{
    struct party *p;

    while ((p = map_get(v->parties, visitor)) != NULL) { /* it goes with its last endpoint */
        struct endpoint *e = LIST_OF(struct endpoint, p->endpoints.next, party_link);
        if (!e->gateway) {
            presence_forget(v, e->bare);
        }
        endpoint_destroy(v, e);
    }
}

void visitors_tick(struct visitors *v)
{
    time_ms now = clock_monotonic_ms();
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(v->endpoints, &at, &key, &value)) {
        struct endpoint *e = value;
        bool tells_its_end = e->department != NULL && !e->is_doubtful;
        if (!e->gateway && !tells_its_end && now - e->heard_ms > LINK_ENDPOINT_SILENCE_MS) {
            endpoint_destroy(v, e);
        }
    }
    messages_tick(v);
    paces_tick(v->followers, now);
    if (now - v->guesses_since > 60 * 1000) {
        v->guesses_since = now;
        free_values(v->guesses);
        v->guesses = map_create();
        proof_tick(v);
    }
}
