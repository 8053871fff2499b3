/* Ways of routing: one agent after the other; offers that are over; overflow; bounds of a
 * department. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct story *story_of_three(enum desk_routing routing, unsigned capacity)
{
    struct story *s = story_create();
    has_agent(s, "bob", capacity);
    has_agent(s, "eve", capacity);
    has_agent(s, "dan", capacity);
    has_department(s, "sales", "bob eve dan");
    routes(s, routing);
    has_offer_time(s, OFFER);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    return s;
}

/* ---- whose turn it is ---- */

static void round_robin__asks_one_after_the_other(void **state)
{
    (void)state;
    static const char *const turns[] = {"bob", "eve", "dan", "bob", "eve", "dan"};
    static const char *const names[] = {"ann", "cem", "dora", "emil", "finn", "gus"};
    struct story *s = story_of_three(ROUTING_ROUND_ROBIN, 5);
    for (size_t i = 0; i < 6; i++) {
        visitor_says(s, names[i], "hello?");
        expect_offered_to(s, names[i], turns[i]);
        agent_says(s, turns[i], names[i], "hi");
        if (i == 0) {
            agent_ends(s, "bob", "ann"); /* a short chat is a turn all the same */
        }
    }
    forget_what_was_told(s);
    story_ends(s);
}

static void round_robin__spreads_what_waits_together(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_ROUND_ROBIN, 2);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    visitor_says(s, "dora", "hello?");
    expect_offered_to(s, "ann", "bob");
    expect_offered_to(s, "cem", "eve");
    expect_offered_to(s, "dora", "dan");
    desk_restarts(s); /* all at once now: nobody has had a turn yet */
    agent_is(s, "bob", AVAILABILITY_AWAY);
    expect_offered_to(s, "ann", "bob");
    expect_offered_to(s, "cem", "bob");
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_offered_to(s, "ann", "bob"); /* an offer that stands is not moved */
    expect_offered_to(s, "dora", "eve");
    forget_what_was_told(s);
    story_ends(s);
}

static void least_busy__asks_who_has_the_fewest_chats(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_LEAST_BUSY, 5);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "hello?");
    expect_offered_to(s, "cem", "eve");
    visitor_says(s, "dora", "hello?"); /* what is offered counts as well */
    expect_offered_to(s, "dora", "dan");
    agent_says(s, "eve", "cem", "hi");
    agent_says(s, "dan", "dora", "hi");
    agent_ends(s, "dan", "dora");
    visitor_says(s, "emil", "hello?");
    expect_offered_to(s, "emil", "dan");
    forget_what_was_told(s);
    story_ends(s);
}

static void last_agent__asks_whom_the_visitor_talked_to__after_a_restart_too(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_LAST_AGENT, 5);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "dan", "ann", "hi");
    agent_ends(s, "dan", "ann");
    visitor_says(s, "cem", "hello?");
    agent_says(s, "dan", "cem", "hi"); /* dan has more to do than the others */
    visitor_says(s, "ann", "once more");
    expect_offered_to(s, "ann", "dan");
    visitor_ends(s, "ann");
    pass_time(s, LINGER);
    visitor_leaves(s, "ann");
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    visitor_says(s, "ann", "me again");
    expect_offered_to(s, "ann", "dan");
    agent_is(s, "dan", AVAILABILITY_BUSY);
    expect_offered_to(s, "ann", "bob"); /* the least busy of those who are there */
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- an offer that is over ---- */

static void offer__goes_on_unanswered__and_the_round_begins_anew(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_ROUND_ROBIN, 1);
    visitor_says(s, "ann", "hello?");
    expect_offer(s, "bob", "ann");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_agent_hears(s, "bob", "ann", "hello?");
    pass_time(s, OFFER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_went_on(s, "bob", "ann");
    expect_offer(s, "eve", "ann");
    expect_agent_hears(s, "eve", "ann", "hello?");
    expect_nothing(s); /* the visitor is still OFFERED */
    expect_missed(s, "bob", 1);
    pass_time(s, OFFER);
    expect_went_on(s, "eve", "ann");
    expect_offered_to(s, "ann", "dan");
    pass_time(s, OFFER);
    expect_offered_to(s, "ann", "bob");
    expect_missed(s, "dan", 1);
    forget_what_was_told(s);
    agent_says(s, "eve", "ann", "I was slow"); /* nobody else has it: taken */
    expect_owner(s, "ann", "eve");
    expect_taken_by(s, "bob", "ann", "eve");
    expect_missed(s, "eve", 0);
    expect_missed(s, "bob", 1);
    forget_what_was_told(s);
    story_ends(s);
}

