/* desk.h - the support desk: who talks to whom, and what is remembered. Read this first.
 *
 * Pure: time comes in as an argument, delivery goes out through two structs of ports, memory is
 * storage.h. No socket, no XML, no clock, no SQL, no waiting. An edge turns what it hears into one
 * of the calls below. A port only enqueues: it may look at the desk, but changes
 * nothing in it.
 *
 * now is UTC milliseconds, for people and storage; it may jump. What waits for a time to pass is
 * measured on a steady clock that the desk derives from it: more than a minute between two calls
 * counts as a jump, not as time (desk_tick comes every second).
 *
 * Everything the desk tells is to be sent after the commit of this turn's writes (POST_HELD at the
 * edges), except typing. Agents are known by bare JID, visitors by their local part (visitor-…),
 * departments by id.
 *
 * Its parts: desk_config.h what it is told, desk_view.h what one may look at, desk_ports.h what it
 * tells; beside it, for who needs them, desk_tickets.h and desk_questions.h. */
#pragma once

#include "desk/desk_config.h"
#include "desk/desk_ports.h"
#include "desk/desk_view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum desk_result {
    DESK_OK,
    DESK_REPEATED,   /* this sender id is stored already: acknowledge again, show nothing; or it is
                        so already */
    DESK_NOT_FOUND,  /* no such visitor, department, agent or open chat */
    DESK_FORM,       /* the form must be answered first */
    DESK_FULL,       /* queue, memory or what is kept of one is at its limit */
    DESK_LEFT_FULL,  /* nobody is there, and no more messages can be left */
    DESK_FORBIDDEN,  /* not yours */
    DESK_KEPT,       /* stored, but nobody will see it now (chat closed): said so by a notice */
    DESK_CLOSED,     /* that line is of a chat that has ended: it stays as it is */
    DESK_NOT_AUTHOR, /* somebody else said that line */
    DESK_BLOCKED,    /* may not write here (desk_agent_block) */
    DESK_RUNNING,    /* its chat goes on: no ticket yet */
    DESK_MERGED,     /* that ticket went into another one (related.h) */
    DESK_MISSING,    /* an own field is required and empty (own_value.h) */
    DESK_NO_TICKETS, /* the department keeps none, or no transcript of this chat */
    DESK_TOO_MANY    /* it was changed DESK_CHANGES times by that side already */
};

struct desk;

struct desk *desk_create(const struct desk_config *config, struct storage *storage,
                         const struct desk_agent_ports *agents,
                         const struct desk_visitor_ports *visitors);
void desk_destroy(struct desk *d);
/* Another configuration, in force at once: config is copied. Chats of who is no agent any more are
 * QUEUED, first in line; offers to who is not in the department any more end; both are told. An
 * agent who only left the department keeps the chats that are theirs. Who is new is GONE until
 * heard of. When capacity shrinks offers are withdrawn, chats are not. */
void desk_configure(struct desk *d, time_ms now, const struct desk_config *config);
/* False: a department with open chats is not in config, *busy says which (borrowed); then it may
 * not be configured so. */
bool desk_may_configure(const struct desk *d, const struct desk_config *config,
                        struct department_view *busy);

/* Start: the loader's calls that concern the desk; then desk_start. Owners are not there until a
 * probe says so. */
void desk_load_counters(struct desk *d, int64_t last_number, int64_t last_sequence);
void desk_load_visitor(struct desk *d, const struct visitor_record *r);
void desk_load_chat(struct desk *d, const struct chat_record *r);
void desk_load_participant(struct desk *d, const struct participant_record *r);
void desk_load_entry(struct desk *d, const struct entry_record *r);
void desk_load_duty(struct desk *d, const struct duty_record *r);
void desk_load_news(struct desk *d, const struct news_record *r);
void desk_load_canned(struct desk *d, const struct canned_record *r);
void desk_load_saved(struct desk *d, const struct saved_record *r);
void desk_load_block(struct desk *d, const struct block_record *r);
void desk_load_mail(struct desk *d, const struct mail_record *r);
void desk_start(struct desk *d, time_ms now);

/* Everything that time does: grace, linger, idle, leaving, answers, offers, overflow. Call it every
 * second. */
