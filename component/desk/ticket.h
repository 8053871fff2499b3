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
#include "desk/own_value.h"
#include "desk/repeats.h"
#include "desk/step.h"

struct chat;
struct department;
struct visitor;

enum { TICKET_IDLE_MS = 5 * 60 * 1000 };

struct ticket {
    struct list link;            /* desk::tickets; the longest untouched first */
    struct ticket_record record; /* its strings are owned; NONE: not known, or not converted */
    unsigned awaited;            /* answers of storage */
    time_ms touched;             /* steady */
    bool erased;                 /* no more is known of it, whatever was read before */
    uint64_t written;            /* desk::ticket_writes of its last change */
    struct repeats said;         /* by agents */
    enum step step;              /* as its requester knows it */
    const char *why;             /* left.h: a constant, for the receipt; else NULL */
    time_ms spent;               /* spent.h: stored, or about to be; if it is known */
    bool knows_spent;
    char *tags; /* of its chat, where they were changed while it was here; or NULL */
    int64_t links[TICKET_LINKS]; /* related.h; in order */
    size_t link_count;
    bool knows_links;
    struct own_values own; /* own_value.h */
    bool knows_own;
};

/* Department and owner of a chat or its ticket, for what somebody may do there: by memory, else as
 * the chat was read. Borrowed. */
struct ticket_record ticket_standing(const struct desk *d, const struct chat_record *chat);
/* In memory; NULL: not there. */
struct ticket *ticket_find(const struct desk *d, int64_t number);
/* The same; it is there from now on. */
struct ticket *ticket_touch(struct desk *d, int64_t number);
/* What is stored of it, or what its requester carries: it was not in memory until now. */
void ticket_know(const struct desk *d, struct ticket *t, const struct ticket_record *r);
/* Instead of what own had; its strings are own's then, until ticket_release. */
void ticket_copy(struct ticket_record *own, const struct ticket_record *r);
void ticket_release(struct ticket_record *own);
/* As if there had never been one: until it leaves memory nothing is made of it. */
void ticket_erase(struct ticket *t);
bool ticket_may_enter(enum ticket_state from, enum ticket_state to);
/* The only writer of the state, and with it of due, which is of PENDING. */
void ticket_enter(struct desk *d, time_ms now, struct ticket *t, enum ticket_state to, time_ms due);
/* owner: an agent's bare JID, or "". Stored by ticket_enter or ticket_store. */
void ticket_set_owner(struct desk *d, struct ticket *t, const char *owner);
void ticket_store(struct desk *d, time_ms now, struct ticket *t);
/* It goes on by that one's hours and service levels. Stored by ticket_store. */
void ticket_set_department(struct desk *d, time_ms now, struct ticket *t, const char *department);
/* An agent may have it: of its department; of one that is gone, any. */
bool ticket_may_own(const struct desk *d, const struct ticket *t, const char *owner);
/* Its owner, if that is not who. */
void ticket_call_owner(const struct desk *d, const struct ticket *t, const char *who,
                       enum agent_call call);
/* Where its requester is in memory, it is so there then. The same of what is no change of
 * anybody's: when it is looked at next, what was told. */
void ticket_put(struct desk *d, struct ticket *t);
/* A public line was added: of an agent, or of the requester; what follows for its state and times.
 * Stored, but of a ticket that is just being made, with which it is. */
void ticket_spoke(struct desk *d, time_ms now, struct ticket *t, enum entry_by by);
/* An entry of its chat, in memory or not; its sequence, chat, time and masked body are filled in,
 * its other texts stay the caller's. */
void ticket_add(struct desk *d, time_ms now, const struct ticket *t, struct entry_record *e);
/* In the transcript of its chat. who: "" the desk. */
void ticket_note(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                 const char *event, const char *body);
const char *ticket_state_name(enum ticket_state state); /* as entries have it */
/* Before ticket_convert, of a chat that is not in memory: as it was read, since when it is to be
 * solved, and when an agent first spoke in it (0: nobody has). */
void ticket_begin(struct desk *d, struct ticket *t, const struct chat_record *chat, time_ms since,
                  time_ms answered);
/* Makes one of a chat: of made what a ticket has from the start, which is visitor, department,
 * address, owner, state and converted_by. */
void ticket_convert(struct desk *d, time_ms now, struct ticket *t,
                    const struct ticket_record *made);
/* To be changed by who; counts as touched. DESK_NOT_FOUND, or DESK_FORBIDDEN (*out is set). */
enum desk_result ticket_find_for(struct desk *d, time_ms now, const char *who, int64_t number,
                                 struct ticket **out);
/* As its chat has them from now on; t NULL: it is not in memory. */
void ticket_set_tags(struct ticket *t, const char *tags);
/* To that agent, or supervisor, by the contact of its department; where they are not in that, by
 * one of theirs. */
void ticket_call(const struct desk *d, const struct ticket *t, const char *who,
                 enum agent_call call);
/* To the agents of its department who are there, or if nobody is, to all: they read it when they
 * come. Not to but (NULL: nobody). False: there is no other. */
bool ticket_call_agents(const struct desk *d, const struct ticket *t, enum agent_call call,
                        const char *but);
/* "before -> after", in the record; "" is shown as "-". */
void ticket_note_change(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                        const char *event, const char *before, const char *after);
/* The ticket of v that a line for that department is for; 0: none, it is for a chat.
 * DESK_NOT_FOUND: it names one that is none. */
enum desk_result ticket_of_line(struct desk *d, time_ms now, const struct visitor *v,
                                const struct department *p, const struct desk_line *line,
                                int64_t *number);
/* Says it there; its sequence. */
int64_t ticket_hear(struct desk *d, time_ms now, struct visitor *v, int64_t number,
                    const struct desk_line *line);
/* The visitor has seen the agent's last line in a ticket. False: that line is in none. */
bool ticket_see(struct desk *d, struct visitor *v, int64_t sequence, enum entry_seen seen);
/* A new one, with a chat of its number that has ended: of made as for ticket_convert, and the
 * priority (0: normal). */
struct ticket *ticket_make(struct desk *d, time_ms now, const struct ticket_record *made,
                           const char *subject);
/* Makes a NEW one of a chat that has just ended as a message that was left; its visitor is told.
 * why: left.h. */
void ticket_leave(struct desk *d, time_ms now, const struct chat *c, const char *why);
/* The chat of a department that makes a ticket of each: it becomes one when it ends. */
bool ticket_is_to_follow(const struct desk *d, const struct chat *c);
/* A chat has ended, in a department that may convert each. */
void ticket_follow_chat(struct desk *d, time_ms now, const struct chat *c);
/* Leaves memory, if no answer is awaited. */
void ticket_forget(struct desk *d, struct ticket *t);
void tickets_tick(struct desk *d);
void tickets_finish(struct desk *d);
void tickets_verify(const struct desk *d);
