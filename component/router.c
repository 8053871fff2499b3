#include "router.h"

#include "agents/agents.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/pace.h"
#include "outbox/outbox.h"
#include "service.h"
#include "storage/storage.h"
#include "visitors/visitors.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Questions of strangers over the link: so many at once, then one in so long; each is answered, if
 * only with an error (V-0S5). */
enum { STRANGER_BURST = 500, STRANGER_MS = 20, STRANGERS_MAX = 10000 };

/* A stanza that waits for a commit. */
struct held {
    uint64_t batch; /* 0: of this turn, not sealed yet */
    char *to;       /* NULL: a call instead of a stanza */
    char *xml;
    size_t len;
    void (*call)(void *ctx);
    void *ctx;
    struct list link;
};

/* An iq that we asked. */
struct question {
    char id[40];
    uint64_t number;
    char *to;
    time_ms deadline; /* monotonic */
    post_answer answer;
    void *ctx;
};

struct router {
    char *domain;
    struct storage *storage;
    struct outlet *link; /* NULL while down */
    struct visitors *visitors;
    struct agents *agents;
    struct outbox *outbox;
    const struct desk *desk;
    struct post post;
    struct paces *strangers; /* bare JID on the link: iqs */
    struct map *streams;     /* full JID -> const struct router_stream */
    struct map *questions;   /* id -> struct question */
    uint64_t last_question;
    struct list turn;    /* held::link: of this turn */
    struct list waiting; /* held::link: for their batch, in order */
};

/* ---- out ---- */

static void held_destroy(struct held *h)
{
    list_remove(&h->link);
    free(h->to);
    free(h->xml);
    free(h);
}

static bool deliver(struct router *r, const char *to, const char *xml, size_t len)
{
    const struct router_stream *stream = map_get(r->streams, to);
    struct outlet *outlet = stream != NULL ? stream->outlet : r->link;
    const char *domain = strchr(to, '@');

    domain = domain != NULL ? domain + 1 : to;
    size_t own = strlen(r->domain);
    bool ours = strncmp(domain, r->domain, own) == 0 && (domain[own] == '/' || domain[own] == '\0');
    /* A stream of ours that is gone: never over the link, the server would send it back to us. */
    if (outlet == NULL || (stream == NULL && ours)) {
        return false;
    }
    outlet->send(outlet, xml, len);
    return true;
}

static bool post_send(void *ctx, const char *to, const struct buf *xml, enum post_when when)
{
    struct router *r = ctx;

    if (when == POST_NOW) {
        return deliver(r, to, xml->bytes, xml->len);
    }
    struct held *h = mem_alloc(sizeof *h);
    h->to = mem_dup(to);
    h->xml = mem_dup_n(xml->bytes, xml->len);
    h->len = xml->len;
    list_append(&r->turn, &h->link);
    return true;
}

static void post_after(void *ctx, void (*call)(void *ctx), void *call_ctx)
{
    struct router *r = ctx;
    struct held *h = mem_alloc(sizeof *h);

    h->call = call;
    h->ctx = call_ctx;
    list_append(&r->turn, &h->link);
}

static const char *post_ask(void *ctx, const char *to, int timeout_ms, post_answer answer,
                            void *answer_ctx)
{
    struct router *r = ctx;
    struct question *q = mem_alloc(sizeof *q);

    q->number = ++r->last_question;
    snprintf(q->id, sizeof q->id, "ask-%llu", (unsigned long long)q->number);
    q->to = mem_dup(to);
    q->deadline = clock_monotonic_ms() + timeout_ms;
    q->answer = answer;
    q->ctx = answer_ctx;
    map_set(r->questions, q->id, q);
    return q->id;
}

static void question_finish(struct router *r, struct question *q, const struct element *reply)
{
    map_remove(r->questions, q->id);
    q->answer(q->ctx, reply);
    free(q->to);
    free(q);
}

/* Answers everything that is due, or everything. An answer may ask again: one at a time, from the
 * start, and only those that were there before. */
static void questions_expire(struct router *r, time_ms now, bool all)
{
    uint64_t last = r->last_question;
    bool found = true;

    while (found) {
        size_t at = 0;
        const char *key;
        void *value;
        found = false;
        while (!found && map_next(r->questions, &at, &key, &value)) {
            struct question *q = value;
            if (q->number <= last && (all || q->deadline <= now)) {
                found = true;
                question_finish(r, q, NULL);
            }
        }
    }
}

/* ---- life ---- */

struct router *router_create(const char *domain, struct storage *storage)
{
    struct router *r = mem_alloc(sizeof *r);

