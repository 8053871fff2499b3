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

/* The system's own, also where malloc() is a sanitizer's. */
void *__libc_malloc(size_t size); /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */
void __libc_free(void *memory);   /* NOLINT(bugprone-reserved-identifier,cert-dcl*) */

enum { PIECES = 20000, PIECE_SIZE = 500 };

static void *pieces[PIECES + 1]; /* the last one stays: what is free before it is not at the end */

static void take_pieces(void)
{
    for (int i = 0; i <= PIECES; i++) {
        pieces[i] = __libc_malloc(PIECE_SIZE);
        assert_non_null(pieces[i]);
        memset(pieces[i], 1, PIECE_SIZE);
    }
}

static void free_pieces(void)
{
    for (int i = 0; i < PIECES; i++) {
        __libc_free(pieces[i]);
    }
}

static void mem_trim__gives_back__what_is_much(void **state)
{
    (void)state;
    size_t kept = 0;
    take_pieces(); /* so that the sanitizer has its pages about them, an eighth, before it counts */
    free_pieces();
    __libc_free(pieces[PIECES]);
    mem_trim(&kept);
    for (int round = 0; round < 2; round++) {
        take_pieces();
        assert_false(mem_trim(&kept)); /* all of it is used */
        free_pieces();
        const size_t before = mem_resident(NULL);
        assert_true(mem_trim(&kept));
        assert_in_range(mem_resident(NULL), 1, before - (size_t)PIECES * PIECE_SIZE / 2);
        assert_false(mem_trim(&kept)); /* what is left was looked at */
        __libc_free(pieces[PIECES]);
    }
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
        cmocka_unit_test(mem_trim__gives_back__what_is_much),
        cmocka_unit_test(mem_array__aborts__on_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
