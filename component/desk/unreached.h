/* unreached.h - lines of a ticket that came back from the server of who they were for.
 *
 * They are in the record, and so is that they came back (notes "unreached" and "returned"). The
 * ticket is awaited and loaded as for all that is done to tickets. */
#pragma once

#include "desk/desk.h"

/* From that agent's, of that line. Who has the ticket keeps it: they may be away for the night. The
 * other agents of its department are told, or else supervisors; once, until an agent has spoken
 * there. True: who has it is to be told when they are there. */
bool desk_ticket_unreached(struct desk *d, time_ms now, const char *agent, int64_t number,
                           int64_t sequence);
/* From the requester's, of that line of an agent's, if it is the last: who has the ticket is told,
 * or if nobody has it, the agents of its department. */
void desk_ticket_returned(struct desk *d, time_ms now, int64_t number, int64_t sequence);
