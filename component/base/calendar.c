#include "base/calendar.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MINUTES = 24 * 60, DAY_S = 86400, WEEK = 7, MINUTE_MS = 60 * 1000 };
enum { DAY_MS = DAY_S * 1000 };

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

/* ---- opening time ---- */

/* The beginning of what is left of s, milliseconds behind that day's midnight, that is open; not
 * all of it if spans overlap: the rest comes next. False: nothing is. */
static bool find_open(const struct calendar *c, int64_t day, struct calendar_stretch *s)
{
    struct calendar_stretch found = {.from = s->to};

    if (c->span_count == 0) {
        return !is_holiday(c, day);
    }
    for (int64_t begins = day - 1; begins <= day; begins++) {
        time_ms shift = (begins - day) * DAY_MS;
        size_t count = is_holiday(c, begins) ? 0 : c->span_count;
        for (size_t i = 0; i < count; i++) {
            time_ms from = c->spans[i].from * (time_ms)MINUTE_MS + shift;
            time_ms to = c->spans[i].to * (time_ms)MINUTE_MS + shift;
            from = from < s->from ? s->from : from;
            if ((c->spans[i].days & 1U << date_weekday(begins)) != 0 && from < to &&
                from < found.from) {
                found = (struct calendar_stretch){from, to};
            }
        }
    }
    if (found.from >= s->to) {
        return false;
    }
    s->from = found.from;
    s->to = found.to < s->to ? found.to : s->to;
    return true;
}

/* Up to when, but not beyond to, the zone is as far from UTC as at from. Twice in a day no zone
 * changes. */
static time_ms same_offset_until(const struct calendar *c, time_ms from, time_ms to)
{
    int offset = zone_offset(c->zone, from);
    time_ms last = from;
    time_ms other = to - 1;

    if (zone_offset(c->zone, other) == offset) {
        return to;
    }
    while (other - last > 1) {
        time_ms middle = last + (other - last) / 2;
        if (zone_offset(c->zone, middle) == offset) {
            last = middle;
        } else {
            other = middle;
        }
    }
    return other;
}

/* The next open stretch of rest, which begins behind it then. */
static bool next_open(const struct calendar *c, struct calendar_stretch *rest,
                      struct calendar_stretch *out)
{
    while (rest->from < rest->to) {
        time_ms offset = zone_offset(c->zone, rest->from) * (time_ms)1000;
        time_ms local = rest->from + offset;
        int64_t day = local / DAY_MS - (local % DAY_MS < 0 ? 1 : 0);
        time_ms midnight = day * DAY_MS - offset;
        time_ms end = midnight + DAY_MS < rest->to ? midnight + DAY_MS : rest->to;
        end = same_offset_until(c, rest->from, end);
        struct calendar_stretch s = {rest->from - midnight, end - midnight};
        if (find_open(c, day, &s)) {
            *out = (struct calendar_stretch){s.from + midnight, s.to + midnight};
            rest->from = out->to;
            return true;
        }
        rest->from = end;
    }
    return false;
}

time_ms calendar_open_between(const struct calendar *c, time_ms from, time_ms to)
{
    struct calendar_stretch rest = {from, to};
    struct calendar_stretch open;
    time_ms sum = 0;

    while (next_open(c, &rest, &open)) {
        sum += open.to - open.from;
    }
    return sum;
}

time_ms calendar_after(const struct calendar *c, time_ms from, time_ms open_ms)
{
    struct calendar_stretch rest = {from, from + CALENDAR_AHEAD_DAYS * (time_ms)DAY_MS};
    struct calendar_stretch open;

    if (open_ms <= 0) {
        return from;
    }
    while (next_open(c, &rest, &open)) {
        if (open.to - open.from >= open_ms) {
            return open.from + open_ms;
        }
        open_ms -= open.to - open.from;
    }
    return 0;
}

bool calendar_next(const struct calendar *c, time_ms from, time_ms to, struct calendar_stretch *out)
{
    struct calendar_stretch rest = {from, to};
    struct calendar_stretch more;

    if (!next_open(c, &rest, out)) {
        return false;
    }
    while (next_open(c, &rest, &more) && more.from == out->to && more.to - out->from < DAY_MS) {
        out->to = more.to;
    }
    return true;
}
