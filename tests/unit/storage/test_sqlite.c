/* What is SQLite's own: the file, the lock, what is refused at the start, inspection. */
#include "story.h"

#include "base/buf.h"
#include "base/mem.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make(void **state)
{
    *state = story_make("sqlite:");
    return 0;
}

static char *beside(const struct story *t, const char *suffix)
{
    return mem_print("%s%s", t->path, suffix);
}

static bool is_there(const struct story *t, const char *suffix)
{
    char *path = beside(t, suffix);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static struct buf read_file(const char *path)
{
    struct buf bytes;
    buf_init(&bytes, 64 << 20);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    char part[65536];
    ssize_t len;
    while ((len = read(fd, part, sizeof part)) > 0) {
        assert_true(buf_add(&bytes, part, (size_t)len));
    }
    assert_int_equal(len, 0);
    close(fd);
    return bytes;
}

static void write_at(const char *path, off_t at, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    close(fd);
}

/* Another program's hand on the file. */
static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void check_refused(const char *uri, const char *words)
{
    char *error = NULL;
    struct storage_calls calls = {.ctx = NULL};
    struct storage *s = storage_open(uri, &calls, &error);
    assert_null(s);
    assert_non_null(error);
    if (!strstr(error, words)) {
        fail_msg("'%s' is not in: %s", words, error);
    }
    free(error);
}

/* Refused, by inspection too, and not a byte is changed. */
static void check_refused_unchanged(struct story *t, const char *words, bool is_damaged)
{
    struct buf before = read_file(t->path);
    check_refused(t->uri, words);
    char *error = storage_inspect(t->uri);
    assert_non_null(error);
    if (!strstr(error, words)) {
        fail_msg("'%s' is not in: %s", words, error);
    }
    free(error);
    assert_int_equal(storage_is_damaged(t->uri), is_damaged);
    struct buf after = read_file(t->path);
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.bytes, after.bytes, before.len);
    buf_finish(&before);
    buf_finish(&after);
}

/* A closed database with some pages. */
static void fill(struct story *t)
{
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    for (int64_t i = 1; i <= 2000; i++) {
        story_put_entry(t, i, 1001, "so that there is more than a page or two of it");
    }
    story_commit(t);
    story_close(t);
}

/* ---- files ---- */

static void sqlite__makes__files_for_its_user_only(void **state)
{
    struct story *t = *state;
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    mode_t before = umask(0);
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_commit(t);
    umask(before);
    for (size_t i = 0; i < 4; i++) {
        char *path = beside(t, suffixes[i]);
        struct stat status;
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 07777, 0600);
        free(path);
    }
    story_close(t);
    assert_false(is_there(t, "-wal"));
    assert_false(is_there(t, "-shm"));
}

static void sqlite__refuses__a_second_daemon(void **state)
{
    struct story *t = *state;
    story_open(t);
    check_refused(t->uri, "is in use by another tresen");
    char *pid = mem_print("process %ld)", (long)getpid());
    check_refused(t->uri, pid);
    free(pid);
    /* By another name too. */
    char *other = mem_print("%s/other.db", t->directory);
    char *uri = mem_print("sqlite:%s", other);
    assert_int_equal(symlink(t->path, other), 0);
    check_refused(uri, "is in use by another tresen");
    free(uri);
    free(other);
    /* The first goes on, and the lock ends with it. */
    story_put_visitor(t, "visitor-a");
    story_commit(t);
    story_reopen(t);
}

static void sqlite__refuses__what_is_no_file(void **state)
{
    struct story *t = *state;
    check_refused("sqlite:", "needs a path");
    check_refused("postgres:tresen", "unknown kind of storage");
    check_refused("memory:x", "has no path");
    check_refused("sqlite:/dev/null", "is not a file");
    char *uri = mem_print("sqlite:%s", t->directory);
    check_refused(uri, "is not a file");
    free(uri);
    uri = mem_print("sqlite:%s/missing/tresen.db", t->directory);
    check_refused(uri, "cannot be made: No such file or directory");
    free(uri);
}

static void sqlite__opens__paths_with_odd_letters(void **state)
{
    struct story *t = *state;
    free(t->uri);
    t->uri = mem_print("sqlite:%s/100%% ä#1?mode=memory&x.db", t->directory);
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_commit(t);
    assert_null(storage_inspect(t->uri));
    story_reopen(t);
    story_close(t);
    assert_null(storage_inspect(t->uri));
    assert_int_equal(access(t->uri + strlen("sqlite:"), F_OK), 0);
}

/* ---- what is not ours, or not whole ---- */

static void sqlite__refuses__a_newer_schema(void **state)
{
    struct story *t = *state;
    fill(t);
    run_sql(t->path, "PRAGMA user_version = 99");
    check_refused_unchanged(t, "was written by a newer tresen (schema 99", false);
}

static void sqlite__refuses__a_foreign_database(void **state)
{
    struct story *t = *state;
    run_sql(t->path, "CREATE TABLE bookmarks (url TEXT)");
    check_refused_unchanged(t, "is a database, but not one of tresen", false);
}

static void sqlite__refuses__what_is_no_database(void **state)
{
    struct story *t = *state;
    static const char text[] = "This is a letter to somebody, and it is longer than a header is. "
                               "This is a letter to somebody, and it is longer than a header is.";
    write_at(t->path, 0, text, sizeof text);
    check_refused_unchanged(t, "is damaged or no database", true);
}

static void sqlite__refuses__a_damaged_page(void **state)
{
    struct story *t = *state;
    fill(t);
    char page[4096];
    memset(page, 0xA5, sizeof page);
    struct stat status;
    assert_int_equal(stat(t->path, &status), 0);
    write_at(t->path, status.st_size / 2 / 4096 * 4096, page, sizeof page);
    check_refused_unchanged(t, "damaged", true);
}

