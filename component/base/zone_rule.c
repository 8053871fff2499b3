#include "base/zone_rule.h"

#include "base/date.h"

#include <ctype.h>
#include <string.h>

enum { HOUR_S = 3600, DAY_S = 86400, HOURS_MAX = 167 };

/* ---- reading; each moves *at and says whether it stood there ---- */

static bool read_char(const char **at, char c)
{
    if (**at != c) {
        return false;
    }
    ++*at;
    return true;
}

static bool read_number(const char **at, int min, int max, int *out)
{
    int value = 0;

    if (!isdigit((unsigned char)**at)) {
        return false;
    }
    for (unsigned digits = 0; isdigit((unsigned char)**at); ++*at) {
        if (++digits > 3) {
            return false;
        }
        value = value * 10 + (**at - '0');
    }
    *out = value;
    return value >= min && value <= max;
}

/* Three letters or more, or anything in <>. */
static bool read_name(const char **at)
{
    const char *begin = *at;

    if (read_char(at, '<')) {
        *at += strcspn(*at, ">");
        return read_char(at, '>');
    }
    while (isalpha((unsigned char)**at)) {
        ++*at;
    }
    return *at - begin >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(const char **at, int *seconds)
{
    bool minus = read_char(at, '-');
    int hours;
    int minutes = 0;
    int rest = 0;

    if (!minus) {
        read_char(at, '+');
    }
    if (!read_number(at, 0, HOURS_MAX, &hours) ||
        (read_char(at, ':') && !read_number(at, 0, 59, &minutes)) ||
        (read_char(at, ':') && !read_number(at, 0, 59, &rest))) {
        return false;
    }
    *seconds = (hours * HOUR_S + minutes * 60 + rest) * (minus ? -1 : 1);
    return true;
}

static bool read_day(const char **at, struct zone_change *c)
{
    if (read_char(at, 'M')) {
        c->kind = ZONE_WEEKDAY;
        return read_number(at, 1, 12, &c->month) && read_char(at, '.') &&
               read_number(at, 1, 5, &c->week) && read_char(at, '.') &&
               read_number(at, 0, 6, &c->day);
    }
    c->kind = read_char(at, 'J') ? ZONE_NO_LEAP : ZONE_DAY;
    return read_number(at, c->kind == ZONE_NO_LEAP ? 1 : 0, 365, &c->day);
}

static bool read_change(const char **at, struct zone_change *c)
{
    c->time = 2 * HOUR_S;
    return read_char(at, ',') && read_day(at, c) &&
           (!read_char(at, '/') || read_time(at, &c->time));
}

bool zone_rule_parse(struct zone_rule *r, const char *text)
{
    const char **at = &text;

    memset(r, 0, sizeof *r);
    if (!read_name(at) || !read_time(at, &r->standard)) {
        return false;
    }
    r->standard = -r->standard; /* POSIX counts to the west */
    if (**at == '\0') {
        return true;
    }
    r->has_summer = true;
    r->summer = r->standard + HOUR_S;
    if (!read_name(at)) {
        return false;
    }
    if (**at != ',') {
        if (!read_time(at, &r->summer)) {
            return false;
        }
        r->summer = -r->summer;
    }
    return read_change(at, &r->begins) && read_change(at, &r->ends) && **at == '\0';
}

/* ---- use ---- */

static int64_t day_of(const struct zone_change *c, int64_t year)
{
    int64_t first = date_to_day((struct date){.year = year, .month = 1, .day = 1});

    if (c->kind == ZONE_DAY) {
        return first + c->day;
    }
    if (c->kind == ZONE_NO_LEAP) { /* 29 February is not counted */
        return first + c->day - (date_is_leap_year(year) && c->day >= 60 ? 0 : 1);
    }
    unsigned month = (unsigned)c->month;
    int64_t begin = date_to_day((struct date){.year = year, .month = month, .day = 1});
    int64_t weekday = (date_weekday(begin) + 1) % 7; /* 0: Sunday */
    int64_t day = (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
    return begin + (day >= date_month_days(year, month) ? day - 7 : day);
}

int zone_rule_offset(const struct zone_rule *r, int64_t utc_s)
{
    if (!r->has_summer) {
        return r->standard;
    }
    int64_t local = utc_s + r->standard;
    int64_t year = date_of_day(local / DAY_S - (local % DAY_S < 0 ? 1 : 0)).year;
    int64_t begins = day_of(&r->begins, year) * DAY_S + r->begins.time - r->standard;
    int64_t ends = day_of(&r->ends, year) * DAY_S + r->ends.time - r->summer;
    bool is_summer = begins < ends ? utc_s >= begins && utc_s < ends
                                   : utc_s >= begins || utc_s < ends; /* south of the equator */

    return is_summer ? r->summer : r->standard;
}
