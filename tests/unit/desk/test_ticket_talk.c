/* lint: long because each rule of what is said to a ticket has its story here. */
/* What is said to tickets, by agents and by their requesters. */
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
#define EVE "eve@example.org"
#define DAN "dan@example.org"
#define BOSS "boss@example.org"

enum { REOPEN = 3 * HOUR };

/* Bob and eve sell, dan supports, boss is a supervisor. */
static struct story *story_of_a_ticket(int64_t *number)
{
    struct story *s = story_create();
    struct chat_view chat;

    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_agent(s, "dan", 2);
    has_department(s, "sales", "bob eve");
    reopens_tickets(s, REOPEN);
    has_department(s, "support", "dan");
    has_answer_time(s, "boss");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "it's broken");
    agent_says(s, "bob", "ann", "hm");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    *number = chat.number;
    return s;
}

struct reading {
    struct story *story;
    int64_t number;
    char *entries; /* "by kind event: body", a line each; of the chat's, behind its end */
};

/* As an edge does it before it acts. */
static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    const struct reading *r = ctx;
    struct desk *d = desk_of(r->story);

    desk_load_ticket(d, r->number, answer->ticket);
    desk_load_ticket_lines(d, r->number, answer->recent, answer->recent_count);
}

static void reads(struct story *s, int64_t number)
{
    struct reading r = {.story = s, .number = number};

    storage_seal(storage_of(s));
    desk_await_ticket(desk_of(s), number);
    storage_ticket(storage_of(s), number, on_ticket, &r);
    storage_dispatch(storage_of(s));
}

static enum desk_result replies(struct story *s, const char *who, int64_t number, const char *id,
                                const char *text, int64_t *sequence)
{
    reads(s, number);
    enum desk_result done = desk_ticket_say(desk_of(s), now_of(s), who, number, id, text, sequence);
    story_turn(s);
    return done;
}

static void says_well(struct story *s, const char *who, int64_t number, const char *id,
                      const char *text)
{
    int64_t sequence = 0;

    assert_int_equal(replies(s, who, number, id, text, &sequence), DESK_OK);
    assert_true(sequence > 0);
}

static enum desk_result writes(struct story *s, const char *department,
                               const struct desk_line *line, int64_t *sequence)
{
    enum desk_result done =
        desk_visitor_write(desk_of(s), now_of(s), ANN, department, line, sequence);

    story_turn(s);
    return done;
}

static void enters(struct story *s, int64_t number, enum ticket_state state)
{
    reads(s, number);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOSS, number, state), DESK_OK);
    story_turn(s);
}

static void expect_ticket(struct story *s, int64_t number, enum ticket_state state,
                          const char *owner)
{
    reads(s, number);
    const struct ticket_record *t = desk_ticket(desk_of(s), number);
    assert_non_null(t);
    assert_int_equal(t->state, state);
    assert_string_equal(t->owner, owner);
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    struct reading *r = ctx;
    bool ended = false;

    assert_non_null(chat);
    assert_true(complete);
    r->entries = mem_dup("");
    for (size_t i = 0; i < count; i++) {
        const struct entry_record *e = &entries[i];
        if (ended) {
            char *more = mem_print("%s%d %d %s: %s\n", r->entries, (int)e->by, (int)e->kind,
                                   e->event, e->body);
            free(r->entries);
            r->entries = more;
        }
        ended = ended || text_equal(e->event, "closed");
    }
}

static void expect_record(struct story *s, int64_t number, const char *expected)
{
    struct reading r = {.story = s};

    storage_seal(storage_of(s));
    storage_transcript(storage_of(s), number, 0, 100, on_transcript, &r);
    storage_dispatch(storage_of(s));
    assert_string_equal(r.entries, expected);
    free(r.entries);
}

/* Everything that was in memory of ann and her chat is gone; she comes back. */
static void ann_returns_later(struct story *s)
{
    visitor_leaves(s, "ann");
    pass_time(s, LINGER + MINUTE);
    assert_null(desk_find_visitor(desk_of(s), ANN));
    visitor_returns(s, "ann");
    forget_what_was_told(s);
}

/* ---- there and back ---- */

