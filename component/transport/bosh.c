#include "transport/bosh.h"

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "transport/bosh_session.h"
#include "transport/limits.h"
#include "xml/reader.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct bosh {
    struct bosh_config config;
    struct stream_world *world;
    struct limits *limits;
    struct map *by_id;    /* first half of a sid → struct bosh_session */
    struct list sessions; /* bosh_session::link */
    struct list dirty;    /* bosh_session::dirty */
};

/* A body around what a stream may say. */
static const struct reader_profile BODY = {.max_bytes = HTTP_BODY_MAX,
                                           .max_depth = 17,
                                           .max_elements = 65,
                                           .max_attributes = 16,
                                           .max_name = 64,
                                           .max_attribute = 1024};

static void id_of(const char *sid, char id[ID_SIZE])
{
    memcpy(id, sid, ID_SIZE - 1);
    id[ID_SIZE - 1] = '\0';
}

/* Constant in what of the second half is right, and in whether the first is known (V-020). */
static struct bosh_session *find(struct bosh *b, const char *sid)
{
    static const char NOBODY[] = "7777777777777777777777777777777777777777777777777777";
    _Static_assert(sizeof NOBODY == BOSH_SID_SIZE, "as long as a session's");
    bool is_long = strlen(sid) == BOSH_SID_SIZE - 1;
    const char *asked = is_long ? sid : NOBODY;
    char id[ID_SIZE];
    id_of(asked, id);
    struct bosh_session *s = map_get(b->by_id, id);
    bool is_same = text_equal_secret(asked + ID_SIZE - 1, (s ? s->sid : NOBODY) + ID_SIZE - 1);
    return s && is_same ? s : NULL;
}

static void refuse_by_limits(struct http_request *r, const char *origin, int status,
                             unsigned retry_s)
{
    char *cors = origin ? mem_print("Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n", origin)
                        : mem_dup("");
    char *headers = mem_print("Retry-After: %u\r\n%s", retry_s, cors);
    http_answer_words(r, status, headers, "Too many visitors. Try again later.");
    free(headers);
    free(cors);
}

static void create(struct bosh *b, struct http_request *r, const struct bosh_body *body,
                   const struct bosh_client *client)
{
    if (!stream_world_is(b->world, body->to)) {
        bosh_refuse(r, client->origin, "host-unknown");
        return;
    }
    if (map_count(b->by_id) >= b->config.sessions_max) {
        refuse_by_limits(r, client->origin, 503, 10);
        return;
    }
    unsigned retry_s;
    struct limits_place *place = limits_enter(b->limits, &client->from, b->world->now, &retry_s);
    if (!place) {
        refuse_by_limits(r, client->origin, 429, retry_s);
        return;
    }
    struct bosh_session *s =
        bosh_session_create(b->world, &b->config, client, body, place, &b->dirty);
    char id[ID_SIZE];
    id_of(s->sid, id);
    map_set(b->by_id, id, s);
    list_append(&b->sessions, &s->link);
    bosh_session_begin(s, r, body, &b->config);
}

/* May this client speak for the session? From another address only with the next key (V-021). */
static bool may_speak(const struct bosh_session *s, const struct bosh_client *client,
                      const struct bosh_body *body)
{
    struct address neighbourhood = address_neighbourhood(&client->from);
    bool is_near = memcmp(&neighbourhood, &s->neighbourhood, sizeof neighbourhood) == 0;
    bool has_key =
        s->key[0] && body->key && body->rid == s->rid + 1 && bosh_key_fits(body->key, s->key);
    return text_equal(s->site, client->site->id) && (is_near || has_key);
}

static void continue_session(struct bosh *b, struct http_request *r, struct bosh_body *body,
                             const struct bosh_client *client, const char *bytes, size_t len)
{
    struct bosh_session *s = find(b, body->sid);
    bool is_heard = s && may_speak(s, client, body);
    bool is_unbound = is_heard && !s->is_over && stream_state(s->stream) != STREAM_BOUND;
    if (!is_heard || (is_unbound && len > BOSH_UNBOUND_MAX)) {
        bosh_refuse(r, client->origin, is_heard ? "policy-violation" : "item-not-found");
        element_destroy(body->root);
        return;
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL)) {
        BUG("SHA-256 is not there");
    }
    bosh_session_continue(s, r, body, digest);
}

void bosh_handle(struct bosh *b, struct http_request *r, const struct bosh_client *client)
{
    size_t len;
    const char *bytes = http_request_body(r, &len);
    struct bosh_body body;
    const char *condition = bosh_body_read(&body, &BODY, bytes, len);
    if (condition) {
        bosh_refuse(r, client->origin, condition);
    } else if (body.sid) {
        continue_session(b, r, &body, client, bytes, len);
    } else if (len > BOSH_UNBOUND_MAX) {
        bosh_refuse(r, client->origin, "policy-violation");
        element_destroy(body.root);
    } else {
        create(b, r, &body, client);
        element_destroy(body.root);
    }
}

struct bosh *bosh_create(const struct bosh_config *config, struct stream_world *world,
                         struct limits *limits)
{
    struct bosh *b = mem_alloc(sizeof *b);
    b->config = *config;
    b->world = world;
    b->limits = limits;
    b->by_id = map_create();
    list_init(&b->sessions);
    list_init(&b->dirty);
    return b;
}

void bosh_configure(struct bosh *b, const struct bosh_config *config)
{
    b->config = *config;
}

static void drop(struct bosh *b, struct bosh_session *s)
{
    char id[ID_SIZE];
    id_of(s->sid, id);
    map_remove(b->by_id, id);
    bosh_session_destroy(s);
}

void bosh_destroy(struct bosh *b)
{
    if (!b) {
        return;
    }
    list_for_each_safe (struct bosh_session, s, &b->sessions, link) {
        drop(b, s);
    }
    map_destroy(b->by_id);
    free(b);
}

void bosh_flush(struct bosh *b)
{
    while (!list_is_empty(&b->dirty)) {
        struct bosh_session *s = LIST_OF(struct bosh_session, b->dirty.next, dirty);
        list_remove(&s->dirty);
        bosh_session_flush(s);
    }
}

void bosh_tick(struct bosh *b)
{
    list_for_each_safe (struct bosh_session, s, &b->sessions, link) {
        if (!bosh_session_tick(s, &b->config)) {
            drop(b, s);
        }
    }
}

void bosh_stop(struct bosh *b)
{
    list_for_each (struct bosh_session, s, &b->sessions, link) {
        bosh_session_stop(s);
    }
}

size_t bosh_count(const struct bosh *b)
{
    return map_count(b->by_id);
}
