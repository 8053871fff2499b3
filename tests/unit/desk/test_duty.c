/* Who is at the counter: on, off, in a pause, on which day; who lets offers pass; and what visitors
 * are shown of it. */
#include "story.h"

#include "desk/desk_state.h"
#include "story_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Mondays to Fridays; the story begins on a Monday at 11:00 in Berlin. */
static struct story *story_of_saying_on(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    says_on(s);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    has_hours(s, "Europe/Berlin", "mon-fri 09:00-12:30 13:30-18:00");
    story_begins(s);
    return s;
}

/* ---- on, off ---- */

static void duty__off__is_offered_nothing(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_duty(s, "bob", DUTY_ON); /* presence is enough */
    agent_duty(s, "bob", DUTY_OFF, 0);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    visitor_says(s, "ann", "hello?");
    expect_notice(s, "ann", "left-message", "");
    expect_no_offer(s, "bob", "ann");
    agent_is(s, "bob", AVAILABILITY_AWAY); /* presence changes nothing */
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_state(s, "ann", CHAT_QUEUED);
    agent_duty(s, "bob", DUTY_ON, 0);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void duty__off__keeps_the_chats_and_gives_back_offers(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_department(s, "sales", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "hello?");
    forget_what_was_told(s);
    agent_duty(s, "bob", DUTY_OFF, 0);
    expect_agent_told(s, "bob", "cem", NOTICE_WITHDRAWN, "off");
    expect_contact_gone(s, "bob", "cem");
    expect_waiting(s, "cem", CHAT_QUEUED, 1);
    pass_time(s, 2 * AGENT_GRACE);
    expect_owner(s, "ann", "bob");
    expect_left(s, "cem", true); /* nobody is there for him */
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", "still here");
    expect_visitor_hears(s, "ann", "bob", "still here");
    story_ends(s);
}

static void duty__is_kept__over_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_duty(s, "bob", DUTY_OFF, 0);
    agent_duty(s, "eve", DUTY_PAUSE, 10 * MINUTE);
    desk_restarts(s);
    expect_duty(s, "bob", DUTY_OFF);
    expect_duty(s, "eve", DUTY_PAUSE);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    pass_time(s, 10 * MINUTE);
    expect_call(s, "eve", "sales", CALL_PAUSE_OVER, "", "");
    expect_department(s, "sales", DEPARTMENT_OPEN);
    expect_duty(s, "eve", DUTY_ON);
    desk_restarts(s);
    expect_duty(s, "eve", DUTY_ON);
    story_ends(s);
}

static void duty__of_who_is_no_agent_any_more__is_forgotten(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_duty(s, "eve", DUTY_OFF, 0);
    loses_agent(s, "eve");
    desk_is_configured(s);
    expect_dismissed(s, "eve");
    has_agent(s, "eve", 1);
    changes_members(s, "sales", "bob eve");
    desk_is_configured(s);
    expect_duty(s, "eve", DUTY_ON);
    desk_restarts(s);
    expect_duty(s, "eve", DUTY_ON);
    story_ends(s);
}

/* ---- pauses ---- */

