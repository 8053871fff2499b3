/* Who is this visitor? Tokens, forms, addresses (docs/PROTOCOL.md section 2). */
#include "story.h"

#include "base/mem.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What stands inside <visit/> for that token. */
static const char *with(const char *token)
{
    static char text[128];

    snprintf(text, sizeof text, "<token>%s</token>", token);
    return text;
}

static void checkin__answers_with_visitor_token_and_availability(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    sends(s, tab,
          "<iq type='set' id='v' to='" SALES "'><visit xmlns='urn:tresen:visit:1'>"
          "<page url='https://shop.example/prices?x=1' title='Prices'/>"
          "<locale lang='de' zone='Europe/Berlin'/></visit></iq>");
    const struct element *iq =
        expect(s, "<iq type='result' id='v' from='" SALES "' to='tab1@desk.example/x1' when='held'>"
                  "<visit xmlns='urn:tresen:visit:1' visitor='visitor-*' department='Sales'"
                  " availability='chat'><token>*</token></visit></iq>");
    assert_int_equal(strlen(element_child_text(element_first(iq), "token", NULL)), 52);
    struct visitor_view v;
    assert_true(desk_visitor(desk_of(s), element_attr(element_first(iq), "visitor"), &v));
    assert_string_equal(v.record->page_url, "https://shop.example/prices");
    assert_string_equal(v.record->language, "de");
    story_ends(s);
}

/* Only pages of the web: clients of agents make links of it. */
static void checkin__takes_no_address_but_of_the_web(void **state)
{
    static const char *const BAD[] = {"javascript:alert(1)", "data:text/html,x", "file:///etc",
                                      "xmpp:nina@example.org", "HTTPS:/x"};
    struct story *s = story_begins();
    struct visitor_view v;

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        char page[128];
        snprintf(page, sizeof page, "<page url='%s' title='x'/>", BAD[i]);
        assert_true(desk_visitor(desk_of(s), checks_in(s, a_tab(s), page), &v));
        assert_string_equal(v.record->page_url, "");
    }
    story_ends(s);
}

static void checkin__token_brings_the_visitor_back(void **state)
{
    struct story *s = story_begins();

    (void)state;
    const char *ada = checks_in(s, a_tab(s), "");
    char *token = mem_dup(token_of(s));
    assert_string_equal(checks_in(s, a_tab(s), with(token)), ada);
    assert_string_not_equal(token_of(s), token);
    free(token);
    story_ends(s);
}

/* A second check-in of the same stream is the same visitor; a token may make it another's. */
static void checkin__twice_on_one_stream_is_one_visitor(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    const char *ada = checks_in(s, tab, "");
    assert_string_equal(checks_in(s, tab, ""), ada);
    assert_string_equal(checks_in(s, tab, with("nonsense")), ada);
    const char *bob = checks_in(s, a_tab(s), "");
    assert_string_not_equal(bob, ada);
    assert_string_equal(checks_in(s, tab, with(token_of(s))), bob);
    struct visitor_view v;
    assert_false(desk_visitor(desk_of(s), ada, &v)); /* nobody speaks for Ada any more */
    story_ends(s);
}

/* V-075: guesses end with an error after ten a minute; V-076: nothing but the very token. */
static void checkin__unknown_tokens_are_new_visitors_ten_times_a_minute(void **state)
{
    struct story *s = story_begins();
    char *guess;

    (void)state;
    const char *ada = checks_in(s, a_tab(s), "");
    guess = mem_dup(token_of(s));
    guess[51] = guess[51] == 'a' ? 'b' : 'a';
    for (int i = 0; i < 10; i++) {
        assert_string_not_equal(checks_in(s, a_tab(s), with(guess)), ada);
        seconds_pass(s, 1); /* the daemon's first second is no end of a minute */
    }
    const char *late = a_tab(s);
    char iq[256];
    snprintf(iq, sizeof iq,
             "<iq type='set' id='g' to='" SALES
             "'><visit xmlns='urn:tresen:visit:1'>%s</visit></iq>",
             with(guess));
    sends(s, late, iq);
    expect_error(s, "iq", "g", "modify", "policy-violation");
    assert_int_equal(visitors_refused(visitors_of(s), VISITORS_REFUSED_GUESS), 1);
    sends(s, a_tab_of(s, "default", "192.0.2.99"), iq); /* somebody else */
    expect(s, "<iq type='result' id='g' from='*' to='*'><_/></iq>");
    seconds_pass(s, 61);
    sends(s, late, iq);
    expect(s, "<iq type='result' id='g' from='*' to='*'><_/></iq>");
    free(guess);
    story_ends(s);
}

