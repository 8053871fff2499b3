/* What time does: leave and return, messages that are left, lost agents, idle and lingering chats.
 */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- nobody is there: a message is left ---- */

static void desk__takes_a_message__when_nobody_is_there(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct chat_view view;
    expect_department(s, "sales", DEPARTMENT_NOBODY);
    visitor_says(s, "ann", "please call me");
    expect_notice(s, "ann", "left-message", "");
    expect_left(s, "ann", true);
    expect_state(s, "ann", CHAT_QUEUED);
    assert_true(desk_chat(desk_of(s), "visitor-ann", &view));
    assert_int_equal(view.number, 1001); /* what she is told as its number */
    visitor_says(s, "ann", "at five");   /* kept with it, without another notice */
    expect_nothing(s);
    visitor_leaves(s, "ann");
    pass_time(s, 8 * HOUR);
    expect_left(s, "ann", true);
    expect_nothing(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    expect_agent_hears(s, "bob", "ann", "please call me");
    expect_agent_hears(s, "bob", "ann", "at five");
    expect_state(s, "ann", CHAT_OFFERED);
    expect_nothing(s); /* she is not there to be told */
    agent_says(s, "bob", "ann", "I will");
    expect_notice(s, "ann", "joined", "bob"); /* for her return */
    expect_visitor_hears(s, "ann", "bob", "I will");
    expect_agent_told(s, "bob", "ann", NOTICE_ABSENT, "");
    expect_left(s, "ann", false);
    story_ends(s);
}

static void desk__makes_a_waiting_visitor_of_who_left_a_message__when_somebody_comes(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_waiting(s, "cem", CHAT_QUEUED, 2); /* waits in line, as he is still there */
    expect_left(s, "ann", false);
    expect_left(s, "cem", false);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__puts_messages_that_were_left_behind_those_who_wait(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    visitor_says(s, "ann", "please call me");
    visitor_leaves(s, "ann");
    pass_time(s, HOUR);
    agent_is(s, "bob", AVAILABILITY_FREE);
    forget_what_was_told(s);
    visitor_says(s, "cem", "hello?");
    expect_withdrawn(s, "bob", "ann");
    expect_offer(s, "bob", "cem");
    expect_state(s, "ann", CHAT_QUEUED);
    forget_what_was_told(s);
    visitor_returns(s, "ann"); /* who comes back has her old place */
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_withdrawn(s, "bob", "cem");
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__makes_a_message_of_what_waits__when_the_last_agent_goes_for_good(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_is(s, "bob", AVAILABILITY_GONE);
    forget_what_was_told(s);
    pass_time(s, AGENT_GRACE - 5 * SECOND);
    expect_nothing(s); /* he may just have changed the room */
    pass_time(s, 10 * SECOND);
    expect_notice(s, "ann", "left-message", "");
    expect_left(s, "ann", true);
    expect_nothing(s);
    story_ends(s);
}

/* ---- the visitor leaves and returns ---- */

static void desk__does_not_notice_a_page_change(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct visitor_view view;
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE - SECOND);
    assert_true(desk_visitor(desk_of(s), "visitor-ann", &view));
    assert_true(view.online);
    visitor_returns(s, "ann");
    pass_time(s, MINUTE);
    assert_int_equal(last_entry(s, "ann"), 3); /* hello?, joined, hi */
    expect_nothing(s);
    story_ends(s);
}

static void desk__shows_the_agent_that_the_visitor_left_and_returned(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct visitor_view view;
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    expect_card(s, "ann");
    assert_true(desk_visitor(desk_of(s), "visitor-ann", &view));
    assert_false(view.online);
    expect_state(s, "ann", CHAT_ACTIVE); /* being online is the visitor's state, not the chat's */
    visitor_returns(s, "ann");
    expect_card(s, "ann");
    assert_true(desk_visitor(desk_of(s), "visitor-ann", &view));
    assert_true(view.online);
    visitor_says(s, "ann", "here again");
    expect_agent_hears(s, "bob", "ann", "here again");
    story_ends(s);
}

static void desk__makes_a_message_of_what_waits__when_the_visitor_goes(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_BUSY);
    visitor_says(s, "cem", "first");
    visitor_says(s, "ann", "second");
    forget_what_was_told(s);
    visitor_leaves(s, "ann");
    pass_time(s, VISITOR_GRACE - SECOND);
    expect_left(s, "ann", false);
    pass_time(s, SECOND);
    expect_left(s, "ann", true);
    expect_notice(s, "ann", "left-message", ""); /* she reads it on return */
    expect_nothing(s);
    visitor_returns(s, "ann");
    expect_left(s, "ann", false);
    expect_waiting(s, "ann", CHAT_QUEUED, 2);
    expect_nothing(s);
    story_ends(s);
}

/* ---- an agent is lost in the middle of a chat ---- */

static void desk__gives_a_lost_agent_time_to_come_back(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "bob", AVAILABILITY_GONE);
    forget_what_was_told(s);
    pass_time(s, AGENT_GRACE - SECOND);
    visitor_says(s, "ann", "hello?");
    expect_agent_hears(s, "bob", "ann", "hello?"); /* his server keeps it for him */
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, HOUR);
    expect_owner(s, "ann", "bob");
    expect_nothing(s);
    story_ends(s);
}

