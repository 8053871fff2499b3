/* arrival.h - whether lines have arrived at an agent whose client sends no receipts.
 *
 * A server that only routes (ejabberd) may be ended with lines that it has taken and not delivered.
 * So after each loss of the link they are sent again, marked, until a receipt says that they have
 * arrived. The answer to a ping (ping.h) says it as well: the link is in order, and so is a
 * client's session, so whoever has read the ping has read what was routed before.
 *
 *   NONE → WAITING       a line was handed to a server that has only routed it
 *   WAITING → ASKED      nothing followed for some seconds, and no receipt came: pings are out
 *   ASKED → ANSWERED     by every client that is there
 *   ANSWERED → NONE      a while later: what was handed before the question has arrived
 *   WAITING, ASKED, ANSWERED → NONE
 *                        nothing waits any more; a client was silent; the link was lost
 *
 * Every client: which of them a server gives what is for the bare JID is its own affair. Of what
 * was sent before a change of who is there nothing is concluded: a client that comes back under its
 * old address answers for a session that has died with the line. The server may tell the change
 * after the answer; hence the while. Where the agent's roster is closed to us it is not certain
 * that presence names every client, and nobody is asked. What is not known to have arrived waits
 * for its receipt or its time (outbox/handed.h). docs/decisions/0089. */
#pragma once

#include <stdint.h>

struct agents;

/* Of outbox_edge. */
void arrival_routed(struct agents *a, const char *agent, uint64_t sending);
/* Who is there is another than before, or may be. */
void arrival_changed(struct agents *a, const char *agent);
void arrival_link_down(struct agents *a);
void arrival_tick(struct agents *a);
void arrival_free(struct agents *a);
