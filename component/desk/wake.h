/* wake.h - what time does to tickets: a date comes (PENDING → OPEN), a SOLVED one is CLOSED, a
 * target of the service levels is near or was missed (target.h).
 *
 * When the next of these is stands in the ticket (ticket_record::wake), so that a scheduler finds
 * it by that alone, after a restart as before: see desk_ticket_wake. Who is told: the owner, or, if
 * nobody owns it, all agents of its department; of a target that was missed supervisors, too. */
#pragma once

#include "desk/desk.h"

/* 0: nothing happens to it by time alone. May lie in the past: then it is to happen now. */
time_ms wake_next(const struct desk *d, const struct ticket_record *r);
