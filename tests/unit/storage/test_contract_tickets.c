/* lint: long because one contract, which both stores play whole. */
/* Of the suite for every backend: tickets. */
#include "base/buf.h"
#include "base/mem.h"
#include "story.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct found {
    bool is_done;
    struct buf text;
    time_ms answered;
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct found *f = ctx;
    const struct ticket_record *t = answer->ticket;
    const struct chat_record *c = answer->chat;

    f->is_done = true;
    buf_printf(&f->text, "chat %lld|%s|%s|%s\n", c != NULL ? (long long)c->number : 0,
               c != NULL ? c->address : "", c != NULL ? c->handed_to : "",
               answer->requester != NULL ? answer->requester->id : "");
    if (t != NULL) {
        buf_printf(&f->text, "ticket %lld|%s|%d|%s|%s|%lld|%u|%lld|%s|%lld", (long long)t->number,
                   t->department, (int)t->state, t->owner, t->subject, (long long)t->due, t->level,
                   (long long)t->converted, t->converted_by, (long long)t->changed);
        buf_printf(&f->text, "|%s|%s|%lld|%d%s\n", t->visitor, t->address, (long long)t->last,
                   (int)t->last_by, t->left ? "|left" : "");
    }
    buf_printf(&f->text, "line %s\n", answer->first_line);
    f->answered = answer->answered;
}

static void expect_ticket(struct story *t, int64_t number, const char *expected)
{
    struct found f = {.is_done = false};

    buf_init(&f.text, 1 << 16);
    storage_ticket(t->storage, number, on_ticket, &f);
    story_wait_flag(t, &f.is_done);
    assert_string_equal(f.text.bytes, expected);
    buf_finish(&f.text);
}

static void say(struct story *t, int64_t sequence, int64_t chat, enum entry_kind kind,
                enum entry_by by, const char *body)
{
    struct entry_record e = story_entry(sequence, chat, body);
    e.kind = kind;
    e.by = by;
    storage_put_entry(t->storage, &e);
}

static void storage_ticket__gives__all_of_it_as_it_was_put_last(void **state)
{
    struct story *t = *state;
    struct ticket_record r = {.number = 2,
                              .department = "sales",
                              .state = TICKET_PENDING,
                              .owner = "nina@localhost",
                              .subject = "it's broken",
                              .due = 99,
                              .level = 2,
                              .converted = 5,
                              .converted_by = "tom@localhost",
                              .changed = 6,
                              .visitor = "visitor-a",
                              .address = "support",
                              .last = 7,
                              .last_by = BY_AGENT,
                              .watchers = ""};
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    struct chat_record chat = story_chat(2, "visitor-a");
    chat.address = "support";
    chat.handed_to = "level 2";
    storage_put_chat(t->storage, &chat);
    storage_put_ticket(t->storage, &r);
    storage_seal(t->storage);
    story_commit(t);
    story_reopen_if_kept(t);
    expect_ticket(t, 2,
                  "chat 2|support|level 2|visitor-a\n"
                  "ticket 2|sales|3|nina@localhost|it's broken|99|2|5|tom@localhost|6"
                  "|visitor-a|support|7|2\nline \n");
    r.state = TICKET_CLOSED;
    r.due = 0;
    r.owner = r.subject = r.converted_by = "";
    r.changed = 7;
    r.last = 8;
    r.last_by = BY_VISITOR;
    storage_put_ticket(t->storage, &r);
    storage_seal(t->storage);
    expect_ticket(t, 2,
                  "chat 2|support|level 2|visitor-a\n"
                  "ticket 2|sales|5|||0|2|5||7|visitor-a|support|8|1\nline \n");
    expect_ticket(t, 3, "chat 0|||\nline \n");
}

