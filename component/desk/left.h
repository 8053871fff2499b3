/* left.h - a message that was left: nobody is there to answer it, or who waited has gone, or says
 * so, or the department has closed.
 *
 * As the department has it (left_is_ticket), it waits in the line as a chat with left set, and is
 * offered when somebody comes; or its chat is CLOSED and it is a NEW ticket, whose number the
 * visitor is told. A probe's waits.
 *
 * Behind the start, and when the link has come back, agents are only just being heard of: until
 * agent_grace_ms have passed nobody knows that nobody is there, and no ticket is made of it. */
#pragma once

#include "desk/chat.h"

/* Why, for the words of the receipt, as its entry's body has it. */
#define LEFT_NOBODY ""
#define LEFT_CLOSING "closing" /* the department has closed */
#define LEFT_ASKED "asked"     /* the visitor wants it so, or has gone */

/* A chat that has just begun. */
void left_begin(struct desk *d, time_ms now, struct chat *c);
/* One that waits. */
void left_tick(struct desk *d, time_ms now, struct chat *c);
/* Whether its department makes tickets of such messages. */
bool left_is_ticket(const struct chat *c);
/* Agents may be heard of from now on. */
void left_expect_agents(struct desk *d);
/* For agent_grace_ms from then on: nobody is given up who may only not have been heard of yet. */
bool left_agents_are_expected(const struct desk *d);
