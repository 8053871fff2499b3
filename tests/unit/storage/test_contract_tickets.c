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
        buf_printf(&f->text, "ticket %lld|%s|%d|%s|%s|%lld|%u|%lld|%s|%lld\n", (long long)t->number,
                   t->department, (int)t->state, t->owner, t->subject, (long long)t->due, t->level,
                   (long long)t->converted, t->converted_by, (long long)t->changed);
    }
    buf_printf(&f->text, "line %s\n", answer->first_line);
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
                              .changed = 6};
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
                  "ticket 2|sales|3|nina@localhost|it's broken|99|2|5|tom@localhost|6\nline \n");
    r.state = TICKET_CLOSED;
    r.due = 0;
    r.owner = r.subject = r.converted_by = "";
    r.changed = 7;
    storage_put_ticket(t->storage, &r);
    storage_seal(t->storage);
    expect_ticket(t, 2, "chat 2|support|level 2|visitor-a\nticket 2|sales|5|||0|2|5||7\nline \n");
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
                                                           .converted_by = ""});
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
    sqlite3_close(db);
    story_open(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_ticket__gives__all_of_it_as_it_was_put_last),
        STORY_BOTH(storage_ticket__gives__the_visitors_first_line_that_stands),
        STORY_BOTH(storage_load__reads__no_ticket),
        cmocka_unit_test_setup_teardown(tickets__can_be_listed__by_keys_alone, story_begin_sqlite,
                                        story_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
