/* Another configuration while the desk goes on. desk_verify runs behind each step of a story. */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void desk_configure__changes_nothing__when_nothing_changed(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    agent_says(s, "bob", "ann", "hi");
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    desk_is_configured(s);
    desk_is_configured(s);
    expect_nothing(s);
    expect_state(s, "cem", CHAT_OFFERED);
    expect_state(s, "ann", CHAT_CLOSED);
    story_ends(s);
}

static void desk_configure__gives_back__the_chats_of_who_is_no_agent_any_more(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "me too");
    agent_is(s, "eve", AVAILABILITY_FREE);
    forget_what_was_told(s);
    loses_agent(s, "bob");
    desk_is_configured(s);
    expect_dismissed(s, "bob");
    expect_agent_told(s, "bob", "ann", NOTICE_DISMISSED, "");
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "handed-back", "bob");
    expect_waiting(s, "ann", CHAT_OFFERED, 1); /* before cem, who came later */
    expect_offer(s, "eve", "ann");
    expect_agent_hears(s, "eve", "ann", "hello?");
    expect_agent_shown(s, "eve", "ann", "bob", "hi");
    expect_withdrawn(s, "eve", "cem"); /* one seat */
    expect_waiting(s, "cem", CHAT_QUEUED, 2);
    assert_false(desk_is_agent(desk_of(s), "bob@example.org"));
    assert_int_equal(agent_tries(s, "bob", "ann", "late", "still me"), DESK_FORBIDDEN);
    story_ends(s);
}

static void desk_configure__ends__offers_and_contacts_of_who_is_no_agent_any_more(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?"); /* offered to both */
    visitor_says(s, "cem", "hello?"); /* bob declines */
    agent_declines(s, "bob", "cem");
    visitor_says(s, "dora", "hello?");
    agent_says(s, "bob", "dora", "hi");
    visitor_ends(s, "dora"); /* lingers with bob */
    forget_what_was_told(s);
    loses_agent(s, "bob");
    desk_is_configured(s);
    expect_dismissed(s, "bob");
    expect_agent_told(s, "bob", "ann", NOTICE_DISMISSED, "");
    expect_contact_gone(s, "bob", "ann");
    expect_contact_gone(s, "bob", "dora");
    expect_no_chat(s, "dora");
    expect_state(s, "ann", CHAT_OFFERED);
    expect_nothing(s);
    story_ends(s);
}