void desk_tick(struct desk *d, time_ms now);

/* ---- looking ---- */
bool desk_department(const struct desk *d, const char *id, struct department_view *out);
/* Its own id; NULL: there is none such. For who wants to know no more: a view looks at each of its
 * agents. */
const char *desk_department_named(const struct desk *d, const char *id);
size_t desk_department_count(const struct desk *d);
const char *desk_department_id(const struct desk *d, size_t at);
bool desk_visitor(const struct desk *d, const char *visitor, struct visitor_view *out);
/* Pages before the one of now, the latest first; false behind the last. */
bool desk_visitor_page_before(const struct desk *d, const char *visitor, size_t at,
                              struct page_view *out);
bool desk_chat(const struct desk *d, const char *visitor,
               struct chat_view *out); /* open or lingering */
bool desk_is_agent(const struct desk *d, const char *jid);
bool desk_has_role(const struct desk *d, const char *jid, enum role role);
bool desk_is_known(const struct desk *d, const char *jid); /* has any role */
bool desk_is_agent_of(const struct desk *d, const char *jid, const char *department);
const char *desk_agent_name(const struct desk *d, const char *jid); /* NULL: no agent */
/* Each department of an agent; NULL behind the last. */
const char *desk_agent_department(const struct desk *d, const char *jid, size_t at);
/* False: no agent. */
bool desk_duty(const struct desk *d, const char *jid, struct duty_view *out);
size_t desk_agent_count(const struct desk *d);
const char *desk_agent_jid(const struct desk *d, size_t at);
/* In the visitor's chat besides its owner: invited, joined or watching (participant.h). */
bool desk_agent_is_beside(const struct desk *d, const char *jid, const char *visitor);
/* That of those who have the highest: 1 is a desk without levels. */
unsigned desk_highest_level(const struct desk *d);
bool desk_agent(const struct desk *d, const char *jid, struct agent_view *out);
/* Each ACTIVE chat of an agent; false behind the last. */
bool desk_agent_chat(const struct desk *d, const char *jid, size_t at, struct chat_view *out);
/* Who waits in a department, first in line first; false behind the last. */
bool desk_waiting(const struct desk *d, const char *department, size_t at, struct chat_view *out);
/* Open or lingering, by its number. */
bool desk_chat_numbered(const struct desk *d, int64_t number, struct chat_view *out);
/* Each agent of a department; NULL behind the last. */
const char *desk_department_agent(const struct desk *d, const char *department, size_t at);
/* The last line of that agent in the chat with that visitor, among those kept in memory; NULL:
 * none. */
const struct entry_record *desk_agent_last_line(const struct desk *d, const char *jid,
                                                const char *visitor);
/* Whether the visitor's open or lingering chat has that line of the agent among those kept in
 * memory. */
bool desk_agent_said(const struct desk *d, const char *jid, const char *visitor,
                     const char *sender_id);
/* An entry of the visitor's chat, among those kept in memory; NULL: none. */
const struct entry_record *desk_line(const struct desk *d, const char *visitor, int64_t sequence);
/* What is kept in memory of the chat with that visitor, in order; NULL behind the last. */
const struct entry_record *desk_chat_entry(const struct desk *d, const char *visitor, size_t at);
/* Visitors whose contact that agent is to have now; NULL behind the last. */
const char *desk_agent_contact(const struct desk *d, const char *jid, size_t at);
/* Seconds east of UTC where that department is. */
int desk_zone_offset(const struct desk *d, const char *department, time_ms utc);

/* ---- what visitors do ---- */

/* A visitor checks in, loaded or new: *record as it is to be now. Creates it in memory if it is not
 * there; memory wins over a late load for what the record leaves empty. recent: see
 * storage_find_visitor (NULL, 0 for a new one). DESK_NOT_FOUND: was erased meanwhile. */
enum desk_result desk_visitor_arrive(struct desk *d, time_ms now,
                                     const struct visitor_record *record,
                                     const struct recent_line *recent, size_t recent_count);
/* What storage_find_visitor said of their tickets, behind desk_visitor_arrive; what is in memory
 * wins. Before: the read sees all changes up to the mark that was taken when it was asked; of the
 * later ones the desk must know (desk_knows_since), or it is to be asked again. */
