/* doubt.h - whether an agent who is there by presence is there in fact.
 *
 * Presence can lie: a client with stream management (XEP-0198) stays available for minutes after
 * its network died. So a line to an agent is to be followed by a sign of life: a receipt, a marker,
 * typing, a line, a fresh presence, anything their client sends. Without one for agents_config::
 * doubt_ms the client is asked (XEP-0199, each resource that is there), and without an answer for
 * as long again the agent is doubtful: availability.c tells the desk. They are asked on; the first
 * sign ends it.
 *
 *   NONE → WAITING    a line was told to who is there
 *   WAITING → ASKED   no sign of life: pings are out
 *   ASKED → SURE      none was answered: the agent is doubtful
 *   ASKED → WAITING   the link was lost: nobody could answer
 *   any → NONE        a sign of life
 *
 * It knows nothing of the outbox: there a line is done when a server has it. */
#pragma once

#include "xml/stanza.h"

struct agents;

/* A line or notice was told to that agent. */
void doubt_line(struct agents *a, const char *agent);
/* A stanza came from that agent's server, perhaps from the client. */
void doubt_receive(struct agents *a, const struct stanza *s);
/* Their client has answered a question that somebody else has asked (ping.h). */
void doubt_heard(struct agents *a, const char *agent);
bool doubt_is_doubtful(const struct agents *a, const char *agent);
/* Whoever was waited for or asked has the whole time from now on. */
void doubt_link_up(struct agents *a);
void doubt_tick(struct agents *a);
void doubt_free(struct agents *a);
