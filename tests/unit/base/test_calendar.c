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

/* ---- opening time ---- */

static const time_ms MIN = 60 * 1000;
static const time_ms HOURS_MS = 60 * 60 * 1000;

static void check_after(const struct calendar *c, const char *from, time_ms open, const char *then)
{
    assert_int_equal(calendar_after(c, at(from), open), at(then));
    assert_int_equal(calendar_open_between(c, at(from), at(then)), open);
}

static void calendar__counts__what_is_open_between_two_moments(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", "mon-fri 09:00-12:30 13:30-18:00");
    /* From Friday's last hour over the weekend, and over noon. */
    check_after(c, "2026-01-09T16:00", HOURS_MS, "2026-01-09T17:00"); /* the end, not Monday */
    check_after(c, "2026-01-09T16:00", HOURS_MS + 1 * MIN, "2026-01-12T08:01");
    check_after(c, "2026-01-09T16:00", 5 * HOURS_MS, "2026-01-12T13:00");
    check_after(c, "2026-01-10T03:17", 30 * MIN, "2026-01-12T08:30"); /* asked while closed */
    check_after(c, "2026-01-05T08:00", 40 * HOURS_MS, "2026-01-09T17:00");
    check_after(c, "2026-01-05T08:00", 400 * HOURS_MS, "2026-03-13T17:00");
    assert_int_equal(calendar_open_between(c, at("2026-01-10T00:00"), at("2026-01-12T08:00")), 0);
    assert_int_equal(calendar_after(c, at("2026-01-10T03:17"), 0), at("2026-01-10T03:17"));
    assert_int_equal(calendar_after(c, at("2026-01-10T03:17"), -1), at("2026-01-10T03:17"));
    /* Backwards nothing passes, and of one moment neither. */
    assert_int_equal(calendar_open_between(c, at("2026-01-05T10:00"), at("2026-01-05T10:00")), 0);
    assert_int_equal(calendar_open_between(c, at("2026-01-06T10:00"), at("2026-01-05T10:00")), 0);
    /* To the millisecond. */
    assert_int_equal(
        calendar_open_between(c, at("2026-01-05T08:00") - 5, at("2026-01-05T08:00") + 7), 7);
    assert_int_equal(calendar_after(c, at("2026-01-05T11:30") - 1, 2), at("2026-01-05T12:30") + 1);
    calendar_destroy(c);
}

static void calendar__counts__no_holiday(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("UTC", "mon-fri 09:00-17:00");
    assert_null(calendar_add_holiday(c, "2026-12-24..2027-01-03"));
    assert_null(calendar_add_holiday(c, "01-06"));
    check_after(c, "2026-12-23T16:00", 2 * HOURS_MS, "2027-01-04T10:00");
    check_after(c, "2027-01-05T16:00", 2 * HOURS_MS, "2027-01-07T10:00");
    calendar_destroy(c);
    /* Over midnight into a holiday it goes on; what begins on it does not. */
    c = calendar_of("UTC", "mon-sun 22:00-02:00");
    assert_null(calendar_add_holiday(c, "2026-05-05"));
    check_after(c, "2026-05-04T23:00", 3 * HOURS_MS, "2026-05-05T02:00");
    check_after(c, "2026-05-04T23:00", 4 * HOURS_MS, "2026-05-06T23:00");
    calendar_destroy(c);
}

static void calendar__counts__all_time_where_it_is_always_open(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", NULL);
    check_after(c, "2026-03-28T12:34", 1000 * HOURS_MS, "2026-05-09T04:34");
    assert_null(calendar_add_holiday(c, "2026-05-01"));
    check_after(c, "2026-03-28T12:34", 1000 * HOURS_MS, "2026-05-10T04:34");
    calendar_destroy(c);
    c = calendar_of("Europe/Berlin", "mon-sun 00:00-24:00"); /* the same in words */
    check_after(c, "2026-03-28T12:34", 1000 * HOURS_MS, "2026-05-09T04:34");
    check_after(c, "2026-10-24T12:34", 48 * HOURS_MS, "2026-10-26T12:34");
    calendar_destroy(c);
}

