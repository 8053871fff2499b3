/* The daemon ends and starts again: open chats go on. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void desk__goes_on_with_an_active_chat__after_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct visitor_view view;
    chat_goes_on(s, "bob", "ann");
    desk_restarts(s);
    expect_owner(s, "ann", "bob");
    expect_contact(s, "bob", "ann"); /* the ledger decides what of it is news */
    expect_nothing(s);
    assert_true(desk_visitor(desk_of(s), "visitor-ann", &view));
    assert_false(view.online); /* streams have gone */
    pass_time(s, 10 * SECOND);
    visitor_returns(s, "ann");
    agent_is(s, "bob", AVAILABILITY_FREE); /* a probe was answered */
    pass_time(s, HOUR);
    visitor_says(s, "ann", "still here");
    expect_agent_hears(s, "bob", "ann", "still here");
    agent_says(s, "bob", "ann", "me too");
    expect_visitor_hears(s, "ann", "bob", "me too");
    expect_nothing(s);
    expect_owner(s, "ann", "bob");
    story_ends(s);
}

static void desk__recognises_repeats__after_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(visitor_tries(s, "ann", "sales", "m1", "hello?"), DESK_OK);
    assert_int_equal(agent_tries(s, "bob", "ann", "a1", "hi"), DESK_OK);
    desk_restarts(s);
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(visitor_tries(s, "ann", "sales", "m1", "hello?"), DESK_REPEATED);
    assert_int_equal(agent_tries(s, "bob", "ann", "a1", "hi"), DESK_REPEATED);
    expect_nothing(s);
    story_ends(s);
}

static void desk__counts_on__after_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct chat_view view;
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello?");
    visitor_ends(s, "cem"); /* number 1002 is used, though closed */
    int64_t last = last_entry(s, "cem");
    forget_what_was_told(s);
    desk_restarts(s);
    visitor_says(s, "dora", "hello?");
    assert_true(desk_chat(desk_of(s), "visitor-dora", &view));
    assert_int_equal(view.number, 1003);
    assert_true(last_entry(s, "dora") > last);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__offers_again_what_was_offered__in_the_old_order(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "first");
    pass_time(s, SECOND);
    visitor_says(s, "cem", "second");
    expect_state(s, "ann", CHAT_OFFERED);
    forget_what_was_told(s);
    desk_restarts(s);
    expect_state(s, "ann", CHAT_QUEUED); /* nobody is known to be there */
    expect_nothing(s);
    visitor_returns(s, "ann");
    visitor_returns(s, "cem");
    expect_nothing(s); /* the answer to the check-in says it all */
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    expect_agent_hears_again(s, "bob", "ann", "first"); /* before the restart, perhaps */
    expect_no_offer(s, "bob", "cem");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_nothing(s);
    story_ends(s);
}

static void desk__keeps_messages_that_were_left__after_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct department_view view;
    visitor_says(s, "ann", "please call me");
    visitor_leaves(s, "ann");
    forget_what_was_told(s);
    desk_restarts(s);
    expect_left(s, "ann", true);
    assert_true(desk_department(desk_of(s), "sales", &view));
    assert_int_equal(view.left, 1);
    pass_time(s, HOUR);
    expect_nothing(s); /* she was told already */
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__gives_the_chat_to_others__if_its_agent_does_not_come_back(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    desk_restarts(s);
    visitor_returns(s, "ann");
    agent_is(s, "eve", AVAILABILITY_FREE);
    forget_what_was_told(s);
    pass_time(s, AGENT_GRACE - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_notice(s, "ann", "lost", "bob");
    expect_offer(s, "eve", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__keeps_who_is_first_in_line__after_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    visitor_says(s, "cem", "I wait the longest");
    pass_time(s, SECOND);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    expect_state(s, "ann", CHAT_QUEUED);
    desk_restarts(s);
    visitor_returns(s, "cem");
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    expect_offer(s, "eve", "ann");
    expect_no_offer(s, "eve", "cem");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__takes_over_chats_whose_agent_or_department_was_taken_out(void **state)
{
    (void)state;
    struct story *s = story_create();
    struct chat_view view;
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "eve");
    story_begins(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says_to(s, "support", "ann", "hello?");
    agent_says(s, "eve", "ann", "hi");
    forget_what_was_told(s);
    configuration_loses_the_last_agent_and_department(s);
    desk_restarts(s);
    expect_notice(s, "ann", "handed-back", "");
    expect_state(s, "ann", CHAT_QUEUED);
    assert_true(desk_chat(desk_of(s), "visitor-ann", &view));
    assert_string_equal(view.department, "sales");
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__leaves_records_alone_that_cannot_be(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct desk *d = desk_of(s);
    struct visitor_record ann = {.id = "visitor-ann"};
    struct chat_record chat = {.number = 1007,
                               .visitor = "visitor-ann",
                               .department = "sales",
                               .state = CHAT_QUEUED,
                               .owner = "",
                               .closed_by = "",
                               .address = "sales",
                               .handed_to = ""};
    desk_load_chat(d, &chat); /* its visitor is missing */
    desk_load_visitor(d, &ann);
    desk_load_visitor(d, &ann);
    chat.state = CHAT_CLOSED;
    desk_load_chat(d, &chat);
    expect_no_chat(s, "ann");
    desk_load_entry(d, &(struct entry_record){.sequence = 1, .chat = 1007}); /* of no chat */
    expect_nothing(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk__goes_on_with_an_active_chat__after_a_restart),
        cmocka_unit_test(desk__recognises_repeats__after_a_restart),
        cmocka_unit_test(desk__counts_on__after_a_restart),
        cmocka_unit_test(desk__offers_again_what_was_offered__in_the_old_order),
        cmocka_unit_test(desk__keeps_messages_that_were_left__after_a_restart),
        cmocka_unit_test(desk__gives_the_chat_to_others__if_its_agent_does_not_come_back),
        cmocka_unit_test(desk__keeps_who_is_first_in_line__after_a_restart),
        cmocka_unit_test(desk__takes_over_chats_whose_agent_or_department_was_taken_out),
        cmocka_unit_test(desk__leaves_records_alone_that_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
