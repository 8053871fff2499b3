/* What stands in own fields: from the chat on, with the ticket, and what is not solved without. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "desk/own_value.h"
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

static const struct own_field SALES[] = {
    {.name = "order", .label = "Order number", .kind = OWN_NUMBER, .required = true},
    {.name = "paid", .label = "Paid", .kind = OWN_BOOLEAN},
    {.name = "remark", .label = "Remark", .kind = OWN_TEXT},
};
static const struct own_field SUPPORT[] = {{.name = "device", .label = "Device"},
                                           {.name = "paid", .label = "Is paid"},
                                           {.name = "remark", .label = "Remark", .pattern = "K-#"}};

/* Bob and eve sell, dan supports, boss is a supervisor. */
static struct story *story_of_two_departments(enum desk_tickets tickets)
{
    struct story *s = story_create();

    has_agent(s, "bob", 4);
    has_agent(s, "eve", 4);
    has_agent(s, "dan", 4);
    has_department(s, "sales", "bob eve");
    keeps_tickets(s, tickets);
    has_own_fields(s, SALES, 3);
    has_department(s, "support", "dan");
    has_own_fields(s, SUPPORT, 3);
    has_answer_time(s, "boss");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    return s;
}

static int64_t chats(struct story *s)
{
    struct chat_view chat;

    visitor_says(s, "ann", "it's broken");
    agent_says(s, "bob", "ann", "hm");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    forget_what_was_told(s);
    return chat.number;
}

/* As an edge reads it before it acts. */
struct reading {
    struct story *s;
    const char *who;
    const char *field;
    const char *value; /* NULL: only read */
    int64_t number;
    enum desk_result done;
    char stored[256];
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct reading *r = ctx;
    struct desk *d = desk_of(r->s);
    size_t len = 0;

    desk_load_ticket(d, r->number, answer->ticket);
    desk_load_own(d, r->number, &answer->own);
    assert_non_null(answer->chat);
    for (size_t i = 0; i < answer->own.count; i++) {
        len += (size_t)snprintf(r->stored + len, sizeof r->stored - len, "%s=%s;",
                                answer->own.rows[i].field, answer->own.rows[i].value);
    }
    if (r->value != NULL) {
        enum desk_result may = desk_may_set_own(d, r->who, answer->chat, r->field, r->value);
        r->done = desk_set_own(d, now_of(r->s), r->who, answer->chat, r->field, r->value);
        assert_int_equal(may, r->done);
    }
    desk_verify(d);
}

static struct reading reads(struct story *s, struct reading r)
{
    r.s = s;
    storage_seal(storage_of(s));
    desk_await_ticket(desk_of(s), r.number);
    storage_ticket(storage_of(s), r.number, on_ticket, &r);
    storage_dispatch(storage_of(s));
    story_turn(s);
    return r;
}

static enum desk_result sets(struct story *s, const char *who, int64_t number, const char *field,
                             const char *value)
{
    return reads(s, (struct reading){.who = who, .number = number, .field = field, .value = value})
        .done;
}

/* "order=17;paid=yes;" */
static void expect_stored(struct story *s, int64_t number, const char *expected)
{
    struct reading r = reads(s, (struct reading){.number = number});

    assert_string_equal(r.stored, expected);
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    char *notes = ctx;

    assert_non_null(chat);
    assert_true(complete);
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind == ENTRY_NOTE && text_equal(entries[i].event, "field")) {
            strcat(notes, entries[i].agent);
            strcat(notes, " ");
            strcat(notes, entries[i].body);
            strcat(notes, "\n");
        }
    }
}

static void expect_notes(struct story *s, int64_t number, const char *expected)
{
    char notes[1024] = "";

    storage_seal(storage_of(s));
    storage_transcript(storage_of(s), number, 0, 100, on_transcript, notes);
    storage_dispatch(storage_of(s));
    assert_string_equal(notes, expected);
}

static enum desk_result solves(struct story *s, int64_t number)
{
    reads(s, (struct reading){.number = number});
    enum desk_result done = desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED);
    story_turn(s);
    return done;
}

static void ends_as_ticket(struct story *s)
{
    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    story_turn(s);
    pass_time(s, LINGER + SECOND);
    forget_what_was_told(s);
}

