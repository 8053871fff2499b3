/* spent.h - the time that was spent on a chat, and on its ticket: what is charged for.
 *
 * While an agent has a chat (ACTIVE), time passes for it: from when they took it until it ends,
 * goes back or is another's. That is measured on the steady clock, so a clock that jumps charges
 * nobody; and each piece is stored when it is over (struct spent_record). What a restart interrupts
 * counts as far as something was said: nobody has worked on it while we were not there.
 *
 * Behind the chat's end it is said by hand (desk_spend), more or less, as a piece of its own; so a
 * month that was charged for stays as it was. How much there is to take off is known to the ticket
 * in memory: two who read it at once do not take off the same minutes twice. */
#pragma once

#include "desk/desk.h"

struct chat;

/* Of an ACTIVE chat: its agent has taken it, or (end) has it no more. */
void spent_begin(const struct desk *d, struct chat *c);
void spent_end(struct desk *d, const struct chat *c);
/* The desk has just started: one that goes on, or was ACTIVE with who is no agent any more. */
void spent_resume(struct desk *d, struct chat *c);
