/* clock.h - the two clocks. Only edges read them; the desk is told the time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef int64_t time_ms;

enum { CLOCK_STAMP_SIZE = 25, CLOCK_TEXT_SIZE = 21 };

time_ms clock_utc_ms(void);       /* wall clock: shown to people, stored; may jump */
time_ms clock_monotonic_ms(void); /* timers */
/* XEP-0082 DateTime in UTC with milliseconds: 2026-01-05T10:00:00.123Z */
void clock_stamp(time_ms utc, char out[CLOCK_STAMP_SIZE]);
/* What others write as such, in any zone ("2026-01-05T11:00:00+01:00"); false: it is none. */
bool clock_read(const char *text, time_ms *utc);
/* For people: 2026-01-05 10:00 UTC */
void clock_text(time_ms utc, char out[CLOCK_TEXT_SIZE]);
