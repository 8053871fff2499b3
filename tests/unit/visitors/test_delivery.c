/* Lines on their way to visitors who come over the link (roads b and c). */
#include "story.h"

#include "base/mem.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANON "k1@anon.example/x"
#define BOB "bob@example/phone"

/* To whoever it is, with a delay, and behind that everything that the first one had. */
#define REPEAT(to, text)                                                                           \
    "<message from='" SALES "/Nina' to='" to "' type='chat' id='e4' when='held'>"                  \
    "<body>" text "</body>"                                                                        \
    "<delay xmlns='urn:xmpp:delay' from='desk.example' stamp='2026-01-05T10:00:00.000Z'/>"         \
    "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='4'/>"                                    \
    "<line xmlns='urn:tresen:visit:1' by='agent' name='Nina' stamp='2026-01-05T10:00:00.000Z'/>"   \
    "<active xmlns='http://jabber.org/protocol/chatstates'/>"                                      \
    "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>"

static const char FIRST[] =
    "<message from='" SALES "/Nina' to='*' type='chat' id='e4' when='held'><body>Hi!</body>"
    "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='4'/>"
    "<line xmlns='urn:tresen:visit:1' by='agent' name='Nina' stamp='2026-01-05T10:00:00.000Z'/>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/>"
    "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>";

static const char ANY_LINE[] =
    "<message from='*' to='*' type='chat' id='e4'><body>*</body><_/></message>";

/* The only one in memory. */
static const char *customer(struct story *s)
{
    return desk_agent_contact(desk_of(s), NINA, 0);
}

/* A browser on the server's anonymous endpoint has checked in, written and was answered. Its id. */
static const char *browser_writes(struct story *s)
{
    nina_is(s, AVAILABILITY_FREE);
    const char *visitor = checks_in(s, ANON, "");
    sends(s, ANON, "<message to='" SALES "' id='m1'><body>Hello</body></message>");
    nina_says(s, visitor, "Welcome");
    return visitor;
}

/* So has a customer with an account, in any client. */
static void customer_writes(struct story *s, const char *language)
{
    char *xml = mem_print("<message xml:lang='%s' to='" SALES "' id='m1'><body>Hello</body>"
                          "</message>",
                          language);

    nina_is(s, AVAILABILITY_FREE);
    sends(s, BOB, xml);
    free(xml);
    nina_says(s, customer(s), "Welcome");
}

static void bounce(struct story *s, const char *from, const char *id)
{
    char *xml = mem_print("<message type='error' to='" SALES "/Nina' id='%s'><error type='cancel'>"
                          "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                          "</error></message>",
                          id);

    sends(s, from, xml);
    free(xml);
}

static void receipt(struct story *s, const char *from, const char *id)
{
    char *xml = mem_print("<message to='" SALES "' id='r'><received xmlns='urn:xmpp:receipts'"
                          " id='%s'/></message>",
                          id);

    sends(s, from, xml);
    free(xml);
}

/* Prosody has stored it when the fence is answered. */
static void delivery__handed_is_not_repeated(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    nina_says(s, browser_writes(s), "Hi!");
    expect(s, FIRST);
    assert_int_equal(outbox_count(outbox_of(s)), 0);
    link_is_lost(s);
    link_comes_back(s);
    expect_nothing_like(s, ANY_LINE);
    story_ends(s);
}

/* Who checked in shows each stanza-id once: nothing in the text says that it is a repeat. */
static void delivery__what_was_not_handed_comes_again_with_the_same_ids(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    const char *visitor = browser_writes(s);
    server_is_mute(s, true);
    nina_says(s, visitor, "Hi!");
    expect(s, FIRST);
    for (int i = 0; i < 3; i++) {
        link_is_lost(s);
        link_comes_back(s);
        expect(s, REPEAT(ANON, "Hi!"));
        expect_nothing_like(s, ANY_LINE);
    }
    server_is_mute(s, false);
    assert_int_equal(outbox_count(outbox_of(s)), 0);
    story_ends(s);
}