/* V-078: a token is only ever ours. */
static void checkin__token_that_was_brought_along_is_replaced(void **state)
{
    static const char OWN[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct story *s = story_begins();

    (void)state;
    const char *ada = checks_in(s, a_tab(s), with(OWN));
    assert_string_not_equal(token_of(s), OWN);
    assert_string_not_equal(checks_in(s, a_tab(s), with(OWN)), ada);
    story_ends(s);
}

/* V-079: two tabs with one token at the same time. */
static void checkin__twice_at_once_with_one_token_is_one_visitor(void **state)
{
    struct story *s = story_begins();
    char iq[256];

    (void)state;
    const char *ada = checks_in(s, a_tab(s), "");
    const char *one = a_tab(s);
    const char *two = a_tab(s);
    snprintf(iq, sizeof iq,
             "<iq type='set' id='t' to='" SALES
             "'><visit xmlns='urn:tresen:visit:1'>%s</visit></iq>",
             with(token_of(s)));
    storage_test_hold(storage_of(s), true); /* neither is answered before both have asked */
    sends(s, one, iq);
    sends(s, two, iq);
    storage_test_hold(storage_of(s), false);
    story_turn(s);
    for (int i = 0; i < 2; i++) {
        const struct element *e = expect(s, "<iq type='result' id='t' from='*' to='*'><_/></iq>");
        assert_string_equal(element_attr(element_first(e), "visitor"), ada);
    }
    story_ends(s);
}

/* V-081: within a minute of its replacement, then never; and then no other is good either. */
static void checkin__replaced_token_is_good_for_a_minute(void **state)
{
    struct story *s = story_begins();

    (void)state;
    const char *ada = checks_in(s, a_tab(s), "");
    char *first = mem_dup(token_of(s));
    checks_in(s, a_tab(s), with(first));
    char *second = mem_dup(token_of(s));
    checks_in(s, a_tab(s), with(second)); /* in use: the first is old now */
    assert_string_equal(checks_in(s, a_tab(s), with(first)), ada);
    seconds_pass(s, 61);
    char *newest = mem_dup(token_of(s));
    assert_string_not_equal(checks_in(s, a_tab(s), with(first)), ada);
    assert_string_not_equal(checks_in(s, a_tab(s), with(second)), ada);
    assert_string_not_equal(checks_in(s, a_tab(s), with(newest)), ada);
    free(first);
    free(second);
    free(newest);
    story_ends(s);
}

/* V-080: a token has a life; V-082: another site's is none. */
static void checkin__token_is_bound_to_its_site_and_dies_of_age(void **state)
{
    struct story *s = story_begins();

    (void)state;
    const char *ada = checks_in(s, a_tab(s), "");
    char *token = mem_dup(token_of(s));
    assert_string_not_equal(checks_in(s, a_tab_of(s, "other", "192.0.2.2"), with(token)), ada);
    assert_string_equal(checks_in(s, a_tab(s), with(token)), ada);
    fake_clock_pass(31LL * 24 * 60 * MINUTE);
    assert_string_not_equal(checks_in(s, a_tab(s), with(token)), ada);
    free(token);
    story_ends(s);
}

/* Memory wins over a late load: a name given while the other tab was being looked up stays. */
static void checkin__late_load_does_not_undo_what_was_said_meanwhile(void **state)
{
    struct story *s = story_begins();
    const char *one = a_tab(s);
    const char *two = a_tab(s);
    struct visitor_view v;
    char iq[512];

    (void)state;
    const char *ada = checks_in(s, one,
                                "<x xmlns='jabber:x:data' type='submit'><field var='name'>"
                                "<value>A</value></field></x>");
    snprintf(iq, sizeof iq,
             "<iq type='set' id='t' to='" SALES
             "'><visit xmlns='urn:tresen:visit:1'>%s</visit></iq>",
             with(token_of(s)));
    storage_test_hold(storage_of(s), true);
    sends(s, two, iq);
    sends(s, one,
          "<iq type='set' id='n' to='" SALES "'><visit xmlns='urn:tresen:visit:1'>"
          "<x xmlns='jabber:x:data' type='submit'><field var='name'><value>Ada</value></field></x>"
          "</visit></iq>");
    storage_test_hold(storage_of(s), false);
    story_turn(s);
    assert_true(desk_visitor(desk_of(s), ada, &v));
    assert_string_equal(v.record->name, "Ada");
    story_ends(s);
}

static void checkin__by_address_makes_a_stock_client_a_visitor(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_LOCAL, 100);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    sends(s, "ada@anon.example/x",
          "<message type='chat' to='" SALES "' id='m1'><body>Hello</body></message>");
    expect(s,
           "<message from='" SALES "' to='ada@anon.example/x' type='error' id='m1'><_/></message>");
    sends(s, "ada@example/x",
          "<message type='chat' to='" SALES
          "' id='m1' xml:lang='de-AT'><body>Hello</body></message>");
    expect(s, "<message from='" SALES "' to='ada@example/x' type='chat' id='*'>"
              "<received xmlns='urn:xmpp:receipts' id='m1'/><_/></message>");
    expect(s, "<message from='" SALES "' to='ada@example/x' type='chat' id='*'>"
              "<body>Wir geben unserem Team Bescheid.</body><_/></message>");
    /* The same account later, from another resource: the same conversation. */
    sends(s, "ada@example/y",
          "<message type='chat' to='" SALES "' id='m2'><body>Again</body></message>");
    expect_agents_heard(s, "entry:Hello");
    expect_agents_heard(s, "entry:Again");
    story_ends(s);
}

