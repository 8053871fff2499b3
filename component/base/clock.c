#include "base/clock.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static time_ms read_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (time_ms)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

time_ms clock_utc_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

time_ms clock_monotonic_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void clock_stamp(time_ms utc, char out[CLOCK_STAMP_SIZE])
{
    /* Years 0001 to 9999: four digits are all that XEP-0082 has room for. */
    const time_ms first = -62135596800000, last = 253402300799999;
    utc = utc < first ? first : utc > last ? last : utc;
    time_ms ms = utc % 1000;
    if (ms < 0) {
        ms += 1000;
    }
    time_t seconds = (time_t)((utc - ms) / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    char text[96]; /* as large as gcc thinks that seven ints can be */
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)ms);
    snprintf(out, CLOCK_STAMP_SIZE, "%.24s", text);
}

void clock_text(time_ms utc, char out[CLOCK_TEXT_SIZE])
{
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(utc, stamp);
    snprintf(out, CLOCK_TEXT_SIZE, "%.10s %.5s UTC", stamp, stamp + 11);
}

/* ---- reading ---- */

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

/* So many digits, and what stands behind them; NULL: there are fewer. */
static const char *digits(const char *text, size_t count, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return NULL;
        }
        *out = *out * 10 + (unsigned)(text[i] - '0');
    }
    return text + count;
}

/* Numbers as the pattern has them, 'Y' four digits and 'n' two, anything else itself. */
static const char *numbers(const char *text, const char *pattern, unsigned out[])
{
    for (; *pattern != '\0' && text != NULL; pattern++) {
        if (*pattern == 'Y' || *pattern == 'n') {
            text = digits(text, *pattern == 'Y' ? 4 : 2, out++);
        } else {
            text = *text == *pattern ? text + 1 : NULL;
        }
    }
    return text;
}

/* ".5" is 500; what is finer is cut off. */
static const char *read_fraction(const char *text, unsigned *ms)
{
    unsigned weight = 100;

    *ms = 0;
    if (*text != '.') {
        return text;
    }
    if (text[1] < '0' || text[1] > '9') {
        return NULL;
    }
    for (text++; *text >= '0' && *text <= '9'; text++) {
        *ms += (unsigned)(*text - '0') * weight;
        weight /= 10;
    }
    return text;
}

static bool read_zone(const char *text, time_ms *offset)
{
    unsigned at[2];
    time_ms sign = *text == '-' ? -1 : 1;

    *offset = 0;
    if (strcmp(text, "Z") == 0) {
        return true;
    }
    if (*text != '+' && *text != '-') {
        return false;
    }
    text = numbers(text + 1, "n:n", at);
    if (text == NULL || *text != '\0' || at[0] > 23 || at[1] > 59) {
        return false;
    }
    *offset = sign * (at[0] * (time_ms)HOUR_MS + at[1] * (time_ms)MINUTE_MS);
    return true;
}

bool clock_read(const char *text, time_ms *utc)
{
    unsigned at[6];
    unsigned ms = 0;
    time_ms offset = 0;

    text = numbers(text, "Y-n-nTn:n:n", at);
    if (text != NULL) {
        text = read_fraction(text, &ms);
    }
    if (text == NULL || !read_zone(text, &offset)) {
        return false;
    }
    struct date day = {.year = at[0], .month = at[1], .day = at[2]};
    if (!date_is_real(day) || at[3] > 23 || at[4] > 59 || at[5] > 59) {
        return false;
    }
    *utc = date_to_day(day) * DAY_MS + at[3] * (time_ms)HOUR_MS + at[4] * (time_ms)MINUTE_MS +
           at[5] * (time_ms)1000 + ms - offset;
    return true;
}
