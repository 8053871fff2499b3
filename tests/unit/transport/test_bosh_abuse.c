#include "bosh_story.h"

#include "base/log.h"

static struct site STORY_OTHER_SITE = {.id = "other"};

static void bosh__refuses__wrong_sid(void **state)
{
    struct story *s = *state; /* V-020 */
    story_bind(s, "");
    for (size_t i = 0; i < 52; i += 17) {
        char right = s->sid[i];
        s->sid[i] = right == 'a' ? 'b' : 'a';
        assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, "", MESSAGE("m"))),
                            TERMINATED("item-not-found"));
        s->sid[i] = right;
    }
    char sid[64];
    snprintf(sid, sizeof sid, "%s", s->sid);
    s->sid[51] = '\0';
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, "", "")),
                        TERMINATED("item-not-found"));
    snprintf(s->sid, sizeof s->sid, "%.52sx", sid);
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, "", "")),
                        TERMINATED("item-not-found"));
    assert_int_equal(s->router.received.len, 0);
    snprintf(s->sid, sizeof s->sid, "%s", sid);
    assert_true(story_is_held(s, story_say(s, "", ""))); /* it lives */
}

static void bosh__belongs__to_its_address_and_site(void **state)
{
    struct story *s = *state; /* V-021 */
    story_bind(s, "");
    story_from(s, "198.51.100.1");
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, "", MESSAGE("m"))),
                        TERMINATED("item-not-found"));
    story_from(s, "192.0.2.7");
    s->as.site = &STORY_OTHER_SITE;
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, "", MESSAGE("m"))),
                        TERMINATED("item-not-found"));
    s->as.site = &STORY_SITE;
    assert_int_equal(s->router.received.len, 0);
    assert_true(story_is_held(s, story_say(s, "", "")));
}

static void bosh__ends__on_a_rid_long_gone(void **state)
{
    struct story *s = *state; /* V-022 */
    story_bind(s, "");
    s->router.echoes = true;
    uint64_t first = s->rid + 1;
    for (int i = 0; i < 6; i++) {
        story_answer(s, story_say(s, "", MESSAGE("m")));
    }
    assert_string_equal(story_answer(s, story_say_at(s, first, "", MESSAGE("m"))),
                        TERMINATED("item-not-found"));
    assert_int_equal(s->router.detached, 1);
}

static void bosh__ends__on_a_rid_far_ahead(void **state)
{
    struct story *s = *state; /* V-024 */
    story_bind(s, "");
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 10, "", MESSAGE("m"))),
                        TERMINATED("item-not-found"));
    assert_int_equal(s->router.detached, 1);
    assert_int_equal(s->router.received.len, 0);
}

static void bosh__refuses__rids_that_are_no_number(void **state)
{
    struct story *s = *state; /* V-025 */
    static const char *const RIDS[] = {"9007199254740992",
                                       "9007199254740993",
                                       "-1",
                                       "1e3",
                                       "",
                                       " 1",
                                       "+1",
                                       "0x1",
                                       "1.0",
                                       "11111111111111111111111111111111111111111111111111111111111"
                                       "111111111111111111111111111111111"
                                       "11111111111111111111111111111111111111111111111111111111111"
                                       "111111111111111111111111111111111111"};
    story_bind(s, "");
    for (size_t i = 0; i < sizeof RIDS / sizeof *RIDS; i++) {
        char *body =
            mem_print("<body " NS " rid='%s' sid='%s'>" MESSAGE("m") "</body>", RIDS[i], s->sid);
        assert_string_equal(story_answer(s, story_post(s, body)), TERMINATED("bad-request"));
        free(body);
        body = mem_print("<body " NS " rid='%s' to='" D "'/>", RIDS[i]);
        assert_string_equal(story_answer(s, story_post(s, body)), TERMINATED("bad-request"));
        free(body);
    }
    assert_string_equal(story_answer(s, story_post(s, "<body " NS " to='" D "'/>")),
                        TERMINATED("bad-request"));
    assert_int_equal(s->router.received.len, 0);
}