static void calendar__has_no_moment__where_it_never_opens(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("UTC", "mon-fri 09:00-17:00");
    assert_null(calendar_add_holiday(c, "2000-01-01..2999-12-31"));
    assert_int_equal(calendar_after(c, at("2026-01-05T10:00"), 1), 0);
    assert_int_equal(calendar_after(c, at("2026-01-05T10:00"), 0), at("2026-01-05T10:00"));
    assert_int_equal(calendar_open_between(c, at("2026-01-05T10:00"), at("2036-01-05T10:00")), 0);
    calendar_destroy(c);
    c = calendar_of("Europe/Berlin",
                    "sun 02:00-02:01"); /* a minute a week: further than is looked */
    assert_true(calendar_after(c, at("2026-01-05T10:00"), 500 * MIN) > at("2035-01-05T10:00"));
    assert_int_equal(calendar_after(c, at("2026-01-05T10:00"), 530 * MIN), 0);
    calendar_destroy(c);
}

static void calendar__counts__hours_that_do_not_come_or_come_twice(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("Europe/Berlin", "sun 01:00-04:00");
    check_after(c, "2026-03-29T00:00", 2 * HOURS_MS,
                "2026-03-29T02:00"); /* one to four: two hours */
    check_after(c, "2026-10-24T23:00", 4 * HOURS_MS, "2026-10-25T03:00"); /* and four */
    check_after(c, "2026-10-24T23:00", 90 * MIN, "2026-10-25T00:30");     /* half past two, first */
    check_after(c, "2026-10-24T23:00", 150 * MIN, "2026-10-25T01:30");    /* and a second time */
    calendar_destroy(c);
    c = calendar_of("Europe/Berlin", "sun 02:00-03:00");
    check_after(c, "2026-03-28T00:00", HOURS_MS, "2026-04-05T01:00"); /* it did not come */
    check_after(c, "2026-10-24T00:00", 2 * HOURS_MS, "2026-10-25T02:00");
    calendar_destroy(c);
    c = calendar_of("Australia/Lord_Howe", "sun 01:00-03:00"); /* half an hour, on the other side */
    check_after(c, "2026-04-04T12:00", 150 * MIN, "2026-04-04T16:30");
    check_after(c, "2026-10-03T12:00", 90 * MIN, "2026-10-03T16:00");
    calendar_destroy(c);
}

/* Minute by minute: what is_open says of each is what is counted. */
static void count_slowly(const struct calendar *c, time_ms from, unsigned minutes)
{
    time_ms open = 0;

    for (unsigned i = 0; i < minutes; i++) {
        time_ms now = from + i * (time_ms)MIN;
        if (calendar_is_open(c, now)) {
            open += MIN;
            if (i % 37 == 0) {
                assert_int_equal(calendar_after(c, from, open), now + MIN);
            }
        }
        if (i % 101 == 0) {
            assert_int_equal(calendar_open_between(c, from, now + MIN), open);
        }
    }
}

static void calendar__counts__as_it_is_open(void **state)
{
    (void)state;
    static const char *const HOURS[] = {
        "mon-fri 09:00-12:30 13:30-18:00",
        "mon-sun 22:00-06:00",
        "fri-mon 00:00-24:00",
        "mon-wed 08:00-20:00 10:00-12:00 19:00-03:00 02:00-05:00", /* one over another */
        "sun 01:30-02:30",
    };
    static const char *const ZONES[] = {"UTC", "Europe/Berlin", "America/New_York",
                                        "Australia/Lord_Howe", "Asia/Kathmandu"};
    static const char *const FROM[] = {"2026-03-06T00:00", "2026-03-27T11:11", "2026-04-03T00:00",
                                       "2026-10-02T09:00", "2026-10-23T23:59", "2026-12-30T00:00"};
    for (size_t h = 0; h < sizeof HOURS / sizeof *HOURS; h++) {
        for (size_t z = 0; z < sizeof ZONES / sizeof *ZONES; z++) {
            struct calendar *c = calendar_of(ZONES[z], HOURS[h]);
            assert_null(calendar_add_holiday(c, "01-01"));
            assert_null(calendar_add_holiday(c, "2026-03-28"));
            for (size_t f = 0; f < sizeof FROM / sizeof *FROM; f++) {
                count_slowly(c, at(FROM[f]), 5 * 24 * 60);
            }
            calendar_destroy(c);
        }
    }
}

