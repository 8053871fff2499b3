/* Persons who are erased: what the desk has of them goes, and does not come back. */
#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static enum desk_result forgets(struct story *s, const char *visitor, bool ends)
{
    char *id = mem_print("visitor-%s", visitor);
    enum desk_result result = desk_forget_visitor(desk_of(s), now_of(s), id, ends);
    story_turn(s);
    free(id);
    return result;
}

static void ends(struct story *s)
{
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_forget__refuses__an_open_chat_unless_it_is_to_end(void **state)
{
    struct story *s = story_of_a_chat();

    (void)state;
    assert_int_equal(forgets(s, "ann", false), DESK_RUNNING);
    assert_true(desk_is_talking(desk_of(s), "visitor-ann"));
    assert_false(desk_has_forgotten(desk_of(s), "visitor-ann"));
    agent_says(s, "bob", "ann", "still here");
    expect_visitor_hears(s, "ann", "bob", "still here");
    assert_int_equal(forgets(s, "ann", true), DESK_OK);
    expect_contact_gone(s, "bob", "ann");
    assert_false(desk_is_talking(desk_of(s), "visitor-ann"));
    expect_no_chat(s, "ann");
    ends(s);
}

/* The seat is free again, and others take it. */
static void desk_forget__gives__the_next_one_the_seat(void **state)
{
    struct story *s = story_of_a_chat();

    (void)state;
    visitor_says(s, "zoe", "me too");
    expect_no_offer(s, "bob", "zoe");
    assert_int_equal(forgets(s, "ann", true), DESK_OK);
    expect_offer(s, "bob", "zoe");
    ends(s);
}

/* Who has the page open is a stranger: what was read of them before does not bring them back. */
static void desk_forget__remembers__whom_it_forgot(void **state)
{
    struct story *s = story_of_a_chat();
    struct visitor_view view;

    (void)state;
    agent_ends(s, "bob", "ann");
    assert_int_equal(forgets(s, "ann", false), DESK_OK);
    assert_true(desk_has_forgotten(desk_of(s), "visitor-ann"));
    assert_false(desk_visitor(desk_of(s), "visitor-ann", &view));
    desk_load_visitor(desk_of(s), &(struct visitor_record){.id = "visitor-ann"});
    assert_false(desk_visitor(desk_of(s), "visitor-ann", &view));
    assert_false(desk_has_forgotten(desk_of(s), "visitor-zoe"));
    assert_int_equal(forgets(s, "nobody", false), DESK_OK); /* who is only on disk */
    assert_true(desk_has_forgotten(desk_of(s), "visitor-nobody"));
    ends(s);
}

/* As many as it remembers; then the first one is out of mind, too. */
static void desk_forget__remembers__so_many_and_no_more(void **state)
{
    struct story *s = story_of_sales();

    (void)state;
    for (unsigned i = 0; i < DESK_FORGOTTEN; i++) {
        char *name = mem_print("v%u", i);
        assert_int_equal(forgets(s, name, false), DESK_OK);
        free(name);
    }
    assert_true(desk_has_forgotten(desk_of(s), "visitor-v0"));
    assert_int_equal(forgets(s, "last", false), DESK_OK);
    assert_false(desk_has_forgotten(desk_of(s), "visitor-v0"));
    assert_true(desk_has_forgotten(desk_of(s), "visitor-v1"));
    ends(s);
}

/* A chat that is in memory stays; one that is only on disk may go. */
static void desk_forget_chat__waits__for_what_is_in_memory(void **state)
{
    struct story *s = story_of_a_chat();
    struct chat_view chat;

    (void)state;
    assert_true(desk_chat(desk_of(s), "visitor-ann", &chat));
    assert_false(desk_forget_chat(desk_of(s), chat.number, false));
    agent_ends(s, "bob", "ann");
    assert_false(desk_forget_chat(desk_of(s), chat.number, true)); /* it lingers */
    assert_int_equal(forgets(s, "ann", false), DESK_OK);
    assert_true(desk_forget_chat(desk_of(s), chat.number, false));
    assert_true(desk_forget_chat(desk_of(s), 999999, true));
    ends(s);
}

/* Its ticket goes with it, whoever looks at it. */
static void desk_forget_chat__takes__the_ticket_along(void **state)
{
    struct story *s = story_create();
    struct chat_view chat;

    (void)state;
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    keeps_tickets(s, TICKETS_ALWAYS);
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    assert_true(desk_chat(desk_of(s), "visitor-ann", &chat));
    agent_ends(s, "bob", "ann");
    assert_non_null(ticket_find(desk_of(s), chat.number));
    assert_int_equal(forgets(s, "ann", false), DESK_OK);
    assert_true(desk_forget_chat(desk_of(s), chat.number, false));
    assert_null(desk_ticket(desk_of(s), chat.number));
    ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_forget__refuses__an_open_chat_unless_it_is_to_end),
        cmocka_unit_test(desk_forget__gives__the_next_one_the_seat),
        cmocka_unit_test(desk_forget__remembers__whom_it_forgot),
        cmocka_unit_test(desk_forget__remembers__so_many_and_no_more),
        cmocka_unit_test(desk_forget_chat__waits__for_what_is_in_memory),
        cmocka_unit_test(desk_forget_chat__takes__the_ticket_along),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