static void storage_ticket__gives__the_visitors_first_line_that_stands(void **state)
{
    struct story *t = *state;
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    story_put_chat(t, 2, "visitor-a");
    say(t, 1, 1, ENTRY_NOTICE, BY_DESK, "notice");
    say(t, 2, 2, ENTRY_MESSAGE, BY_VISITOR, "of another chat");
    say(t, 3, 1, ENTRY_NOTE, BY_VISITOR, "note");
    say(t, 4, 1, ENTRY_MESSAGE, BY_AGENT, "hi");
    say(t, 5, 1, ENTRY_MESSAGE, BY_VISITOR, "my first");
    say(t, 6, 1, ENTRY_MESSAGE, BY_VISITOR, "my second");
    storage_seal(t->storage);
    const char *address = story_chat(1, "visitor-a").address;
    char *head = mem_print("chat 1|%s||visitor-a\n", address);
    char *expected = mem_print("%sline my first\n", head);
    expect_ticket(t, 1, expected);
    free(expected);
    storage_change_entry(t->storage, &(struct entry_record){.sequence = 5,
                                                            .fate = FATE_CORRECTED,
                                                            .shown = "my better first",
                                                            .visitor_reactions = "",
                                                            .agent_reactions = ""});
    storage_seal(t->storage);
    expected = mem_print("%sline my better first\n", head);
    expect_ticket(t, 1, expected);
    free(expected);
    storage_change_entry(t->storage, &(struct entry_record){.sequence = 5,
                                                            .fate = FATE_RETRACTED,
                                                            .shown = "",
                                                            .visitor_reactions = "",
                                                            .agent_reactions = ""});
    storage_seal(t->storage);
    expected = mem_print("%sline my second\n", head);
    expect_ticket(t, 1, expected);
    free(expected);
    free(head);
}

/* ---- what time does ---- */

static void storage_ticket__gives__when_an_agent_first_spoke(void **state)
{
    struct story *t = *state;
    struct found f = {.is_done = false};
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    say(t, 1, 1, ENTRY_MESSAGE, BY_VISITOR, "hello?");
    say(t, 2, 1, ENTRY_NOTE, BY_AGENT, "only noted");
    say(t, 3, 1, ENTRY_NOTICE, BY_AGENT, "only done");
    struct entry_record e = story_entry(4, 1, "hi");
    e.kind = ENTRY_MESSAGE;
    e.by = BY_AGENT;
    e.at = 77;
    storage_put_entry(t->storage, &e);
    say(t, 5, 1, ENTRY_MESSAGE, BY_AGENT, "later");
    storage_seal(t->storage);
    buf_init(&f.text, 4096);
    storage_ticket(t->storage, 1, on_ticket, &f);
    story_wait_flag(t, &f.is_done);
    assert_int_equal(f.answered, 77);
    buf_finish(&f.text);
}

struct times {
    bool is_done;
    struct ticket_record record;
};

static void on_times(void *ctx, const struct ticket_answer *answer)
{
    struct times *times = ctx;

    times->record = *answer->ticket;
    times->is_done = true;
}

static void storage_ticket__keeps__its_times(void **state)
{
    struct story *t = *state;
    struct times got = {.is_done = false};
    struct ticket_record r = {.number = 1,
                              .department = "sales",
                              .state = TICKET_OPEN,
                              .owner = "",
                              .subject = "",
                              .level = 1,
                              .converted_by = "",
                              .visitor = "",
                              .address = "",
                              .watchers = "",
                              .wake = 11,
                              .overdue = 12,
                              .priority = PRIORITY_URGENT,
                              .awaits = AWAITS_NEXT_ANSWER,
                              .answer_since = 13,
                              .answer_spent = 14,
                              .solution_since = 15,
                              .solution_spent = 16,
                              .answered = 17,
                              .solved = 18,
                              .told = 19,
                              .measured = 20,
                              .missed = 21,
                              .unreached = true};
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    for (unsigned i = 0; i < 2; i++) { /* new, and again */
        storage_put_ticket(t->storage, &r);
        r.wake++;
        r.missed++;
    }
    storage_seal(t->storage);
    story_commit(t);
    story_reopen_if_kept(t);
    storage_ticket(t->storage, 1, on_times, &got);
    story_wait_flag(t, &got.is_done);
    const struct ticket_record *g = &got.record;
    assert_int_equal(g->wake, 12);
    assert_int_equal(g->overdue, 12);
    assert_int_equal(g->priority, PRIORITY_URGENT);
    assert_int_equal(g->awaits, AWAITS_NEXT_ANSWER);
    assert_int_equal(g->answer_since, 13);
    assert_int_equal(g->answer_spent, 14);
    assert_int_equal(g->solution_since, 15);
    assert_int_equal(g->solution_spent, 16);
    assert_int_equal(g->answered, 17);
    assert_int_equal(g->solved, 18);
    assert_int_equal(g->told, 19);
    assert_int_equal(g->measured, 20);
    assert_int_equal(g->missed, 22);
    assert_true(g->unreached);
}

