/* One suite for every backend: what storage.h promises when nothing can be written, and how much
 * may wait for that. */
#include "story.h"

#include "base/histogram.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void storage__refuses_and_recovers__when_commits_fail(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    story_put_visitor(t, "visitor-a");
    story_commit(t);
    storage_test_fail(t->storage, 13);
    story_put_token(t, "h1", "visitor-a", TOKEN_NEW, 1);
    storage_seal(t->storage);
    story_wait_refusing(t, true);
    story_put_token(t, "h1", "visitor-a", TOKEN_CURRENT, 2);
    storage_seal(t->storage);
    while (story_turn(t, 1500)) { /* at least one vain repetition */
        if (!t->path) {
            break;
        }
    }
    assert_int_equal(t->refused, 1);
    assert_int_equal(t->recovered, 0);
    assert_int_equal(t->committed, 1);
    storage_test_fail(t->storage, 0);
    story_wait_commit(t, 3);
    story_wait_refusing(t, false);
    assert_int_equal(t->refused, 1);
    assert_int_equal(t->recovered, 1);
    story_find_token(t, "default", "h1", &a);
    assert_int_equal(a.token_state, TOKEN_CURRENT);
    story_answer_clear(&a);
}

/* From the seal, through the trouble, until it is on disk. */
static void storage__measures__how_long_commits_take(void **state)
{
    struct story *t = *state;
    const struct histogram *times = storage_commit_times(t->storage);
    assert_int_equal(times->count, 0);
    story_put_visitor(t, "visitor-a");
    assert_int_equal(storage_waiting_writes(t->storage), 1);
    assert_int_equal(times->count, 0); /* it is not sealed */
    story_commit(t);
    assert_int_equal(times->count, 1);
    assert_int_equal(storage_waiting_writes(t->storage), 0);
    storage_test_hold(t->storage, true);
    time_ms begun = clock_monotonic_ms();
    story_put_token(t, "h1", "visitor-a", TOKEN_NEW, 1);
    storage_seal(t->storage);
    story_put_token(t, "h2", "visitor-a", TOKEN_NEW, 1);
    storage_seal(t->storage);
    assert_int_equal(storage_waiting_writes(t->storage), 2);
    while (clock_monotonic_ms() - begun < 30) {
    }
    uint64_t before = times->sum_ms;
    storage_test_hold(t->storage, false);
    story_wait_commit(t, 3);
    assert_int_equal(times->count, 3);
    assert_in_range(times->sum_ms - before, 2 * 29, 2 * STORY_PATIENCE_MS);
    assert_int_equal(storage_waiting_writes(t->storage), 0);
}

static void storage_is_refusing__bounds__what_waits(void **state)
{
    struct story *t = *state;
    storage_test_hold(t->storage, true);
    for (int i = 0; i < 19999; i++) {
        storage_drop_outbox(t->storage, i + 1);
    }
    assert_false(storage_is_refusing(t->storage));
    storage_drop_outbox(t->storage, 20000);
    assert_true(storage_is_refusing(t->storage));
    storage_seal(t->storage);
    story_wait_refusing(t, true);
    storage_test_hold(t->storage, false);
    story_wait_commit(t, 1);
    story_wait_refusing(t, false);
}

static void storage_is_refusing__bounds__the_bytes_that_wait(void **state)
{
    struct story *t = *state;
    char *body = mem_alloc(1 << 20);
    memset(body, 'x', (1 << 20) - 1);
    storage_test_hold(t->storage, true);
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    for (int64_t i = 1; i <= 15; i++) {
        story_put_entry(t, i, 1001, body);
        storage_seal(t->storage);
    }
    assert_false(storage_is_refusing(t->storage));
    story_put_entry(t, 16, 1001, body);
    assert_true(storage_is_refusing(t->storage));
    storage_test_hold(t->storage, false);
    story_commit(t);
    story_wait_refusing(t, false);
    free(body);
}

static void storage_is_refusing__bounds__the_reads_that_wait(void **state)
{
    struct story *t = *state;
    struct story_answer last = {.is_done = false};
    struct history_query q = {.visitor = "visitor-a", .department = "sales", .max = 2};
    storage_test_hold(t->storage, true);
    story_put_visitor(t, "visitor-a");
    storage_seal(t->storage);
    for (int i = 0; i < 4095; i++) {
        storage_cancel(t->storage, storage_history(t->storage, &q, story_on_history, NULL));
    }
    assert_false(storage_is_refusing(t->storage));
    storage_history(t->storage, &q, story_on_history, &last);
    assert_true(storage_is_refusing(t->storage));
    storage_test_hold(t->storage, false);
    story_wait_flag(t, &last.is_done);
    story_wait_refusing(t, false);
    story_answer_clear(&last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage__refuses_and_recovers__when_commits_fail),
        STORY_BOTH(storage__measures__how_long_commits_take),
        STORY_BOTH(storage_is_refusing__bounds__what_waits),
        STORY_BOTH(storage_is_refusing__bounds__the_bytes_that_wait),
        STORY_BOTH(storage_is_refusing__bounds__the_reads_that_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
