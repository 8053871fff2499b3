/* Offers: whom, how many, in which order, and who wins. */
#include "desk/routing.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void desk__offers_to_all_free_agents_of_the_department(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_agent(s, "dan", 1);
    has_department(s, "sales", "bob eve");
    has_department(s, "support", "dan");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "hello?");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_offer(s, "bob", "ann");
    expect_agent_hears(s, "bob", "ann", "hello?");
    expect_offer(s, "eve", "ann");
    expect_agent_hears(s, "eve", "ann", "hello?");
    story_ends(s);
}

static void desk__gives_the_chat_to_the_first_who_answers_and_tells_the_others(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", "hi");
    expect_state(s, "ann", CHAT_ACTIVE);
    expect_owner(s, "ann", "bob");
    expect_taken_by(s, "eve", "ann", "bob");
    expect_notice(s, "ann", "joined", "bob");
    expect_visitor_hears(s, "ann", "bob", "hi");
    story_ends(s);
}

/* V-073: whoever comes second, however close, has not got it. */
static void desk__has_exactly_one_owner__in_a_thousand_races(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1000);
    has_agent(s, "eve", 1000);
    has_department(s, "sales", "bob eve");
    has_limits(s, 2000, 2000);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    for (unsigned i = 0; i < 1000; i++) {
        const char *first = (i * 2654435761U >> 16) % 2 == 0 ? "bob" : "eve";
        const char *second = first[0] == 'b' ? "eve" : "bob";
        visitor_says(s, "ann", "hello?");
        forget_what_was_told(s);
        agent_says(s, first, "ann", "mine");
        assert_int_equal(agent_tries(s, second, "ann", "race", "no, mine"), DESK_FORBIDDEN);
        expect_owner(s, "ann", first);
        expect_taken_by(s, second, "ann", first);
        expect_agent_told(s, second, "ann", NOTICE_NOT_YOURS, first[0] == 'b' ? "Bob" : "Eve");
        expect_notice(s, "ann", "joined", first); /* greeted once */
        expect_visitor_hears(s, "ann", first, "mine");
        expect_nothing(s);
        agent_ends(s, first, "ann");
        agent_ends(s, first, "ann"); /* and the lingering contact */
        forget_what_was_told(s);
    }
    story_ends(s);
}

static void desk__offers_no_more_chats_than_there_are_free_seats(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "first");
    visitor_says(s, "cem", "second");
    expect_offer(s, "bob", "ann");
    expect_no_offer(s, "bob", "cem");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_waiting(s, "cem", CHAT_QUEUED, 2);
    forget_what_was_told(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_offer(s, "eve", "ann");
    expect_offer(s, "eve", "cem");
    expect_offer(s, "bob", "cem");
    expect_waiting(s, "cem", CHAT_OFFERED, 2);
    forget_what_was_told(s);
    agent_says(s, "bob", "cem", "hi"); /* the younger one, as it pleases him */
    expect_owner(s, "cem", "bob");
    expect_withdrawn(s, "bob", "ann"); /* no seat any more */
    expect_taken_by(s, "eve", "cem", "bob");
    expect_state(s, "ann", CHAT_OFFERED); /* to eve */
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__counts_capacity_in_real_chats(void **state)
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
    agent_says(s, "bob", "cem", "hi");
    expect_department(s, "sales", DEPARTMENT_FULL);
    forget_what_was_told(s);
    visitor_says(s, "dora", "hello?");
    expect_waiting(s, "dora", CHAT_QUEUED, 1);
    expect_nothing(s);
    visitor_ends(s, "ann"); /* a closed chat lingers in the roster, but takes no seat */
    expect_department(s, "sales", DEPARTMENT_OPEN);
    expect_offer(s, "bob", "dora");
    expect_waiting(s, "dora", CHAT_OFFERED, 1);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__offers_who_waits_longest__whenever_a_seat_becomes_free(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    const char *const names[] = {"ann", "cem", "dora", "emil"};
    agent_is(s, "bob", AVAILABILITY_FREE);
    for (size_t i = 0; i < 4; i++) {
        visitor_says(s, names[i], "hello?");
        pass_time(s, SECOND);
    }
    expect_waiting(s, "emil", CHAT_QUEUED, 4);
    forget_what_was_told(s);
    for (size_t i = 0; i < 4; i++) {
        expect_state(s, names[i], CHAT_OFFERED);
        for (size_t k = i + 1; k < 4; k++) {
            expect_state(s, names[k], CHAT_QUEUED);
        }
        agent_says(s, "bob", names[i], "hi");
        if (i + 1 < 4) {
            expect_waiting(s, names[i + 1], CHAT_QUEUED, 1);
        }
        forget_what_was_told(s);
        agent_ends(s, "bob", names[i]);
        if (i + 1 < 4) {
            expect_offer(s, "bob", names[i + 1]);
            expect_waiting(s, names[i + 1], CHAT_OFFERED, 1);
        }
        forget_what_was_told(s);
    }
    story_ends(s);
}

static void desk__keeps_the_line__though_the_clock_jumps_back(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_BUSY);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "eve", "ann", "hi");
    visitor_says(s, "cem", "first in line");
    clock_jumps(s, -HOUR);
    visitor_says(s, "dora", "second in line");
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "cem");
    expect_no_offer(s, "bob", "dora");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- seats of an agent in two departments count once ---- */