/* The server was away for so long: its agents are only just being heard of. */
static void desk__gives_nobody_up__who_may_not_have_been_heard_of_yet(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE - SECOND);
    desk_agents_expected(desk_of(s), now_of(s)); /* the link has come back */
    pass_time(s, AGENT_GRACE - SECOND);
    expect_owner(s, "ann", "bob");
    pass_time(s, SECOND);
    expect_owner(s, "ann", "");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__gives_the_chat_to_others_after_the_grace_time__first_in_line(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "dora", "I was here first");
    agent_says(s, "eve", "dora", "hi");
    visitor_says(s, "cem", "I wait the longest");
    pass_time(s, SECOND);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi"); /* picks her, not cem */
    agent_is(s, "bob", AVAILABILITY_GONE);
    forget_what_was_told(s);
    pass_time(s, AGENT_GRACE);
    expect_state(s, "ann", CHAT_QUEUED);
    expect_agent_told(s, "bob", "ann", NOTICE_MOVED, "");
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "lost", "bob"); /* tells position 1 with it */
    expect_waiting(s, "cem", CHAT_QUEUED, 2);
    expect_nothing(s);
    agent_ends(s, "eve", "dora");
    expect_offer(s, "eve", "ann");
    expect_no_offer(s, "eve", "cem");
    expect_agent_hears(s, "eve", "ann", "hello?");
    expect_agent_shown(s, "eve", "ann", "bob", "hi"); /* what had been said by him */
    forget_what_was_told(s);
    agent_says(s, "eve", "ann", "I take over");
    expect_notice(s, "ann", "joined", "eve");
    expect_owner(s, "ann", "eve");
    forget_what_was_told(s);
    assert_int_equal(agent_tries(s, "bob", "ann", "late", "back!"), DESK_FORBIDDEN);
    expect_agent_told(s, "bob", "ann", NOTICE_NOT_YOURS, "Eve");
    story_ends(s);
}

