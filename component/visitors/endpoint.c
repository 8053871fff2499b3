#include "visitors/endpoint.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "desk/identity.h"
#include "visitors/visitors_state.h"

#include <stdlib.h>
#include <string.h>

struct kept {
    struct element *element;
    enum stanza_kind kind;
    char *type;
    char *id;
    char *from;
    char *to;
    struct list link; /* endpoint::queue */
};

struct endpoint *endpoint_of(struct visitors *v, const struct stanza *s)
{
    struct endpoint *e = map_get(v->endpoints, s->from->full);

    if (e == NULL && !s->gateway && v->link_endpoints >= ENDPOINTS_OF_LINK) {
        return NULL;
    }
    if (e == NULL) {
        v->link_endpoints += s->gateway ? 0 : 1;
        e = mem_alloc(sizeof *e);
        e->jid = mem_dup(s->from->full);
        e->bare = mem_dup(s->from->bare);
        e->site = mem_dup(s->gateway ? s->site : "default");
        e->address = mem_dup(s->gateway ? s->address : "");
        e->gateway = s->gateway;
        list_init(&e->queue);
        list_init(&e->party_link);
        map_set(v->endpoints, e->jid, e);
    }
    e->is_doubtful = false;
    e->heard = ++v->heard;
    e->heard_ms = clock_monotonic_ms();
    return e;
}

static void kept_destroy(struct kept *k)
{
    list_remove(&k->link);
    element_destroy(k->element);
    free(k->type);
    free(k->id);
    free(k->from);
    free(k->to);
    free(k);
}

static void leave_party(struct visitors *v, struct endpoint *e)
{
    struct party *p = e->party;

    if (p == NULL) {
        return;
    }
    e->party = NULL;
    list_remove(&e->party_link);
    if (list_is_empty(&p->endpoints)) {
        desk_visitor_online(v->desk, clock_utc_ms(), p->id, false);
    }
    visitors_drop_party_if_gone(v, p);
}

void endpoint_destroy(struct visitors *v, struct endpoint *e)
{
    if (e == NULL) {
        return;
    }
    if (e->state == ENDPOINT_LOADING) {
        checkin_cancel(e);
    }
    list_for_each_safe (struct kept, k, &e->queue, link) {
        kept_destroy(k);
    }
    leave_party(v, e);
    v->link_endpoints -= e->gateway ? 0 : 1;
    map_remove(v->endpoints, e->jid);
    free(e->jid);
    free(e->bare);
    free(e->site);
    free(e->address);
    free(e->department);
    free(e);
}

void endpoint_leave(struct visitors *v, struct endpoint *e)
{
    if (e != NULL && !list_is_empty(&e->queue)) {
        leave_party(v, e);
        mem_replace(&e->department, NULL);
        endpoint_settle(e);
    } else {
        endpoint_destroy(v, e);
    }
}

void endpoint_part(struct visitors *v, struct endpoint *e)
{
    leave_party(v, e);
    e->shown[0] = '\0';
    e->given[0] = '\0';
    if (e->state != ENDPOINT_LOADING) {
        endpoint_settle(e);
    }
}

static bool is_same_account(const struct endpoint *a, const struct endpoint *b)
{
    return !a->gateway && !b->gateway && strcmp(a->bare, b->bare) == 0;
}

void endpoint_part_others(struct visitors *v, const struct endpoint *e)
{
    const struct visitor_record here = {.id = e->party->id};
    struct visitor_view view;

    list_for_each_safe (struct endpoint, other, &e->party->endpoints, party_link) {
        if (other != e && !is_same_account(other, e)) {
            endpoint_part(v, other);
        }
    }
    if (e->gateway && desk_visitor(v->desk, here.id, &view)) {
        char *jid = mem_dup(view.record->jid);
        desk_visitor_moved_out(v->desk, &here, jid);
        free(jid);
    }
}

void endpoint_join(struct visitors *v, struct endpoint *e, const char *visitor)
{
    struct party *p = visitors_party(v, visitor);

    e->state = ENDPOINT_KNOWN;
    if (e->party == p) {
        return;
    }
    leave_party(v, e);
    e->party = p;
    list_append(&p->endpoints, &e->party_link);
    desk_visitor_online(v->desk, clock_utc_ms(), visitor, true);
}

void endpoint_settle(struct endpoint *e)
{
    e->state = e->party != NULL ? ENDPOINT_KNOWN : ENDPOINT_FRESH;
}

void endpoint_keep(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    if (e->queued == ENDPOINT_QUEUE) {
        stanza_post_error(v->post, s, ERROR_RESOURCE_CONSTRAINT, "Too much at once; try again.");
        return;
    }
    struct kept *k = mem_alloc(sizeof *k);
    k->element = element_hold(s->element);
    k->kind = s->kind;
    k->type = mem_dup(s->type);
    k->id = mem_dup(s->id);
    k->from = mem_dup(s->from->full);
    k->to = mem_dup(s->to->full);
    list_append(&e->queue, &k->link);
    e->queued++;
}

/* The stanza again; from and to are finished by the caller. */
static struct stanza stanza_of(const struct endpoint *e, const struct kept *k, struct jid *from,
                               struct jid *to)
{
    if (!jid_parse(from, k->from) || !jid_parse(to, k->to)) {
        BUG("endpoint: an address that was good is not good any more");
    }
    return (struct stanza){.kind = k->kind,
                           .type = k->type,
                           .id = k->id,
                           .from = from,
                           .to = to,
                           .element = k->element,
                           .gateway = e->gateway,
                           .site = e->site,
                           .address = e->address};
}

static void play_one(struct visitors *v, const struct endpoint *e, const struct kept *k)
{
    struct jid from;
    struct jid to;
    const struct stanza s = stanza_of(e, k, &from, &to);

    visitors_receive(v, &s);
    jid_finish(&from);
    jid_finish(&to);
}

void endpoint_play(struct visitors *v, struct endpoint *e)
{
    char *jid = mem_dup(e->jid);

    /* A stanza may end the endpoint (unavailable): it is looked up anew each time. */
    while ((e = map_get(v->endpoints, jid)) != NULL && e->state != ENDPOINT_LOADING &&
           !list_is_empty(&e->queue)) {
        struct kept *k = LIST_OF(struct kept, e->queue.next, link);
        e->queued--;
        list_remove(&k->link);
        play_one(v, e, k);
        kept_destroy(k);
    }
    free(jid);
}

void endpoint_refuse(struct visitors *v, struct endpoint *e, enum stanza_error condition,
                     const char *text)
{
    list_for_each_safe (struct kept, k, &e->queue, link) {
        struct jid from;
        struct jid to;
        const struct stanza s = stanza_of(e, k, &from, &to);
        if (s.kind != STANZA_PRESENCE) {
            stanza_post_error(v->post, &s, condition, text);
        }
        jid_finish(&from);
        jid_finish(&to);
        e->queued--;
        kept_destroy(k);
    }
}
