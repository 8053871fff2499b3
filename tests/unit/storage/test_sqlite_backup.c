/* Backups while the daemon writes. */
#include "story.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *backup_path(const struct story *t)
{
    return mem_print("%s/backup.db", t->directory);
}

static void begin_chat(struct story *t, int64_t entries)
{
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    for (int64_t i = 1; i <= entries; i++) {
        story_put_entry(t, i, 1001, "so that it takes a while to copy what has been said here");
        if (i % 1000 == 0) {
            story_commit(t);
        }
    }
    storage_seal(t->storage);
}

static void check_backup(struct story *t, const char *path, int64_t first, int64_t last)
{
    struct story_answer a = {.is_done = false};
    struct stat status;
    char *uri = mem_print("sqlite:%s", path);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_null(storage_inspect(uri));
    struct story copy = {.uri = uri};
    story_open(&copy);
    story_history(&copy, 0, -1, 1, &a);
    assert_in_range(a.total, first, last);
    assert_int_equal(a.sequences[0], a.total); /* whole up to one moment */
    story_answer_clear(&a);
    story_close(&copy);
    free(uri);
    (void)t;
}

/* Contains all that was sealed before, and holds nobody up. */
static void storage_backup__copies__while_running(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    enum { BEFORE = 20000 };
    char *path = backup_path(t);
    begin_chat(t, BEFORE);
    storage_backup(t->storage, path, story_on_backup, &a);
    int64_t sequence = BEFORE;
    while (!a.is_done) {
        story_put_entry(t, ++sequence, 1001, "meanwhile");
        story_commit(t);
    }
    assert_string_equal(a.error, "");
    char *wal = mem_print("%s-wal", path);
    assert_int_not_equal(access(wal, F_OK), 0);
    free(wal);
    check_backup(t, path, BEFORE, sequence);
    story_answer_clear(&a);
    free(path);
}

static void storage_backup__sees__what_was_sealed_before(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    char *path = backup_path(t);
    storage_test_hold(t->storage, true);
    begin_chat(t, 10);
    storage_backup(t->storage, path, story_on_backup, &a);
    storage_test_hold(t->storage, false);
    story_wait_flag(t, &a.is_done);
    assert_string_equal(a.error, "");
    check_backup(t, path, 10, 10);
    story_answer_clear(&a);
    free(path);
}

static void check_failure(struct story *t, const char *path, const char *words)
{
    struct story_answer a = {.is_done = false};
    storage_backup(t->storage, path, story_on_backup, &a);
    story_wait_flag(t, &a.is_done);
    if (!strstr(a.error, words)) {
        fail_msg("'%s' is not in: %s", words, a.error);
    }
    story_answer_clear(&a);
}

static void storage_backup__refuses__what_is_there(void **state)
{
    struct story *t = *state;
    char *path = backup_path(t);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs("precious", file), 1);
    assert_int_equal(fclose(file), 0);
    check_failure(t, path, "is there already");
    check_failure(t, t->path, "is there already");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, strlen("precious"));
    free(path);
    path = mem_print("%s/missing/backup.db", t->directory);
    check_failure(t, path, "cannot be made: No such file or directory");
    free(path);
}

static void storage_backup__runs__one_at_a_time(void **state)
{
    struct story *t = *state;
    struct story_answer first = {.is_done = false};
    struct story_answer second = {.is_done = false};
    char *path = backup_path(t);
    char *other = mem_print("%s/other.db", t->directory);
    begin_chat(t, 100);
    storage_backup(t->storage, path, story_on_backup, &first);
    storage_backup(t->storage, other, story_on_backup, &second);
    story_wait_flag(t, &first.is_done);
    story_wait_flag(t, &second.is_done);
    assert_string_equal(first.error, "");
    assert_non_null(strstr(second.error, "running already"));
    assert_int_not_equal(access(other, F_OK), 0);
    check_backup(t, path, 100, 100);
    story_answer_clear(&first);
    story_answer_clear(&second);
    free(other);
    free(path);
}

/* A half copy is worse than none. */
static void storage_close__removes__a_backup_that_is_not_done(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    char *path = backup_path(t);
    begin_chat(t, 20000);
    story_commit(t);
    storage_backup(t->storage, path, story_on_backup, &a);
    story_close(t);
    assert_false(a.is_done);
    if (access(path, F_OK) == 0) { /* it was quicker */
        check_backup(t, path, 20000, 20000);
    }
    free(path);
}

static void storage_backup__says_so__when_there_is_only_memory(void **state)
{
    struct story *t = story_begin("memory:");
    (void)state;
    check_failure(t, "backup.db", "only in memory");
    story_end(t);
}

#define SQLITE(test)                                                                               \
    {                                                                                              \
#test, test, story_begin_sqlite, story_teardown, NULL                                      \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        SQLITE(storage_backup__copies__while_running),
        SQLITE(storage_backup__sees__what_was_sealed_before),
        SQLITE(storage_backup__refuses__what_is_there),
        SQLITE(storage_backup__runs__one_at_a_time),
        SQLITE(storage_close__removes__a_backup_that_is_not_done),
        cmocka_unit_test(storage_backup__says_so__when_there_is_only_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
