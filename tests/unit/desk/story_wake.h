/* story_wake.h - tickets and what time does to them, for the stories of wake.c and target.c.
 *
 * Bob and eve sell, boss supervises; the story begins on a Monday at ten. */
#pragma once

#include "desk/desk_state.h"
#include "desk/target.h"
#include "story.h"

#define ANN "visitor-ann"
#define BOB "bob@example.org"
#define DAY (24 * (time_ms)HOUR)

/* First answer 60 minutes, next 30, solution 4 hours; of the urgent: solution within an hour. */
enum { LEVEL_COUNT = 2 };
extern const struct desk_service_level LEVELS[LEVEL_COUNT];

/* A SOLVED ticket is CLOSED after seven days. hours: NULL always. */
struct story *story_of_levels(const char *hours);
/* The clock moves, and what is due then is done, until nothing is. */
void time_passes(struct story *s, time_ms ms);
/* As after a start: all that are not closed are looked at. */
void review(struct story *s);

struct ticket_record stored(struct story *s, int64_t number); /* but for its texts */
/* Of the desk, but for the conversion: "event: body", a line each. */
void expect_notes(struct story *s, int64_t number, const char *expected);

/* Nobody was there: NEW, without an owner. */
int64_t left_ticket(struct story *s, const char *visitor);
/* Bob had the chat, and has the ticket. */
int64_t bobs_ticket(struct story *s);
/* As an edge acts on one: it is in memory until desk_load_ticket once more. */
void works_on(struct story *s, int64_t number);
void enters(struct story *s, int64_t number, enum ticket_state state);
void rests_until(struct story *s, int64_t number, time_ms due);
void speaks(struct story *s, int64_t number, enum entry_by by);
/* Bob and eve, of ticket 1001. */
void expect_all_told(struct story *s, enum agent_call call);
