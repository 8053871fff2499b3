/* Every write and sync fails once (C-05), and power goes at any moment: what was told is stored. */
#include "story.h"

#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "story_disk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CALLS = 32, ROUNDS = 5, CUTS = 25, BATCH_ENTRIES = 2 };

static void begin_chat(struct story *t)
{
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    story_commit(t);
}

static void say(struct story *t, int64_t *sequence)
{
    char body[3000];
    memset(body, 'a' + (int)(*sequence % 26), sizeof body - 1);
    body[sizeof body - 1] = '\0';
    for (int i = 0; i < BATCH_ENTRIES; i++) {
        story_put_entry(t, ++*sequence, 1001, body);
    }
    storage_seal(t->storage);
}

/* How many entries are there: none is missing before the last, and batches are whole. */
static int64_t count_entries(struct story *t)
{
    struct story_answer a = {.is_done = false};
    int64_t count = 0;
    do {
        story_history(t, count, 0, 100, &a);
        for (size_t i = 0; i < a.count; i++) {
            assert_int_equal(a.sequences[i], ++count);
            assert_int_equal(a.texts[i][2998],
                             'a' + (a.sequences[i] - 1) / BATCH_ENTRIES * BATCH_ENTRIES % 26);
        }
    } while (!a.complete);
    story_answer_clear(&a);
    assert_int_equal(count % BATCH_ENTRIES, 0);
    return count;
}

/* ---- C-05 ---- */

struct victim {
    struct story *story;
    struct disk *disk;
    int64_t sequence;
};

static void sqlite__survives__each_call_that_fails(void **state)
{
    (void)state;
    disk_install();
    struct victim victims[CALLS];
    for (int i = 0; i < CALLS; i++) {
        struct victim *v = &victims[i];
        *v = (struct victim){.story = story_make("sqlite:")};
        v->disk = disk_watch(v->story->directory);
        begin_chat(v->story);
        disk_fail_at(v->disk, i + 1, i % 2 == 0 ? SQLITE_IOERR_WRITE : SQLITE_FULL);
    }
    /* All at once, since each waits a second after its failure. */
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CALLS; i++) {
            say(victims[i].story, &victims[i].sequence);
        }
        for (int i = 0; i < CALLS; i++) {
            story_commit(victims[i].story);
        }
    }
    int failures = 0;
    for (int i = 0; i < CALLS; i++) {
        struct victim *v = &victims[i];
        failures += disk_failures(v->disk);
        disk_fail_at(v->disk, 0, 0);
        assert_int_equal(v->story->refused, v->story->recovered);
        story_reopen(v->story);
        assert_int_equal(count_entries(v->story), v->sequence);
        story_close(v->story);
        assert_null(storage_inspect(v->story->uri));
        disk_forget(v->disk);
        story_end(v->story);
    }
    assert_true(failures > CALLS / 2);
}

/* "Not found" would be a lie. */
static void sqlite__answers__when_it_can_read_again(void **state)
{
    (void)state;
    disk_install();
    struct story *t = story_make("sqlite:");
    struct disk *disk = disk_watch(t->directory);
    struct story_answer a = {.is_done = false};
    int64_t sequence = 0;
    begin_chat(t);
    say(t, &sequence);
    story_reopen(t);
    disk_fail_read(disk);
    story_history(t, 0, 0, 10, &a);
    assert_int_equal(disk_failures(disk), 1);
    assert_int_equal(a.count, BATCH_ENTRIES);
    assert_int_equal(a.total, BATCH_ENTRIES);
    story_answer_clear(&a);
    story_close(t);
    disk_forget(disk);
    story_end(t);
}

/* ---- power ---- */

/* The rest of the power cut: opens what survived, returns how many entries it has. */
static int64_t revive(struct disk *disk)
{
    struct story *after = story_make("sqlite:");
    disk_cut_power(disk, after->directory);
    story_open(after);
    int64_t count = count_entries(after);
    assert_null(storage_inspect(after->uri));
    story_close(after);
    story_end(after);
    return count;
}

static void sqlite__keeps__what_it_told_when_power_goes(void **state)
{
    (void)state;
    disk_install();
    struct story *t = story_make("sqlite:");
    struct disk *disk = disk_watch(t->directory);
    sqlite3 *other;
    int64_t sequence = 0;
    begin_chat(t);
    uint64_t first = t->committed;
    assert_int_equal(sqlite3_open(t->path, &other), SQLITE_OK);
    for (int cut = 0; cut < CUTS; cut++) {
        /* Some batches, of which some are told, some are on their way, some are checkpointed. */
        for (unsigned i = id_below(40) + 1; i > 0; i--) {
            say(t, &sequence);
            story_turn(t, id_below(3) == 0 ? 10 : 0);
            if (id_below(20) == 0) {
                sqlite3_exec(other, "PRAGMA wal_checkpoint(PASSIVE)", NULL, NULL, NULL);
            }
        }
        while (story_turn(t, 0)) {
        }
        int64_t told = (int64_t)(t->committed - first) * BATCH_ENTRIES;
        int64_t stored = revive(disk);
        assert_true(stored >= told);
        assert_true(stored <= sequence);
    }
    sqlite3_close(other);
    story_close(t);
    disk_forget(disk);
    story_end(t);
}

/* Dozens of storages in trouble would say so in hundreds of lines. */
static void on_log(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

int main(void)
{
    log_set_sink(on_log, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite__survives__each_call_that_fails),
        cmocka_unit_test(sqlite__answers__when_it_can_read_again),
        cmocka_unit_test(sqlite__keeps__what_it_told_when_power_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