static void pause__ends__by_itself_and_says_so(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_duty(s, "bob", DUTY_PAUSE, 15 * MINUTE);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    pass_time(s, 15 * MINUTE - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_call(s, "bob", "sales", CALL_PAUSE_OVER, "", "");
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void pause__without_an_end__lasts_until_they_say_so(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_duty(s, "bob", DUTY_PAUSE, 0);
    pass_time(s, 3 * HOUR);
    expect_nothing(s);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    agent_duty(s, "bob", DUTY_ON, 0);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    story_ends(s);
}

static void pause__is_nothing__for_who_is_off(void **state)
{
    (void)state;
    struct story *s = story_of_saying_on();
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(desk_agent_duty(desk_of(s), now_of(s), "bob@example.org", DUTY_PAUSE, 0),
                     DESK_FORBIDDEN);
    assert_int_equal(desk_agent_duty(desk_of(s), now_of(s), "cat@example.org", DUTY_ON, 0),
                     DESK_NOT_FOUND);
    expect_duty(s, "bob", DUTY_OFF);
    story_ends(s);
}

/* ---- those who say so ---- */

static void says_on__is_offered_nothing__until_they_come(void **state)
{
    (void)state;
    struct story *s = story_of_saying_on();
    agent_is(s, "bob", AVAILABILITY_FREE); /* a client that starts by itself */
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    agent_duty(s, "bob", DUTY_ON, 0);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_department(s, "sales", DEPARTMENT_OPEN); /* has said so today */
    story_ends(s);
}

static void says_on__holds__for_that_day_at_that_place(void **state)
{
    (void)state;
    struct story *s = story_of_saying_on();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_duty(s, "bob", DUTY_ON, 0);
    pass_time(s, 3 * HOUR); /* the department was closed for lunch: 14:00 */
    expect_department(s, "sales", DEPARTMENT_OPEN);
    pass_time(s, 5 * HOUR); /* 19:00 */
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    expect_duty(s, "bob", DUTY_ON);
    pass_time(s, 5 * HOUR - SECOND); /* midnight in Berlin, 23:00 UTC */
    expect_duty(s, "bob", DUTY_ON);
    pass_time(s, SECOND);
    expect_duty(s, "bob", DUTY_OFF);
    agent_is(s, "eve", AVAILABILITY_FREE);
    pass_time(s, 9 * HOUR); /* Tuesday, 9:00: his client is still there, he is not */
    expect_department(s, "sales", DEPARTMENT_OPEN);
    visitor_says(s, "ann", "hello?");
    expect_offer(s, "eve", "ann");
    expect_no_offer(s, "bob", "ann");
    forget_what_was_told(s);
    agent_duty(s, "bob", DUTY_ON, 0);
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void says_on__holds__over_midnight_to_the_end_of_the_hours(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    says_on(s);
    has_department(s, "night", "bob");
    has_hours(s, "UTC", "mon-sun 20:00-02:00");
    story_begins(s); /* 10:00 */
    pass_time(s, 10 * HOUR);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_duty(s, "bob", DUTY_ON, 0);
    expect_department(s, "night", DEPARTMENT_OPEN);
    pass_time(s, 6 * HOUR - SECOND);
    expect_department(s, "night", DEPARTMENT_OPEN);
    pass_time(s, SECOND);
    expect_duty(s, "bob", DUTY_OFF);
    pass_time(s, 18 * HOUR);
    expect_department(s, "night", DEPARTMENT_NOBODY);
    story_ends(s);
}

static void pause__of_another_day__is_over_with_it(void **state)
{
    (void)state;
    struct story *s = story_of_saying_on();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_duty(s, "bob", DUTY_ON, 0);
    agent_duty(s, "bob", DUTY_PAUSE, 14 * HOUR);
    expect_duty(s, "bob", DUTY_PAUSE);
    pass_time(s, 14 * HOUR);
    expect_duty(s, "bob", DUTY_OFF);
    expect_nothing(s); /* and nobody is woken at one in the morning */
    story_ends(s);
}

/* ---- offers that nobody reacts to ---- */

static void idle__is_away__after_two_in_a_row(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_misses_an_offer(s, "bob");
    expect_nothing(s);
    agent_misses_an_offer(s, "bob");
    expect_call(s, "bob", "sales", CALL_IDLE, "", "");
    agent_misses_an_offer(s, "bob"); /* told once */
    expect_nothing(s);
    visitor_says(s, "ann", "hello?");
    expect_offer(s, "eve", "ann");
    expect_no_offer(s, "bob", "ann");
    visitor_says(s, "cem", "hello?"); /* all who are free are promised: then those who are away */
    expect_offer(s, "bob", "cem");
    forget_what_was_told(s);
    agent_is_heard(s, "bob");
    visitor_says(s, "dan", "hello?");
    agent_says(s, "eve", "ann", "hi");
    agent_says(s, "bob", "cem", "hi");
    agent_ends(s, "bob", "cem");
    expect_offer(s, "bob", "dan");
    forget_what_was_told(s);
    story_ends(s);
}

static void idle__begins_anew__when_the_agent_reacts_in_between(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_misses_an_offer(s, "bob");
    agent_is_heard(s, "bob");
    agent_misses_an_offer(s, "bob");
    expect_nothing(s);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    agent_misses_an_offer(s, "bob");
    expect_call(s, "bob", "sales", CALL_IDLE, "", "");
    expect_department(s, "sales", DEPARTMENT_AWAY);
    agent_duty(s, "bob", DUTY_ON, 0);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    agent_misses_an_offer(s, "bob");
    agent_misses_an_offer(s, "bob");
    expect_call(s, "bob", "sales", CALL_IDLE, "", "");
    agent_is(s, "bob", AVAILABILITY_GONE);
    agent_is(s, "bob", AVAILABILITY_FREE); /* a client that comes back is nobody who speaks */
    expect_department(s, "sales", DEPARTMENT_AWAY);
    expect_nothing(s);
    story_ends(s);
}

static void idle__follows__from_offers_that_pass(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob");
    has_department(s, "help", "bob eve");
    has_offer_time(s, MINUTE);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    pass_time(s, MINUTE);
    visitor_says_to(s, "help", "cem", "hello?");
    forget_what_was_told(s);
    pass_time(s, MINUTE - SECOND);
    expect_nothing(s); /* one alone, and it is counted once */
    agent_is(s, "eve", AVAILABILITY_FREE);
    forget_what_was_told(s);
    pass_time(s, 2 * SECOND);
    expect_call(s, "bob", "sales", CALL_IDLE, "", "");
    expect_agent_told(s, "bob", "cem", NOTICE_WENT_ON, "");
    expect_contact_gone(s, "bob", "cem"); /* that goes on to eve, ann has nobody else */
    forget_what_was_told(s);
    expect_state(s, "ann", CHAT_OFFERED);
    agent_says(s, "bob", "ann", "hi");
    forget_what_was_told(s);
    story_ends(s);
}

static void idle__does_not_count__what_was_withdrawn_taken_or_declined(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 3);
    has_agent(s, "eve", 3);
    has_department(s, "sales", "bob eve");
    has_offer_time(s, MINUTE);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    visitor_says(s, "dan", "hello?");
    visitor_says(s, "eli", "hello?");
    pass_time(s, MINUTE - SECOND);
    agent_says(s, "eve", "ann", "hi");
    agent_declines(s, "bob", "cem");
    visitor_ends(s, "dan");
    forget_what_was_told(s);
    pass_time(s, 2 * MINUTE); /* of bob only eli's has passed */
    expect_department(s, "sales", DEPARTMENT_OPEN);
    visitor_leaves(s, "eli");
    visitor_says(s, "fay", "hello?");
    visitor_leaves(s, "fay");
    forget_what_was_told(s);
    pass_time(s, 3 * MINUTE); /* nobody waits any more */
    expect_department(s, "sales", DEPARTMENT_OPEN);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- the line about oneself ---- */

static void status__is_shown__only_of_who_agreed(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    shows_status(s);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    desk_agent_status(desk_of(s), "bob@example.org", "at the doctor's");
    desk_agent_status(desk_of(s), "eve@example.org", "ask me about bicycles");
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    forget_what_was_told(s);
    agent_says(s, "eve", "ann", "hi");
    expect_notice(s, "ann", "joined", "eve");
    expect_notice(s, "ann", "about", "eve");
    forget_what_was_told(s);
    agent_says(s, "bob", "cem", "hi");
    expect_notice(s, "cem", "joined", "bob");
    expect_visitor_hears(s, "cem", "bob", "hi");
    expect_nothing(s);
    assert_string_equal(
        transcript_at(&desk_find_visitor(desk_of(s), "visitor-ann")->chat->transcript, 2)->body,
        "ask me about bicycles");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(duty__off__is_offered_nothing),
        cmocka_unit_test(duty__off__keeps_the_chats_and_gives_back_offers),
        cmocka_unit_test(duty__is_kept__over_a_restart),
        cmocka_unit_test(duty__of_who_is_no_agent_any_more__is_forgotten),
        cmocka_unit_test(pause__ends__by_itself_and_says_so),
        cmocka_unit_test(pause__without_an_end__lasts_until_they_say_so),
        cmocka_unit_test(pause__is_nothing__for_who_is_off),
        cmocka_unit_test(says_on__is_offered_nothing__until_they_come),
        cmocka_unit_test(says_on__holds__for_that_day_at_that_place),
        cmocka_unit_test(says_on__holds__over_midnight_to_the_end_of_the_hours),
        cmocka_unit_test(pause__of_another_day__is_over_with_it),
        cmocka_unit_test(idle__is_away__after_two_in_a_row),
        cmocka_unit_test(idle__begins_anew__when_the_agent_reacts_in_between),
        cmocka_unit_test(idle__follows__from_offers_that_pass),
        cmocka_unit_test(idle__does_not_count__what_was_withdrawn_taken_or_declined),
        cmocka_unit_test(status__is_shown__only_of_who_agreed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
