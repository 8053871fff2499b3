/* Nothing that was deleted is left in the file, though SQLite leaves copies of it behind; and the
 * file is as good as before. */
#include "base/mem.h"
#include "storage/sqlite.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 4000 };
static const char SECRET[] = "zaphod-was-here";

static sqlite3 *connect(const struct story *t)
{
    char *error = NULL;
    sqlite3 *db = sqlite_connect(t->path, t->path, SQLITE_OPEN_READWRITE, &error);
    assert_null(error);
    assert_int_equal(sqlite_run(db, "PRAGMA secure_delete = ON"), SQLITE_OK);
    assert_int_equal(sqlite_index_keep(db), SQLITE_OK);
    return db;
}

/* Through SQLite's own file: closing another would end the locks that this process has to it. */
static size_t count_secrets(sqlite3 *db)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    size_t found = 0;
    int code;
    while ((code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL))) {
        assert_int_equal(code, SQLITE_BUSY);
    }
    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file);
    assert_int_equal(file->pMethods->xFileSize(file, &size), SQLITE_OK);
    char *bytes = mem_alloc((size_t)size);
    assert_int_equal(file->pMethods->xRead(file, bytes, (int)size, 0), SQLITE_OK);
    const char *at = bytes;
    const char *end = bytes + size;
    while ((at = memmem(at, (size_t)(end - at), SECRET, strlen(SECRET)))) {
        found++;
        at++;
    }
    free(bytes);
    return found;
}

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245U + 12345U;
    return *seed >> 8;
}

/* Rows come, grow and go in any order, so that they are moved between pages; those with the secret
 * go in the end. */
static void churn(sqlite3 *db, unsigned seed)
{
    sqlite3_stmt *put;
    char body[3001];
    assert_int_equal(sqlite_run(db, "CREATE TABLE IF NOT EXISTS churn (id INTEGER PRIMARY KEY,"
                                    " body TEXT NOT NULL, secret INTEGER NOT NULL);"
                                    "CREATE INDEX IF NOT EXISTS churned ON churn (body);"
                                    "BEGIN"),
                     SQLITE_OK);
    put = sqlite_prepare(db, "INSERT OR REPLACE INTO churn (id, body, secret) VALUES (?, ?, ?)");
    for (unsigned i = 0; i < 3 * ROWS; i++) {
        bool is_secret = next_random(&seed) % 3 == 0;
        unsigned long_one = next_random(&seed) % 20 == 0 ? 3000 : 300;
        size_t len = 20 + next_random(&seed) % (long_one - 20);
        memset(body, 'a' + (int)(next_random(&seed) % 26), len);
        body[len] = '\0';
        if (is_secret) {
            memcpy(body, SECRET, strlen(SECRET));
        }
        sqlite3_bind_int64(put, 1, next_random(&seed) % ROWS);
        sqlite_bind_text(put, 2, body);
        sqlite3_bind_int(put, 3, is_secret);
        assert_int_equal(sqlite_step_done(put), SQLITE_OK);
    }
    sqlite3_finalize(put);
    assert_int_equal(sqlite_run(db, "COMMIT; DELETE FROM churn WHERE secret"), SQLITE_OK);
}

static int64_t number(sqlite3 *db, const char *sql)
{
    int64_t value = -1;
    assert_int_equal(sqlite_number(db, sql, &value), SQLITE_OK);
    return value;
}

static void scrub(sqlite3 *db)
{
    struct sqlite_scrub *s = sqlite_scrub_create(db);
    bool is_done = false;
    while (!is_done) {
        assert_int_equal(sqlite_scrub_step(s, &is_done), SQLITE_OK);
    }
    sqlite_scrub_destroy(s);
}

static void expect_whole(sqlite3 *db)
{
    assert_int_equal(number(db, "SELECT count(*) FROM pragma_integrity_check"
                                " WHERE integrity_check <> 'ok'"),
                     0);
}

static void sqlite_scrub__leaves__nothing_that_secure_delete_leaves(void **state)
{
    struct story *t = *state;
    size_t left = 0;
    story_close(t);
    sqlite3 *db = connect(t);
    for (unsigned seed = 1; seed <= 5; seed++) {
        churn(db, seed);
        left += count_secrets(db);
        int64_t rows = number(db, "SELECT count(*) FROM churn");
        int64_t bytes = number(db, "SELECT sum(length(body) * id) FROM churn");
        scrub(db);
        assert_int_equal(count_secrets(db), 0);
        assert_int_equal(number(db, "SELECT count(*) FROM churn"), rows);
        assert_int_equal(number(db, "SELECT sum(length(body) * id) FROM churn"), bytes);
        expect_whole(db);
        /* What is written from now on is made of what is in the file. */
        assert_int_equal(sqlite_run(db, "UPDATE churn SET body = body || 'x' WHERE id % 7 = 0"),
                         SQLITE_OK);
        assert_int_equal(count_secrets(db), 0);
        expect_whole(db);
    }
    assert_true(left > 0); /* else there is no reason for all this */
    sqlite3_close(db);
    story_open(t);
}

