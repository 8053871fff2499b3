/* portrait.h - an agent's own picture, for visitors, where that agent has agreed
 * (agents_person.shows_face).
 *
 * It is the photo of the agent's vCard (XEP-0054), which servers keep in step with the avatar that
 * clients publish (XEP-0398). It is asked for by the department's address when the agent's presence
 * says that there is one, and again when it says another one (XEP-0153). It is in memory only. */
#pragma once

#include "agents/agents_state.h"

/* Of larger ones, and of what is no PNG, JPEG or WebP by its first bytes, nothing is shown. */
enum { PORTRAIT_BYTES = 64 * 1024 };

/* Who agrees and who does not any more. */
void portrait_configure(struct agents *a);
/* A presence of an agent's to a department. */
void portrait_hear(struct agents *a, const struct stanza *presence);
void portrait_free(struct agents *a);
