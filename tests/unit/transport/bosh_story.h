/* bosh_story.h - BOSH sessions over socket pairs, a router that writes down, and a clock that the
 * test turns. Included by one file of a program. */
#pragma once

#include "base/map.h"
#include "base/mem.h"
#include "gateway_router.h"
#include "story_client.h"
#include "transport/bosh.h"
#include "transport/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { STORY_CLIENTS = 512, STORY_WAIT_S = 60, STORY_INACTIVITY_S = 40 };

struct story {
    struct event_base *loop;
    struct connections *set;
    struct http_server server;
    struct stream_world world;
    struct limits *limits;
    struct bosh *bosh;
    struct router router;
    struct bosh_client as; /* whose the requests are */
    struct client *clients[STORY_CLIENTS];
    size_t count;
    char sid[64];
    uint64_t rid; /* of the last request of the session */
};

#define D "support.localhost"
#define NS "xmlns='http://jabber.org/protocol/httpbind'"
#define AUTH "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
#define BIND                                                                                       \
    "<iq xmlns='jabber:client' type='set' id='b'><bind "                                           \
    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
#define EMPTY "<body " NS "></body>"
#define TERMINATED(condition) "<body " NS " type='terminate' condition='" condition "'></body>"

static struct site STORY_SITE = {.id = "default"};

static inline void story_handle(void *ctx, struct http_request *r)
{
    struct story *s = ctx;
    bosh_handle(s->bosh, r, &s->as);
}

static inline void story_from(struct story *s, const char *address)
{
    assert_true(address_parse(&s->as.from, address, strlen(address)));
}

static inline int story_setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->loop = event_base_new();
    s->set = connections_create(s->loop);
    s->server = (struct http_server){.handle = story_handle, .ctx = s};
    gateway_router_init(&s->router);
    s->world = (struct stream_world){
        .domain = D, .router = &s->router, .bound = map_create(), .now = connections_now(s->set)};
    s->limits = limits_create(20, 1000, 100);
    struct bosh_config config = {
        .wait_s = STORY_WAIT_S, .inactivity_s = STORY_INACTIVITY_S, .sessions_max = 50};
    s->bosh = bosh_create(&config, &s->world, s->limits);
    s->as = (struct bosh_client){.site = &STORY_SITE, .origin = "https://shop.example"};
    story_from(s, "192.0.2.7");
    *state = s;
    return 0;
}

static inline int story_teardown(void **state)
{
    struct story *s = *state;
    bosh_destroy(s->bosh);
    connections_destroy(s->set);
    for (size_t i = 0; i < s->count; i++) {
        client_close(s->clients[i]);
    }
    assert_int_equal(s->router.attached, s->router.detached);
    assert_int_equal(s->world.count, 0);
    limits_destroy(s->limits);
    map_destroy(s->world.bound);
    gateway_router_finish(&s->router);
    event_base_free(s->loop);
    free(s);
    return 0;
}

static inline void story_flush(void *ctx)
{
    struct story *s = ctx;
    bosh_flush(s->bosh);
    connections_flush(s->set);
}

static inline void story_settle(struct story *s)
{
    for (int turn = 0; turn < 5; turn++) {
        for (size_t i = 0; i < s->count; i++) {
            client_turn(s->clients[i], s->loop, story_flush, s);
        }
    }
}

static inline void story_wait(struct story *s, int ms)
{
    s->world.now += ms;
    connections_tick(s->set, s->world.now);
    bosh_tick(s->bosh);
    story_settle(s);
}

/* A request on a connection of its own. */
static inline struct client *story_post(struct story *s, const char *body)
{
    int pair[2];
    struct address peer = {{0}};
    assert_true(s->count < STORY_CLIENTS);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
    http_accept(s->set, pair[0], &peer, &s->server, NULL);
    struct client *c = s->clients[s->count++] = client_of_fd(pair[1]);
    char *request = mem_print(
        "POST /http-bind HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    client_say(c, request);
    free(request);
    return c;
}

/* The next request of the session, with these attributes and this payload. */
static inline struct client *story_say_at(struct story *s, uint64_t rid, const char *attributes,
                                          const char *payload)
{
    char *body = mem_print("<body " NS " rid='%" PRIu64 "' sid='%s' %s>%s</body>", rid, s->sid,
                           attributes, payload);
    struct client *c = story_post(s, body);
    free(body);
    return c;
}

static inline struct client *story_say(struct story *s, const char *attributes, const char *payload)
{
    return story_say_at(s, ++s->rid, attributes, payload);
}

/* Waits for the answer; its body. */
static inline const char *story_answer(struct story *s, struct client *c)
{
    client_until(c, s->loop, story_flush, s, client_has(c, "</body>"));
    return strstr(c->got.bytes, "\r\n\r\n") + 4;
}

static inline bool story_is_held(struct story *s, const struct client *c)
{
    story_settle(s);
    return c->got.len == 0;
}

static inline bool story_has(const char *answer, const char *text)
{
    return strstr(answer, text) != NULL;
}

/* Creates a session; the answer. */
static inline const char *story_create(struct story *s, const char *attributes)
{
    s->rid = 1573741820;
    char *body = mem_print("<body " NS " rid='%" PRIu64 "' to='" D
                           "' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh' %s/>",
                           s->rid, attributes);
    const char *answer = story_answer(s, story_post(s, body));
    free(body);
    const char *sid = strstr(answer, " sid='");
    if (sid) {
        snprintf(s->sid, sizeof s->sid, "%.52s", sid + strlen(" sid='"));
    }
    return answer;
}

static inline void story_bind(struct story *s, const char *attributes)
{
    story_create(s, attributes);
    assert_true(story_has(story_answer(s, story_say(s, "", AUTH)), "<success "));
    assert_true(story_has(
        story_answer(
            s, story_say(s, "to='" D "' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'", "")),
        "urn:ietf:params:xml:ns:xmpp-bind"));
    assert_true(story_has(story_answer(s, story_say(s, "", BIND)), "</jid>"));
}

#define MESSAGE(id) "<message xmlns='jabber:client' id='" id "'><body>" id "</body></message>"
#define story_test(name) cmocka_unit_test_setup_teardown(name, story_setup, story_teardown)
