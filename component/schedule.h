/* schedule.h - the one scheduler: asks storage which tickets time does something to, and hands each
 * to the desk (desk/wake.h).
 *
 * Every second it asks for those whose wake has come, at most 50, and for no more until the desk
 * has had these. After a start, after another configuration, and when the clock has gone back it
 * also looks through all tickets that are not closed, at most 50 a second, since when something
 * happens to them may have changed. It keeps nothing: what was done stands in the tickets, stored
 * together with what was told, so neither a crash nor a jump of the clock repeats or loses
 * anything. */
#pragma once

#include "base/clock.h"

struct desk;
struct schedule;
struct storage;

/* utc: tells the time. */
struct schedule *schedule_create(struct storage *storage, struct desk *desk, time_ms (*utc)(void));
/* Behind storage_close: no answer may come any more. NULL is fine. */
void schedule_destroy(struct schedule *s);
/* All tickets that are not closed are to be looked at again. */
void schedule_review(struct schedule *s);
void schedule_tick(struct schedule *s);
