/* routing.h - which waiting chats are offered, and to whom.
 *
 * The first in line, as many as can be seated at once, are OFFERED: to every agent of the
 * department who is FREE with a seat and has not declined, or, if those seats are promised to
 * others before it, to those who are AWAY with a seat. Seats are counted once over all departments
 * (an agent of two departments with one seat gives one offer a seat). When seats vanish, offers are
 * withdrawn in words and the chat is QUEUED again at its old place.
 *
 * Rules (rule.h) say who is not asked at all and who is asked first; after the overflow time the
 * agents of another department are asked, too; a department takes no more chats at once than its
 * capacity.
 *
 * Where a department's way is not "all", the chat is put to one agent of them alone, whose turn it
 * is. That offer stands: no later chat moves it. When it is over (desk_config.offer_ms) it goes on
 * to the next, in words, and when all were asked the round begins anew; where there is nobody else
 * it stays. Where all are asked, an offer that is over stays, and those who would have been asked
 * later are asked as well. */
#pragma once

#include "desk/desk.h"

struct agent;
struct chat;
struct desk;
struct offer;

/* What everybody who is there has declined is offered again after this time. */
enum { ROUTING_DECLINED_MS = 3 * 60 * 1000 };

void routing_run(struct desk *d, time_ms now);
/* An agent takes a waiting chat, offered or not: the other offers end, their agents are told who
 * has it, the visitor who joined. Who had no offer is shown what was said. */
void routing_claim(struct desk *d, time_ms now, struct chat *c, struct agent *a);
/* Ends all offers of a chat, with that notice to those who have one open, but not to except
 * (NULL: to all). */
void routing_end_offers(struct desk *d, struct chat *c, const struct agent *except,
                        enum agent_notice notice, const char *text);
/* Ends one; its agent is told that, if it was open. */
void routing_end_offer(struct desk *d, struct offer *o, enum agent_notice notice, const char *text);
/* That agent leaves it to others: the offer is kept, so that it is not made again. */
void routing_decline(struct desk *d, struct offer *o);
/* Another configuration: ends the offers to agents who are not in the chat's department any more,
 * and looks at its rules anew. */
void routing_dismiss(struct desk *d);
/* An agent who had not been there is: what was declined or went on may be offered again. */
void routing_forget_ended(struct agent *a);
/* Time has passed over a waiting chat: ROUTING_DECLINED_MS, offers, overflow. */
void routing_tick(struct desk *d, struct chat *c);
/* Whether that agent of the department may have it: a probe's visit is for one agent only. */
bool routing_is_for(const struct chat *c, const struct agent *a);
/* Whether the visitor has, or could have, a contact with that agent. */
bool routing_has_room(const struct chat *c, const struct agent *a);
