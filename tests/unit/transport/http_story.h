/* http_story.h - one HTTP connection over a socket pair, a server that says back what it was asked,
 * and a clock that the test turns. Included by one file of a program. */
#pragma once

#include "base/buf.h"
#include "base/mem.h"
#include "story_client.h"
#include "transport/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct story {
    struct event_base *loop;
    struct connections *set;
    struct http_server server;
    struct client *client;
    time_ms now;
    struct buf asked;          /* "VERB path body;" */
    struct http_request *held; /* by /hold */
    unsigned lost;
    char *big;           /* /static */
    struct buf streamed; /* of the body to /stream */
};

enum { STORY_BIG = 600 * 1024 };

static inline void story_on_lost(void *ctx)
{
    struct story *s = ctx;
    s->held = NULL;
    s->lost++;
}

static inline void story_answer(struct http_request *r, const char *text)
{
    struct http_answer answer = {
        .status = 200, .type = "text/plain", .body = text, .len = strlen(text)};
    http_answer(r, &answer);
}

static inline void story_on_bytes(void *ctx, const char *bytes, size_t len)
{
    buf_add(&((struct story *)ctx)->streamed, bytes, len);
}

static inline void story_on_whole(void *ctx)
{
    struct story *s = ctx;
    char *text = mem_print("streamed %zu;", s->streamed.len);
    story_answer(s->held, text);
    s->held = NULL;
    free(text);
}

/* The body to /stream is taken as it comes, that to /early is not wanted. */
static inline void story_begin(void *ctx, struct http_request *r)
{
    static const struct http_sink SINK = {story_on_bytes, story_on_whole, story_on_lost};
    struct story *s = ctx;
    if (strcmp(http_request_path(r), "/stream") == 0 && http_request_length(r) > 0) {
        s->held = r;
        http_stream(r, &SINK, s);
    } else if (strcmp(http_request_path(r), "/early") == 0) {
        http_answer_words(r, 507, NULL, "no");
    }
}

static inline void story_handle(void *ctx, struct http_request *r)
{
    static const char *const VERBS[] = {"GET", "HEAD", "POST", "PUT", "OPTIONS"};
    struct story *s = ctx;
    size_t len;
    const char *body = http_request_body(r, &len);
    const char *path = http_request_path(r);
    char *text = mem_print("%s %s %s;", VERBS[http_request_verb(r)], path, body);
    buf_add_text(&s->asked, text);
    if (strcmp(path, "/hold") == 0) {
        s->held = r;
        http_hold(r, story_on_lost, s);
    } else if (strcmp(path, "/static") == 0) {
        struct http_answer answer = {
            .status = 200, .body = s->big, .len = STORY_BIG, .is_static = true};
        http_answer(r, &answer);
    } else if (strcmp(path, "/nothing") == 0) {
        struct http_answer answer = {.status = 304, .body = "no", .len = 2};
        http_answer(r, &answer);
    } else {
        story_answer(r, text);
    }
    free(text);
}

static inline int story_setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    int pair[2];
    assert_non_null(s);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
    s->loop = event_base_new();
    s->set = connections_create(s->loop);
    s->now = connections_now(s->set);
    s->server = (struct http_server){.begin = story_begin, .handle = story_handle, .ctx = s};
    s->big = mem_alloc(STORY_BIG + 1);
    memset(s->big, 'z', STORY_BIG);
    buf_init(&s->asked, 8 << 20);
    buf_init(&s->streamed, 8 << 20);
    struct address peer = {{0}};
    http_accept(s->set, pair[0], &peer, &s->server, NULL);
    s->client = client_of_fd(pair[1]);
    *state = s;
    return 0;
}

static inline int story_teardown(void **state)
{
    struct story *s = *state;
    connections_destroy(s->set);
    client_close(s->client);
    event_base_free(s->loop);
    buf_finish(&s->asked);
    buf_finish(&s->streamed);
    free(s->big);
    free(s);
    return 0;
}

static inline void story_flush(void *ctx)
{
    connections_flush(((struct story *)ctx)->set);
}

#define until(s, condition) client_until((s)->client, (s)->loop, story_flush, (s), condition)

static inline bool story_got(const struct story *s, const char *text)
{
    return client_has(s->client, text);
}

/* That much time goes by. */
static inline void story_wait(struct story *s, int ms)
{
    s->now += ms;
    connections_tick(s->set, s->now);
    for (int turn = 0; turn < 5; turn++) {
        client_turn(s->client, s->loop, story_flush, s);
    }
}

/* Everything that was sent is dealt with. */
static inline void story_settle(struct story *s)
{
    story_wait(s, 0);
}

static inline unsigned story_count(const struct story *s, const char *text)
{
    unsigned count = 0;
    const char *end = s->client->got.bytes + s->client->got.len;
    const char *at = s->client->got.bytes;
    while ((at = memmem(at, (size_t)(end - at), text, strlen(text)))) {
        count++;
        at++;
    }
    return count;
}

#define story_test(name) cmocka_unit_test_setup_teardown(name, story_setup, story_teardown)
