/* The time that agents spend on chats and tickets. */
#include "base/buf.h"
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

/* Bob and eve sell, dan supports, boss is a supervisor; bob has a chat with ann. */
static struct story *story_of_work(int64_t *number)
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
    return s;
}

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    *(time_ms *)ctx = answer->spent;
}

static time_ms stored(struct story *s, int64_t number)
{
    time_ms spent = -1;

    storage_seal(storage_of(s));
    storage_ticket(storage_of(s), number, on_ticket, &spent);
    storage_dispatch(storage_of(s));
    return spent;
}

struct read {
    struct story *s;
    int64_t number;
};

static void on_read(void *ctx, const struct ticket_answer *answer)
{
    const struct read *r = ctx;

    desk_load_ticket(desk_of(r->s), r->number, answer->ticket);
    desk_load_spent(desk_of(r->s), r->number, answer->spent);
}

/* As an edge does it before anything is said: what is stored now is read, and known later. */
static void is_being_read(struct read *r)
{
    desk_await_ticket(desk_of(r->s), r->number);
    storage_ticket(storage_of(r->s), r->number, on_read, r);
}

static time_ms all_of(struct story *s, int64_t number)
{
    struct read r = {s, number};

    storage_seal(storage_of(s));
    is_being_read(&r);
    storage_dispatch(storage_of(s));
    return desk_spent(desk_of(s), number);
}

static enum desk_result spend(struct story *s, const char *who, const struct chat_record *chat,
                              int minutes, const char *comment)
{
    all_of(s, chat->number);
    return desk_spend(desk_of(s), now_of(s), who, chat, minutes, comment);
}

static void on_notes(void *ctx, const struct chat_record *chat, const struct entry_record *entries,
                     size_t count, bool complete)
{
    (void)chat;
    (void)complete;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(entries[i].event, "time") == 0) {
            buf_printf(ctx, "%s %s\n", entries[i].name, entries[i].body);
        }
    }
}

static void expect_notes(struct story *s, int64_t number, const char *expected)
{
    struct buf said;

    buf_init(&said, 4096);
    storage_seal(storage_of(s));
    storage_transcript(storage_of(s), number, 0, 100, on_notes, &said);
    storage_dispatch(storage_of(s));
    assert_string_equal(said.bytes, expected);
    buf_finish(&said);
}

static struct chat_record read_chat(int64_t number)
{
    return (struct chat_record){.number = number,
                                .visitor = ANN,
                                .department = "sales",
                                .address = "sales",
                                .state = CHAT_CLOSED,
                                .owner = BOB};
}

static void time__counts__while_an_agent_has_the_chat(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    (void)state;
    pass_time(s, 90 * SECOND);
    assert_int_equal(desk_spent(desk_of(s), number), 90 * SECOND);
    assert_int_equal(stored(s, number), 0);
    agent_is(s, "eve", AVAILABILITY_FREE);
    assert_int_equal(desk_agent_release(desk_of(s), now_of(s), BOB, ANN), DESK_OK);
    story_turn(s);
    assert_int_equal(stored(s, number), 90 * SECOND);
    pass_time(s, 40 * SECOND); /* it waits: nobody's time */
    assert_int_equal(desk_spent(desk_of(s), number), 90 * SECOND);
    agent_says(s, "eve", "ann", "my turn");
    pass_time(s, 10 * SECOND);
    agent_ends(s, "eve", "ann");
    assert_int_equal(stored(s, number), 100 * SECOND);
    pass_time(s, 10 * SECOND); /* it lingers */
    assert_int_equal(all_of(s, number), 100 * SECOND);
    assert_int_equal(stored(s, number), 100 * SECOND);
    forget_what_was_told(s);
    story_ends(s);
}

static void time__is__what_passed_and_not_what_the_clock_says(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    (void)state;
    pass_time(s, 20 * SECOND);
    clock_jumps(s, 300 * (time_ms)HOUR);
    pass_time(s, 10 * SECOND);
    clock_jumps(s, -400 * (time_ms)HOUR);
    agent_ends(s, "bob", "ann");
    assert_int_equal(stored(s, number), 30 * SECOND);
    forget_what_was_told(s);
    story_ends(s);
}