static void delivery__repeat_is_marked_for_a_stock_client(void **state)
{
    static const struct {
        const char *language;
        const char *repeat;
    } CASES[] = {{"en", REPEAT(BOB, "(again) Hi!")}, {"de-AT", REPEAT(BOB, "(noch einmal) Hi!")}};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
        customer_writes(s, CASES[i].language);
        server_is_mute(s, true);
        nina_says(s, customer(s), "Hi!");
        expect(s, FIRST);
        link_is_lost(s);
        link_comes_back(s);
        expect(s, CASES[i].repeat);
        story_ends(s);
    }
}

/* What was said while the link was down is sent for the first time when it is back. */
static void delivery__waits_for_the_link(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    customer_writes(s, "en");
    link_is_lost(s);
    nina_says(s, customer(s), "Hi!");
    expect_nothing(s);
    link_comes_back(s);
    expect(s, FIRST);
    story_ends(s);
}

/* Where handed means routed only, the receipt of whatever client of the account ends it. */
static void delivery__receipt_ends_it(void **state)
{
    static const char *const FROM[] = {BOB, "bob@example/desk", "eve@example/x"};

    (void)state;
    for (size_t i = 0; i < sizeof FROM / sizeof *FROM; i++) {
        struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
        server_is(s, "ejabberd");
        customer_writes(s, "en");
        nina_says(s, customer(s), "Hi!");
        expect(s, FIRST);
        size_t notices = outbox_count(outbox_of(s)) - 1;
        receipt(s, FROM[i], "e4");
        bool is_his = strncmp(FROM[i], "bob@", 4) == 0;
        assert_int_equal(outbox_count(outbox_of(s)), notices + (is_his ? 0 : 1));
        story_ends(s);
    }
}

/* The daemon knows no endpoint any more: the row says whom it is for. */
static void delivery__survives_a_restart(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    customer_writes(s, "en");
    server_is_mute(s, true);
    nina_says(s, customer(s), "Hi!");
    daemon_restarts(s);
    server_is_mute(s, false);
    for (int i = 0; i < 5; i++) { /* rows of the last run are sent one by one */
        seconds_pass(s, 1);
    }
    expect(s, REPEAT(BOB, "(again) Hi!"));
    assert_int_equal(outbox_count(outbox_of(s)), 0);
    story_ends(s);
}

/* A receipt from somebody of whom nothing is known any more. */
static void delivery__receipt_after_a_restart_ends_it(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    server_is(s, "ejabberd");
    customer_writes(s, "en");
    nina_says(s, customer(s), "Hi!");
    daemon_restarts(s);
    size_t before = outbox_count(outbox_of(s));
    receipt(s, BOB, "e4");
    assert_int_equal(outbox_count(outbox_of(s)), before - 1);
    story_ends(s);
}

/* A notice says what the chat is now: after the restart it is over and not in memory. */
static void delivery__notice_has_the_state_of_the_chat_that_is_true(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    customer_writes(s, "en");
    nina_says(s, customer(s), "Hi!");
    expect(s, "<message from='" SALES "' to='" BOB "' type='chat' id='e2' when='held'>"
              "<body>Nina is here for you now.</body>"
              "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='2'/>"
              "<line xmlns='urn:tresen:visit:1' by='desk' name='Nina' event='joined' stamp='*'/>"
              "<chat xmlns='urn:tresen:visit:1' state='active' number='1001' at='sales'>"
              "<agent name='Nina'/></chat><request xmlns='urn:xmpp:receipts'/></message>");
    server_is_mute(s, true);
    assert_int_equal(desk_agent_end(desk_of(s), clock_utc_ms(), NINA, customer(s), ""), DESK_OK);
    story_turn(s);
    daemon_restarts(s);
    expect(
        s,
        "<message from='" SALES "' to='" BOB "' type='chat' id='e5' when='held'>"
        "<body>(again) The chat has ended.</body><delay xmlns='urn:xmpp:delay' from='*' stamp='*'/>"
        "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='5'/>"
        "<line xmlns='urn:tresen:visit:1' by='desk' name='Nina' event='closed' stamp='*'/>"
        "<chat xmlns='urn:tresen:visit:1' state='closed' number='1001'/>"
        "<request xmlns='urn:xmpp:receipts'/></message>");
    story_ends(s);
}

