/* routing.h - which waiting chats are offered, and to whom.
 *
 * The first in line, as many as can be seated at once, are OFFERED: to every agent of the
 * department who is FREE with a seat and has not declined, or, if those seats are promised to
 * others before it, to those who are AWAY with a seat. Seats are counted once over all departments
 * (an agent of two departments with one seat gives one offer a seat). When seats vanish, offers are
 * withdrawn in words and the chat is QUEUED again at its old place. */
#pragma once

#include "desk/desk.h"

struct agent;
struct chat;
struct desk;

/* What everybody who is there has declined is offered again after this time. */
enum { ROUTING_DECLINED_MS = 3 * 60 * 1000 };

void routing_run(struct desk *d, time_ms now);
/* An agent takes a waiting chat, offered or not: the other offers end, their agents are told who
 * has it, the visitor who joined. Who had no offer is shown what was said. */
void routing_claim(struct desk *d, time_ms now, struct chat *c, struct agent *a);
/* Ends all offers of a chat, with that notice to those who had not declined, but not to except
 * (NULL: to all). */
void routing_end_offers(struct desk *d, struct chat *c, const struct agent *except,
                        enum agent_notice notice, const char *text);
/* Ends the offers to agents who are not in the chat's department any more. */
void routing_dismiss(struct desk *d);
/* An agent who had not been there is: what was declined may be offered again. */
void routing_forget_declined(struct agent *a);
/* Time has passed over a waiting chat: ROUTING_DECLINED_MS. */
void routing_renew(struct desk *d, struct chat *c);
/* Whether that agent of the department may have it: a probe's visit is for one agent only. */
bool routing_is_for(const struct chat *c, const struct agent *a);
/* Whether the visitor has, or could have, a contact with that agent. */
bool routing_has_room(const struct chat *c, const struct agent *a);
