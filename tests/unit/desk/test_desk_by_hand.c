/* Tickets without a chat. */
#include "base/mem.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define DAN "dan@example.org"
#define BOSS "boss@example.org"

/* Bob sells, dan supports, boss is a supervisor. */
static struct story *story_of_two_departments(enum desk_tickets tickets)
{
    struct story *s = story_create();

    has_agent(s, "bob", 2);
    has_agent(s, "dan", 2);
    has_department(s, "sales", "bob");
    keeps_tickets(s, tickets);
    has_department(s, "support", "dan");
    has_answer_time(s, "boss");
    story_begins(s);
    return s;
}

static struct ticket_by_hand call(void)
{
    return (struct ticket_by_hand){.visitor = "visitor-new",
                                   .department = "sales",
                                   .name = "Ada",
                                   .email = "ada@example.net",
                                   .phone = "030 12",
                                   .subject = "Broken",
                                   .text = "It fell down",
                                   .way = "telephone"};
}

static enum desk_result make(struct story *s, const char *who, const struct ticket_by_hand *h,
                             int64_t *number)
{
    return desk_ticket_by_hand(desk_of(s), now_of(s), who, h, number);
}

struct found {
    bool is_done;
    size_t notes;
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct found *f = ctx;

    f->is_done = true;
    assert_non_null(answer->chat);
    assert_int_equal(answer->chat->state, CHAT_CLOSED);
    assert_string_equal(answer->chat->address, "sales");
    assert_string_equal(answer->ticket->subject, "Broken");
    assert_string_equal(answer->requester->name, "Ada");
    assert_string_equal(answer->requester->email, "ada@example.net");
    assert_string_equal(answer->requester->phone, "030 12");
    assert_string_equal(answer->first_line, ""); /* nobody but the agent wrote it */
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    struct found *f = ctx;

    (void)chat;
    (void)complete;
    f->notes = count;
    assert_string_equal(entries[count - 1].event, "telephone");
    assert_string_equal(entries[count - 1].body, "It fell down");
    assert_int_equal(entries[count - 1].kind, ENTRY_NOTE);
}

static void desk_ticket_by_hand__makes__a_ticket_of_who_was_never_here(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    struct ticket_by_hand h = call();
    struct found f = {.is_done = false};
    int64_t number = 0;
    int64_t next = 0;
    assert_int_equal(make(s, BOB, &h, &number), DESK_OK);
    assert_int_equal(desk_ticket(desk_of(s), number)->state, TICKET_OPEN);
    assert_string_equal(desk_ticket(desk_of(s), number)->owner, BOB);
    h.visitor = "visitor-next";
    assert_int_equal(make(s, BOSS, &h, &next), DESK_OK);
    assert_int_equal(next, number + 1);
    assert_int_equal(desk_ticket(desk_of(s), next)->state, TICKET_NEW);
    assert_string_equal(desk_ticket(desk_of(s), next)->owner, "");
    storage_seal(storage_of(s));
    storage_ticket(storage_of(s), number, on_ticket, &f);
    storage_transcript(storage_of(s), number, 0, 100, on_transcript, &f);
    storage_dispatch(storage_of(s));
    assert_true(f.is_done);
    assert_int_equal(f.notes, 2);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED), DESK_OK);
    story_ends(s);
}

static void desk_ticket_by_hand__refuses__who_may_not_and_what_does_not_fit(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    struct ticket_by_hand h = call();
    char *long_one = mem_alloc(TICKET_SUBJECT_BYTES + 2);
    int64_t number = 0;
    memset(long_one, 's', TICKET_SUBJECT_BYTES + 1);
    assert_int_equal(make(s, DAN, &h, &number), DESK_FORBIDDEN);
    assert_int_equal(make(s, "stranger@example.org", &h, &number), DESK_FORBIDDEN);
    h.department = "none";
    assert_int_equal(make(s, BOB, &h, &number), DESK_NOT_FOUND);
    h.department = "sales";
    h.subject = "";
    assert_int_equal(make(s, BOB, &h, &number), DESK_FORM);
    h.subject = long_one;
    assert_int_equal(make(s, BOB, &h, &number), DESK_FULL);
    assert_int_equal(number, 0);
    long_one[TICKET_SUBJECT_BYTES] = '\0';
    assert_int_equal(make(s, BOB, &h, &number), DESK_OK);
    free(long_one);
    story_ends(s);
    s = story_of_two_departments(TICKETS_NEVER);
    h = call();
    assert_int_equal(make(s, BOB, &h, &number), DESK_NO_TICKETS);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(desk_ticket_by_hand__makes__a_ticket_of_who_was_never_here),
        cmocka_unit_test(desk_ticket_by_hand__refuses__who_may_not_and_what_does_not_fit),
    };

    return cmocka_run_group_tests_name("desk: tickets by hand", tests, NULL, NULL);
}