/* The line is kept, and its agent knows that nobody has seen it. */
static void delivery__bounce_is_told_to_the_agent(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    server_is(s, "ejabberd");
    const char *visitor = browser_writes(s);
    nina_says(s, visitor, "Hi!");
    nina_says(s, visitor, "Anybody?");
    assert_int_equal(absences_told(s), 0);
    bounce(s, ANON, "e4");
    bounce(s, ANON, "e5");
    assert_int_equal(absences_told(s), 1);
    bounce(s, ANON, "e4"); /* known already */
    assert_int_equal(absences_told(s), 1);
    seconds_pass(s, 11); /* more than a page change takes */
    struct visitor_view v;
    assert_true(desk_visitor(desk_of(s), visitor, &v));
    assert_false(v.online);
    story_ends(s);
}

static void delivery__bounce_after_a_restart_is_told_too(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    server_is(s, "ejabberd");
    nina_says(s, browser_writes(s), "Hi!");
    daemon_restarts(s);
    bounce(s, ANON, "e4");
    assert_int_equal(absences_told(s), 1);
    story_ends(s);
}

/* The browser came back under another address before its old one bounced. */
static void delivery__bounce_of_one_who_is_back_is_no_absence(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
    char token[256];

    (void)state;
    server_is(s, "ejabberd");
    nina_says(s, browser_writes(s), "Hi!");
    snprintf(token, sizeof token, "<token>%s</token>", token_of(s));
    checks_in(s, "k2@anon.example/x", token);
    bounce(s, ANON, "e4");
    assert_int_equal(absences_told(s), 0);
    story_ends(s);
}

/* A line that its server does not take is no sign that the visitor has left, but has not arrived.
 */