static void time__counts__as_far_as_something_was_said_before_a_restart(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    (void)state;
    pass_time(s, 30 * SECOND);
    visitor_says(s, "ann", "and another thing");
    pass_time(s, 20 * SECOND);
    desk_restarts(s);
    assert_int_equal(all_of(s, number), 30 * SECOND);
    agent_is(s, "bob", AVAILABILITY_FREE);
    pass_time(s, 5 * SECOND);
    agent_ends(s, "bob", "ann");
    assert_int_equal(stored(s, number), 35 * SECOND);
    forget_what_was_told(s);
    story_ends(s);
}

static void time__is_kept__of_who_is_no_agent_any_more(void **state)
{
    struct story *s = story_create();
    int64_t number;
    struct chat_view chat;
    (void)state;
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_agent(s, "eve", 1);
    has_department(s, "support", "eve");
    story_begins(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says_to(s, "support", "ann", "hello?");
    agent_says(s, "eve", "ann", "hi");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    number = chat.number;
    pass_time(s, 30 * SECOND);
    agent_says(s, "eve", "ann", "still here");
    configuration_loses_the_last_agent_and_department(s);
    desk_restarts(s);
    assert_int_equal(stored(s, number), 30 * SECOND);
    assert_int_equal(all_of(s, number), 30 * SECOND); /* and nothing goes on */
    desk_restarts(s);                                 /* once */
    assert_int_equal(stored(s, number), 30 * SECOND);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_spend__adds_and_takes_off__with_a_note(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    struct chat_record chat = read_chat(number);
    (void)state;
    pass_time(s, 2 * MINUTE);
    /* What goes on counts, too. */
    assert_int_equal(spend(s, BOB, &chat, -2, ""), DESK_OK);
    assert_int_equal(spend(s, BOB, &chat, -1, ""), DESK_FORM);
    agent_ends(s, "bob", "ann");
    assert_int_equal(stored(s, number), 0);
    assert_int_equal(spend(s, EVE, &chat, 15, "read the letter"), DESK_OK);
    assert_int_equal(spend(s, BOSS, &chat, -16, ""), DESK_FORM);
    assert_int_equal(spend(s, BOSS, &chat, -15, ""), DESK_OK);
    assert_int_equal(spend(s, BOB, &chat, DESK_SPENT_MINUTES, ""), DESK_OK);
    assert_int_equal(spend(s, BOB, &chat, DESK_SPENT_MINUTES + 1, ""), DESK_FORM);
    assert_int_equal(spend(s, BOB, &chat, 0, ""), DESK_FORM);
    assert_int_equal(stored(s, number), DESK_SPENT_MINUTES * (time_ms)MINUTE);
    expect_notes(s, number,
                 "Bob -2 min\nEve +15 min: read the letter\nboss@example.org -15 min\n"
                 "Bob +6000 min\n");
    forget_what_was_told(s);
    story_ends(s);
}

/* Two have read that there are 15 minutes, and take off all of them: one is refused, though nothing
 * is stored yet when the second does it; and so is whoever has read it still later. */
static void desk_spend__takes_off_once__what_two_have_read(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    struct desk *d = desk_of(s);
    struct chat_record chat = read_chat(number);
    struct read bobs = {s, number};
    struct read eves = {s, number};
    (void)state;
    agent_ends(s, "bob", "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER); /* its chat is not in memory any more */
    assert_int_equal(spend(s, BOB, &chat, 15, ""), DESK_OK);
    pass_time(s, 10 * MINUTE); /* and what is known of its ticket neither */
    is_being_read(&bobs);
    is_being_read(&eves);
    storage_dispatch(storage_of(s));
    assert_int_equal(desk_spend(d, now_of(s), BOB, &chat, -15, ""), DESK_OK);
    assert_int_equal(desk_spend(d, now_of(s), EVE, &chat, -15, ""), DESK_FORM);
    assert_int_equal(desk_spend(d, now_of(s), EVE, &chat, -1, ""), DESK_FORM);
    assert_int_equal(desk_spent(d, number), 0);
    assert_int_equal(stored(s, number), 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* It was read before the first one changed it, and the answer comes behind that. */
static void desk_spend__goes_by__what_is_known_not_by_a_late_answer(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    struct desk *d = desk_of(s);
    struct chat_record chat = read_chat(number);
    (void)state;
    agent_ends(s, "bob", "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER);
    assert_int_equal(spend(s, BOB, &chat, 15, ""), DESK_OK);
    assert_int_equal(desk_spend(d, now_of(s), BOB, &chat, -10, ""), DESK_OK);
    desk_load_spent(d, number, 15 * (time_ms)MINUTE);
    assert_int_equal(desk_spend(d, now_of(s), EVE, &chat, -6, ""), DESK_FORM);
    assert_int_equal(desk_spend(d, now_of(s), EVE, &chat, -5, ""), DESK_OK);
    assert_int_equal(stored(s, number), 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* Its time is kept in this turn, and somebody reads what is stored: that is not there yet. */
static void desk_spent__knows__of_a_chat_that_has_just_ended(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    struct desk *d = desk_of(s);
    (void)state;
    pass_time(s, 2 * MINUTE);
    desk_agent_end(d, now_of(s), BOB, ANN, "");
    desk_await_ticket(d, number);
    desk_load_ticket(d, number, NULL);
    desk_load_spent(d, number, 0);
    assert_int_equal(desk_spent(d, number), 2 * MINUTE);
    story_turn(s);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_spend__is__for_who_may(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    struct chat_record chat = read_chat(number);
    (void)state;
    assert_int_equal(spend(s, DAN, &chat, 5, ""), DESK_NOT_FOUND);
    assert_int_equal(spend(s, "who@example.org", &chat, 5, ""), DESK_NOT_FOUND);
    /* What the desk knows of it counts, not what was read. */
    chat.department = "support";
    assert_int_equal(spend(s, DAN, &chat, 5, ""), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    assert_int_equal(spend(s, DAN, &chat, 5, ""), DESK_NOT_FOUND);
    assert_int_equal(spend(s, EVE, &chat, 5, ""), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

/* Somebody read it, and it is erased before they act: nothing is kept of it again. */
static void desk_spend__keeps_nothing__of_what_is_erased(void **state)
{
    int64_t number;
    struct story *s = story_of_work(&number);
    struct desk *d = desk_of(s);
    struct chat_record chat = read_chat(number);
    (void)state;
    agent_ends(s, "bob", "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER);
    desk_await_ticket(d, number);
    assert_true(desk_forget_chat(d, number, false));
    storage_erase_chat(storage_of(s), number);
    desk_load_ticket(d, number, NULL);
    assert_int_equal(desk_spend(d, now_of(s), BOB, &chat, 5, ""), DESK_NOT_FOUND);
    story_turn(s);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time__counts__while_an_agent_has_the_chat),
        cmocka_unit_test(time__is__what_passed_and_not_what_the_clock_says),
        cmocka_unit_test(time__counts__as_far_as_something_was_said_before_a_restart),
        cmocka_unit_test(time__is_kept__of_who_is_no_agent_any_more),
        cmocka_unit_test(desk_spend__adds_and_takes_off__with_a_note),
        cmocka_unit_test(desk_spend__takes_off_once__what_two_have_read),
        cmocka_unit_test(desk_spend__goes_by__what_is_known_not_by_a_late_answer),
        cmocka_unit_test(desk_spent__knows__of_a_chat_that_has_just_ended),
        cmocka_unit_test(desk_spend__is__for_who_may),
        cmocka_unit_test(desk_spend__keeps_nothing__of_what_is_erased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