    r->domain = mem_dup(domain);
    r->storage = storage;
    r->strangers = paces_create(STRANGER_BURST, STRANGER_MS, STRANGERS_MAX);
    r->streams = map_create();
    r->questions = map_create();
    r->post = (struct post){.ctx = r, .send = post_send, .ask = post_ask, .after = post_after};
    list_init(&r->turn);
    list_init(&r->waiting);
    return r;
}

static void release_all(struct list *held)
{
    list_for_each_safe (struct held, h, held, link) {
        held_destroy(h);
    }
}

void router_destroy(struct router *r)
{
    if (r == NULL) {
        return;
    }
    questions_expire(r, 0, true);
    release_all(&r->turn);
    release_all(&r->waiting);
    map_destroy(r->streams);
    map_destroy(r->questions);
    paces_destroy(r->strangers);
    free(r->domain);
    free(r);
}

void router_connect(struct router *r, const struct desk *desk, struct visitors *visitors,
                    struct agents *agents, struct outbox *outbox)
{
    r->desk = desk;
    r->visitors = visitors;
    r->agents = agents;
    r->outbox = outbox;
}

const struct post *router_post(struct router *r)
{
    return &r->post;
}

/* ---- in ---- */

static bool read_kind(const struct element *e, enum stanza_kind *kind)
{
    static const char *const NAMES[] = {
        [STANZA_MESSAGE] = "message", [STANZA_PRESENCE] = "presence", [STANZA_IQ] = "iq"};

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (strcmp(element_name(e), NAMES[i]) == 0) {
            *kind = (enum stanza_kind)i;
            return true;
        }
    }
    return false;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* type and id from the element; an id over its limit counts as none (V-058). */
static void fill(struct stanza *s, const struct element *e)
{
    s->element = e;
    s->type = or_empty(element_attr(e, "type"));
    s->id = or_empty(element_attr(e, "id"));
    if (strlen(s->id) > STANZA_ID_MAX) {
        s->id = "";
    }
}

/* An answer to one of our questions is only taken from whom we asked. */
static void take_answer(struct router *r, const struct stanza *s)
{
    struct question *q = map_get(r->questions, s->id);

    if (q != NULL && strcmp(q->to, s->from->full) == 0) {
        question_finish(r, q, s->element);
    }
}

static bool is_answer(const struct stanza *s)
{
    return s->kind == STANZA_IQ &&
           (strcmp(s->type, "result") == 0 || strcmp(s->type, "error") == 0);
}

/* RFC 6120 8.2.3: an iq has an id, is get or set, and has one child. */
static bool is_bad_iq(const struct stanza *s)
{
    const struct element *payload = element_first(s->element);

    return s->kind == STANZA_IQ &&
           ((strcmp(s->type, "get") != 0 && strcmp(s->type, "set") != 0) || s->id[0] == '\0' ||
            payload == NULL || element_next(payload) != NULL);
}

static bool is_visitors_address(const struct router *r, const struct jid *to)
{
    return to->local[0] == '\0' || desk_department_named(r->desk, to->local) != NULL;
}

static bool is_flood(struct router *r, const struct stanza *s, bool by_agent)
{
    return s->kind == STANZA_IQ && !s->gateway && !by_agent &&
           !paces_take(r->strangers, s->from->bare, clock_monotonic_ms());
}

/* The routing table, docs/PROTOCOL.md section 9. */
static void route(struct router *r, const struct stanza *s)
{
    /* Who has another role answers what the desk said, and gives commands; otherwise who is no
     * agent is a visitor. */
    bool by_agent =
        !s->gateway && (desk_is_agent(r->desk, s->from->bare) ||
                        (s->kind != STANZA_PRESENCE && desk_is_known(r->desk, s->from->bare)));

    const struct service service = {
        .post = &r->post, .desk = r->desk, .domain = r->domain, .visitors = r->visitors};

    if (is_answer(s)) {
        take_answer(r, s);
    } else if (is_flood(r, s, by_agent)) {
        stanza_post_error(&r->post, s, ERROR_RESOURCE_CONSTRAINT,
                          language_text(agents_language(r->agents, s->from->bare),
                                        "Too many questions at once."));
    } else if (is_bad_iq(s)) {
        stanza_post_error(&r->post, s, ERROR_BAD_REQUEST, NULL);
    } else if (service_answer(&service, s, by_agent)) {
        return;
    } else if (by_agent) {
        agents_receive(r->agents, s);
    } else if (is_visitors_address(r, s->to)) {
        visitors_receive(r->visitors, s);
    } else if (s->kind != STANZA_PRESENCE) {
        stanza_post_error(&r->post, s, ERROR_ITEM_NOT_FOUND, NULL);
    }
}

