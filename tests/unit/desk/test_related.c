/* lint: long because each rule of linked, merged, split and moved tickets has its story here. */
/* Tickets that belong together. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/related.h"
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

/* Bob and eve sell, dan supports, boss is a supervisor. */
static struct story *story_of_two_departments(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 4);
    knows(s, 1, NULL, NULL);
    has_agent(s, "eve", 4);
    knows(s, 2, NULL, NULL);
    has_agent(s, "dan", 4);
    has_department(s, "sales", "bob eve");
    reopens_tickets(s, HOUR);
    has_department(s, "support", "dan");
    has_answer_time(s, "boss");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    return s;
}

/* A chat of that visitor with bob, ended as a ticket. */
static int64_t has_ticket(struct story *s, const char *visitor)
{
    char *id = mem_print("visitor-%s", visitor);
    struct chat_view chat;

    visitor_says(s, visitor, "it's broken");
    agent_says(s, "bob", visitor, "hm");
    assert_true(desk_chat(desk_of(s), id, &chat));
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, id, ""), DESK_OK);
    story_turn(s);
    pass_time(s, LINGER + SECOND);
    forget_what_was_told(s);
    free(id);
    return chat.number;
}

struct reading {
    struct story *s;
    int64_t number;
    struct ticket_related related;
    char *notes; /* "event: body", a line each, of notes */
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct reading *r = ctx;

    desk_load_ticket(desk_of(r->s), r->number, answer->ticket);
    desk_load_ticket_lines(desk_of(r->s), r->number, answer->recent, answer->recent_count);
    desk_load_related(desk_of(r->s), r->number, &answer->related);
    r->related = answer->related;
}

static struct ticket_related reads(struct story *s, int64_t number)
{
    struct reading r = {.s = s, .number = number};

    storage_seal(storage_of(s));
    desk_await_ticket(desk_of(s), number);
    storage_ticket(storage_of(s), number, on_ticket, &r);
    storage_dispatch(storage_of(s));
    return r.related;
}

static enum desk_result links(struct story *s, const char *who, int64_t a, int64_t b, bool present)
{
    reads(s, a);
    reads(s, b);
    enum desk_result done = desk_ticket_link(desk_of(s), now_of(s), who, a, b, present);
    story_turn(s);
    return done;
}

static enum desk_result merges(struct story *s, const char *who, int64_t number, int64_t into,
                               bool anyway)
{
    reads(s, into);
    reads(s, number);
    enum desk_result done = desk_ticket_merge(desk_of(s), now_of(s), who, number, into, anyway);
    story_turn(s);
    return done;
}

static enum desk_result moves(struct story *s, const char *who, int64_t number,
                              const struct ticket_move *to)
{
    reads(s, number);
    enum desk_result done = desk_ticket_move(desk_of(s), now_of(s), who, number, to);
    story_turn(s);
    return done;
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    struct reading *r = ctx;

    assert_non_null(chat);
    assert_true(complete);
    r->notes = mem_dup("");
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind == ENTRY_NOTE) {
            char *more = mem_print("%s%s: %s\n", r->notes, entries[i].event, entries[i].body);
            free(r->notes);
            r->notes = more;
        }
    }
}

static void expect_notes_end(struct story *s, int64_t number, const char *expected)
{
    struct reading r = {.s = s};

    storage_seal(storage_of(s));
    storage_transcript(storage_of(s), number, 0, 100, on_transcript, &r);
    storage_dispatch(storage_of(s));
    size_t len = strlen(r.notes);
    size_t wanted = strlen(expected);
    assert_true(len >= wanted);
    assert_string_equal(r.notes + len - wanted, expected);
    free(r.notes);
}

static void expect_ticket(struct story *s, int64_t number, enum ticket_state state, int64_t merged)
{
    reads(s, number);
    const struct ticket_record *t = desk_ticket(desk_of(s), number);
    assert_non_null(t);
    assert_int_equal(t->state, state);
    assert_int_equal(t->merged, merged);
}

static int64_t writes(struct story *s, const char *visitor, const char *text, int64_t ticket)
{
    char *id = mem_print("visitor-%s", visitor);
    int64_t sequence = 0;
    const struct desk_line line = {.sender_id = "", .body = text, .ticket = ticket};

    assert_int_equal(desk_visitor_write(desk_of(s), now_of(s), id, "sales", &line, &sequence),
                     DESK_OK);
    story_turn(s);
    free(id);
    return sequence;
}

