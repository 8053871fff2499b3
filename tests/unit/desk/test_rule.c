/* Rules: whom they fit, who is asked first, who is not asked, how urgent it is. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- conditions ---- */

static bool fits(struct desk_rule config, const char *language, const char *email, const char *url)
{
    const struct visitor_record v = {.language = language, .email = email, .page_url = url};
    struct rule *rules = rules_create(&config, 1);
    bool yes = rules_match(rules, 1, &v) == 1;
    rules_destroy(rules, 1);
    return yes;
}

static void rule__fits__a_language_and_its_kinds(void **state)
{
    (void)state;
    const struct desk_rule de = {.language = "de"};
    assert_true(fits(de, "de", "", ""));
    assert_true(fits(de, "DE-at", "", ""));
    assert_false(fits(de, "den", "", ""));
    assert_false(fits(de, "", "", ""));
    assert_false(fits((struct desk_rule){.language = "de-at"}, "de", "", ""));
    assert_true(fits((struct desk_rule){.priority = PRIORITY_LOW}, "", "", "")); /* everybody */
}

static void rule__fits__a_domain_and_those_below_it(void **state)
{
    (void)state;
    const struct desk_rule big = {.email = "big.example"};
    assert_true(fits(big, "", "ann@big.example", ""));
    assert_true(fits(big, "", "ann@eu.BIG.example", ""));
    assert_false(fits(big, "", "ann@notbig.example", ""));
    assert_false(fits(big, "", "big.example@mail.example", ""));
    assert_false(fits(big, "", "ann@big.example.org", ""));
    assert_false(fits(big, "", "", ""));
    assert_false(fits(big, "", "ann", ""));
}

static void rule__fits__a_page_by_its_address_or_path(void **state)
{
    (void)state;
    const struct desk_rule path = {.page = "/bill"};
    const struct desk_rule whole = {.page = "https://shop.example/bill"};
    assert_true(fits(path, "", "", "https://shop.example/bill/7"));
    assert_false(fits(path, "", "", "https://shop.example/shop/bill"));
    assert_false(fits(path, "", "", "https://shop.example"));
    assert_false(fits(path, "", "", ""));
    assert_true(fits((struct desk_rule){.page = "/"}, "", "", "https://shop.example"));
    assert_true(fits(whole, "", "", "https://shop.example/billing"));
    assert_false(fits(whole, "", "", "http://shop.example/bill"));
    const struct desk_rule both = {.page = "/bill", .language = "de"};
    assert_true(fits(both, "de", "", "https://shop.example/bill"));
    assert_false(fits(both, "en", "", "https://shop.example/bill"));
}

static bool is_known(const char *field, const char *is, const char *fields)
{
    const struct visitor_record v = {
        .name = "Ann", .email = "", .phone = "", .language = "", .page_url = "", .fields = fields};
    struct rule *rules = rules_create(&(struct desk_rule){.field = field, .is = is}, 1);
    bool yes = rules_match(rules, 1, &v) == 1;
    rules_destroy(rules, 1);
    return yes;
}

static void rule__fits__what_is_known(void **state)
{
    (void)state;
    assert_true(is_known("topic", "billing", "plan: gold\ntopic: Billing\n"));
    assert_true(is_known("topic", "Delivery", "topic: Billing, Delivery\n"));
    assert_true(is_known("topic", "Billing, Delivery", "topic: Billing, Delivery\n"));
    assert_true(is_known("name", "ann", ""));
    assert_false(is_known("topic", "Bill", "topic: Billing, Delivery\n"));
    assert_false(is_known("topic", "Deliver", "topic: Billing, Delivery\n"));
    assert_false(is_known("top", "Billing", "topic: Billing\n"));
    assert_false(is_known("topic", "Billing", ""));
    assert_false(is_known("topic", "gold", "plan: gold\ntopic: Billing\n"));
    assert_false(is_known("topic", "Billing", "topic: , x\n"));
    assert_false(is_known("topic", "Billing", "topic: , , \n"));
    assert_true(is_known("topic", "x", "topic: , x\n"));
}

/* ---- who is asked ---- */

static struct story *story_of_skills(enum desk_routing routing, const struct desk_rule *rules,
                                     size_t count)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    knows(s, 1, NULL, "en");
    has_agent(s, "eve", 1);
    knows(s, 2, "billing", "de");
    has_agent(s, "dan", 1);
    knows(s, 3, NULL, "de-at");
    has_department(s, "sales", "bob eve dan");
    routes(s, routing);
    has_rules(s, rules, count);
    has_offer_time(s, OFFER);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    return s;
}

