/* calendar.h - opening hours: weekdays with spans of local time, and holidays.
 *
 * A span belongs to the day on which it begins, also over midnight ("22:00-02:00"); on a holiday no
 * span begins. Everything is asked by the clock on the wall: when the hour between two and three
 * comes twice it is open twice, when it does not come it is not. */
#pragma once

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

struct calendar;
struct zone;

/* AHEAD_DAYS: how far calendar_after looks. */
enum { CALENDAR_SPANS = 200, CALENDAR_HOLIDAYS = 500, CALENDAR_AHEAD_DAYS = 3660 };

/* Open always, until hours are added. Takes the zone. */
struct calendar *calendar_create(struct zone *take_zone);
void calendar_destroy(struct calendar *c);
/* "mon-fri 09:00-12:30 13:30-18:00", "sat,sun 10:00-24:00". NULL, or a complaint that reads on
 * behind the name of a key (free() it). */
char *calendar_add_hours(struct calendar *c, const char *text);
/* "2026-12-24", "2026-12-24..2027-01-01", or each year: "12-25". */
char *calendar_add_holiday(struct calendar *c, const char *text);

bool calendar_is_open(const struct calendar *c, time_ms utc);
/* Which day it is there: days since 1970-01-01. Over midnight the day goes on to the end of the
 * span that began on it. */
int64_t calendar_day(const struct calendar *c, time_ms utc);
/* Seconds east of UTC. */
int calendar_offset(const struct calendar *c, time_ms utc);

/* ---- opening time ----
 *
 * What passes while it is open: of the hour that comes twice both count, if it is open then. */
/* From one moment up to another; 0 if that lies before. */
time_ms calendar_open_between(const struct calendar *c, time_ms from, time_ms to);
/* The first moment by which so much of it has passed since from; that is the end of a span, not the
 * beginning of the next. open_ms up to 0: from. 0: not within CALENDAR_AHEAD_DAYS days. */
time_ms calendar_after(const struct calendar *c, time_ms from, time_ms open_ms);

/* ---- when it is open ---- */
struct calendar_stretch {
    time_ms from;
    time_ms to;
};
/* The next stretch between two moments in which it is open. What follows at once is of it, up to
 * less than a day: hours over midnight, spans that meet. False: there is none. */
bool calendar_next(const struct calendar *c, time_ms from, time_ms to,
                   struct calendar_stretch *out);
