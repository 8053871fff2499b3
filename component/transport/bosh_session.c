#include "transport/bosh_session.h"

#include "base/mem.h"
#include "transport/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- answers ---- */

void bosh_answer(struct http_request *r, const char *origin, const struct buf *body)
{
    char *headers = origin ? mem_print("Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n"
                                       "Cache-Control: no-store\r\n",
                                       origin)
                           : mem_dup("Cache-Control: no-store\r\n");
    struct http_answer answer = {.status = 200,
                                 .type = "text/xml; charset=utf-8",
                                 .headers = headers,
                                 .body = body->bytes,
                                 .len = body->len};
    http_answer(r, &answer);
    free(headers);
}

void bosh_refuse(struct http_request *r, const char *origin, const char *condition)
{
    struct buf body;
    buf_init(&body, BOSH_WRAPPER_MAX);
    bosh_body_terminate(&body, condition);
    bosh_body_end(&body);
    bosh_answer(r, origin, &body);
    buf_finish(&body);
}

static void mark_dirty(struct bosh_session *s)
{
    if (list_is_empty(&s->dirty)) {
        list_append(s->dirty_list, &s->dirty);
    }
}

static struct slot *slot_of(struct bosh_session *s, uint64_t rid)
{
    return &s->slots[rid % BOSH_SLOTS];
}

static struct slot *oldest_held(struct bosh_session *s)
{
    for (uint64_t back = BOSH_SLOTS; back > 0; back--) {
        uint64_t rid = s->rid - (back - 1);
        struct slot *slot = slot_of(s, rid);
        if (slot->state == SLOT_HELD && slot->rid == rid && slot->request) {
            return slot;
        }
    }
    return NULL;
}

/* With what there is; it is kept in case the request is repeated. */
static void answer_slot(struct bosh_session *s, struct slot *slot)
{
    struct http_request *r = slot->request;
    slot->request = NULL;
    slot->state = SLOT_ANSWERED;
    if (s->is_over) {
        bosh_body_terminate(&slot->answer, s->condition);
    } else {
        bosh_body_start(&slot->answer);
        s->since = s->world->now;
    }
    buf_add(&slot->answer, s->out.bytes, s->out.len);
    bosh_body_end(&slot->answer);
    buf_finish(&s->out);
    bosh_answer(r, s->origin, &slot->answer);
}

/* Only the newest request may be held, and only with nothing to say. */
void bosh_session_flush(struct bosh_session *s)
{
    struct slot *oldest = oldest_held(s);
    while (oldest &&
           (s->is_over || s->out.len > 0 || s->hold == 0 || oldest != slot_of(s, s->rid))) {
        answer_slot(s, oldest);
        oldest = oldest_held(s);
    }
}

static void carry(struct stream_carrier *self, const char *xml, size_t len)
{
    struct bosh_session *s =
        (struct bosh_session *)(void *)((char *)self - offsetof(struct bosh_session, carrier));
    if (s->is_over || s->is_overflowing) {
        return;
    }
    if (len > s->out.max - s->out.len) {
        s->is_overflowing = true; /* the tick ends it: the router may be calling */
        return;
    }
    buf_add(&s->out, xml, len);
    mark_dirty(s);
}

/* ---- life ---- */

static void drop_body(struct slot *slot)
{
    element_destroy(slot->body.root);
    slot->body = (struct bosh_body){0};
}

static void free_slot(struct slot *slot)
{
    drop_body(slot);
    buf_finish(&slot->answer);
    if (slot->request) {
        http_hold(slot->request, NULL, NULL);
        slot->request = NULL;
    }
    slot->state = SLOT_FREE;
}

struct bosh_session *bosh_session_create(struct stream_world *world,
                                         const struct bosh_config *config,
                                         const struct bosh_client *client,
                                         const struct bosh_body *body, struct limits_place *place,
                                         struct list *dirty_list)
{
    struct bosh_session *s = mem_alloc(sizeof *s);
    char half[ID_SIZE];
    s->carrier = (struct stream_carrier){.send = carry, .is_framed = false};
    s->dirty_list = dirty_list;
    s->world = world;
    s->site = mem_dup(client->site->id);
    s->origin = mem_dup(client->origin);
    s->neighbourhood = address_neighbourhood(&client->from);
    s->rid = body->rid;
    s->wait_s = body->wait_s < config->wait_s ? body->wait_s : config->wait_s;
    s->hold = body->has_hold && s->wait_s > 0 ? 1 : 0;
    s->since = world->now;
    snprintf(s->key, sizeof s->key, "%s", body->new_key ? body->new_key : "");
    id_random(half);
    memcpy(s->sid, half, ID_SIZE - 1);
    id_random(half);
    memcpy(s->sid + ID_SIZE - 1, half, ID_SIZE);
    buf_init(&s->out, BOSH_OUT_MAX);
    for (size_t i = 0; i < BOSH_SLOTS; i++) {
        s->slots[i].session = s;
        buf_init(&s->slots[i].answer, BOSH_OUT_MAX + BOSH_WRAPPER_MAX);
    }
    list_init(&s->link);
    list_init(&s->dirty);
    s->stream = stream_create(world, &s->carrier, s->site, &client->from, place);
    return s;
}