static void require__asks_only_who_meets_it__else_a_message_is_left(void **state)
{
    (void)state;
    static const struct desk_rule rules[] = {{.page = "/bill", .require = {.skill = "billing"}}};
    struct story *s = story_of_skills(ROUTING_ALL, rules, 1);
    visitor_comes_from(s, "ann", NULL, NULL, "https://shop.example/bill");
    visitor_says(s, "ann", "hello?");
    expect_offered_to(s, "ann", "eve");
    visitor_says(s, "cem", "another page");
    expect_offered_to(s, "cem", "bob eve dan");
    agent_says(s, "eve", "cem", "hi");
    expect_state(s, "ann", CHAT_QUEUED); /* eve is there: waited for */
    expect_left(s, "ann", false);
    agent_ends(s, "eve", "cem");
    expect_offered_to(s, "ann", "eve");
    forget_what_was_told(s);
    agent_is(s, "eve", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE + SECOND);
    expect_left(s, "ann", true);
    expect_notice(s, "ann", "left-message", "");
    visitor_comes_from(s, "dora", NULL, NULL, "https://shop.example/bill");
    visitor_says(s, "dora", "hello?");
    expect_left(s, "dora", true); /* told at once, though bob and dan are there */
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", "perhaps I can help"); /* rules bind offers, not people */
    expect_owner(s, "ann", "bob");
    changes_rules(s, "sales", NULL, 0);
    desk_is_configured(s);
    expect_left(s, "dora", false);
    expect_offered_to(s, "dora", "dan");
    forget_what_was_told(s);
    story_ends(s);
}