static void desk__keeps_the_order_of_chats_that_were_lost_together(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "first");
    visitor_says(s, "cem", "second");
    agent_says(s, "bob", "cem", "hi");
    agent_says(s, "bob", "ann", "hi");
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    forget_what_was_told(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_offer(s, "eve", "ann");
    expect_no_offer(s, "eve", "cem");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__keeps_the_chat_of_an_agent_who_writes_without_presence(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_is(s, "bob", AVAILABILITY_GONE); /* goes invisible */
    agent_says(s, "bob", "ann", "hi");
    forget_what_was_told(s);
    pass_time(s, AGENT_GRACE - SECOND);
    agent_says(s, "bob", "ann", "I am looking it up");
    forget_what_was_told(s);
    pass_time(s, AGENT_GRACE - SECOND);
    expect_owner(s, "ann", "bob");
    expect_nothing(s);
    pass_time(s, SECOND); /* nothing more is heard of him */
    expect_notice(s, "ann", "lost", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__tells_the_visitor_that_nobody_is_left(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE + 2 * SECOND);
    expect_notice(s, "ann", "lost", "bob");
    expect_notice(s, "ann", "left-message", "");
    expect_left(s, "ann", true);
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE); /* back at last: hers is offered to him again */
    expect_offer(s, "bob", "ann");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__leaves_the_chat_to_an_agent_who_is_busy_or_away(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    agent_is(s, "bob", AVAILABILITY_BUSY);
    pass_time(s, HOUR);
    agent_is(s, "bob", AVAILABILITY_AWAY);
    pass_time(s, HOUR);
    expect_owner(s, "ann", "bob");
    expect_nothing(s);
    story_ends(s);
}

/* ---- closing by itself ---- */

static void desk__closes_an_idle_chat__whose_visitor_is_away(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    pass_time(s, 2 * IDLE); /* she is there: it stays open */
    expect_state(s, "ann", CHAT_ACTIVE);
    visitor_leaves(s, "ann");
    pass_time(s, IDLE - SECOND);
    expect_state(s, "ann", CHAT_ACTIVE);
    agent_says(s, "bob", "ann", "are you there?");
    forget_what_was_told(s);
    pass_time(s, IDLE - SECOND);
    expect_state(s, "ann", CHAT_ACTIVE);
    pass_time(s, SECOND);
    expect_state(s, "ann", CHAT_CLOSED);
    expect_agent_told(s, "bob", "ann", NOTICE_CLOSED, "desk");
    expect_notice(s, "ann", "closed", "bob");
    expect_department(s, "sales", DEPARTMENT_OPEN); /* the seat is free again */
    story_ends(s);
}

static void desk__lets_the_contact_linger(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct visitor_view view;
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    pass_time(s, LINGER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_contact_gone(s, "bob", "ann");
    expect_no_chat(s, "ann");
    assert_true(desk_visitor(desk_of(s), "visitor-ann", &view)); /* she is online */
    assert_int_equal(view.chat, 0);
    story_ends(s);
}

static void desk__forgets_who_went_while_the_chat_lingered(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct visitor_view view;
    agent_ends(s, "bob", "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER);
    expect_contact_gone(s, "bob", "ann");
    assert_false(desk_visitor(desk_of(s), "visitor-ann", &view));
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- the clock ---- */

static void desk__takes_a_jump_of_the_clock_for_what_it_is(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    const time_ms jumps[] = {HOUR, -HOUR, 87600LL * HOUR, -87600LL * HOUR};
    visitor_says(s, "cem", "I wait");
    agent_is(s, "bob", AVAILABILITY_GONE);
    visitor_leaves(s, "cem");
    forget_what_was_told(s);
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        clock_jumps(s, jumps[i]);
        expect_owner(s, "ann", "bob");
        expect_nothing(s);
        pass_time(s, SECOND);
    }
    pass_time(s, AGENT_GRACE - 4 * SECOND); /* four seconds have passed, no more, no less */
    expect_notice(s, "ann", "lost", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk__takes_a_message__when_nobody_is_there),
        cmocka_unit_test(desk__makes_a_waiting_visitor_of_who_left_a_message__when_somebody_comes),
        cmocka_unit_test(desk__puts_messages_that_were_left_behind_those_who_wait),
        cmocka_unit_test(desk__makes_a_message_of_what_waits__when_the_last_agent_goes_for_good),
        cmocka_unit_test(desk__does_not_notice_a_page_change),
        cmocka_unit_test(desk__shows_the_agent_that_the_visitor_left_and_returned),
        cmocka_unit_test(desk__makes_a_message_of_what_waits__when_the_visitor_goes),
        cmocka_unit_test(desk__gives_a_lost_agent_time_to_come_back),
        cmocka_unit_test(desk__gives_nobody_up__who_may_not_have_been_heard_of_yet),
        cmocka_unit_test(desk__gives_the_chat_to_others_after_the_grace_time__first_in_line),
        cmocka_unit_test(desk__keeps_the_order_of_chats_that_were_lost_together),
        cmocka_unit_test(desk__keeps_the_chat_of_an_agent_who_writes_without_presence),
        cmocka_unit_test(desk__tells_the_visitor_that_nobody_is_left),
        cmocka_unit_test(desk__leaves_the_chat_to_an_agent_who_is_busy_or_away),
        cmocka_unit_test(desk__closes_an_idle_chat__whose_visitor_is_away),
        cmocka_unit_test(desk__lets_the_contact_linger),
        cmocka_unit_test(desk__forgets_who_went_while_the_chat_lingered),
        cmocka_unit_test(desk__takes_a_jump_of_the_clock_for_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
