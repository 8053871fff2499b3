/* Opening hours: days, spans, midnight, holidays, and the two nights on which clocks change. */
#include "base/calendar.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct calendar *calendar_of(const char *zone, const char *hours)
{
    char *complaint = NULL;
    struct zone *z = zone_load(zone, &complaint);
    assert_non_null(z);
    struct calendar *c = calendar_create(z);
    complaint = hours != NULL ? calendar_add_hours(c, hours) : NULL;
    assert_null(complaint);
    return c;
}

/* "2026-10-25T00:30" in UTC. */
static time_ms at(const char *text)
{
    struct date date;
    unsigned hour;
    unsigned minute;
    long long year;
    assert_int_equal(
        sscanf(text, "%lld-%u-%uT%u:%u", &year, &date.month, &date.day, &hour, &minute), 5);
    date.year = year;
    return ((date_to_day(date) * 24 + hour) * 60 + minute) * 60000;
}

static void check_open(const struct calendar *c, const char *opens, const char *closes)
{
    assert_false(calendar_is_open(c, at(opens) - 1));
    assert_true(calendar_is_open(c, at(opens)));
    assert_true(calendar_is_open(c, at(closes) - 1));
    assert_false(calendar_is_open(c, at(closes)));
}

static void calendar__is_open__in_local_time(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", "mon-fri 09:00-12:30 13:30-18:00");
    check_open(c, "2026-01-05T08:00", "2026-01-05T11:30"); /* a Monday in winter */
    check_open(c, "2026-01-05T12:30", "2026-01-05T17:00");
    check_open(c, "2026-07-10T07:00", "2026-07-10T10:30"); /* a Friday in summer */
    assert_false(calendar_is_open(c, at("2026-07-11T08:00")));
    assert_false(calendar_is_open(c, at("2026-07-12T08:00")));
    assert_null(calendar_add_hours(c, "sat,sun 10:00-24:00"));
    check_open(c, "2026-07-11T08:00", "2026-07-11T22:00");
    check_open(c, "2026-07-12T08:00", "2026-07-12T22:00");
    calendar_destroy(c);
}

static void calendar__goes_on__over_midnight(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", "fri-sat 22:00-02:00");
    check_open(c, "2026-01-09T21:00", "2026-01-10T01:00"); /* Friday night */
    check_open(c, "2026-01-10T21:00", "2026-01-11T01:00");
    assert_false(calendar_is_open(c, at("2026-01-11T22:00")));
    assert_int_equal(calendar_day(c, at("2026-01-09T21:00")),
                     calendar_day(c, at("2026-01-10T00:59")));
    assert_int_equal(calendar_day(c, at("2026-01-10T01:00")),
                     calendar_day(c, at("2026-01-09T22:00")) + 1);
    calendar_destroy(c);
    c = calendar_of("UTC", "sun-mon 20:00-00:00"); /* the week has no end */
    check_open(c, "2026-01-11T20:00", "2026-01-12T00:00");
    check_open(c, "2026-01-12T20:00", "2026-01-13T00:00");
    assert_false(calendar_is_open(c, at("2026-01-13T21:00")));
    calendar_destroy(c);
}

static void calendar__does_not_open__on_holidays(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", "mon-sun 20:00-02:00");
    assert_null(calendar_add_holiday(c, "2026-12-24..2026-12-26"));
    assert_null(calendar_add_holiday(c, "05-01"));
    assert_null(calendar_add_holiday(c, "02-29"));
    check_open(c, "2026-12-23T19:00", "2026-12-24T01:00"); /* the night before goes on */
    assert_false(calendar_is_open(c, at("2026-12-24T20:00")));
    assert_false(calendar_is_open(c, at("2026-12-27T00:00"))); /* nor what had begun on the 26th */
    check_open(c, "2026-12-27T19:00", "2026-12-28T01:00");
    assert_false(calendar_is_open(c, at("2026-05-01T19:00")));
    assert_false(calendar_is_open(c, at("2027-05-01T19:00")));
    assert_true(calendar_is_open(c, at("2027-05-02T19:00")));
    assert_false(calendar_is_open(c, at("2028-02-29T20:00")));
    assert_true(calendar_is_open(c, at("2028-02-28T20:00")));
    assert_true(calendar_is_open(c, at("2028-03-01T20:00")));
    assert_true(calendar_is_open(c, at("2027-03-01T20:00")));
    calendar_destroy(c);
}

