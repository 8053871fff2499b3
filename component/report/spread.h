/* spread.h - how many of which length: durations, counted in steps that grow with them.
 *
 * To the second up to ten minutes, to ten seconds up to an hour, to the minute up to a day, to the
 * hour up to thirty days; what is longer counts as thirty days. So a quantile of any number of
 * durations is known within that step, and the memory is the same for all (SPREAD_STEPS numbers,
 * from the first one on). */
#pragma once

#include <stdint.h>

enum { SPREAD_STEPS = 600 + 300 + 1380 + 696 + 1 };

struct spread {
    uint32_t *steps; /* NULL: none yet */
    uint64_t count;
};

void spread_add(struct spread *s, int64_t ms); /* below 0 counts as 0 */
/* The smallest duration in seconds, rounded down to its step, that at least percent (1 to 100) of
 * all do not exceed. -1: there are none. */
int64_t spread_quantile(const struct spread *s, unsigned percent);
void spread_finish(struct spread *s);
