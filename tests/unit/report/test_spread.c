/* Quantiles, against numbers counted by hand. */
#include "report/spread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void add(struct spread *s, const int64_t *seconds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        spread_add(s, seconds[i] * 1000);
    }
}

static void spread_quantile__is_nothing__of_nothing(void **state)
{
    struct spread s = {.steps = NULL};

    (void)state;
    assert_int_equal(spread_quantile(&s, 50), -1);
    spread_finish(&s);
}

static void spread_quantile__is_the_nearest_rank(void **state)
{
    const int64_t ten[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 35}; /* 1 1 2 3 4 5 5 6 9 35 */
    struct spread s = {.steps = NULL};

    (void)state;
    add(&s, ten, 10);
    assert_int_equal(spread_quantile(&s, 1), 1);
    assert_int_equal(spread_quantile(&s, 50), 4);
    assert_int_equal(spread_quantile(&s, 51), 5);
    assert_int_equal(spread_quantile(&s, 90), 9);
    assert_int_equal(spread_quantile(&s, 91), 35);
    assert_int_equal(spread_quantile(&s, 100), 35);
    assert_int_equal(s.count, 10);
    spread_finish(&s);
}

static void spread_add__rounds_down__in_steps_that_grow(void **state)
{
    const struct {
        int64_t ms;
        int64_t seconds;
    } CASES[] = {{-5, 0},
                 {0, 0},
                 {999, 0},
                 {1000, 1},
                 {599999, 599},
                 {600 * 1000, 600},
                 {609999, 600},
                 {610 * 1000, 610},
                 {3599 * 1000, 3590},
                 {3600 * 1000, 3600},
                 {3659 * 1000, 3600},
                 {86399 * 1000, 86340},
                 {86400 * 1000LL, 86400},
                 {89999 * 1000LL, 86400},
                 {90000 * 1000LL, 90000},
                 {(30 * 86400LL - 1) * 1000, 30 * 86400 - 3600},
                 {30 * 86400LL * 1000, 30 * 86400},
                 {4000LL * 86400 * 1000, 30 * 86400}};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct spread s = {.steps = NULL};
        spread_add(&s, CASES[i].ms);
        assert_int_equal(spread_quantile(&s, 50), CASES[i].seconds);
        spread_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spread_quantile__is_nothing__of_nothing),
        cmocka_unit_test(spread_quantile__is_the_nearest_rank),
        cmocka_unit_test(spread_add__rounds_down__in_steps_that_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
