#include "story_wake.h"
#include "desk/desk_tickets.h"

#include "base/mem.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const struct desk_service_level LEVELS[LEVEL_COUNT] = {
    {.within = {60 * MINUTE, 30 * MINUTE, 4 * HOUR}},
    {.priority = PRIORITY_URGENT, .within = {[TARGET_SOLUTION] = HOUR}},
};

struct story *story_of_levels(const char *hours)
{
    struct story *s = story_create();

    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_department(s, "sales", "bob eve");
    keeps_tickets(s, TICKETS_ALWAYS);
    if (hours != NULL) {
        has_hours(s, "UTC", hours);
    }
    has_service_levels(s, LEVELS, LEVEL_COUNT);
    closes_solved(s, 7 * DAY);
    has_role(s, ROLE_SUPERVISOR, "boss");
    return s;
}

/* ---- the scheduler ---- */

struct found {
    int64_t numbers[50];
    size_t count;
};

static void on_numbers(void *ctx, const int64_t *numbers, size_t count)
{
    struct found *f = ctx;

    memcpy(f->numbers, numbers, count * sizeof *numbers);
    f->count = count;
}

struct one {
    struct story *s;
    int64_t number;
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    const struct one *one = ctx;

    desk_load_ticket(desk_of(one->s), one->number, answer->ticket);
    desk_ticket_wake(desk_of(one->s), now_of(one->s), one->number);
}

static size_t looks_at(struct story *s, time_ms before)
{
    struct found f = {.count = 0};
    const struct wake_query q = {.before = before, .max = 50};

    story_turn(s);
    storage_wake(storage_of(s), &q, on_numbers, &f);
    storage_dispatch(storage_of(s));
    for (size_t i = 0; i < f.count; i++) {
        struct one one = {s, f.numbers[i]};
        desk_await_ticket(desk_of(s), one.number);
        storage_ticket(storage_of(s), one.number, on_ticket, &one);
        story_turn(s);
    }
    story_turn(s);
    return f.count;
}

/* A ticket that comes again and again is a fault. */
void time_passes(struct story *s, time_ms ms)
{
    clock_jumps(s, ms);
    for (unsigned i = 0; looks_at(s, now_of(s)) > 0; i++) {
        assert_true(i < 3);
    }
}

void review(struct story *s)
{
    looks_at(s, 0);
}

/* ---- what is stored ---- */

static void keep_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct ticket_record *out = ctx;

    assert_non_null(answer->ticket);
    *out = *answer->ticket;
    out->owner = out->department = out->subject = out->converted_by = "";
    out->visitor = out->address = "";
}

struct ticket_record stored(struct story *s, int64_t number)
{
    struct ticket_record r = {.number = 0};

    story_turn(s);
    storage_ticket(storage_of(s), number, keep_ticket, &r);
    storage_dispatch(storage_of(s));
    return r;
}

static void keep_notes(void *ctx, const struct chat_record *chat,
                       const struct entry_record *entries, size_t count, bool complete)
{
    char **notes = ctx;

    (void)chat;
    (void)complete;
    *notes = mem_dup("");
    for (size_t i = 0; i < count; i++) {
        bool is_ours = entries[i].kind == ENTRY_NOTE && entries[i].by == BY_DESK;
        if (is_ours && !text_equal(entries[i].event, "converted")) {
            char *more = mem_print("%s%s: %s\n", *notes, entries[i].event, entries[i].body);
            free(*notes);
            *notes = more;
        }
    }
}

void expect_notes(struct story *s, int64_t number, const char *expected)
{
    char *notes = NULL;

    story_turn(s);
    storage_transcript(storage_of(s), number, 0, 100, keep_notes, &notes);
    storage_dispatch(storage_of(s));
    assert_string_equal(notes, expected);
    free(notes);
}

/* ---- tickets ---- */

int64_t left_ticket(struct story *s, const char *visitor)
{
    visitor_says(s, visitor, "anybody?");
    visitor_ends(s, visitor);
    forget_what_was_told(s);
    return desk_of(s)->last_number;
}

int64_t bobs_ticket(struct story *s)
{
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_ends(s, "ann");
    forget_what_was_told(s);
    return desk_of(s)->last_number;
}

void works_on(struct story *s, int64_t number)
{
    struct one one = {s, number};

    desk_await_ticket(desk_of(s), number);
    storage_ticket(storage_of(s), number, on_ticket, &one);
    desk_await_ticket(desk_of(s), number); /* so that it stays */
    story_turn(s);
}

void enters(struct story *s, int64_t number, enum ticket_state state)
{
    works_on(s, number);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, state), DESK_OK);
    desk_load_ticket(desk_of(s), number, NULL);
    story_turn(s);
}

void rests_until(struct story *s, int64_t number, time_ms due)
{
    works_on(s, number);
    assert_int_equal(desk_ticket_due(desk_of(s), now_of(s), BOB, number, due), DESK_OK);
    desk_load_ticket(desk_of(s), number, NULL);
    story_turn(s);
}

void speaks(struct story *s, int64_t number, enum entry_by by)
{
    works_on(s, number);
    ticket_spoke(desk_of(s), now_of(s), ticket_find(desk_of(s), number), by);
    desk_load_ticket(desk_of(s), number, NULL);
    story_turn(s);
}

void expect_all_told(struct story *s, enum agent_call call)
{
    expect_call(s, "bob", "sales", call, "", "1001");
    expect_call(s, "eve", "sales", call, "", "1001");
}
