#include "base/mem.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void mem__copies(void **state)
{
    (void)state;
    char *zeroed = mem_alloc(100);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(zeroed[i], 0);
    }
    zeroed = mem_grow(zeroed, 200);
    assert_int_equal(zeroed[99], 0);
    free(zeroed);
    free(mem_alloc(0));
    int *array = mem_array(10, sizeof *array);
    assert_int_equal(array[9], 0);
    free(array);
    assert_null(mem_dup(NULL));
    char *copy = mem_dup_n("abc", 2);
    assert_string_equal(copy, "ab");
    mem_replace(&copy, "other");
    assert_string_equal(copy, "other");
    mem_replace(&copy, NULL);
    assert_null(copy);
    mem_replace(&copy, "again");
    assert_string_equal(copy, "again");
    free(copy);
    char *printed = mem_print("%s-%d", "x", 7);
    assert_string_equal(printed, "x-7");
    free(printed);
}

static void mem_used__is__what_is_allocated(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20 };
    const size_t before = mem_used();
    char *piece = mem_alloc(BYTES);
    assert_in_range(mem_used() - before, BYTES, BYTES + BYTES / 8);
    free(piece);
    assert_in_range(mem_used(), before > BYTES / 8 ? before - BYTES / 8 : 1, before + BYTES / 8);
}

static void mem_array__aborts__on_overflow(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        volatile size_t count = SIZE_MAX / 2;
        free(mem_array(count, 4));
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mem__copies),
        cmocka_unit_test(mem_used__is__what_is_allocated),
        cmocka_unit_test(mem_array__aborts__on_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