static struct story *story_of_two(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "eve bob"); /* eve would be taken first */
    has_department(s, "support", "eve");
    story_begins(s);
    return s;
}

static void desk__offers_one_seat_once__in_two_departments(void **state)
{
    (void)state;
    struct story *s = story_of_two();
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "first");
    visitor_says_to(s, "support", "cem", "second");
    expect_state(s, "ann", CHAT_OFFERED);
    expect_state(s, "cem", CHAT_QUEUED);
    expect_waiting(s, "cem", CHAT_QUEUED, 1); /* first in line, of that department */
    forget_what_was_told(s);
    agent_says(s, "eve", "ann", "hi");
    agent_ends(s, "eve", "ann");
    expect_offer(s, "eve", "cem");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__moves_an_older_offer_to_another_seat__to_seat_a_younger_chat_too(void **state)
{
    (void)state;
    struct story *s = story_of_two();
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "either of them");
    visitor_says_to(s, "support", "cem", "eve only");
    expect_state(s, "cem", CHAT_QUEUED);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_state(s, "ann", CHAT_OFFERED); /* bob's seat is enough for her */
    expect_state(s, "cem", CHAT_OFFERED); /* so eve's is free for him */
    expect_offer(s, "eve", "cem");
    forget_what_was_told(s);
    agent_says(s, "eve", "ann", "hi"); /* she answers the other one */
    expect_withdrawn(s, "eve", "cem");
    expect_waiting(s, "cem", CHAT_QUEUED, 1);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- availability ---- */

static void desk__offers_to_who_is_away__only_if_nobody_else_is_there(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "eve", AVAILABILITY_AWAY);
    expect_department(s, "sales", DEPARTMENT_AWAY);
    visitor_says(s, "ann", "hello?");
    expect_offer(s, "eve", "ann");
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_department(s, "sales", DEPARTMENT_OPEN);
    expect_offer(s, "bob", "ann");
    expect_withdrawn(s, "eve", "ann");
    expect_state(s, "ann", CHAT_OFFERED);
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_BUSY);
    expect_withdrawn(s, "bob", "ann");
    expect_offer(s, "eve", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__offers_to_who_is_away__what_the_free_have_no_seat_for(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_AWAY);
    visitor_says(s, "ann", "first");
    visitor_says(s, "cem", "second");
    expect_offer(s, "bob", "ann");
    expect_no_offer(s, "eve", "ann");
    expect_offer(s, "eve", "cem");
    expect_no_offer(s, "bob", "cem");
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", "hi");
    expect_department(s, "sales", DEPARTMENT_AWAY);
    expect_state(s, "cem", CHAT_OFFERED);
    forget_what_was_told(s);
    story_ends(s);
}

/* What was told once is told as that when the same agent is offered the chat once more. */
static void desk__tells_lines_again_as_such(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "first");
    expect_agent_hears(s, "bob", "ann", "first");
    agent_is(s, "bob", AVAILABILITY_BUSY);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_agent_hears(s, "eve", "ann", "first");
    visitor_says(s, "ann", "second");
    agent_is(s, "eve", AVAILABILITY_BUSY);
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_agent_hears_again(s, "bob", "ann", "first");
    expect_agent_hears(s, "bob", "ann", "second");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__offers_nothing_to_who_is_busy(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_BUSY);
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    visitor_says(s, "ann", "hello?");
    expect_notice(s, "ann", "left-message", "");
    expect_nothing(s);
    story_ends(s);
}

static void desk__withdraws_offers_in_words_when_seats_vanish__and_resumes_the_place(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "first");
    visitor_says(s, "cem", "second");
    forget_what_was_told(s);
    agent_is(s, "eve", AVAILABILITY_BUSY);
    expect_withdrawn(s, "eve", "ann");
    expect_withdrawn(s, "eve", "cem");
    expect_withdrawn(s, "bob", "cem");
    expect_waiting(s, "cem", CHAT_QUEUED, 2);
    expect_state(s, "ann", CHAT_OFFERED);
    expect_nothing(s);
    agent_is(s, "bob", AVAILABILITY_BUSY);
    expect_withdrawn(s, "bob", "ann");
    expect_waiting(s, "ann", CHAT_QUEUED, 1);
    expect_nothing(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    expect_no_offer(s, "bob", "cem");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- declining ---- */

static void desk__leaves_a_declined_chat_to_the_others(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_AWAY);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    agent_declines(s, "bob", "ann");
    expect_contact_gone(s, "bob", "ann");
    expect_offer(s, "eve", "ann"); /* nobody else is left */
    expect_agent_hears(s, "eve", "ann", "hello?");
    expect_nothing(s);
    assert_int_equal(desk_agent_decline(desk_of(s), now_of(s), "bob@example.org", "visitor-ann"),
                     DESK_NOT_FOUND);
    visitor_says(s, "ann", "anybody?");
    expect_agent_hears(s, "eve", "ann", "anybody?");
    agent_declines(s, "eve", "ann");
    expect_contact_gone(s, "eve", "ann");
    expect_waiting(s, "ann", CHAT_QUEUED, 1);
    expect_nothing(s);
    story_ends(s);
}

