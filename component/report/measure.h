/* measure.h - durations, shares, amounts and moments, as people write them. */
#pragma once

#include "base/clock.h"
#include "report/phrase.h"

enum { MEASURE_SIZE = 48 };

/* "45 s", "3 min 20 s", "2 h 05 min"; "-" of less than 0: there is none. */
const char *measure_duration(char out[MEASURE_SIZE], int64_t seconds);
/* The same of a time that was spent: "-5 min 00 s" where more was taken off. */
const char *measure_spent(char out[MEASURE_SIZE], int64_t seconds);
/* "17 %" of that whole, rounded; "-" where there is nothing. */
const char *measure_share(char out[MEASURE_SIZE], uint64_t part, uint64_t whole);
/* "1234.50", "-0.05": without the currency; German has a comma. */
const char *measure_money(char out[MEASURE_SIZE], enum phrase_language language, int64_t cents);
/* "4.6"; German has a comma. */
const char *measure_mean(char out[MEASURE_SIZE], enum phrase_language language, double mean);
/* "2026-03-31 09:30" on a clock so far east of UTC; "" of 0. */
const char *measure_moment(char out[MEASURE_SIZE], time_ms utc, int offset_s);
/* "2026-03-31", of days since 1970. */
const char *measure_day(char out[MEASURE_SIZE], int64_t day);
