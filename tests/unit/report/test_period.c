/* Periods in a zone whose days have 23 and 25 hours. */
#include "base/calendar.h"
#include "base/zone.h"
#include "report/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR_MS = 60 * 60 * 1000 };

/* 2026-03-31 23:30 in Berlin is 21:30 UTC. */
static const time_ms NOW = 1774992600000;

static int begin(void **state)
{
    char *complaint = NULL;
    struct zone *zone = zone_load("Europe/Berlin", &complaint);

    assert_non_null(zone);
    *state = calendar_create(zone);
    return 0;
}

static int end(void **state)
{
    calendar_destroy(*state);
    return 0;
}

static void expect(struct calendar *zone, const char *text, const char *from, const char *to)
{
    struct period p;
    char stamp[CLOCK_STAMP_SIZE];

    assert_true(period_read(&p, text, zone, NOW));
    clock_stamp(p.from, stamp);
    assert_string_equal(stamp, from);
    clock_stamp(p.to, stamp);
    assert_string_equal(stamp, to);
}

static void period_read__knows__words_days_months_and_years(void **state)
{
    expect(*state, "today", "2026-03-30T22:00:00.000Z", "2026-03-31T22:00:00.000Z");
    expect(*state, "yesterday", "2026-03-29T22:00:00.000Z", "2026-03-30T22:00:00.000Z");
    expect(*state, "week", "2026-03-24T23:00:00.000Z", "2026-03-31T22:00:00.000Z");
    expect(*state, "month", "2026-03-01T23:00:00.000Z", "2026-03-31T22:00:00.000Z");
    expect(*state, "last-month", "2026-01-31T23:00:00.000Z", "2026-02-28T23:00:00.000Z");
    expect(*state, "2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z");
    expect(*state, "2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z");
    expect(*state, "2024-02", "2024-01-31T23:00:00.000Z", "2024-02-29T23:00:00.000Z");
    expect(*state, "2026", "2025-12-31T23:00:00.000Z", "2026-12-31T23:00:00.000Z");
}

static void period_read__refuses__the_rest(void **state)
{
    static const char *const BAD[] = {"",           "tomorrow", "2026-13",    "2026-00",
                                      "2026-02-30", "2026-2-3", "26-02-03",   "2026-02-03 ",
                                      "1969",       "20260203", "2026-02-0x", "-026-02-03"};
    struct period p;

    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_false(period_read(&p, BAD[i], *state, NOW));
    }
}

static void period_between__is__bounded(void **state)
{
    struct period p;

    assert_true(period_between(&p, "2026-03-01", NULL, *state, NOW));
    assert_int_equal(p.last - p.first, 30);
    assert_true(period_between(&p, NULL, "2026-03-01", *state, NOW));
    assert_int_equal(p.last, p.first);
    assert_int_equal(p.to - p.from, 24 * HOUR_MS);
    assert_false(period_between(&p, "2026-03-02", "2026-03-01", *state, NOW));
    assert_true(period_between(&p, "2016-01-01", "2026-01-07", *state, NOW)); /* 3660 days */
    assert_false(period_between(&p, "2016-01-01", "2026-01-08", *state, NOW));
    assert_false(period_between(&p, "2026-03", NULL, *state, NOW));
}

static void period_moment__is__by_the_clock_on_the_wall(void **state)
{
    time_ms at;
    char stamp[CLOCK_STAMP_SIZE];

    assert_true(period_moment("2026-12-01 09:30", *state, &at));
    clock_stamp(at, stamp);
    assert_string_equal(stamp, "2026-12-01T08:30:00.000Z");
    assert_true(period_moment("2026-07-01", *state, &at));
    clock_stamp(at, stamp);
    assert_string_equal(stamp, "2026-06-30T22:00:00.000Z");
    assert_false(period_moment("2026-12-01 24:00", *state, &at));
    assert_false(period_moment("2026-12-01 9:30", *state, &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(period_read__knows__words_days_months_and_years, begin,
                                        end),
        cmocka_unit_test_setup_teardown(period_read__refuses__the_rest, begin, end),
        cmocka_unit_test_setup_teardown(period_between__is__bounded, begin, end),
        cmocka_unit_test_setup_teardown(period_moment__is__by_the_clock_on_the_wall, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