static void value__is_kept_from_the_chat_on__and_noted(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    assert_int_equal(sets(s, BOB, number, "order", "17,5"), DESK_OK);
    assert_int_equal(sets(s, EVE, number, "paid", "ja"), DESK_OK);
    assert_int_equal(sets(s, BOB, number, "order", "17.5"), DESK_REPEATED);
    expect_stored(s, number, "order=17.5;paid=yes;");
    ends_as_ticket(s);
    expect_stored(s, number, "order=17.5;paid=yes;");
    assert_string_equal(desk_own(desk_of(s), number, "order"), "17.5");
    assert_int_equal(sets(s, BOB, number, "order", "18"), DESK_OK);
    assert_int_equal(sets(s, BOB, number, "paid", ""), DESK_OK);
    assert_int_equal(sets(s, BOB, number, "paid", ""), DESK_REPEATED);
    expect_stored(s, number, "order=18;");
    expect_notes(s, number,
                 BOB " Order number: - -> 17.5\n" EVE " Paid: - -> yes\n" BOB
                     " Order number: 17.5 -> 18\n" BOB " Paid: yes -> -\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void value__stays__behind_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    assert_int_equal(sets(s, BOB, number, "order", "17"), DESK_OK);
    desk_restarts(s);
    assert_string_equal(desk_own(desk_of(s), number, "order"), "17");
    agent_is(s, "bob", AVAILABILITY_FREE);
    ends_as_ticket(s);
    desk_restarts(s);
    assert_string_equal(desk_own(desk_of(s), number, "order"), "");
    expect_stored(s, number, "order=17;");
    assert_string_equal(desk_own(desk_of(s), number, "order"), "17");
    forget_what_was_told(s);
    story_ends(s);
}

static void value__that_does_not_fit__changes_nothing(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    char *most = mem_alloc(OWN_VALUE_BYTES + 2);
    memset(most, 'x', OWN_VALUE_BYTES + 1);
    assert_int_equal(sets(s, BOB, number, "order", "many"), DESK_FORM);
    assert_int_equal(sets(s, BOB, number, "paid", "maybe"), DESK_FORM);
    assert_int_equal(sets(s, BOB, number, "device", "x"), DESK_CLOSED);
    assert_int_equal(sets(s, BOB, number, "remark", most), DESK_FULL);
    most[OWN_VALUE_BYTES] = '\0';
    expect_stored(s, number, "");
    assert_int_equal(sets(s, BOB, number, "remark", most), DESK_OK);
    free(most);
    forget_what_was_told(s);
    story_ends(s);
}

static void value__is_set__by_who_may_change_the_ticket(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    assert_int_equal(sets(s, DAN, number, "order", "1"), DESK_NOT_FOUND);
    assert_int_equal(sets(s, "who@example.org", number, "order", "1"), DESK_NOT_FOUND);
    assert_int_equal(sets(s, BOSS, number, "order", "1"), DESK_OK);
    ends_as_ticket(s);
    assert_int_equal(sets(s, DAN, number, "order", "2"), DESK_NOT_FOUND);
    assert_int_equal(sets(s, EVE, number, "order", "2"), DESK_OK);
    assert_int_equal(sets(s, BOSS, number, "order", "3"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void ticket__without_a_required_field__is_not_solved(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    ends_as_ticket(s);
    assert_int_equal(solves(s, number), DESK_MISSING);
    assert_string_equal(desk_own_missing(desk_of(s), number)->name, "order");
    assert_int_equal(sets(s, BOB, number, "order", "17"), DESK_OK);
    assert_int_equal(solves(s, number), DESK_OK);
    assert_int_equal(sets(s, BOB, number, "order", ""), DESK_MISSING);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_OPEN), DESK_OK);
    assert_int_equal(sets(s, BOB, number, "order", ""), DESK_OK);
    /* It can be closed: spam has no order. */
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_CLOSED), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void chat__that_would_be_solved__is_not_ended_without_it(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ALWAYS);
    int64_t number = chats(s);
    assert_int_equal(desk_agent_end(desk_of(s), now_of(s), BOB, ANN, ""), DESK_MISSING);
    expect_state(s, "ann", CHAT_ACTIVE);
    assert_int_equal(sets(s, BOB, number, "order", "17"), DESK_OK);
    assert_int_equal(desk_agent_end(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    assert_int_equal(desk_ticket(desk_of(s), number)->state, TICKET_SOLVED);
    forget_what_was_told(s);
    story_ends(s);
}

static void chat__that_its_visitor_ends__is_open_without_it(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ALWAYS);
    int64_t number = chats(s);
    visitor_ends(s, "ann");
    assert_int_equal(desk_ticket(desk_of(s), number)->state, TICKET_OPEN);
    forget_what_was_told(s);
    story_ends(s);
}

static void expect_own(struct story *s, int64_t number, size_t at, const char *label,
                       const char *value)
{
    struct own_view own;
    const char *department = desk_ticket(desk_of(s), number)->department;

    assert_true(desk_own_value(desk_of(s), number, department, at, &own));
    assert_string_equal(own.label, label);
    assert_string_equal(own.value, value);
}

static void ticket__that_is_moved__keeps_what_it_has(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    const struct ticket_move to = {.department = "support", .agent = "", .comment = ""};
    struct own_view own;
    int64_t number = chats(s);
    assert_int_equal(sets(s, BOB, number, "order", "17"), DESK_OK);
    assert_int_equal(sets(s, BOB, number, "paid", "no"), DESK_OK);
    ends_as_ticket(s);
    reads(s, (struct reading){.number = number});
    assert_int_equal(desk_ticket_move(desk_of(s), now_of(s), BOB, number, &to), DESK_OK);
    story_turn(s);
    expect_own(s, number, 0, "Is paid", "no");
    expect_own(s, number, 1, "order", "17");
    assert_false(desk_own_value(desk_of(s), number, "support", 2, &own));
    /* Of that department now. */
    assert_int_equal(sets(s, DAN, number, "order", "18"), DESK_CLOSED);
    assert_int_equal(sets(s, DAN, number, "device", "printer"), DESK_OK);
    expect_stored(s, number, "device=printer;order=17;paid=no;");
    forget_what_was_told(s);
    story_ends(s);
}

/* By another department, or another configuration. */
static void value__that_fitted__is_not_asked_again(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    const struct ticket_move to = {.department = "support", .agent = "", .comment = ""};
    int64_t number = chats(s);
    assert_int_equal(sets(s, BOB, number, "remark", "as it came"), DESK_OK);
    ends_as_ticket(s);
    reads(s, (struct reading){.number = number});
    assert_int_equal(desk_ticket_move(desk_of(s), now_of(s), BOB, number, &to), DESK_OK);
    story_turn(s);
    assert_int_equal(sets(s, DAN, number, "remark", "as it came"), DESK_REPEATED);
    assert_int_equal(sets(s, DAN, number, "remark", "as it is"), DESK_FORM);
    assert_int_equal(sets(s, DAN, number, "remark", "k-1"), DESK_OK);
    expect_stored(s, number, "remark=K-1;");
    forget_what_was_told(s);
    story_ends(s);
}

static void value__is_masked__as_all_that_is_kept(void **state)
{
    static const char *const MASKS[] = {"####-@@"};

    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    desk_install_masks(desk_of(s), MASKS, 1);
    assert_int_equal(sets(s, BOB, number, "remark", "it is 1234-ab there"), DESK_OK);
    expect_stored(s, number, "remark=it is xxxx-xx there;");
    expect_notes(s, number, BOB " Remark: - -> it is xxxx-xx there\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void text__names__the_longest_field_that_fits(void **state)
{
    size_t len;

    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    struct desk *d = desk_of(s);
    assert_string_equal(desk_own_begins(d, "sales", "Order Number 17", &len)->name, "order");
    assert_int_equal(len, strlen("order number"));
    assert_string_equal(desk_own_begins(d, "sales", "order 17", &len)->name, "order");
    assert_int_equal(len, strlen("order"));
    assert_null(desk_own_begins(d, "sales", "customer 17", &len));
    assert_null(desk_own_begins(d, "nowhere", "order 17", &len));
    forget_what_was_told(s);
    story_ends(s);
}

static void ticket__that_is_erased__has_nothing(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    assert_int_equal(sets(s, BOB, number, "order", "17"), DESK_OK);
    ends_as_ticket(s);
    reads(s, (struct reading){.number = number});
    assert_true(desk_forget_chat(desk_of(s), number, false));
    assert_string_equal(desk_own(desk_of(s), number, "order"), "");
    const struct chat_record chat = {.number = number, .department = "sales", .owner = BOB};
    assert_int_equal(desk_set_own(desk_of(s), now_of(s), BOB, &chat, "order", "1"), DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value__is_kept_from_the_chat_on__and_noted),
        cmocka_unit_test(value__stays__behind_a_restart),
        cmocka_unit_test(value__that_does_not_fit__changes_nothing),
        cmocka_unit_test(value__is_set__by_who_may_change_the_ticket),
        cmocka_unit_test(ticket__without_a_required_field__is_not_solved),
        cmocka_unit_test(chat__that_would_be_solved__is_not_ended_without_it),
        cmocka_unit_test(chat__that_its_visitor_ends__is_open_without_it),
        cmocka_unit_test(ticket__that_is_moved__keeps_what_it_has),
        cmocka_unit_test(value__that_fitted__is_not_asked_again),
        cmocka_unit_test(value__is_masked__as_all_that_is_kept),
        cmocka_unit_test(text__names__the_longest_field_that_fits),
        cmocka_unit_test(ticket__that_is_erased__has_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
