/* What becomes of a ticket, and who may do it. */
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

/* Bob and eve sell, dan supports, boss is a supervisor. */
static struct story *story_of_two_departments(enum desk_tickets tickets)
{
    struct story *s = story_create();

    has_agent(s, "bob", 2);
    has_agent(s, "eve", 2);
    has_agent(s, "dan", 2);
    has_department(s, "sales", "bob eve");
    keeps_tickets(s, tickets);
    has_department(s, "support", "dan");
    has_answer_time(s, "boss");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    return s;
}

/* A chat of ann with bob. */
static int64_t chats(struct story *s)
{
    struct chat_view chat;

    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    forget_what_was_told(s);
    return chat.number;
}

static int64_t makes_a_ticket(struct story *s)
{
    int64_t number = chats(s);

    assert_int_equal(desk_agent_end_with_ticket(desk_of(s), now_of(s), BOB, ANN, ""), DESK_OK);
    story_turn(s);
    forget_what_was_told(s);
    return number;
}

static struct chat_record ended(int64_t number, const char *owner)
{
    return (struct chat_record){.number = number,
                                .visitor = ANN,
                                .department = "sales",
                                .address = "sales",
                                .state = CHAT_CLOSED,
                                .owner = owner};
}

static void expect_ticket(struct story *s, int64_t number, enum ticket_state state,
                          const char *owner)
{
    const struct ticket_record *t = desk_ticket(desk_of(s), number);

    assert_non_null(t);
    assert_int_equal(t->state, state);
    assert_string_equal(t->owner, owner);
}

/* ---- what is stored ---- */

struct stored {
    bool is_done;
    char *ticket;
    char *notes; /* "event by: body", a line each */
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    const struct ticket_record *t = answer->ticket;
    struct stored *stored = ctx;

    stored->ticket = t == NULL ? mem_dup("none")
                               : mem_print("%s %s %s '%s' %lld %u %s", ticket_state_name(t->state),
                                           t->department, t->owner, t->subject, (long long)t->due,
                                           t->level, t->converted_by);
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    struct stored *stored = ctx;

    assert_non_null(chat);
    assert_true(complete);
    stored->notes = mem_dup("");
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind == ENTRY_NOTE) {
            char *more = mem_print("%s%s %s: %s\n", stored->notes, entries[i].event,
                                   entries[i].name, entries[i].body);
            free(stored->notes);
            stored->notes = more;
        }
    }
}

static void expect_stored(struct story *s, int64_t number, const char *ticket, const char *notes)
{
    struct stored stored = {.ticket = NULL};

    storage_seal(storage_of(s));
    storage_ticket(storage_of(s), number, on_ticket, &stored);
    storage_transcript(storage_of(s), number, 0, 100, on_transcript, &stored);
    storage_dispatch(storage_of(s));
    assert_string_equal(stored.ticket, ticket);
    assert_string_equal(stored.notes, notes);
    free(stored.ticket);
    free(stored.notes);
}

/* ---- from a chat ---- */

static void end_with_ticket__ends_and_converts__for_its_agent(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    struct desk *d = desk_of(s);
    assert_int_equal(desk_agent_end_with_ticket(d, now_of(s), EVE, ANN, ""), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_end_with_ticket(d, now_of(s), "who@example.org", ANN, ""),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_agent_end_with_ticket(d, now_of(s), BOB, "visitor-joe", ""),
                     DESK_NOT_FOUND);
    assert_null(desk_ticket(d, number));
    assert_int_equal(desk_agent_end_with_ticket(d, now_of(s), BOB, ANN, "parts are missing"),
                     DESK_OK);
    story_turn(s);
    expect_notice(s, "ann", "closed", "bob");
    expect_ticket(s, number, TICKET_OPEN, BOB);
    expect_stored(s, number, "open sales bob@example.org '' 0 1 bob@example.org",
                  "converted Bob: open\nreason Bob: parts are missing\n");
    assert_int_equal(desk_agent_end_with_ticket(d, now_of(s), BOB, ANN, ""), DESK_CLOSED);
    forget_what_was_told(s);
    story_ends(s);
}

