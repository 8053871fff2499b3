/* What time does to tickets: dates, the end of what is solved, and clocks that jump. */
#include "desk/desk_tickets.h"
#include "story_wake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- dates ---- */

static void date__that_has_come__opens_the_ticket_and_tells_its_owner_once(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob eve");
    keeps_tickets(s, TICKETS_ALWAYS);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    assert_int_equal(stored(s, number).wake, 0);
    time_ms due = now_of(s) + 3 * DAY;
    rests_until(s, number, due);
    assert_int_equal(stored(s, number).wake, due);
    time_passes(s, 3 * DAY - SECOND);
    expect_nothing(s);
    desk_restarts(s);
    forget_what_was_told(s);
    time_passes(s, SECOND);
    expect_call(s, "bob", "sales", CALL_TICKET_DUE, "", "1001");
    assert_int_equal(stored(s, number).state, TICKET_OPEN);
    assert_int_equal(stored(s, number).wake, 0);
    assert_null(ticket_find(desk_of(s), number)); /* it is in memory no longer than it needs */
    expect_notes(s, number, "state: pending -> open\n");
    desk_restarts(s);
    forget_what_was_told(s);
    time_passes(s, 400 * DAY);
    review(s);
    expect_nothing(s);
    story_ends(s);
}

static void date__of_nobodys_ticket__is_told_to_its_department(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob eve");
    keeps_tickets(s, TICKETS_ALWAYS);
    story_begins(s);
    int64_t number = left_ticket(s, "ann");
    rests_until(s, number, now_of(s) + DAY);
    time_passes(s, 2 * DAY); /* the daemon was away */
    expect_all_told(s, CALL_TICKET_DUE);
    expect_nothing(s);
    assert_int_equal(stored(s, number).state, TICKET_OPEN);
    story_ends(s);
}

static void solved__is_closed__after_its_days_unless_it_was_opened(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    enters(s, number, TICKET_SOLVED);
    forget_what_was_told(s);
    assert_int_equal(stored(s, number).wake, now_of(s) + 7 * DAY);
    time_passes(s, 6 * DAY);
    enters(s, number, TICKET_OPEN);
    enters(s, number, TICKET_SOLVED);
    time_passes(s, 2 * DAY);
    assert_int_equal(stored(s, number).state, TICKET_SOLVED);
    time_passes(s, 5 * DAY);
    assert_int_equal(stored(s, number).state, TICKET_CLOSED);
    assert_int_equal(stored(s, number).wake, 0);
    expect_notes(s, number, "state: solved -> closed\n");
    expect_nothing(s);
    story_ends(s);
}

/* Whose department is gone, and whose owner: supervisors are told all the same. */
static void ticket__of_a_department_that_is_gone__is_told_of_where_it_can(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    has_agent(s, "dan", 2);
    has_department(s, "support", "dan");
    keeps_tickets(s, TICKETS_ALWAYS);
    story_begins(s);
    agent_is(s, "dan", AVAILABILITY_FREE);
    visitor_says_to(s, "support", "ann", "hello?");
    agent_says(s, "dan", "ann", "hi");
    visitor_ends(s, "ann");
    int64_t number = desk_of(s)->last_number;
    works_on(s, number);
    assert_int_equal(
        desk_ticket_due(desk_of(s), now_of(s), "dan@example.org", number, now_of(s) + DAY),
        DESK_OK);
    desk_load_ticket(desk_of(s), number, NULL);
    loses_department(s, "support");
    changes_members(s, "sales", "bob eve dan");
    desk_is_configured(s);
    forget_what_was_told(s);
    time_passes(s, DAY);
    expect_call(s, "dan", "sales", CALL_TICKET_DUE, "", "1001");
    expect_nothing(s);
    story_ends(s);
}

static void clock__that_jumps__repeats_and_loses_nothing(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t first = bobs_ticket(s);
    time_passes(s, 365 * DAY);
    expect_call(s, "bob", "sales", CALL_SOLUTION_LATE, "", "1001");
    expect_call(s, "boss", "sales", CALL_SOLUTION_LATE, "", "1001");
    int64_t second = left_ticket(s, "joe"); /* made in the wrong year */
    enters(s, first, TICKET_SOLVED);
    time_passes(s, -366 * DAY);
    review(s);
    desk_restarts(s);
    forget_what_was_told(s);
    time_passes(s, 48 * MINUTE);
    expect_call(s, "bob", "sales", CALL_FIRST_ANSWER_NEAR, "", "1002");
    expect_call(s, "eve", "sales", CALL_FIRST_ANSWER_NEAR, "", "1002");
    expect_nothing(s);
    time_passes(s, -DAY); /* again, a day */
    review(s);
    expect_nothing(s);
    time_passes(s, 60 * MINUTE);
    expect_call(s, "bob", "sales", CALL_FIRST_ANSWER_LATE, "", "1002");
    expect_call(s, "eve", "sales", CALL_FIRST_ANSWER_LATE, "", "1002");
    expect_call(s, "boss", "sales", CALL_FIRST_ANSWER_LATE, "", "1002");
    expect_nothing(s);
    assert_int_equal(stored(s, second).state, TICKET_NEW);
    time_passes(s, 7 * DAY);
    assert_int_equal(stored(s, first).state, TICKET_CLOSED);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date__that_has_come__opens_the_ticket_and_tells_its_owner_once),
        cmocka_unit_test(date__of_nobodys_ticket__is_told_to_its_department),
        cmocka_unit_test(solved__is_closed__after_its_days_unless_it_was_opened),
        cmocka_unit_test(ticket__of_a_department_that_is_gone__is_told_of_where_it_can),
        cmocka_unit_test(clock__that_jumps__repeats_and_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
