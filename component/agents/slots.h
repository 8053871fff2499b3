/* slots.h - an agent's fixed number of contacts, which visitors take turns at: slot-1@D, slot-2@D …
 *
 * Where no server lets us into the agent's roster, or where the administrator wants it so, a
 * contact for each visitor would be a stranger, or a request, each time. A slot is approved once.
 * The name of a slot is per agent: slot-1 of one agent and slot-1 of another have nothing in
 * common.
 *
 * FREE → a visitor is there → rests → FREE. It rests from the end of the chat (or offer) for
 * slot_rest_ms, longer while the agent types or writes there, and while there are lines that the
 * agent's client has not received (where it is known to say so) or the outbox still has for it.
 * What is written meanwhile is for the visitor who was there. Then it is free for another one.
 *
 * Here, and nowhere else, an agent's contact and the visitor behind it are translated: the desk and
 * the outbox speak of visitors, the wire of contacts. */
#pragma once

#include "agents/agents_state.h"
#include "agents/words.h"

bool slots_is_slot(const char *local);
unsigned slots_number(const char *local);
/* Under which local part that agent sees that visitor; of anything else local itself. */
const char *slots_local(const struct agents *a, const char *agent, const char *visitor);
/* Who is behind that local part for that agent: NULL for a slot without a visitor; of anything else
 * local itself. */
const char *slots_visitor(const struct agents *a, const char *agent, const char *local);
/* The visitor is behind a slot of that agent, and the chat or offer there is not over. */
bool slots_is_there(const struct agents *a, const char *agent, const char *local);

/* ---- life ---- */

/* What config says of people is copied. */
void slots_configure(struct agents *a, const struct agents_config *config);
/* Another way into rosters is to be taken: that the last one was closed says nothing. */
void slots_other_way(struct agents *a);
/* It is known (better) whether that agent's roster is open to us: slots are opened or given up. */
void slots_follow(struct agents *a, const char *agent);
/* Approved by the agent, or not any more. */
void slots_approve(struct agents *a, const char *agent, const char *local, bool approved);
bool slots_is_approved(const struct agents *a, const char *agent, const char *local);
void slots_dismiss(struct agents *a, const char *agent);
void slots_tick(struct agents *a);
void slots_free(struct agents *a);
/* So many are free; SIZE_MAX: this agent has none, visitors come as contacts of their own. */
size_t slots_room(const struct agents *a, const char *agent);

/* ---- visitors come and go ---- */

/* The local part of the slot in which that visitor is from now on; NULL: in none. */
const char *slots_take(struct agents *a, const char *agent, const char *visitor);
/* The same of the slot that begins to rest. */
const char *slots_leave(struct agents *a, const char *agent, const char *visitor);
/* The visitor's chat has ended: wherever it is in a slot, that rests. */
void slots_close(struct agents *a, const char *visitor);
/* Whether the visit begins with what is told next; then writes the line that says so. */
bool slots_greet(struct agents *a, const char *agent, const char *visitor, struct buf *out);
/* What was told is the end of it: the line that says so, with a line feed before it. */
void slots_part(struct agents *a, const char *agent, const char *visitor, struct buf *out);

/* ---- what goes there, and what comes from there ---- */

/* A message with that id leaves. */
void slots_sent(struct agents *a, const char *agent, const char *visitor, const char *id);
/* A message of an agent's: what it says of lines before, or that there is somebody. */
void slots_heard(struct agents *a, const struct stanza *s);
/* Why that line or command is not for who is behind the slot now. */
enum slot_refusal slots_refusal(struct agents *a, const struct stanza *s);