/* ---- links ---- */

static void desk_ticket_link__binds__both_and_survives_a_restart(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "sam");
    char *notes;

    (void)state;
    assert_int_equal(links(s, BOB, a, b, true), DESK_OK);
    assert_int_equal(links(s, EVE, b, a, true), DESK_REPEATED);
    desk_restarts(s);
    struct ticket_related related = reads(s, a);
    assert_int_equal(related.link_count, 1);
    assert_int_equal(related.links[0], b);
    related = reads(s, b);
    assert_int_equal(related.link_count, 1);
    assert_int_equal(related.links[0], a);
    notes = mem_print("linked: %lld\n", (long long)a);
    expect_notes_end(s, b, notes);
    free(notes);
    assert_int_equal(links(s, BOB, b, a, false), DESK_OK);
    assert_int_equal(links(s, BOB, a, b, false), DESK_REPEATED);
    desk_restarts(s);
    assert_int_equal(reads(s, a).link_count, 0);
    notes = mem_print("linked: %lld\nunlinked: %lld\n", (long long)b, (long long)b);
    expect_notes_end(s, a, notes);
    free(notes);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_ticket_link__refuses__itself_strangers_and_too_many(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t more[TICKET_LINKS + 1];

    (void)state;
    for (size_t i = 0; i <= TICKET_LINKS; i++) {
        more[i] = has_ticket(s, "sam");
    }
    assert_int_equal(links(s, BOB, a, a, true), DESK_FORM);
    assert_int_equal(links(s, DAN, a, more[0], true), DESK_NOT_FOUND);
    assert_int_equal(links(s, BOB, a, 4711, true), DESK_NOT_FOUND);
    for (size_t i = 0; i < TICKET_LINKS; i++) {
        assert_int_equal(links(s, BOB, more[i], a, true), DESK_OK);
    }
    assert_int_equal(links(s, BOB, a, more[TICKET_LINKS], true), DESK_FULL);
    assert_int_equal(links(s, BOB, more[TICKET_LINKS], a, true), DESK_FULL);
    assert_int_equal(reads(s, a).link_count, TICKET_LINKS);
    story_ends(s);
}

/* ---- merging ---- */

static void desk_ticket_merge__closes__it_and_its_requesters_lines_go_to_the_other(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "ann");
    struct requested_view view;
    int64_t sequence = 0;

    (void)state;
    assert_int_equal(merges(s, EVE, a, b, false), DESK_OK);
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)b);
    expect_call(s, "bob", "sales", CALL_TICKET_MERGED, "", text);
    expect_nothing(s);
    expect_ticket(s, a, TICKET_CLOSED, b);
    expect_ticket(s, b, TICKET_OPEN, 0);
    char *notes =
        mem_print("state: open -> closed\nmerged: %lld -> %lld\n", (long long)a, (long long)b);
    expect_notes_end(s, a, notes);
    free(notes);
    assert_int_equal(desk_ticket_say(desk_of(s), now_of(s), BOB, a, "x", "hm", &sequence),
                     DESK_MERGED);
    desk_restarts(s);
    visitor_returns(s, "ann");
    assert_true(desk_visitor_ticket(desk_of(s), ANN, 1, &view));
    assert_int_equal(view.record->number, a);
    assert_int_equal(view.merged, b);
    assert_string_equal(view.step, "taken");
    forget_what_was_told(s);
    writes(s, "ann", "more", a);
    expect_own_line(s, "ann", "more");
    expect_ticket_line(s, "bob", b, true, "", "more");
    expect_ticket(s, a, TICKET_CLOSED, b);
    assert_int_equal(reads(s, b).merged_count, 1);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_ticket_merge__follows__a_chain_and_makes_no_ring(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "ann");
    int64_t c = has_ticket(s, "ann");

    (void)state;
    assert_int_equal(merges(s, BOB, a, a, true), DESK_FORM);
    assert_int_equal(merges(s, BOB, a, b, false), DESK_OK);
    assert_int_equal(merges(s, BOB, b, a, false), DESK_MERGED);
    assert_int_equal(merges(s, BOB, a, c, false), DESK_MERGED);
    assert_int_equal(merges(s, BOB, b, c, false), DESK_OK);
    assert_int_equal(merges(s, BOB, c, a, false), DESK_MERGED);
    assert_int_equal(merges(s, BOB, c, b, false), DESK_MERGED);
    forget_what_was_told(s);
    writes(s, "ann", "more", a);
    expect_own_line(s, "ann", "more");
    expect_ticket_line(s, "bob", c, true, "", "more");
    story_ends(s);
}

