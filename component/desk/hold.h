/* hold.h - an agent's pause in a chat: the visitor knows that somebody comes back.
 *
 * While it lasts the answer time does not count (answer.h). It ends with a line of the agent, with
 * desk_agent_resume, with the ownership, or when its time has passed: then the agent is reminded.
 * Begin and end are entries of the record ("hold", the minutes in its body; "hold-over"), so that
 * after a restart it is neither forgotten nor begun anew. */
#pragma once

#include "storage/storage.h"

struct chat;
struct desk;

struct hold {
    time_ms until;  /* UTC; 0: not held */
    time_ms steady; /* the same, on the desk's clock */
};

/* Behind every entry of the chat, loaded or new. */
void hold_follow(struct desk *d, struct chat *c, const struct entry_record *e);
/* The start: what is left on the wall clock. */
void hold_start(const struct desk *d, time_ms now, struct chat *c);
/* Writes the pause into the record and tells the visitor. */
void hold_begin(struct desk *d, time_ms now, struct chat *c, unsigned minutes);
/* Time has passed over an ACTIVE chat. */
void hold_tick(struct desk *d, time_ms now, struct chat *c);
