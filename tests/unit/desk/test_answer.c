/* A visitor's line that nobody has answered: who has the chat is reminded, then supervisors are
 * told. */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct story *story_of_waiting(const char *supervisors)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    has_answer_time(s, supervisors);
    story_begins(s);
    return s;
}

/* Bob talks with Ann, who has just asked something more. */
static struct story *story_of_a_question(const char *supervisors)
{
    struct story *s = story_of_waiting(supervisors);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "ann", "do you ship to Norway?");
    forget_what_was_told(s);
    return s;
}

static void answer__is_asked_for_once__then_supervisors_are_told_once(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("boss eve");
    pass_time(s, ANSWER - SECOND);
    expect_nothing(s);
    visitor_says(s, "ann", "hello?"); /* does not begin it anew */
    expect_agent_hears(s, "bob", "ann", "hello?");
    pass_time(s, SECOND);
    expect_reminded(s, "bob", "ann", ANSWER);
    pass_time(s, ANSWER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_report(s, "boss", "ann", 2 * ANSWER);
    expect_report(s, "eve", "ann", 2 * ANSWER);
    pass_time(s, HOUR);
    expect_nothing(s);
    agent_says(s, "bob", "ann", "yes");
    forget_what_was_told(s);
    pass_time(s, HOUR);
    expect_nothing(s); /* answered */
    visitor_says(s, "ann", "and to Sweden?");
    forget_what_was_told(s);
    pass_time(s, ANSWER);
    expect_reminded(s, "bob", "ann", ANSWER); /* another line, another wait */
    story_ends(s);
}

static void answer__in_time__is_nobodys_business(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("boss");
    pass_time(s, ANSWER - SECOND);
    agent_says(s, "bob", "ann", "yes");
    forget_what_was_told(s);
    pass_time(s, HOUR);
    expect_nothing(s);
    story_ends(s);
}

static void answer__after_the_reminder__is_not_reported(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("boss");
    pass_time(s, ANSWER);
    expect_reminded(s, "bob", "ann", ANSWER);
    agent_says(s, "bob", "ann", "yes");
    forget_what_was_told(s);
    pass_time(s, HOUR);
    expect_nothing(s);
    story_ends(s);
}

static void answer__without_supervisors__is_only_asked_for(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("");
    pass_time(s, 3 * ANSWER);
    forget_what_was_told(s); /* the reminder */
    pass_time(s, HOUR);
    expect_nothing(s);
    story_ends(s);
}

static void answer__is_not_reported_to_who_owes_it(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("bob boss");
    pass_time(s, ANSWER);
    expect_reminded(s, "bob", "ann", ANSWER);
    pass_time(s, ANSWER);
    expect_report(s, "boss", "ann", 2 * ANSWER);
    expect_nothing(s);
    story_ends(s);
}

static void answer__owed_by_nobody__is_asked_of_those_who_are_offered_the_chat(void **state)
{
    (void)state;
    struct story *s = story_of_waiting("boss");
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_declines(s, "eve", "ann");
    forget_what_was_told(s);
    pass_time(s, ANSWER);
    expect_reminded(s, "bob", "ann", ANSWER);
    expect_nothing(s);
    pass_time(s, ANSWER);
    expect_report(s, "boss", "ann", 2 * ANSWER);
    expect_nothing(s);
    story_ends(s);
}

/* All seats are taken: nobody can be reminded. */
static void answer__of_a_chat_without_an_offer__is_reported(void **state)
{
    (void)state;
    struct story *s = story_of_waiting("boss");
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "hello?");
    expect_state(s, "cem", CHAT_QUEUED);
    forget_what_was_told(s);
    pass_time(s, ANSWER);
    expect_nothing(s);
    pass_time(s, ANSWER);
    expect_report(s, "boss", "cem", 2 * ANSWER);
    expect_nothing(s);
    story_ends(s);
}

