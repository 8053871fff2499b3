/* Killed at any moment: what was told to be stored is stored (C-01 of the test plan, for the
 * storage alone). */
#include "story.h"

#include "base/clock.h"
#include "base/id.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20, KILL_WITHIN_MS = 60, BATCH_ENTRIES = 3 };

/* Writes without end: batch after batch of entries, as fast as it goes; tells through the pipe
 * which entry is the last of each committed batch. */
static void write_until_killed(struct story *t, int64_t sequence, int acks)
{
    int64_t last_of[64] = {0};
    story_open(t);
    for (;;) {
        uint64_t committed = t->committed;
        for (int i = 0; i < BATCH_ENTRIES; i++) {
            story_put_entry(t, ++sequence, 1001, "said");
        }
        last_of[storage_seal(t->storage) % 64] = sequence;
        /* A few batches wait at any time, so that they are committed in groups. */
        while (story_turn(t, t->committed + 32 > storage_seal(t->storage) ? 0 : 1000)) {
        }
        if (t->committed > committed) {
            int64_t last = last_of[t->committed % 64];
            if (write(acks, &last, sizeof last) != sizeof last) {
                _exit(1);
            }
        }
    }
}

/* Lets a child write, kills it; returns the last entry that it told. */
static int64_t crash_once(struct story *t, int64_t sequence)
{
    int acks[2];
    assert_int_equal(pipe(acks), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(acks[0]);
        write_until_killed(t, sequence, acks[1]);
    }
    close(acks[1]);
    int64_t acked = 0;
    int64_t last;
    time_ms kill_at = 0;
    for (;;) {
        time_ms now = clock_monotonic_ms();
        if (kill_at != 0 && now >= kill_at) {
            kill(child, SIGKILL);
            kill_at = INT64_MAX;
        }
        struct pollfd fd = {.fd = acks[0], .events = POLLIN};
        int timeout =
            kill_at == 0 || kill_at == INT64_MAX ? STORY_PATIENCE_MS : (int)(kill_at - now);
        int ready = poll(&fd, 1, timeout);
        assert_true(ready > 0 || timeout != STORY_PATIENCE_MS);
        if (ready > 0) {
            ssize_t len = read(acks[0], &last, sizeof last);
            if (len <= 0) {
                break; /* it is dead, and everything it told is read */
            }
            assert_int_equal(len, sizeof last);
            acked = last;
            kill_at = kill_at == 0 ? now + (time_ms)id_below(KILL_WITHIN_MS) : kill_at;
        }
    }
    close(acks[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    return acked;
}

/* Every entry up to the last is there once: batches are whole, none is missing. Returns the last.
 */
static int64_t check_entries(struct story *t, int64_t first)
{
    struct story_answer a = {.is_done = false};
    int64_t last = first;
    do {
        story_history(t, last, 0, 100, &a);
        for (size_t i = 0; i < a.count; i++) {
            assert_int_equal(a.sequences[i], ++last);
        }
        assert_int_equal(a.total % BATCH_ENTRIES, 0);
    } while (!a.complete);
    story_answer_clear(&a);
    return last;
}

static void storage__keeps__what_it_told_when_killed(void **state)
{
    struct story *t = story_make("sqlite:");
    (void)state;
    story_open(t);
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    story_commit(t);
    story_close(t);
    int64_t stored = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t acked = crash_once(t, stored);
        story_open(t);
        assert_true(acked > stored);
        stored = check_entries(t, stored);
        assert_true(stored >= acked);
        char *error = storage_inspect(t->uri);
        assert_null(error);
        story_close(t);
    }
    story_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storage__keeps__what_it_told_when_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
