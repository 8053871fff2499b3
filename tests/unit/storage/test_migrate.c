/* From every older schema to this one. */
#include "story.h"

#include "base/buf.h"
#include "base/mem.h"
#include "storage/migrate.h"
#include "storage/sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int make(void **state)
{
    *state = story_make("sqlite:");
    return 0;
}

static sqlite3 *connect(const struct story *t)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    return db;
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* The schema as text, without what only formats it. */
static char *schema_of(const struct story *t)
{
    struct buf text;
    sqlite3_stmt *statement;
    sqlite3 *db = connect(t);
    buf_init(&text, 1 << 20);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT type || ' ' || name || ' ' || coalesce(sql, '')"
                                        " FROM sqlite_schema ORDER BY type, name",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        assert_true(buf_printf(&text, "%s\n", (const char *)sqlite3_column_text(statement, 0)));
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return buf_detach(&text);
}

static void on_found(void *ctx, const struct ticket_answer *rows, size_t count, int64_t next)
{
    struct story_answer *a = ctx;
    (void)next;
    a->is_done = true;
    a->total = count == 1 ? rows[0].chat->number : 0;
}

static void expect_found(struct story *t, const char *text)
{
    struct story_answer a = {.is_done = false};
    struct ticket_query q = {.scope = {.who = "", .all = true}, .text = text, .max = 10};
    storage_tickets(t->storage, &q, on_found, &a);
    story_wait_flag(t, &a.is_done);
    assert_int_equal(a.total, 1001);
}

