/* The world fails under SQLite: nothing is told that is not stored, and it heals (C-04 to C-06). */
#include "story.h"

#include "base/clock.h"
#include "base/mem.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BODY_SIZE = 64 << 10 };

/* Says 64 KiB; returns the batch. */
static uint64_t say(struct story *t, int64_t sequence)
{
    char *body = mem_alloc(BODY_SIZE + 1);
    memset(body, 'x', BODY_SIZE);
    story_put_entry(t, sequence, 1001, body);
    free(body);
    return storage_seal(t->storage);
}

static void begin_chat(struct story *t)
{
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    story_commit(t);
}

/* Speaks until commits fail; returns the last sequence, which is not stored. */
static int64_t speak_until_refused(struct story *t)
{
    int64_t sequence = 0;
    while (!t->is_refusing) {
        assert_true(sequence < 2000);
        uint64_t batch = say(t, ++sequence);
        while (!t->is_refusing && t->committed < batch) {
            assert_true(story_turn(t, STORY_PATIENCE_MS));
        }
    }
    assert_true(sequence > 1);
    return sequence;
}

/* All entries up to the last are there. */
static void check_stored(struct story *t, int64_t last)
{
    struct story_answer a = {.is_done = false};
    story_history(t, 0, -1, 1, &a);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.sequences[0], last);
    assert_int_equal(a.total, last);
    story_answer_clear(&a);
}

/* While in trouble nothing is told; when space is back, everything is. */
static void check_recovery(struct story *t, int64_t last, void (*heal)(struct story *t))
{
    uint64_t committed = t->committed;
    uint64_t batch = say(t, last + 1);
    time_ms until = clock_monotonic_ms() + 1500; /* at least one vain repetition */
    while (clock_monotonic_ms() < until) {
        story_turn(t, (int)(until - clock_monotonic_ms()));
    }
    assert_int_equal(t->committed, committed);
    assert_true(storage_is_refusing(t->storage));
    heal(t);
    story_wait_commit(t, batch);
    story_wait_refusing(t, false);
    assert_int_equal(t->refused, 1);
    assert_int_equal(t->recovered, 1);
    check_stored(t, last + 1);
    story_reopen(t);
    check_stored(t, last + 1);
    assert_null(storage_inspect(t->uri));
}

/* ---- C-04: no space, on a file system of our own (needs root) ---- */

static void remove_ballast(struct story *t)
{
    char *path = mem_print("%s/mount/ballast", t->directory);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void sqlite__survives__a_full_disk(void **state)
{
    (void)state;
    struct story *t = story_make("sqlite:");
    char *mount_point = mem_print("%s/mount", t->directory);
    assert_int_equal(mkdir(mount_point, 0700), 0);
    bool is_mounted = mount("tmpfs", mount_point, "tmpfs", 0, "size=8m") == 0;
    if (is_mounted) {
        char *ballast = mem_print("%s/ballast", mount_point);
        FILE *file = fopen(ballast, "w");
        assert_non_null(file);
        for (int i = 0; i < 4 << 20; i++) {
            putc('x', file);
        }
        assert_int_equal(fclose(file), 0);
        free(ballast);
        free(t->uri);
        t->uri = mem_print("sqlite:%s/tresen.db", mount_point);
        story_open(t);
        begin_chat(t);
        check_recovery(t, speak_until_refused(t), remove_ballast);
        story_close(t);
        assert_int_equal(umount(mount_point), 0);
    }
    assert_int_equal(rmdir(mount_point), 0);
    free(mount_point);
    story_end(t);
    if (!is_mounted) {
        skip();
    }
}

/* ---- C-05: writes fail in the middle of a transaction ---- */

static void set_file_limit(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void lift_file_limit(struct story *t)
{
    (void)t;
    set_file_limit(RLIM_INFINITY);
}

static void sqlite__survives__writes_that_fail(void **state)
{
    struct story *t = *state;
    signal(SIGXFSZ, SIG_IGN);
    begin_chat(t);
    story_wait_commit(t, say(t, 1));
    set_file_limit(BODY_SIZE); /* even a WAL that starts again has no room for a line */
    say(t, 2);
    story_wait_refusing(t, true);
    check_recovery(t, 2, lift_file_limit);
}

/* ---- C-06: locked by another program ---- */

static sqlite3 *other;

static void unlock(struct story *t)
{
    (void)t;
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void sqlite__survives__a_lock_of_somebody_else(void **state)
{
    struct story *t = *state;
    begin_chat(t);
    say(t, 1);
    story_wait_commit(t, say(t, 2));
    assert_int_equal(sqlite3_open(t->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    say(t, 3);
    story_wait_refusing(t, true);
    check_recovery(t, 3, unlock);
}

/* ---- the file is taken away ---- */

static void move_back(struct story *t)
{
    char *away = mem_print("%s/away.db", t->directory);
    assert_int_equal(rename(away, t->path), 0);
    free(away);
}

static void sqlite__refuses__when_its_file_was_moved(void **state)
{
    struct story *t = *state;
    begin_chat(t);
    story_wait_commit(t, say(t, 1));
    char *away = mem_print("%s/away.db", t->directory);
    assert_int_equal(rename(t->path, away), 0);
    say(t, 2);
    story_wait_refusing(t, true);
    check_recovery(t, 2, move_back);
    free(away);
}

/* ---- the end comes while in trouble ---- */

static void storage_close__gives_up__what_cannot_be_committed(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    begin_chat(t);
    story_wait_commit(t, say(t, 1));
    storage_test_fail(t->storage, SQLITE_FULL);
    say(t, 2);
    story_wait_refusing(t, true);
    t->is_refusing = false;
    story_reopen(t);
    story_history(t, 0, 0, 10, &a);
    assert_int_equal(a.count, 1);
    story_answer_clear(&a);
}

/* What was not sealed is sealed by the end, and committed. */
static void storage_close__commits__what_waits(void **state)
{
    struct story *t = *state;
    storage_test_hold(t->storage, true);
    story_put_visitor(t, "visitor-a");
    storage_seal(t->storage);
    story_put_chat(t, 1001, "visitor-a");
    storage_seal(t->storage);
    story_put_entry(t, 1, 1001, "last words");
    story_reopen(t);
    check_stored(t, 1);
}

#define SQLITE(test)                                                                               \
    {                                                                                              \
#test, test, story_begin_sqlite, story_teardown, NULL                                      \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite__survives__a_full_disk),
        SQLITE(sqlite__survives__writes_that_fail),
        SQLITE(sqlite__survives__a_lock_of_somebody_else),
        SQLITE(sqlite__refuses__when_its_file_was_moved),
        SQLITE(storage_close__gives_up__what_cannot_be_committed),
        SQLITE(storage_close__commits__what_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