uint64_t desk_ticket_mark(const struct desk *d);
bool desk_knows_since(const struct desk *d, uint64_t mark);
void desk_visitor_tickets(struct desk *d, const char *visitor, const struct visitor_ticket *tickets,
                          size_t count);
/* Those that are not CLOSED or were until TICKET_CLOSED_DAYS ago, the latest first; false behind
 * the last. */
bool desk_visitor_ticket(const struct desk *d, const char *visitor, size_t at,
                         struct requested_view *out);
void desk_visitor_page(struct desk *d, time_ms now, const char *visitor, const char *url,
                       const char *title);
/* Where on the net the visitor is, as the edge shortened it. Never stored. */
void desk_visitor_network(struct desk *d, const char *visitor, const char *network);
/* The address that an agent may block: a network address (IPv6: its /64), or a bare JID. In memory
 * only, unless it is blocked. */
void desk_visitor_origin(struct desk *d, const char *visitor, const char *origin);
/* To be asked before desk_visitor_arrive: may not come in. Of who is in memory first_seen is not
 * looked at. */
bool desk_is_blocked(const struct desk *d, const char *visitor, time_ms first_seen,
                     const char *origin);
enum desk_result desk_visitor_form(struct desk *d, time_ms now, const char *visitor,
                                   const char *name, const char *email);
/* The visitor is on a page of a website that is watched, and their browser said so to that
 * department (browsing.h). Behind each page; where there is a chat, nothing. */
void desk_visitor_browses(struct desk *d, time_ms now, const char *visitor, const char *department);
/* Does not want to be seen so any more; a chat goes on. */
void desk_visitor_hides(struct desk *d, time_ms now, const char *visitor);
/* First stream came, last stream went. */
void desk_visitor_online(struct desk *d, time_ms now, const char *visitor, bool online);
/* body is cleaned and within its limits. On DESK_OK and DESK_REPEATED *sequence is that of the
 * entry. */
enum desk_result desk_visitor_say(struct desk *d, time_ms now, const char *visitor,
                                  const char *department, const char *sender_id, const char *body,
                                  int64_t *sequence);
/* The same, as an answer to the line about (desk_visitor_line). */
enum desk_result desk_visitor_reply(struct desk *d, time_ms now, const char *visitor,
                                    const char *department, const char *sender_id, const char *body,
                                    int64_t about, int64_t *sequence);
/* Where a line goes while no chat is open, the first that fits: to the ticket that it names; to a
 * new chat, if it asks for one; to the latest ticket at that address that waits for the visitor; to
 * the latest one there, if that is to be finished and nobody is there who could be asked; to a new
 * chat. A CLOSED ticket that is named is opened again within reopen_ms, or a new chat begins. */
struct desk_line {
    const char *sender_id;
    const char *body;
    int64_t about;  /* the line that it answers: desk_visitor_line, or a ticket's last; 0: none */
    int64_t ticket; /* that it names; 0: none. DESK_NOT_FOUND: not theirs, or of another address */
    bool new_chat;
};
enum desk_result desk_visitor_write(struct desk *d, time_ms now, const char *visitor,
                                    const char *department, const struct desk_line *line,
                                    int64_t *sequence);
/* A file that was kept is a line, too; body ends with its address. DESK_NOT_FOUND: no chat is open.
 */
enum desk_result desk_visitor_send_file(struct desk *d, time_ms now, const char *visitor,
                                        const char *sender_id, const char *body, int64_t *sequence);
/* Its address; NULL: the entry is no file of a visitor's, or not any more. */
const char *desk_sent_file(const struct entry_record *e);
void desk_visitor_typing(struct desk *d, const char *visitor, const char *state);
/* The visitor's page has (displayed) shown the line with that sequence. */
void desk_visitor_seen(struct desk *d, const char *visitor, int64_t sequence, enum entry_seen seen);
enum desk_result desk_visitor_end(struct desk *d, time_ms now, const char *visitor);
/* Who waits leaves a message instead. NOT_FOUND: no chat is open. DESK_RUNNING: an agent has it.
 * DESK_NO_TICKETS: the department keeps such messages in its line. */
