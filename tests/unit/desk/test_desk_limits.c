/* Who may begin a chat: forms, full queues, full memory. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static int64_t say(struct story *s, const char *department, const char *id, const char *text,
                   enum desk_result expected)
{
    int64_t sequence = -1;
    enum desk_result result =
        desk_visitor_say(desk_of(s), now_of(s), "visitor-ann", department, id, text, &sequence);
    assert_int_equal(result, expected);
    story_turn(s);
    return sequence;
}

/* ---- the form ---- */

static void visitor__must_answer_a_required_form_first(void **state)
{
    (void)state;
    struct story *s = story_create();
    struct visitor_view view;
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    asks_for(s, FORM_REQUIRED, FORM_REQUIRED);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    say(s, "sales", "m1", "hello?", DESK_FORM);
    assert_int_equal(desk_visitor_form(desk_of(s), now_of(s), "visitor-ann", "Ann", ""), DESK_OK);
    say(s, "sales", "m1", "hello?", DESK_FORM);
    expect_no_chat(s, "ann");
    expect_nothing(s);
    desk_visitor_form(desk_of(s), now_of(s), "visitor-ann", "", "ann@example.net");
    say(s, "sales", "m1", "hello?", DESK_OK);
    assert_true(desk_visitor(desk_of(s), "visitor-ann", &view));
    assert_string_equal(view.record->name, "Ann"); /* what is empty is kept */
    assert_string_equal(view.record->email, "ann@example.net");
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__may_skip_an_optional_form(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    asks_for(s, FORM_OPTIONAL, FORM_OPTIONAL);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    desk_visitor_form(desk_of(s), now_of(s), "visitor-ann", "Ann", "");
    expect_card(s, "ann"); /* her contact's name changes */
    desk_visitor_page(desk_of(s), now_of(s), "visitor-ann", "https://shop.example/b", "Basket");
    expect_card(s, "ann");
    story_ends(s);
}

/* ---- limits ---- */

static void visitor__is_refused__when_the_queue_is_full(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "bob");
    has_limits(s, 2, 100);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "cem", "one");
    visitor_says(s, "dora", "two");
    visitor_arrives(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(say(s, "sales", "m1", "three", DESK_FULL), -1);
    expect_nothing(s);
    agent_says(s, "bob", "cem", "hi"); /* one leaves the queue */
    forget_what_was_told(s);
    say(s, "sales", "m1", "three", DESK_OK);
    visitor_says(s, "cem", "who has a chat may always go on");
    visitor_says(s, "dora", "who waits, too");
    visitor_says_to(s, "support", "emil", "another department has its own queue");
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__finds_a_queue_that_is_not_full_of_messages_left_at_night(void **state)
{
    (void)state;
    struct story *s = story_create();
    const char *const night[] = {"cem", "dora"};
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_limits(s, 2, 100);
    story_begins(s);
    for (size_t i = 0; i < 2; i++) {
        visitor_says(s, night[i], "please call me");
        visitor_leaves(s, night[i]);
    }
    visitor_arrives(s, "ann");
    say(s, "sales", "m1", "hello?", DESK_LEFT_FULL); /* a limit for what is left, too */
    agent_is(s, "bob", AVAILABILITY_FREE);
    forget_what_was_told(s);
    say(s, "sales", "m1", "hello?", DESK_OK);
    expect_offer(s, "bob", "ann"); /* who is there goes before who left a message */
    expect_withdrawn(s, "bob", "cem");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__is_refused__when_memory_is_full(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_limits(s, 100, 2);
    story_begins(s);
    visitor_arrives(s, "ann");
    visitor_arrives(s, "cem");
    const struct visitor_record dora = {.id = "visitor-dora"};
    assert_int_equal(desk_visitor_arrive(desk_of(s), now_of(s), &dora, NULL, 0), DESK_FULL);
    visitor_arrives(s, "ann"); /* who is there already may come again */
    visitor_leaves(s, "cem");
    visitor_arrives(s, "dora");
    story_ends(s);
}

static void visitor__is_forgotten__who_checked_in_and_never_came(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct visitor_view view;
    visitor_arrives(s, "cem");
    visitor_arrives(s, "ann");
    visitor_leaves(s, "ann");
    assert_false(desk_visitor(desk_of(s), "visitor-ann", &view));
    struct visitor_record ann = desk_find_visitor(desk_of(s), "visitor-cem")->record;
    ann.id = "visitor-ann";
    desk_visitor_arrive(desk_of(s), now_of(s), &ann, NULL, 0);
    assert_true(desk_visitor(desk_of(s), "visitor-ann", &view));
    pass_time(s, LEAVE);
    assert_false(desk_visitor(desk_of(s), "visitor-ann", &view));
    assert_true(desk_visitor(desk_of(s), "visitor-cem", &view));
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visitor__must_answer_a_required_form_first),
        cmocka_unit_test(visitor__may_skip_an_optional_form),
        cmocka_unit_test(visitor__is_refused__when_the_queue_is_full),
        cmocka_unit_test(visitor__finds_a_queue_that_is_not_full_of_messages_left_at_night),
        cmocka_unit_test(visitor__is_refused__when_memory_is_full),
        cmocka_unit_test(visitor__is_forgotten__who_checked_in_and_never_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