void bosh_session_destroy(struct bosh_session *s)
{
    list_remove(&s->link);
    list_remove(&s->dirty);
    stream_destroy(s->stream);
    for (size_t i = 0; i < BOSH_SLOTS; i++) {
        free_slot(&s->slots[i]);
    }
    buf_finish(&s->out);
    free(s->site);
    free(s->origin);
    free(s);
}

void bosh_session_end(struct bosh_session *s, const char *condition)
{
    if (s->is_over) {
        return;
    }
    s->is_over = true;
    s->condition = condition;
    s->since = s->world->now;
    for (size_t i = 0; i < BOSH_SLOTS; i++) {
        struct slot *slot = &s->slots[i];
        if (slot->state == SLOT_AHEAD) {
            drop_body(slot);
            slot->state = SLOT_HELD;
            s->rid = slot->rid;
        }
    }
    struct stream *stream = s->stream;
    s->stream = NULL;
    stream_destroy(stream);
    mark_dirty(s);
}

/* After whatever may have closed the stream. */
static void follow_stream(struct bosh_session *s)
{
    if (s->stream && stream_is_closed(s->stream)) {
        bosh_session_end(s, stream_has_failed(s->stream) ? "remote-stream-error" : NULL);
    }
}

void bosh_session_stop(struct bosh_session *s)
{
    if (s->stream) {
        stream_end(s->stream, "system-shutdown");
        follow_stream(s);
    }
}

/* Is a request waiting for an answer? */
static bool is_waited_for(struct bosh_session *s)
{
    for (size_t i = 0; i < BOSH_SLOTS; i++) {
        if (s->slots[i].request) {
            return true;
        }
    }
    return false;
}

static void tick_slot(struct bosh_session *s, struct slot *slot)
{
    if (!slot->request || s->world->now - slot->since < (time_ms)s->wait_s * 1000) {
        return;
    }
    if (slot->state == SLOT_HELD) {
        answer_slot(s, slot);
    } else if (slot->state == SLOT_AHEAD) {
        bosh_session_end(s, "item-not-found"); /* what should have come before never did */
    }
}

bool bosh_session_tick(struct bosh_session *s, const struct bosh_config *config)
{
    if (s->is_over) {
        return s->world->now - s->since < BOSH_OVER_MS;
    }
    if (s->is_overflowing) {
        bosh_session_end(s, "policy-violation");
        return true;
    }
    stream_tick(s->stream);
    follow_stream(s);
    for (size_t i = 0; i < BOSH_SLOTS && !s->is_over; i++) {
        tick_slot(s, &s->slots[i]);
    }
    time_ms most = s->is_continued ? (time_ms)config->inactivity_s * 1000 : BOSH_UNUSED_MS;
    return s->is_over || is_waited_for(s) || s->world->now - s->since < most;
}

/* ---- requests ---- */

static void take_payload(struct bosh_session *s, const struct bosh_body *body)
{
    if (body->is_restart) {
        stream_open(s->stream, body->to ? body->to : s->world->domain, "1.0");
    }
    const struct element *child = element_first(body->root);
    for (; child && !stream_is_closed(s->stream); child = element_next(child)) {
        stream_receive(s->stream, child);
    }
    if (body->is_terminate && !stream_is_closed(s->stream)) {
        stream_end(s->stream, NULL);
    }
    follow_stream(s);
}

void bosh_session_begin(struct bosh_session *s, struct http_request *r,
                        const struct bosh_body *body, const struct bosh_config *config)
{
    struct buf answer;
    buf_init(&answer, BOSH_OUT_MAX + BOSH_WRAPPER_MAX);
    stream_open(s->stream, body->to, body->version ? body->version : "1.0");
    take_payload(s, body);
    if (s->is_over) {
        bosh_body_terminate(&answer, s->condition);
    } else {
        struct bosh_welcome welcome = {.sid = s->sid,
                                       .domain = s->world->domain,
                                       .wait_s = s->wait_s,
                                       .inactivity_s = config->inactivity_s,
                                       .hold = s->hold};
        bosh_body_welcome(&answer, &welcome);
    }
    buf_add(&answer, s->out.bytes, s->out.len);
    bosh_body_end(&answer);
    buf_finish(&s->out);
    bosh_answer(r, s->origin, &answer);
    buf_finish(&answer);
}

