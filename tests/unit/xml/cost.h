/* cost.h - is it linear? What 4n costs is compared with what n costs, never with a clock on the
 * wall. */
#pragma once

#include <stddef.h>
#include <time.h>

/* CPU seconds of this thread. */
static inline double cost_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The least of some runs: noise only adds. */
static inline double cost_of(void (*run)(void *ctx, size_t n), void *ctx, size_t n)
{
    double least = 1e9;
    for (int i = 0; i < 5; i++) {
        double start = cost_now();
        run(ctx, n);
        double cost = cost_now() - start;
        least = cost < least ? cost : least;
    }
    return least;
}

/* 4 for a linear run, 16 for a quadratic one. */
static inline double cost_ratio(void (*run)(void *ctx, size_t n), void *ctx, size_t n)
{
    double once = cost_of(run, ctx, n);
    return cost_of(run, ctx, 4 * n) / (once > 1e-6 ? once : 1e-6);
}

enum { COST_LINEAR = 9 };
