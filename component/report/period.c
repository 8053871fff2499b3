#include "report/period.h"

#include "base/calendar.h"
#include "base/date.h"

#include <string.h>

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 60 * MINUTE_MS, DAY_MINUTES = 24 * 60 };

/* ---- clocks ---- */

/* In the hour that a zone leaves out: the one behind. */
static time_ms to_utc(const struct calendar *zone, time_ms local)
{
    time_ms guess = local - calendar_offset(zone, local) * (time_ms)1000;

    return local - calendar_offset(zone, guess) * (time_ms)1000;
}

static int64_t day_of(const struct calendar *zone, time_ms utc)
{
    return (utc + calendar_offset(zone, utc) * (time_ms)1000) / DAY_MS;
}

static bool between(struct period *p, const struct calendar *zone, int64_t first, int64_t last)
{
    p->first = first;
    p->last = last;
    p->from = to_utc(zone, first * DAY_MS);
    p->to = to_utc(zone, (last + 1) * DAY_MS);
    return first <= last && last - first < PERIOD_DAYS_MAX;
}

/* ---- texts ---- */

/* form: '0' is a digit, everything else itself. */
static bool fits(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        bool is_digit = *text >= '0' && *text <= '9';
        if (*form == '0' ? !is_digit : *text != *form) {
            return false;
        }
    }
    return *text == '\0';
}

static unsigned number(const char *digits, size_t count)
{
    unsigned value = 0;

    for (size_t i = 0; i < count; i++) {
        value = value * 10 + (unsigned)(digits[i] - '0');
    }
    return value;
}

/* The first ten characters. */
static bool read_day(const char *text, int64_t *day)
{
    struct date date = {
        .year = number(text, 4), .month = number(text + 5, 2), .day = number(text + 8, 2)};

    if (date.year < 1970 || !date_is_real(date)) {
        return false;
    }
    *day = date_to_day(date);
    return true;
}

/* The days of a year, or of one of its months. */
static bool read_month(const char *text, int64_t *first, int64_t *last)
{
    bool has_month = text[4] != '\0';
    unsigned month = has_month ? number(text + 5, 2) : 1;
    unsigned end = has_month ? month : 12;
    int64_t year = number(text, 4);

    if (year < 1970 || month < 1 || month > 12) {
        return false;
    }
    *first = date_to_day((struct date){year, month, 1});
    *last = date_to_day((struct date){year, end, date_month_days(year, end)});
    return true;
}

/* The month of the calendar before that of this day. */
static bool between_last_month(struct period *p, const struct calendar *zone, int64_t today)
{
    int64_t last = today - date_of_day(today).day;

    return between(p, zone, last - date_of_day(last).day + 1, last);
}

bool period_read(struct period *p, const char *text, const struct calendar *zone, time_ms now)
{
    static const struct {
        const char *word;
        int first, last; /* days before today */
    } WORDS[] = {{"today", 0, 0}, {"yesterday", 1, 1}, {"week", 6, 0}, {"month", 29, 0}};
    int64_t today = day_of(zone, now);
    int64_t first;
    int64_t last;

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (strcmp(text, WORDS[i].word) == 0) {
            return between(p, zone, today - WORDS[i].first, today - WORDS[i].last);
        }
    }
    if (strcmp(text, "last-month") == 0) {
        return between_last_month(p, zone, today);
    }
    if (fits(text, "0000-00-00")) {
        return read_day(text, &first) && between(p, zone, first, first);
    }
    return (fits(text, "0000") || fits(text, "0000-00")) && read_month(text, &first, &last) &&
           between(p, zone, first, last);
}

bool period_between(struct period *p, const char *from, const char *to, const struct calendar *zone,
                    time_ms now)
{
    int64_t first;
    int64_t last = day_of(zone, now);

    if (to != NULL && !(fits(to, "0000-00-00") && read_day(to, &last))) {
        return false;
    }
    first = last;
    if (from != NULL && !(fits(from, "0000-00-00") && read_day(from, &first))) {
        return false;
    }
    return between(p, zone, first, last);
}

bool period_moment(const char *text, const struct calendar *zone, time_ms *utc)
{
    bool has_time = fits(text, "0000-00-00 00:00");
    unsigned hour = has_time ? number(text + 11, 2) : 0;
    unsigned minute = has_time ? number(text + 14, 2) : 0;
    int64_t day;

    if (!(has_time || fits(text, "0000-00-00")) || !read_day(text, &day) || hour > 23 ||
        minute > 59) {
        return false;
    }
    *utc = to_utc(zone, (day * DAY_MINUTES + hour * 60 + minute) * MINUTE_MS);
    return true;
}
