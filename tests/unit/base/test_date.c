/* Days and dates, against the C library's. */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static void date__agrees__with_gmtime_from_1600_to_2400(void **state)
{
    (void)state;
    for (int64_t day = -135140; day < 157000; day++) {
        time_t at = (time_t)day * 86400;
        struct tm tm;
        gmtime_r(&at, &tm);
        struct date date = date_of_day(day);
        assert_int_equal(date.year, tm.tm_year + 1900);
        assert_int_equal(date.month, tm.tm_mon + 1);
        assert_int_equal(date.day, tm.tm_mday);
        assert_int_equal(date_weekday(day), (tm.tm_wday + 6) % 7);
        assert_int_equal(date_to_day(date), day);
    }
}

static void date_is_real__knows__leap_days(void **state)
{
    (void)state;
    assert_true(date_is_real((struct date){2024, 2, 29}));
    assert_true(date_is_real((struct date){2000, 2, 29}));
    assert_false(date_is_real((struct date){2026, 2, 29}));
    assert_false(date_is_real((struct date){2100, 2, 29}));
    assert_false(date_is_real((struct date){2026, 4, 31}));
    assert_false(date_is_real((struct date){2026, 0, 1}));
    assert_false(date_is_real((struct date){2026, 13, 1}));
    assert_false(date_is_real((struct date){2026, 1, 0}));
    assert_true(date_is_real((struct date){2026, 12, 31}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date__agrees__with_gmtime_from_1600_to_2400),
        cmocka_unit_test(date_is_real__knows__leap_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
