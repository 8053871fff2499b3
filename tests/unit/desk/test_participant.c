/* A supervisor in another agent's chat. */
#include "desk/participant.h"

#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAN "dan@example.org"
#define ANN "visitor-ann"

/* Dan, of support, has the role of supervisor. */
static struct story *story_of_a_supervisor(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "dan", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "dan");
    has_role(s, ROLE_SUPERVISOR, "dan");
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    agent_is(s, "dan", AVAILABILITY_FREE);
    forget_what_was_told(s);
    return s;
}

static void watches(struct story *s)
{
    assert_int_equal(desk_agent_watch(desk_of(s), now_of(s), DAN, ANN), DESK_OK);
    story_turn(s);
    expect_contact(s, "dan", "ann");
    expect_agent_told(s, "bob", "ann", NOTICE_WATCHED, "Dan");
    visitor_says(s, "ann", "my number is 4711");
    expect_agent_hears(s, "bob", "ann", "my number is 4711");
    expect_agent_hears(s, "dan", "ann", "my number is 4711");
}

static void watching__ends_with_the_role(void **state)
{
    (void)state;
    struct story *s = story_of_a_supervisor();
    watches(s);
    has_role(s, ROLE_SUPERVISOR, "");
    desk_is_configured(s);
    expect_agent_told(s, "dan", "ann", NOTICE_NOT_READING, "");
    expect_contact_gone(s, "dan", "ann");
    visitor_says(s, "ann", "and my name is Ann");
    expect_agent_hears(s, "bob", "ann", "and my name is Ann");
    expect_nothing(s);
    assert_int_equal(desk_agent_whisper(desk_of(s), now_of(s), DAN, ANN, "psst"), DESK_NOT_FOUND);
    story_ends(s);
}

static void watching__ends_with_the_role__over_a_restart_too(void **state)
{
    (void)state;
    struct story *s = story_of_a_supervisor();
    watches(s);
    desk_restarts(s);
    expect_contact(s, "dan", "ann"); /* the role is there still */
    forget_what_was_told(s);
    has_role(s, ROLE_SUPERVISOR, "");
    desk_restarts(s);
    assert_false(desk_agent_is_beside(desk_of(s), DAN, ANN));
    forget_what_was_told(s);
    has_role(s, ROLE_SUPERVISOR, "dan");
    desk_restarts(s); /* it was taken out of the database */
    assert_false(desk_agent_is_beside(desk_of(s), DAN, ANN));
    forget_what_was_told(s);
    story_ends(s);
}

/* The contact stays where it is, and no offer is said to have ended. */
static void supervisor__whom_a_chat_is_handed_to__takes_it_over(void **state)
{
    (void)state;
    struct story *s = story_of_a_supervisor();
    assert_int_equal(
        desk_agent_transfer(desk_of(s), now_of(s), "bob@example.org", ANN, DAN, "", ""), DESK_OK);
    story_turn(s);
    expect_contact(s, "dan", "ann");
    expect_agent_told(s, "dan", "ann", NOTICE_HANDED, "");
    assert_int_equal(desk_agent_take_over(desk_of(s), now_of(s), DAN, ANN), DESK_OK);
    story_turn(s);
    expect_agent_told(s, "bob", "ann", NOTICE_TAKEN_OVER, "Dan");
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "transferred", "dan");
    expect_owner(s, "ann", "dan");
    expect_nothing(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watching__ends_with_the_role),
        cmocka_unit_test(watching__ends_with_the_role__over_a_restart_too),
        cmocka_unit_test(supervisor__whom_a_chat_is_handed_to__takes_it_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