enum desk_result desk_visitor_leave(struct desk *d, time_ms now, const char *visitor);
/* The visitor agrees to what that department asks of visitors now. */
enum desk_result desk_visitor_consent(struct desk *d, time_ms now, const char *visitor,
                                      const char *department);
/* Whether that department asks nothing of the kind, or the visitor has agreed to that very text. */
bool desk_visitor_agrees(const struct desk *d, const char *visitor, const char *department);
/* A line of the agent's came back, and nothing else of the visitor is there: the owner is told that
 * lines are kept, if that is not known yet. */
void desk_visitor_bounced(struct desk *d, time_ms now, const char *visitor);

/* ---- what agents do ---- */
void desk_agent_available(struct desk *d, time_ms now, const char *agent,
                          enum availability availability);
/* The link has come up: who is not there may be heard of in a moment (left.h). */
void desk_agents_expected(struct desk *d, time_ms now);
/* Once for each call of the port news: the last conversion that was told; 0: there was none. */
void desk_agent_heard_news(struct desk *d, const char *agent, const char *department, time_ms told);
/* How many more visitors that agent can be shown besides those whose contact is told: no limit
 * until it is said. The desk counts down itself when it tells a contact. */
void desk_agent_room(struct desk *d, time_ms now, const char *agent, size_t room);
/* The line about themselves in their presence, cleaned; "": none. */
void desk_agent_status(struct desk *d, const char *agent, const char *status);
/* Whatever an agent says, a line or a command: they are at their client. */
void desk_agent_spoke(struct desk *d, time_ms now, const char *agent);
/* On duty, off, or in a pause until then (0: until they say so). A pause of who is off:
 * DESK_FORBIDDEN. */
enum desk_result desk_agent_duty(struct desk *d, time_ms now, const char *agent,
                                 enum duty_state state, time_ms until);
/* A line of an agent. To an offered chat of the agent's department: claims it. To a visitor who
 * browses: begins one (browsing.h). */
enum desk_result desk_agent_say(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *sender_id, const char *body, int64_t *sequence);
/* The same, as an answer to the line about (desk_agent_line). */
enum desk_result desk_agent_reply(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor, const char *sender_id, const char *body,
                                  int64_t about, int64_t *sequence);
void desk_agent_typing(struct desk *d, const char *agent, const char *visitor, const char *state);
void desk_agent_seen(struct desk *d, const char *agent, const char *visitor, int64_t sequence,
                     enum entry_seen seen);
/* By an agent who may take the chat or has it, supervisors and dispatchers. It is noted in the
 * record. */
enum desk_result desk_agent_prioritise(struct desk *d, time_ms now, const char *agent,
                                       const char *visitor, enum chat_priority priority);
/* Its owner hands an ACTIVE chat to an agent, or else to a department; it is theirs until it is
 * taken. NOT_FOUND: it is not theirs, or there is no such target. FORBIDDEN: the target may not
 * have it, or is the owner. FULL: nobody of it is there with a free seat. comment: kept as a note;
 * "". */
enum desk_result desk_agent_transfer(struct desk *d, time_ms now, const char *agent,
                                     const char *visitor, const char *to_agent,
                                     const char *to_department, const char *comment);
/* The same to the agents of one level, 1 to 3, of the department that serves it. */
enum desk_result desk_agent_escalate(struct desk *d, time_ms now, const char *agent,
                                     const char *visitor, unsigned level, const char *comment);
/* An agent who speaks in an ACTIVE chat asks another to come in. NOT_FOUND: not theirs, or no such
 * agent. FORBIDDEN: that one may not have it. REPEATED: is in it. FULL: is not there. */
enum desk_result desk_agent_invite(struct desk *d, time_ms now, const char *agent,
                                   const char *visitor, const char *whom, const char *comment);
/* An agent who was invited, or is of the department, or a supervisor, comes into an ACTIVE chat
 * (FULL: no contact is left for it); with DESK_OK the visitor and the others are told. REPEATED: is
 * in it. */
enum desk_result desk_agent_join(struct desk *d, time_ms now, const char *agent,
                                 const char *visitor);
