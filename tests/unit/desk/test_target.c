/* Targets of service levels: what is counted, and who is told. */
#include "desk/desk_tickets.h"
#include "story_wake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- targets ---- */

static void first_answer__is_warned_of_and_told__once(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = left_ticket(s, "ann");
    time_ms began = now_of(s);
    assert_int_equal(stored(s, number).overdue, began + HOUR);
    time_passes(s, 48 * MINUTE - SECOND);
    expect_nothing(s);
    time_passes(s, SECOND);
    expect_all_told(s, CALL_FIRST_ANSWER_NEAR); /* not the supervisor */
    desk_restarts(s);
    forget_what_was_told(s);
    time_passes(s, 12 * MINUTE - SECOND);
    expect_nothing(s);
    time_passes(s, SECOND);
    expect_all_told(s, CALL_FIRST_ANSWER_LATE);
    expect_call(s, "boss", "sales", CALL_FIRST_ANSWER_LATE, "", "1001");
    desk_restarts(s);
    forget_what_was_told(s);
    time_passes(s, HOUR);
    review(s);
    expect_nothing(s);
    assert_int_equal(stored(s, number).overdue, began + HOUR);
    assert_int_equal(stored(s, number).missed, 1U << TARGET_FIRST_ANSWER);
    expect_notes(s, number, "service-warned: first answer\nservice-breached: first answer\n");
    speaks(s, number, BY_AGENT);
    assert_int_equal(stored(s, number).answered, now_of(s));
    assert_int_equal(stored(s, number).overdue, began + 4 * HOUR); /* the solution */
    story_ends(s);
}

static void target__that_was_missed_meanwhile__is_told_without_the_warning(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    time_passes(s, 5 * HOUR);
    expect_call(s, "bob", "sales", CALL_SOLUTION_LATE, "", "1001"); /* he has it */
    expect_call(s, "boss", "sales", CALL_SOLUTION_LATE, "", "1001");
    expect_nothing(s);
    expect_notes(s, number, "service-breached: solution\n");
    assert_int_equal(stored(s, number).measured, 1U << TARGET_FIRST_ANSWER | 1U << TARGET_SOLUTION);
    assert_int_equal(stored(s, number).missed, 1U << TARGET_SOLUTION);
    story_ends(s);
}

static void supervisor__who_is_told_as_an_agent__is_told_once(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    has_role(s, ROLE_SUPERVISOR, "bob eve");
    story_begins(s);
    bobs_ticket(s);
    time_passes(s, 5 * HOUR);
    expect_call(s, "bob", "sales", CALL_SOLUTION_LATE, "", "1001");
    expect_call(s, "eve", "sales", CALL_SOLUTION_LATE, "", "1001");
    expect_nothing(s);
    story_ends(s);
}

static void time__is_counted__on_opening_hours(void **state)
{
    (void)state;
    struct story *s = story_of_levels("mon-fri 08:00-11:00");
    has_holiday(s, "01-06"); /* Tuesday */
    story_begins(s);
    int64_t number = bobs_ticket(s); /* Monday, ten */
    time_ms began = now_of(s);
    /* An hour on Monday, three on Wednesday. */
    assert_int_equal(stored(s, number).overdue, began + 2 * DAY + HOUR);
    time_passes(s, DAY);
    expect_nothing(s);
    /* Four fifths of four hours are 3:12. */
    time_passes(s, DAY - 2 * HOUR + 132 * MINUTE - SECOND);
    expect_nothing(s);
    time_passes(s, SECOND);
    expect_call(s, "bob", "sales", CALL_SOLUTION_NEAR, "", "1001");
    struct target_view view;
    works_on(s, number);
    assert_true(desk_ticket_target(desk_of(s), now_of(s), desk_ticket(desk_of(s), number),
                                   TARGET_SOLUTION, &view));
    assert_int_equal(view.left_ms, 48 * MINUTE);
    assert_int_equal(view.due, began + 2 * DAY + HOUR);
    assert_true(view.is_awaited);
    assert_false(view.is_missed);
    desk_load_ticket(desk_of(s), number, NULL);
    expect_nothing(s);
    story_ends(s);
}

