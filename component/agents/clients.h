/* clients.h - what the clients of agents are and can do: by their capabilities (XEP-0115) and what
 * they answer when they are asked once (XEP-0030). Presence brings the capabilities; until there is
 * an answer, and of a client without them, nothing is known. */
#pragma once

#include "agents/agents_state.h"

/* What that presence says of itself: a name for clients_* that is the caller's to free(), or NULL.
 * Asks the client if nobody was asked yet. */
char *clients_hear_dup(struct agents *a, const struct stanza *presence);
/* software: that name, or NULL. */
bool clients_corrects(const struct agents *a, const char *software); /* shows XEP-0308 */
/* What the client calls itself: its name, else the address in its capabilities; "": not known. */
const char *clients_name(const struct agents *a, const char *software);
void clients_free(struct agents *a);