static void bosh__clamps__wait_and_hold(void **state)
{
    struct story *s = *state; /* V-026 */
    assert_true(story_has(story_create(s, "wait='999999999' hold='1000'"),
                          " wait='60' hold='1' requests='2'"));
    assert_true(story_has(story_create(s, "wait='-5'"), " wait='60' "));
    assert_true(story_has(story_create(s, "wait='99999999999999999999'"), " wait='60' "));
}

static void bosh__ends__floods(void **state)
{
    struct story *s = *state; /* V-026 */
    story_bind(s, "");
    struct client *last = NULL;
    for (int i = 0; i < 50; i++) {
        last = story_say(s, "", MESSAGE("m"));
    }
    story_answer(s, last);
    story_settle(s);
    unsigned refused = 0;
    for (size_t i = 0; i < s->count; i++) {
        refused += client_has(s->clients[i], "condition='policy-violation'");
    }
    assert_true(refused > 0);
    assert_int_equal(s->router.detached, 1);
    /* As many, but not at once: fine. */
    story_bind(s, "");
    s->router.echoes = true;
    for (int i = 0; i < 100; i++) {
        assert_true(story_has(story_answer(s, story_say(s, "", MESSAGE("m"))), "e-m"));
        story_wait(s, 1000);
    }
}

static void bosh__refuses__too_much_in_a_body(void **state)
{
    struct story *s = *state; /* V-027 */
    story_bind(s, "");
    struct buf many;
    buf_init(&many, 1 << 20);
    for (int i = 0; i < 1000; i++) {
        buf_add_text(&many, "<presence xmlns='jabber:client'/>");
    }
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, "", many.bytes)),
                        TERMINATED("policy-violation"));
    assert_int_equal(s->router.received.len, 0);
    while (many.len < 66 * 1024) {
        buf_add_char(&many, ' ');
    }
    struct client *large = story_say_at(s, s->rid + 1, "", many.bytes);
    client_until(large, s->loop, story_flush, s, client_has(large, "HTTP/1.1 413 "));
    const char *nested = story_answer(s, story_say(s, "", "<body " NS "/>"));
    assert_true(story_has(nested, "type='terminate' condition='remote-stream-error'"));
    assert_true(story_has(nested, "<unsupported-stanza-type "));
    buf_finish(&many);
}

static void bosh__refuses__odd_bodies(void **state)
{
    struct story *s = *state; /* V-028 */
    static const char *const BODIES[] = {"<body xmlns='urn:x' rid='1' to='" D "'/>",
                                         "<body rid='1' to='" D "'/>",
                                         "<!DOCTYPE a [<!ENTITY x 'y'>]><body " NS " rid='1' to='" D
                                         "'/>",
                                         "<?xml version='1.0'?><body " NS " rid='1' to='" D "'/>",
                                         "<boby " NS " rid='1' to='" D "'/>",
                                         "<body " NS " rid='1' to='" D "'>",
                                         "<body " NS " rid='1' to='" D "'/><body/>",
                                         "<body " NS " rid='1' x:rid='2' to='" D "'/>",
                                         "",
                                         "rid=1"};
    for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++) {
        assert_string_equal(story_answer(s, story_post(s, BODIES[i])), TERMINATED("bad-request"));
    }
    assert_int_equal(bosh_count(s->bosh), 0);
}

static void bosh__bounds__creations(void **state)
{
    struct story *s = *state; /* V-029 */
    unsigned created = 0;
    for (int i = 0; i < 100; i++) {
        struct client *c = story_post(s, "<body " NS " rid='1' to='" D
                                         "' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'/>");
        client_until(c, s->loop, story_flush, s, client_has(c, "\r\n\r\n"));
        created += client_has(c, " sid='");
        if (!client_has(c, " sid='")) {
            assert_true(client_has(c, "HTTP/1.1 429 Too Many Requests\r\n"));
            assert_true(client_has(c, "Retry-After: "));
            assert_true(client_has(c, "Access-Control-Allow-Origin: https://shop.example\r\n"));
        }
    }
    assert_int_equal(created, 20);
    assert_int_equal(bosh_count(s->bosh), 20);
    /* Others are not hindered, until there are too many in all. */
    for (int i = 0; i < 40; i++) {
        char address[32];
        snprintf(address, sizeof address, "198.51.100.%d", i);
        story_from(s, address);
        created +=
            story_has(story_answer(s, story_post(s, i < 30 ? "<body " NS " rid='1' to='" D "'/>"
                                                           : "<body/>")),
                      " sid='");
    }
    assert_int_equal(created, 50);
    struct client *c = story_post(s, "<body " NS " rid='1' to='" D "'/>");
    client_until(c, s->loop, story_flush, s, client_has(c, "HTTP/1.1 503 "));
    /* Nobody goes on: all is freed. */
    story_wait(s, 15000);
    story_wait(s, 15000);
    assert_int_equal(bosh_count(s->bosh), 0);
}

