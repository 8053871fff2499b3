/* related.h - tickets that belong together: linked, merged, split off, handed to others.
 *
 * Links are of two tickets, and nothing follows from them but that each shows the other.
 *
 * A merged ticket goes on in another one: it is CLOSED, counts in no report, and an agent's line to
 * it is refused. No line is moved or copied: both records stay where they are. What its requester
 * says to it from then on is said to the other, if that one is of the same visitor at the same
 * address. Else nobody may read there what was said here: then it is a ticket of its own again, as
 * when an agent opens it. No ticket goes into one that is merged, so none comes round.
 *
 * A ticket that is split off has the same requester, department and priority, and is linked with
 * the one that it came from; what it is about stands in it as a note.
 *
 * All as desk_ticket_state: loaded with desk_load_ticket, and with desk_load_related before what
 * names a second one, which is loaded likewise; by whom, and what is answered, as there. */
#pragma once

#include "desk/desk.h"

struct requested;
struct ticket;
struct visitor_ticket;

/* What is in memory wins. */
void desk_load_related(struct desk *d, int64_t number, const struct ticket_related *r);
/* The other one may be any that they may see. DESK_FORM: with itself. DESK_REPEATED. DESK_FULL:
 * one of them has TICKET_LINKS. */
enum desk_result desk_ticket_link(struct desk *d, time_ms now, const char *who, int64_t number,
                                  int64_t other, bool present);
/* Both are theirs to change. anyway: also into one of another visitor. DESK_FORM: into itself.
 * DESK_MERGED: one of both is, already. DESK_CLOSED: the other is CLOSED. DESK_RUNNING: its chat
 * goes on. DESK_NOT_AUTHOR: another visitor's, and not anyway. */
enum desk_result desk_ticket_merge(struct desk *d, time_ms now, const char *who, int64_t number,
                                   int64_t into, bool anyway);
/* The same of a chat, as it was read: one that has ended and is no ticket becomes one first, as
 * desk_agent_convert says. */
enum desk_result desk_chat_merge(struct desk *d, time_ms now, const char *who,
                                 const struct chat_record *chat, time_ms answered, int64_t into,
                                 bool anyway);
struct ticket_split {
    const char *subject;
    const char *text; /* kept as a note */
};
/* Its agent has it, of the department; else it is NEW. DESK_FULL: the subject is too long, or the
 * ticket has TICKET_LINKS. */
enum desk_result desk_ticket_split(struct desk *d, time_ms now, const char *who, int64_t number,
                                   const struct ticket_split *split, int64_t *made);
/* To one of them. */
struct ticket_move {
    const char *department; /* or "" */
    unsigned level;         /* of its department; or 0 */
    const char *agent;      /* or "" */
    const char *comment;    /* kept as a note; "" none */
};
/* Also by dispatchers. Its owner loses it who does not work there, or is of another level; then
 * those who do are told. DESK_FORM: there is nobody of that level, or the agent does not work in
 * its department. DESK_NO_TICKETS. */
enum desk_result desk_ticket_move(struct desk *d, time_ms now, const char *who, int64_t number,
                                  const struct ticket_move *to);

/* ---- for desk/ ---- */

/* Was just loaded: what was erased since it was read is not there. */
void related_take(const struct desk *d, struct ticket *t);
/* Where a line of the visitor's to that one goes: the one it is in now, or itself. */
const struct visitor_ticket *related_follow(const struct requested *all,
                                            const struct visitor_ticket *t);
/* Behind a change of its state; merged: what it was in before. */
void related_note_separated(struct desk *d, time_ms now, const struct ticket *t, const char *who,
                            int64_t merged);
/* That one is erased. */
void related_forget(struct desk *d, int64_t number);
void related_verify(const struct desk *d, const struct ticket *t);
