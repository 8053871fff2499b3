/* opening.h - what a page is told of a department's hours while nobody is there: when it opens
 * again, and when it is open from yesterday on until a week from today has passed, wherever on
 * earth that is. They are moments, so that a page can say them in the visitor's own time, holidays
 * and the change of clocks included. */
#pragma once

#include "base/clock.h"

struct config;

/* OPENING_STRETCHES: what does not fit is not told; it is the end of the week. OPENING_NEAR_DAYS:
 * how far opening_next looks, which many pages ask of many departments. */
enum { OPENING_STRETCHES = 80, OPENING_NEAR_DAYS = 31 };

/* When it opens next; 0: it is open, has no hours, or does not open in OPENING_NEAR_DAYS.
 * department: as below; of none: 0. */
time_ms opening_next(const struct config *c, const char *department, time_ms now);
/* JSON (free() it); without hours: {}. department "": the default one. NULL: there is none of that
 * name. */
char *opening_print(const struct config *c, const char *department, time_ms now);
