/* pace.h - rates: so many at once, then one in so long. For one thing (pace_take) or for each of
 * many that are known by a name (struct paces). Times are monotonic. */
#pragma once

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

/* One event: burst at once, then one each interval_ms. *level starts at 0 and belongs to the
 * caller. False: too early, nothing is counted. */
bool pace_take(time_ms *level, unsigned burst, unsigned interval_ms, time_ms now);

/* A bounded table of them: when it is full of names that still say something, strangers are too
 * early. */
struct paces;

struct paces *paces_create(unsigned burst, unsigned interval_ms, size_t names_max);
void paces_destroy(struct paces *p); /* NULL is fine */
bool paces_take(struct paces *p, const char *name, time_ms now);
/* Forgets names that say nothing any more. Call about every second. */
void paces_tick(struct paces *p, time_ms now);
