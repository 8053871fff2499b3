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

static void carry(struct stream_carrier *self, const char *xml, size_t len)
{
    struct story *s = (struct story *)(void *)((char *)self - offsetof(struct story, carrier));
    buf_add(&s->sent, xml, len);
    buf_add_char(&s->sent, '\n');
}

static const struct address FROM = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7}};

static void start(struct story *s, bool is_framed)
{
    unsigned retry_s;
    stream_destroy(s->stream);
    buf_reset(&s->sent);
    s->carrier = (struct stream_carrier){.send = carry, .is_framed = is_framed};
    s->place = limits_enter(s->limits, &FROM, s->world.now, &retry_s);
    assert_non_null(s->place);
    s->stream = stream_create(&s->world, &s->carrier, "default", &FROM, s->place);
}

static int setup(void **state)
{
    struct story *s = calloc(1, sizeof *s);
    assert_non_null(s);
    gateway_router_init(&s->router);
    buf_init(&s->sent, 8 << 20);
    s->limits = limits_create(1, 100000, 100);
    s->world = (struct stream_world){
        .domain = D, .router = &s->router, .bound = map_create(), .now = 1000000};
    start(s, true);
    *state = s;
    return 0;
}

static int teardown(void **state)
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

static void say(struct story *s, const char *xml)
{
    stream_read(s->stream, xml, strlen(xml));
}

static bool sent(const struct story *s, const char *text)
{
    return strstr(s->sent.bytes, text) != NULL;
}

static void bind_all(struct story *s)
{
    say(s, OPEN);
    say(s, AUTH);
    say(s, OPEN);
    say(s, BIND);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    buf_reset(&s->sent);
}