static void time__rests__while_the_requester_is_waited_for(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = left_ticket(s, "ann");
    time_passes(s, 30 * MINUTE);
    enters(s, number, TICKET_PENDING);
    assert_int_equal(stored(s, number).wake, 0);
    assert_int_equal(stored(s, number).overdue, 0);
    time_passes(s, 30 * DAY);
    expect_nothing(s);
    enters(s, number, TICKET_OPEN);
    assert_int_equal(stored(s, number).overdue, now_of(s) + 30 * MINUTE);
    time_passes(s, 18 * MINUTE - SECOND);
    expect_nothing(s);
    time_passes(s, SECOND);
    expect_all_told(s, CALL_FIRST_ANSWER_NEAR);
    /* Until a date it does not. */
    rests_until(s, number, now_of(s) + DAY);
    time_passes(s, 12 * MINUTE);
    expect_all_told(s, CALL_FIRST_ANSWER_LATE);
    forget_what_was_told(s);
    story_ends(s);
}

static void next_answer__begins_anew__with_each_question(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    for (unsigned round = 0; round < 2; round++) {
        speaks(s, number, BY_VISITOR);
        time_passes(s, 10 * MINUTE);
        speaks(s, number, BY_VISITOR); /* the older line counts */
        time_passes(s, 14 * MINUTE);
        expect_call(s, "bob", "sales", CALL_NEXT_ANSWER_NEAR, "", "1001");
        time_passes(s, 6 * MINUTE);
        expect_call(s, "bob", "sales", CALL_NEXT_ANSWER_LATE, "", "1001");
        expect_call(s, "boss", "sales", CALL_NEXT_ANSWER_LATE, "", "1001");
        speaks(s, number, BY_AGENT);
        time_passes(s, 30 * MINUTE);
        expect_nothing(s);
    }
    speaks(s, number, BY_VISITOR);
    time_passes(s, 10 * MINUTE);
    speaks(s, number, BY_AGENT); /* in time */
    time_passes(s, 20 * MINUTE);
    expect_nothing(s);
    assert_int_equal(stored(s, number).missed, 1U << TARGET_NEXT_ANSWER);
    story_ends(s);
}

static void question__to_a_solved_ticket__runs_from_when_it_is_opened(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    time_passes(s, HOUR);
    enters(s, number, TICKET_SOLVED);
    assert_int_equal(stored(s, number).solved, now_of(s));
    time_passes(s, DAY);
    speaks(s, number, BY_VISITOR);
    assert_int_equal(stored(s, number).state, TICKET_OPEN);
    assert_int_equal(stored(s, number).overdue, now_of(s) + 30 * MINUTE);
    assert_int_equal(stored(s, number).solved, 0);
    speaks(s, number, BY_AGENT);
    /* It was not solved, so its hours go on; closed, they begin anew. */
    assert_int_equal(stored(s, number).overdue, now_of(s) + 3 * HOUR);
    enters(s, number, TICKET_CLOSED);
    assert_int_equal(stored(s, number).wake, 0);
    enters(s, number, TICKET_OPEN);
    assert_int_equal(stored(s, number).overdue, now_of(s) + 4 * HOUR);
    forget_what_was_told(s);
    story_ends(s);
}

static void level__is_that_of_the_priority__else_of_any(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    prioritises(s, "bob", "ann", PRIORITY_URGENT);
    visitor_ends(s, "ann");
    struct ticket_record r = stored(s, desk_of(s)->last_number);
    assert_int_equal(r.priority, PRIORITY_URGENT);
    assert_int_equal(r.overdue, now_of(s) + HOUR);
    assert_int_equal(r.measured, 1U << TARGET_SOLUTION);
    forget_what_was_told(s);
    story_ends(s);
}

