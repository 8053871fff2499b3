/* How many are where, and what was counted. */
#include "desk/census.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct census_department sales(struct story *s)
{
    struct census_department c;

    assert_true(census_department(desk_of(s), "sales", &c));
    return c;
}

static void expect_chats(struct story *s, size_t queued, size_t offered, size_t active, size_t left)
{
    struct census_department c = sales(s);

    assert_int_equal(c.queued, queued);
    assert_int_equal(c.offered, offered);
    assert_int_equal(c.active, active);
    assert_int_equal(c.left, left);
}

static void expect_counted(struct story *s, uint64_t begun, uint64_t left, uint64_t abandoned,
                           uint64_t waits)
{
    struct census_department c = sales(s);

    assert_int_equal(c.counts->begun, begun);
    assert_int_equal(c.counts->left, left);
    assert_int_equal(c.counts->abandoned, abandoned);
    assert_int_equal(c.counts->waits.count, waits);
}

static void census_department__knows__only_what_there_is(void **state)
{
    struct story *s = story_of_sales();
    struct census_department c;

    (void)state;
    assert_false(census_department(desk_of(s), "nowhere", &c));
    expect_chats(s, 0, 0, 0, 0);
    assert_int_equal(sales(s).longest_wait, 0);
    story_ends(s);
}

static void census_department__counts__agents_by_availability(void **state)
{
    struct story *s = story_of_sales();

    (void)state;
    assert_int_equal(sales(s).agents[AVAILABILITY_GONE], 2);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_BUSY);
    assert_int_equal(sales(s).agents[AVAILABILITY_GONE], 0);
    assert_int_equal(sales(s).agents[AVAILABILITY_FREE], 1);
    assert_int_equal(sales(s).agents[AVAILABILITY_BUSY], 1);
    story_ends(s);
}

static void census_department__follows__a_chat_to_its_end(void **state)
{
    struct story *s = story_of_sales();

    (void)state;
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "hello, too");
    expect_chats(s, 1, 1, 0, 0); /* bob has one seat */
    pass_time(s, 12 * SECOND);
    assert_int_equal(sales(s).longest_wait, 12 * SECOND);
    agent_says(s, "bob", "ann", "hi");
    expect_chats(s, 1, 0, 1, 0);
    expect_counted(s, 2, 0, 0, 1);
    assert_int_equal(sales(s).counts->waits.sum_ms, 12 * SECOND);
    visitor_ends(s, "cem");
    expect_chats(s, 0, 0, 1, 0);
    expect_counted(s, 2, 0, 1, 1);
    assert_int_equal(sales(s).longest_wait, 0);
    agent_ends(s, "bob", "ann");
    expect_chats(s, 0, 0, 0, 0);
    expect_counted(s, 2, 0, 1, 1);
    forget_what_was_told(s);
    story_ends(s);
}