static void line__reaches__the_requester_and_the_answer_the_owner(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    for (int round = 0; round < 2; round++) { /* the chat lingers; it is long forgotten */
        says_well(s, BOB, number, round == 0 ? "r1" : "r2", "which printer?");
        expect_visitor_hears(s, "ann", "bob", "which printer?");
        visitor_says(s, "ann", "the red one");
        expect_ticket_line(s, "bob", number, true, "", "the red one");
        visitor_says_to(s, "sales", "ann", "upstairs");
        /* An answer was given: the next line is of a new chat, and the ticket is as it was. */
        expect_ticket(s, number, TICKET_OPEN, BOB);
        forget_what_was_told(s);
        visitor_ends(s, "ann");
        ann_returns_later(s);
    }
    expect_record(s, number,
                  "2 1 : which printer?\n1 1 : the red one\n"
                  "2 1 : which printer?\n1 1 : the red one\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void line__is_kept__for_who_is_not_there(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    struct requested_view view;
    visitor_leaves(s, "ann");
    pass_time(s, LINGER + MINUTE);
    assert_null(desk_find_visitor(desk_of(s), ANN));
    forget_what_was_told(s);
    says_well(s, EVE, number, "r1", "here you are");
    expect_visitor_hears(s, "ann", "eve",
                         "here you are"); /* the edge knows an account, or nobody */
    expect_ticket_line(s, "bob", number, false, "eve", "here you are");
    visitor_returns(s, "ann");
    assert_true(desk_visitor_ticket(desk_of(s), ANN, 0, &view));
    assert_true(view.waits);
    assert_int_equal(view.record->last_by, BY_AGENT);
    visitor_says(s, "ann", "thanks");
    expect_ticket_line(s, "bob", number, true, "", "thanks");
    assert_true(desk_visitor_ticket(desk_of(s), ANN, 0, &view));
    assert_false(view.waits);
    forget_what_was_told(s);
    story_ends(s);
}

static void repeats__are_recognised__by_id(void **state)
{
    (void)state;
    int64_t number;
    int64_t first = 0;
    int64_t again = 0;
    struct story *s = story_of_a_ticket(&number);
    assert_int_equal(replies(s, BOB, number, "r1", "which?", &first), DESK_OK);
    assert_int_equal(replies(s, BOB, number, "r1", "which?", &again), DESK_REPEATED);
    assert_int_equal(again, first);
    assert_int_equal(replies(s, BOB, number, "r1", "other words", &again), DESK_OK);
    const struct desk_line line = {.sender_id = "w7", .body = "red"};
    assert_int_equal(writes(s, "sales", &line, &first), DESK_OK);
    assert_int_equal(writes(s, "sales", &line, &again), DESK_REPEATED);
    assert_int_equal(again, first);
    ann_returns_later(s);
    assert_int_equal(writes(s, "sales", &line, &again), DESK_REPEATED);
    assert_int_equal(replies(s, BOB, number, "r1", "which?", &again), DESK_REPEATED);
    desk_restarts(s);
    visitor_returns(s, "ann");
    assert_int_equal(writes(s, "sales", &line, &again), DESK_REPEATED);
    assert_int_equal(again, first);
    assert_int_equal(replies(s, BOB, number, "r1", "which?", &again), DESK_REPEATED);
    assert_int_equal(replies(s, EVE, number, "r1", "which?", &again), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- who may ---- */

static void ticket__is_said_to__by_agents_who_may(void **state)
{
    (void)state;
    int64_t number;
    int64_t sequence = 0;
    struct story *s = story_of_a_ticket(&number);
    assert_int_equal(replies(s, DAN, number, "r1", "hi", &sequence), DESK_NOT_FOUND);
    assert_int_equal(replies(s, "who@example.org", number, "r1", "hi", &sequence), DESK_NOT_FOUND);
    assert_int_equal(replies(s, BOSS, number, "r1", "hi", &sequence), DESK_FORBIDDEN);
    assert_int_equal(replies(s, BOB, number + 7, "r1", "hi", &sequence), DESK_NOT_FOUND);
    assert_int_equal(desk_ticket_note(desk_of(s), now_of(s), DAN, number, "mine"), DESK_NOT_FOUND);
    assert_int_equal(desk_ticket_take(desk_of(s), now_of(s), DAN, number), DESK_NOT_FOUND);
    assert_int_equal(desk_ticket_take(desk_of(s), now_of(s), BOSS, number), DESK_FORBIDDEN);
    expect_record(s, number, "");
    expect_nothing(s);
    visitor_says(s, "ann", "and another");
    struct chat_view chat;
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(replies(s, BOB, chat.number, "r2", "hi", &sequence), DESK_RUNNING);
    assert_int_equal(sequence, 0);
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__reaches__no_ticket_that_is_not_theirs(void **state)
{
    (void)state;
    int64_t number;
    int64_t sequence = 0;
    struct story *s = story_of_a_ticket(&number);
    const struct desk_line line = {.sender_id = "w1", .body = "mine now", .ticket = number};
    visitor_arrives(s, "joe");
    assert_int_equal(
        desk_visitor_write(desk_of(s), now_of(s), "visitor-joe", "sales", &line, &sequence),
        DESK_NOT_FOUND);
    assert_int_equal(writes(s, "support", &line, &sequence), DESK_NOT_FOUND); /* is not there */
    assert_int_equal(sequence, 0);
    expect_record(s, number, "");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- where a visitor's line goes ---- */

static bool goes_to_ticket(struct story *s, const char *id, int64_t ticket, bool new_chat)
{
    int64_t sequence = 0;
    struct chat_view chat;
    const struct desk_line line = {
        .sender_id = id, .body = id, .ticket = ticket, .new_chat = new_chat};

    assert_int_equal(writes(s, "sales", &line, &sequence), DESK_OK);
    bool is_chat = desk_chat(desk_of(s), ANN, &chat) && chat.state != CHAT_CLOSED;
    if (is_chat) {
        visitor_ends(s, "ann");
    }
    forget_what_was_told(s);
    return !is_chat;
}

static void line__goes__where_the_rules_say(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    assert_false(goes_to_ticket(s, "w1", 0, false)); /* nobody has written to the ticket */
    assert_true(goes_to_ticket(s, "w2", number, false));
    assert_false(goes_to_ticket(s, "w3", 0, false));
    says_well(s, BOB, number, "r1", "well?");
    assert_false(goes_to_ticket(s, "w4", 0, true));
    assert_true(goes_to_ticket(s, "w5", 0, false));
    assert_false(goes_to_ticket(s, "w6", 0, false));
    says_well(s, BOB, number, "r2", "well?");
    const int64_t last = desk_ticket(desk_of(s), number)->last;
    const struct desk_line answer = {
        .sender_id = "w7", .body = "yes", .about = last, .new_chat = true};
    int64_t sequence = 0;
    assert_int_equal(writes(s, "sales", &answer, &sequence), DESK_OK); /* a reply names it */
    assert_int_equal(desk_ticket(desk_of(s), number)->last, sequence);
    enters(s, number, TICKET_PENDING);
    assert_true(goes_to_ticket(s, "w8", 0, false));
    expect_ticket(s, number, TICKET_OPEN, BOB);
    agent_is(s, "bob", AVAILABILITY_GONE); /* nobody is there: to what is to be finished */
    assert_true(goes_to_ticket(s, "w9", 0, false));
    assert_false(goes_to_ticket(s, "w10", 0, true));
    enters(s, number, TICKET_SOLVED);
    assert_false(goes_to_ticket(s, "w11", 0, false));
    expect_ticket(s, number, TICKET_SOLVED, BOB);
    forget_what_was_told(s);
    story_ends(s);
}

static void line__goes__to_the_open_chat_first(void **state)
{
    (void)state;
    int64_t number;
    struct chat_view chat;
    struct story *s = story_of_a_ticket(&number);
    says_well(s, BOB, number, "r1", "well?");
    const struct desk_line first = {.sender_id = "w1", .body = "else", .new_chat = true};
    const struct desk_line second = {.sender_id = "w2", .body = "more", .ticket = number};
    int64_t sequence = 0;
    assert_int_equal(writes(s, "sales", &first, &sequence), DESK_OK);
    assert_int_equal(writes(s, "sales", &second, &sequence), DESK_OK);
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(chat.last_entry, sequence);
    expect_record(s, number, "2 1 : well?\n");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- states ---- */

static void answer__opens__what_was_solved(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    says_well(s, BOB, number, "r1", "done");
    enters(s, number, TICKET_SOLVED);
    assert_true(goes_to_ticket(s, "w1", 0, false));
    expect_ticket(s, number, TICKET_OPEN, BOB);
    expect_record(s, number,
                  "2 1 : done\n3 2 ticket-solved: \n2 3 state: open -> solved\n1 1 : w1\n"
                  "3 2 ticket-taken: again\n3 3 state: solved -> open\n");
    /* Until a date it waits for something else. */
    reads(s, number);
    assert_int_equal(desk_ticket_due(desk_of(s), now_of(s), BOB, number, now_of(s) + HOUR),
                     DESK_OK);
    assert_true(goes_to_ticket(s, "w2", number, false));
    expect_ticket(s, number, TICKET_PENDING, BOB);
    forget_what_was_told(s);
    story_ends(s);
}

static void answer__opens__what_was_closed_for_a_while(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    says_well(s, BOB, number, "r1", "bye");
    enters(s, number, TICKET_CLOSED);
    assert_false(goes_to_ticket(s, "w1", 0, false)); /* unnamed: a new chat */
    assert_true(goes_to_ticket(s, "w2", number, false));
    expect_ticket(s, number, TICKET_OPEN, BOB);
    enters(s, number, TICKET_CLOSED);
    clock_jumps(s, REOPEN);
    assert_false(goes_to_ticket(s, "w3", number, false));
    expect_ticket(s, number, TICKET_CLOSED, BOB);
    says_well(s, EVE, number, "r2", "one thing more"); /* an agent opens it by writing */
    expect_ticket(s, number, TICKET_OPEN, BOB);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- owners ---- */

static void line__is_told__to_the_department_once_if_nobody_has_the_ticket(void **state)
{
    (void)state;
    int64_t number;
    char text[24];
    struct story *s = story_of_a_ticket(&number);
    snprintf(text, sizeof text, "%lld", (long long)number);
    agent_is(s, "eve", AVAILABILITY_AWAY);
    assert_int_equal(desk_ticket_assign(desk_of(s), now_of(s), BOB, number, ""), DESK_OK);
    forget_what_was_told(s);
    const struct desk_line first = {.sender_id = "w1", .body = "hello?", .ticket = number};
    const struct desk_line second = {.sender_id = "w2", .body = "anybody?", .ticket = number};
    int64_t sequence = 0;
    assert_int_equal(writes(s, "sales", &first, &sequence), DESK_OK);
    assert_int_equal(writes(s, "sales", &second, &sequence), DESK_OK);
    expect_call(s, "bob", "sales", CALL_TICKET_LINE, "", text);
    expect_call(s, "eve", "sales", CALL_TICKET_LINE, "", text);
    expect_own_line(s, "ann", "hello?");
    expect_own_line(s, "ann", "anybody?");
    expect_nothing(s);
    agent_is(s, "bob", AVAILABILITY_GONE);
    says_well(s, EVE, number, "r1", "yes"); /* and has it now */
    expect_ticket(s, number, TICKET_OPEN, EVE);
    forget_what_was_told(s);
    visitor_says(s, "ann", "good");
    expect_ticket_line(s, "eve", number, true, "", "good");
    forget_what_was_told(s);
    story_ends(s);
}

static void line__is_told__to_the_department_if_the_owner_is_no_agent_any_more(void **state)
{
    (void)state;
    int64_t number;
    char text[24];
    struct story *s = story_of_a_ticket(&number);
    snprintf(text, sizeof text, "%lld", (long long)number);
    says_well(s, BOB, number, "r1", "well?");
    loses_agent(s, "bob");
    desk_is_configured(s);
    forget_what_was_told(s);
    visitor_says(s, "ann", "yes");
    expect_call(s, "eve", "sales", CALL_TICKET_LINE, "", text); /* though she is not there */
    expect_nothing(s);
    reads(s, number);
    assert_int_equal(desk_ticket_take(desk_of(s), now_of(s), EVE, number), DESK_OK);
    expect_ticket(s, number, TICKET_OPEN, EVE);
    forget_what_was_told(s);
    story_ends(s);
}

static void ticket__is_taken__by_one_of_two(void **state)
{
    (void)state;
    int64_t number;
    struct story *s = story_of_a_ticket(&number);
    assert_int_equal(desk_ticket_assign(desk_of(s), now_of(s), BOB, number, ""), DESK_OK);
    assert_int_equal(desk_ticket_take(desk_of(s), now_of(s), EVE, number), DESK_OK);
    assert_int_equal(desk_ticket_take(desk_of(s), now_of(s), BOB, number), DESK_FORBIDDEN);
    assert_int_equal(desk_ticket_take(desk_of(s), now_of(s), EVE, number), DESK_REPEATED);
    expect_ticket(s, number, TICKET_OPEN, EVE);
    forget_what_was_told(s);
    assert_int_equal(desk_ticket_note(desk_of(s), now_of(s), BOB, number, "careful"), DESK_OK);
    expect_ticket_line(s, "eve", number, false, "bob", "careful");
    assert_int_equal(desk_ticket_note(desk_of(s), now_of(s), EVE, number, "to myself"), DESK_OK);
    expect_nothing(s);
    story_ends(s);
}

/* ---- marks ---- */

static void lines__are_seen__on_both_sides(void **state)
{
    (void)state;
    int64_t number;
    int64_t sequence = 0;
    struct story *s = story_of_a_ticket(&number);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(replies(s, BOB, number, round == 0 ? "r1" : "r2", "well?", &sequence),
                         DESK_OK);
        forget_what_was_told(s);
        desk_visitor_seen(desk_of(s), ANN, sequence, SEEN_DISPLAYED);
        desk_visitor_seen(desk_of(s), ANN, sequence, SEEN_DISPLAYED);
        story_turn(s);
        expect_ticket_seen(s, "bob", number, round == 0 ? "r1" : "r2", SEEN_DISPLAYED);
        expect_nothing(s);
        const struct desk_line line = {.sender_id = round == 0 ? "w1" : "w2", .body = "yes"};
        assert_int_equal(writes(s, "sales", &line, &sequence), DESK_OK);
        forget_what_was_told(s);
        reads(s, number);
        desk_ticket_seen(desk_of(s), now_of(s), DAN, number, sequence, SEEN_DISPLAYED);
        desk_ticket_seen(desk_of(s), now_of(s), BOB, number, sequence - 1, SEEN_DISPLAYED);
        expect_nothing(s);
        desk_ticket_seen(desk_of(s), now_of(s), BOB, number, sequence, SEEN_DISPLAYED);
        desk_ticket_seen(desk_of(s), now_of(s), BOB, number, sequence, SEEN_DISPLAYED);
        story_turn(s);
        expect_visitor_sees_seen(s, "ann", line.sender_id, SEEN_DISPLAYED);
        expect_nothing(s);
        ann_returns_later(s);
    }
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__reaches__the_requester_and_the_answer_the_owner),
        cmocka_unit_test(line__is_kept__for_who_is_not_there),
        cmocka_unit_test(repeats__are_recognised__by_id),
        cmocka_unit_test(ticket__is_said_to__by_agents_who_may),
        cmocka_unit_test(visitor__reaches__no_ticket_that_is_not_theirs),
        cmocka_unit_test(line__goes__where_the_rules_say),
        cmocka_unit_test(line__goes__to_the_open_chat_first),
        cmocka_unit_test(answer__opens__what_was_solved),
        cmocka_unit_test(answer__opens__what_was_closed_for_a_while),
        cmocka_unit_test(line__is_told__to_the_department_once_if_nobody_has_the_ticket),
        cmocka_unit_test(line__is_told__to_the_department_if_the_owner_is_no_agent_any_more),
        cmocka_unit_test(ticket__is_taken__by_one_of_two),
        cmocka_unit_test(lines__are_seen__on_both_sides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
