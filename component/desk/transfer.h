/* transfer.h - a chat that its owner is handing to somebody else.
 *
 * Until it is taken the chat is ACTIVE and its owner's: the visitor is answered, no line is lost.
 * It is put to one agent, or to those of a department, or of one level of its own department, who
 * are there with a free seat and whom its rules let be asked, as offers that routing.h has no part
 * in: they neither go on nor run out; who answers is the owner. Declined by everybody to whom it
 * was put, or not taken within desk_config.transfer_ms, it has come back, and the owner is told. It
 * survives a restart, and then its time begins anew. */
#pragma once

#include "base/clock.h"

#include <stdbool.h>

struct agent;
struct chat;
struct department;
struct desk;

struct transfer {
    struct agent *agent;           /* to whom, or */
    struct department *department; /* of whom one; both NULL: it is not handed to anybody */
    unsigned level;                /* of that level, and it is its own department; 0: of any */
    time_ms since;                 /* steady */
};

bool transfer_is_open(const struct chat *c);
/* What is stored: the agent's address, the department's id, "level 2", or "". */
const char *transfer_target(const struct chat *c);
/* Of an ACTIVE chat; one that was open has ended. One of agent and department; since is set. */
void transfer_begin(struct desk *d, struct chat *c, const struct transfer *to);
/* From storage, before desk_start. What there is not any more is nobody. */
void transfer_restore(struct desk *d, struct chat *c, const char *target);
/* It is not handed to anybody any more; nobody else is told than to whom it was put. */
void transfer_end(struct desk *d, struct chat *c);
/* That agent, who was put it, has it now: the former owner and the visitor are told. */
void transfer_take(struct desk *d, time_ms now, struct chat *c, struct agent *a);
/* Whether somebody could be put it now. */
bool transfer_could_reach(const struct chat *c, const struct transfer *to);
/* Puts open ones to who has come, takes them from who has gone, sends back what all have declined.
 */
void transfer_run(struct desk *d);
/* After another configuration: those to whom it cannot be handed any more. */
void transfer_dismiss(struct desk *d);
/* Time has passed over an ACTIVE chat. */
void transfer_tick(struct desk *d, struct chat *c);