/* At night nobody is woken; whoever is still there in the morning waits from then on. */
static void answer__to_a_message_that_was_left__can_wait(void **state)
{
    (void)state;
    struct story *s = story_of_waiting("boss");
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    pass_time(s, 8 * HOUR);
    expect_nothing(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    forget_what_was_told(s);
    pass_time(s, ANSWER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_reminded(s, "bob", "ann", 8 * HOUR + ANSWER);
    story_ends(s);
}

static void answer__to_who_has_gone__can_wait(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("boss");
    visitor_leaves(s, "ann");
    pass_time(s, 10 * MINUTE);
    expect_nothing(s);
    visitor_returns(s, "ann");
    pass_time(s, SECOND);
    expect_reminded(s, "bob", "ann", 10 * MINUTE + SECOND);
    pass_time(s, ANSWER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_report(s, "boss", "ann", 10 * MINUTE + SECOND + ANSWER);
    story_ends(s);
}

/* Who is lost cannot be reminded: the grace time decides, and then those who are offered the chat
 * are. */
static void answer__of_a_lost_owner__is_asked_of_the_next(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("boss");
    agent_is(s, "eve", AVAILABILITY_FREE);
    pass_time(s, ANSWER - 30 * SECOND);
    agent_is(s, "bob", AVAILABILITY_DOUBTFUL);
    pass_time(s, AGENT_GRACE - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_notice(s, "ann", "lost", "bob");
    expect_agent_told(s, "bob", "ann", NOTICE_MOVED, "");
    expect_contact_gone(s, "bob", "ann");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_offer(s, "eve", "ann");
    forget_what_was_told(s);
    pass_time(s, ANSWER - SECOND); /* she has the whole time */
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_reminded(s, "eve", "ann", 2 * ANSWER + 30 * SECOND);
    story_ends(s);
}

static void answer__of_a_probe__is_nobodys_business(void **state)
{
    (void)state;
    struct story *s = story_of_waiting("boss");
    const struct visitor_record probe = {.id = "visitor-probe",
                                         .site = "default",
                                         .only_agent = "bob@example.org",
                                         .first_seen = now_of(s)};
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(desk_visitor_arrive(desk_of(s), now_of(s), &probe, NULL, 0), DESK_OK);
    desk_visitor_online(desk_of(s), now_of(s), probe.id, true);
    visitor_says(s, "probe", "hello?");
    forget_what_was_told(s);
    pass_time(s, 3 * ANSWER);
    expect_nothing(s);
    story_ends(s);
}

static void answer__is_neither_asked_for_twice_nor_forgotten__after_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("boss");
    pass_time(s, MINUTE);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    pass_time(s, ANSWER - MINUTE - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_reminded(s, "bob", "ann", ANSWER);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    pass_time(s, ANSWER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_report(s, "boss", "ann", 2 * ANSWER);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    pass_time(s, HOUR);
    expect_nothing(s);
    story_ends(s);
}

/* A clock that jumped while the daemon was away shortens or lengthens the wait by one answer time
 * at most. */
static void answer__is_waited_for__when_the_clock_was_wrong(void **state)
{
    (void)state;
    struct story *s = story_of_a_question("boss");
    clock_jumps(s, -24 * HOUR);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    pass_time(s, ANSWER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_reminded(s, "bob", "ann", ANSWER - 24 * HOUR);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer__is_asked_for_once__then_supervisors_are_told_once),
        cmocka_unit_test(answer__in_time__is_nobodys_business),
        cmocka_unit_test(answer__after_the_reminder__is_not_reported),
        cmocka_unit_test(answer__without_supervisors__is_only_asked_for),
        cmocka_unit_test(answer__is_not_reported_to_who_owes_it),
        cmocka_unit_test(answer__owed_by_nobody__is_asked_of_those_who_are_offered_the_chat),
        cmocka_unit_test(answer__of_a_chat_without_an_offer__is_reported),
        cmocka_unit_test(answer__to_a_message_that_was_left__can_wait),
        cmocka_unit_test(answer__to_who_has_gone__can_wait),
        cmocka_unit_test(answer__of_a_lost_owner__is_asked_of_the_next),
        cmocka_unit_test(answer__of_a_probe__is_nobodys_business),
        cmocka_unit_test(answer__is_neither_asked_for_twice_nor_forgotten__after_a_restart),
        cmocka_unit_test(answer__is_waited_for__when_the_clock_was_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
