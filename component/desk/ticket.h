/* ticket.h - what became of a chat that is to be finished: state, owner, subject, date.
 *
 *   NONE → NEW, OPEN or SOLVED   the chat was converted
 *   any → OPEN, PENDING, SOLVED, CLOSED, but CLOSED → OPEN alone
 * changed only by ticket_enter, against its table.
 *
 * There may be a million in storage. In memory are those that somebody acts on: from when an edge
 * asks storage for one (desk_await_ticket), or it is made, until nothing has happened to it for
 * TICKET_IDLE_MS. As long as an answer is awaited it stays, so that what was read before a change
 * never takes the place of what was written. Who may do what is in desk_ticket.c. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct chat;

enum { TICKET_IDLE_MS = 5 * 60 * 1000 };

struct ticket {
    struct list link;            /* desk::tickets; the longest untouched first */
    struct ticket_record record; /* its strings are owned; NONE: not known, or not converted */
    unsigned awaited;            /* answers of storage */
    time_ms touched;             /* steady */
};

/* In memory; NULL: not there. */
struct ticket *ticket_find(const struct desk *d, int64_t number);
/* The same; it is there from now on. */
struct ticket *ticket_touch(struct desk *d, int64_t number);
void ticket_load(struct ticket *t, const struct ticket_record *r);
bool ticket_may_enter(enum ticket_state from, enum ticket_state to);
/* The only writer of the state, and with it of due, which is of PENDING. */
void ticket_enter(struct desk *d, time_ms now, struct ticket *t, enum ticket_state to, time_ms due);
/* owner: an agent's bare JID, or "". Stored by ticket_enter or ticket_store. */
void ticket_set_owner(struct desk *d, struct ticket *t, const char *owner);
void ticket_store(struct desk *d, time_ms now, struct ticket *t);
/* In the transcript of its chat, in memory or not. who: "" the desk. */
void ticket_note(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                 const char *event, const char *body);
const char *ticket_state_name(enum ticket_state state); /* as entries have it */
/* Makes one of a chat. owner: "" nobody. */
void ticket_convert(struct desk *d, time_ms now, struct ticket *t, const char *department,
                    const char *owner, const char *who, enum ticket_state state);
/* A chat has ended, in a department that may convert each. */
void ticket_follow_chat(struct desk *d, time_ms now, const struct chat *c);
void tickets_tick(struct desk *d);
void tickets_finish(struct desk *d);
void tickets_verify(const struct desk *d);