struct numbers {
    bool is_done;
    struct buf text;
};

static void on_wake(void *ctx, const int64_t *numbers, size_t count)
{
    struct numbers *n = ctx;

    n->is_done = true;
    for (size_t i = 0; i < count; i++) {
        buf_printf(&n->text, "%lld ", (long long)numbers[i]);
    }
}

static void expect_wake(struct story *t, time_ms before, int64_t after, unsigned max,
                        const char *expected)
{
    const struct wake_query q = {.before = before, .after = after, .max = max};
    struct numbers n = {.is_done = false};

    buf_init(&n.text, 4096);
    storage_wake(t->storage, &q, on_wake, &n);
    story_wait_flag(t, &n.is_done);
    assert_string_equal(n.text.bytes != NULL ? n.text.bytes : "", expected);
    buf_finish(&n.text);
}

static void storage_wake__gives__those_that_are_due_the_earliest_first(void **state)
{
    struct story *t = *state;
    static const struct {
        int64_t number;
        time_ms wake;
        enum ticket_state state;
    } ROWS[] = {{1, 300, TICKET_OPEN},   {2, 100, TICKET_PENDING}, {3, 0, TICKET_OPEN},
                {4, 100, TICKET_SOLVED}, {5, 301, TICKET_NEW},     {6, 0, TICKET_CLOSED},
                {7, 200, TICKET_OPEN}};
    story_put_visitor(t, "visitor-a");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        story_put_chat(t, ROWS[i].number, "visitor-a");
        storage_put_ticket(t->storage, &(struct ticket_record){.number = ROWS[i].number,
                                                               .department = "sales",
                                                               .state = ROWS[i].state,
                                                               .owner = "",
                                                               .subject = "",
                                                               .level = 1,
                                                               .converted_by = "",
                                                               .visitor = "",
                                                               .address = "",
                                                               .wake = ROWS[i].wake,
                                                               .watchers = ""});
    }
    storage_seal(t->storage);
    story_commit(t);
    story_reopen_if_kept(t);
    expect_wake(t, 99, 0, 50, "");
    expect_wake(t, 100, 0, 50, "2 4 ");
    expect_wake(t, 300, 0, 50, "2 4 7 1 ");
    expect_wake(t, 300, 0, 3, "2 4 7 ");
    expect_wake(t, INT64_MAX, 0, 1000, "2 4 7 1 5 ");
    /* And all that are not closed, page by page. */
    expect_wake(t, 0, 0, 4, "1 2 3 4 ");
    expect_wake(t, 0, 4, 4, "5 7 ");
    expect_wake(t, 0, 7, 4, "");
}

