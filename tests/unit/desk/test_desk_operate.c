/* Tickets, changed by who runs the daemon. */
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define ANN "visitor-ann"

static const char WHO[] = "tresen subcommand, uid 0";

static struct story *story_with_a_ticket(int64_t *number)
{
    struct story *s = story_create();
    struct chat_view chat;

    has_agent(s, "bob", 2);
    has_department(s, "sales", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    *number = chat.number;
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    return s;
}

static void desk_operate__lets__do_what_anybody_may(void **state)
{
    int64_t number;
    struct story *s = story_with_a_ticket(&number);
    struct desk *d = desk_of(s);

    (void)state;
    assert_int_equal(desk_ticket_state(d, now_of(s), WHO, number, TICKET_SOLVED), DESK_NOT_FOUND);
    desk_operate(d, WHO);
    assert_int_equal(desk_ticket_state(d, now_of(s), WHO, number, TICKET_SOLVED), DESK_OK);
    assert_int_equal(desk_ticket_subject(d, now_of(s), WHO, number, "Delivery"), DESK_OK);
    assert_int_equal(desk_ticket_assign(d, now_of(s), WHO, number, ""), DESK_OK);
    assert_int_equal(desk_ticket_assign(d, now_of(s), WHO, number, "eve@example.org"), DESK_FORM);
    assert_int_equal(desk_ticket_state(d, now_of(s), WHO, number, TICKET_CLOSED), DESK_OK);
    assert_int_equal(desk_ticket_due(d, now_of(s), WHO, number, now_of(s) + 1000000), DESK_CLOSED);
    assert_int_equal(desk_ticket_state(d, now_of(s), WHO, 4711, TICKET_OPEN), DESK_NOT_FOUND);
    desk_operate(d, NULL);
    assert_int_equal(desk_ticket_state(d, now_of(s), WHO, number, TICKET_OPEN), DESK_NOT_FOUND);
    const struct ticket_record *t = desk_ticket(d, number);
    assert_int_equal(t->state, TICKET_CLOSED);
    assert_string_equal(t->subject, "Delivery");
    assert_string_equal(t->owner, "");
    forget_what_was_told(s);
    story_ends(s);
}

/* Somebody who only calls themselves so is not the operator. */
static void desk_operate__goes_by_the_string_itself(void **state)
{
    int64_t number;
    struct story *s = story_with_a_ticket(&number);
    struct desk *d = desk_of(s);
    char same[sizeof WHO];

    (void)state;
    memcpy(same, WHO, sizeof WHO);
    desk_operate(d, WHO);
    assert_int_equal(desk_ticket_state(d, now_of(s), same, number, TICKET_SOLVED), DESK_NOT_FOUND);
    desk_operate(d, NULL);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_operate__lets__do_what_anybody_may),
        cmocka_unit_test(desk_operate__goes_by_the_string_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