static void desk_ticket_merge__asks_again__before_another_visitors(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "sam");

    (void)state;
    assert_int_equal(merges(s, BOB, a, b, false), DESK_NOT_AUTHOR);
    expect_ticket(s, a, TICKET_OPEN, 0);
    assert_int_equal(merges(s, BOB, a, b, true), DESK_OK);
    expect_ticket(s, a, TICKET_CLOSED, b);
    forget_what_was_told(s);
    writes(s, "ann", "still", a); /* nobody else may read it: it is a ticket again */
    expect_own_line(s, "ann", "still");
    expect_ticket_line(s, "bob", a, true, "", "still");
    expect_ticket(s, a, TICKET_OPEN, 0);
    char *notes = mem_print("state: closed -> open\nseparated: %lld\n", (long long)b);
    expect_notes_end(s, a, notes);
    free(notes);
    expect_nothing(s);
    story_ends(s);
}

static void desk_ticket_merge__is_for__who_may_change_both(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "ann");

    (void)state;
    assert_int_equal(moves(s, BOSS, b, &(struct ticket_move){"support", 0, "", ""}), DESK_OK);
    assert_int_equal(merges(s, BOB, a, b, false), DESK_NOT_FOUND);
    assert_int_equal(merges(s, DAN, a, b, false), DESK_NOT_FOUND);
    assert_int_equal(merges(s, BOB, a, 4711, false), DESK_NOT_FOUND);
    assert_int_equal(merges(s, BOSS, a, b, false), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_ticket_merge__refuses__running_chats_and_closed_tickets(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "ann");
    struct chat_view chat;

    (void)state;
    int64_t sequence = 0;
    const struct desk_line line = {.sender_id = "", .body = "another", .new_chat = true};
    desk_visitor_write(desk_of(s), now_of(s), ANN, "sales", &line, &sequence);
    story_turn(s);
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(merges(s, BOB, a, chat.number, false), DESK_RUNNING);
    assert_int_equal(merges(s, DAN, a, chat.number, false), DESK_NOT_FOUND);
    reads(s, b);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, b, TICKET_CLOSED), DESK_OK);
    story_turn(s);
    assert_int_equal(merges(s, BOB, a, b, false), DESK_CLOSED);
    /* The closed one may go into the open one. */
    assert_int_equal(merges(s, BOB, b, a, false), DESK_OK);
    expect_ticket(s, b, TICKET_CLOSED, a);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_ticket_merge__opens__a_solved_one_and_is_undone_by_opening(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "ann");

    (void)state;
    reads(s, b);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, b, TICKET_SOLVED), DESK_OK);
    assert_int_equal(merges(s, BOB, a, b, false), DESK_OK);
    expect_ticket(s, b, TICKET_OPEN, 0);
    reads(s, a);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, a, TICKET_OPEN), DESK_OK);
    story_turn(s);
    expect_ticket(s, a, TICKET_OPEN, 0);
    assert_int_equal(reads(s, b).merged_count, 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* As desk_chat_merge does it: the target is looked at before anything is made. */
static void desk_chat_merge__makes__a_ticket_only_of_what_can_be_merged(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    struct chat_view view;

    (void)state;
    const struct desk_line line = {.sender_id = "", .body = "another", .new_chat = true};
    int64_t sequence = 0;
    desk_visitor_write(desk_of(s), now_of(s), ANN, "sales", &line, &sequence);
    story_turn(s);
    agent_says(s, "bob", "ann", "hm");
    assert_true(desk_chat(desk_of(s), ANN, &view));
    const struct chat_record chat = {.number = view.number,
                                     .visitor = ANN,
                                     .department = "sales",
                                     .address = "sales",
                                     .state = CHAT_ACTIVE,
                                     .owner = BOB};
    reads(s, a);
    reads(s, view.number);
    assert_int_equal(desk_chat_merge(desk_of(s), now_of(s), BOB, &chat, 0, a, false), DESK_RUNNING);
    agent_ends(s, "bob", "ann");
    reads(s, view.number);
    assert_int_equal(desk_chat_merge(desk_of(s), now_of(s), BOB, &chat, 0, 4711, false),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_chat_merge(desk_of(s), now_of(s), BOB, &chat, 0, view.number, false),
                     DESK_FORM);
    assert_null(desk_ticket(desk_of(s), view.number));
    assert_int_equal(desk_chat_merge(desk_of(s), now_of(s), BOB, &chat, 0, a, false), DESK_OK);
    story_turn(s);
    expect_ticket(s, view.number, TICKET_CLOSED, a);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_forget_chat__takes__links_and_merges_with_it(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    int64_t b = has_ticket(s, "sam");
    int64_t c = has_ticket(s, "kim");

    (void)state;
    assert_int_equal(merges(s, BOB, a, b, true), DESK_OK);
    assert_int_equal(links(s, BOB, b, c, true), DESK_OK);
    assert_true(desk_forget_chat(desk_of(s), b, false));
    storage_erase_chat(storage_of(s), b);
    story_turn(s);
    expect_ticket(s, a, TICKET_CLOSED, MERGED_GONE);
    assert_int_equal(reads(s, c).link_count, 0);
    desk_restarts(s);
    expect_ticket(s, a, TICKET_CLOSED, MERGED_GONE);
    assert_int_equal(reads(s, c).link_count, 0);
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    writes(s, "ann", "hello?", a);
    expect_ticket(s, a, TICKET_OPEN, 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- splitting ---- */

static void desk_ticket_split__makes__one_of_the_same_requester(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    const struct ticket_split split = {.subject = "The other one", .text = "broken, too"};
    int64_t made = 0;

    (void)state;
    reads(s, a);
    assert_int_equal(desk_ticket_split(desk_of(s), now_of(s), DAN, a, &split, &made),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_ticket_split(desk_of(s), now_of(s), EVE, a, &split, &made), DESK_OK);
    story_turn(s);
    desk_restarts(s);
    struct ticket_related related = reads(s, made);
    const struct ticket_record *t = desk_ticket(desk_of(s), made);
    assert_string_equal(t->subject, "The other one");
    assert_string_equal(t->visitor, ANN);
    assert_string_equal(t->owner, EVE);
    assert_int_equal(t->state, TICKET_OPEN);
    assert_int_equal(related.links[0], a);
    char *notes = mem_print("linked: %lld\nsplit: broken, too\n", (long long)a);
    expect_notes_end(s, made, notes);
    free(notes);
    notes = mem_print("linked: %lld\n", (long long)made);
    expect_notes_end(s, a, notes);
    free(notes);
    reads(s, a);
    char *longest = mem_alloc(TICKET_SUBJECT_BYTES + 2);
    memset(longest, 'x', TICKET_SUBJECT_BYTES + 1);
    assert_int_equal(desk_ticket_split(desk_of(s), now_of(s), BOSS, a,
                                       &(struct ticket_split){longest, ""}, &made),
                     DESK_FULL);
    longest[TICKET_SUBJECT_BYTES] = '\0';
    assert_int_equal(desk_ticket_split(desk_of(s), now_of(s), BOSS, a,
                                       &(struct ticket_split){longest, ""}, &made),
                     DESK_OK);
    free(longest);
    story_turn(s);
    reads(s, made);
    assert_int_equal(desk_ticket(desk_of(s), made)->state, TICKET_NEW);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- to others ---- */

static void desk_ticket_move__gives__it_to_another_department(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    char text[24];

    (void)state;
    snprintf(text, sizeof text, "%lld", (long long)a);
    assert_int_equal(moves(s, DAN, a, &(struct ticket_move){"support", 0, "", ""}), DESK_NOT_FOUND);
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"sales", 0, "", ""}), DESK_REPEATED);
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"none", 0, "", ""}), DESK_FORM);
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"support", 0, "", "his"}), DESK_OK);
    expect_call(s, "dan", "support", CALL_TICKET_MOVED, "", text);
    expect_nothing(s);
    expect_notes_end(s, a,
                     ": his\ntransferred: sales -> support\nassigned: bob@example.org -> -\n");
    desk_restarts(s);
    reads(s, a);
    const struct ticket_record *t = desk_ticket(desk_of(s), a);
    assert_string_equal(t->department, "support");
    assert_string_equal(t->owner, "");
    assert_string_equal(t->address, "sales"); /* the requester's conversation stays */
    assert_int_equal(t->state, TICKET_OPEN);
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"sales", 0, "", ""}), DESK_NOT_FOUND);
    assert_int_equal(moves(s, DAN, a, &(struct ticket_move){"", 0, DAN, ""}), DESK_OK);
    assert_int_equal(moves(s, DAN, a, &(struct ticket_move){"", 0, BOB, ""}), DESK_FORM);
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_ticket_move__gives__it_to_a_level(void **state)
{
    struct story *s = story_of_two_departments();
    int64_t a = has_ticket(s, "ann");
    char text[24];

    (void)state;
    snprintf(text, sizeof text, "%lld", (long long)a);
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"", 3, "", ""}), DESK_FORM);
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"", 1, "", ""}), DESK_REPEATED);
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"", 2, "", ""}), DESK_OK);
    expect_call(s, "eve", "sales", CALL_TICKET_MOVED, "", text);
    expect_nothing(s);
    reads(s, a);
    assert_int_equal(desk_ticket(desk_of(s), a)->level, 2);
    assert_string_equal(desk_ticket(desk_of(s), a)->owner, "");
    assert_int_equal(moves(s, EVE, a, &(struct ticket_move){"", 2, "", ""}), DESK_REPEATED);
    story_ends(s);
}

