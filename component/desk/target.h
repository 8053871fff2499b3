/* target.h - how soon a ticket is to be answered and solved, and how much of that time has passed.
 *
 * Three targets (enum ticket_target), each within so much opening time of the ticket's department:
 * the first answer, from when the requester first asked, be it in the chat; the next one, from each
 * line of theirs that an agent owes an answer to; the solution, from when they first asked, too,
 * but of a chat that was over long ago from its conversion. None runs while the ticket waits for
 * the requester (PENDING without a date), is SOLVED or CLOSED. A ticket that was not solved after
 * all goes on where it was; one that was CLOSED begins anew.
 *
 * What has passed is kept in the ticket as it stood when it last began to run (…_spent) and when
 * that was (…_since): when a target is due follows from these, from the service levels and the
 * hours as they are now. */
#pragma once

#include "desk/desk.h"

struct ticket;

/* Bits of ticket_record::told, for each target. */
static inline unsigned target_near_bit(enum ticket_target target)
{
    return 1U << 2 * target;
}

static inline unsigned target_late_bit(enum ticket_target target)
{
    return 2U << 2 * target;
}

const char *target_name(enum ticket_target target); /* as notes have it */
/* A ticket is being made: the requester has asked then, and since then it is to be solved. */
void target_begin(struct ticket *t, time_ms asked, time_ms since);
/* Its state is to be another. */
void target_follow_state(struct desk *d, time_ms now, struct ticket *t, enum ticket_state to,
                         time_ms due);
/* An agent has spoken to the requester, or the requester to us. */
void target_answered(struct desk *d, time_ms now, struct ticket *t);
void target_asked(time_ms now, struct ticket *t);
/* It is to be another department's: what has passed was by the hours of this one. */
void target_move(const struct desk *d, time_ms now, struct ticket *t);
/* What from, which is CLOSED now, still owes its requester is owed there. */
void target_take_over(const struct desk *d, time_ms now, struct ticket *to,
                      const struct ticket *from);
/* The clock has gone back: nothing began later than now. True: something had. */
bool target_rewind(time_ms now, struct ticket *t);
/* What there is to be kept, and when the first is due (ticket_record::measured, overdue). */
void target_measure(const struct desk *d, time_ms now, struct ticket *t);
/* The same of one for which a target was set after it had passed: it is missed, without a word. */
void target_measure_silently(const struct desk *d, time_ms now, struct ticket *t);
/* Its priority is another: who was told of a time that has come is told of one that has not. */
void target_follow_priority(const struct desk *d, time_ms now, struct ticket *t);
/* When somebody is to be told of one next; 0: never. */
time_ms target_next(const struct desk *d, const struct ticket_record *r);
/* BUG if something runs that is to rest. */
void target_verify(const struct ticket *t);
/* Is to be told now. It counts as told then. late: it is over, else only near. */
bool target_take_due(const struct desk *d, time_ms now, struct ticket *t,
                     enum ticket_target *target, bool *late);
