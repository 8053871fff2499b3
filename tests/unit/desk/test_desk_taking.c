/* Taking and leaving: what is taken without an offer, given back, put on hold. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define ANN "visitor-ann"

static void agent__takes__what_was_declined_and_what_has_no_seat(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cid", "me too");
    agent_declines(s, "bob", "ann");
    forget_what_was_told(s);
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), BOB, ANN), DESK_OK);
    story_turn(s);
    expect_contact(s, "bob", "ann");
    expect_agent_hears_again(s, "bob", "ann", "hello?");
    expect_notice(s, "ann", "joined", "bob");
    expect_owner(s, "ann", "bob");
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), BOB, ANN), DESK_REPEATED);
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), EVE, ANN), DESK_FORBIDDEN);
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), EVE, "visitor-xy"), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), "who@example.org", ANN),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), BOB, "visitor-cid"), DESK_OK);
    forget_what_was_told(s);
    story_turn(s);
    expect_owner(s, "cid", "bob");
    visitor_ends(s, "ann");
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), BOB, ANN), DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

static void agent__of_another_department__takes_nothing(void **state)
{
    (void)state;
    struct story *s = story_create();
    const char *visitor = NULL;
    has_agent(s, "bob", 1);
    has_agent(s, "dan", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "dan");
    story_begins(s);
    visitor_says_to(s, "sales", "ann", "hello?");
    assert_int_equal(desk_agent_take(desk_of(s), now_of(s), "dan@example.org", ANN),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_agent_next(desk_of(s), now_of(s), "dan@example.org", &visitor),
                     DESK_NOT_FOUND);
    expect_owner(s, "ann", "");
    forget_what_was_told(s);
    story_ends(s);
}

static void agent__takes_the_first_in_line__as_the_next(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    const char *visitor = NULL;
    visitor_says(s, "ann", "first");
    visitor_says(s, "cid", "second");
    assert_int_equal(desk_agent_next(desk_of(s), now_of(s), BOB, &visitor), DESK_OK);
    assert_string_equal(visitor, ANN);
    assert_int_equal(desk_agent_next(desk_of(s), now_of(s), BOB, &visitor), DESK_OK);
    assert_string_equal(visitor, "visitor-cid");
    assert_int_equal(desk_agent_next(desk_of(s), now_of(s), BOB, &visitor), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_next(desk_of(s), now_of(s), "who@example.org", &visitor),
                     DESK_NOT_FOUND);
    story_turn(s);
    forget_what_was_told(s);
    story_ends(s);
}

static void released__goes_first_in_line__and_to_others(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    const char *visitor = NULL;
    visitor_says(s, "cid", "waits");
    forget_what_was_told(s);
    assert_int_equal(desk_agent_release(desk_of(s), now_of(s), EVE, ANN), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_release(desk_of(s), now_of(s), BOB, ANN), DESK_OK);
    story_turn(s);
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "handed-back", "bob");
    expect_state(s, "ann", CHAT_QUEUED); /* not to bob, who has the seat for cid */
    expect_offer(s, "bob", "cid");
    expect_agent_hears(s, "bob", "cid", "waits");
    forget_what_was_told(s);
    assert_int_equal(desk_agent_next(desk_of(s), now_of(s), EVE, &visitor), DESK_OK);
    assert_string_equal(visitor, ANN);
    story_turn(s);
    forget_what_was_told(s);
    story_ends(s);
}

static void hold__stops_the_answer_time__and_reminds_when_it_is_over(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_answer_time(s, "");
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    assert_int_equal(desk_agent_hold(desk_of(s), now_of(s), BOB, ANN, 0), DESK_FORM);
    assert_int_equal(desk_agent_hold(desk_of(s), now_of(s), BOB, ANN, HOLD_MINUTES_MAX + 1),
                     DESK_FORM);
    assert_int_equal(desk_agent_hold(desk_of(s), now_of(s), EVE, ANN, 5), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_hold(desk_of(s), now_of(s), BOB, ANN, 5), DESK_OK);
    story_turn(s);
    expect_notice(s, "ann", "hold", "bob");
    visitor_says(s, "ann", "are you there?");
    expect_agent_hears(s, "bob", "ann", "are you there?");
    pass_time(s, 5 * MINUTE - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_agent_told(s, "bob", "ann", NOTICE_HOLD_OVER, "");
    pass_time(s, ANSWER - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_reminded(s, "bob", "ann", 5 * MINUTE + ANSWER);
    expect_nothing(s);
    story_ends(s);
}

static void hold__ends_with_a_line_or_a_word__and_is_told(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(desk_agent_resume(desk_of(s), now_of(s), BOB, ANN), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_hold(desk_of(s), now_of(s), BOB, ANN, HOLD_MINUTES_MAX), DESK_OK);
    assert_int_equal(desk_agent_resume(desk_of(s), now_of(s), EVE, ANN), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_resume(desk_of(s), now_of(s), BOB, ANN), DESK_OK);
    story_turn(s);
    expect_notice(s, "ann", "hold", "bob");
    expect_notice(s, "ann", "resumed", "bob");
    assert_int_equal(desk_agent_hold(desk_of(s), now_of(s), BOB, ANN, 1), DESK_OK);
    agent_says(s, "bob", "ann", "here again");
    assert_int_equal(desk_agent_resume(desk_of(s), now_of(s), BOB, ANN), DESK_NOT_FOUND);
    forget_what_was_told(s);
    pass_time(s, 2 * MINUTE);
    expect_nothing(s);
    story_ends(s);
}

static void hold__goes_on__when_the_visitor_reacts_to_a_line(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct desk *d = desk_of(s);
    struct chat_view chat;
    int64_t sequence;

    assert_int_equal(desk_agent_hold(d, now_of(s), BOB, ANN, 5), DESK_OK);
    const struct desk_change change = {.act = ACT_REACT,
                                       .about = desk_agent_last_line(d, BOB, ANN)->sequence,
                                       .sender_id = "r1",
                                       .text = "\U0001F44D"};
    assert_int_equal(desk_visitor_change(d, now_of(s), ANN, &change, &sequence), DESK_OK);
    assert_true(desk_chat(d, ANN, &chat));
    assert_true(chat.held_until > now_of(s));
    forget_what_was_told(s);
    story_ends(s);
}

static void hold__survives_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(desk_agent_hold(desk_of(s), now_of(s), BOB, ANN, 3), DESK_OK);
    story_turn(s);
    pass_time(s, MINUTE);
    desk_restarts(s);
    visitor_returns(s, "ann");
    agent_is(s, "bob", AVAILABILITY_FREE);
    forget_what_was_told(s);
    pass_time(s, 2 * MINUTE - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_agent_told(s, "bob", "ann", NOTICE_HOLD_OVER, "");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agent__takes__what_was_declined_and_what_has_no_seat),
        cmocka_unit_test(agent__of_another_department__takes_nothing),
        cmocka_unit_test(agent__takes_the_first_in_line__as_the_next),
        cmocka_unit_test(released__goes_first_in_line__and_to_others),
        cmocka_unit_test(hold__stops_the_answer_time__and_reminds_when_it_is_over),
        cmocka_unit_test(hold__ends_with_a_line_or_a_word__and_is_told),
        cmocka_unit_test(hold__goes_on__when_the_visitor_reacts_to_a_line),
        cmocka_unit_test(hold__survives_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
