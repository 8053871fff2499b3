/* Agents who watch tickets that are not theirs. */
#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"
#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define DAN "dan@example.org"
#define BOSS "boss@example.org"

/* Bob and eve sell, dan supports, boss is a supervisor; bob has a ticket of ann's. */
static struct story *story_of_a_ticket(int64_t *number)
{
    struct story *s = story_create();
    struct chat_view chat;

    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_agent(s, "dan", 2);
    has_department(s, "sales", "bob eve");
    has_department(s, "support", "dan");
    has_answer_time(s, "boss");
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    *number = chat.number;
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    return s;
}

static void on_watchers(void *ctx, const struct ticket_answer *answer)
{
    *(char **)ctx = mem_dup(answer->ticket->watchers);
}

static void expect_watchers(struct story *s, int64_t number, const char *expected)
{
    char *watchers = NULL;

    storage_seal(storage_of(s));
    storage_ticket(storage_of(s), number, on_watchers, &watchers);
    storage_dispatch(storage_of(s));
    assert_string_equal(watchers, expected);
    free(watchers);
}

static void watchers__are_told__what_is_said_and_noted(void **state)
{
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    struct desk *d = desk_of(s);
    int64_t sequence;
    (void)state;
    assert_int_equal(desk_ticket_watch(d, now_of(s), EVE, number, true), DESK_OK);
    assert_int_equal(desk_ticket_watch(d, now_of(s), BOB, number, true), DESK_OK);
    assert_int_equal(desk_ticket_watch(d, now_of(s), EVE, number, true), DESK_REPEATED);
    expect_watchers(s, number, EVE " " BOB);
    assert_int_equal(desk_ticket_say(d, now_of(s), BOB, number, "b1", "Here you are", &sequence),
                     DESK_OK);
    expect_ticket_line(s, "eve", number, false, "bob", "Here you are");
    expect_visitor_hears(s, "ann", "bob", "Here you are");
    /* Its owner watches, too, and is told once. */
    assert_int_equal(desk_ticket_note(d, now_of(s), EVE, number, "he is angry"), DESK_OK);
    expect_ticket_line(s, "bob", number, false, "eve", "he is angry");
    forget_what_was_told(s);
    visitor_says(s, "ann", "thank you");
    expect_ticket_line(s, "bob", number, true, "", "thank you");
    expect_ticket_line(s, "eve", number, true, "", "thank you");
    forget_what_was_told(s);
    assert_int_equal(desk_ticket_watch(d, now_of(s), EVE, number, false), DESK_OK);
    assert_int_equal(desk_ticket_watch(d, now_of(s), EVE, number, false), DESK_REPEATED);
    expect_watchers(s, number, BOB);
    assert_int_equal(desk_ticket_say(d, now_of(s), BOB, number, "b2", "Good bye", &sequence),
                     DESK_OK);
    expect_visitor_hears(s, "ann", "bob", "Good bye");
    forget_what_was_told(s);
    story_ends(s);
}

static void watchers__are_told__where_nobody_has_it(void **state)
{
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    struct desk *d = desk_of(s);
    int64_t sequence;
    (void)state;
    assert_int_equal(desk_ticket_say(d, now_of(s), BOB, number, "b1", "Which one?", &sequence),
                     DESK_OK);
    assert_int_equal(desk_ticket_watch(d, now_of(s), EVE, number, true), DESK_OK);
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, ""), DESK_OK);
    forget_what_was_told(s);
    visitor_says(s, "ann", "the red one");
    expect_ticket_line(s, "eve", number, true, "", "the red one");
    forget_what_was_told(s);
    story_ends(s);
}

static void who_may_not_change_it__watches__nothing(void **state)
{
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    struct desk *d = desk_of(s);
    (void)state;
    assert_int_equal(desk_ticket_watch(d, now_of(s), DAN, number, true), DESK_NOT_FOUND);
    assert_int_equal(desk_ticket_watch(d, now_of(s), "who@example.org", number, true),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_ticket_watch(d, now_of(s), BOSS, number, true), DESK_FORBIDDEN);
    assert_int_equal(desk_ticket_watch(d, now_of(s), EVE, number, true), DESK_OK);
    changes_members(s, "sales", "bob"); /* eve has gone elsewhere */
    changes_members(s, "support", "dan eve");
    desk_is_configured(s);
    forget_what_was_told(s);
    assert_int_equal(desk_ticket_note(d, now_of(s), BOB, number, "nothing for eve"), DESK_OK);
    expect_nothing(s);
    story_ends(s);
}

static void watchers__are__bounded(void **state)
{
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    struct ticket *t = ticket_find(desk_of(s), number);
    char *others = mem_dup("");
    (void)state;
    for (int i = 1; i < DESK_WATCHERS; i++) { /* who are no agents any more */
        char *more = mem_print("%s%sa%d@example.org", others, i > 1 ? " " : "", i);
        free(others);
        others = more;
    }
    free((char *)t->record.watchers);
    t->record.watchers = others;
    assert_int_equal(desk_ticket_watch(desk_of(s), now_of(s), EVE, number, true), DESK_OK);
    assert_int_equal(desk_ticket_watch(desk_of(s), now_of(s), BOB, number, true), DESK_FULL);
    assert_int_equal(desk_ticket_watch(desk_of(s), now_of(s), EVE, number, false), DESK_OK);
    assert_int_equal(desk_ticket_watch(desk_of(s), now_of(s), BOB, number, true), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watchers__are_told__what_is_said_and_noted),
        cmocka_unit_test(watchers__are_told__where_nobody_has_it),
        cmocka_unit_test(who_may_not_change_it__watches__nothing),
        cmocka_unit_test(watchers__are__bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