/* Road b: the token brings the visitor to a new anonymous address, which finds it from then on. */
static void checkin__token_binds_a_new_address(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    const char *ada = checks_in(s, "k1@anon.example/x", "");
    assert_string_equal(checks_in(s, "k2@anon.example/x", with(token_of(s))), ada);
    sends(s, "k2@anon.example/other",
          "<message type='chat' to='" SALES "' id='m1'><body>Hello</body></message>");
    struct chat_view chat;
    assert_true(desk_chat(desk_of(s), ada, &chat));
    story_ends(s);
}

/* A desk that is full says so, to a message, an iq and a check-in; nothing is lost without a word.
 */
static void checkin__full_desk_refuses_in_words(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 1);
    const char *tab = a_tab(s);

    (void)state;
    checks_in(s, a_tab(s), "");
    sends(s, tab, "<message type='chat' to='" SALES "' id='m1'><body>Hello</body></message>");
    expect_error(s, "message", "m1", "wait", "resource-constraint");
    sends(s, tab, "<iq type='set' id='v9' to='" SALES "'><visit xmlns='urn:tresen:visit:1'/></iq>");
    expect_error(s, "iq", "v9", "wait", "resource-constraint");
    sends(s, "bob@example.net/x",
          "<message type='chat' to='" SALES "' id='m2'><body>Hello</body></message>");
    expect_error(s, "message", "m2", "wait", "resource-constraint");
    sends(s, "bob@example.net/x",
          "<iq type='set' id='e2' to='" SALES "'><end xmlns='urn:tresen:visit:1'/></iq>");
    expect_error(s, "iq", "e2", "wait", "resource-constraint");
    expect_nothing(s);
    story_ends(s);
}

static void checkin__questions_are_bounded(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    for (int i = 0; i < 100; i++) {
        sends(s, tab,
              "<iq type='set' id='p' to='" SALES "'><page xmlns='urn:tresen:visit:1'"
              " url='https://shop.example/' title='x'/></iq>");
    }
    for (int i = 0; i < 60; i++) {
        expect(s, "<iq type='result' id='p' from='*' to='*'/>");
    }
    for (int i = 60; i < 100; i++) {
        expect_error(s, "iq", "p", "wait", "resource-constraint");
    }
    expect_nothing(s);
    story_ends(s);
}