/* What has passed was by the hours of the first department; the other one's targets hold. */
static void desk_ticket_move__measures__by_the_other_departments_targets(void **state)
{
    static const struct desk_service_level slow[] = {{0, {[TARGET_SOLUTION] = 10 * HOUR}}};
    static const struct desk_service_level fast[] = {{0, {[TARGET_SOLUTION] = 2 * HOUR}}};
    struct story *s = story_create();
    struct target_view view;

    (void)state;
    has_agent(s, "bob", 4);
    has_agent(s, "dan", 4);
    has_department(s, "sales", "bob");
    has_service_levels(s, slow, 1);
    has_department(s, "support", "dan");
    has_service_levels(s, fast, 1);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    int64_t a = has_ticket(s, "ann");
    reads(s, a);
    assert_true(desk_ticket_target(desk_of(s), now_of(s), desk_ticket(desk_of(s), a),
                                   TARGET_SOLUTION, &view));
    time_ms before = view.due;
    assert_int_equal(moves(s, BOB, a, &(struct ticket_move){"support", 0, "", ""}), DESK_OK);
    assert_true(desk_ticket_target(desk_of(s), now_of(s), desk_ticket(desk_of(s), a),
                                   TARGET_SOLUTION, &view));
    assert_int_equal(before - view.due, 8 * HOUR);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_ticket_link__binds__both_and_survives_a_restart),
        cmocka_unit_test(desk_ticket_link__refuses__itself_strangers_and_too_many),
        cmocka_unit_test(desk_ticket_merge__closes__it_and_its_requesters_lines_go_to_the_other),
        cmocka_unit_test(desk_ticket_merge__follows__a_chain_and_makes_no_ring),
        cmocka_unit_test(desk_ticket_merge__asks_again__before_another_visitors),
        cmocka_unit_test(desk_ticket_merge__is_for__who_may_change_both),
        cmocka_unit_test(desk_ticket_merge__refuses__running_chats_and_closed_tickets),
        cmocka_unit_test(desk_ticket_merge__opens__a_solved_one_and_is_undone_by_opening),
        cmocka_unit_test(desk_chat_merge__makes__a_ticket_only_of_what_can_be_merged),
        cmocka_unit_test(desk_forget_chat__takes__links_and_merges_with_it),
        cmocka_unit_test(desk_ticket_split__makes__one_of_the_same_requester),
        cmocka_unit_test(desk_ticket_move__gives__it_to_another_department),
        cmocka_unit_test(desk_ticket_move__gives__it_to_a_level),
        cmocka_unit_test(desk_ticket_move__measures__by_the_other_departments_targets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