static void desk__offers_again_what_was_declined__when_the_agent_comes_back(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_declines(s, "bob", "ann");
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_AWAY); /* is still there */
    expect_nothing(s);
    agent_is(s, "bob", AVAILABILITY_GONE);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__offers_again_what_everybody_declined__after_a_while(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_declines(s, "bob", "ann");
    pass_time(s, ROUTING_DECLINED_MS); /* eve has not said no: nothing to be renewed */
    forget_what_was_told(s);
    agent_declines(s, "eve", "ann");
    expect_contact_gone(s, "eve", "ann");
    expect_waiting(s, "ann", CHAT_QUEUED, 1);
    pass_time(s, ROUTING_DECLINED_MS - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_offer(s, "bob", "ann");
    expect_offer(s, "eve", "ann");
    expect_state(s, "ann", CHAT_OFFERED);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__lets_an_agent_take_a_chat_without_an_offer__and_shows_what_was_said(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "first");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "cem", "second");
    forget_what_was_told(s);
    agent_says(s, "bob", "cem", "you too"); /* over the capacity: as it pleases him */
    expect_contact(s, "bob", "cem");
    expect_agent_hears(s, "bob", "cem", "second");
    expect_notice(s, "cem", "joined", "bob");
    expect_visitor_hears(s, "cem", "bob", "you too");
    expect_nothing(s);
    expect_department(s, "sales", DEPARTMENT_FULL);
    story_ends(s);
}

/* A probe's visit is for one agent; nobody else hears of it, and a restart does not change that. */
static void offer__probe__goes_to_its_agent_only(void **state)
{
    struct story *s = story_of_sales();

    (void)state;
    const struct visitor_record probe = {
        .id = "visitor-ann", .site = "default", .only_agent = "bob@example.org"};
    agent_is(s, "eve", AVAILABILITY_FREE);
    assert_int_equal(desk_visitor_arrive(desk_of(s), now_of(s), &probe, NULL, 0), DESK_OK);
    desk_visitor_online(desk_of(s), now_of(s), "visitor-ann", true);
    visitor_says(s, "ann", "Testing");
    expect_no_offer(s, "eve", "ann");
    assert_int_equal(agent_tries(s, "eve", "ann", "x", "Mine?"), DESK_FORBIDDEN);
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    desk_restarts(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_no_offer(s, "eve", "ann");
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offer__probe__goes_to_its_agent_only),
        cmocka_unit_test(desk__offers_to_all_free_agents_of_the_department),
        cmocka_unit_test(desk__gives_the_chat_to_the_first_who_answers_and_tells_the_others),
        cmocka_unit_test(desk__has_exactly_one_owner__in_a_thousand_races),
        cmocka_unit_test(desk__offers_no_more_chats_than_there_are_free_seats),
        cmocka_unit_test(desk__counts_capacity_in_real_chats),
        cmocka_unit_test(desk__offers_who_waits_longest__whenever_a_seat_becomes_free),
        cmocka_unit_test(desk__keeps_the_line__though_the_clock_jumps_back),
        cmocka_unit_test(desk__offers_one_seat_once__in_two_departments),
        cmocka_unit_test(desk__moves_an_older_offer_to_another_seat__to_seat_a_younger_chat_too),
        cmocka_unit_test(desk__offers_to_who_is_away__only_if_nobody_else_is_there),
        cmocka_unit_test(desk__offers_to_who_is_away__what_the_free_have_no_seat_for),
        cmocka_unit_test(desk__tells_lines_again_as_such),
        cmocka_unit_test(desk__offers_nothing_to_who_is_busy),
        cmocka_unit_test(desk__withdraws_offers_in_words_when_seats_vanish__and_resumes_the_place),
        cmocka_unit_test(desk__leaves_a_declined_chat_to_the_others),
        cmocka_unit_test(desk__offers_again_what_was_declined__when_the_agent_comes_back),
        cmocka_unit_test(desk__offers_again_what_everybody_declined__after_a_while),
        cmocka_unit_test(desk__lets_an_agent_take_a_chat_without_an_offer__and_shows_what_was_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