void router_link_receive(struct router *r, const struct element *element)
{
    struct stanza s = {.site = "", .address = ""};
    struct jid from;
    struct jid to;

    if (!read_kind(element, &s.kind)) {
        return;
    }
    bool good = jid_parse(&from, element_attr(element, "from"));
    good = jid_parse(&to, element_attr(element, "to")) && good;
    /* Nobody but us sends from our domain: a loop, or a forgery (V-0S2). */
    if (good && strcmp(to.domain, r->domain) == 0 && strcmp(from.domain, r->domain) != 0) {
        fill(&s, element);
        s.from = &from;
        s.to = &to;
        route(r, &s);
    }
    jid_finish(&from);
    jid_finish(&to);
}

void router_link_skipped(struct router *r, const struct element *head)
{
    struct stanza s = {.site = "", .address = ""};
    struct jid from;
    struct jid to;

    log_warn("router: a stanza from %s was over a limit of the link and skipped",
             log_safe(or_empty(element_attr(head, "from"))));
    if (!read_kind(head, &s.kind)) {
        return;
    }
    bool good = jid_parse(&from, element_attr(head, "from"));
    good = jid_parse(&to, element_attr(head, "to")) && good;
    if (good && strcmp(from.domain, r->domain) != 0) {
        fill(&s, head);
        s.from = &from;
        s.to = &to;
        stanza_post_error(&r->post, &s, ERROR_POLICY_VIOLATION,
                          language_text(agents_language(r->agents, from.bare), "Too large."));
    }
    jid_finish(&from);
    jid_finish(&to);
}

void router_stream_receive(struct router *r, const struct router_stream *stream,
                           const struct element *element)
{
    const char *address = element_attr(element, "to");
    struct stanza s = {.gateway = true, .site = stream->site, .address = stream->address};
    struct jid from;
    struct jid to;

    if (!read_kind(element, &s.kind) || !jid_parse(&from, stream->jid)) {
        return;
    }
    fill(&s, element);
    s.from = &from;
    if (jid_parse(&to, address != NULL ? address : r->domain)) {
        s.to = &to;
        if (strcmp(to.domain, r->domain) == 0 && is_visitors_address(r, &to)) {
            route(r, &s);
        } else {
            /* A visitor reaches the desk and nobody else (V-060 to V-066). */
            stanza_post_error(&r->post, &s, ERROR_SERVICE_UNAVAILABLE, NULL);
        }
        jid_finish(&to);
    } else {
        jid_parse(&to, r->domain);
        s.to = &to;
        stanza_post_error(&r->post, &s, ERROR_JID_MALFORMED, NULL);
        jid_finish(&to);
    }
    jid_finish(&from);
}

/* ---- streams and link ---- */

void router_attach(struct router *r, const struct router_stream *stream)
{
    map_set(r->streams, stream->jid, (void *)(uintptr_t)stream);
}

void router_detach(struct router *r, const struct router_stream *stream)
{
    map_remove(r->streams, stream->jid);
    visitors_gone(r->visitors, stream->jid);
}

void router_link_up(struct router *r, struct outlet *link)
{
    r->link = link;
    agents_link_up(r->agents);
    visitors_link_up(r->visitors);
    outbox_link_up(r->outbox); /* last: contacts come before their lines */
}

/* What waits for the link is dropped: the outbox and the ledger send again, and would double it. */
static void drop_for_link(struct router *r, struct list *held)
{
    list_for_each_safe (struct held, h, held, link) {
        if (h->to != NULL && map_get(r->streams, h->to) == NULL) {
            held_destroy(h);
        }
    }
}

void router_link_down(struct router *r, bool offended)
{
    if (r->link == NULL) {
        return;
    }
    r->link = NULL;
    outbox_link_down(r->outbox, offended); /* first: what answers questions is to know it */
    agents_link_down(r->agents);
    questions_expire(r, 0, true);
    drop_for_link(r, &r->turn);
    drop_for_link(r, &r->waiting);
}

bool router_is_link_up(const struct router *r)
{
    return r->link != NULL;
}

/* ---- turns ---- */

void router_turn_end(struct router *r)
{
    uint64_t batch = storage_seal(r->storage);

    list_for_each_safe (struct held, h, &r->turn, link) {
        list_remove(&h->link);
        h->batch = batch;
        list_append(&r->waiting, &h->link);
    }
    router_committed(r, storage_committed(r->storage));
}

void router_committed(struct router *r, uint64_t batch)
{
    while (!list_is_empty(&r->waiting)) {
        struct held *h = LIST_OF(struct held, r->waiting.next, link);
        if (h->batch > batch) {
            return;
        }
        list_remove(&h->link);
        if (h->to != NULL) {
            deliver(r, h->to, h->xml, h->len);
        } else {
            h->call(h->ctx);
        }
        held_destroy(h);
    }
}

void router_tick(struct router *r, int64_t monotonic_ms)
{
    paces_tick(r->strangers, monotonic_ms);
    questions_expire(r, monotonic_ms, false);
}
