#include "bosh_story.h"

#include "base/log.h"

static void bosh__creates__session(void **state)
{
    struct story *s = *state;
    const char *answer = story_create(s, "wait='45' hold='1' ver='1.11' xml:lang='en'");
    assert_true(
        story_has(answer, " from='" D "' wait='45' hold='1' requests='2' inactivity='40' "));
    assert_true(story_has(answer, "xmpp:restartlogic='true'"));
    assert_true(story_has(
        answer, "<mechanism>ANONYMOUS</mechanism></mechanisms></stream:features></body>"));
    assert_int_equal(strlen(s->sid), 52);
    struct client *c = s->clients[0];
    assert_true(client_has(c, "Content-Type: text/xml; charset=utf-8\r\n"));
    assert_true(client_has(c, "X-Content-Type-Options: nosniff\r\n"));
    assert_true(client_has(c, "Access-Control-Allow-Origin: https://shop.example\r\n"));
}

static void bosh__carries__stanzas_both_ways(void **state)
{
    struct story *s = *state;
    story_bind(s, "");
    struct client *first = story_say(s, "", "");
    assert_true(story_is_held(s, first));
    struct client *second = story_say(s, "", MESSAGE("m1") MESSAGE("m2"));
    assert_string_equal(story_answer(s, first), EMPTY); /* hold 1: the older one goes */
    assert_true(story_is_held(s, second));
    assert_string_equal(s->router.received.bytes, "message:m1:m1;message:m2:m2;");
    gateway_router_send(&s->router, "<message from='a'><body>x</body></message>");
    gateway_router_send(&s->router, "<presence from='a'/>");
    assert_string_equal(story_answer(s, second),
                        "<body " NS
                        "><message xmlns='jabber:client' from='a'><body>x</body></message>"
                        "<presence xmlns='jabber:client' from='a'/></body>");
    /* What comes while nobody is held waits for the next request. */
    gateway_router_send(&s->router, "<presence from='b'/>");
    story_settle(s);
    assert_string_equal(story_answer(s, story_say(s, "", "")),
                        "<body " NS "><presence xmlns='jabber:client' from='b'/></body>");
}

static void bosh__takes__everything_at_once(void **state)
{
    struct story *s = *state;
    story_create(s, "");
    struct client *auth = story_say(s, "", AUTH);
    struct client *restart = story_say(s, "xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'", "");
    struct client *bind = story_say(s, "", BIND MESSAGE("m1"));
    /* What is answered in one turn goes with the oldest request. */
    const char *answer = story_answer(s, auth);
    assert_true(strstr(answer, "<success ") < strstr(answer, "<stream:features "));
    assert_true(strstr(answer, "<stream:features ") < strstr(answer, "</jid>"));
    assert_string_equal(story_answer(s, restart), EMPTY);
    assert_true(story_is_held(s, bind));
    assert_string_equal(s->router.received.bytes, "message:m1:m1;");
}

static void bosh__answers__held_request_after_wait(void **state)
{
    struct story *s = *state;
    story_bind(s, "wait='20'");
    struct client *c = story_say(s, "", "");
    assert_true(story_is_held(s, c));
    story_wait(s, 19000);
    assert_true(story_is_held(s, c));
    story_wait(s, 1000);
    assert_string_equal(story_answer(s, c), EMPTY);
}

static void bosh__does__not_hold_when_polled(void **state)
{
    struct story *s = *state;
    story_bind(s, "hold='0'");
    assert_true(story_has(s->clients[0]->got.bytes, "hold='0' requests='1'"));
    assert_string_equal(story_answer(s, story_say(s, "", "")), EMPTY);
}

static void bosh__ends__session(void **state)
{
    struct story *s = *state;
    story_bind(s, "");
    struct client *held = story_say(s, "", "");
    assert_true(story_is_held(s, held));
    struct client *last = story_say(s, "type='terminate'", MESSAGE("bye"));
    assert_string_equal(story_answer(s, last), "<body " NS " type='terminate'></body>");
    assert_true(story_has(story_answer(s, held), "type='terminate'"));
    assert_string_equal(s->router.received.bytes, "message:bye:bye;");
    assert_int_equal(s->router.detached, 1);
    assert_true(story_has(story_answer(s, story_say(s, "", "")), "type='terminate'"));
    story_wait(s, BOSH_OVER_MS);
    assert_int_equal(bosh_count(s->bosh), 0);
    assert_string_equal(story_answer(s, story_say(s, "", "")), TERMINATED("item-not-found"));
}