/* Before a required form nothing is taken. */
static void checkin__required_form_comes_first(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    sends(s, tab,
          "<iq type='set' id='v' to='help@desk.example'><visit xmlns='urn:tresen:visit:1'/></iq>");
    expect(s, "<iq type='result' id='v' from='help@desk.example' to='*'>"
              "<visit xmlns='urn:tresen:visit:1' visitor='*' department='Help'"
              " availability='unavailable'><token>*</token>"
              "<x xmlns='jabber:x:data' type='form'><title>*</title>"
              "<field type='text-single' var='name' label='*'><required/></field>"
              "<field type='text-single' var='email' label='*'/></x></visit></iq>");
    sends(s, tab,
          "<message type='chat' to='help@desk.example' id='m1'><body>Hello</body></message>");
    expect_error(s, "message", "m1", "modify", "not-acceptable");
    sends(s, tab,
          "<iq type='set' id='f' to='help@desk.example'><visit xmlns='urn:tresen:visit:1'>"
          "<x xmlns='jabber:x:data' type='submit'>"
          "<field var='name'><value>Ada</value></field>"
          "<field var='email'><value>not an address</value></field></x></visit></iq>");
    expect(s, "<iq type='result' id='f' from='*' to='*'><visit xmlns='urn:tresen:visit:1'"
              " visitor='*' department='Help' availability='unavailable'><token>*</token></visit>"
              "</iq>");
    sends(s, tab,
          "<message type='chat' to='help@desk.example' id='m2'><body>Hello</body></message>");
    expect(s, "<message from='help@desk.example' to='*' type='chat' id='*'>"
              "<received xmlns='urn:xmpp:receipts' id='m2'/><_/></message>");
    story_ends(s);
}

static const char *invited_by(struct story *s, const char *more, const char *id)
{
    static struct visitor_view v;
    char *inside = mem_print("%s<x xmlns='jabber:x:data' type='submit'><field var='invitation'>"
                             "<value>%s</value></field></x>",
                             more, id);

    assert_true(desk_visitor(desk_of(s), checks_in(s, a_tab(s), inside), &v));
    free(inside);
    return v.invitation;
}

/* Only what the configuration has is shown to agents, and never in the visitor's own words. */
static void checkin__knows_the_invitation_that_was_taken(void **state)
{
    struct story *s = story_begins();

    (void)state;
    assert_string_equal(invited_by(s, "", "cart"), "cart: May I help?");
    assert_string_equal(invited_by(s, "<locale lang='de'/>", "cart"), "cart: Darf ich helfen?");
    assert_string_equal(invited_by(s, "", "other"), "");
    assert_string_equal(invited_by(s, "", "cart and more"), "");
    assert_string_equal(invited_by(s, "", ""), "");
    /* It is no answer to the form. */
    sends(
        s, a_tab(s),
        "<iq type='set' id='i' to='help@desk.example'><visit xmlns='urn:tresen:visit:1'>"
        "<x xmlns='jabber:x:data' type='submit'><field var='invitation'><value>cart</value></field>"
        "</x></visit></iq>");
    expect(s, "<iq type='result' id='i' from='*' to='*'><visit xmlns='urn:tresen:visit:1'"
              " visitor='*' department='Help' availability='unavailable'><token>*</token>"
              "<x xmlns='jabber:x:data' type='form'><title>*</title>"
              "<field type='text-single' var='name' label='*'><required/></field>"
              "<field type='text-single' var='email' label='*'/></x></visit></iq>");
    story_ends(s);
}

/* V-110 to V-113, V-117: what stands in names and titles; they are one line of visible characters.
 */
static void checkin__names_and_titles_are_cleaned(void **state)
{
    static const struct {
        const char *given;
        const char *kept;
    } NAMES[] = {
        {"\u202egpj.Ada\u2066", "gpj.Ada"},
        {"\u200b\ufeff\u2060", ""},
        {"  Ada \t\n Lovelace ", "Ada Lovelace"},
        {"Zoe\u0308", "Zo\u00eb"},
        {"a&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;&#x301;",
         NULL},
        {"Ada\u2028Nina: hello", "Ada Nina: hello"},
    };
    struct story *s = story_begins();
    struct visitor_view v;

    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char *inside = mem_print("<page url='https://shop.example/' title='%s'/>"
                                 "<x xmlns='jabber:x:data' type='submit'><field var='name'>"
                                 "<value>%s</value></field></x>",
                                 NAMES[i].given, NAMES[i].given);
        assert_true(desk_visitor(desk_of(s), checks_in(s, a_tab(s), inside), &v));
        if (NAMES[i].kept != NULL) {
            assert_string_equal(v.record->name, NAMES[i].kept);
        } else {
            assert_in_range(strlen(v.record->name), 2, 2 + 2 * 8); /* eight marks at most */
        }
        assert_string_equal(v.record->page_title, v.record->name);
        free(inside);
    }
    story_ends(s);
}

