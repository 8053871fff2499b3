/* Handing over, and several agents in one chat. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define DAN "dan@example.org"
#define ANN "visitor-ann"

/* Bob has a chat; Eve is of his department, Dan of support. */
static struct story *story_of_departments(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_agent(s, "dan", 1);
    has_department(s, "sales", "bob eve");
    has_department(s, "support", "dan");
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    forget_what_was_told(s);
    return s;
}

static enum desk_result transfer(struct story *s, const char *to, const char *department)
{
    enum desk_result result =
        desk_agent_transfer(desk_of(s), now_of(s), BOB, ANN, to, department, "a hard one");

    story_turn(s);
    return result;
}

static void expect_handed(struct story *s, const char *agent)
{
    expect_contact(s, agent, "ann");
    expect_agent_told(s, agent, "ann", NOTICE_HANDED, "");
}

static void expect_handed_back(struct story *s, const char *agent, const char *name)
{
    expect_contact_gone(s, agent, "ann");
    expect_agent_told(s, "bob", "ann", NOTICE_RETURNED, name);
}

static void expect_has_it(struct story *s, const char *agent, const char *name)
{
    expect_agent_told(s, "bob", "ann", NOTICE_TAKEN_OVER, name);
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "transferred", agent);
    expect_owner(s, "ann", agent);
}

static void chat__handed_to_an_agent__is_theirs_with_their_answer(void **state)
{
    (void)state;
    struct story *s = story_of_departments();
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    expect_handed(s, "dan");
    visitor_says(s, "ann", "still there?");
    expect_agent_hears(s, "bob", "ann", "still there?");
    expect_agent_hears(s, "dan", "ann", "still there?");
    agent_says(s, "bob", "ann", "Dan is coming");
    expect_visitor_hears(s, "ann", "bob", "Dan is coming");
    expect_agent_shown(s, "dan", "ann", "bob", "Dan is coming");
    expect_owner(s, "ann", "bob");
    agent_says(s, "dan", "ann", "I am Dan");
    expect_has_it(s, "dan", "Dan");
    expect_visitor_hears(s, "ann", "dan", "I am Dan");
    assert_int_equal(agent_tries(s, "bob", "ann", "b9", "bye"), DESK_FORBIDDEN);
    expect_agent_told(s, "bob", "ann", NOTICE_NOT_YOURS, "Dan");
    expect_nothing(s);
    story_ends(s);
}

static void chat__handed_to_a_department__moves_there_and_keeps_its_address(void **state)
{
    (void)state;
    struct chat_view view;
    struct story *s = story_of_departments();
    assert_int_equal(transfer(s, "", "support"), DESK_OK);
    expect_handed(s, "dan");
    agent_says(s, "dan", "ann", "I am Dan");
    expect_has_it(s, "dan", "Dan");
    expect_visitor_hears(s, "ann", "dan", "I am Dan");
    assert_true(desk_chat(desk_of(s), ANN, &view));
    assert_string_equal(view.department, "support");
    assert_string_equal(view.address, "sales");
    /* The department of the address may not go, though it serves nothing. */
    loses_department(s, "sales");
    assert_false(desk_could_be_configured(s, "sales"));
    expect_nothing(s);
    has_department(s, "sales", "bob eve");
    desk_restarts(s);
    assert_true(desk_chat(desk_of(s), ANN, &view));
    assert_string_equal(view.department, "support");
    assert_string_equal(view.address, "sales");
    forget_what_was_told(s);
    story_ends(s);
}

