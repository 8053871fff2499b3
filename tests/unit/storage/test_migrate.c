/* From every older schema to this one. */
#include "story.h"

#include "base/buf.h"
#include "base/mem.h"
#include "storage/migrate.h"

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
            assert_int_equal(
                sqlite3_exec(db, "UPDATE chats SET address = 'sales'", NULL, NULL, NULL),
                SQLITE_OK);
        }
        bool knows_last = number(db, "SELECT count(*) FROM pragma_table_info('visitors')"
                                     " WHERE name = 'last_agent'") == 1;
        sqlite3_close(db);
        story_open(t);
        story_history(t, 0, 0, 10, &a);
        assert_int_equal(a.count, 1);
        assert_string_equal(a.texts[0], "hello");
        story_answer_clear(&a);
        db = connect(t);
        assert_int_equal(number(db, "SELECT count(*) FROM outbox WHERE id = 3 AND side = 1"), 1);
        assert_int_equal(number(db, "SELECT priority FROM chats WHERE number = 1001"), 2);
        assert_int_equal(number(db, "SELECT count(*) FROM tickets"), 0); /* none was converted */
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
        cmocka_unit_test_setup_teardown(migrate__undoes__what_fails, make, story_teardown),
        cmocka_unit_test_setup_teardown(migrate__refuses__references_that_break, make,
                                        story_teardown),
        cmocka_unit_test_setup_teardown(migrate_refusal__tells__ours_from_others, make,
                                        story_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
