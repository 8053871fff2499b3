/* link_story.h - a link, a server that does what the test says, a router that writes down, and the
 * log. Included by one file of a program. */
#pragma once

#include "base/log.h"
#include "fake_router.h"
#include "story_server.h"
#include "transport/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <event2/dns.h>
#include <event2/event.h>
#include <stdlib.h>

struct story {
    struct event_base *loop;
    struct evdns_base *dns;
    struct story_server server;
    struct router router;
    struct link_pace pace;
    struct link *link;
    struct buf log;
    unsigned errors; /* lines at level error */
    bool stopped;
};

static const char SECRET[] = "s3cret";

static inline void story_log(void *ctx, enum log_level level, const char *line)
{
    struct story *s = ctx;
    s->errors += level == LOG_ERROR;
    buf_printf(&s->log, "%s\n", line);
}

/* Patient where nothing is to be waited for, so that a slow machine changes nothing; quick to try
 * again. */
static inline int story_setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->pace = (struct link_pace){.connect_ms = 20000,
                                 .handshake_ms = 20000,
                                 .silence_ms = 20000,
                                 .first_answer_ms = 20000,
                                 .answer_ms = 20000,
                                 .answer_max_ms = 20000,
                                 .retry_min_ms = 10,
                                 .retry_max_ms = 300,
                                 .refused_min_ms = 50,
                                 .refused_max_ms = 80,
                                 .steady_ms = 20000};
    s->loop = event_base_new();
    s->dns = evdns_base_new(s->loop, 0);
    buf_init(&s->log, 4 << 20);
    log_set_level(LOG_DEBUG);
    log_set_sink(story_log, s);
    fake_router_init(&s->router);
    story_server_start(&s->server, s->loop);
    *state = s;
    return 0;
}

static inline int story_teardown(void **state)
{
    struct story *s = *state;
    link_destroy(s->link);
    event_base_loop(s->loop, EVLOOP_NONBLOCK);
    story_server_stop(&s->server);
    evdns_base_free(s->dns, 0);
    event_base_free(s->loop);
    fake_router_finish(&s->router);
    log_set_sink(NULL, NULL);
    buf_finish(&s->log);
    free(s);
    return 0;
}

static inline void story_start_at(struct story *s, const char *host, int port)
{
    struct link_config config = {.domain = "support.localhost",
                                 .host = host,
                                 .port = port,
                                 .secret = SECRET,
                                 .pace = &s->pace};
    s->link = link_create(s->loop, s->dns, &config, &s->router);
    link_start(s->link);
}

static inline void story_start(struct story *s)
{
    story_start_at(s, "127.0.0.1", s->server.port);
}

/* Connected and through the handshake, the first ping answered. */
static inline void story_go_up(struct story *s)
{
    unsigned ups = s->router.ups;
    if (!s->link) {
        story_start(s);
    }
    story_server_greet(&s->server, SECRET);
    story_until(s->loop, s->router.ups == ups + 1);
}

/* How often does it stand in the log? */
static inline unsigned story_logged(const struct story *s, const char *text)
{
    unsigned count = 0;
    for (const char *at = strstr(s->log.bytes, text); at; at = strstr(at + 1, text)) {
        count++;
    }
    return count;
}

static inline void story_on_stopped(void *ctx)
{
    struct story *s = ctx;
    s->stopped = true;
}

#define story_test(name) cmocka_unit_test_setup_teardown(name, story_setup, story_teardown)