/* Who leaves a message does not wait, and whoever takes it later has kept nobody waiting. */
static void census_department__counts__left_messages_apart(void **state)
{
    struct story *s = story_of_sales();

    (void)state;
    visitor_says(s, "ann", "nobody?");
    pass_time(s, MINUTE);
    expect_chats(s, 0, 0, 0, 1);
    assert_int_equal(sales(s).longest_wait, 0);
    expect_counted(s, 1, 1, 0, 0);
    visitor_ends(s, "ann");
    expect_counted(s, 1, 1, 0, 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* Who left a message and is still here when an agent comes waits from then on. */
static void census_department__measures__from_when_there_is_somebody(void **state)
{
    struct story *s = story_of_sales();

    (void)state;
    visitor_says(s, "ann", "nobody?");
    pass_time(s, MINUTE);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_chats(s, 0, 1, 0, 0);
    pass_time(s, 5 * SECOND);
    assert_int_equal(sales(s).longest_wait, 5 * SECOND);
    agent_says(s, "bob", "ann", "hi");
    expect_counted(s, 1, 1, 0, 1);
    assert_int_equal(sales(s).counts->waits.sum_ms, 5 * SECOND);
    forget_what_was_told(s);
    story_ends(s);
}

/* After a restart the wait is counted from there. */
static void census_department__begins_anew__with_a_run(void **state)
{
    struct story *s = story_of_sales();

    (void)state;
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    pass_time(s, MINUTE);
    desk_restarts(s);
    expect_counted(s, 0, 0, 0, 0);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    expect_chats(s, 0, 1, 0, 0);
    pass_time(s, 3 * SECOND);
    assert_in_range(sales(s).longest_wait, 3 * SECOND, 5 * SECOND);
    forget_what_was_told(s);
    story_ends(s);
}

/* A chat that lost its agent waits anew. */
static void census_department__measures__each_wait(void **state)
{
    struct story *s = story_of_a_chat();

    (void)state;
    expect_counted(s, 1, 0, 0, 1);
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    expect_chats(s, 0, 1, 0, 0);
    pass_time(s, 5 * SECOND);
    agent_says(s, "eve", "ann", "here I am");
    expect_counted(s, 1, 0, 0, 2);
    assert_int_equal(sales(s).counts->waits.sum_ms, 5 * SECOND);
    forget_what_was_told(s);
    story_ends(s);
}

/* An agent writes to who only looks at pages: nobody has waited. */
static void census_department__measures__no_wait_for_who_is_written_to(void **state)
{
    struct story *s = story_create();

    (void)state;
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    shows_browsing(s, 2);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    desk_visitor_browses(desk_of(s), now_of(s), "visitor-ann", "sales");
    story_turn(s);
    agent_says(s, "bob", "ann", "may I help?");
    expect_chats(s, 0, 0, 1, 0);
    expect_counted(s, 1, 0, 0, 0);
    forget_what_was_told(s);
    story_ends(s);
}

static void census_department__leaves_out__a_probe(void **state)
{
    struct story *s = story_of_sales();
    const struct visitor_record probe = {.id = "visitor-probe",
                                         .site = "default",
                                         .only_agent = "bob@example.org",
                                         .first_seen = now_of(s)};

    (void)state;
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(desk_visitor_arrive(desk_of(s), now_of(s), &probe, NULL, 0), DESK_OK);
    desk_visitor_online(desk_of(s), now_of(s), probe.id, true);
    visitor_says(s, "probe", "hello?");
    expect_chats(s, 0, 1, 0, 0);
    agent_says(s, "bob", "probe", "yes");
    expect_chats(s, 0, 0, 1, 0);
    expect_counted(s, 0, 0, 0, 0);
    forget_what_was_told(s);
    story_ends(s);
}

static void census_visitors__counts__who_is_online(void **state)
{
    struct story *s = story_of_sales();
    struct census_visitors v;

    (void)state;
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    visitor_says(s, "cem", "hello?");
    census_visitors(desk_of(s), &v);
    assert_int_equal(v.online, 2);
    assert_int_equal(v.chatting, 1);
    visitor_leaves(s, "cem");
    pass_time(s, LEAVE);
    census_visitors(desk_of(s), &v);
    assert_int_equal(v.online, 1);
    assert_int_equal(v.chatting, 0);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(census_department__knows__only_what_there_is),
        cmocka_unit_test(census_department__counts__agents_by_availability),
        cmocka_unit_test(census_department__follows__a_chat_to_its_end),
        cmocka_unit_test(census_department__counts__left_messages_apart),
        cmocka_unit_test(census_department__measures__from_when_there_is_somebody),
        cmocka_unit_test(census_department__begins_anew__with_a_run),
        cmocka_unit_test(census_department__measures__each_wait),
        cmocka_unit_test(census_department__measures__no_wait_for_who_is_written_to),
        cmocka_unit_test(census_department__leaves_out__a_probe),
        cmocka_unit_test(census_visitors__counts__who_is_online),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
