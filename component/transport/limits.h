/* limits.h - counts and rates by network address: how many streams at once, how many new ones a
 * minute.
 *
 * An IPv4 address counts as one, so does an IPv6 /64. The table is bounded: entries that say
 * nothing any more are dropped, and when all say something, strangers are refused. Whoever shows a
 * valid token is taken out of the count again (limits_known): offices and proxies share addresses.
 * Times are monotonic. */
#pragma once

#include "base/clock.h"
#include "transport/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limits;
struct limits_place; /* what a stream holds while it counts; belongs to the table */

struct limits *limits_create(unsigned at_once, unsigned new_per_minute, size_t addresses_max);
/* Other limits from now on; who is over them already stays. */
void limits_configure(struct limits *l, unsigned at_once, unsigned new_per_minute,
                      size_t addresses_max);
void limits_destroy(struct limits *l); /* NULL is fine; no place may be used afterwards */
/* A new stream. NULL: over a limit, *retry_s (1 to 61) says when it may be tried again. */
struct limits_place *limits_enter(struct limits *l, const struct address *from, time_ms now,
                                  unsigned *retry_s);
void limits_leave(struct limits_place *place); /* the stream has ended; NULL is fine */
/* The stream's visitor is known: it leaves, and was never a new one. */
void limits_known(struct limits_place *place);
/* Drops entries that say nothing any more. Call about every second. */
void limits_tick(struct limits *l, time_ms now);
size_t limits_count(const struct limits *l); /* entries */
/* How many limits_enter has refused since it was made. */
uint64_t limits_refused(const struct limits *l);

/* One event of a rate: burst at once, then one each interval_ms. *level starts at 0 and belongs to
 * the caller. */
bool limits_rate(time_ms *level, unsigned burst, unsigned interval_ms, time_ms now);
