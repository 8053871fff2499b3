/* crowd.h - all visitors of the load, and what they do together: a task, begun by a command, goes
 * on from turn to turn until it is done, and is then told in one line of JSON.
 *
 *   come COUNT WIDTH       until COUNT are there, WIDTH of them coming at a time; who was there
 *                          before comes back
 *   return COUNT MS        COUNT who were there before come back, evenly within so long
 *   go                     all leave at once, without a word
 *   load COUNT WIDTH       COUNT page loads of those who are there: leaves, and comes back
 *   talk COUNT WIDTH       the first COUNT ask their first question, WIDTH at a time
 *   ask RATE SECONDS       those ask on, RATE questions a second (0: each when it is answered)
 *   write RATE SECONDS     the same, but a receipt is all that is waited for
 *
 * Times are in microseconds. */
#pragma once

#include "place.h"

#include <stdio.h>

struct crowd;

struct crowd *crowd_create(const struct place *place, unsigned visitors_max);
void crowd_destroy(struct crowd *c);
/* False: no such task. */
bool crowd_begin(struct crowd *c, const char *name, double first, double second);
/* With each turn; true: the task is done. */
bool crowd_go_on(struct crowd *c);
/* Of the task that is done. */
void crowd_tell(struct crowd *c, FILE *out);
