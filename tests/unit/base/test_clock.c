#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_stamp(time_ms utc, const char *expected)
{
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(utc, stamp);
    assert_string_equal(stamp, expected);
}

static void clock_stamp__is__xep_0082(void **state)
{
    (void)state;
    assert_stamp(1767607200123, "2026-01-05T10:00:00.123Z");
    assert_stamp(0, "1970-01-01T00:00:00.000Z");
    assert_stamp(-1, "1969-12-31T23:59:59.999Z");
    assert_stamp(951827696789, "2000-02-29T12:34:56.789Z");
    assert_stamp(253402300799999, "9999-12-31T23:59:59.999Z");
    assert_stamp(INT64_MAX, "9999-12-31T23:59:59.999Z");
    assert_stamp(INT64_MIN, "0001-01-01T00:00:00.000Z");
}

static void clock_text__is__for_people(void **state)
{
    char text[CLOCK_TEXT_SIZE];

    (void)state;
    clock_text(1767607259999, text);
    assert_string_equal(text, "2026-01-05 10:00 UTC");
}

static void clock_read__reads__what_others_write(void **state)
{
    static const struct {
        const char *text;
        time_ms utc;
    } GOOD[] = {
        {"2026-01-05T10:00:00Z", 1767607200000},
        {"2026-01-05T10:00:00.123Z", 1767607200123},
        {"2026-01-05T10:00:00.1239999Z", 1767607200123},
        {"2026-01-05T10:00:00.5Z", 1767607200500},
        {"2026-01-05T11:00:00+01:00", 1767607200000},
        {"2026-01-05T04:30:00.0-05:30", 1767607200000},
        {"2000-02-29T12:34:56.789Z", 951827696789},
        {"1969-12-31T23:59:59Z", -1000},
    };
    static const char *const BAD[] = {
        "",
        "2026-01-05",
        "2026-01-05T10:00:00",
        "2026-01-05 10:00:00Z",
        "2026-01-05T10:00Z",
        "2026-1-05T10:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-01-05T24:00:00Z",
        "2026-01-05T10:60:00Z",
        "2026-01-05T10:00:60Z",
        "2026-01-05T10:00:00.Z",
        "2026-01-05T10:00:00z",
        "2026-01-05T10:00:00+0100",
        "2026-01-05T10:00:00+24:00",
        "2026-01-05T10:00:00Z ",
        "-2026-01-05T10:00:00Z",
    };
    time_ms utc = 0;

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_true(clock_read(GOOD[i].text, &utc));
        assert_int_equal(utc, GOOD[i].utc);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_false(clock_read(BAD[i], &utc));
    }
}

static void clock__goes__forward(void **state)
{
    (void)state;
    time_ms before = clock_monotonic_ms();
    assert_true(clock_monotonic_ms() >= before);
    assert_true(clock_utc_ms() > 1577836800000); /* 2020 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_stamp__is__xep_0082),
        cmocka_unit_test(clock_text__is__for_people),
        cmocka_unit_test(clock_read__reads__what_others_write),
        cmocka_unit_test(clock__goes__forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
