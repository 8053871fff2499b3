/* browsing.h - visitors who look at pages and have no chat: contacts of their department's agents,
 * who may write to them first. Where the operator has switched that on, which the edge knows.
 *
 * Shown to agents who are there and whose roster has no bound (not slots, which are for chats). Of
 * a department at most max_browsing at once: who comes first is shown; who came when there was no
 * room is looked at again with the next page. A page change closes one stream and opens another, so
 * who is away for less than leave_ms still browses. Nothing of it is stored: after a restart it
 * begins anew with the next page. */
#pragma once

#include "desk/desk.h"

struct agent;
struct department;
struct visitor;

/* Ends by itself: with a chat, the end of the visit, or the department's end. */
void browsing_end(struct desk *d, struct visitor *v);
bool browsing_is_shown(const struct visitor *v, const struct agent *a);
/* That agent came, went, or has another roster; or is no agent any more. */
void browsing_follow_agent(struct desk *d, struct agent *a);
/* Of a department that goes, while its agents are still there. */
void browsing_close(struct desk *d, const struct department *p);
/* Another configuration: other members, another max_browsing. */
void browsing_review(struct desk *d);
/* The agent writes to a visitor who has no chat: it is theirs. DESK_NOT_FOUND: the visitor is not
 * shown to them. DESK_FORM: there is something to agree to, or to fill in, first. */
enum desk_result browsing_claim(struct desk *d, time_ms now, struct visitor *v, struct agent *a);
void browsing_verify(const struct desk *d);
