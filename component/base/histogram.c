#include "base/histogram.h"

#include "base/log.h"

void histogram_init(struct histogram *h, const time_ms *bounds, size_t bound_count)
{
    if (bound_count > HISTOGRAM_BOUNDS_MAX) {
        BUG("a histogram of %zu bounds", bound_count);
    }
    *h = (struct histogram){.bounds = bounds, .bound_count = bound_count};
}

void histogram_add(struct histogram *h, time_ms took)
{
    size_t at = 0;

    took = took > 0 ? took : 0;
    while (at < h->bound_count && took > h->bounds[at]) {
        at++;
    }
    h->buckets[at]++;
    h->count++;
    h->sum_ms += (uint64_t)took;
}

uint64_t histogram_up_to(const struct histogram *h, size_t at)
{
    uint64_t sum = 0;

    for (size_t i = 0; i <= at; i++) {
        sum += h->buckets[i];
    }
    return sum;
}

time_ms histogram_within(const struct histogram *h, unsigned percent)
{
    uint64_t wanted = h->count / 100 * percent + (h->count % 100 * percent + 99) / 100;
    uint64_t seen = 0;

    if (h->count == 0) {
        return HISTOGRAM_EMPTY;
    }
    for (size_t i = 0; i < h->bound_count; i++) {
        seen += h->buckets[i];
        if (seen >= wanted) {
            return h->bounds[i];
        }
    }
    return HISTOGRAM_LONGER;
}

time_ms histogram_mean(const struct histogram *h)
{
    return h->count > 0 ? (time_ms)(h->sum_ms / h->count) : 0;
}
