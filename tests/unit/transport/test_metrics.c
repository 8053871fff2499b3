/* The port on which figures are fetched: what it answers, and to whom. */
#include "base/log.h"
#include "base/mem.h"
#include "story_client.h"
#include "transport/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

struct story {
    struct event_base *loop;
    struct metrics *metrics;
    struct client *client;
    size_t size;     /* of what is answered */
    unsigned prints; /* how often it was asked for */
};

static const char *const HOSTS[] = {"desk.example.org"};

static char *print(void *ctx, size_t *len)
{
    struct story *s = ctx;
    char *text = mem_alloc(s->size + 1);

    s->prints++;
    memset(text, 'x', s->size);
    *len = s->size;
    return text;
}

static void flush(void *ctx)
{
    metrics_turn_end(((struct story *)ctx)->metrics);
}

static int setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    char *error = NULL;

    assert_non_null(s);
    s->loop = event_base_new();
    s->size = 5;
    s->metrics = metrics_create(
        s->loop,
        &(struct metrics_config){
            .listen = "127.0.0.1:0", .hosts = HOSTS, .host_count = 1, .type = "text/x-figures"},
        print, s, &error);
    assert_non_null(s->metrics);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct story *s = *state;

    client_close(s->client);
    metrics_destroy(s->metrics);
    event_base_free(s->loop);
    free(s);
    return 0;
}

/* Until the connection ends: each is for one request. */
static void ask(struct story *s, const char *request)
{
    client_close(s->client);
    s->client = client_connect(metrics_port(s->metrics), 0);
    client_say(s->client, request);
    client_until(s->client, s->loop, flush, s, s->client->is_ended);
}

static bool got(const struct story *s, const char *text)
{
    return client_has(s->client, text);
}

#define GET "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

