/* Messages that are left where they become tickets; where they wait in the line: test_desk_tick.c.
 */
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/left.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"
#define BOB "bob@example.org"

/* Sales with bob and eve, who leave tickets; all that could be heard of them was. */
static struct story *story_of_tickets(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    leaves_tickets(s);
    story_begins(s);
    pass_time(s, AGENT_GRACE);
    return s;
}

static int64_t number_of(struct story *s, const char *visitor)
{
    struct chat_view chat;

    assert_true(desk_chat(desk_of(s), visitor, &chat));
    return chat.number;
}

static void expect_new_ticket(struct story *s, const char *visitor)
{
    int64_t number = number_of(s, visitor);
    const struct ticket_record *t = desk_ticket(desk_of(s), number);
    struct chat_view chat;

    assert_true(desk_chat(desk_of(s), visitor, &chat));
    assert_int_equal(chat.state, CHAT_CLOSED);
    assert_true(chat.left);
    assert_string_equal(chat.closed_by, "desk");
    assert_non_null(t);
    assert_int_equal(t->state, TICKET_NEW);
    assert_string_equal(t->owner, "");
    assert_string_equal(t->visitor, visitor);
    assert_true(t->left);
}

static void left__is_a_new_ticket__when_nobody_is_there(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    visitor_says(s, "ann", "anybody?");
    expect_step(s, "ann", "ticket-received", LEFT_NOBODY);
    expect_new_ticket(s, ANN);
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, MINUTE);
    expect_nothing(s); /* it is offered to nobody */
    story_ends(s);
}

static void left__waits__while_agents_may_still_be_heard_of(void **state)
{
    (void)state;
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    leaves_tickets(s);
    story_begins(s);
    visitor_says(s, "ann", "anybody?");
    visitor_says(s, "cem", "hello?");
    expect_state(s, "ann", CHAT_QUEUED);
    pass_time(s, AGENT_GRACE - SECOND);
    expect_state(s, "ann", CHAT_QUEUED);
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, SECOND);
    expect_state(s, "ann", CHAT_OFFERED);
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE - SECOND);
    expect_state(s, "ann", CHAT_QUEUED); /* somebody was there: the grace of who is lost */
    pass_time(s, 2 * SECOND);
    expect_new_ticket(s, ANN);
    forget_what_was_told(s);
    story_ends(s);
}

static void left__is_known_at_once__when_the_time_to_be_heard_of_is_over(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    desk_agents_expected(desk_of(s), now_of(s)); /* the link has come back */
    visitor_says(s, "ann", "anybody?");
    expect_state(s, "ann", CHAT_QUEUED);
    pass_time(s, AGENT_GRACE);
    expect_new_ticket(s, ANN);
    forget_what_was_told(s);
    story_ends(s);
}

static void left__is_a_ticket__when_who_waits_goes(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_leaves(s, "ann");
    pass_time(s, VISITOR_GRACE - SECOND);
    expect_state(s, "ann", CHAT_OFFERED);
    forget_what_was_told(s);
    pass_time(s, SECOND);
    expect_new_ticket(s, ANN);
    expect_agent_told(s, "bob", "ann", NOTICE_CLOSED, "left");
    expect_contact_gone(s, "bob", "ann");
    expect_step(s, "ann", "ticket-received", LEFT_ASKED);
    story_ends(s);
}

static void left__is_a_ticket__when_the_department_closes(void **state)
{
    (void)state;
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    leaves_tickets(s);
    has_hours(s, "UTC", "mon-sun 00:00-24:00");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    expect_state(s, "ann", CHAT_OFFERED);
    desk_find_department(desk_of(s), "sales")->is_open = false; /* as at closing time */
    forget_what_was_told(s);
    left_tick(desk_of(s), now_of(s), desk_find_chat(desk_of(s), number_of(s, ANN)));
    desk_find_department(desk_of(s), "sales")->is_open = true;
    expect_step(s, "ann", "ticket-received", LEFT_CLOSING);
    forget_what_was_told(s);
    pass_time(s, SECOND);
    expect_new_ticket(s, ANN);
    story_ends(s);
}

static void desk_visitor_leave__is_for_who_waits(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), "visitor-nobody"), DESK_NOT_FOUND);
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), ANN), DESK_NOT_FOUND);
    visitor_says(s, "ann", "hello?");
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), ANN), DESK_OK);
    story_turn(s);
    expect_step(s, "ann", "ticket-received", LEFT_ASKED);
    expect_new_ticket(s, ANN);
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), ANN), DESK_NOT_FOUND);
    chat_goes_on(s, "bob", "cem");
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), "visitor-cem"), DESK_RUNNING);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_visitor_leave__is_refused__where_messages_wait_in_the_line(void **state)
{
    (void)state;
    struct story *s = story_of_sales();

    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), ANN), DESK_NO_TICKETS);
    forget_what_was_told(s);
    story_ends(s);
}

static void left__waits__for_the_department_it_overflows_to(void **state)
{
    (void)state;
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob");
    leaves_tickets(s);
    overflows(s, MINUTE, "help");
    has_department(s, "help", "eve");
    story_begins(s);
    pass_time(s, AGENT_GRACE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "anybody?");
    expect_state(s, "ann", CHAT_QUEUED);
    pass_time(s, MINUTE);
    expect_offered_to(s, "ann", "eve");
    agent_is(s, "eve", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    expect_new_ticket(s, ANN);
    forget_what_was_told(s);
    story_ends(s);
}

static void left__is_refused__when_too_many_were_left_just_now(void **state)
{
    (void)state;
    struct story *s = story_create();
    int64_t sequence;

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_bounds(s, 1, 0);
    leaves_tickets(s);
    story_begins(s);
    pass_time(s, AGENT_GRACE);
    visitor_says(s, "ann", "one");
    visitor_arrives(s, "cem");
    assert_int_equal(
        desk_visitor_say(desk_of(s), now_of(s), "visitor-cem", "sales", "", "two", &sequence),
        DESK_LEFT_FULL);
    pass_time(s, LINGER);
    visitor_says(s, "cem", "two");
    expect_new_ticket(s, "visitor-cem");
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left__is_a_new_ticket__when_nobody_is_there),
        cmocka_unit_test(left__waits__while_agents_may_still_be_heard_of),
        cmocka_unit_test(left__is_known_at_once__when_the_time_to_be_heard_of_is_over),
        cmocka_unit_test(left__is_a_ticket__when_who_waits_goes),
        cmocka_unit_test(left__is_a_ticket__when_the_department_closes),
        cmocka_unit_test(desk_visitor_leave__is_for_who_waits),
        cmocka_unit_test(desk_visitor_leave__is_refused__where_messages_wait_in_the_line),
        cmocka_unit_test(left__waits__for_the_department_it_overflows_to),
        cmocka_unit_test(left__is_refused__when_too_many_were_left_just_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
