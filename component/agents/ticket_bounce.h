/* ticket_bounce.h - a line of a ticket that came back from its owner's server (desk/unreached.h).
 *
 * The ticket is read first. Its owner is told by the service as soon as they are there: until then
 * the notice waits in the outbox, restarts or not. */
#pragma once

#include "agents/agents_state.h"

/* Of that agent's, of that ticket, with that sequence. */
void ticket_bounce(struct agents *a, const char *agent, int64_t number, int64_t sequence);
void ticket_bounce_free(struct agents *a);
