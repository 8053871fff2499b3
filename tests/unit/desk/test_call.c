/* Hours of a department, and agents who are told while they are not there. */
#include "story.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CALL = 3 * MINUTE };

/* Bob and eve, a seat each; the story begins on a Monday at 10:00 UTC. */
static struct story *story_of_hours(const char *hours)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    has_hours(s, "UTC", hours);
    return s;
}

static struct story *story_of_calls(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    calls_absent_agents(s, CALL);
    story_begins(s);
    return s;
}

/* ---- hours ---- */

static void department__closed__offers_nothing(void **state)
{
    (void)state;
    struct story *s = story_of_hours("mon-fri 12:00-17:00");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    visitor_says(s, "ann", "hello?");
    expect_notice(s, "ann", "left-message", "");
    expect_no_offer(s, "bob", "ann");
    pass_time(s, 2 * HOUR - SECOND);
    expect_state(s, "ann", CHAT_QUEUED);
    pass_time(s, SECOND); /* twelve */
    expect_department(s, "sales", DEPARTMENT_OPEN);
    expect_offer(s, "bob", "ann");
    expect_left(s, "ann", false); /* she is still there */
    forget_what_was_told(s);
    story_ends(s);
}

static void department__closes__with_a_word_to_who_waits(void **state)
{
    (void)state;
    struct story *s = story_of_hours("mon-fri 08:00-11:00");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "cem", "hello?"); /* offered to eve */
    visitor_says(s, "dan", "hello?"); /* waits */
    visitor_says(s, "eli", "hello?");
    visitor_leaves(s, "eli");
    pass_time(s, 10 * MINUTE); /* his became a message */
    forget_what_was_told(s);
    pass_time(s, 50 * MINUTE - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND); /* eleven */
    expect_agent_told(s, "eve", "cem", NOTICE_WITHDRAWN, "closed");
    expect_contact_gone(s, "eve", "cem");
    expect_notice(s, "cem", "closing", "");
    expect_notice(s, "dan", "closing", "");
    expect_left(s, "cem", true);
    expect_left(s, "dan", true);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    forget_what_was_told(s);
    pass_time(s, HOUR);
    agent_says(s, "bob", "ann", "and the last thing"); /* what is in progress goes on */
    expect_visitor_hears(s, "ann", "bob", "and the last thing");
    expect_nothing(s);       /* and nobody is told twice */
    pass_time(s, 20 * HOUR); /* Tuesday, eight */
    expect_left(s, "dan", false);
    expect_offer(s, "eve", "cem");
    forget_what_was_told(s);
    story_ends(s);
}

static void department__closes__only_itself(void **state)
{
    (void)state;
    struct story *s = story_of_hours("mon-sun 08:00-11:00");
    has_holiday(s, "01-06");
    has_department(s, "help", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, 24 * HOUR); /* Tuesday is a holiday */
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    expect_department(s, "help", DEPARTMENT_OPEN);
    visitor_says(s, "ann", "hello?");
    visitor_says_to(s, "help", "cem", "hello?");
    expect_notice(s, "ann", "left-message", "");
    expect_offer(s, "bob", "cem");
    expect_no_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void department__follows_other_hours__at_once(void **state)
{
    (void)state;
    struct story *s = story_of_hours("mon-fri 08:00-11:00");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    has_hours(s, "UTC", "sat 08:00-11:00");
    desk_is_configured(s);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    expect_agent_told(s, "bob", "ann", NOTICE_WITHDRAWN, "closed");
    pass_time(s, SECOND);
    expect_notice(s, "ann", "closing", "");
    forget_what_was_told(s);
    story_ends(s);
}

static void department__keeps_the_word__over_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_hours("mon-fri 08:00-11:00");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    pass_time(s, HOUR);
    expect_notice(s, "ann", "closing", "");
    forget_what_was_told(s);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    pass_time(s, MINUTE);
    expect_left(s, "ann", true);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    expect_nothing(s);
    story_ends(s);
}