static void answer__in_the_chat__is_measured_there(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    visitor_says(s, "ann", "hello?");
    pass_time(s, 61 * MINUTE);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_says(s, "bob", "ann", "sorry");
    time_ms answered = now_of(s);
    pass_time(s, MINUTE);
    agent_says(s, "bob", "ann", "still here?");
    visitor_ends(s, "ann");
    struct ticket_record r = stored(s, desk_of(s)->last_number);
    assert_int_equal(r.answered, answered);
    assert_int_equal(r.missed, 1U << TARGET_FIRST_ANSWER);
    assert_int_equal(r.awaits, AWAITS_NOTHING);
    forget_what_was_told(s);
    time_passes(s, MINUTE);
    expect_nothing(s); /* that it was late is of no use to anybody now */
    story_ends(s);
}

static void chat__converted_later__is_to_be_solved_from_then_on(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    keeps_tickets(s, TICKETS_ASK);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    time_ms answered = now_of(s);
    agent_ends(s, "bob", "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER);
    forget_what_was_told(s);
    clock_jumps(s, 30 * DAY);
    const struct chat_record chat = {.number = desk_of(s)->last_number,
                                     .visitor = ANN,
                                     .department = "sales",
                                     .address = "sales",
                                     .state = CHAT_CLOSED,
                                     .owner = BOB,
                                     .priority = PRIORITY_HIGH,
                                     .created = answered - 2 * HOUR};
    assert_int_equal(desk_agent_convert(desk_of(s), now_of(s), BOB, &chat, answered), DESK_OK);
    struct ticket_record r = stored(s, chat.number);
    assert_int_equal(r.priority, PRIORITY_HIGH);
    assert_int_equal(r.answered, answered);
    assert_int_equal(r.missed, 1U << TARGET_FIRST_ANSWER);
    assert_int_equal(r.overdue, now_of(s) + 4 * HOUR);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- another configuration, another time ---- */

static void level__that_is_new__tells_nothing_of_what_was_late_before(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    has_service_levels(s, NULL, 0);
    story_begins(s);
    int64_t late = bobs_ticket(s);
    time_passes(s, 3 * HOUR);
    int64_t young = left_ticket(s, "joe");
    time_passes(s, 2 * HOUR);
    has_service_levels(s, LEVELS, LEVEL_COUNT);
    desk_is_configured(s);
    forget_what_was_told(s);
    review(s);
    expect_nothing(s);
    struct ticket_record r = stored(s, late);
    assert_int_equal(r.missed, 1U << TARGET_SOLUTION);
    assert_true(r.overdue <= now_of(s) && r.overdue > 0); /* views show it */
    time_passes(s, 2 * HOUR);
    expect_call(s, "bob", "sales", CALL_SOLUTION_LATE, "", "1002");
    expect_call(s, "eve", "sales", CALL_SOLUTION_LATE, "", "1002");
    expect_call(s, "boss", "sales", CALL_SOLUTION_LATE, "", "1002");
    expect_nothing(s);
    assert_int_equal(young, 1002);
    story_ends(s);
}

static void hours__that_are_others_now__count_after_a_review(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    time_ms began = now_of(s);
    has_hours(s, "UTC", "mon-fri 10:00-11:00");
    desk_is_configured(s);
    review(s);
    assert_int_equal(stored(s, number).overdue, began + 3 * DAY + HOUR);
    time_passes(s, DAY);
    expect_nothing(s);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_answer__is_warned_of_and_told__once),
        cmocka_unit_test(target__that_was_missed_meanwhile__is_told_without_the_warning),
        cmocka_unit_test(supervisor__who_is_told_as_an_agent__is_told_once),
        cmocka_unit_test(time__is_counted__on_opening_hours),
        cmocka_unit_test(time__rests__while_the_requester_is_waited_for),
        cmocka_unit_test(next_answer__begins_anew__with_each_question),
        cmocka_unit_test(question__to_a_solved_ticket__runs_from_when_it_is_opened),
        cmocka_unit_test(level__is_that_of_the_priority__else_of_any),
        cmocka_unit_test(answer__in_the_chat__is_measured_there),
        cmocka_unit_test(chat__converted_later__is_to_be_solved_from_then_on),
        cmocka_unit_test(level__that_is_new__tells_nothing_of_what_was_late_before),
        cmocka_unit_test(hours__that_are_others_now__count_after_a_review),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