/* A supervisor who is an agent reads an ACTIVE chat; its agents are told, unless it is configured
 * otherwise. FORBIDDEN: no such one. REPEATED: is in it. */
enum desk_result desk_agent_watch(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor);
/* A supervisor who is an agent has an open chat from now on; its owner and the visitor are told.
 * REPEATED: had it. */
enum desk_result desk_agent_take_over(struct desk *d, time_ms now, const char *agent,
                                      const char *visitor);
/* NOT_FOUND: not in it. FORBIDDEN: the owner, who hands it over or ends it. */
enum desk_result desk_agent_leave(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor);
/* To the agents of an open chat, never to the visitor; kept as a note. NOT_FOUND: not in it. */
enum desk_result desk_agent_whisper(struct desk *d, time_ms now, const char *agent,
                                    const char *visitor, const char *text);
enum desk_result desk_agent_decline(struct desk *d, time_ms now, const char *agent,
                                    const char *visitor);
/* An entry came back from the server: that agent cannot be reached. An offer counts as declined;
 * a chat of theirs is lost at once, unless they have said something behind that entry. */
void desk_agent_bounced(struct desk *d, time_ms now, const char *agent, const char *visitor,
                        int64_t sequence);
/* Ends a chat of theirs; of a closed one the contact is taken away at once. reason: kept as a note
 * of the record; "": none. DESK_MISSING: its ticket would be SOLVED (desk_own_missing). */
enum desk_result desk_agent_end(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *reason);
/* The same, and makes a ticket of it, which is OPEN and theirs (below). DESK_CLOSED: it has ended.
 * DESK_NO_TICKETS. */
enum desk_result desk_agent_end_with_ticket(struct desk *d, time_ms now, const char *agent,
                                            const char *visitor, const char *reason);
/* Takes a waiting chat, though it be not offered, or declined before: one that their departments
 * serve, or as a dispatcher any; or one that is being handed to them. DESK_REPEATED: it is theirs
 * already. DESK_FORBIDDEN: somebody else has it. DESK_FULL: no contact is free for it.
 * DESK_NOT_FOUND: nobody is there, or not for them. */
enum desk_result desk_agent_take(struct desk *d, time_ms now, const char *agent,
                                 const char *visitor);
/* Takes the first in line of their departments that they have not declined; *visitor is borrowed.
 */
enum desk_result desk_agent_next(struct desk *d, time_ms now, const char *agent,
                                 const char **visitor);
/* A chat of theirs goes to who has joined it, else back, first in line, to others first; the
 * visitor is told. */
enum desk_result desk_agent_release(struct desk *d, time_ms now, const char *agent,
                                    const char *visitor);
enum { HOLD_MINUTES_MAX = 12 * 60 };
/* hold.h. DESK_FORM: not so many minutes. */
enum desk_result desk_agent_hold(struct desk *d, time_ms now, const char *agent,
                                 const char *visitor, unsigned minutes);
/* DESK_NOT_FOUND: not theirs, or not on hold. */
enum desk_result desk_agent_resume(struct desk *d, time_ms now, const char *agent,
                                   const char *visitor);

/* ---- what both do to lines that were said ----
 *
 * While the chat is open, and to lines that are in memory (desk_line). What was said stays stored;
 * what was done to it is an entry of its own, told to the other side like a line. A side's
 * reactions to a line replace those before. */

enum { DESK_CHANGES = 20 }; /* of one kind, by one side, to one line; a retraction always may be */

struct desk_change {
    enum act act;          /* ACT_CORRECT, ACT_RETRACT, ACT_REACT */
    int64_t about;         /* the line */
    const char *sender_id; /* of the change */
    const char *text;      /* CORRECT: what is to stand there; REACT: all reactions; RETRACT: "" */
};

/* What an entry does. */
enum act desk_act(const struct entry_record *e);
/* Which line is meant by an id: the sender id of one's own (of several the last; of a correction
 * the line that it corrects), or else the sequence of anybody's (0: the id is no sequence). 0:
 * unknown. A line of an ended chat may be found, too. */
int64_t desk_visitor_line(const struct desk *d, const char *visitor, const char *id,
                          int64_t sequence);
