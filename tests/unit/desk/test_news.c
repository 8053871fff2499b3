/* Which new tickets agents are told of, and when. */
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/news.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define BOB "bob@example.org"

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

static void leaves_a_message(struct story *s, const char *visitor)
{
    visitor_says(s, visitor, "anybody?");
    forget_what_was_told(s);
}

static void news__are_told__once_to_who_comes(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    leaves_a_message(s, "ann");
    leaves_a_message(s, "cem");
    pass_time(s, SECOND);
    expect_news(s, "");
    agent_is(s, "bob", AVAILABILITY_AWAY);
    pass_time(s, SECOND);
    expect_news(s, "2 for bob of sales: 1002 1001");
    agent_is(s, "bob", AVAILABILITY_GONE);
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, 2 * NEWS_MS);
    expect_news(s, "");
    agent_is(s, "eve", AVAILABILITY_FREE);
    pass_time(s, SECOND);
    expect_news(s, "2 for eve of sales: 1002 1001");
    forget_what_was_told(s);
    story_ends(s);
}

static void news__are_remembered__over_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    leaves_a_message(s, "ann");
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, SECOND);
    expect_news(s, "1 for bob of sales: 1001");
    desk_restarts(s);
    pass_time(s, AGENT_GRACE);
    leaves_a_message(s, "cem");
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    pass_time(s, SECOND);
    expect_news(s, "1 for bob of sales: 1002; 2 for eve of sales: 1002 1001");
    forget_what_was_told(s);
    story_ends(s);
}

static void news__come_seldom__to_who_is_there(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    agent_is(s, "bob", AVAILABILITY_FREE);
    chat_goes_on(s, "bob", "ann");
    pass_time(s, SECOND);
    expect_news(s, "");
    visitor_says(s, "cem", "hello?");
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), "visitor-cem"), DESK_OK);
    pass_time(s, SECOND);
    expect_news(s, "1 for bob of sales: 1002");
    visitor_says(s, "dan", "hello?");
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), "visitor-dan"), DESK_OK);
    visitor_says(s, "eda", "hello?");
    assert_int_equal(desk_visitor_leave(desk_of(s), now_of(s), "visitor-eda"), DESK_OK);
    pass_time(s, NEWS_MS - 2 * SECOND);
    expect_news(s, "");
    pass_time(s, 2 * SECOND);
    expect_news(s, "2 for bob of sales: 1004 1003");
    forget_what_was_told(s);
    story_ends(s);
}

static void news__are_not__what_somebody_has(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    leaves_a_message(s, "ann");
    leaves_a_message(s, "cem");
    assert_int_equal(desk_ticket_assign(desk_of(s), now_of(s), BOB, 1001, BOB), DESK_OK);
    story_turn(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, SECOND);
    expect_news(s, "1 for bob of sales: 1002");
    forget_what_was_told(s);
    story_ends(s);
}

/* What is made while the clock is behind is news all the same. */
static void news__are_told__though_the_clock_jumps_back(void **state)
{
    (void)state;
    struct story *s = story_of_tickets();

    leaves_a_message(s, "ann");
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, SECOND);
    expect_news(s, "1 for bob of sales: 1001");
    agent_is(s, "bob", AVAILABILITY_GONE);
    clock_jumps(s, -HOUR);
    leaves_a_message(s, "cem");
    pass_time(s, NEWS_MS);
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, SECOND);
    expect_news(s, "1 for bob of sales: 1002");
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(news__are_told__once_to_who_comes),
        cmocka_unit_test(news__are_remembered__over_a_restart),
        cmocka_unit_test(news__come_seldom__to_who_is_there),
        cmocka_unit_test(news__are_not__what_somebody_has),
        cmocka_unit_test(news__are_told__though_the_clock_jumps_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