static void check_next(const struct calendar *c, const char *from, const char *opens,
                       const char *closes)
{
    struct calendar_stretch s;
    assert_true(calendar_next(c, at(from), at(from) + 20 * 24 * HOURS_MS, &s));
    assert_int_equal(s.from, at(opens));
    assert_int_equal(s.to, at(closes));
}

static void calendar_next__finds__what_is_open_next(void **state)
{
    (void)state;
    struct calendar_stretch s;
    struct calendar *c = calendar_of("Europe/Berlin", "mon-fri 09:00-12:30 13:30-18:00");
    assert_null(calendar_add_holiday(c, "2026-01-06"));
    check_next(c, "2026-01-05T08:00", "2026-01-05T08:00", "2026-01-05T11:30");
    check_next(c, "2026-01-05T09:00", "2026-01-05T09:00", "2026-01-05T11:30"); /* what is left */
    check_next(c, "2026-01-05T11:30", "2026-01-05T12:30", "2026-01-05T17:00");
    check_next(c, "2026-01-05T17:00", "2026-01-07T08:00", "2026-01-07T11:30");
    check_next(c, "2026-03-27T17:00", "2026-03-30T07:00", "2026-03-30T10:30"); /* summer time */
    assert_false(calendar_next(c, at("2026-01-05T17:00"), at("2026-01-07T08:00"), &s));
    assert_true(calendar_next(c, at("2026-01-05T17:00"), at("2026-01-07T08:01"), &s));
    assert_int_equal(s.to, at("2026-01-07T08:01"));
    calendar_destroy(c);
}

static void calendar_next__joins__what_meets_up_to_a_day(void **state)
{
    (void)state;
    struct calendar *c = calendar_of("UTC", "fri 22:00-02:00");
    check_next(c, "2026-01-05T00:00", "2026-01-09T22:00", "2026-01-10T02:00");
    calendar_destroy(c);
    c = calendar_of("UTC", "mon 09:00-12:00 11:00-13:00 13:00-14:00");
    check_next(c, "2026-01-05T00:00", "2026-01-05T09:00", "2026-01-05T14:00");
    calendar_destroy(c);
    c = calendar_of("UTC", "mon-tue 00:00-24:00");
    check_next(c, "2026-01-05T00:00", "2026-01-05T00:00", "2026-01-06T00:00");
    check_next(c, "2026-01-06T00:00", "2026-01-06T00:00", "2026-01-07T00:00");
    calendar_destroy(c);
    c = calendar_of("UTC", "mon 01:00-24:00");
    assert_null(calendar_add_hours(c, "tue 00:00-00:59"));
    check_next(c, "2026-01-05T00:00", "2026-01-05T01:00", "2026-01-06T00:59");
    assert_null(calendar_add_hours(c, "tue 00:59-01:00")); /* would make it a day */
    check_next(c, "2026-01-05T00:00", "2026-01-05T01:00", "2026-01-06T00:59");
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
        cmocka_unit_test(calendar__counts__what_is_open_between_two_moments),
        cmocka_unit_test(calendar__counts__no_holiday),
        cmocka_unit_test(calendar__counts__all_time_where_it_is_always_open),
        cmocka_unit_test(calendar__has_no_moment__where_it_never_opens),
        cmocka_unit_test(calendar__counts__hours_that_do_not_come_or_come_twice),
        cmocka_unit_test(calendar__counts__as_it_is_open),
        cmocka_unit_test(calendar_next__finds__what_is_open_next),
        cmocka_unit_test(calendar_next__joins__what_meets_up_to_a_day),
        cmocka_unit_test(calendar__refuses__what_it_cannot_read),
        cmocka_unit_test(calendar__has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