static void prefer__asks_others__when_nobody_who_meets_it_has_a_seat(void **state)
{
    (void)state;
    static const struct desk_rule rules[] = {{.prefer = {.language = "visitor"}}};
    struct story *s = story_of_skills(ROUTING_ALL, rules, 1);
    visitor_comes_from(s, "ann", "de-AT", NULL, NULL);
    visitor_says(s, "ann", "Grüß Gott");
    expect_offered_to(s, "ann", "eve dan");
    visitor_comes_from(s, "cem", "en-GB", NULL, NULL);
    visitor_says(s, "cem", "hello?");
    expect_offered_to(s, "cem", "bob");
    visitor_comes_from(s, "dora", "", NULL, NULL); /* says no language: asks for none */
    visitor_says(s, "dora", "hello?");
    expect_offered_to(s, "dora", "bob eve dan");
    agent_says(s, "eve", "ann", "Servus");
    agent_says(s, "dan", "dora", "hi");
    visitor_comes_from(s, "emil", "de", NULL, NULL);
    visitor_says(s, "emil", "Moin");
    expect_offered_to(s, "emil", ""); /* bob's seat is cem's */
    visitor_ends(s, "cem");
    expect_offered_to(s, "emil", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

static void prefer__asks_others__when_nobody_has_answered(void **state)
{
    (void)state;
    static const struct desk_rule rules[] = {{.prefer = {.level = 2}}};
    struct story *s = story_of_skills(ROUTING_ALL, rules, 1);
    visitor_says(s, "ann", "hello?");
    expect_offered_to(s, "ann", "eve dan");
    pass_time(s, OFFER);
    expect_offered_to(s, "ann", "bob eve dan");
    forget_what_was_told(s);
    story_ends(s);

    s = story_of_skills(ROUTING_LEAST_BUSY, rules, 1);
    visitor_says(s, "ann", "hello?");
    expect_offered_to(s, "ann", "eve");
    pass_time(s, OFFER);
    expect_offered_to(s, "ann", "dan");
    pass_time(s, OFFER);
    expect_offered_to(s, "ann", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

static void rules__add_up__and_the_most_urgent_counts(void **state)
{
    (void)state;
    static const struct desk_rule rules[] = {
        {.language = "de", .require = {.language = "de"}, .priority = PRIORITY_URGENT},
        {.page = "/bill", .require = {.skill = "billing"}, .priority = PRIORITY_LOW},
        {.page = "/", .prefer = {.level = 3}},
    };
    struct story *s = story_of_skills(ROUTING_ALL, rules, 3);
    struct chat_view chat;
    visitor_comes_from(s, "ann", "de", NULL, "https://shop.example/bill");
    visitor_says(s, "ann", "hello?");
    expect_offered_to(s, "ann", "eve");
    assert_true(desk_chat(desk_of(s), "visitor-ann", &chat));
    assert_int_equal(chat.priority, PRIORITY_URGENT);
    visitor_comes_from(s, "cem", "de", NULL, NULL);
    visitor_says(s, "cem", "hello?");
    expect_offered_to(s, "cem", "dan");
    visitor_says(s, "dora", "hello?");
    assert_true(desk_chat(desk_of(s), "visitor-dora", &chat));
    assert_int_equal(chat.priority, PRIORITY_NORMAL);
    desk_restarts(s);
    assert_true(desk_chat(desk_of(s), "visitor-ann", &chat));
    assert_int_equal(chat.priority, PRIORITY_URGENT);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_offered_to(s, "ann", "eve");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- the line ---- */

static void priority__goes_before_waiting__but_not_before_who_waits_much_longer(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "gus", "busy");
    agent_says(s, "bob", "gus", "hi");
    visitor_says(s, "finn", "busy, too");
    agent_says(s, "eve", "finn", "hi");
    visitor_says(s, "ann", "one");
    pass_time(s, 20 * MINUTE);
    visitor_says(s, "cem", "two");
    visitor_says(s, "dora", "three");
    forget_what_was_told(s);
    prioritises(s, "bob", "dora", PRIORITY_HIGH);
    expect_waiting(s, "dora", CHAT_QUEUED, 2); /* ann has waited longer than the head start */
    expect_waiting(s, "cem", CHAT_QUEUED, 3);
    prioritises(s, "bob", "dora", PRIORITY_URGENT);
    expect_waiting(s, "dora", CHAT_QUEUED, 1);
    expect_waiting(s, "ann", CHAT_QUEUED, 2);
    prioritises(s, "bob", "ann", PRIORITY_LOW); /* a quarter of an hour, of twenty minutes */
    expect_nothing(s);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_ends(s, "bob", "gus");
    expect_state(s, "dora", CHAT_OFFERED);
    agent_says(s, "bob", "dora", "hi");
    visitor_returns(s, "dora");
    agent_is(s, "bob", AVAILABILITY_GONE);
    prioritises(s, "eve", "cem", PRIORITY_URGENT);
    pass_time(s, AGENT_GRACE);
    struct chat_view chat;
    assert_true(desk_chat(desk_of(s), "visitor-dora", &chat));
    assert_int_equal(chat.position, 1); /* who lost an agent, whatever the others are */
    forget_what_was_told(s);
    story_ends(s);
}

static void priority__is_changed__by_who_may_take_the_chat_has_it_or_supervises(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "eve");
    has_answer_time(s, "boss");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    struct desk *d = desk_of(s);
    time_ms now = now_of(s);
    assert_int_equal(desk_agent_prioritise(d, now, "eve@example.org", "visitor-ann", PRIORITY_HIGH),
                     DESK_FORBIDDEN);
    assert_int_equal(
        desk_agent_prioritise(d, now, "nobody@example.org", "visitor-ann", PRIORITY_HIGH),
        DESK_FORBIDDEN);
    assert_int_equal(
        desk_agent_prioritise(d, now, "bob@example.org", "visitor-nobody", PRIORITY_HIGH),
        DESK_NOT_FOUND);
    struct transcript *said = &desk_find_visitor(d, "visitor-ann")->chat->transcript;
    int64_t before = transcript_last(said)->sequence;
    prioritises(s, "bob", "ann", PRIORITY_NORMAL); /* as it is: no note */
    assert_null(transcript_find(said, before + 1));
    prioritises(s, "boss", "ann", PRIORITY_HIGH);
    const struct entry_record *note = transcript_find(said, before + 1);
    assert_non_null(note);
    assert_int_equal(note->kind, ENTRY_NOTE);
    assert_string_equal(note->event, "priority");
    assert_string_equal(note->body, "high");
    assert_string_equal(note->agent, "boss@example.org");
    agent_says(s, "bob", "ann", "hi");
    prioritises(s, "bob", "ann", PRIORITY_LOW);
    visitor_ends(s, "ann");
    assert_int_equal(desk_agent_prioritise(d, now, "bob@example.org", "visitor-ann", PRIORITY_HIGH),
                     DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule__fits__a_language_and_its_kinds),
        cmocka_unit_test(rule__fits__a_domain_and_those_below_it),
        cmocka_unit_test(rule__fits__a_page_by_its_address_or_path),
        cmocka_unit_test(rule__fits__what_is_known),
        cmocka_unit_test(require__asks_only_who_meets_it__else_a_message_is_left),
        cmocka_unit_test(prefer__asks_others__when_nobody_who_meets_it_has_a_seat),
        cmocka_unit_test(prefer__asks_others__when_nobody_has_answered),
        cmocka_unit_test(rules__add_up__and_the_most_urgent_counts),
        cmocka_unit_test(priority__goes_before_waiting__but_not_before_who_waits_much_longer),
        cmocka_unit_test(priority__is_changed__by_who_may_take_the_chat_has_it_or_supervises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