static void convert__makes_one__of_a_chat_that_has_ended(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    struct desk *d = desk_of(s);
    struct chat_record chat = ended(number, BOB);
    assert_int_equal(desk_agent_convert(d, now_of(s), BOB, &chat, 0), DESK_RUNNING);
    agent_ends(s, "bob", "ann");
    const char *others[] = {DAN, "who@example.org", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(desk_agent_convert(d, now_of(s), others[i], &chat, 0), DESK_NOT_FOUND);
    }
    expect_stored(s, number, "none", "");
    /* What the desk knows of it counts, not what was read. */
    chat.department = "support";
    assert_int_equal(desk_agent_convert(d, now_of(s), DAN, &chat, 0), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_convert(d, now_of(s), EVE, &chat, 0), DESK_OK);
    expect_stored(s, number, "open sales bob@example.org '' 0 1 eve@example.org",
                  "converted Eve: open\n");
    assert_int_equal(desk_agent_convert(d, now_of(s), BOSS, &chat, 0), DESK_REPEATED);
    forget_what_was_told(s);
    story_ends(s);
}

static void convert__makes_one__of_a_chat_from_long_ago(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = chats(s);
    agent_ends(s, "bob", "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LINGER);
    expect_no_chat(s, "ann");
    struct desk *d = desk_of(s);
    struct chat_record chat = ended(number, "gone@example.org");
    chat.state = CHAT_ACTIVE; /* read before it ended, and gone since: it is asked for again */
    assert_int_equal(desk_agent_convert(d, now_of(s), BOSS, &chat, 0), DESK_RUNNING);
    chat.state = CHAT_CLOSED;
    assert_int_equal(desk_agent_convert(d, now_of(s), BOSS, &chat, 0), DESK_OK);
    expect_ticket(s, number, TICKET_NEW, ""); /* who had it is no agent any more */
    expect_stored(s, number, "new sales  '' 0 1 boss@example.org",
                  "converted boss@example.org: new\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void department__that_always_converts__does_so_at_each_end(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ALWAYS);
    int64_t solved = chats(s);
    agent_ends(s, "bob", "ann");
    expect_ticket(s, solved, TICKET_SOLVED, BOB);
    expect_stored(s, solved, "solved sales bob@example.org '' 0 1 ", "converted : solved\n");
    int64_t open = chats(s);
    visitor_ends(s, "ann");
    expect_ticket(s, open, TICKET_OPEN, BOB);
    int64_t said = makes_a_ticket(s);
    expect_ticket(s, said, TICKET_OPEN, BOB);
    agent_is(s, "bob", AVAILABILITY_GONE);
    visitor_says(s, "joe", "anybody?");
    struct chat_view chat;
    assert_true(desk_chat(desk_of(s), "visitor-joe", &chat));
    visitor_ends(s, "joe");
    expect_ticket(s, chat.number, TICKET_NEW, "");
    forget_what_was_told(s);
    story_ends(s);
}

static void department__that_always_converts__does_not_for_who_is_blocked(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ALWAYS);
    int64_t number = chats(s);
    assert_int_equal(desk_agent_block(desk_of(s), now_of(s), BOB, ANN, 1, "spam"), DESK_OK);
    assert_null(desk_ticket(desk_of(s), number));
    forget_what_was_told(s);
    story_ends(s);
}

static void department__that_never_converts__refuses_and_the_chat_goes_on(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_NEVER);
    int64_t number = chats(s);
    struct desk *d = desk_of(s);
    const struct chat_record chat = ended(number, BOB);
    assert_int_equal(desk_agent_end_with_ticket(d, now_of(s), BOB, ANN, ""), DESK_NO_TICKETS);
    expect_state(s, "ann", CHAT_ACTIVE);
    agent_ends(s, "bob", "ann");
    assert_int_equal(desk_agent_convert(d, now_of(s), BOB, &chat, 0), DESK_NO_TICKETS);
    expect_stored(s, number, "none", "");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- who may ---- */

static void ticket__is_changed__by_its_department_its_owner_and_supervisors(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = makes_a_ticket(s);
    struct desk *d = desk_of(s);
    const char *others[] = {DAN, "who@example.org", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *who = others[i];
        assert_int_equal(desk_ticket_state(d, now_of(s), who, number, TICKET_SOLVED),
                         DESK_NOT_FOUND);
        assert_int_equal(desk_ticket_due(d, now_of(s), who, number, now_of(s) + HOUR),
                         DESK_NOT_FOUND);
        assert_int_equal(desk_ticket_assign(d, now_of(s), who, number, EVE), DESK_NOT_FOUND);
        assert_int_equal(desk_ticket_subject(d, now_of(s), who, number, "x"), DESK_NOT_FOUND);
        assert_false(desk_may_see_ticket(d, who, desk_ticket(d, number)));
    }
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number + 1, TICKET_SOLVED),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_ticket_subject(d, now_of(s), EVE, number, "by eve"), DESK_OK);
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOSS, number, "by boss"), DESK_OK);
    /* Out of the department, it is still bob's. */
    changes_members(s, "sales", "eve");
    changes_members(s, "support", "dan bob");
    desk_is_configured(s);
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOB, number, "by bob"), DESK_OK);
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, EVE), DESK_OK);
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOB, number, "again"), DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

