/* desk_tickets.h - the calls into the desk about tickets: what becomes of them, who follows them,
 * and what is said to them. */
#pragma once

#include "desk/desk.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- tickets (ticket.h) ----
 *
 * They are in storage, a million of them. An edge that acts on one says so when it asks storage for
 * it (desk_await_ticket), hands the answer over (desk_load_ticket: what is in memory wins), and
 * acts. who: an agent of its department, its owner, or a supervisor; else DESK_FORBIDDEN, and for
 * who may not see it DESK_NOT_FOUND. Each change is a note of the record. */
enum { TICKET_SUBJECT_BYTES = 400, TICKET_DUE_DAYS_MAX = 3660, TICKET_CLOSED_DAYS = 30 };
void desk_await_ticket(struct desk *d, int64_t number);
/* Who runs the daemon changes tickets (a subcommand): until it is called with NULL, whoever is
 * named by this very string, and not one that reads the same, may do with tickets what anybody may.
 */
void desk_operate(struct desk *d, const char *who);
/* r NULL: there is none. Once for each desk_await_ticket. */
void desk_load_ticket(struct desk *d, int64_t number, const struct ticket_record *r);
/* In memory; NULL: not there. Borrowed until the next call. */
const struct ticket_record *desk_ticket(const struct desk *d, int64_t number);
bool desk_may_change_ticket(const struct desk *d, const char *who, const struct ticket_record *r);
/* Who may change it, dispatchers, data protection. */
bool desk_may_see_ticket(const struct desk *d, const char *who, const struct ticket_record *r);
/* Of a chat that has ended, as it was read with its ticket: by agents of its department, who had
 * it, supervisors. Who had it owns it (OPEN); where nobody had, it is NEW. DESK_REPEATED: it is
 * one. DESK_RUNNING: the chat goes on. DESK_NO_TICKETS. answered: when an agent first spoke in it;
 * 0: nobody has. */
enum desk_result desk_agent_convert(struct desk *d, time_ms now, const char *who,
                                    const struct chat_record *chat, time_ms answered);
/* PENDING: for the requester. DESK_REPEATED. DESK_CLOSED: there is no such step from its state.
 * DESK_MISSING: it would be SOLVED (desk_own_missing). */
enum desk_result desk_ticket_state(struct desk *d, time_ms now, const char *who, int64_t number,
                                   enum ticket_state to);
/* PENDING until then; 0: for the requester, of one that is PENDING until a date, else
 * DESK_REPEATED. DESK_FORM: not within the next TICKET_DUE_DAYS_MAX days. DESK_CLOSED: as above. */
enum desk_result desk_ticket_due(struct desk *d, time_ms now, const char *who, int64_t number,
                                 time_ms due);
/* To an agent of its department, who is told; "": to nobody. Also by dispatchers. A NEW one is OPEN
 * then. DESK_REPEATED. DESK_FORM: no such agent. */
enum desk_result desk_ticket_assign(struct desk *d, time_ms now, const char *who, int64_t number,
                                    const char *owner);
/* By the agent who does it; nobody's, or of who is no agent any more, or else DESK_FORBIDDEN.
 * DESK_REPEATED: it is theirs. */
enum desk_result desk_ticket_take(struct desk *d, time_ms now, const char *who, int64_t number);
/* To the record, and to its owner if that is somebody else. */
enum desk_result desk_ticket_note(struct desk *d, time_ms now, const char *who, int64_t number,
                                  const char *body);
/* "": the visitor's first line stands for it again. DESK_FULL: too long. DESK_REPEATED. */
enum desk_result desk_ticket_subject(struct desk *d, time_ms now, const char *who, int64_t number,
                                     const char *subject);
/* Its wake has come, or it is to be looked at again: the configuration is another, or the clock has
 * gone back. It was awaited and loaded as above. What is due is done, told and noted, once; then it
 * leaves memory, but for answers that are awaited. */
void desk_ticket_wake(struct desk *d, time_ms now, int64_t number);
struct target_view {
    time_ms due;     /* 0: it does not run, or never comes */
    time_ms left_ms; /* of opening time; 0: over */
    bool is_awaited; /* not yet kept or lost: it runs, or rests */
    bool is_missed;  /* it was, be it once */
};
/* False: the ticket has no such target. */
bool desk_ticket_target(const struct desk *d, time_ms now, const struct ticket_record *r,
                        enum ticket_target target, struct target_view *out);