static void bosh__keeps__within_an_ipv6_neighbourhood(void **state)
{
    struct story *s = *state;
    story_from(s, "2001:db8:1:2::1");
    story_bind(s, "");
    story_from(s, "2001:db8:1:2:aaaa::9"); /* privacy addresses change */
    assert_true(story_is_held(s, story_say(s, "", "")));
    story_from(s, "2001:db8:1:3::1");
    assert_string_equal(story_answer(s, story_say(s, "", "")), TERMINATED("item-not-found"));
}

/* printf seed | sha1sum, and each the digest of the one before: they are used from the last to the
 * first. */
static const char *const KEYS[] = {
    "92713d4709377111cf31f2a71986c411bd6cb5b0", "c62acc6f8c0c715ca7c1c81bec6fea819c9c3c62",
    "e51fd1b46928409a0fdbd44bdae28d2d7741813b", "ee9d80e206e7496c89fc34c85bd3998b3cf2b741",
    "7f4820d8895f8267869363e10bf0b8158daa19b2", "57b37fd58031b1ac4163406b3abaa1cad280a33c"};

static struct client *say_with_key(struct story *s, const char *key, const char *payload)
{
    char *attributes = mem_print("key='%s'", key);
    struct client *c = story_say(s, attributes, payload);
    free(attributes);
    return c;
}

static void bosh__follows__a_key_sequence(void **state)
{
    struct story *s = *state;
    char *attributes = mem_print("newkey='%s'", KEYS[5]);
    story_create(s, attributes);
    free(attributes);
    assert_true(story_has(story_answer(s, say_with_key(s, KEYS[4], AUTH)), "<success "));
    /* V-021: from another address without the key: refused, and the session lives; with it: heard.
     */
    story_from(s, "198.51.100.1");
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, "", "")),
                        TERMINATED("item-not-found"));
    attributes = mem_print("key='%s'", KEYS[4]);
    assert_string_equal(story_answer(s, story_say_at(s, s->rid + 1, attributes, "")),
                        TERMINATED("item-not-found"));
    free(attributes);
    assert_true(story_is_held(s, say_with_key(s, KEYS[3], "")));
    /* A new sequence. */
    attributes = mem_print("key='%s' newkey='%s'", KEYS[2], KEYS[1]);
    assert_true(story_is_held(s, story_say(s, attributes, "")));
    free(attributes);
    assert_true(story_is_held(s, say_with_key(s, KEYS[0], "")));
    /* From its own address a wrong key ends it. */
    story_from(s, "192.0.2.7");
    assert_string_equal(story_answer(s, say_with_key(s, KEYS[0], "")),
                        TERMINATED("item-not-found"));
    assert_true(story_has(story_answer(s, story_say(s, "", "")), "type='terminate'"));
}

static void bosh__repeats__an_answer(void **state)
{
    struct story *s = *state; /* V-022 */
    story_bind(s, "");
    s->router.echoes = true;
    struct client *c = story_say(s, "", MESSAGE("m1"));
    const char *answer = story_answer(s, c);
    assert_true(story_has(answer, "e-m1"));
    assert_string_equal(story_answer(s, story_say_at(s, s->rid, "", MESSAGE("m1"))), answer);
    assert_string_equal(s->router.received.bytes, "message:m1:m1;"); /* once */
    /* The answer before that is kept, too. */
    story_answer(s, story_say(s, "", MESSAGE("m2")));
    assert_string_equal(story_answer(s, story_say_at(s, s->rid - 1, "", MESSAGE("m1"))), answer);
    /* Other bytes under the same rid end the session. */
    assert_string_equal(story_answer(s, story_say_at(s, s->rid, "", MESSAGE("x2"))),
                        TERMINATED("item-not-found"));
    assert_int_equal(s->router.detached, 1);
    assert_string_equal(s->router.received.bytes, "message:m1:m1;message:m2:m2;");
}