/* Everything that is sent is a document of its own, except that stream: is declared on it, too. */
static void stream__binds__step_by_step(void **state)
{
    struct story *s = *state;
    say(s, OPEN);
    assert_int_equal(stream_state(s->stream), STREAM_OPEN);
    assert_int_equal(strncmp(s->sent.bytes,
                             "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='" D "' id='",
                             60),
                     0);
    assert_true(sent(
        s, "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
           "<mechanisms "
           "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms>"
           "</stream:features>\n"));
    buf_reset(&s->sent);
    say(s, AUTH);
    assert_int_equal(stream_state(s->stream), STREAM_AUTHENTICATED);
    assert_string_equal(s->sent.bytes, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n");
    say(s, OPEN);
    assert_int_equal(stream_state(s->stream), STREAM_REOPENED);
    assert_true(sent(s, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"));
    assert_int_equal(s->router.attached, 0);
    buf_reset(&s->sent);
    say(s, "<iq xmlns='jabber:client' type='set' id='b&lt;'><bind "
           "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>mine</resource></bind></iq>");
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    char *expected = mem_print("<iq xmlns='jabber:client' type='result' id='b&lt;'><bind "
                               "xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                               "<jid>%s</jid></bind></iq>\n",
                               s->router.last->jid);
    assert_string_equal(s->sent.bytes, expected);
    free(expected);
    /* <26 random>@D/<26 random>: what was wished for is not heard. */
    assert_int_equal(strlen(s->router.last->jid), 26 + strlen("@" D "/") + 26);
    assert_null(strstr(s->router.last->jid, "mine"));
    assert_true(strstr(s->router.log.bytes, "@" D "/") &&
                strstr(s->router.log.bytes, " site=default address=192.0.2.7;"));
}

static void stream__hands__stanzas_to_the_router_and_back(void **state)
{
    struct story *s = *state;
    bind_all(s);
    say(s, "<message xmlns='jabber:client' to='sales@" D "' id='m1'><body>Hello</body></message>");
    say(s, "<presence xmlns='jabber:client' to='sales@" D "'/>");
    say(s, "<iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    assert_string_equal(s->router.received.bytes, "message:m1:Hello;presence::;iq:p:;");
    gateway_router_send(&s->router, "<message from='a'><body>x</body></message>");
    gateway_router_send(&s->router, "<presence/>");
    gateway_router_send(&s->router, "<iq>x</iq>");
    assert_string_equal(s->sent.bytes,
                        "<message xmlns='jabber:client' from='a'><body>x</body></message>\n"
                        "<presence xmlns='jabber:client'/>\n<iq xmlns='jabber:client'>x</iq>\n");
}

static void stream__answers__legacy_session(void **state)
{
    struct story *s = *state;
    bind_all(s);
    say(s, "<iq xmlns='jabber:client' type='set' id='s'><session "
           "xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
    say(s, "<iq xmlns='jabber:client' type='set' to='" D
           "' id='t'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
    assert_string_equal(s->sent.bytes, "<iq xmlns='jabber:client' type='result' id='s'/>\n<iq "
                                       "xmlns='jabber:client' type='result' id='t'/>\n");
    /* To a department it is that department's to answer. */
    say(s, "<iq xmlns='jabber:client' type='set' to='sales@" D
           "' id='u'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
    assert_string_equal(s->router.received.bytes, "iq:u:;");
}

/* steps (separated by \n) end with the stream error, and the stream is over for everybody. */
static void check_error(struct story *s, bool is_bound, const char *xml, const char *condition)
{
    start(s, true);
    if (is_bound) {
        bind_all(s);
    }
    unsigned attached = s->router.attached;
    size_t heard = s->router.received.len;
    say(s, xml);
    char *error =
        mem_print("<stream:error xmlns:stream='http://etherx.jabber.org/streams'><%s"
                  " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>\n" CLOSE "\n",
                  condition);
    if (!sent(s, error)) {
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
    say(s, OPEN);
    say(s, "<message xmlns='jabber:client'><body>x</body></message>");
    assert_int_equal(s->sent.len, 0);
    assert_int_equal(s->router.received.len, heard);
}

static void stream__refuses__wrong_openings(void **state)
{
    struct story *s = *state;
    check_error(
        s, false,
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='other.example' version='1.0'/>",
        "host-unknown");
    check_error(s, false,
                "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='x@" D "' version='1.0'/>",
                "host-unknown");
    check_error(s, false, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0'/>",
                "host-unknown");
    check_error(s, false, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" D "'/>",
                "unsupported-version");
    check_error(s, false,
                "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" D "' version='2.0'/>",
                "unsupported-version");
    check_error(s, false, "<open xmlns='urn:x' to='" D "' version='1.0'/>", "invalid-namespace");
    check_error(s, false, "<message xmlns='jabber:client'><body>x</body></message>",
                "not-authorized");
    check_error(s, false, AUTH, "not-authorized");
}

static void stream__takes__its_domain_in_any_case(void **state)
{
    struct story *s = *state;
    say(s,
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='Support.LOCALHOST' version='1.0'/>");
    assert_int_equal(stream_state(s->stream), STREAM_OPEN);
}

static void stream__refuses__top_level_strangers(void **state)
{
    struct story *s = *state; /* V-059, V-068 */
    static const char *const STRANGERS[] = {
        "<foo xmlns='jabber:client'/>",
        "<foo/>",
        "<message/>",
        "<handshake xmlns='jabber:component:accept'/>",
        "<stream:error xmlns:stream='http://etherx.jabber.org/streams'/>",
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>",
        "<message xmlns='jabber:server'><body>x</body></message>",
        "<a:message xmlns:a='urn:x'><body>x</body></a:message>",
        "<resume xmlns='urn:xmpp:sm:3' previd='other' h='0'/>",
        "<enable xmlns='urn:xmpp:sm:3' resume='true'/>",
        "<a xmlns='urn:xmpp:sm:3' h='4294967295'/>",
        "<r xmlns='urn:xmpp:sm:3'/>",
        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        "<body xmlns='http://jabber.org/protocol/httpbind'/>"};
    for (size_t i = 0; i < sizeof STRANGERS / sizeof *STRANGERS; i++) {
        check_error(s, true, STRANGERS[i], "unsupported-stanza-type");
        check_error(s, false, STRANGERS[i], "unsupported-stanza-type");
    }
}

static void stream__refuses__what_comes_twice(void **state)
{
    struct story *s = *state; /* V-067 */
    check_error(s, true, OPEN, "policy-violation");
    check_error(s, true, AUTH, "policy-violation");
    start(s, true);
    say(s, OPEN);
    say(s, OPEN);
    assert_true(sent(s, ERROR("policy-violation")));
    start(s, true);
    say(s, OPEN);
    say(s, AUTH);
    say(s, AUTH);
    assert_true(sent(s, ERROR("policy-violation")));
    start(s, true);
    bind_all(s);
    char *jid = mem_dup(s->router.last->jid);
    say(s, BIND);
    assert_string_equal(
        s->sent.bytes, "<iq xmlns='jabber:client' type='error' id='b'><error type='cancel'>"
                       "<not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>\n");
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    assert_string_equal(s->router.last->jid, jid);
    free(jid);
}

static void stream__refuses__other_mechanisms(void **state)
{
    struct story *s = *state; /* V-067: PLAIN */
    say(s, OPEN);
    buf_reset(&s->sent);
    say(s, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
           "mechanism='PLAIN'>AGFkbWluAHNlY3JldA==</auth>");
    assert_string_equal(
        s->sent.bytes,
        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-mechanism/></failure>\n");
    assert_int_equal(stream_state(s->stream), STREAM_OPEN);
    buf_reset(&s->sent);
    say(s, "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    assert_string_equal(s->sent.bytes,
                        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><aborted/></failure>\n");
    say(s, AUTH);
    assert_int_equal(stream_state(s->stream), STREAM_AUTHENTICATED);
    start(s, true);
    say(s, OPEN);
    for (int i = 0; i < STREAM_AUTH_MAX; i++) {
        assert_false(stream_is_closed(s->stream));
        say(s, "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AGE=</response>");
    }
    assert_true(sent(s, ERROR("policy-violation")));
}

static void stream__hears__no_stanza_before_bind(void **state)
{
    struct story *s = *state;
    static const char MESSAGE[] = "<message xmlns='jabber:client'><body>x</body></message>";
    for (int steps = 1; steps <= 3; steps++) {
        start(s, true);
        static const char *const STEPS[] = {OPEN, AUTH, OPEN};
        for (int i = 0; i < steps; i++) {
            say(s, STEPS[i]);
        }
        say(s, MESSAGE);
        assert_true(sent(s, ERROR("not-authorized")));
        assert_int_equal(s->router.received.len, 0);
    }
    start(s, true);
    say(s, OPEN);
    say(s, AUTH);
    say(s, OPEN);
    say(s, "<iq xmlns='jabber:client' type='get' id='b'><bind "
           "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    assert_true(sent(s, ERROR("not-authorized")));
}

static void stream__refuses__what_is_not_one_element(void **state)
{
    struct story *s = *state; /* V-0A16, V-0A17 */
    static const char *const FRAMES[] = {
        "",
        " ",
        "<presence xmlns='jabber:client'/><presence xmlns='jabber:client'/>",
        "<message xmlns='jabber:client'><body>half",
        "</message>",
        " <presence xmlns='jabber:client'/>",
        "\xef\xbb\xbf<presence xmlns='jabber:client'/>",
        "text",
        "<x:message><body>x</body></x:message>",
        "<message xmlns='jabber:client' id='1' id='2'/>"};
    for (size_t i = 0; i < sizeof FRAMES / sizeof *FRAMES; i++) {
        check_error(s, true, FRAMES[i], "not-well-formed");
        check_error(s, false, FRAMES[i], "not-well-formed");
    }
}

static void stream__refuses__characters_that_are_none(void **state)
{
    struct story *s = *state; /* V-031 to V-038 */
    static const char *const BODIES[] = {"a\x01"
                                         "b",
                                         "&#1;",
                                         "&#x0;",
                                         "&#xD800;",
                                         "&#xFFFE;",
                                         "\xc0\xbc",
                                         "\xe0\x80\xbc",
                                         "\xf0\x80\x80\xbc",
                                         "\xc1\xbf",
                                         "\xed\xa0\x80",
                                         "\xed\xa0\xbd\xed\xb8\x80",
                                         "\xef\xbf\xbe",
                                         "\xef\xbf\xbf",
                                         "\xf4\x90\x80\x80",
                                         "\xf8\x88\x80\x80\x80",
                                         "\x80",
                                         "\xe2\x82"};
    for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++) {
        char *xml =
            mem_print("<message xmlns='jabber:client'><body>%s</body></message>", BODIES[i]);
        check_error(s, true, xml, "not-well-formed");
        free(xml);
    }
    start(s, true);
    bind_all(s);
    static const char NUL[] =
        "<message xmlns='jabber:client'><body>a\0b</body></message>"; /* V-033 */
    stream_read(s->stream, NUL, sizeof NUL - 1);
    assert_true(sent(s, ERROR("not-well-formed")));
    assert_int_equal(s->router.received.len, 0);
}

static void stream__refuses__restricted_xml(void **state)
{
    struct story *s = *state; /* V-048, V-049; V-0A17: a declaration */
    check_error(s, true,
                "<!DOCTYPE a [<!ENTITY x 'y'>]><presence xmlns='jabber:client'>&x;</presence>",
                "restricted-xml");
    check_error(s, true, "<message xmlns='jabber:client'><!-- x --></message>", "restricted-xml");
    check_error(s, true, "<message xmlns='jabber:client'><?x y?></message>", "restricted-xml");
    start(s, true);
    bind_all(s);
    say(s, "<?xml version='1.0'?><presence xmlns='jabber:client'/>");
    assert_true(stream_is_closed(s->stream));
    assert_true(sent(s, ERROR("restricted-xml")) || sent(s, ERROR("not-well-formed")));
    assert_int_equal(s->router.received.len, 0);
}

static void stream__refuses__what_is_over_a_cap(void **state)
{
    struct story *s = *state; /* V-042, V-043, V-045 */
    struct buf xml;
    buf_init(&xml, 1 << 20);
    buf_add_text(&xml, "<message xmlns='jabber:client'>");
    for (int i = 0; i < 4000; i++) {
        buf_add_text(&xml, "<a>");
    }
    check_error(s, true, xml.bytes, "policy-violation");
    buf_reset(&xml);
    buf_add_text(&xml, "<message xmlns='jabber:client'><body>");
    for (int i = 0; i < 5000; i++) {
        buf_add_char(&xml, 'x');
    }
    buf_add_text(&xml, "</body></message>");
    check_error(s, false, xml.bytes, "policy-violation"); /* before bind: 4 KiB */
    start(s, true);
    bind_all(s);
    say(s, xml.bytes);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    buf_finish(&xml);
}

static void stream__ends__when_the_peer_closes(void **state)
{
    struct story *s = *state;
    bind_all(s);
    say(s, CLOSE);
    assert_string_equal(s->sent.bytes, CLOSE "\n");
    assert_true(stream_is_closed(s->stream));
    assert_false(stream_has_failed(s->stream));
    assert_int_equal(s->router.detached, 1);
}

static void stream__ends__when_bind_does_not_come(void **state)
{
    struct story *s = *state;
    say(s, OPEN);
    s->world.now += STREAM_OPEN_MS - 1;
    stream_tick(s->stream);
    assert_false(stream_is_closed(s->stream));
    s->world.now += 1;
    stream_tick(s->stream);
    assert_true(sent(s, ERROR("connection-timeout")));
    start(s, true);
    bind_all(s);
    s->world.now += 10 * STREAM_OPEN_MS;
    stream_tick(s->stream);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
}

static void stream__ends__floods(void **state)
{
    struct story *s = *state; /* V-068: a flood, of whatever */
    bind_all(s);
    for (int i = 0; i < STREAM_BURST + 10; i++) {
        say(s, "<presence xmlns='jabber:client'/>");
    }
    assert_true(sent(s, ERROR("policy-violation")));
    assert_true(s->router.received.len < (STREAM_BURST + 10) * strlen("presence::;"));
    start(s, true);
    bind_all(s);
    for (int second = 0; second < 100; second++) {
        for (int i = 0; i < 1000 / STREAM_INTERVAL_MS; i++) {
            say(s, "<presence xmlns='jabber:client'/>");
        }
        s->world.now += 1000;
    }
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
}

static void stream__leaves__its_address_s_count(void **state)
{
    struct story *s = *state;
    unsigned retry_s;
    assert_null(limits_enter(s->limits, &FROM, s->world.now, &retry_s));
    bind_all(s);
    stream_known(s->stream); /* a valid token: another may come */
    struct limits_place *other = limits_enter(s->limits, &FROM, s->world.now, &retry_s);
    assert_non_null(other);
    stream_known(s->stream); /* once is enough */
    stream_end(s->stream, "reset");
    assert_null(limits_enter(s->limits, &FROM, s->world.now, &retry_s));
    limits_leave(other);
    assert_non_null(limits_enter(s->limits, &FROM, s->world.now, &retry_s));
}

/* BOSH: the body says what <open/> and <close/> say. */
static void stream__opens__without_frames(void **state)
{
    struct story *s = *state;
    start(s, false);
    stream_open(s->stream, D, "1.0");
    assert_int_equal(strncmp(s->sent.bytes, "<stream:features", 16), 0);
    say(s, AUTH);
    stream_open(s->stream, D, "1.0");
    say(s, BIND);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    assert_false(sent(s, "<open"));
    buf_reset(&s->sent);
    say(s, OPEN);
    assert_string_equal(s->sent.bytes, ERROR("unsupported-stanza-type") "\n");
}

static void stream__is__silent_when_destroyed(void **state)
{
    struct story *s = *state;
    bind_all(s);
    stream_destroy(s->stream);
    s->stream = NULL;
    assert_int_equal(s->sent.len, 0);
    assert_int_equal(s->router.detached, 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    log_set_level(LOG_WARN);
    const struct CMUnitTest tests[] = {
        test(stream__binds__step_by_step),
        test(stream__hands__stanzas_to_the_router_and_back),
        test(stream__answers__legacy_session),
        test(stream__refuses__wrong_openings),
        test(stream__takes__its_domain_in_any_case),
        test(stream__refuses__top_level_strangers),
        test(stream__refuses__what_comes_twice),
        test(stream__refuses__other_mechanisms),
        test(stream__hears__no_stanza_before_bind),
        test(stream__refuses__what_is_not_one_element),
        test(stream__refuses__characters_that_are_none),
        test(stream__refuses__restricted_xml),
        test(stream__refuses__what_is_over_a_cap),
        test(stream__ends__when_the_peer_closes),
        test(stream__ends__when_bind_does_not_come),
        test(stream__ends__floods),
        test(stream__leaves__its_address_s_count),
        test(stream__opens__without_frames),
        test(stream__is__silent_when_destroyed),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