static void desk_configure__leaves_chats_to_others__when_the_last_agent_goes(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    chat_goes_on(s, "bob", "ann");
    loses_agent(s, "bob");
    desk_is_configured(s);
    expect_dismissed(s, "bob");
    expect_agent_told(s, "bob", "ann", NOTICE_DISMISSED, "");
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "handed-back", "bob");
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    pass_time(s, AGENT_GRACE + SECOND);
    expect_left(s, "ann", true);
    forget_what_was_told(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_offer(s, "eve", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_configure__offers_to_a_new_agent__once_heard_of(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "hello?");
    forget_what_was_told(s);
    has_agent(s, "dan", 1);
    changes_members(s, "sales", "bob eve dan");
    desk_is_configured(s);
    expect_nothing(s); /* gone until heard of */
    agent_is(s, "dan", AVAILABILITY_FREE);
    expect_offer(s, "dan", "cem");
    expect_agent_hears(s, "dan", "cem", "hello?");
    expect_waiting(s, "cem", CHAT_OFFERED, 1);
    story_ends(s);
}

static void desk_configure__makes_an_agent_new__who_was_taken_out_before(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    loses_agent(s, "bob");
    desk_is_configured(s);
    expect_dismissed(s, "bob");
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    has_agent(s, "bob", 1);
    changes_members(s, "sales", "eve bob");
    desk_is_configured(s);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    story_ends(s);
}

static void desk_configure__withdraws_offers__when_capacity_shrinks(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 3);
    has_department(s, "sales", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "hello?");
    visitor_says(s, "dora", "hello?");
    forget_what_was_told(s);
    changes_agent(s, "bob", "Robert", 2);
    desk_is_configured(s);
    expect_withdrawn(s, "bob", "dora");
    expect_waiting(s, "dora", CHAT_QUEUED, 2);
    expect_state(s, "cem", CHAT_OFFERED);
    expect_owner(s, "ann", "bob");
    assert_string_equal(desk_agent_name(desk_of(s), "bob@example.org"), "Robert");
    expect_nothing(s);
    changes_agent(s, "bob", "Robert", 1); /* the chat that he has stays */
    desk_is_configured(s);
    expect_withdrawn(s, "bob", "cem");
    expect_waiting(s, "cem", CHAT_QUEUED, 1);
    expect_owner(s, "ann", "bob");
    expect_department(s, "sales", DEPARTMENT_FULL);
    changes_agent(s, "bob", "Robert", 3);
    desk_is_configured(s);
    expect_offer(s, "bob", "cem");
    expect_offer(s, "bob", "dora");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_configure__lets_an_agent_end_a_chat__of_a_department_that_was_left(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob eve");
    has_department(s, "support", "eve");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "hello?");
    forget_what_was_told(s);
    changes_members(s, "sales", "eve");
    changes_members(s, "support", "eve bob");
    desk_is_configured(s);
    expect_agent_told(s, "bob", "cem", NOTICE_DISMISSED, "");
    expect_contact_gone(s, "bob", "cem");
    expect_waiting(s, "cem", CHAT_QUEUED, 1);
    expect_nothing(s);
    expect_owner(s, "ann", "bob");
    agent_says(s, "bob", "ann", "and good bye");
    expect_visitor_hears(s, "ann", "bob", "and good bye");
    visitor_says_to(s, "support", "dora", "help");
    expect_offer(s, "bob", "dora");
    forget_what_was_told(s);
    assert_int_equal(agent_tries(s, "bob", "cem", "x", "mine"), DESK_FORBIDDEN);
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE + SECOND);
    expect_state(s, "ann", CHAT_QUEUED);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_no_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_configure__adds_a_department(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(visitor_tries(s, "ann", "press", "m1", "hello?"), DESK_NOT_FOUND);
    has_department(s, "press", "bob");
    desk_is_configured(s);
    expect_department(s, "press", DEPARTMENT_OPEN); /* he is there already */
    visitor_says_to(s, "press", "ann", "hello?");
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_configure__refuses__to_lose_a_department_with_open_chats(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says_to(s, "support", "ann", "hello?");
    loses_department(s, "support");
    assert_false(desk_could_be_configured(s, "support"));
    agent_says(s, "bob", "ann", "hi");
    assert_false(desk_could_be_configured(s, "support"));
    visitor_ends(s, "ann"); /* lingers */
    forget_what_was_told(s);
    desk_is_configured(s);
    expect_contact_gone(s, "bob", "ann");
    expect_no_chat(s, "ann");
    expect_nothing(s);
    story_ends(s);
}

static void desk_configure__puts_limits_and_forms_in_force(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    has_limits(s, 1, 100);
    asks_for(s, FORM_REQUIRED, FORM_OFF);
    agent_is(s, "bob", AVAILABILITY_BUSY);
    agent_is(s, "eve", AVAILABILITY_AWAY);
    visitor_says(s, "ann", "hello?");
    desk_is_configured(s);
    assert_int_equal(visitor_tries(s, "cem", "sales", "m1", "hello?"), DESK_FORM);
    asks_for(s, FORM_OFF, FORM_OFF);
    desk_is_configured(s);
    assert_int_equal(visitor_tries(s, "cem", "sales", "m1", "hello?"), DESK_FULL);
    has_limits(s, 2, 100);
    desk_is_configured(s);
    assert_int_equal(visitor_tries(s, "cem", "sales", "m1", "hello?"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_configure__changes_nothing__when_nothing_changed),
        cmocka_unit_test(desk_configure__gives_back__the_chats_of_who_is_no_agent_any_more),
        cmocka_unit_test(desk_configure__ends__offers_and_contacts_of_who_is_no_agent_any_more),
        cmocka_unit_test(desk_configure__leaves_chats_to_others__when_the_last_agent_goes),
        cmocka_unit_test(desk_configure__offers_to_a_new_agent__once_heard_of),
        cmocka_unit_test(desk_configure__makes_an_agent_new__who_was_taken_out_before),
        cmocka_unit_test(desk_configure__withdraws_offers__when_capacity_shrinks),
        cmocka_unit_test(desk_configure__lets_an_agent_end_a_chat__of_a_department_that_was_left),
        cmocka_unit_test(desk_configure__adds_a_department),
        cmocka_unit_test(desk_configure__refuses__to_lose_a_department_with_open_chats),
        cmocka_unit_test(desk_configure__puts_limits_and_forms_in_force),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