static void chat__declined_or_not_taken__comes_back(void **state)
{
    (void)state;
    struct story *s = story_of_departments();
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    expect_handed(s, "dan");
    agent_declines(s, "dan", "ann");
    expect_handed_back(s, "dan", "Dan");
    assert_int_equal(transfer(s, "", "support"), DESK_OK);
    expect_handed(s, "dan");
    pass_time(s, TRANSFER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_agent_told(s, "dan", "ann", NOTICE_WITHDRAWN, "");
    expect_handed_back(s, "dan", "support");
    assert_int_equal(agent_tries(s, "dan", "ann", "d1", "too late"), DESK_FORBIDDEN);
    expect_agent_told(s, "dan", "ann", NOTICE_NOT_YOURS, "Bob");
    expect_nothing(s);
    expect_owner(s, "ann", "bob");
    story_ends(s);
}

static void chat__is_not_handed__to_whom_it_cannot_be(void **state)
{
    (void)state;
    struct story *s = story_of_departments();
    agent_is(s, "dan", AVAILABILITY_BUSY);
    forget_what_was_told(s);
    assert_int_equal(transfer(s, DAN, ""), DESK_FULL);
    assert_int_equal(transfer(s, "", "support"), DESK_FULL);
    assert_int_equal(transfer(s, BOB, ""), DESK_FORBIDDEN);
    assert_int_equal(transfer(s, "who@example.org", "nowhere"), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_transfer(desk_of(s), now_of(s), EVE, ANN, DAN, "", ""),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_agent_transfer(desk_of(s), now_of(s), BOB, "visitor-xy", DAN, "", ""),
                     DESK_NOT_FOUND);
    expect_nothing(s);
    story_ends(s);
}

static void chat__handed_over__survives_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_departments();
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    forget_what_was_told(s);
    desk_restarts(s);
    expect_contact(s, "bob", "ann");
    expect_contact(s, "dan", "ann");
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    agent_says(s, "dan", "ann", "I am Dan");
    expect_has_it(s, "dan", "Dan");
    forget_what_was_told(s);
    story_ends(s);
}

static void chat__handed_over__ends_or_loses_its_owner(void **state)
{
    (void)state;
    struct story *s = story_of_departments();
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    expect_handed(s, "dan");
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    expect_agent_told(s, "dan", "ann", NOTICE_WITHDRAWN, "");
    expect_state(s, "ann", CHAT_OFFERED); /* to Eve */
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_says(s, "bob", "ann", "back");
    forget_what_was_told(s);
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    expect_handed(s, "dan");
    visitor_ends(s, "ann");
    expect_agent_told(s, "dan", "ann", NOTICE_CLOSED, "visitor");
    expect_contact_gone(s, "dan", "ann");
    expect_agent_told(s, "bob", "ann", NOTICE_CLOSED, "visitor");
    expect_notice(s, "ann", "closed", "bob");
    expect_nothing(s);
    story_ends(s);
}

static void agent__who_is_handed_a_chat__leaves_the_configuration(void **state)
{
    (void)state;
    struct story *s = story_of_departments();
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    expect_handed(s, "dan");
    loses_agent(s, "dan");
    desk_is_configured(s);
    expect_agent_told(s, "dan", "ann", NOTICE_DISMISSED, "");
    expect_handed_back(s, "dan", "Dan");
    expect_dismissed(s, "dan");
    expect_nothing(s);
    story_ends(s);
}

/* Bob is of the first level, Eve and Pat of the second, all of sales; Dan, of support, too. */
static struct story *story_of_levels(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    knows(s, 2, NULL, NULL);
    has_agent(s, "pat", 1);
    knows(s, 2, NULL, NULL);
    has_agent(s, "dan", 1);
    knows(s, 2, NULL, NULL);
    has_department(s, "sales", "bob eve pat");
    has_department(s, "support", "dan");
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    forget_what_was_told(s);
    return s;
}

static enum desk_result escalate(struct story *s, unsigned level)
{
    enum desk_result result =
        desk_agent_escalate(desk_of(s), now_of(s), BOB, ANN, level, "a hard one");

    story_turn(s);
    return result;
}

static void chat__escalated__is_theirs_of_that_level(void **state)
{
    (void)state;
    struct chat_view view;
    struct story *s = story_of_levels();
    assert_int_equal(escalate(s, 2), DESK_OK);
    expect_handed(s, "eve"); /* and not Dan, of another department */
    agent_is(s, "pat", AVAILABILITY_FREE);
    expect_handed(s, "pat"); /* who has come */
    desk_restarts(s);
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_handed(s, "eve");
    agent_says(s, "eve", "ann", "I am Eve");
    expect_has_it(s, "eve", "Eve");
    expect_visitor_hears(s, "ann", "eve", "I am Eve");
    expect_agent_told(s, "eve", "ann", NOTICE_ABSENT, ""); /* after the restart */
    assert_true(desk_chat(desk_of(s), ANN, &view));
    assert_string_equal(view.department, "sales");
    expect_nothing(s);
    story_ends(s);
}