static void sqlite__refuses__a_truncated_file(void **state)
{
    struct story *t = *state;
    fill(t);
    struct stat status;
    assert_int_equal(stat(t->path, &status), 0);
    assert_int_equal(truncate(t->path, status.st_size / 2), 0);
    check_refused_unchanged(t, "damaged", true);
}

/* SQLite would remove the WAL of a file that is empty. */
static void sqlite__refuses__an_empty_file_beside_a_full_wal(void **state)
{
    struct story *t = *state;
    char *wal = beside(t, "-wal");
    write_at(t->path, 0, "", 0);
    write_at(wal, 0, "something", 9);
    check_refused(t->uri, "is empty, but");
    struct buf after = read_file(wal);
    assert_string_equal(after.bytes, "something");
    buf_finish(&after);
    free(wal);
}

/* What a crash left in the WAL is not touched when the database is refused. */
static void sqlite__keeps__the_wal_of_what_it_refuses(void **state)
{
    struct story *t = *state;
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_commit(t);
    char *copy = mem_print("%s/copy.db", t->directory);
    char *copy_wal = mem_print("%s/copy.db-wal", t->directory);
    char *uri = mem_print("sqlite:%s", copy);
    char *wal = beside(t, "-wal");
    struct buf db = read_file(t->path);
    struct buf log = read_file(wal);
    assert_true(log.len > 0);
    memset(db.bytes, 0, 100);
    write_at(copy, 0, db.bytes, db.len);
    /* The header in the WAL would heal that of the file: let the WAL end before it. */
    write_at(copy_wal, 0, log.bytes, 32 + 24 + 4096 - 1);
    check_refused(uri, "damaged");
    assert_true(storage_is_damaged(uri));
    struct buf after = read_file(copy_wal);
    assert_int_equal(after.len, 32 + 24 + 4096 - 1);
    assert_memory_equal(after.bytes, log.bytes, after.len);
    buf_finish(&after);
    buf_finish(&log);
    buf_finish(&db);
    free(wal);
    free(uri);
    free(copy_wal);
    free(copy);
}

/* ---- inspection ---- */

static void storage_inspect__reads__without_a_trace(void **state)
{
    struct story *t = *state;
    fill(t);
    assert_null(storage_inspect(t->uri));
    assert_false(is_there(t, "-wal"));
    assert_false(is_there(t, "-shm"));
}

static void storage_inspect__reads__while_the_daemon_runs(void **state)
{
    struct story *t = *state;
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_commit(t);
    assert_null(storage_inspect(t->uri));
    story_put_visitor(t, "visitor-b");
    story_commit(t);
    assert_false(storage_is_damaged(t->uri));
    assert_null(storage_inspect("memory:"));
    assert_false(storage_is_damaged("memory:"));
}

static void check_inspection(const char *uri, const char *words)
{
    char *error = storage_inspect(uri);
    assert_non_null(error);
    assert_non_null(strstr(error, words));
    free(error);
}

static void storage_inspect__refuses__what_is_missing_or_empty(void **state)
{
    struct story *t = *state;
    check_inspection(t->uri, "No such file or directory");
    write_at(t->path, 0, "", 0);
    check_inspection(t->uri, "is empty");
    check_inspection("sqlite:/dev/null", "is not a file");
    check_inspection("postgres:x", "unknown kind of storage");
}

/* ---- checkpoints ---- */

static off_t size_of(const struct story *t, const char *suffix)
{
    char *path = beside(t, suffix);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    free(path);
    return status.st_size;
}

static void sqlite__brings_home__the_wal_when_idle(void **state)
{
    struct story *t = *state;
    story_open(t);
    char *body = mem_alloc(100001);
    memset(body, 'x', 100000);
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    story_put_entry(t, 1, 1001, body);
    off_t before = size_of(t, "");
    story_commit(t);
    int waited_ms = 0;
    while (size_of(t, "") < before + 100000 && waited_ms < STORY_PATIENCE_MS) {
        usleep(20000);
        waited_ms += 20;
    }
    assert_true(size_of(t, "") >= before + 100000);
    free(body);
}

static void sqlite__bounds__the_wal(void **state)
{
    struct story *t = *state;
    story_open(t);
    char *body = mem_alloc((1 << 20) + 1);
    memset(body, 'x', 1 << 20);
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    for (int64_t i = 1; i <= 64; i++) {
        story_put_entry(t, i, 1001, body);
        story_commit(t);
    }
    assert_true(size_of(t, "-wal") < 24 << 20);
    assert_true(size_of(t, "") > 32 << 20);
    free(body);
}

#define FRESH(test)                                                                                \
    {                                                                                              \
#test, test, make, story_teardown, NULL                                                    \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(sqlite__makes__files_for_its_user_only),
        FRESH(sqlite__refuses__a_second_daemon),
        FRESH(sqlite__refuses__what_is_no_file),
        FRESH(sqlite__opens__paths_with_odd_letters),
        FRESH(sqlite__refuses__a_newer_schema),
        FRESH(sqlite__refuses__a_foreign_database),
        FRESH(sqlite__refuses__what_is_no_database),
        FRESH(sqlite__refuses__a_damaged_page),
        FRESH(sqlite__refuses__a_truncated_file),
        FRESH(sqlite__refuses__an_empty_file_beside_a_full_wal),
        FRESH(sqlite__keeps__the_wal_of_what_it_refuses),
        FRESH(storage_inspect__reads__without_a_trace),
        FRESH(storage_inspect__reads__while_the_daemon_runs),
        FRESH(storage_inspect__refuses__what_is_missing_or_empty),
        FRESH(sqlite__brings_home__the_wal_when_idle),
        FRESH(sqlite__bounds__the_wal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