static void calendar__is_open_always__without_hours(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", NULL);
    assert_null(calendar_add_holiday(c, "2026-12-25"));
    assert_true(calendar_is_open(c, at("2026-12-24T22:59")));
    assert_false(calendar_is_open(c, at("2026-12-24T23:00")));
    assert_true(calendar_is_open(c, at("2026-12-25T23:00")));
    assert_int_equal(calendar_day(c, at("2026-12-25T23:00")),
                     calendar_day(c, at("2026-12-25T22:59")) + 1);
    calendar_destroy(c);
}

static void calendar__follows__the_clock_on_the_wall_when_it_changes(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", "sun 02:00-03:00");
    assert_false(calendar_is_open(c, at("2026-03-29T00:59"))); /* the hour that does not come */
    assert_false(calendar_is_open(c, at("2026-03-29T01:00")));
    check_open(c, "2026-10-25T00:00", "2026-10-25T02:00"); /* and the one that comes twice */
    calendar_destroy(c);
    c = calendar_of("Europe/Berlin", "sat 22:00-06:00"); /* a night of seven hours, and of nine */
    check_open(c, "2026-03-28T21:00", "2026-03-29T04:00");
    check_open(c, "2026-10-24T20:00", "2026-10-25T05:00");
    calendar_destroy(c);
    c = calendar_of("Europe/Berlin", "mon-sun 00:00-24:00");
    for (time_ms now = at("2026-03-27T00:00"); now < at("2026-03-31T00:00"); now += 60000) {
        assert_true(calendar_is_open(c, now));
    }
    calendar_destroy(c);
}

static void calendar__refuses__what_it_cannot_read(void **state)
{
    (void)state;
    static const char *const HOURS[] = {
        "",
        "mon",
        "mon ",
        "09:00-17:00",
        "monday 09:00-17:00",
        "Mon 09:00-17:00",
        "mon-xyz 09:00-17:00",
        "mon, 09:00-17:00",
        "mon 9:00-17:00",
        "mon 09:00",
        "mon 09:00-",
        "mon 09:00-17:60",
        "mon 09:00-24:01",
        "mon 24:00-02:00",
        "mon 09:00-09:00",
        "mon 09:00-17:00x",
        "mon 09:00-17:00 18:00",
        "mon -1:00-17:00",
    };
    static const char *const HOLIDAYS[] = {
        "",
        "2026-02-29",
        "2026-13-01",
        "02-30",
        "26-12-24",
        "2026-12-24.",
        "2026-12-24..",
        "2026-12-24..2026-12-23",
        "2026-12-24..12-26",
        "2026-12-24..2026-12-26x",
        "24.12.2026",
        "2026/12/24",
    };
    struct calendar *c = calendar_of("UTC", NULL);
    for (size_t i = 0; i < sizeof HOURS / sizeof *HOURS; i++) {
        char *complaint = calendar_add_hours(c, HOURS[i]);
        if (complaint == NULL) {
            fail_msg("\"%s\" was taken for hours", HOURS[i]);
        }
        free(complaint);
    }
    for (size_t i = 0; i < sizeof HOLIDAYS / sizeof *HOLIDAYS; i++) {
        char *complaint = calendar_add_holiday(c, HOLIDAYS[i]);
        if (complaint == NULL) {
            fail_msg("\"%s\" was taken for a holiday", HOLIDAYS[i]);
        }
        free(complaint);
    }
    calendar_destroy(c);
}

static void calendar__has_limits(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("UTC", NULL);
    for (size_t i = 0; i < CALENDAR_SPANS; i++) {
        assert_null(calendar_add_hours(c, "mon 09:00-10:00"));
    }
    char *complaint = calendar_add_hours(c, "mon 09:00-10:00");
    assert_non_null(strstr(complaint, "at most 200"));
    free(complaint);
    for (size_t i = 0; i < CALENDAR_HOLIDAYS; i++) {
        assert_null(calendar_add_holiday(c, "12-25"));
    }
    complaint = calendar_add_holiday(c, "12-25");
    assert_non_null(strstr(complaint, "at most 500"));
    free(complaint);
    calendar_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar__is_open__in_local_time),
        cmocka_unit_test(calendar__goes_on__over_midnight),
        cmocka_unit_test(calendar__does_not_open__on_holidays),
        cmocka_unit_test(calendar__is_open_always__without_hours),
        cmocka_unit_test(calendar__follows__the_clock_on_the_wall_when_it_changes),
        cmocka_unit_test(calendar__refuses__what_it_cannot_read),
        cmocka_unit_test(calendar__has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