int64_t desk_agent_line(const struct desk *d, const char *agent, const char *visitor,
                        const char *id, int64_t sequence);
/* On DESK_OK and DESK_REPEATED *sequence is that of the change (of the line, if it was so
 * already). DESK_NOT_FOUND: the line was retracted. */
enum desk_result desk_visitor_change(struct desk *d, time_ms now, const char *visitor,
                                     const struct desk_change *change, int64_t *sequence);
/* Only who speaks in the chat (DESK_FORBIDDEN). */
enum desk_result desk_agent_change(struct desk *d, time_ms now, const char *agent,
                                   const char *visitor, const struct desk_change *change,
                                   int64_t *sequence);

/* ---- canned answers ----
 *
 * Kept by people themselves: each agent's own, each department's, and those for all. A word may
 * stand in several of these; the nearest counts. department: where the person stands, "" for
 * nowhere. A department's are changed by its agents, and by supervisors and administrators; those
 * for all only by these two. */
enum {
    CANNED_MAX = 100, /* words of one owner */
    CANNED_WORD_BYTES = 32
};

/* [a-z0-9-]+, at most that long. */
bool desk_canned_is_word(const char *word);
/* What that person may use there: own, the department's, for all, each by word; NULL behind the
 * last. */
const struct canned_record *desk_canned(const struct desk *d, const char *jid,
                                        const char *department, size_t at);
/* The nearest with that word, or (scope not 0) that of the scope; NULL: there is none. */
const struct canned_record *desk_canned_find(const struct desk *d, const char *jid,
                                             const char *department, enum canned_scope scope,
                                             const char *word);
/* New, or another text. word is one, text is cleaned and within its limits. DESK_FORBIDDEN,
 * DESK_FULL, or DESK_NOT_FOUND: no such department. */
enum desk_result desk_canned_put(struct desk *d, time_ms now, const char *jid,
                                 const char *department, enum canned_scope scope, const char *word,
                                 const char *text);
/* One's own becomes the department's, or everybody's. DESK_REPEATED: they have that word already.
 */
enum desk_result desk_canned_share(struct desk *d, time_ms now, const char *jid,
                                   const char *department, enum canned_scope scope,
                                   const char *word);
enum desk_result desk_canned_drop(struct desk *d, time_ms now, const char *jid,
                                  const char *department, enum canned_scope scope,
                                  const char *word);
/* The same by who runs the daemon (a subcommand): those of departments and for all, not an agent's
 * own. who: for the audit log, which has every change of these, whoever made it. A department that
 * left the configuration keeps its answers, and they can be dropped. */
enum desk_result desk_operator_canned_put(struct desk *d, time_ms now, const char *who,
                                          enum canned_scope scope, const char *department,
                                          const char *word, const char *text);
enum desk_result desk_operator_canned_drop(struct desk *d, time_ms now, const char *who,
                                           enum canned_scope scope, const char *department,
                                           const char *word);
/* All that are shared, by scope, department and word; NULL behind the last. */
const struct canned_record *desk_canned_shared(const struct desk *d, size_t at);

/* ---- what agents keep (keeping.c) and follow (follow.c) ----
 *
 * Of the visitor's chat, open or lingering. who: its owner, an agent of its department or a
 * supervisor; else DESK_FORBIDDEN. DESK_NOT_FOUND: there is no chat. What was done is in the
 * record, as a note: never shown to the visitor. */
enum {
    DESK_TAGS = 10, /* of a chat */
    DESK_TAG_BYTES = 40,
    DESK_FIELDS = 20, /* free ones of a visitor */
    DESK_FIELD_BYTES = 40,
    DESK_VALUE_BYTES = 400,
    DESK_PAGES = 10 /* before the one of now */
};
/* Whoever else has the contact is told. */
enum desk_result desk_agent_note(struct desk *d, time_ms now, const char *who, const char *visitor,
                                 const char *body);
/* tag: one word. DESK_REPEATED: it is there, or not there, already. DESK_FULL: too many. */
enum desk_result desk_agent_tag(struct desk *d, time_ms now, const char *who, const char *visitor,
                                const char *tag, bool present);