/* A start reads none of them, however many there are. */
static void storage_load__reads__no_ticket(void **state)
{
    struct story *t = *state;
    story_put_visitor(t, "visitor-a");
    struct chat_record chat = story_chat(1001, "visitor-a");
    chat.state = CHAT_CLOSED;
    storage_put_chat(t->storage, &chat);
    storage_put_ticket(t->storage, &(struct ticket_record){.number = 1001,
                                                           .department = "sales",
                                                           .state = TICKET_NEW,
                                                           .owner = "",
                                                           .subject = "",
                                                           .level = 1,
                                                           .converted_by = "",
                                                           .visitor = "visitor-a",
                                                           .address = "sales",
                                                           .watchers = ""});
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    assert_string_equal(text, "counters 1001 0 0\n");
    free(text);
}

static void expect_plan(sqlite3 *db, const char *sql, const char *index)
{
    sqlite3_stmt *statement;
    char *explain = mem_print("EXPLAIN QUERY PLAN %s", sql);
    struct buf plan;

    buf_init(&plan, 4096);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        buf_printf(&plan, "%s\n", (const char *)sqlite3_column_text(statement, 3));
    }
    sqlite3_finalize(statement);
    free(explain);
    if (strstr(plan.bytes, index) == NULL || strstr(plan.bytes, "TEMP B-TREE") != NULL ||
        strstr(plan.bytes, "SCAN") != NULL) {
        fail_msg("%s\ngoes by\n%s, not by %s", sql, plan.bytes, index);
    }
    buf_finish(&plan);
}

/* The lists to come are ranges of an index, in their order: nothing is sorted, nothing scanned. */
static void tickets__can_be_listed__by_keys_alone(void **state)
{
    struct story *t = *state;
    sqlite3 *db;

    story_close(t);
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    expect_plan(db,
                "SELECT * FROM tickets WHERE owner = ?1 AND state < 4 AND number < ?2"
                " ORDER BY number DESC LIMIT 50",
                "tickets_of_owner (owner=? AND rowid<?)");
    expect_plan(db,
                "SELECT * FROM tickets WHERE department = ?1 AND state = ?2 AND number < ?3"
                " ORDER BY number DESC LIMIT 50",
                "tickets_of_department (department=? AND state=? AND rowid<?)");
    expect_plan(db,
                "SELECT * FROM tickets WHERE state = ?1 AND number < ?2"
                " ORDER BY number DESC LIMIT 50",
                "tickets_in_state (state=? AND rowid<?)");
    expect_plan(db,
                "SELECT * FROM tickets WHERE due > 0 AND due <= ?1 ORDER BY due, number LIMIT 50",
                "tickets_due (due>? AND due<?)");
    expect_plan(db,
                "SELECT number FROM tickets WHERE wake > 0 AND wake <= ?1"
                " ORDER BY wake, number LIMIT 50",
                "tickets_wake (wake>? AND wake<?)");
    expect_plan(db,
                "SELECT number FROM tickets INDEXED BY tickets_to_do WHERE state < 5"
                " AND number > ?1 ORDER BY number LIMIT 50",
                "tickets_to_do (number>?)");
    expect_plan(db,
                "SELECT * FROM tickets WHERE overdue > 0 AND overdue <= ?1"
                " ORDER BY overdue, number LIMIT 50",
                "tickets_overdue (overdue>? AND overdue<?)");
    expect_plan(db, "SELECT * FROM tickets WHERE visitor = ?1 AND state = 5 ORDER BY number DESC",
                "tickets_of_visitor (visitor=? AND state=?)");
    sqlite3_close(db);
    story_open(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_ticket__gives__all_of_it_as_it_was_put_last),
        STORY_BOTH(storage_ticket__gives__the_visitors_first_line_that_stands),
        STORY_BOTH(storage_ticket__gives__when_an_agent_first_spoke),
        STORY_BOTH(storage_ticket__keeps__its_times),
        STORY_BOTH(storage_wake__gives__those_that_are_due_the_earliest_first),
        STORY_BOTH(storage_load__reads__no_ticket),
        cmocka_unit_test_setup_teardown(tickets__can_be_listed__by_keys_alone, story_begin_sqlite,
                                        story_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
