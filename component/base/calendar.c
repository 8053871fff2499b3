#include "base/calendar.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MINUTES = 24 * 60, DAY_S = 86400, WEEK = 7 };

/* Minutes behind the midnight with which its day begins; to may lie on the next day. */
struct span {
    unsigned days; /* a bit each; 1: Monday */
    unsigned from;
    unsigned to;
};

/* Days since 1970; or, each year, month and day alone. */
struct holiday {
    bool each_year;
    int64_t from, to;
    unsigned month, day;
};

struct calendar {
    struct zone *zone;
    struct span spans[CALENDAR_SPANS];
    size_t span_count;
    struct holiday holidays[CALENDAR_HOLIDAYS];
    size_t holiday_count;
};

struct calendar *calendar_create(struct zone *take_zone)
{
    struct calendar *c = mem_alloc(sizeof *c);

    c->zone = take_zone;
    return c;
}

void calendar_destroy(struct calendar *c)
{
    if (c != NULL) {
        zone_destroy(c->zone);
        free(c);
    }
}

/* ---- reading ---- */

static bool read_digits(const char *text, size_t len, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *out = *out * 10 + (unsigned)(text[i] - '0');
    }
    return true;
}

static bool read_weekday(const char *text, unsigned *out)
{
    static const char NAMES[WEEK][4] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    for (*out = 0; *out < WEEK; ++*out) {
        if (strncmp(text, NAMES[*out], 3) == 0) {
            return true;
        }
    }
    return false;
}

/* "mon-wed,fri", up to a blank; moves *at. */
static bool read_days(const char **at, unsigned *days)
{
    unsigned first;
    unsigned last;

    *days = 0;
    do {
        if (!read_weekday(*at, &first)) {
            return false;
        }
        *at += 3;
        last = first;
        if (**at == '-') {
            if (!read_weekday(*at + 1, &last)) {
                return false;
            }
            *at += 4;
        }
        for (unsigned day = first;; day = (day + 1) % WEEK) {
            *days |= 1U << day;
            if (day == last) {
                break;
            }
        }
    } while (**at == ',' && ++*at);
    return **at == ' ';
}

/* "09:00"; 24:00 is the end of a day. */
static bool read_time(const char *text, unsigned *minutes)
{
    unsigned hour;
    unsigned minute;

    if (strlen(text) < 5 || text[2] != ':' || !read_digits(text, 2, &hour) ||
        !read_digits(text + 3, 2, &minute) || minute > 59 || hour * 60 + minute > DAY_MINUTES) {
        return false;
    }
    *minutes = hour * 60 + minute;
    return true;
}

static bool read_span(const char **at, struct span *out)
{
    const char *text = *at;

    if (!read_time(text, &out->from) || text[5] != '-' || !read_time(text + 6, &out->to) ||
        out->from == DAY_MINUTES || out->from == out->to ||
        (text[11] != '\0' && text[11] != ' ' && text[11] != ',')) {
        return false;
    }
    out->to += out->to < out->from ? DAY_MINUTES : 0;
    *at += 11;
    return true;
}

char *calendar_add_hours(struct calendar *c, const char *text)
{
    struct span span;

    if (!read_days(&text, &span.days)) {
        return mem_dup("must begin with weekdays and a blank, like \"mon-fri 09:00-17:00\" "
                       "(mon tue wed thu fri sat sun)");
    }
    do {
        text += strspn(text, " ,");
        if (!read_span(&text, &span)) {
            return mem_print("\"%.20s\" is no span of time; it must be like 09:00-17:30, from "
                             "00:00 to 24:00, and may go over midnight",
                             text);
        }
        if (c->span_count == CALENDAR_SPANS) {
            return mem_print("is the %dth span of time; at most %d are possible",
                             CALENDAR_SPANS + 1, CALENDAR_SPANS);
        }
        c->spans[c->span_count++] = span;
    } while (*text != '\0');
    return NULL;
}

static bool read_month_day(const char *text, struct date *out)
{
    return strlen(text) >= 5 && text[2] == '-' && read_digits(text, 2, &out->month) &&
           read_digits(text + 3, 2, &out->day) && date_is_real(*out);
}

static bool read_date(const char *text, struct date *out)
{
    unsigned year;

    if (strlen(text) < 10 || text[4] != '-' || !read_digits(text, 4, &year)) {
        return false;
    }
    out->year = year;
    return read_month_day(text + 5, out);
}

static bool read_holiday(const char *text, struct holiday *out)
{
    struct date first = {.year = 2000}; /* has a 29 February */
    struct date last;

    memset(out, 0, sizeof *out);
    if (strlen(text) == 5 && read_month_day(text, &first)) {
        out->each_year = true;
        out->month = first.month;
        out->day = first.day;
        return true;
    }
    if (!read_date(text, &first)) {
        return false;
    }
    last = first;
    if (text[10] != '\0' &&
        (strncmp(text + 10, "..", 2) != 0 || !read_date(text + 12, &last) || text[22] != '\0')) {
        return false;
    }
    out->from = date_to_day(first);
    out->to = date_to_day(last);
    return out->from <= out->to;
}

char *calendar_add_holiday(struct calendar *c, const char *text)
{
    struct holiday holiday;

    if (!read_holiday(text, &holiday)) {
        return mem_dup("must be a date (2026-12-24), the days from one to another "
                       "(2026-12-24..2027-01-01), or one of each year (12-25)");
    }
    if (c->holiday_count == CALENDAR_HOLIDAYS) {
        return mem_print("is one too many; at most %d are possible", CALENDAR_HOLIDAYS);
    }
    c->holidays[c->holiday_count++] = holiday;
    return NULL;
}

/* ---- asking ---- */

static bool is_holiday(const struct calendar *c, int64_t day)
{
    struct date date = date_of_day(day);

    for (size_t i = 0; i < c->holiday_count; i++) {
        const struct holiday *h = &c->holidays[i];
        if (h->each_year ? h->month == date.month && h->day == date.day
                         : h->from <= day && day <= h->to) {
            return true;
        }
    }
    return false;
}

/* Whether a span that began on that day covers that minute, counted from its midnight. */
static bool covers(const struct calendar *c, int64_t day, unsigned minute)
{
    unsigned bit = 1U << date_weekday(day);

    for (size_t i = 0; i < c->span_count; i++) {
        const struct span *s = &c->spans[i];
        if ((s->days & bit) != 0 && s->from <= minute && minute < s->to) {
            return !is_holiday(c, day);
        }
    }
    return false;
}

int calendar_offset(const struct calendar *c, time_ms utc)
{
    return zone_offset(c->zone, utc);
}

static void read_clock(const struct calendar *c, time_ms utc, int64_t *day, unsigned *minute)
{
    int64_t local = utc / 1000 - (utc % 1000 < 0 ? 1 : 0) + zone_offset(c->zone, utc);

    *day = local / DAY_S - (local % DAY_S < 0 ? 1 : 0);
    *minute = (unsigned)((local - *day * DAY_S) / 60);
}

bool calendar_is_open(const struct calendar *c, time_ms utc)
{
    int64_t day;
    unsigned minute;

    read_clock(c, utc, &day, &minute);
    if (c->span_count == 0) {
        return !is_holiday(c, day);
    }
    return covers(c, day, minute) || covers(c, day - 1, minute + DAY_MINUTES);
}

int64_t calendar_day(const struct calendar *c, time_ms utc)
{
    int64_t day;
    unsigned minute;

    read_clock(c, utc, &day, &minute);
    return covers(c, day - 1, minute + DAY_MINUTES) ? day - 1 : day;
}
