/* invited.h - a visitor who has come because a page invited them to a chat.
 *
 * What they were invited with is known while they are in memory, and is a note in the record of the
 * chat that it led to: agents see it, visitors never do. Invitations are the configuration's
 * (component/invitation.h); the desk only keeps which one it was. */
#pragma once

#include "desk/desk.h"

struct chat;
struct visitor;

enum { INVITED_BYTES = 1000 };

/* words: id and line, cut at INVITED_BYTES. In an open chat it is noted at once. NOT_FOUND: nobody
 * of that id is in memory. REPEATED: it is known. */
enum desk_result desk_visitor_invited(struct desk *d, time_ms now, const char *visitor,
                                      const char *words);
/* The public name of an agent of the department in whose name visitors can be invited now: one who
 * is free and has a seat, of several who has the fewest chats. NULL: nobody. */
const char *desk_inviting_agent(const struct desk *d, const char *department);

/* ---- of the desk ---- */

/* A chat begins. */
void invited_begin(struct desk *d, time_ms now, struct chat *c);
/* A chat leaves memory: what led to it is over. */
void invited_retire(struct visitor *v);