/* XEP-0124 section 15. */
static bool take_key(struct bosh_session *s, const struct bosh_body *body)
{
    if (!s->key[0]) {
        return true;
    }
    if (!body->key || !bosh_key_fits(body->key, s->key)) {
        return false;
    }
    snprintf(s->key, sizeof s->key, "%s", body->new_key ? body->new_key : body->key);
    return true;
}

static void on_lost(void *ctx)
{
    struct slot *slot = ctx;
    slot->request = NULL;
    if (!slot->session->is_over) {
        slot->session->since = slot->session->world->now;
    }
}

/* The request whose turn it is. */
static void take(struct bosh_session *s, struct slot *slot)
{
    s->rid = slot->rid;
    slot->state = SLOT_HELD;
    slot->since = s->world->now;
    if (take_key(s, &slot->body)) {
        take_payload(s, &slot->body);
    } else {
        bosh_session_end(s, "item-not-found");
    }
    drop_body(slot);
    mark_dirty(s);
}

static void take_all(struct bosh_session *s)
{
    struct slot *next = slot_of(s, s->rid + 1);
    while (!s->is_over && next->state == SLOT_AHEAD && next->rid == s->rid + 1) {
        take(s, next);
        next = slot_of(s, s->rid + 1);
    }
}

/* A request whose rid came before: the same answer for the same bytes, else the session's end
 * (V-022). */
static void repeat(struct bosh_session *s, struct http_request *r, uint64_t rid,
                   const unsigned char digest[BOSH_DIGEST_SIZE])
{
    struct slot *slot = slot_of(s, rid);
    bool is_kept = slot->state != SLOT_FREE && slot->rid == rid;
    if (!is_kept || memcmp(slot->digest, digest, BOSH_DIGEST_SIZE) != 0) {
        bosh_refuse(r, s->origin, "item-not-found");
        bosh_session_end(s, "item-not-found");
        return;
    }
    if (slot->state == SLOT_ANSWERED) {
        bosh_answer(r, s->origin, &slot->answer);
        return;
    }
    struct http_request *before = slot->request;
    slot->request = r;
    http_hold(r, on_lost, slot);
    if (before) {
        struct buf empty;
        buf_init(&empty, BOSH_WRAPPER_MAX);
        bosh_body_start(&empty);
        bosh_body_end(&empty);
        bosh_answer(before, s->origin, &empty);
        buf_finish(&empty);
    }
    mark_dirty(s);
}

/* A new request: its turn has come, or one must come before it. Takes body->root. */
static void put(struct bosh_session *s, struct http_request *r, struct bosh_body *body,
                const unsigned char digest[BOSH_DIGEST_SIZE])
{
    struct slot *slot = slot_of(s, body->rid);
    if (slot->state == SLOT_HELD) {
        bosh_session_flush(s); /* many requests in one turn */
    }
    free_slot(slot);
    slot->state = SLOT_AHEAD;
    slot->rid = body->rid;
    slot->since = s->world->now;
    slot->request = r;
    slot->body = *body;
    body->root = NULL;
    memcpy(slot->digest, digest, BOSH_DIGEST_SIZE);
    s->is_continued = true;
    http_hold(r, on_lost, slot);
    take_all(s);
}

void bosh_session_continue(struct bosh_session *s, struct http_request *r, struct bosh_body *body,
                           const unsigned char digest[BOSH_DIGEST_SIZE])
{
    const struct slot *slot = slot_of(s, body->rid);
    bool is_repeated = slot->state != SLOT_FREE && slot->rid == body->rid;
    if (s->is_over && !is_repeated) {
        bosh_refuse(r, s->origin, s->condition ? s->condition : "item-not-found");
    } else if (!limits_rate(&s->level, BOSH_BURST, BOSH_INTERVAL_MS, s->world->now)) {
        bosh_refuse(r, s->origin, "policy-violation"); /* V-026 */
        bosh_session_end(s, "policy-violation");
    } else if (is_repeated || body->rid <= s->rid) {
        repeat(s, r, body->rid, digest);
    } else if (body->rid > s->rid + BOSH_WINDOW) {
        bosh_refuse(r, s->origin, "item-not-found"); /* V-024 */
        bosh_session_end(s, "item-not-found");
    } else {
        put(s, r, body, digest);
    }
    element_destroy(body->root);
}