static void offer__stays__where_there_is_nobody_else(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_LEAST_BUSY, 1);
    agent_is(s, "bob", AVAILABILITY_BUSY);
    agent_is(s, "eve", AVAILABILITY_GONE);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    pass_time(s, 3 * OFFER);
    expect_call(s, "dan", "sales", CALL_IDLE, "", "");
    expect_nothing(s);
    expect_offered_to(s, "ann", "dan");
    expect_missed(s, "dan", 3);
    agent_is(s, "eve", AVAILABILITY_AWAY);
    expect_nothing(s);
    pass_time(s, OFFER);
    expect_went_on(s, "dan", "ann");
    expect_offered_to(s, "ann", "eve");
    forget_what_was_told(s);
    agent_declines(s, "eve", "ann");
    expect_offered_to(s, "ann", "dan"); /* who was only slow is asked again */
    expect_missed(s, "eve", 0);
    forget_what_was_told(s);
    story_ends(s);
}

static void offer__to_all__stays_and_goes_to_those_behind_them(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_ALL, 1);
    agent_is(s, "dan", AVAILABILITY_AWAY);
    visitor_says(s, "ann", "hello?");
    expect_offered_to(s, "ann", "bob eve");
    forget_what_was_told(s);
    pass_time(s, OFFER);
    expect_offer(s, "dan", "ann");
    expect_agent_hears(s, "dan", "ann", "hello?");
    expect_nothing(s);
    expect_offered_to(s, "ann", "bob eve dan");
    pass_time(s, 2 * OFFER);
    expect_nothing(s);
    expect_missed(s, "bob", 1);
    expect_missed(s, "dan", 1);
    agent_says(s, "dan", "ann", "hi");
    expect_missed(s, "dan", 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* Nobody waits for an answer to a message that was left: nobody has missed anything. */
static void offer__of_a_left_message__is_missed_by_nobody(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_ROUND_ROBIN, 1);
    visitor_says(s, "ann", "hello?");
    visitor_leaves(s, "ann");
    pass_time(s, OFFER - SECOND); /* gone, but the chat is not left yet */
    pass_time(s, 4 * OFFER);
    expect_left(s, "ann", true);
    expect_missed(s, "bob", 0);
    expect_missed(s, "eve", 0);
    expect_missed(s, "dan", 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- seats ---- */

static void single__moves_no_offer_that_stands__but_loses_its_seat_to_who_is_before_it(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    routes(s, ROUTING_ROUND_ROBIN);
    has_department(s, "support", "bob");
    routes(s, ROUTING_ROUND_ROBIN);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "hello?");
    expect_offered_to(s, "ann", "bob");
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says_to(s, "support", "cem", "bob only");
    expect_state(s, "cem", CHAT_QUEUED); /* bob's seat is ann's while her offer stands */
    expect_offered_to(s, "ann", "bob");
    forget_what_was_told(s);
    prioritises(s, "bob", "cem", PRIORITY_URGENT);
    expect_offered_to(s, "cem", "bob");
    expect_offered_to(s, "ann", "eve");
    expect_withdrawn(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void single__becomes_all_and_back__while_chats_wait(void **state)
{
    (void)state;
    struct story *s = story_of_three(ROUTING_ROUND_ROBIN, 1);
    visitor_says(s, "ann", "hello?");
    pass_time(s, OFFER);
    expect_offered_to(s, "ann", "eve");
    changes_routing(s, "sales", ROUTING_ALL);
    desk_is_configured(s);
    expect_offered_to(s, "ann", "bob eve dan");
    changes_routing(s, "sales", ROUTING_LEAST_BUSY);
    desk_is_configured(s);
    expect_offered_to(s, "ann", "eve");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- overflow ---- */

static struct story *story_of_overflow(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob");
    overflows(s, MINUTE, "support");
    has_department(s, "support", "eve");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    return s;
}

static void overflow__offers_to_the_other_department_too__after_a_time(void **state)
{
    (void)state;
    struct story *s = story_of_overflow();
    visitor_says(s, "ann", "hello?");
    pass_time(s, MINUTE - SECOND);
    expect_offered_to(s, "ann", "bob");
    assert_int_equal(agent_tries(s, "eve", "ann", "x", "me?"), DESK_FORBIDDEN);
    pass_time(s, SECOND);
    expect_offered_to(s, "ann", "bob eve");
    agent_says(s, "eve", "ann", "hi");
    expect_owner(s, "ann", "eve");
    struct chat_view chat;
    assert_true(desk_chat(desk_of(s), "visitor-ann", &chat));
    assert_string_equal(chat.department, "sales"); /* the address stays */
    forget_what_was_told(s);
    agent_is(s, "eve", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    expect_state(s, "ann", CHAT_OFFERED);
    expect_offered_to(s, "ann", "bob");
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_offered_to(s, "ann", "bob eve"); /* has waited long enough for ever */
    changes_overflow(s, "sales", 0, NULL);
    desk_is_configured(s);
    expect_agent_told(s, "eve", "ann", NOTICE_DISMISSED, "");
    expect_offered_to(s, "ann", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

static void overflow__counts_time_over_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_overflow();
    visitor_says(s, "ann", "hello?");
    pass_time(s, MINUTE - 10 * SECOND);
    desk_restarts(s);
    visitor_returns(s, "ann");
    agent_is(s, "eve", AVAILABILITY_FREE);
    pass_time(s, 9 * SECOND);
    expect_offered_to(s, "ann", "");
    pass_time(s, SECOND);
    expect_offered_to(s, "ann", "eve");
    forget_what_was_told(s);
    story_ends(s);
}

/* Of a message that was left, not before the visitor is there again. */
static void overflow__is_for_who_waits(void **state)
{
    (void)state;
    struct story *s = story_of_overflow();
    agent_is(s, "bob", AVAILABILITY_GONE);
    visitor_says(s, "ann", "hello?");
    expect_left(s, "ann", true);
    visitor_leaves(s, "ann");
    pass_time(s, 2 * MINUTE);
    expect_offered_to(s, "ann", "");
    visitor_returns(s, "ann");
    pass_time(s, SECOND);
    expect_offered_to(s, "ann", "eve");
    expect_left(s, "ann", false);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- bounds ---- */

static void department__takes_no_more_chats_at_once_than_its_capacity(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 5);
    has_department(s, "sales", "bob");
    has_bounds(s, 0, 2);
    has_department(s, "support", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "one");
    agent_says(s, "bob", "ann", "hi");
    visitor_says_to(s, "sales", "cem", "two");
    visitor_says_to(s, "sales", "dora", "three");
    expect_offered_to(s, "cem", "bob");
    expect_offered_to(s, "dora", "");
    struct department_view view;
    assert_true(desk_department(desk_of(s), "sales", &view));
    assert_int_equal(view.free_seats, 1);
    visitor_says_to(s, "support", "emil", "another department");
    expect_offered_to(s, "emil", "bob");
    agent_says(s, "bob", "cem", "hi");
    expect_department(s, "sales", DEPARTMENT_FULL);
    expect_department(s, "support", DEPARTMENT_OPEN);
    agent_says(s, "bob", "dora", "as it pleases me");
    visitor_says_to(s, "sales", "finn", "four");
    agent_ends(s, "bob", "dora");
    expect_offered_to(s, "finn", "");
    changes_bounds(s, "sales", 0, 3);
    desk_is_configured(s);
    expect_offered_to(s, "finn", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

static void department__has_a_queue_limit_of_its_own(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_bounds(s, 1, 0);
    has_department(s, "support", "bob");
    has_limits(s, 2, 100);
    story_begins(s);
    visitor_says_to(s, "sales", "ann", "at night");
    assert_int_equal(visitor_tries(s, "cem", "sales", "x1", "me, too"), DESK_LEFT_FULL);
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(visitor_tries(s, "cem", "sales", "x2", "in the morning"), DESK_FULL);
    visitor_says_to(s, "support", "cem", "one");
    visitor_says_to(s, "support", "dora", "two");
    assert_int_equal(visitor_tries(s, "emil", "support", "x3", "three"), DESK_FULL);
    changes_bounds(s, "support", 3, 0);
    desk_is_configured(s);
    assert_int_equal(visitor_tries(s, "emil", "support", "x4", "three"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_robin__asks_one_after_the_other),
        cmocka_unit_test(round_robin__spreads_what_waits_together),
        cmocka_unit_test(least_busy__asks_who_has_the_fewest_chats),
        cmocka_unit_test(last_agent__asks_whom_the_visitor_talked_to__after_a_restart_too),
        cmocka_unit_test(offer__goes_on_unanswered__and_the_round_begins_anew),
        cmocka_unit_test(offer__stays__where_there_is_nobody_else),
        cmocka_unit_test(offer__to_all__stays_and_goes_to_those_behind_them),
        cmocka_unit_test(offer__of_a_left_message__is_missed_by_nobody),
        cmocka_unit_test(
            single__moves_no_offer_that_stands__but_loses_its_seat_to_who_is_before_it),
        cmocka_unit_test(single__becomes_all_and_back__while_chats_wait),
        cmocka_unit_test(overflow__offers_to_the_other_department_too__after_a_time),
        cmocka_unit_test(overflow__counts_time_over_a_restart),
        cmocka_unit_test(overflow__is_for_who_waits),
        cmocka_unit_test(department__takes_no_more_chats_at_once_than_its_capacity),
        cmocka_unit_test(department__has_a_queue_limit_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