/* Without a chat: somebody called, wrote a letter or stood at the counter. By an agent of the
 * department, who owns it (OPEN), or a supervisor (NEW). There is a chat of its number that has
 * ended, with a visitor who was never here. */
struct ticket_by_hand {
    const char *visitor; /* a new id */
    const char *department;
    const char *name; /* of who asks; these may be "" */
    const char *email;
    const char *phone;
    const char *subject;
    const char *text; /* kept as a note */
    const char *way;  /* its event: "telephone", "letter" or "counter" */
};
/* DESK_NOT_FOUND: no such department. DESK_FORBIDDEN, DESK_NO_TICKETS. DESK_FORM: without a
 * subject. DESK_FULL: too long, DESK_VALUE_BYTES and TICKET_SUBJECT_BYTES at most. */
enum desk_result desk_ticket_by_hand(struct desk *d, time_ms now, const char *who,
                                     const struct ticket_by_hand *h, int64_t *number);

/* ---- time that was spent (spent.h) ---- */
enum { DESK_SPENT_MINUTES = 6000 }; /* said at once */
/* Behind desk_load_ticket: what is stored. What the desk has added since it knows wins. */
void desk_load_spent(struct desk *d, int64_t number, time_ms stored);
/* Of one that was loaded: all of it, with what waits to be stored and what goes on. */
time_ms desk_spent(const struct desk *d, int64_t number);
/* On a chat or its ticket, behind desk_load_spent: so much more, or less, than was measured. By
 * agents of its department, who has it, supervisors. comment: for the note; "". DESK_FORM: 0, too
 * many, or more is taken off than there is. */
enum desk_result desk_spend(struct desk *d, time_ms now, const char *who,
                            const struct chat_record *chat, int minutes, const char *comment);

/* ---- who watches a ticket (watcher.h) ---- */
enum { DESK_WATCHERS = 20 };
/* By an agent who may change it (FORBIDDEN). DESK_REPEATED: it is so. DESK_FULL: too many. */
enum desk_result desk_ticket_watch(struct desk *d, time_ms now, const char *who, int64_t number,
                                   bool watches);

/* ---- lists of tickets that people keep (saved.h) ---- */
enum { DESK_SAVED = 20, DESK_SAVED_BYTES = 400 };
/* Those of that person, by name; NULL behind the last. */
const struct saved_record *desk_saved(const struct desk *d, const char *who, size_t at);
const char *desk_saved_words(const struct desk *d, const char *who, const char *name); /* or NULL */
/* Instead of the one of that name. By who has any role (FORBIDDEN). FORM: the name is none, as
 * desk_canned_is_word. FULL: too many, or too long. */
enum desk_result desk_saved_put(struct desk *d, time_ms now, const char *who, const char *name,
                                const char *words);
enum desk_result desk_saved_drop(struct desk *d, time_ms now, const char *who, const char *name);

/* ---- what is said to a ticket (ticket_talk.c) ----
 *
 * Entries of its chat, behind its end. A line of the requester opens a SOLVED one again, and one
 * that is PENDING for them; one of an agent opens what is CLOSED, and what nobody has is theirs
 * then. */
/* What agents said there before it was in memory, so that repeats are recognised. */
void desk_load_ticket_lines(struct desk *d, int64_t number, const struct recent_line *lines,
                            size_t count);
/* For the requester, by an agent (DESK_FORBIDDEN). DESK_RUNNING: its chat goes on. DESK_REPEATED.
 */
enum desk_result desk_ticket_say(struct desk *d, time_ms now, const char *who, int64_t number,
                                 const char *sender_id, const char *body, int64_t *sequence);
/* An agent's client has shown the requester's line. */
void desk_ticket_seen(struct desk *d, time_ms now, const char *who, int64_t number,
                      int64_t sequence, enum entry_seen seen);

/* What its requester may know of it (step.h): "received", "taken", "waiting", "solved". */
const char *desk_step(const struct ticket_record *r);
/* The same of a notice with that event; NULL: it is none of a step. */
const char *desk_step_name(const char *event);
/* That notice says that the visitor gets a mail, too: it was on its way when the notice was made.
 */
bool desk_is_mailed(const struct entry_record *notice);
/* Whether its requester knows of it. */
bool desk_is_told_of(const struct ticket_record *r);