static void chat__escalated__comes_back(void **state)
{
    (void)state;
    struct story *s = story_of_levels();
    assert_int_equal(escalate(s, 2), DESK_OK);
    expect_handed(s, "eve");
    agent_declines(s, "eve", "ann");
    expect_contact_gone(s, "eve", "ann");
    expect_agent_told(s, "bob", "ann", NOTICE_LEVEL_RETURNED, "2");
    assert_int_equal(escalate(s, 2), DESK_OK);
    expect_handed(s, "eve");
    pass_time(s, TRANSFER);
    expect_agent_told(s, "eve", "ann", NOTICE_WITHDRAWN, "");
    expect_contact_gone(s, "eve", "ann");
    expect_agent_told(s, "bob", "ann", NOTICE_LEVEL_RETURNED, "2");
    expect_owner(s, "ann", "bob");
    expect_nothing(s);
    story_ends(s);
}

static void chat__is_not_escalated__where_nobody_is(void **state)
{
    (void)state;
    struct story *s = story_of_levels();
    assert_int_equal(desk_highest_level(desk_of(s)), 2);
    assert_int_equal(escalate(s, 1), DESK_FULL); /* Bob alone, who has it */
    assert_int_equal(escalate(s, 3), DESK_FULL);
    assert_int_equal(escalate(s, 0), DESK_NOT_FOUND);
    assert_int_equal(escalate(s, 4), DESK_FULL);
    agent_is(s, "eve", AVAILABILITY_BUSY);
    forget_what_was_told(s);
    assert_int_equal(escalate(s, 2), DESK_FULL);
    assert_int_equal(desk_agent_escalate(desk_of(s), now_of(s), EVE, ANN, 2, ""), DESK_NOT_FOUND);
    expect_nothing(s);
    story_ends(s);
}

static void agent__of_another_level_by_now__is_not_asked_any_more(void **state)
{
    (void)state;
    struct story *s = story_of_levels();
    agent_is(s, "pat", AVAILABILITY_FREE);
    forget_what_was_told(s);
    assert_int_equal(escalate(s, 2), DESK_OK);
    expect_handed(s, "eve");
    expect_handed(s, "pat");
    agent_declines(s, "eve", "ann");
    expect_contact_gone(s, "eve", "ann");
    changes_level(s, "eve", 1);
    changes_level(s, "pat", 3);
    desk_is_configured(s);
    expect_agent_told(s, "pat", "ann", NOTICE_DISMISSED, "");
    expect_contact_gone(s, "pat", "ann");
    pass_time(s, TRANSFER);
    expect_agent_told(s, "bob", "ann", NOTICE_LEVEL_RETURNED, "2");
    expect_nothing(s);
    story_ends(s);
}

/* Eve has joined, and said something. */
static struct story *story_of_two_agents(void)
{
    struct story *s = story_of_departments();

    assert_int_equal(desk_agent_join(desk_of(s), now_of(s), EVE, ANN), DESK_OK);
    assert_int_equal(agent_tries(s, "eve", "ann", "e1", "ho"), DESK_OK);
    forget_what_was_told(s);
    return s;
}

/* What the owner may meanwhile, and what who is asked may instead of answering. */
static void chat__handed_over__is_taken_by_name(void **state)
{
    (void)state;
    struct desk *d;
    struct story *s = story_of_departments();
    d = desk_of(s);
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    expect_handed(s, "dan");
    assert_int_equal(desk_agent_take(d, now_of(s), EVE, ANN), DESK_FORBIDDEN);
    assert_int_equal(desk_agent_release(d, now_of(s), DAN, ANN), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_hold(d, now_of(s), DAN, ANN, 5), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_hold(d, now_of(s), BOB, ANN, 5), DESK_OK);
    expect_notice(s, "ann", "hold", "bob");
    assert_int_equal(desk_agent_take(d, now_of(s), DAN, ANN), DESK_OK);
    story_turn(s);
    expect_has_it(s, "dan", "Dan");
    pass_time(s, 6 * MINUTE); /* nobody is reminded of the hold */
    expect_nothing(s);
    story_ends(s);
}

static void chat__handed_over__goes_back_to_the_line(void **state)
{
    (void)state;
    struct story *s = story_of_departments();
    assert_int_equal(transfer(s, DAN, ""), DESK_OK);
    expect_handed(s, "dan");
    assert_int_equal(desk_agent_release(desk_of(s), now_of(s), BOB, ANN), DESK_OK);
    story_turn(s);
    expect_agent_told(s, "dan", "ann", NOTICE_WITHDRAWN, "");
    expect_contact_gone(s, "dan", "ann");
    expect_state(s, "ann", CHAT_OFFERED);
    expect_offered_to(s, "ann", "eve");
    forget_what_was_told(s);
    story_ends(s);
}

