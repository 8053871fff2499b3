/* The tickets that a visitor in memory carries. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"
#define BOB "bob@example.org"

static struct ticket_record record(int64_t number, enum ticket_state state)
{
    return (struct ticket_record){.number = number,
                                  .department = "sales",
                                  .state = state,
                                  .owner = "",
                                  .subject = "",
                                  .level = 1,
                                  .converted_by = "",
                                  .visitor = ANN,
                                  .address = "sales",
                                  .watchers = ""};
}

static void put(struct requested *r, int64_t number, enum ticket_state state)
{
    const struct ticket_record one = record(number, state);

    requested_put(r, &one);
}

static void expect_numbers(const struct requested *r, const char *expected)
{
    char text[128] = "";

    for (size_t i = 0; i < r->count; i++) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s%lld", i > 0 ? " " : "",
                 (long long)r->tickets[i].record.number);
    }
    assert_string_equal(text, expected);
}

static void requested_put__keeps__the_latest_ten(void **state)
{
    (void)state;
    struct requested r = {.count = 0};
    for (int64_t number = 10; number > 0; number--) {
        put(&r, number * 2, TICKET_OPEN);
    }
    expect_numbers(&r, "20 18 16 14 12 10 8 6 4 2");
    put(&r, 1, TICKET_OPEN); /* older than all */
    expect_numbers(&r, "20 18 16 14 12 10 8 6 4 2");
    put(&r, 7, TICKET_OPEN);
    expect_numbers(&r, "20 18 16 14 12 10 8 7 6 4");
    put(&r, 18, TICKET_PENDING);
    expect_numbers(&r, "20 18 16 14 12 10 8 7 6 4");
    assert_int_equal(requested_find(&r, 18)->record.state, TICKET_PENDING);
    assert_null(requested_find(&r, 2));
    requested_finish(&r);
}

static void requested_put__drops__what_is_closed_first(void **state)
{
    (void)state;
    struct requested r = {.count = 0};
    for (int64_t number = 11; number <= 20; number++) {
        put(&r, number, number == 15 || number == 17 ? TICKET_CLOSED : TICKET_OPEN);
    }
    put(&r, 2, TICKET_CLOSED); /* older than what is closed there */
    expect_numbers(&r, "20 19 18 17 16 15 14 13 12 11");
    put(&r, 1, TICKET_OPEN);
    expect_numbers(&r, "20 19 18 17 16 14 13 12 11 1");
    put(&r, 21, TICKET_CLOSED);
    expect_numbers(&r, "21 20 19 18 16 14 13 12 11 1");
    put(&r, 22, TICKET_OPEN);
    expect_numbers(&r, "22 20 19 18 16 14 13 12 11 1");
    put(&r, 23, TICKET_CLOSED); /* what is to be finished counts more */
    expect_numbers(&r, "22 20 19 18 16 14 13 12 11 1");
    requested_finish(&r);
}

static void requested_set_first_line__keeps__as_much_as_a_subject(void **state)
{
    (void)state;
    struct requested r = {.count = 0};
    char *line = mem_print("two\nlines, %0300d", 7);
    put(&r, 1, TICKET_NEW);
    struct visitor_ticket *t = requested_find(&r, 1);
    requested_set_first_line(t, line);
    free(line);
    assert_int_equal(text_count(t->first_line), REQUESTED_SUBJECT_POINTS);
    assert_ptr_equal(strstr(t->first_line, "two lines, 000"), t->first_line);
    requested_finish(&r);
}

static void requested_waits__follows__who_spoke_last_and_the_state(void **state)
{
    (void)state;
    static const struct {
        enum ticket_state state;
        time_ms due;
        enum entry_by last_by;
        bool waits;
    } CASES[] = {
        {TICKET_NEW, 0, 0, false},           {TICKET_OPEN, 0, 0, false},
        {TICKET_OPEN, 0, BY_AGENT, true},    {TICKET_OPEN, 0, BY_VISITOR, false},
        {TICKET_PENDING, 0, 0, true},        {TICKET_PENDING, 0, BY_VISITOR, true},
        {TICKET_PENDING, 9, 0, false},       {TICKET_PENDING, 9, BY_AGENT, true},
        {TICKET_SOLVED, 0, BY_AGENT, true},  {TICKET_SOLVED, 0, 0, false},
        {TICKET_CLOSED, 0, BY_AGENT, false},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct ticket_record r = record(1, CASES[i].state);
        r.due = CASES[i].due;
        r.last_by = CASES[i].last_by;
        assert_int_equal(requested_waits(&r), CASES[i].waits);
    }
}

