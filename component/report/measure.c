#include "report/measure.h"

#include "base/date.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, CENTS = 100 };

const char *measure_duration(char out[MEASURE_SIZE], int64_t seconds)
{
    if (seconds < 0) {
        snprintf(out, MEASURE_SIZE, "-");
    } else if (seconds < MINUTE_S) {
        snprintf(out, MEASURE_SIZE, "%" PRId64 " s", seconds);
    } else if (seconds < HOUR_S) {
        snprintf(out, MEASURE_SIZE, "%" PRId64 " min %02" PRId64 " s", seconds / MINUTE_S,
                 seconds % MINUTE_S);
    } else {
        snprintf(out, MEASURE_SIZE, "%" PRId64 " h %02" PRId64 " min", seconds / HOUR_S,
                 seconds % HOUR_S / MINUTE_S);
    }
    return out;
}

const char *measure_spent(char out[MEASURE_SIZE], int64_t seconds)
{
    char duration[MEASURE_SIZE];

    measure_duration(duration, seconds < 0 ? -seconds : seconds);
    snprintf(out, MEASURE_SIZE, "%s%.40s", seconds < 0 ? "-" : "", duration);
    return out;
}

const char *measure_share(char out[MEASURE_SIZE], uint64_t part, uint64_t whole)
{
    if (whole == 0) {
        snprintf(out, MEASURE_SIZE, "-");
    } else {
        snprintf(out, MEASURE_SIZE, "%" PRIu64 " %%", (part * 200 + whole) / (2 * whole));
    }
    return out;
}

const char *measure_money(char out[MEASURE_SIZE], enum phrase_language language, int64_t cents)
{
    int64_t amount = cents < 0 ? -cents : cents;

    snprintf(out, MEASURE_SIZE, "%s%" PRId64 "%c%02" PRId64, cents < 0 ? "-" : "", amount / CENTS,
             language == PHRASE_DE ? ',' : '.', amount % CENTS);
    return out;
}

const char *measure_mean(char out[MEASURE_SIZE], enum phrase_language language, double mean)
{
    unsigned tenths = (unsigned)(mean * 10 + 0.5);

    snprintf(out, MEASURE_SIZE, "%u%c%u", tenths / 10, language == PHRASE_DE ? ',' : '.',
             tenths % 10);
    return out;
}

const char *measure_moment(char out[MEASURE_SIZE], time_ms utc, int offset_s)
{
    char stamp[CLOCK_STAMP_SIZE];

    out[0] = '\0';
    if (utc != 0) {
        clock_stamp(utc + offset_s * (time_ms)1000, stamp);
        snprintf(out, MEASURE_SIZE, "%.10s %.5s", stamp, stamp + 11);
    }
    return out;
}

const char *measure_day(char out[MEASURE_SIZE], int64_t day)
{
    struct date date = date_of_day(day);

    snprintf(out, MEASURE_SIZE, "%04" PRId64 "-%02u-%02u", date.year, date.month, date.day);
    return out;
}
