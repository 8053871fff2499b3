/* gateway_story.h - a gateway on a free port, a router that writes down, and clients. Included by
 * one file of a program. */
#pragma once

#include "base/mem.h"
#include "gateway_router.h"
#include "story_client.h"
#include "transport/gateway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <event2/event.h>
#include <stdlib.h>

struct story {
    struct event_base *loop;
    struct gateway *gateway;
    struct router router;
    struct gateway_config config;
    const char *ready; /* what readiness says */
    struct client *client;
};

#define D "support.localhost"
#define ORIGIN "Origin: https://shop.example\r\n"

static const char *const STORY_ORIGINS[] = {"https://shop.example", "http://127.0.0.1:8080"};
static const char *const STORY_OTHER_ORIGINS[] = {"https://Other.example"};
static const char *const STORY_TRUSTED[] = {"127.0.0.9", "10.0.0.0/8"};
static const struct gateway_site STORY_SITES[] = {{"default", STORY_ORIGINS, 2},
                                                  {"other", STORY_OTHER_ORIGINS, 1}};

static inline char *story_status(void *ctx, const struct gateway_question *q)
{
    (void)ctx;
    return strcmp(q->department, "sales") == 0
               ? mem_print("{\"lang\":\"%s\",\"site\":\"%s\"}", q->language ? q->language : "none",
                           q->site ? q->site : "none")
               : NULL;
}

static inline char *story_hours(void *ctx, const char *department)
{
    (void)ctx;
    return strcmp(department, "sales") == 0 ? mem_print("{\"hours\":[]}") : NULL;
}

static inline bool story_face(void *ctx, const char *name, struct gateway_picture *out)
{
    (void)ctx;
    *out = (struct gateway_picture){"image/png", "not much of one", 15, "one"};
    return strcmp(name, "Nina B.") == 0;
}

static inline char *story_invite(void *ctx, const struct gateway_question *q)
{
    (void)ctx;
    return strcmp(q->department, "nobody") != 0
               ? mem_print("{\"invite\":\"%s %s\"}", q->department,
                           q->language != NULL ? q->language : "none")
               : NULL;
}

static inline const char *story_ready(void *ctx)
{
    return ((struct story *)ctx)->ready;
}

static inline void story_flush(void *ctx)
{
    gateway_turn_end(((struct story *)ctx)->gateway);
}

#define until(s, condition) client_until((s)->client, (s)->loop, story_flush, (s), condition)

static inline int story_setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->loop = event_base_new();
    gateway_router_init(&s->router);
    s->config = (struct gateway_config){.domain = D,
                                        .listen = "127.0.0.1:0",
                                        .sites = STORY_SITES,
                                        .site_count = 2,
                                        .trusted_proxies = STORY_TRUSTED,
                                        .trusted_proxy_count = 2,
                                        .streams_per_address = 200,
                                        .new_streams_per_minute = 300,
                                        .max_connections = 5000,
                                        .ping_s = 30,
                                        .bosh_wait_s = 60,
                                        .bosh_inactivity_s = 60,
                                        .status = story_status,
                                        .invite = story_invite,
                                        .hours = story_hours,
                                        .ready = story_ready,
                                        .face = story_face,
                                        .ctx = s};
    *state = s;
    return 0;
}

static inline int story_teardown(void **state)
{
    struct story *s = *state;
    client_close(s->client);
    gateway_destroy(s->gateway);
    event_base_free(s->loop);
    gateway_router_finish(&s->router);
    free(s);
    return 0;
}

/* With the config as it is now. */
static inline void story_start(struct story *s)
{
    char *error = NULL;
    s->gateway = gateway_create(s->loop, &s->config, &s->router, &error);
    if (!s->gateway) {
        fail_msg("%s", error);
    }
}

/* A new client is the story's one. */
static inline void story_connect(struct story *s)
{
    if (!s->gateway) {
        story_start(s);
    }
    client_close(s->client);
    s->client = client_connect(gateway_port(s->gateway), 0);
}

/* Sends a request on a new connection and waits for its end. */
static inline void story_ask(struct story *s, const char *request)
{
    story_connect(s);
    client_say(s->client, request);
    until(s, s->client->is_ended);
}

static inline bool story_got(const struct story *s, const char *text)
{
    return client_has(s->client, text);
}

#define OPEN "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" D "' version='1.0'/>"
#define AUTH "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
#define BIND                                                                                       \
    "<iq xmlns='jabber:client' type='set' id='b'><bind "                                           \
    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"

/* A WebSocket visitor through bind, everything sent at once (XEP-0305). */
static inline void story_bind(struct story *s, const char *lines)
{
    story_connect(s);
    client_upgrade(s->client, lines);
    client_text(s->client, OPEN);
    client_text(s->client, AUTH);
    client_text(s->client, OPEN);
    client_text(s->client, BIND);
    until(s, story_got(s, "</jid>"));
}

#define story_test(name) cmocka_unit_test_setup_teardown(name, story_setup, story_teardown)
