/* What a department says of itself, when that is told, and what a visitor is told of the line. */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void department__tells_nobody_full_away_and_open_apart(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    agent_is(s, "bob", AVAILABILITY_BUSY);
    expect_department(s, "sales", DEPARTMENT_NOBODY); /* takes no chats */
    agent_is(s, "bob", AVAILABILITY_AWAY);
    expect_department(s, "sales", DEPARTMENT_AWAY);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    visitor_says(s, "ann", "hello?");
    expect_department(s, "sales", DEPARTMENT_OPEN); /* an offer takes no seat */
    agent_says(s, "eve", "ann", "hi");
    expect_department(s, "sales", DEPARTMENT_AWAY); /* bob could */
    visitor_says(s, "cem", "hello?");
    agent_says(s, "bob", "cem", "hi");
    expect_department(s, "sales", DEPARTMENT_FULL); /* wait, or leave a message */
    agent_is(s, "bob", AVAILABILITY_GONE);
    expect_department(s, "sales", DEPARTMENT_FULL);
    agent_is(s, "eve", AVAILABILITY_GONE);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    forget_what_was_told(s);
    story_ends(s);
}

static void department__counts__who_waits_who_is_served_and_the_seats(void **state)
{
    (void)state;
    struct story *s = story_create();
    struct department_view view;
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 3);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    assert_false(desk_department(desk_of(s), "nowhere", &view));
    visitor_says(s, "dora", "a message");
    visitor_leaves(s, "dora");
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    agent_says(s, "bob", "ann", "hi");
    agent_is(s, "eve", AVAILABILITY_AWAY);
    assert_true(desk_department(desk_of(s), "sales", &view));
    assert_int_equal(view.waiting, 2);
    assert_int_equal(view.left, 1);
    assert_int_equal(view.active, 1);
    assert_int_equal(view.free_seats, 4);
    forget_what_was_told(s);
    story_ends(s);
}

static void department__tells_changes__each_once(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_department_told(s, "sales");
    agent_is(s, "bob", AVAILABILITY_FREE); /* as before */
    pass_time(s, HOUR);
    expect_nothing(s);
    visitor_says(s, "ann", "hello?");
    expect_department_told(s, "sales"); /* one waits */
    agent_says(s, "bob", "ann", "hi");
    expect_department_told(s, "sales"); /* full */
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", "so");
    expect_visitor_hears(s, "ann", "bob", "so");
    expect_nothing(s);
    visitor_ends(s, "ann");
    expect_department_told(s, "sales");
    forget_what_was_told(s);
    story_ends(s);
}

static void visitors__are_told_their_position__when_it_changes(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    const char *const names[] = {"ann", "cem", "dora", "emil"};
    agent_is(s, "bob", AVAILABILITY_FREE);
    for (size_t i = 0; i < 4; i++) {
        visitor_says(s, names[i], "hello?");
        expect_waiting(s, names[i], i == 0 ? CHAT_OFFERED : CHAT_QUEUED, i + 1);
        pass_time(s, SECOND);
    }
    forget_what_was_told(s);
    visitor_ends(s, "cem"); /* from the middle of the line */
    expect_notice(s, "cem", "closed", "");
    expect_waiting(s, "dora", CHAT_QUEUED, 2);
    expect_waiting(s, "emil", CHAT_QUEUED, 3);
    expect_nothing(s); /* ann is where she was */
    agent_says(s, "bob", "ann", "hi");
    expect_waiting(s, "dora", CHAT_QUEUED, 1);
    expect_waiting(s, "emil", CHAT_QUEUED, 2);
    forget_what_was_told(s);
    story_ends(s);
}

static void visitors__who_are_away__are_told_their_position_on_return(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    visitor_says(s, "dora", "hello?");
    visitor_leaves(s, "dora"); /* changes the page */
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", "hi");
    expect_waiting(s, "cem", CHAT_QUEUED, 1);
    forget_what_was_told(s);
    visitor_returns(s, "dora");
    expect_waiting(s, "dora", CHAT_QUEUED, 2);
    visitor_leaves(s, "dora");
    visitor_returns(s, "dora");
    expect_nothing(s); /* nothing new this time */
    story_ends(s);
}

static void visitors__have_positions_in_their_own_department(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "hello?");
    visitor_says_to(s, "support", "cem", "hello?");
    visitor_says_to(s, "sales", "dora", "hello?");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_waiting(s, "cem", CHAT_QUEUED, 1);
    expect_waiting(s, "dora", CHAT_QUEUED, 2);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(department__tells_nobody_full_away_and_open_apart),
        cmocka_unit_test(department__counts__who_waits_who_is_served_and_the_seats),
        cmocka_unit_test(department__tells_changes__each_once),
        cmocka_unit_test(visitors__are_told_their_position__when_it_changes),
        cmocka_unit_test(visitors__who_are_away__are_told_their_position_on_return),
        cmocka_unit_test(visitors__have_positions_in_their_own_department),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