/* ---- calls ---- */

static void call__is_made__once_and_taken_back(void **state)
{
    (void)state;
    struct story *s = story_of_calls();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    pass_time(s, CALL - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_waits(s, "eve", "sales", "ann", CALL); /* bob sees it himself */
    expect_nothing(s);
    pass_time(s, 3 * CALL);
    expect_nothing(s);
    agent_says(s, "bob", "ann", "hi");
    expect_call(s, "eve", "sales", CALL_TAKEN, "ann", "Bob");
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_GONE); /* and is lost: another wait */
    pass_time(s, AGENT_GRACE + SECOND);
    forget_what_was_told(s);
    pass_time(s, CALL);
    expect_waits(s, "bob", "sales", "ann", CALL + SECOND);
    expect_waits(s, "eve", "sales", "ann", CALL + SECOND);
    forget_what_was_told(s);
    visitor_ends(s, "ann");
    expect_call(s, "bob", "sales", CALL_OVER, "ann", "");
    expect_call(s, "eve", "sales", CALL_OVER, "ann", "");
    forget_what_was_told(s);
    story_ends(s);
}

static void call__reaches__who_is_off_duty_but_not_who_pauses(void **state)
{
    (void)state;
    struct story *s = story_of_calls();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_duty(s, "bob", DUTY_OFF, 0);
    agent_duty(s, "eve", DUTY_PAUSE, 0);
    visitor_says(s, "ann", "hello?"); /* nobody is there: a message, but she waits for an answer */
    forget_what_was_told(s);
    pass_time(s, CALL);
    expect_waits(s, "bob", "sales", "ann", CALL);
    expect_nothing(s);
    agent_says(s, "bob", "ann", "hi"); /* whoever takes it knows */
    forget_what_was_told(s);
    pass_time(s, SECOND);
    expect_nothing(s);
    story_ends(s);
}

static void call__is_not_made__for_who_has_gone_or_out_of_hours(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    calls_absent_agents(s, CALL);
    has_department(s, "help", "bob");
    calls_absent_agents(s, CALL);
    has_hours(s, "UTC", "mon-fri 12:00-17:00");
    story_begins(s);
    visitor_says(s, "ann", "hello?");
    visitor_leaves(s, "ann");
    visitor_says_to(s, "help", "cem", "hello?");
    forget_what_was_told(s);
    pass_time(s, HOUR);
    expect_nothing(s);
    pass_time(s, HOUR); /* twelve, and he is still there */
    expect_waits(s, "bob", "help", "cem", 2 * HOUR);
    expect_nothing(s);
    story_ends(s);
}

static void call__is_known__after_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_calls();
    visitor_says(s, "ann", "hello?");
    pass_time(s, CALL);
    expect_waits(s, "bob", "sales", "ann", CALL);
    expect_waits(s, "eve", "sales", "ann", CALL);
    forget_what_was_told(s);
    desk_restarts(s);
    visitor_returns(s, "ann");
    pass_time(s, 2 * CALL);
    expect_nothing(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_says(s, "bob", "ann", "hi");
    expect_call(s, "eve", "sales", CALL_TAKEN, "ann", "Bob");
    forget_what_was_told(s);
    desk_restarts(s); /* and that it is over, too */
    pass_time(s, AGENT_GRACE + SECOND);
    visitor_ends(s, "ann");
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(department__closed__offers_nothing),
        cmocka_unit_test(department__closes__with_a_word_to_who_waits),
        cmocka_unit_test(department__closes__only_itself),
        cmocka_unit_test(department__follows_other_hours__at_once),
        cmocka_unit_test(department__keeps_the_word__over_a_restart),
        cmocka_unit_test(call__is_made__once_and_taken_back),
        cmocka_unit_test(call__reaches__who_is_off_duty_but_not_who_pauses),
        cmocka_unit_test(call__is_not_made__for_who_has_gone_or_out_of_hours),
        cmocka_unit_test(call__is_known__after_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
