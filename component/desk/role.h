/* role.h - who may do more than answer: addresses of each role, as they are configured.
 *
 * An address may have several roles, and be an agent too. ROLE_AGENT is not kept here: agents are
 * who departments name (desk_has_role knows both). */
#pragma once

#include "desk/desk.h"

struct roles {
    char **jids[ROLE_COUNT]; /* bare, prepared */
    size_t counts[ROLE_COUNT];
};

/* people: ROLE_COUNT lists, copied; what was there is forgotten. */
void roles_configure(struct roles *r, const struct desk_people *people);
void roles_finish(struct roles *r);
bool roles_have(const struct roles *r, const char *jid, enum role role);
