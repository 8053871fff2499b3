/* How many visitors an agent can be shown (desk_agent_room). */
#include "desk/agent.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void room_is(struct story *s, const char *agent, size_t room)
{
    char jid[64];

    snprintf(jid, sizeof jid, "%s@example.org", agent);
    desk_agent_room(desk_of(s), now_of(s), jid, room);
    story_turn(s);
}

static void desk__offers_nothing_new_to_who_has_no_room(void **state)
{
    (void)state;
    struct story *s = story_create();
    struct department_view p;
    has_agent(s, "bob", 5);
    has_agent(s, "eve", 5);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    room_is(s, "bob", 1);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "one");
    expect_offer(s, "bob", "ann");
    visitor_says(s, "cat", "two");
    expect_waiting(s, "cat", CHAT_QUEUED, 2);
    expect_no_offer(s, "bob", "cat");
    agent_says(s, "bob", "ann", "hi");
    assert_true(desk_department(desk_of(s), "sales", &p));
    assert_int_equal(p.state, DEPARTMENT_FULL);
    assert_int_equal(p.free_seats, 0);
    agent_is(s, "eve", AVAILABILITY_AWAY); /* a seat is free at who is free, but no room */
    expect_offer(s, "eve", "cat");
    room_is(s, "bob", 2);
    expect_offer(s, "bob", "cat");
    room_is(s, "bob", 0);
    expect_waiting(s, "cat", CHAT_OFFERED, 1); /* whom one is shown already stays */
    agent_says(s, "bob", "cat", "hi");
    expect_owner(s, "cat", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

/* Whose last room that was is free for nobody else: departments are told at once. */
static void desk__tells_departments_when_who_joins_has_no_more_room(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    room_is(s, "eve", 1);
    agent_is(s, "eve", AVAILABILITY_FREE);
    forget_what_was_told(s);
    assert_int_equal(desk_agent_join(desk_of(s), now_of(s), "eve@example.org", "visitor-ann"),
                     DESK_OK);
    story_turn(s);
    expect_department_told(s, "sales");
    expect_department(s, "sales", DEPARTMENT_FULL);
    forget_what_was_told(s);
    story_ends(s);
}

/* Room that earlier chats of the same round have used up is not promised twice. */
static void desk__counts_room_within_a_round(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 5);
    has_agent(s, "eve", 5);
    has_department(s, "sales", "bob eve");
    story_begins(s);
    room_is(s, "bob", 1);
    room_is(s, "eve", 2);
    visitor_says(s, "ann", "one");
    visitor_says(s, "cat", "two");
    visitor_says(s, "dan", "three");
    agent_is(s, "eve", AVAILABILITY_AWAY);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_waiting(s, "cat", CHAT_OFFERED, 2);
    expect_waiting(s, "dan", CHAT_QUEUED, 3);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk__offers_nothing_new_to_who_has_no_room),
        cmocka_unit_test(desk__tells_departments_when_who_joins_has_no_more_room),
        cmocka_unit_test(desk__counts_room_within_a_round),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