/* As a daemon of that version left them. */
static void put_rows(sqlite3 *db, int version)
{
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO visitors (id, site, jid, name, email, language, zone,"
                     " browser, page_url, page_title, referrer, only_agent, first_seen,"
                     " last_seen) VALUES ('visitor-a', 'default', '', 'Ada',"
                     " '', 'de', '', '', '', '', '', '', 1, 2);"
                     "INSERT INTO chats (number, visitor, department, state, owner, was_left,"
                     " created, waiting_since, claimed, closed, closed_by) VALUES (1001, "
                     "'visitor-a', 'sales', 3,"
                     " 'agent@localhost', 0, 1, 2, 3, 0, '');"
                     "INSERT INTO entries (sequence, chat, kind, by, at, agent, name,"
                     " sender_id, event, body, seen) VALUES (7, 1001, 1, 1, 5, '', '', 'm1',"
                     " '', 'hello', 0);"
                     "INSERT INTO outbox (id, recipient, sender, message_id, body, entry,"
                     " handed, attempts, at) VALUES (3, 'agent@localhost', 'visitor-a', 'e7',"
                     " 'hello', 7, 0, 1, 5);",
                     NULL, NULL, NULL),
        SQLITE_OK);
    if (version >= 9) {
        assert_int_equal(sqlite3_exec(db, "UPDATE chats SET address = 'sales'", NULL, NULL, NULL),
                         SQLITE_OK);
    }
    if (version == 14) {
        assert_int_equal(sqlite3_exec(db,
                                      "INSERT INTO tickets VALUES"
                                      " (1001, 'sales', 2, '', '', 0, 1, 1, '', 1)",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
    }
}

/* Rows that a daemon wrote then are in its index. What keeps that today wants a table that is newer
 * than some: it is there meanwhile. */
static void put_rows_as_then(sqlite3 *db, int version)
{
    bool lends = version >= 17 && version < 28;

    if (lends) {
        assert_int_equal(sqlite3_exec(db,
                                      "CREATE TABLE own_fields (chat INTEGER, field TEXT,"
                                      " value TEXT)",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
    }
    if (version >= 17) {
        assert_int_equal(sqlite_index_keep(db), SQLITE_OK);
    }
    put_rows(db, version);
    if (version >= 17) {
        struct sqlite_settler *settler = sqlite_settler_create(db);
        assert_non_null(settler);
        assert_int_equal(sqlite_settle(settler), SQLITE_OK);
        sqlite_settler_destroy(settler);
    }
    if (lends) {
        assert_int_equal(sqlite3_exec(db, "DROP TABLE own_fields", NULL, NULL, NULL), SQLITE_OK);
    }
}

/* Each older version, with rows in it, comes to the same schema as a new database and keeps them.
 */
static void migrate__leads__from_each_version_to_the_last(void **state)
{
    (void)state;
    struct story *fresh = story_begin("sqlite:");
    story_close(fresh);
    char *expected = schema_of(fresh);
    for (int version = 1; version <= migrate_schema_count; version++) {
        struct story *t = story_make("sqlite:");
        struct story_answer a = {.is_done = false};
        sqlite3 *db = connect(t);
        assert_null(migrate_run(db, t->path, migrate_schema, version));
        assert_int_equal(number(db, "PRAGMA user_version"), version);
        put_rows_as_then(db, version);
        bool knows_last = number(db, "SELECT count(*) FROM pragma_table_info('visitors')"
                                     " WHERE name = 'last_agent'") == 1;
        sqlite3_close(db);
        story_open(t);
        story_history(t, 0, 0, 10, &a);
        assert_int_equal(a.count, 1);
        assert_string_equal(a.texts[0], "hello");
        story_answer_clear(&a);
        expect_found(t, "hello ada");
        db = connect(t);
        assert_int_equal(number(db, "SELECT count(*) FROM outbox WHERE id = 3 AND side = 1"), 1);
        assert_int_equal(number(db, "SELECT priority FROM chats WHERE number = 1001"), 2);
        assert_int_equal(number(db, "SELECT count(*) FROM tickets"), version == 14 ? 1 : 0);
        assert_int_equal(number(db, "SELECT count(*) FROM tickets JOIN chats USING (number)"
                                    " WHERE tickets.visitor = chats.visitor"
                                    " AND tickets.address = chats.address"),
                         version == 14 ? 1 : 0);
        assert_int_equal(number(db, "SELECT count(*) FROM visitors WHERE last_agent <> ''"),
                         knows_last ? 0 : 1); /* found in the chats */
        sqlite3_close(db);
        story_close(t);
        char *schema = schema_of(t);
        assert_string_equal(schema, expected);
        free(schema);
        story_end(t);
    }
    free(expected);
    story_end(fresh);
}

/* Tickets from before there were service levels: as if they had been measured from then on. */
static void migrate__measures__tickets_from_their_conversion_on(void **state)
{
    (void)state;
    struct story *t = story_make("sqlite:");
    sqlite3 *db = connect(t);
    assert_null(migrate_run(db, t->path, migrate_schema, 14));
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO visitors (id, site, jid, name, email, language, zone, browser,"
                     " page_url, page_title, referrer, only_agent, first_seen, last_seen)"
                     " VALUES ('v', 'default', '', '', '', '', '', '', '', '', '', '', 1, 2);"
                     "INSERT INTO chats (number, visitor, department, address, state, owner,"
                     " was_left, created, waiting_since, claimed, closed, closed_by, priority)"
                     " SELECT value, 'v', 'sales', 'sales', 4, '', 0, 1, 2, 3, 4, 'desk',"
                     " value - 1000 FROM json_each('[1001, 1002, 1003, 1004]');"
                     "INSERT INTO entries (sequence, chat, kind, by, at, agent, name, sender_id,"
                     " event, body, seen) VALUES (1, 1001, 1, 1, 5, '', '', '', '', 'hello', 0),"
                     " (2, 1001, 1, 2, 6, 'a', '', '', '', 'hi', 0),"
                     " (3, 1001, 1, 2, 7, 'a', '', '', '', 'hi', 0);"
                     "INSERT INTO tickets (number, department, state, owner, subject, due, level,"
                     " converted, converted_by, changed) VALUES"
                     " (1001, 'sales', 2, '', '', 0, 1, 50, '', 60),"
                     " (1002, 'sales', 3, '', '', 0, 1, 50, '', 60),"
                     " (1003, 'sales', 3, '', '', 99, 1, 50, '', 60),"
                     " (1004, 'sales', 4, '', '', 0, 1, 50, '', 60);",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_null(migrate_run(db, t->path, migrate_schema, migrate_schema_count));
#define ONE(columns, number_) "SELECT " columns " FROM tickets WHERE number = " #number_
    assert_int_equal(number(db, ONE("priority = 1 AND answered = 6 AND awaits = 0", 1001)), 1);
    assert_int_equal(number(db, ONE("answer_since = 0 AND solution_since = 50", 1001)), 1);
    assert_int_equal(number(db, ONE("priority = 2 AND awaits = 1 AND answer_since = 0", 1002)), 1);
    assert_int_equal(number(db, ONE("solution_since = 0 AND solved = 0", 1002)), 1);
    assert_int_equal(number(db, ONE("awaits = 1 AND answer_since = 50", 1003)), 1);
    assert_int_equal(number(db, ONE("solved = 60 AND solution_since = 0", 1004)), 1);
    assert_int_equal(number(db, "SELECT sum(wake + overdue + told + missed) FROM tickets"), 0);
#undef ONE
    sqlite3_close(db);
    story_end(t);
}

static const struct migration steps[] = {
    {"0001_a.sql", "CREATE TABLE parents (id INTEGER PRIMARY KEY);"
                   "CREATE TABLE children (parent REFERENCES parents (id));"},
    {"0002_b.sql", "INSERT INTO parents VALUES (1); -- a comment; with a semicolon\n"
                   "INSERT INTO children VALUES (1);"},
    {"0003_c.sql", "DELETE FROM children; INSERT INTO nowhere VALUES (1);"},
};

static const struct migration breaking_steps[] = {
    {"0001_a.sql", "CREATE TABLE parents (id INTEGER PRIMARY KEY);"
                   "CREATE TABLE children (parent REFERENCES parents (id));"},
    {"0002_b.sql", "INSERT INTO children VALUES (5);"},
};

/* What fails half-way leaves the version before it, and the rest as it was. */
static void migrate__undoes__what_fails(void **state)
{
    struct story *t = *state;
    sqlite3 *db = connect(t);
    char *error = migrate_run(db, "x.db", steps, 3);
    assert_non_null(error);
    assert_non_null(strstr(error, "0003_c.sql failed and was undone"));
    assert_non_null(strstr(error, "nowhere"));
    free(error);
    assert_int_equal(number(db, "PRAGMA user_version"), 2);
    assert_int_equal(number(db, "PRAGMA application_id"), MIGRATE_APPLICATION);
    assert_int_equal(number(db, "SELECT count(*) FROM children"), 1);
    assert_null(migrate_run(db, "x.db", steps, 2)); /* nothing left to do */
    sqlite3_close(db);
}

static void migrate__refuses__references_that_break(void **state)
{
    struct story *t = *state;
    sqlite3 *db = connect(t);
    char *error = migrate_run(db, "x.db", breaking_steps, 2);
    assert_non_null(error);
    assert_non_null(strstr(error, "1 references broken"));
    free(error);
    assert_int_equal(number(db, "PRAGMA user_version"), 1);
    assert_int_equal(number(db, "SELECT count(*) FROM children"), 0);
    sqlite3_close(db);
}

static void migrate_refusal__tells__ours_from_others(void **state)
{
    struct story *t = *state;
    sqlite3 *db = connect(t);
    assert_null(migrate_refusal(db, "x.db", 2)); /* empty: new */
    assert_null(migrate_run(db, "x.db", steps, 2));
    assert_null(migrate_refusal(db, "x.db", 2));
    assert_null(migrate_refusal(db, "x.db", 3));
    char *error = migrate_refusal(db, "x.db", 1);
    assert_non_null(strstr(error, "newer tresen (schema 2, this program knows 1)"));
    free(error);
    assert_int_equal(sqlite3_exec(db, "PRAGMA application_id = 7", NULL, NULL, NULL), SQLITE_OK);
    error = migrate_refusal(db, "x.db", 2);
    assert_non_null(strstr(error, "not one of tresen"));
    free(error);
    sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(migrate__leads__from_each_version_to_the_last),
        cmocka_unit_test(migrate__measures__tickets_from_their_conversion_on),
        cmocka_unit_test_setup_teardown(migrate__undoes__what_fails, make, story_teardown),
        cmocka_unit_test_setup_teardown(migrate__refuses__references_that_break, make,
                                        story_teardown),
        cmocka_unit_test_setup_teardown(migrate_refusal__tells__ours_from_others, make,
                                        story_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
