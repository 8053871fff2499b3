#include "base/clock.h"

#include <stdio.h>
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
