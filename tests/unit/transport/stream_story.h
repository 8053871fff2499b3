/* stream_story.h - a stream whose carrier and router write down, and a clock that the test turns.
 * Included by one file of a program. */
#pragma once

#include "gateway_router.h"
#include "transport/limits.h"
#include "transport/stream.h"

#include "base/log.h"
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <stdio.h>

#define D "support.localhost"
#define OPEN "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" D "' version='1.0'/>"
#define CLOSE "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"
#define AUTH "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
#define BIND                                                                                       \
    "<iq xmlns='jabber:client' type='set' id='b'><bind "                                           \
    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
#define ERROR(condition)                                                                           \
    "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><" condition                    \
    " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"

struct story {
    struct stream_carrier carrier;
    struct stream_world world;
    struct router router;
    struct limits *limits;
    struct limits_place *place;
    struct stream *stream;
    struct buf sent; /* each element in its own line */
};

static inline void story_carry(struct stream_carrier *self, const char *xml, size_t len)
{
    struct story *s = (struct story *)(void *)((char *)self - offsetof(struct story, carrier));
    buf_add(&s->sent, xml, len);
    buf_add_char(&s->sent, '\n');
}

static const struct address STORY_FROM = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7}};

static inline void story_start(struct story *s, bool is_framed)
{
    unsigned retry_s;
    stream_destroy(s->stream);
    buf_reset(&s->sent);
    s->carrier = (struct stream_carrier){.send = story_carry, .is_framed = is_framed};
    s->place = limits_enter(s->limits, &STORY_FROM, s->world.now, &retry_s);
    assert_non_null(s->place);
    s->stream = stream_create(&s->world, &s->carrier, "default", &STORY_FROM, s->place);
}

static inline int story_setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    assert_non_null(s);
    gateway_router_init(&s->router);
    buf_init(&s->sent, 8 << 20);
    s->limits = limits_create(1, 100000, 100);
    s->world = (struct stream_world){
        .domain = D, .router = &s->router, .bound = map_create(), .now = 1000000};
    story_start(s, true);
    *state = s;
    return 0;
}

static inline int story_teardown(void **state)
{
    struct story *s = *state;
    stream_destroy(s->stream);
    assert_int_equal(s->world.count, 0);
    assert_int_equal(map_count(s->world.bound), 0);
    assert_int_equal(s->router.attached, s->router.detached);
    limits_destroy(s->limits);
    map_destroy(s->world.bound);
    gateway_router_finish(&s->router);
    buf_finish(&s->sent);
    free(s);
    return 0;
}

static inline void story_say(struct story *s, const char *xml)
{
    stream_read(s->stream, xml, strlen(xml));
}

static inline bool story_sent(const struct story *s, const char *text)
{
    return strstr(s->sent.bytes, text) != NULL;
}

static inline void story_bind_all(struct story *s)
{
    story_say(s, OPEN);
    story_say(s, AUTH);
    story_say(s, OPEN);
    story_say(s, BIND);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    buf_reset(&s->sent);
}

/* It ends with the stream error, and the stream is over for everybody. */
static inline void story_check_error(struct story *s, bool is_bound, const char *xml,
                                     const char *condition)
{
    story_start(s, true);
    if (is_bound) {
        story_bind_all(s);
    }
    unsigned attached = s->router.attached;
    size_t heard = s->router.received.len;
    story_say(s, xml);
    char *error =
        mem_print("<stream:error xmlns:stream='http://etherx.jabber.org/streams'><%s"
                  " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>\n" CLOSE "\n",
                  condition);
    if (!story_sent(s, error)) {
        fail_msg("%s was answered %s", xml, s->sent.bytes);
    }
    free(error);
    assert_true(stream_is_closed(s->stream) && stream_has_failed(s->stream));
    assert_int_equal(s->router.attached, attached);
    assert_int_equal(s->router.attached, s->router.detached);
    assert_int_equal(s->router.received.len, heard);
    /* RFC 7395 3.4: an error before our <open/> comes behind one. */
    assert_true(is_bound || strncmp(s->sent.bytes, "<open ", 6) == 0);
    buf_reset(&s->sent);
    story_say(s, OPEN);
    story_say(s, "<message xmlns='jabber:client'><body>x</body></message>");
    assert_int_equal(s->sent.len, 0);
    assert_int_equal(s->router.received.len, heard);
}

#define story_test(name) cmocka_unit_test_setup_teardown(name, story_setup, story_teardown)