static void dispatchers__assign__and_change_nothing_else(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = makes_a_ticket(s);
    struct desk *d = desk_of(s);
    has_dispatcher(s, "dan");
    desk_is_configured(s);
    assert_true(desk_may_see_ticket(d, DAN, desk_ticket(d, number)));
    assert_false(desk_may_change_ticket(d, DAN, desk_ticket(d, number)));
    assert_int_equal(desk_ticket_state(d, now_of(s), DAN, number, TICKET_SOLVED), DESK_FORBIDDEN);
    assert_int_equal(desk_ticket_assign(d, now_of(s), DAN, number, EVE), DESK_OK);
    expect_call(s, "eve", "sales", CALL_TICKET, "", "1001");
    expect_ticket(s, number, TICKET_OPEN, EVE);
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- what changes ---- */

static void state__is_changed_and_noted__step_by_step(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = makes_a_ticket(s);
    struct desk *d = desk_of(s);
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number, TICKET_OPEN), DESK_REPEATED);
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number, TICKET_NEW), DESK_CLOSED);
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number, TICKET_CLOSED), DESK_OK);
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number, TICKET_SOLVED), DESK_CLOSED);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, now_of(s) + HOUR), DESK_CLOSED);
    assert_int_equal(desk_ticket_state(d, now_of(s), EVE, number, TICKET_OPEN), DESK_OK);
    expect_stored(s, number, "open sales bob@example.org '' 0 1 bob@example.org",
                  "converted Bob: open\nstate Bob: open -> closed\nstate Eve: closed -> open\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void due__makes_it_pending__until_a_date_or_for_the_requester(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = makes_a_ticket(s);
    struct desk *d = desk_of(s);
    const time_ms day = 24 * HOUR;
    time_ms last = now_of(s) + TICKET_DUE_DAYS_MAX * day;
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, 0), DESK_REPEATED);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, now_of(s)), DESK_FORM);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, last + 1), DESK_FORM);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, last), DESK_OK);
    expect_ticket(s, number, TICKET_PENDING, BOB);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, last), DESK_REPEATED);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, now_of(s) + day), DESK_OK);
    assert_int_equal(desk_ticket(d, number)->due, now_of(s) + day);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, 0), DESK_OK);
    expect_ticket(s, number, TICKET_PENDING, BOB);
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number, TICKET_PENDING), DESK_REPEATED);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, now_of(s) + day), DESK_OK);
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number, TICKET_PENDING), DESK_OK);
    assert_int_equal(desk_ticket(d, number)->due, 0);
    assert_int_equal(desk_ticket_due(d, now_of(s), BOB, number, now_of(s) + day), DESK_OK);
    assert_int_equal(desk_ticket_state(d, now_of(s), BOB, number, TICKET_SOLVED), DESK_OK);
    assert_int_equal(desk_ticket(d, number)->due, 0);
    forget_what_was_told(s);
    story_ends(s);
}

static void assign__gives_it__to_an_agent_of_the_department_who_is_told(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = makes_a_ticket(s);
    struct desk *d = desk_of(s);
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, BOB), DESK_REPEATED);
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, DAN), DESK_FORM);
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, "who@example.org"), DESK_FORM);
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, EVE), DESK_OK);
    expect_call(s, "eve", "sales", CALL_TICKET, "", "1001");
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, BOB), DESK_OK);
    expect_nothing(s); /* who takes it knows */
    assert_int_equal(desk_ticket_assign(d, now_of(s), BOB, number, ""), DESK_OK);
    expect_ticket(s, number, TICKET_OPEN, "");
    expect_stored(s, number, "open sales  '' 0 1 bob@example.org",
                  "converted Bob: open\nassigned Bob: bob@example.org -> eve@example.org\n"
                  "assigned Bob: eve@example.org -> bob@example.org\n"
                  "assigned Bob: bob@example.org -> -\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void assign__opens__a_new_one__and_brings_the_level(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ALWAYS);
    changes_level(s, "eve", 3);
    desk_is_configured(s);
    agent_is(s, "bob", AVAILABILITY_GONE);
    visitor_says(s, "joe", "anybody?");
    visitor_ends(s, "joe");
    expect_ticket(s, 1001, TICKET_NEW, "");
    assert_int_equal(desk_ticket_assign(desk_of(s), now_of(s), BOB, 1001, EVE), DESK_OK);
    expect_ticket(s, 1001, TICKET_OPEN, EVE);
    assert_int_equal(desk_ticket(desk_of(s), 1001)->level, 3);
    forget_what_was_told(s);
    story_ends(s);
}