/* What is known of the visitor: field is "name", "email", "phone" or a free word without a colon;
 * value, one line, "" takes it out. DESK_FULL: too many fields, or too long. */
enum desk_result desk_agent_correct(struct desk *d, time_ms now, const char *who,
                                    const char *visitor, const char *field, const char *value);
/* A line at each page change, until the chat ends, or the agent has the contact no more. DESK_OK;
 * DESK_REPEATED; DESK_NOT_FOUND: the agent has no such contact with an open chat. */
enum desk_result desk_agent_follow(struct desk *d, const char *agent, const char *visitor,
                                   bool follows);

/* ---- blocks (block.h) ---- */
enum { BLOCKS_MAX = 1000, BLOCK_HOURS = 24, BLOCK_HOURS_MAX = 8760, BLOCK_REASON_BYTES = 400 };
/* By the owner of the visitor's chat, open or lingering, a supervisor or dispatcher: an open chat
 * ends, and the visitor, and who comes from the same address later, is refused. NOT_FOUND: there is
 * no chat. FORM: not so many hours. REPEATED: is blocked. FULL: too many are. */
enum desk_result desk_agent_block(struct desk *d, time_ms now, const char *who, const char *visitor,
                                  unsigned hours, const char *reason);
/* By who said so, agents of the chat's department and supervisors; else NOT_FOUND. */
enum desk_result desk_agent_unblock(struct desk *d, const char *who, int64_t number);
/* Those that they may undo, by number; NULL behind the last. */
const struct block_record *desk_block(const struct desk *d, const char *who, size_t at);
int64_t desk_block_of(const struct desk *d, const char *visitor); /* its number; 0: not blocked */

/* ---- persons who are erased (desk_forget.c) ----
 *
 * Out of memory here first, then out of storage by who asks (component/dossier.c). What an edge has
 * of them it forgets itself, before. */
/* The visitor's chat, open or lingering, is one of which nothing that is said is stored: it is in
 * memory only, and servers are asked not to keep it. It becomes no ticket. */
bool desk_is_unrecorded(const struct desk *d, const char *visitor);
bool desk_is_talking(const struct desk *d, const char *visitor); /* has an open chat */
/* With their chat, block and contacts. DESK_RUNNING: a chat is open; ends: it is closed. */
enum desk_result desk_forget_visitor(struct desk *d, time_ms now, const char *visitor, bool ends);
/* Was erased lately: nobody of that id comes in any more, nor is anything of theirs stored. */
bool desk_has_forgotten(const struct desk *d, const char *visitor);
/* A chat that storage is to erase, and its ticket. False: it is in memory, as open or lingering;
 * or, if only what is unused goes, somebody acts on its ticket. */
bool desk_forget_chat(struct desk *d, int64_t number, bool if_unused);

/* ---- mails to visitors (mail.h) ----
 *
 * Who sends them takes them one by one, reads what they are to say behind that (so it is committed
 * that they were begun), and tells what came of it. */
enum mail_outcome {
    MAIL_SENT,       /* the server has it */
    MAIL_NOT_WANTED, /* nobody to send it to, or nothing to say any more */
    MAIL_REFUSED,    /* for good */
    MAIL_PUT_OFF,    /* this one, for now */
    MAIL_NO_SERVER   /* not because of this one: it is still due */
};
size_t desk_mail_count(const struct desk *d);
bool desk_mail_is_due(const struct desk *d);
/* The first that is to go and is not under way; it is from now on. False: none. */
bool desk_mail_take(struct desk *d, time_ms now, struct mail_record *out);
/* Whether that line goes with that mail: an agent's, not taken back, and no page has shown it. */
bool desk_mail_carries(const struct mail_record *mail, const struct entry_record *e);
/* words: why not, for the record; "". */
void desk_mail_done(struct desk *d, time_ms now, const struct mail_record *mail,
                    enum mail_outcome outcome, const char *words);
/* None of that ticket goes any more: it is erased. */
void desk_forget_mails(struct desk *d, int64_t ticket);

/* Every invariant that can be computed (tests and the fuzz target call it; BUG on a violation). */
void desk_verify(const struct desk *d);
