#include "stream_story.h"

/* Everything that is sent is a document of its own, except that stream: is declared on it, too. */
static void stream__binds__step_by_step(void **state)
{
    struct story *s = *state;
    story_say(s, OPEN);
    assert_int_equal(stream_state(s->stream), STREAM_OPEN);
    assert_int_equal(strncmp(s->sent.bytes,
                             "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='" D "' id='",
                             60),
                     0);
    assert_true(story_sent(
        s, "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
           "<mechanisms "
           "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms>"
           "</stream:features>\n"));
    buf_reset(&s->sent);
    story_say(s, AUTH);
    assert_int_equal(stream_state(s->stream), STREAM_AUTHENTICATED);
    assert_string_equal(s->sent.bytes, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n");
    story_say(s, OPEN);
    assert_int_equal(stream_state(s->stream), STREAM_REOPENED);
    assert_true(
        story_sent(s, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"));
    assert_int_equal(s->router.attached, 0);
    buf_reset(&s->sent);
    story_say(s, "<iq xmlns='jabber:client' type='set' id='b&lt;'><bind "
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
    story_bind_all(s);
    story_say(s, "<message xmlns='jabber:client' to='sales@" D
                 "' id='m1'><body>Hello</body></message>");
    story_say(s, "<presence xmlns='jabber:client' to='sales@" D "'/>");
    story_say(s, "<iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
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
    story_bind_all(s);
    story_say(s, "<iq xmlns='jabber:client' type='set' id='s'><session "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
    story_say(s, "<iq xmlns='jabber:client' type='set' to='" D
                 "' id='t'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
    assert_string_equal(s->sent.bytes, "<iq xmlns='jabber:client' type='result' id='s'/>\n<iq "
                                       "xmlns='jabber:client' type='result' id='t'/>\n");
    /* To a department it is that department's to answer. */
    story_say(s, "<iq xmlns='jabber:client' type='set' to='sales@" D
                 "' id='u'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
    assert_string_equal(s->router.received.bytes, "iq:u:;");
}

static void stream__refuses__wrong_openings(void **state)
{
    struct story *s = *state;
    story_check_error(
        s, false,
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='other.example' version='1.0'/>",
        "host-unknown");
    story_check_error(
        s, false, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='x@" D "' version='1.0'/>",
        "host-unknown");
    story_check_error(s, false, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0'/>",
                      "host-unknown");
    story_check_error(s, false, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" D "'/>",
                      "unsupported-version");
    story_check_error(
        s, false, "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" D "' version='2.0'/>",
        "unsupported-version");
    story_check_error(s, false, "<open xmlns='urn:x' to='" D "' version='1.0'/>",
                      "invalid-namespace");
    story_check_error(s, false, "<message xmlns='jabber:client'><body>x</body></message>",
                      "not-authorized");
    story_check_error(s, false, AUTH, "not-authorized");
}

static void stream__takes__its_domain_in_any_case(void **state)
{
    struct story *s = *state;
    story_say(
        s,
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
        story_check_error(s, true, STRANGERS[i], "unsupported-stanza-type");
        story_check_error(s, false, STRANGERS[i], "unsupported-stanza-type");
    }
}

static void stream__refuses__what_comes_twice(void **state)
{
    struct story *s = *state; /* V-067 */
    story_check_error(s, true, OPEN, "policy-violation");
    story_check_error(s, true, AUTH, "policy-violation");
    story_start(s, true);
    story_say(s, OPEN);
    story_say(s, OPEN);
    assert_true(story_sent(s, ERROR("policy-violation")));
    story_start(s, true);
    story_say(s, OPEN);
    story_say(s, AUTH);
    story_say(s, AUTH);
    assert_true(story_sent(s, ERROR("policy-violation")));
    story_start(s, true);
    story_bind_all(s);
    char *jid = mem_dup(s->router.last->jid);
    story_say(s, BIND);
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
    story_say(s, OPEN);
    buf_reset(&s->sent);
    story_say(s, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                 "mechanism='PLAIN'>AGFkbWluAHNlY3JldA==</auth>");
    assert_string_equal(
        s->sent.bytes,
        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-mechanism/></failure>\n");
    assert_int_equal(stream_state(s->stream), STREAM_OPEN);
    buf_reset(&s->sent);
    story_say(s, "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    assert_string_equal(s->sent.bytes,
                        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><aborted/></failure>\n");
    story_say(s, AUTH);
    assert_int_equal(stream_state(s->stream), STREAM_AUTHENTICATED);
    story_start(s, true);
    story_say(s, OPEN);
    for (int i = 0; i < STREAM_AUTH_MAX; i++) {
        assert_false(stream_is_closed(s->stream));
        story_say(s, "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AGE=</response>");
    }
    assert_true(story_sent(s, ERROR("policy-violation")));
}

static void stream__hears__no_stanza_before_bind(void **state)
{
    struct story *s = *state;
    static const char MESSAGE[] = "<message xmlns='jabber:client'><body>x</body></message>";
    for (int steps = 1; steps <= 3; steps++) {
        story_start(s, true);
        static const char *const STEPS[] = {OPEN, AUTH, OPEN};
        for (int i = 0; i < steps; i++) {
            story_say(s, STEPS[i]);
        }
        story_say(s, MESSAGE);
        assert_true(story_sent(s, ERROR("not-authorized")));
        assert_int_equal(s->router.received.len, 0);
    }
    story_start(s, true);
    story_say(s, OPEN);
    story_say(s, AUTH);
    story_say(s, OPEN);
    story_say(s, "<iq xmlns='jabber:client' type='get' id='b'><bind "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    assert_true(story_sent(s, ERROR("not-authorized")));
}

static void stream__ends__when_the_peer_closes(void **state)
{
    struct story *s = *state;
    story_bind_all(s);
    story_say(s, CLOSE);
    assert_string_equal(s->sent.bytes, CLOSE "\n");
    assert_true(stream_is_closed(s->stream));
    assert_false(stream_has_failed(s->stream));
    assert_int_equal(s->router.detached, 1);
}

static void stream__ends__when_bind_does_not_come(void **state)
{
    struct story *s = *state;
    story_say(s, OPEN);
    s->world.now += STREAM_OPEN_MS - 1;
    stream_tick(s->stream);
    assert_false(stream_is_closed(s->stream));
    s->world.now += 1;
    stream_tick(s->stream);
    assert_true(story_sent(s, ERROR("connection-timeout")));
    story_start(s, true);
    story_bind_all(s);
    s->world.now += 10 * STREAM_OPEN_MS;
    stream_tick(s->stream);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
}

static void stream__ends__floods(void **state)
{
    struct story *s = *state; /* V-068: a flood, of whatever */
    story_bind_all(s);
    for (int i = 0; i < STREAM_BURST + 10; i++) {
        story_say(s, "<presence xmlns='jabber:client'/>");
    }
    assert_true(story_sent(s, ERROR("policy-violation")));
    assert_true(s->router.received.len < (STREAM_BURST + 10) * strlen("presence::;"));
    story_start(s, true);
    story_bind_all(s);
    for (int second = 0; second < 100; second++) {
        for (int i = 0; i < 1000 / STREAM_INTERVAL_MS; i++) {
            story_say(s, "<presence xmlns='jabber:client'/>");
        }
        s->world.now += 1000;
    }
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
}

static void stream__leaves__its_address_s_count(void **state)
{
    struct story *s = *state;
    unsigned retry_s;
    assert_null(limits_enter(s->limits, &STORY_FROM, s->world.now, &retry_s));
    story_bind_all(s);
    stream_known(s->stream); /* a valid token: another may come */
    struct limits_place *other = limits_enter(s->limits, &STORY_FROM, s->world.now, &retry_s);
    assert_non_null(other);
    stream_known(s->stream); /* once is enough */
    stream_end(s->stream, "reset");
    assert_null(limits_enter(s->limits, &STORY_FROM, s->world.now, &retry_s));
    limits_leave(other);
    assert_non_null(limits_enter(s->limits, &STORY_FROM, s->world.now, &retry_s));
}

/* BOSH: the body says what <open/> and <close/> say. */
static void stream__opens__without_frames(void **state)
{
    struct story *s = *state;
    story_start(s, false);
    stream_open(s->stream, D, "1.0");
    assert_int_equal(strncmp(s->sent.bytes, "<stream:features", 16), 0);
    story_say(s, AUTH);
    stream_open(s->stream, D, "1.0");
    story_say(s, BIND);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    assert_false(story_sent(s, "<open"));
    buf_reset(&s->sent);
    story_say(s, OPEN);
    assert_string_equal(s->sent.bytes, ERROR("unsupported-stanza-type") "\n");
}

static void stream__is__silent_when_destroyed(void **state)
{
    struct story *s = *state;
    story_bind_all(s);
    stream_destroy(s->stream);
    s->stream = NULL;
    assert_int_equal(s->sent.len, 0);
    assert_int_equal(s->router.detached, 1);
}

int main(void)
{
    log_set_level(LOG_WARN);
    const struct CMUnitTest tests[] = {
        story_test(stream__binds__step_by_step),
        story_test(stream__hands__stanzas_to_the_router_and_back),
        story_test(stream__answers__legacy_session),
        story_test(stream__refuses__wrong_openings),
        story_test(stream__takes__its_domain_in_any_case),
        story_test(stream__refuses__top_level_strangers),
        story_test(stream__refuses__what_comes_twice),
        story_test(stream__refuses__other_mechanisms),
        story_test(stream__hears__no_stanza_before_bind),
        story_test(stream__ends__when_the_peer_closes),
        story_test(stream__ends__when_bind_does_not_come),
        story_test(stream__ends__floods),
        story_test(stream__leaves__its_address_s_count),
        story_test(stream__opens__without_frames),
        story_test(stream__is__silent_when_destroyed),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
