/* ping.h - a question that only the client itself answers (XEP-0199, to a full JID).
 *
 * One that has never heard of ping says so, and has been reached. What servers say for a client
 * that is not there (Prosody recipient-unavailable, ejabberd service-unavailable) is no answer. */
#pragma once

#include "xml/stanza.h"

struct agents;

/* Each client of the agent that is there is asked, from the department, which it knows as a
 * contact. answer is called once for each, with NULL if nothing came for agents_config::doubt_ms.
 * Returns how many are asked. */
unsigned ping_ask(const struct agents *a, const char *agent, post_answer answer, void *ctx);
bool ping_is_answered(const struct element *reply);
