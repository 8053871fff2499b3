/* clock.h - the two clocks. Only edges read them; the desk is told the time. */
#pragma once

#include <stdint.h>

typedef int64_t time_ms;

enum { CLOCK_STAMP_SIZE = 25, CLOCK_TEXT_SIZE = 21 };

time_ms clock_utc_ms(void);       /* wall clock: shown to people, stored; may jump */
time_ms clock_monotonic_ms(void); /* timers */
/* XEP-0082 DateTime in UTC with milliseconds: 2026-01-05T10:00:00.123Z */
void clock_stamp(time_ms utc, char out[CLOCK_STAMP_SIZE]);
/* For people: 2026-01-05 10:00 UTC */
void clock_text(time_ms utc, char out[CLOCK_TEXT_SIZE]);
