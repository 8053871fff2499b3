/* What only a fault of ours can write is never stored: every backend aborts. */
#include "story.h"

#include "base/mem.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* In a child with a storage of its own: threads do not survive a fork. */
static void check_abort(struct story *t, void (*fault)(struct story *t))
{
    const char *scheme = t->path ? "sqlite:" : "memory:";
    char directory[4096] = "";
    int names[2];
    assert_int_equal(pipe(names), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct story *own = story_begin(scheme);
        const char *name = own->directory ? own->directory : "";
        if (write(names[1], name, strlen(name)) < 0 || !freopen("/dev/null", "w", stderr)) {
            _exit(1);
        }
        signal(SIGABRT, SIG_DFL);
        fault(own);
        storage_seal(own->storage);
        story_wait_commit(own, 1);
        _exit(0);
    }
    close(names[1]);
    assert_true(read(names[0], directory, sizeof directory - 1) >= 0);
    close(names[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    if (*directory) {
        char *command = mem_print("rm -r '%s'", directory);
        assert_int_equal(system(command), 0);
        free(command);
    }
}

static void storage__aborts__on_our_own_faults(void **state)
{
    struct story *t = *state;
    check_abort(t, put_twice);
    check_abort(t, put_entry_without_chat);
    check_abort(t, put_chat_without_visitor);
    check_abort(t, put_token_without_visitor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage__aborts__on_our_own_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
