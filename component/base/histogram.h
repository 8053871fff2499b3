/* histogram.h - how many took how long: durations counted in buckets with fixed bounds, as
 * Prometheus reads them.
 *
 * Plain values, one increment an event. Nothing is taken out again: it counts from the start of the
 * process. */
#pragma once

#include "base/clock.h"

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BOUNDS_MAX = 14 };

struct histogram {
    const time_ms *bounds; /* ascending; a constant */
    size_t bound_count;
    /* What took no longer than that bound, and longer than the one before; the last: longer than
     * all. */
    uint64_t buckets[HISTOGRAM_BOUNDS_MAX + 1];
    uint64_t count;
    uint64_t sum_ms;
};

/* Empty. bounds is borrowed for ever; at most HISTOGRAM_BOUNDS_MAX. */
void histogram_init(struct histogram *h, const time_ms *bounds, size_t bound_count);
void histogram_add(struct histogram *h, time_ms took); /* below 0 counts as 0 */
/* How many took no longer than the bound at that index; at bound_count: all. */
uint64_t histogram_up_to(const struct histogram *h, size_t at);
/* The first bound that percent (1 to 100) of all did not exceed; HISTOGRAM_LONGER: not the last one
 * either; HISTOGRAM_EMPTY: there are none. */
enum { HISTOGRAM_EMPTY = -1, HISTOGRAM_LONGER = -2 };
time_ms histogram_within(const struct histogram *h, unsigned percent);
time_ms histogram_mean(const struct histogram *h); /* 0 if there are none */