static void delivery__refusal_is_told_and_the_visitor_stays(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
    struct visitor_view v;

    (void)state;
    server_is(s, "ejabberd");
    customer_writes(s, "en");
    nina_says(s, customer(s), "Hi!");
    sends(s, BOB,
          "<message type='error' to='" SALES "/Nina' id='e4'><error type='modify'>"
          "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    assert_int_equal(absences_told(s), 1);
    assert_true(desk_visitor(desk_of(s), customer(s), &v));
    assert_true(v.online);
    story_ends(s);
}

static void delivery__sends_nothing_to_who_may_not_come_any_more(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    customer_writes(s, "en");
    server_is_mute(s, true);
    nina_says(s, customer(s), "Hi!");
    assert_true(outbox_count(outbox_of(s)) > 0);
    daemon_restarts_with(s, VISITORS_XMPP_OFF);
    assert_int_equal(outbox_count(outbox_of(s)), 0);
    expect_nothing_like(s, "<message from='*' to='" BOB "' type='*' id='*'><_/></message>");
    daemon_restarts_with(s, VISITORS_XMPP_ANY); /* and it is not in storage either */
    assert_int_equal(outbox_count(outbox_of(s)), 0);
    story_ends(s);
}

/* What was accepted is sent; what comes beyond the limit is refused before the desk hears it. */
static void delivery__limit_refuses_in_words(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
    char xml[256];
    int said = 0;

    (void)state;
    customer_writes(s, "en");
    nina_says(s, customer(s), "Hi!");
    link_is_lost(s);
    while (!outbox_is_full(outbox_of(s))) {
        assert_true(said++ <= OUTBOX_MAX);
        nina_says(s, customer(s), "More");
    }
    assert_int_equal(outbox_count(outbox_of(s)), OUTBOX_MAX);
    forget(s);
    snprintf(xml, sizeof xml, "<message to='" SALES "' id='m2'><body>And me?</body></message>");
    sends(s, BOB, xml);
    expect_agents_heard_nothing(s);
    link_comes_back(s);
    expect_nothing_like(s, "<message from='*' to='*' type='chat' id='*'>"
                           "<received xmlns='urn:xmpp:receipts' id='m2'/><_/></message>");
    for (int i = 0; i < said; i++) {
        expect(s, "<message from='*' to='" BOB "' type='chat' id='*'><body>More</body><_/>"
                  "</message>");
    }
    assert_false(outbox_is_full(outbox_of(s)));
    sends(s, BOB, xml);
    expect_agents_heard(s, "entry:And me?");
    story_ends(s);
}

/* The daemon knows no endpoint, or there is none: servers keep it for the account. */
static void delivery__line_to_an_absent_customer_is_for_the_account(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    customer_writes(s, "en");
    daemon_restarts(s);
    nina_says(s, customer(s), "Hi!");
    expect(s, "<message from='" SALES "/Nina' to='bob@example' type='chat' id='e4' when='held'>"
              "<body>Hi!</body><stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='4'/><_/>"
              "</message>");
    sends(s, BOB, "<presence to='" SALES "'/>");
    sends(s, BOB, "<message to='" SALES "' id='m2'><body>I am back</body></message>");
    nina_says(s, customer(s), "So you are");
    expect(s, "<message from='" SALES "/Nina' to='" BOB "' type='chat' id='*'>"
              "<body>So you are</body><_/></message>");
    sends(s, BOB, "<presence type='unavailable' to='" SALES "'/>");
    nina_says(s, customer(s), "And gone");
    expect(s, "<message from='" SALES "/Nina' to='bob@example' type='chat' id='*'>"
              "<body>And gone</body><_/></message>");
    story_ends(s);
}

/* An anonymous one has no account that keeps anything: it comes back, and the agent knows. */
static void delivery__line_to_an_absent_browser_comes_back(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    server_is(s, "ejabberd");
    const char *visitor = browser_writes(s);
    daemon_restarts(s);
    nina_says(s, visitor, "Hi!");
    expect(s, "<message from='" SALES "/Nina' to='k1@anon.example' type='chat' id='e4'>"
              "<body>Hi!</body><_/></message>");
    bounce(s, "k1@anon.example", "e4");
    assert_int_equal(absences_told(s), 1);
    story_ends(s);
}

/* A visitor of our own gateway has no account: history has the line. */
static void delivery__line_to_an_absent_tab_is_for_nobody(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    const char *visitor = checks_in(s, tab, "");
    sends(s, tab, "<message to='" SALES "' id='m1'><body>Hello</body></message>");
    tab_closes(s, tab);
    nina_says(s, visitor, "Hi!");
    assert_int_equal(outbox_count(outbox_of(s)), 0);
    expect_nothing_like(s, "<message from='" SALES "/Nina' to='*' type='chat' id='*'><_/>"
                           "</message>");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delivery__handed_is_not_repeated),
        cmocka_unit_test(delivery__what_was_not_handed_comes_again_with_the_same_ids),
        cmocka_unit_test(delivery__repeat_is_marked_for_a_stock_client),
        cmocka_unit_test(delivery__waits_for_the_link),
        cmocka_unit_test(delivery__receipt_ends_it),
        cmocka_unit_test(delivery__survives_a_restart),
        cmocka_unit_test(delivery__receipt_after_a_restart_ends_it),
        cmocka_unit_test(delivery__notice_has_the_state_of_the_chat_that_is_true),
        cmocka_unit_test(delivery__bounce_is_told_to_the_agent),
        cmocka_unit_test(delivery__bounce_after_a_restart_is_told_too),
        cmocka_unit_test(delivery__bounce_of_one_who_is_back_is_no_absence),
        cmocka_unit_test(delivery__refusal_is_told_and_the_visitor_stays),
        cmocka_unit_test(delivery__sends_nothing_to_who_may_not_come_any_more),
        cmocka_unit_test(delivery__limit_refuses_in_words),
        cmocka_unit_test(delivery__line_to_an_absent_customer_is_for_the_account),
        cmocka_unit_test(delivery__line_to_an_absent_browser_comes_back),
        cmocka_unit_test(delivery__line_to_an_absent_tab_is_for_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