/* Pages that map others begin as a b-tree's may: with the kind of a page, and its parent. */
static void sqlite_scrub__spares__the_maps_of_a_file_that_shrinks_by_itself(void **state)
{
#define FILL(table)                                                                                \
    "CREATE TABLE " table " (body); INSERT INTO " table " WITH RECURSIVE n (i) AS (SELECT 1"       \
    " UNION ALL SELECT i + 1 FROM n WHERE i < 450) SELECT hex(randomblob(1800)) FROM n;"
    struct story *t = *state;
    story_close(t);
    sqlite3 *db = connect(t);
    assert_int_equal(sqlite_run(db, "PRAGMA auto_vacuum = FULL; VACUUM"), SQLITE_OK);
    assert_int_equal(number(db, "PRAGMA auto_vacuum"), 1);
    assert_int_equal(sqlite_run(db, FILL("one") FILL("two")), SQLITE_OK);
    churn(db, 1);
    int64_t rows = number(db, "SELECT count(*) FROM churn");
    int64_t triggers = number(db, "SELECT count(*) FROM sqlite_temp_schema");
    scrub(db);
    assert_int_equal(count_secrets(db), 0);
    expect_whole(db);
    assert_int_equal(number(db, "SELECT count(*) FROM churn"), rows);
    /* The file was written anew; its index is kept all the same, and in memory. */
    assert_true(triggers > 0);
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_temp_schema"), triggers);
    assert_int_equal(number(db, "PRAGMA temp_store"), 2);
    sqlite3_close(db);
#undef FILL
}

/* What was given back as it was, by a program without secure_delete. */
static void sqlite_scrub__clears__pages_that_are_free(void **state)
{
    struct story *t = *state;
    story_close(t);
    sqlite3 *db = connect(t);
    assert_int_equal(sqlite_run(db, "PRAGMA secure_delete = OFF"), SQLITE_OK);
    churn(db, 9);
    assert_int_equal(sqlite_run(db, "DELETE FROM churn"), SQLITE_OK);
    assert_true(number(db, "PRAGMA freelist_count") > 50);
    assert_true(count_secrets(db) > 0);
    scrub(db);
    assert_int_equal(count_secrets(db), 0);
    expect_whole(db);
    sqlite3_close(db);
    story_open(t);
}

/* Who still reads what was is waited for; nothing is lost, and it can be begun again at any point.
 */
static void sqlite_scrub__waits__for_readers(void **state)
{
    struct story *t = *state;
    bool is_done = false;
    story_close(t);
    sqlite3 *db = connect(t);
    sqlite3 *reader = connect(t);
    sqlite3_busy_timeout(db, 1);
    assert_int_equal(number(reader, "SELECT count(*) FROM chats"), 0);
    assert_int_equal(sqlite_run(reader, "BEGIN; SELECT count(*) FROM chats"), SQLITE_OK);
    churn(db, 3);
    struct sqlite_scrub *s = sqlite_scrub_create(db);
    int code = SQLITE_OK;
    for (int i = 0; i < 20; i++) {
        code = sqlite_scrub_step(s, &is_done);
        assert_false(is_done);
    }
    assert_int_equal(code & 0xFF, SQLITE_BUSY);
    assert_true(sqlite3_get_autocommit(db) != 0);
    assert_int_equal(sqlite_run(reader, "COMMIT"), SQLITE_OK);
    while (!is_done) {
        assert_int_equal(sqlite_scrub_step(s, &is_done), SQLITE_OK);
    }
    sqlite_scrub_destroy(s);
    assert_int_equal(count_secrets(db), 0);
    expect_whole(db);
    sqlite3_close(reader);
    sqlite3_close(db);
    story_open(t);
}

static void on_scrubbed(void *ctx, const char *error)
{
    struct story_answer *a = ctx;
    a->is_done = true;
    a->error = mem_dup(error);
}

/* Lines are stored between its steps, and searched afterwards. */
static void storage_scrub__stands__in_nobodys_way(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    int64_t sequence = 1;
    story_close(t);
    sqlite3 *db = connect(t);
    churn(db, 4);
    sqlite3_close(db);
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    for (; sequence <= 200; sequence++) {
        story_put_entry(t, sequence, 1001, "zaphod-was-here");
        story_commit(t);
    }
    struct chat_record ended = story_chat(1001, "visitor-a");
    ended.state = CHAT_CLOSED;
    ended.owner = "";
    storage_put_chat(t->storage, &ended);
    storage_erase_chat(t->storage, 1001);
    story_put_chat(t, 1002, "visitor-a");
    story_commit(t);
    storage_begin_scrub(t->storage, 1);
    storage_scrub(t->storage, on_scrubbed, &a);
    while (!a.is_done) {
        story_put_entry(t, sequence++, 1002, "somebody else");
        story_commit(t);
    }
    assert_string_equal(a.error, "");
    free(a.error);
    assert_int_equal(t->refused, 0);
    story_close(t);
    db = connect(t);
    assert_int_equal(number(db, "SELECT count(*) FROM upkeep"), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM entries"), sequence - 201);
    expect_whole(db);
    sqlite3_close(db);
    story_open(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sqlite_scrub__leaves__nothing_that_secure_delete_leaves,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(
            sqlite_scrub__spares__the_maps_of_a_file_that_shrinks_by_itself, story_begin_sqlite,
            story_teardown),
        cmocka_unit_test_setup_teardown(sqlite_scrub__clears__pages_that_are_free,
                                        story_begin_sqlite, story_teardown),
        cmocka_unit_test_setup_teardown(sqlite_scrub__waits__for_readers, story_begin_sqlite,
                                        story_teardown),
        cmocka_unit_test_setup_teardown(storage_scrub__stands__in_nobodys_way, story_begin_sqlite,
                                        story_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
