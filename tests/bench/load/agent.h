/* agent.h - agents of the load: clients of the server over TCP, or, where the load is the server
 * itself (peer.h), nobody but the words that a client would say.
 *
 * An agent's client takes every chat that it is offered by answering the visitor's line, and sends
 * a receipt for each message that asks for one. */
#pragma once

#include "cut.h"
#include "place.h"

struct buf;
struct agents;

/* What a client says to that message: a receipt, and an answer to a question, if agents answer
 * now. self: the client's full address, to be said where the stream does not know it; "": it
 * does. */
void agent_hear(const struct place *place, struct buf *out, const char *self, struct slice message);

/* None of them is logged in yet. */
struct agents *agents_create(const struct place *place);
void agents_destroy(struct agents *all);
/* Logs in, a few at a time; true: all are there. Calls come in turns. */
bool agents_come(struct agents *all);
/* NULL: all is well; else what went wrong with one of them. */
const char *agents_trouble(const struct agents *all);
