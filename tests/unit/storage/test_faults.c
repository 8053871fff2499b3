/* What only a fault of ours can write is never stored: every backend aborts. */
#include "story.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void put_twice(struct story *t)
{
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    story_put_entry(t, 1, 1001, "x");
    story_put_entry(t, 1, 1001, "x");
}

static void put_entry_without_chat(struct story *t)
{
    story_put_entry(t, 1, 1001, "x");
}

static void put_chat_without_visitor(struct story *t)
{
    story_put_chat(t, 1001, "visitor-a");
}

static void put_token_without_visitor(struct story *t)
{
    story_put_token(t, "h", "visitor-a", TOKEN_NEW, 1);
}

static void check_abort(const char *scheme, void (*fault)(struct story *t))
{
    struct story *t = story_make(scheme);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr)) {
            _exit(1);
        }
        story_open(t);
        fault(t);
        story_commit(t);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    story_end(t);
}

static void check_aborts(const char *scheme)
{
    check_abort(scheme, put_twice);
    check_abort(scheme, put_entry_without_chat);
    check_abort(scheme, put_chat_without_visitor);
    check_abort(scheme, put_token_without_visitor);
}

static void memory__aborts__on_our_own_faults(void **state)
{
    (void)state;
    check_aborts("memory:");
}

static void sqlite__aborts__on_our_own_faults(void **state)
{
    (void)state;
    check_aborts("sqlite:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory__aborts__on_our_own_faults),
        cmocka_unit_test(sqlite__aborts__on_our_own_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
