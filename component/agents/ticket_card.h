/* ticket_card.h - what a client shows of ticket-N@D: disco, vCard, ping, for who may see the
 * ticket. For everybody else there is nobody. */
#pragma once

#include "agents/agents_state.h"

/* An iq to a ticket's address that is no command. */
void ticket_card_answer(struct agents *a, const struct stanza *s);
void ticket_card_free(struct agents *a);
