#include "outbox/fence.h"

#include "base/mem.h"
#include "outbox/handed.h"
#include "outbox/row.h"
#include "xml/draft.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

/* Of more servers than so many, those without rows are forgotten. */
enum { FENCE_MS = 20 * 1000, VERSION_MS = 10 * 1000, SERVERS_KEPT = 1000 };

/* An iq without a child is what ping and version have in common. */
static void ask(struct server *s, const char *name, const char *ns, int timeout_ms,
                post_answer answer, enum post_when when)
{
    struct outbox *o = s->outbox;
    struct draft d;
    struct writer *w = draft_begin(&d);

    s->asked++;
    stanza_iq(w, o->config.domain, s->domain, "get",
              o->post->ask(o->post->ctx, s->domain, timeout_ms, answer, s));
    writer_leaf(w, name, ns, NULL);
    draft_send(&d, o->post, s->domain, when);
}

/* COMPAT: on Prosody an answered fence means that everything before it is stored; ejabberd answers
 * when it is routed. */
static void on_version(void *ctx, const struct element *reply)
{
    struct server *s = ctx;
    const struct element *query = reply != NULL ? element_child(reply, "query", NS_VERSION) : NULL;
    const char *name = query != NULL ? element_child_text(query, "name", NULL) : NULL;

    s->asked--;
    s->is_stored = name != NULL && strstr(name, "Prosody") != NULL;
}

static void ask_version(struct server *s)
{
    ask(s, "query", NS_VERSION, VERSION_MS, on_version, POST_NOW);
}

struct server *fence_server(struct outbox *o, const char *jid)
{
    const char *at = strchr(jid, '@');
    const char *begin = at != NULL ? at + 1 : jid;
    char *domain = mem_dup_n(begin, strcspn(begin, "/"));
    struct server *s = map_get(o->servers, domain);

    if (s != NULL) {
        free(domain);
        return s;
    }
    s = mem_alloc(sizeof *s);
    s->outbox = o;
    s->domain = domain;
    list_init(&s->flight);
    list_init(&s->fenced);
    map_set(o->servers, domain, s);
    if (o->link_up) {
        ask_version(s); /* before anything is sent there: the answer comes before a fence's */
    }
    return s;
}

void fence_add(struct row *row)
{
    list_append(&row->server->flight, &row->flight_link);
}

static void move_all(struct list *from, struct list *to)
{
    while (!list_is_empty(from)) {
        struct list *node = from->prev;
        list_remove(node);
        list_prepend(to, node);
    }
}

/* An answer, be it "never heard of ping", has come the whole way; of other errors that is not
 * known. */
static bool is_answer(const struct element *reply)
{
    if (strcmp(element_attr(reply, "type"), "error") != 0) {
        return true;
    }
    enum stanza_error condition = stanza_error_read(reply);
    return condition == ERROR_FEATURE_NOT_IMPLEMENTED || condition == ERROR_SERVICE_UNAVAILABLE;
}

static void on_fence(void *ctx, const struct element *reply)
{
    struct server *s = ctx;
    struct outbox *o = s->outbox;

    s->asked--;
    s->fence_out = false;
    if (!o->link_up) {
        return;
    }
    if (reply != NULL && is_answer(reply)) {
        list_for_each_safe (struct row, row, &s->fenced, flight_link) {
            list_remove(&row->flight_link);
            handed_take(row);
        }
        outbox_trust(o);
        outbox_pursue_all(o); /* what waited for its turn */
        fence_send(s);
        return;
    }
    s->rests = true;
    list_for_each (struct row, row, &s->fenced, flight_link) {
        outbox_survived(row);
    }
    move_all(&s->fenced, &s->flight); /* the next fence decides: fence_tick */
    outbox_pursue_all(o);
}

void fence_send(struct server *s)
{
    if (s->fence_out || s->rests || !s->outbox->link_up || list_is_empty(&s->flight)) {
        return;
    }
    s->fence_out = true;
    move_all(&s->flight, &s->fenced);
    ask(s, "ping", NS_PING, FENCE_MS, on_fence, POST_HELD);
}

static void each(struct outbox *o, void (*call)(struct server *s))
{
    size_t at = 0;
    const char *domain;
    void *value;

    while (map_next(o->servers, &at, &domain, &value)) {
        call(value);
    }
}

void fence_send_all(struct outbox *o)
{
    each(o, fence_send);
}

static void send_rested(struct server *s)
{
    s->rests = false;
    fence_send(s);
}

static void server_destroy(struct server *s)
{
    map_remove(s->outbox->servers, s->domain);
    free(s->domain);
    free(s);
}

static void forget_if_idle(struct server *s)
{
    if (s->rows == 0 && s->asked == 0) {
        server_destroy(s);
    }
}

void fence_tick(struct outbox *o)
{
    each(o, send_rested);
    if (map_count(o->servers) > SERVERS_KEPT) {
        each(o, forget_if_idle);
    }
}

void fence_link_up(struct outbox *o)
{
    each(o, ask_version);
}

static void forget_flight(struct server *s)
{
    s->fence_out = false;
    s->rests = false;
    s->is_stored = false;
    move_all(&s->fenced, &s->flight);
    while (!list_is_empty(&s->flight)) {
        list_remove(s->flight.next);
    }
}

void fence_link_down(struct outbox *o)
{
    each(o, forget_flight);
}

void fence_free(struct outbox *o)
{
    each(o, server_destroy);
    map_destroy(o->servers);
}
