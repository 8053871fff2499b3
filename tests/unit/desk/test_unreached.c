/* Lines of a ticket that came back. */
#include "desk/desk_tickets.h"
#include "desk/unreached.h"
#include "story_wake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EVE "eve@example.org"

/* The requester's line, and that it came back from bob's server. */
static bool comes_back(struct story *s, const char *agent, int64_t number, int64_t sequence)
{
    works_on(s, number);
    bool is_told = desk_ticket_unreached(desk_of(s), now_of(s), agent, number, sequence);

    story_turn(s);
    return is_told;
}

static int64_t asks(struct story *s, int64_t number)
{
    int64_t sequence = 0;
    const struct desk_line line = {.sender_id = "", .body = "hello?", .ticket = number};

    assert_int_equal(desk_visitor_write(desk_of(s), now_of(s), ANN, "sales", &line, &sequence),
                     DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    return sequence;
}

static int64_t answers(struct story *s, const char *agent, int64_t number)
{
    int64_t sequence = 0;

    works_on(s, number);
    assert_int_equal(desk_ticket_say(desk_of(s), now_of(s), agent, number, "", "yes", &sequence),
                     DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    return sequence;
}

static void line__that_did_not_reach_its_owner__is_told_to_the_others_once(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    int64_t line = asks(s, number);
    assert_true(comes_back(s, BOB, number, line));
    expect_call(s, "eve", "sales", CALL_TICKET_UNREACHED, "", "1001");
    expect_nothing(s);
    assert_false(comes_back(s, BOB, number, asks(s, number)));
    expect_nothing(s);
    desk_ticket_wake(desk_of(s), now_of(s), number); /* out of memory */
    assert_false(comes_back(s, BOB, number, asks(s, number)));
    expect_nothing(s);
    expect_notes(s, number, "unreached: Bob\n");
    works_on(s, number);
    assert_string_equal(desk_ticket(desk_of(s), number)->owner, BOB); /* still his */
    answers(s, BOB, number);
    assert_true(comes_back(s, BOB, number, asks(s, number)));
    expect_call(s, "eve", "sales", CALL_TICKET_UNREACHED, "", "1001");
    story_ends(s);
}

static void line__that_was_answered_or_is_of_another__is_not_told(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    int64_t line = asks(s, number);
    assert_false(comes_back(s, EVE, number, line)); /* who has it had it */
    assert_false(comes_back(s, "who@example.org", number, line));
    assert_false(comes_back(s, BOB, 999999, line));
    answers(s, EVE, number);
    assert_false(comes_back(s, BOB, number, line));
    expect_nothing(s);
    expect_notes(s, number, "");
    story_ends(s);
}

static void supervisors__are_told__where_there_is_no_other_agent(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_department(s, "sales", "bob");
    keeps_tickets(s, TICKETS_ALWAYS);
    has_role(s, ROLE_SUPERVISOR, "boss bob");
    story_begins(s);
    int64_t number = bobs_ticket(s);
    assert_true(comes_back(s, BOB, number, asks(s, number)));
    expect_call(s, "boss", "sales", CALL_TICKET_UNREACHED, "", "1001");
    expect_nothing(s);
    story_ends(s);
}

static void returns(struct story *s, int64_t number, int64_t sequence)
{
    works_on(s, number);
    desk_ticket_returned(desk_of(s), now_of(s), number, sequence);
    story_turn(s);
}

static void answer__that_did_not_reach_the_requester__is_told_to_its_owner(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    int64_t line = answers(s, BOB, number);
    returns(s, number, line - 1);
    returns(s, 999999, line);
    expect_nothing(s);
    returns(s, number, line);
    expect_call(s, "bob", "sales", CALL_TICKET_RETURNED, "", "1001");
    expect_nothing(s);
    expect_notes(s, number, "returned: \n");
    asks(s, number); /* who speaks is there */
    returns(s, number, line);
    expect_nothing(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__that_did_not_reach_its_owner__is_told_to_the_others_once),
        cmocka_unit_test(line__that_was_answered_or_is_of_another__is_not_told),
        cmocka_unit_test(supervisors__are_told__where_there_is_no_other_agent),
        cmocka_unit_test(answer__that_did_not_reach_the_requester__is_told_to_its_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