static void metrics__answers__one_path(void **state)
{
    struct story *s = *state;

    ask(s, GET);
    assert_true(got(s, "HTTP/1.1 200 OK\r\n"));
    assert_true(got(s, "Content-Type: text/x-figures\r\n"));
    assert_true(got(s, "Content-Length: 5\r\n"));
    assert_true(got(s, "Cache-Control: no-store\r\n"));
    assert_true(got(s, "Connection: close\r\n"));
    assert_true(got(s, "\r\n\r\nxxxxx"));
    ask(s, "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_true(got(s, "Content-Length: 5\r\n"));
    assert_false(got(s, "xxxxx"));
    assert_int_equal(s->prints, 2);
    ask(s, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_true(got(s, "HTTP/1.1 404 "));
    ask(s, "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx");
    assert_true(got(s, "HTTP/1.1 405 "));
    assert_true(got(s, "Allow: GET, HEAD\r\n"));
    ask(s, "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    assert_true(got(s, "HTTP/1.1 405 "));
    ask(s, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert_true(got(s, "HTTP/1.1 403 "));
    ask(s, "GET /metrics HTTP/1.0\r\n\r\n");
    assert_true(got(s, "HTTP/1.1 200 OK\r\n"));
    assert_int_equal(s->prints, 3);
}

/* More than a connection's buffer takes (CONNECTION_OUT_MAX). */
static void metrics__answers__what_is_long(void **state)
{
    struct story *s = *state;

    s->size = 1000 * 1000;
    ask(s, GET);
    assert_true(got(s, "Content-Length: 1000000\r\n"));
    assert_in_range(s->client->got.len, 1000000, 1001000);
    ask(s, "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_true(got(s, "Content-Length: 1000000\r\n"));
}

/* A body that never comes, two requests, and an end in the middle of an answer. */
static void metrics__ends__what_is_more_than_one_request(void **state)
{
    struct story *s = *state;

    ask(s, GET GET);
    assert_int_equal(s->prints, 1);
    ask(s, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n");
    assert_true(got(s, "HTTP/1.1 "));
    s->size = 1000 * 1000;
    client_close(s->client);
    s->client = client_connect(metrics_port(s->metrics), 0);
    client_say(s->client, GET);
    client_turn(s->client, s->loop, flush, s);
    client_turn(s->client, s->loop, flush, s);
    client_close(s->client);
    s->client = NULL;
    s->size = 5;
    ask(s, GET);
    assert_true(got(s, "\r\n\r\nxxxxx"));
}

static void metrics__closes__what_is_too_many(void **state)
{
    struct story *s = *state;
    struct client *idle[METRICS_CONNECTIONS];

    for (size_t i = 0; i < METRICS_CONNECTIONS; i++) {
        idle[i] = client_connect(metrics_port(s->metrics), 0);
        client_turn(idle[i], s->loop, flush, s);
    }
    ask(s, GET);
    assert_false(got(s, "HTTP"));
    assert_int_equal(s->prints, 0);
    client_close(idle[0]);
    client_turn(idle[1], s->loop, flush, s);
    client_turn(idle[1], s->loop, flush, s);
    ask(s, GET);
    assert_true(got(s, "HTTP/1.1 200 OK\r\n"));
    for (size_t i = 1; i < METRICS_CONNECTIONS; i++) {
        client_close(idle[i]);
    }
}

static void metrics_configure__takes__other_names(void **state)
{
    static const char *const OTHERS[] = {"other.example"};
    struct story *s = *state;

    metrics_configure(s->metrics, &(struct metrics_config){.hosts = OTHERS, .host_count = 1});
    ask(s, "GET /metrics HTTP/1.1\r\nHost: desk.example.org\r\n\r\n");
    assert_true(got(s, "HTTP/1.1 403 "));
    ask(s, "GET /metrics HTTP/1.1\r\nHost: other.example:9464\r\n\r\n");
    assert_true(got(s, "HTTP/1.1 200 "));
    metrics_configure(NULL, &(struct metrics_config){.host_count = 0});
    metrics_turn_end(NULL);
    metrics_destroy(NULL);
}

static void metrics_create__says__why_it_cannot_listen(void **state)
{
    struct story *s = *state;
    char *where = mem_print("127.0.0.1:%d", metrics_port(s->metrics));
    char *error = NULL;

    assert_null(
        metrics_create(s->loop, &(struct metrics_config){.listen = where}, print, s, &error));
    assert_non_null(strstr(error, "cannot listen"));
    free(error);
    free(where);
}

static void metrics_is_host__knows__addresses_and_names(void **state)
{
    static const char *const OURS[] = {
        "127.0.0.1",      "127.0.0.1:9464",   "[::1]",
        "[::1]:9464",     "192.0.2.7:1",      "localhost",
        "LOCALHOST:9464", "desk.example.org", "Desk.Example.Org:9464"};
    static const char *const OTHERS[] = {"",
                                         ":9464",
                                         "evil.example",
                                         "evil.example:9464",
                                         "127.0.0.1.evil.example",
                                         "localhost.evil.example",
                                         "localhost.",
                                         "desk.example.orgx",
                                         "xdesk.example.org",
                                         "desk.example.org:9464:9464",
                                         "localhost:x",
                                         "0x7f.1",
                                         "2130706433",
                                         "[::1",
                                         "[evil]"};

    (void)state;
    assert_true(metrics_is_host(NULL, HOSTS, 1));
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++) {
        if (!metrics_is_host(OURS[i], HOSTS, 1)) {
            fail_msg("%s is not let in", OURS[i]);
        }
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        if (metrics_is_host(OTHERS[i], HOSTS, 1)) {
            fail_msg("%s is let in", OTHERS[i]);
        }
    }
    assert_false(metrics_is_host("desk.example.org", HOSTS, 0));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        test(metrics__answers__one_path),
        test(metrics__answers__what_is_long),
        test(metrics__ends__what_is_more_than_one_request),
        test(metrics__closes__what_is_too_many),
        test(metrics_configure__takes__other_names),
        test(metrics_create__says__why_it_cannot_listen),
        cmocka_unit_test(metrics_is_host__knows__addresses_and_names),
    };

    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