static void chat__given_back__is_who_has_joined_its(void **state)
{
    (void)state;
    struct story *s = story_of_two_agents();
    assert_int_equal(desk_agent_release(desk_of(s), now_of(s), BOB, ANN), DESK_OK);
    story_turn(s);
    expect_agent_told(s, "eve", "ann", NOTICE_YOURS, "Bob");
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "transferred", "eve");
    expect_owner(s, "ann", "eve");
    expect_nothing(s);
    story_ends(s);
}

static void change__of_who_has_joined__is_told_to_all(void **state)
{
    (void)state;
    int64_t sequence = 0;
    struct story *s = story_of_two_agents();
    struct desk *d = desk_of(s);
    int64_t said = desk_agent_line(d, EVE, ANN, "e1", 0);
    struct desk_change change = {ACT_CORRECT, said, "e2", "hi"};
    assert_int_equal(desk_agent_change(d, now_of(s), BOB, ANN, &change, &sequence),
                     DESK_NOT_AUTHOR);
    assert_int_equal(desk_agent_change(d, now_of(s), DAN, ANN, &change, &sequence), DESK_FORBIDDEN);
    assert_int_equal(desk_agent_change(d, now_of(s), EVE, ANN, &change, &sequence), DESK_OK);
    story_turn(s);
    expect_change(s, ANN, EVE, "corrected", said, "hi");
    expect_change(s, BOB, EVE, "corrected", said, "hi");
    expect_nothing(s);
    story_ends(s);
}

static void note__is_told_to_everybody_in_the_chat_once(void **state)
{
    (void)state;
    struct story *s = story_of_two_agents();
    assert_int_equal(transfer(s, EVE, ""), DESK_OK); /* who is in it already, and is asked */
    expect_agent_told(s, "eve", "ann", NOTICE_HANDED, "");
    assert_int_equal(desk_agent_note(desk_of(s), now_of(s), BOB, ANN, "pays late"), DESK_OK);
    story_turn(s);
    expect_agent_shown(s, "eve", "ann", "Bob", "pays late");
    expect_nothing(s);
    assert_int_equal(desk_agent_note(desk_of(s), now_of(s), EVE, ANN, "I know"), DESK_OK);
    story_turn(s);
    expect_agent_shown(s, "bob", "ann", "Eve", "I know");
    expect_nothing(s);
    story_ends(s);
}

/* Two have spoken before the visitor looks: each hears of the last line of theirs. */
static void seen__is_told_to_each_who_has_spoken(void **state)
{
    (void)state;
    struct story *s = story_of_two_agents();
    assert_int_equal(agent_tries(s, "bob", "ann", "b1", "one"), DESK_OK);
    assert_int_equal(agent_tries(s, "eve", "ann", "e2", "two"), DESK_OK);
    forget_what_was_told(s);
    desk_visitor_seen(desk_of(s), ANN, last_entry(s, "ann"), SEEN_DISPLAYED);
    expect_agent_sees_seen(s, "bob", "ann", "b1", SEEN_DISPLAYED);
    expect_agent_sees_seen(s, "eve", "ann", "e2", SEEN_DISPLAYED);
    expect_nothing(s);
    story_turn(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chat__handed_to_an_agent__is_theirs_with_their_answer),
        cmocka_unit_test(chat__handed_to_a_department__moves_there_and_keeps_its_address),
        cmocka_unit_test(chat__declined_or_not_taken__comes_back),
        cmocka_unit_test(chat__is_not_handed__to_whom_it_cannot_be),
        cmocka_unit_test(chat__escalated__is_theirs_of_that_level),
        cmocka_unit_test(chat__escalated__comes_back),
        cmocka_unit_test(chat__is_not_escalated__where_nobody_is),
        cmocka_unit_test(agent__of_another_level_by_now__is_not_asked_any_more),
        cmocka_unit_test(chat__handed_over__survives_a_restart),
        cmocka_unit_test(chat__handed_over__ends_or_loses_its_owner),
        cmocka_unit_test(chat__handed_over__is_taken_by_name),
        cmocka_unit_test(chat__handed_over__goes_back_to_the_line),
        cmocka_unit_test(chat__given_back__is_who_has_joined_its),
        cmocka_unit_test(change__of_who_has_joined__is_told_to_all),
        cmocka_unit_test(note__is_told_to_everybody_in_the_chat_once),
        cmocka_unit_test(agent__who_is_handed_a_chat__leaves_the_configuration),
        cmocka_unit_test(seen__is_told_to_each_who_has_spoken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
