#include "base/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void pace_take__allows_a_burst_then_one_each_interval(void **state)
{
    time_ms level = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_true(pace_take(&level, 3, 1000, 5000));
    }
    assert_false(pace_take(&level, 3, 1000, 5000));
    assert_false(pace_take(&level, 3, 1000, 5999));
    assert_true(pace_take(&level, 3, 1000, 6000));
    assert_false(pace_take(&level, 3, 1000, 6000));
    for (int i = 0; i < 3; i++) { /* rested: the whole burst again, no more */
        assert_true(pace_take(&level, 3, 1000, 60000));
    }
    assert_false(pace_take(&level, 3, 1000, 60000));
}

static void paces_take__keeps_names_apart_and_is_bounded(void **state)
{
    struct paces *p = paces_create(1, 1000, 2);

    (void)state;
    assert_true(paces_take(p, "ada", 100));
    assert_false(paces_take(p, "ada", 100));
    assert_true(paces_take(p, "bob", 100));
    assert_false(paces_take(p, "cyd", 100));
    paces_tick(p, 200); /* both still say something */
    assert_false(paces_take(p, "cyd", 200));
    paces_tick(p, 1100);
    assert_true(paces_take(p, "cyd", 1100));
    paces_destroy(p);
    paces_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pace_take__allows_a_burst_then_one_each_interval),
        cmocka_unit_test(paces_take__keeps_names_apart_and_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
