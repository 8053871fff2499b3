/* retention.h - what was kept long enough goes: once an hour a sweep, in bounded steps, one at a
 * time, each behind the commit of the one before. What is in memory (open, lingering, a ticket that
 * somebody acts on) waits for the next sweep. The log says how much it was. */
#pragma once

#include "base/clock.h"

#include <stddef.h>

struct config;
struct erasure;
struct retention;
struct storage;

/* storage and erasure are borrowed. steady: clock_monotonic_ms, or a test's. */
struct retention *retention_create(struct storage *storage, struct erasure *erasure,
                                   time_ms (*steady)(void));
void retention_destroy(struct retention *r);
/* Every second. config: in force, borrowed for the call. */
void retention_tick(struct retention *r, const struct config *config, time_ms now);
