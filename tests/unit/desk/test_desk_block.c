/* Blocks: who may, what they do, how they end. */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define ANN "visitor-ann"

static enum desk_result blocks(struct story *s, const char *who, const char *visitor,
                               unsigned hours)
{
    return desk_agent_block(desk_of(s), now_of(s), who, visitor, hours, "spam");
}

/* Ann, whose address is known, has a chat with Bob. */
static struct story *story_of_spam(void)
{
    struct story *s = story_of_a_chat();

    desk_visitor_origin(desk_of(s), ANN, "192.0.2.7");
    return s;
}

static int64_t chat_of(struct story *s, const char *visitor)
{
    struct chat_view chat;

    assert_true(desk_chat(desk_of(s), visitor, &chat));
    return chat.number;
}

static void block__ends_the_chat_and_refuses_lines__until_it_is_over(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    int64_t chat = chat_of(s, ANN);
    assert_int_equal(blocks(s, BOB, ANN, 1), DESK_OK);
    story_turn(s);
    expect_notice(s, "ann", "refused", "");
    expect_notice(s, "ann", "closed", "bob");
    expect_state(s, "ann", CHAT_CLOSED);
    assert_int_equal(visitor_tries(s, "ann", "sales", "x1", "again"), DESK_BLOCKED);
    assert_int_equal(blocks(s, BOB, ANN, 1), DESK_REPEATED);
    expect_nothing(s);
    pass_time(s, HOUR - MINUTE);
    assert_int_equal(desk_block_of(desk_of(s), ANN), chat);
    pass_time(s, MINUTE);
    assert_int_equal(desk_block_of(desk_of(s), ANN), 0);
    assert_int_equal(visitor_tries(s, "ann", "sales", "x2", "sorry"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void block__is_for_who_has_the_chat__and_of_so_many_hours(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    assert_int_equal(blocks(s, EVE, ANN, 24), DESK_FORBIDDEN);
    assert_int_equal(blocks(s, "who@example.org", ANN, 24), DESK_FORBIDDEN);
    assert_int_equal(blocks(s, BOB, "visitor-xy", 24), DESK_NOT_FOUND);
    assert_int_equal(blocks(s, BOB, ANN, 0), DESK_FORM);
    assert_int_equal(blocks(s, BOB, ANN, BLOCK_HOURS_MAX + 1), DESK_FORM);
    story_turn(s);
    expect_state(s, "ann", CHAT_ACTIVE);
    assert_int_equal(blocks(s, BOB, ANN, BLOCK_HOURS_MAX), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    story_ends(s);
}

static void address__refuses_who_comes_later__not_who_was_there(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    visitor_arrives(s, "cid");
    desk_visitor_origin(desk_of(s), "visitor-cid", "192.0.2.7");
    pass_time(s, SECOND);
    assert_int_equal(blocks(s, BOB, ANN, 24), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    assert_true(desk_is_blocked(desk_of(s), "visitor-new", now_of(s), "192.0.2.7"));
    assert_false(desk_is_blocked(desk_of(s), "visitor-new", now_of(s), "192.0.2.8"));
    assert_false(desk_is_blocked(desk_of(s), "visitor-new", now_of(s), ""));
    assert_false(desk_is_blocked(desk_of(s), "visitor-old", now_of(s) - MINUTE, "192.0.2.7"));
    assert_true(desk_is_blocked(desk_of(s), ANN, 0, "192.0.2.8"));
    assert_int_equal(visitor_tries(s, "cid", "sales", "x1", "hello"), DESK_OK);
    pass_time(s, SECOND);
    visitor_arrives(s, "joe");
    visitor_says(s, "joe", "hello");
    desk_visitor_origin(desk_of(s), "visitor-joe", "192.0.2.7");
    assert_false(desk_is_blocked(desk_of(s), "visitor-joe", 0, "192.0.2.7")); /* in a chat */
    forget_what_was_told(s);
    story_ends(s);
}

static void block__is_undone__by_who_may_see_it(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    assert_int_equal(blocks(s, BOB, ANN, 24), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    assert_null(desk_block(desk_of(s), "who@example.org", 0));
    int64_t number = desk_block_of(desk_of(s), ANN);
    assert_int_equal(desk_agent_unblock(desk_of(s), "who@example.org", number), DESK_NOT_FOUND);
    assert_string_equal(desk_block(desk_of(s), EVE, 0)->reason, "spam");
    assert_null(desk_block(desk_of(s), EVE, 1));
    assert_int_equal(desk_agent_unblock(desk_of(s), EVE, number + 1), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_unblock(desk_of(s), EVE, number), DESK_OK);
    story_turn(s);
    assert_int_equal(visitor_tries(s, "ann", "sales", "x1", "sorry"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

/* Whoever undoes an old number must not let another visitor in. */
static void number__of_a_block_that_has_ended__is_never_another_visitors(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    assert_int_equal(blocks(s, BOB, ANN, 24), DESK_OK);
    story_turn(s);
    int64_t first = desk_block_of(desk_of(s), ANN);
    assert_int_equal(desk_agent_unblock(desk_of(s), BOB, first), DESK_OK);
    story_turn(s);
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "cid", "buy that");
    agent_says(s, "bob", "cid", "no");
    assert_int_equal(blocks(s, BOB, "visitor-cid", 24), DESK_OK);
    story_turn(s);
    assert_int_not_equal(desk_block_of(desk_of(s), "visitor-cid"), first);
    assert_int_equal(desk_agent_unblock(desk_of(s), BOB, first), DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

static void blocks__are_listed_by_number__whichever_came_first(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "cid", "buy that");
    agent_says(s, "eve", "cid", "no");
    assert_int_equal(blocks(s, EVE, "visitor-cid", 24), DESK_OK); /* the later chat */
    assert_int_equal(blocks(s, BOB, ANN, 24), DESK_OK);
    story_turn(s);
    assert_string_equal(desk_block(desk_of(s), BOB, 0)->visitor, ANN);
    assert_string_equal(desk_block(desk_of(s), BOB, 1)->visitor, "visitor-cid");
    desk_restarts(s);
    assert_string_equal(desk_block(desk_of(s), BOB, 0)->visitor, ANN);
    assert_null(desk_block(desk_of(s), BOB, 2));
    forget_what_was_told(s);
    story_ends(s);
}

static void block__by_supervisors_and_dispatchers__whoever_has_the_chat(void **state)
{
    static const enum role ROLES[] = {ROLE_SUPERVISOR, ROLE_DISPATCHER};

    (void)state;
    for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++) {
        struct story *s = story_create();
        has_agent(s, "bob", 1);
        has_department(s, "sales", "bob");
        has_role(s, ROLES[i], "boss"); /* who is no agent */
        story_begins(s);
        visitor_arrives(s, "ann");
        assert_int_equal(blocks(s, "boss@example.org", ANN, 24), DESK_NOT_FOUND); /* no chat */
        agent_is(s, "bob", AVAILABILITY_FREE);
        visitor_says(s, "ann", "buy this"); /* nobody has it yet */
        forget_what_was_told(s);
        assert_int_equal(blocks(s, BOB, ANN, 24), DESK_FORBIDDEN);
        assert_int_equal(blocks(s, "boss@example.org", ANN, 24), DESK_OK);
        story_turn(s);
        expect_agent_told(s, "bob", "ann", NOTICE_CLOSED, "desk");
        expect_notice(s, "ann", "refused", "");
        expect_notice(s, "ann", "closed", "");
        expect_state(s, "ann", CHAT_CLOSED);
        assert_int_equal(visitor_tries(s, "ann", "sales", "x1", "again"), DESK_BLOCKED);
        forget_what_was_told(s);
        story_ends(s);
    }
}

/* It ends the chat, and that is for who has it. */
static void block__by_who_has_joined_or_reads__is_refused(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    agent_is(s, "eve", AVAILABILITY_FREE);
    assert_int_equal(desk_agent_join(desk_of(s), now_of(s), EVE, ANN), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    assert_int_equal(blocks(s, EVE, ANN, 24), DESK_FORBIDDEN);
    expect_state(s, "ann", CHAT_ACTIVE);
    assert_int_equal(blocks(s, BOB, ANN, 24), DESK_OK);
    story_turn(s);
    expect_agent_told(s, "eve", "ann", NOTICE_CLOSED, "agent");
    forget_what_was_told(s);
    story_ends(s);
}

static void block__survives_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    assert_int_equal(blocks(s, BOB, ANN, 24), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    desk_restarts(s);
    assert_string_equal(desk_block(desk_of(s), BOB, 0)->origin, "192.0.2.7");
    assert_true(desk_is_blocked(desk_of(s), ANN, 0, ""));
    assert_true(desk_is_blocked(desk_of(s), "visitor-new", now_of(s), "192.0.2.7"));
    pass_time(s, SECOND);
    clock_jumps(s, 25 * (time_ms)HOUR);
    pass_time(s, SECOND);
    assert_null(desk_block(desk_of(s), BOB, 0));
    desk_restarts(s);
    assert_null(desk_block(desk_of(s), BOB, 0));
    forget_what_was_told(s);
    story_ends(s);
}

static void block__is_refused__when_there_are_too_many(void **state)
{
    (void)state;
    struct story *s = story_of_spam();
    char name[32];

    for (int64_t i = 1; i < BLOCKS_MAX; i++) {
        snprintf(name, sizeof name, "visitor-%d", (int)i);
        desk_load_block(desk_of(s), &(struct block_record){.number = i,
                                                           .visitor = name,
                                                           .origin = "",
                                                           .department = "sales",
                                                           .agent = BOB,
                                                           .reason = "",
                                                           .at = now_of(s),
                                                           .until = now_of(s) + HOUR});
    }
    visitor_says(s, "cid", "hello");
    agent_ends(s, "bob", "ann");
    agent_says(s, "bob", "cid", "hi");
    assert_int_equal(blocks(s, BOB, "visitor-cid", 1), DESK_OK); /* the last one */
    assert_int_equal(blocks(s, BOB, ANN, 1), DESK_FULL);
    assert_int_equal(desk_agent_unblock(desk_of(s), BOB, 7), DESK_OK);
    assert_int_equal(blocks(s, BOB, ANN, 1), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(block__ends_the_chat_and_refuses_lines__until_it_is_over),
        cmocka_unit_test(block__is_for_who_has_the_chat__and_of_so_many_hours),
        cmocka_unit_test(address__refuses_who_comes_later__not_who_was_there),
        cmocka_unit_test(block__is_undone__by_who_may_see_it),
        cmocka_unit_test(number__of_a_block_that_has_ended__is_never_another_visitors),
        cmocka_unit_test(blocks__are_listed_by_number__whichever_came_first),
        cmocka_unit_test(block__by_supervisors_and_dispatchers__whoever_has_the_chat),
        cmocka_unit_test(block__by_who_has_joined_or_reads__is_refused),
        cmocka_unit_test(block__survives_a_restart),
        cmocka_unit_test(block__is_refused__when_there_are_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