/* ---- in the desk ---- */

static int64_t ticket_of(struct story *s, const char *visitor)
{
    struct chat_view chat;

    visitor_says(s, visitor, "it's broken");
    agent_says(s, "bob", visitor, "hm");
    assert_true(desk_chat(desk_of(s), "visitor-ann", &chat));
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    return chat.number;
}

static void expect_carried(struct story *s, size_t at, int64_t number, enum ticket_state state,
                           const char *subject)
{
    struct requested_view view;

    assert_true(desk_visitor_ticket(desk_of(s), ANN, at, &view));
    assert_int_equal(view.record->number, number);
    assert_int_equal(view.record->state, state);
    assert_string_equal(view.subject, subject);
    assert_string_equal(view.record->address, "sales");
}

static void visitor__carries__their_tickets_as_they_change(void **state)
{
    (void)state;
    struct requested_view view;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    int64_t number = ticket_of(s, "ann");
    expect_carried(s, 0, number, TICKET_OPEN, "it's broken");
    assert_false(desk_visitor_ticket(desk_of(s), ANN, 1, &view));
    assert_int_equal(desk_ticket_subject(desk_of(s), now_of(s), BOB, number, "Printer"), DESK_OK);
    expect_carried(s, 0, number, TICKET_OPEN, "Printer");
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_CLOSED), DESK_OK);
    expect_carried(s, 0, number, TICKET_CLOSED, "Printer");
    clock_jumps(s, TICKET_CLOSED_DAYS * 24 * (time_ms)HOUR + HOUR);
    assert_false(desk_visitor_ticket(desk_of(s), ANN, 0, &view)); /* closed for too long */
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__carries__their_tickets_again_when_they_return(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    int64_t number = ticket_of(s, "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER + MINUTE);
    assert_null(desk_find_visitor(desk_of(s), ANN));
    visitor_returns(s, "ann");
    expect_carried(s, 0, number, TICKET_OPEN, "it's broken");
    desk_restarts(s);
    visitor_returns(s, "ann");
    expect_carried(s, 0, number, TICKET_OPEN, "it's broken");
    forget_what_was_told(s);
    story_ends(s);
}

struct late {
    struct story *story;
    uint64_t mark;
    bool stale;
};

static void on_late(void *ctx, const struct visitor_answer *answer)
{
    struct late *l = ctx;
    struct desk *d = desk_of(l->story);

    l->stale = !desk_knows_since(d, l->mark);
    if (!l->stale) {
        assert_int_equal(desk_visitor_arrive(d, now_of(l->story), answer->visitor, NULL, 0),
                         DESK_OK);
        desk_visitor_tickets(d, ANN, answer->tickets, answer->ticket_count);
    }
}

/* What is read before a change does not take its place; and once the desk has forgotten the change
 * it says that it is to be read again. */
static void visitor__is_told__nothing_older_than_what_was_written(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    int64_t number = ticket_of(s, "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER + MINUTE);
    desk_await_ticket(desk_of(s), number);
    desk_load_ticket(desk_of(s), number,
                     &(struct ticket_record){.number = number,
                                             .department = "sales",
                                             .state = TICKET_OPEN,
                                             .owner = BOB,
                                             .subject = "",
                                             .level = 1,
                                             .converted_by = BOB,
                                             .visitor = ANN,
                                             .address = "sales",
                                             .watchers = ""});
    struct late late = {.story = s, .mark = desk_ticket_mark(desk_of(s))};
    storage_find_visitor(storage_of(s), "default", NULL, ANN, on_late, &late);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED), DESK_OK);
    storage_seal(storage_of(s));
    storage_dispatch(storage_of(s));
    assert_false(late.stale);
    expect_carried(s, 0, number, TICKET_SOLVED, "it's broken");
    late.mark = 0;
    pass_time(s, TICKET_IDLE_MS + MINUTE);
    storage_find_visitor(storage_of(s), "default", NULL, ANN, on_late, &late);
    storage_dispatch(storage_of(s));
    assert_true(late.stale);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requested_put__keeps__the_latest_ten),
        cmocka_unit_test(requested_put__drops__what_is_closed_first),
        cmocka_unit_test(requested_set_first_line__keeps__as_much_as_a_subject),
        cmocka_unit_test(requested_waits__follows__who_spoke_last_and_the_state),
        cmocka_unit_test(visitor__carries__their_tickets_as_they_change),
        cmocka_unit_test(visitor__carries__their_tickets_again_when_they_return),
        cmocka_unit_test(visitor__is_told__nothing_older_than_what_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