static void bosh__reflects__nothing(void **state)
{
    struct story *s = *state; /* V-030 */
    const char *answer = story_create(
        s, "content='\"&gt;&lt;script&gt;' route='xmpp:evil.example:5222' "
           "from='&lt;script&gt;' ver='&lt;b&gt;' secure='x' ack='1' xml:lang='&lt;i&gt;'");
    assert_true(story_has(answer, " sid='"));
    assert_false(story_has(answer, "script"));
    assert_false(story_has(answer, "evil"));
    assert_false(story_has(answer, "&lt;"));
    assert_true(client_has(s->clients[0], "Content-Type: text/xml; charset=utf-8\r\n"));
    assert_true(client_has(s->clients[0], "X-Content-Type-Options: nosniff\r\n"));
    assert_string_equal(
        story_answer(s, story_post(s, "<body " NS " rid='1' to='&lt;script&gt;'/>")),
        TERMINATED("host-unknown"));
    assert_string_equal(story_answer(s, story_post(s, "<body " NS " rid='1' to='other.example'/>")),
                        TERMINATED("host-unknown"));
    assert_string_equal(story_answer(s, story_post(s, "<body " NS " rid='1'/>")),
                        TERMINATED("host-unknown"));
}

static void bosh__ends__with_a_stream_error(void **state)
{
    struct story *s = *state; /* V-059 over BOSH */
    story_bind(s, "");
    struct client *c = story_say(s, "", "<foo xmlns='jabber:client'/>" MESSAGE("m"));
    assert_string_equal(
        story_answer(s, c),
        "<body " NS " type='terminate' condition='remote-stream-error'>"
        "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><unsupported-stanza-type"
        " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></body>");
    assert_int_equal(s->router.received.len, 0);
    assert_int_equal(s->router.detached, 1);
}

static void bosh__ends__when_nothing_is_fetched(void **state)
{
    struct story *s = *state;
    story_bind(s, "");
    char *body = mem_alloc(10001);
    memset(body, 'x', 10000);
    char *xml = mem_print("<message><body>%s</body></message>", body);
    for (int i = 0; i < 40; i++) {
        gateway_router_send(&s->router, xml);
    }
    free(xml);
    free(body);
    story_wait(s, 1000);
    assert_int_equal(s->router.detached, 1);
    struct client *c = story_say(s, "", "");
    assert_true(story_has(story_answer(s, c), "type='terminate' condition='policy-violation'"));
}

int main(void)
{
    log_set_level(LOG_WARN);
    const struct CMUnitTest tests[] = {
        story_test(bosh__refuses__wrong_sid),
        story_test(bosh__belongs__to_its_address_and_site),
        story_test(bosh__ends__on_a_rid_long_gone),
        story_test(bosh__ends__on_a_rid_far_ahead),
        story_test(bosh__refuses__rids_that_are_no_number),
        story_test(bosh__clamps__wait_and_hold),
        story_test(bosh__ends__floods),
        story_test(bosh__refuses__too_much_in_a_body),
        story_test(bosh__refuses__odd_bodies),
        story_test(bosh__bounds__creations),
        story_test(bosh__reflects__nothing),
        story_test(bosh__ends__with_a_stream_error),
        story_test(bosh__ends__when_nothing_is_fetched),
    };
    return cmocka_run_group_tests_name("bosh_abuse", tests, NULL, NULL);
}