/* docs/PROTOCOL.md section 2: only an agent of the department can be who probes. */
static void checkin__probe_is_for_an_agent_of_the_department(void **state)
{
    struct story *s = story_begins();
    struct visitor_view v;

    (void)state;
    assert_true(desk_visitor(desk_of(s),
                             checks_in(s, a_tab(s), "<probe agent='nina@example.org/x'/>"), &v));
    assert_string_equal(v.record->only_agent, NINA);
    assert_true(
        desk_visitor(desk_of(s), checks_in(s, a_tab(s), "<probe agent='otto@example.org'/>"), &v));
    assert_string_equal(v.record->only_agent, "");
    assert_true(desk_visitor(desk_of(s), checks_in(s, a_tab(s), "<probe agent='@'/>"), &v));
    assert_string_equal(v.record->only_agent, "");
    story_ends(s);
}

/* The chat that a check-in there is told of; NULL: none. */
static const struct element *told(struct story *s, const char *tab, const char *department)
{
    char xml[120];

    snprintf(xml, sizeof xml, "<iq type='set' id='h' to='%s@desk.example'><visit xmlns='%s'/></iq>",
             department, "urn:tresen:visit:1");
    sends(s, tab, xml);
    const struct element *iq = expect(s, "<iq type='result' id='h' from='*' to='*'><_/></iq>");
    return element_child(element_first(iq), "chat", NULL);
}

/* A page with several departments goes where the conversation is. */
static void checkin__tells_an_open_chat_anywhere_and_an_ended_one_where_it_was(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    const char *visitor = checks_in(s, tab, "");
    assert_null(told(s, tab, "help"));
    sends(s, tab, "<message to='" SALES "' id='m1'><body>Hello</body></message>");
    assert_string_equal(element_attr(told(s, tab, "help"), "at"), "sales");
    assert_int_equal(desk_visitor_end(desk_of(s), clock_utc_ms(), visitor), DESK_OK);
    assert_null(told(s, tab, "help"));
    assert_string_equal(element_attr(told(s, tab, "sales"), "state"), "closed");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checkin__answers_with_visitor_token_and_availability),
        cmocka_unit_test(checkin__takes_no_address_but_of_the_web),
        cmocka_unit_test(checkin__token_brings_the_visitor_back),
        cmocka_unit_test(checkin__twice_on_one_stream_is_one_visitor),
        cmocka_unit_test(checkin__unknown_tokens_are_new_visitors_ten_times_a_minute),
        cmocka_unit_test(checkin__token_that_was_brought_along_is_replaced),
        cmocka_unit_test(checkin__twice_at_once_with_one_token_is_one_visitor),
        cmocka_unit_test(checkin__replaced_token_is_good_for_a_minute),
        cmocka_unit_test(checkin__token_is_bound_to_its_site_and_dies_of_age),
        cmocka_unit_test(checkin__late_load_does_not_undo_what_was_said_meanwhile),
        cmocka_unit_test(checkin__by_address_makes_a_stock_client_a_visitor),
        cmocka_unit_test(checkin__token_binds_a_new_address),
        cmocka_unit_test(checkin__full_desk_refuses_in_words),
        cmocka_unit_test(checkin__questions_are_bounded),
        cmocka_unit_test(checkin__required_form_comes_first),
        cmocka_unit_test(checkin__knows_the_invitation_that_was_taken),
        cmocka_unit_test(checkin__names_and_titles_are_cleaned),
        cmocka_unit_test(checkin__probe_is_for_an_agent_of_the_department),
        cmocka_unit_test(checkin__tells_an_open_chat_anywhere_and_an_ended_one_where_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