static void bosh__goes__on_where_a_connection_was_lost(void **state)
{
    struct story *s = *state;
    story_bind(s, "");
    struct client *lost = story_say(s, "", MESSAGE("m1"));
    assert_true(story_is_held(s, lost));
    assert_int_equal(shutdown(lost->fd, SHUT_RDWR), 0);
    story_settle(s);
    gateway_router_send(&s->router, "<presence from='a'/>");
    story_settle(s);
    struct client *again = story_say_at(s, s->rid, "", MESSAGE("m1"));
    assert_true(story_has(story_answer(s, again), "<presence "));
    assert_string_equal(s->router.received.bytes, "message:m1:m1;");
    /* Repeated while the first is still held: the newer connection gets the answer. */
    struct client *held = story_say(s, "", "");
    assert_true(story_is_held(s, held));
    struct client *newer = story_say_at(s, s->rid, "", "");
    assert_string_equal(story_answer(s, held), EMPTY);
    assert_true(story_is_held(s, newer));
    gateway_router_send(&s->router, "<presence from='b'/>");
    assert_true(story_has(story_answer(s, newer), "from='b'"));
}

static void bosh__puts__requests_in_order(void **state)
{
    struct story *s = *state; /* V-023 */
    story_bind(s, "");
    struct client *second = story_say_at(s, s->rid + 2, "", MESSAGE("m2"));
    assert_true(story_is_held(s, second));
    assert_int_equal(s->router.received.len, 0);
    struct client *first = story_say_at(s, s->rid + 1, "", MESSAGE("m1"));
    assert_string_equal(story_answer(s, first), EMPTY);
    assert_string_equal(s->router.received.bytes, "message:m1:m1;message:m2:m2;");
    assert_true(story_is_held(s, second));
    s->rid += 2;
    /* One that never comes: not for ever. */
    struct client *ahead = story_say_at(s, s->rid + 2, "", MESSAGE("m4"));
    story_settle(s);
    story_wait(s, STORY_WAIT_S * 1000);
    assert_true(story_has(story_answer(s, ahead), TERMINATED("item-not-found")));
    assert_string_equal(s->router.received.bytes, "message:m1:m1;message:m2:m2;");
}

static void bosh__ends__idle_sessions(void **state)
{
    struct story *s = *state;
    story_bind(s, "");
    story_wait(s, STORY_INACTIVITY_S * 1000 - 1000);
    assert_int_equal(bosh_count(s->bosh), 1);
    struct client *c = story_say(s, "", "");
    assert_true(story_is_held(s, c));
    story_wait(s, 59000);
    assert_int_equal(bosh_count(s->bosh), 1); /* held: not idle */
    story_wait(s, 1000);
    story_wait(s, STORY_INACTIVITY_S * 1000 - 1000);
    assert_int_equal(bosh_count(s->bosh), 1);
    story_wait(s, 1000);
    assert_int_equal(bosh_count(s->bosh), 0);
    assert_int_equal(s->router.detached, 1);
}

static void bosh__says__when_the_program_ends(void **state)
{
    struct story *s = *state;
    story_bind(s, "");
    struct client *c = story_say(s, "", "");
    assert_true(story_is_held(s, c));
    bosh_stop(s->bosh);
    assert_true(story_has(story_answer(s, c), "<system-shutdown "));
    assert_int_equal(s->router.detached, 1);
}

int main(void)
{
    log_set_level(LOG_WARN);
    const struct CMUnitTest tests[] = {
        story_test(bosh__creates__session),
        story_test(bosh__carries__stanzas_both_ways),
        story_test(bosh__takes__everything_at_once),
        story_test(bosh__answers__held_request_after_wait),
        story_test(bosh__does__not_hold_when_polled),
        story_test(bosh__ends__session),
        story_test(bosh__keeps__within_an_ipv6_neighbourhood),
        story_test(bosh__follows__a_key_sequence),
        story_test(bosh__repeats__an_answer),
        story_test(bosh__goes__on_where_a_connection_was_lost),
        story_test(bosh__puts__requests_in_order),
        story_test(bosh__ends__idle_sessions),
        story_test(bosh__says__when_the_program_ends),
    };
    return cmocka_run_group_tests_name("bosh", tests, NULL, NULL);
}
