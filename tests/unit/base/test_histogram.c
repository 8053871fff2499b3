#include "base/histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const time_ms BOUNDS[] = {10, 100, 1000};

static void histogram_add__counts_up_to_each_bound(void **state)
{
    struct histogram h;

    (void)state;
    histogram_init(&h, BOUNDS, 3);
    assert_int_equal(histogram_up_to(&h, 3), 0);
    const time_ms took[] = {-5, 0, 10, 11, 100, 101, 1000, 1001, INT32_MAX};
    for (size_t i = 0; i < sizeof took / sizeof *took; i++) {
        histogram_add(&h, took[i]);
    }
    assert_int_equal(histogram_up_to(&h, 0), 3);
    assert_int_equal(histogram_up_to(&h, 1), 5);
    assert_int_equal(histogram_up_to(&h, 2), 7);
    assert_int_equal(histogram_up_to(&h, 3), 9);
    assert_int_equal(h.count, 9);
    assert_int_equal(h.sum_ms, 10 + 11 + 100 + 101 + 1000 + 1001 + (uint64_t)INT32_MAX);
}

static void histogram_within__names_the_bound_that_so_many_keep(void **state)
{
    struct histogram h;

    (void)state;
    histogram_init(&h, BOUNDS, 3);
    assert_int_equal(histogram_within(&h, 99), HISTOGRAM_EMPTY);
    assert_int_equal(histogram_mean(&h), 0);
    for (int i = 0; i < 99; i++) {
        histogram_add(&h, 4);
    }
    histogram_add(&h, 500);
    assert_int_equal(histogram_within(&h, 1), 10);
    assert_int_equal(histogram_within(&h, 99), 10);
    assert_int_equal(histogram_within(&h, 100), 1000);
    assert_int_equal(histogram_mean(&h), (99 * 4 + 500) / 100);
    histogram_add(&h, 5000);
    assert_int_equal(histogram_within(&h, 99), 1000); /* of 101 that is 100 */
    assert_int_equal(histogram_within(&h, 100), HISTOGRAM_LONGER);
}

/* One of one: each share of it is all. */
static void histogram_within__is_right_of_one(void **state)
{
    struct histogram h;

    (void)state;
    histogram_init(&h, BOUNDS, 3);
    histogram_add(&h, 50);
    assert_int_equal(histogram_within(&h, 1), 100);
    assert_int_equal(histogram_within(&h, 50), 100);
    assert_int_equal(histogram_mean(&h), 50);
}

static void histogram_init__takes_as_many_bounds_as_there_may_be(void **state)
{
    static const time_ms MANY[HISTOGRAM_BOUNDS_MAX] = {1, 2, 3,  4,  5,  6,  7,
                                                       8, 9, 10, 11, 12, 13, 14};
    struct histogram h;

    (void)state;
    histogram_init(&h, MANY, HISTOGRAM_BOUNDS_MAX);
    histogram_add(&h, 14);
    histogram_add(&h, 15);
    assert_int_equal(histogram_up_to(&h, HISTOGRAM_BOUNDS_MAX - 1), 1);
    assert_int_equal(histogram_up_to(&h, HISTOGRAM_BOUNDS_MAX), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histogram_add__counts_up_to_each_bound),
        cmocka_unit_test(histogram_within__names_the_bound_that_so_many_keep),
        cmocka_unit_test(histogram_within__is_right_of_one),
        cmocka_unit_test(histogram_init__takes_as_many_bounds_as_there_may_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
