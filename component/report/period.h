/* period.h - from when to when a report goes: whole days of a time zone. */
#pragma once

#include "base/clock.h"

#include <stdbool.h>

struct calendar;

enum { PERIOD_DAYS_MAX = 3660 };

struct period {
    int64_t first, last; /* days since 1970-01-01, both are in it */
    time_ms from, to;    /* UTC: [from, to) */
};

/* "today", "yesterday", "week" (the last seven days, this one included), "month" (the last thirty),
 * "last-month" (of the calendar), "2026", "2026-03", "2026-03-31". False: it is none of these.
 * zone: whose days. */
bool period_read(struct period *p, const char *text, const struct calendar *zone, time_ms now);
/* The same from one day to another; NULL: to today, or from the same day. */
bool period_between(struct period *p, const char *from, const char *to, const struct calendar *zone,
                    time_ms now);
/* "2026-03-31", or with a time: "2026-03-31 09:30", by the clock on the wall. */
bool period_moment(const char *text, const struct calendar *zone, time_ms *utc);