static void subject__has_a_limit__and_can_be_taken_out(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = makes_a_ticket(s);
    struct desk *d = desk_of(s);
    char subject[TICKET_SUBJECT_BYTES + 2];
    memset(subject, 's', sizeof subject);
    subject[TICKET_SUBJECT_BYTES + 1] = '\0';
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOB, number, subject), DESK_FULL);
    subject[TICKET_SUBJECT_BYTES] = '\0';
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOB, number, subject), DESK_OK);
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOB, number, "broken"), DESK_OK);
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOB, number, "broken"), DESK_REPEATED);
    assert_int_equal(desk_ticket_subject(d, now_of(s), BOB, number, ""), DESK_OK);
    assert_string_equal(desk_ticket(d, number)->subject, "");
    forget_what_was_told(s);
    story_ends(s);
}

/* The chat is long out of memory: its record goes on, in one sequence with all others. */
static void changes__go_to_the_record__of_a_chat_that_is_not_in_memory(void **state)
{
    (void)state;
    struct story *s = story_of_two_departments(TICKETS_ASK);
    int64_t number = makes_a_ticket(s);
    visitor_leaves(s, "ann");
    pass_time(s, LINGER - SECOND);
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED),
                     DESK_NOT_FOUND); /* forgotten before its chat */
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
    pass_time(s, SECOND);
    expect_no_chat(s, "ann");
    visitor_says(s, "joe", "first");
    assert_int_equal(desk_ticket_state(desk_of(s), now_of(s), BOB, number, TICKET_SOLVED), DESK_OK);
    visitor_says(s, "joe", "second");
    expect_stored(s, number, "solved sales bob@example.org '' 0 1 bob@example.org",
                  "converted Bob: open\nstate Bob: open -> solved\n");
    story_turn(s);
    forget_what_was_told(s);
    story_ends(s);
}

static void zone__is__that_of_the_departments_calendar(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_hours(s, "Europe/Berlin", "mon-fri 09:00-17:00");
    has_department(s, "support", "bob");
    story_begins(s);
    assert_int_equal(desk_zone_offset(desk_of(s), "sales", now_of(s)), 3600);
    assert_int_equal(desk_zone_offset(desk_of(s), "support", now_of(s)), 0);
    assert_int_equal(desk_zone_offset(desk_of(s), "none", now_of(s)), 0);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(end_with_ticket__ends_and_converts__for_its_agent),
        cmocka_unit_test(convert__makes_one__of_a_chat_that_has_ended),
        cmocka_unit_test(convert__makes_one__of_a_chat_from_long_ago),
        cmocka_unit_test(department__that_always_converts__does_so_at_each_end),
        cmocka_unit_test(department__that_always_converts__does_not_for_who_is_blocked),
        cmocka_unit_test(department__that_never_converts__refuses_and_the_chat_goes_on),
        cmocka_unit_test(ticket__is_changed__by_its_department_its_owner_and_supervisors),
        cmocka_unit_test(dispatchers__assign__and_change_nothing_else),
        cmocka_unit_test(state__is_changed_and_noted__step_by_step),
        cmocka_unit_test(due__makes_it_pending__until_a_date_or_for_the_requester),
        cmocka_unit_test(assign__gives_it__to_an_agent_of_the_department_who_is_told),
        cmocka_unit_test(assign__opens__a_new_one__and_brings_the_level),
        cmocka_unit_test(subject__has_a_limit__and_can_be_taken_out),
        cmocka_unit_test(changes__go_to_the_record__of_a_chat_that_is_not_in_memory),
        cmocka_unit_test(zone__is__that_of_the_departments_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
