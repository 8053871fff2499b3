/* lint: long because it is the manual of the whole desk, and nothing else is. */
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
 * departments by id. */
#pragma once

#include "base/clock.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what the desk is told at the start, and again when it changes (desk_configure) ---- */

enum form_field { FORM_OFF, FORM_OPTIONAL, FORM_REQUIRED };

struct desk_agent_config {
    const char *jid;   /* bare, prepared */
    const char *name;  /* shown to visitors */
    unsigned capacity; /* chats at once */
    bool says_on;      /* offered nothing until they say so (duty.h), on each day */
    bool shows_status; /* the line about themselves in their presence is for visitors, too */
    unsigned level;    /* 1 to 3 */
    const char *const *skills;
    size_t skill_count;
    const char *const *languages; /* small letters: de, de-at */
    size_t language_count;
};

/* What a rule asks of an agent; NULL and 0: nothing. */
struct desk_demand {
    const char *skill;
    const char *language; /* "visitor": the visitor's own */
    unsigned level;       /* at least */
};

/* What a department does with the chats of some visitors. A condition that is NULL fits all. */
struct desk_rule {
    const char *language; /* the visitor's: "de" is de-at, too */
    const char *email;    /* domain of the address that the visitor gave; those below it, too */
    const char *page;     /* how the page's address begins, or, from "/", its path */
    struct desk_demand require;  /* who does not meet it is not asked */
    struct desk_demand prefer;   /* who does not meet it is asked if nobody else has a seat */
    enum chat_priority priority; /* 0: as it is */
};

/* More rules a department has no use for. */
enum { DESK_RULES = 50 };

/* To whom of those who could take it a chat is offered: all of them, or one after the other. */
enum desk_routing {
    ROUTING_ALL,
    ROUTING_ROUND_ROBIN, /* whose last offer is the longest ago */
    ROUTING_LEAST_BUSY,  /* who has the fewest chats */
    ROUTING_LAST_AGENT   /* whom the visitor talked to last; else the least busy */
};

/* Which of its chats a department makes tickets of: all, those of which an agent says so, none. */
enum desk_tickets { TICKETS_ASK, TICKETS_ALWAYS, TICKETS_NEVER };

struct desk_department_config {
    const char *id;
    const char *name;
    const char *const *agents; /* bare JIDs, all listed in desk_config.agents */
    size_t agent_count;
    enum form_field form_name;
    enum form_field form_email;
    const struct calendar *hours; /* when chats are offered; NULL: always */
    /* A visitor who has waited so long: agents who are not there are told. 0: never. */
    time_ms call_ms;
    enum desk_routing routing;
    const struct desk_rule *rules; /* all that fit are applied; the highest priority counts */
    size_t rule_count;
    bool takes_no_files; /* of visitors */
    size_t max_queue;    /* 0: that of the desk */
    unsigned capacity;   /* chats at once, whoever has them; 0: as many as the agents have seats */
    time_ms overflow_ms; /* who waits for so long is offered to another department, too */
    const char *overflow_to; /* its id; NULL: to none */
    enum desk_tickets tickets;
};

/* What somebody may do; each step of a command looks it up again. A dispatcher takes chats without
 * a department and moves any, a supervisor watches and takes over, an administrator changes the
 * configuration, data protection reads and erases. */
enum role {
    ROLE_AGENT, /* of any department: named there, not in desk_config.people */
    ROLE_DISPATCHER,
    ROLE_SUPERVISOR,
    ROLE_ADMINISTRATOR,
    ROLE_DATA_PROTECTION,
    ROLE_COUNT
};

/* Bare JIDs, of agents or of others. */
struct desk_people {
    const char *const *jids;
    size_t count;
};

/* A form that agents may send. */
struct desk_form {
    const char *id;
    const char *title;
    const char *text;               /* all of it: question.h */
    const char *const *departments; /* whose chats it is for; none: all */
    size_t department_count;
};

struct desk_config {
    const struct desk_agent_config *agents;
    size_t agent_count;
    const struct desk_department_config *departments;
    size_t department_count;
    const struct desk_form *forms;
    size_t form_count;
    time_ms agent_grace_ms;   /* an agent lost in the middle of a chat may come back in this time */
    time_ms leave_ms;         /* a visitor without a stream has left after this time: a page change
                               * closes one and opens another */
    time_ms visitor_grace_ms; /* a waiting visitor who went away: after this time the chat is a
                                 message that was left */
    time_ms transfer_ms;      /* a chat that is handed over comes back after this time */
    time_ms linger_ms;        /* a closed chat's contact stays with its agent this long */
    /* An active chat without a line, its visitor away, is closed after this time. */
    time_ms idle_ms;
    /* A visitor's line that nobody has answered: after this time there is a reminder, after the
     * same again supervisors are told. 0: never. */
    time_ms answer_ms;
    time_ms offer_ms; /* an offer that nobody answers goes on to others after this time; 0: never */
    struct desk_people people[ROLE_COUNT];
    const struct calendar *days; /* which day it is where no department has hours; NULL: UTC */
    bool watch_silently;         /* nobody is told that a supervisor reads a chat */
    size_t max_queue;    /* a department: who waits, and, apart from it, messages that were left */
    size_t max_visitors; /* visitors in memory; DESK_FULL beyond */
};

/* ---- what one may look at; all borrowed until the next call into the desk ---- */

/* DOUBTFUL: there by their presence, but no client of theirs gives a sign of life. */
enum availability {
    AVAILABILITY_GONE,
    AVAILABILITY_DOUBTFUL,
    AVAILABILITY_BUSY,
    AVAILABILITY_AWAY,
    AVAILABILITY_FREE
};

/* What a department says of itself (architecture section 6). */
enum department_state { DEPARTMENT_NOBODY, DEPARTMENT_FULL, DEPARTMENT_AWAY, DEPARTMENT_OPEN };

struct department_view {
    const char *id;
    const char *name;
    enum department_state state;
    size_t waiting; /* chats QUEUED or OFFERED */
    size_t left;    /* of them, messages that were left */
    size_t active;
    size_t free_seats; /* of agents who are there, and could be shown who sits down */
    bool is_closed;    /* it is not its time, whoever is there */
    bool takes_no_files;
    enum form_field form_name;
    enum form_field form_email;
};

struct duty_view {
    enum duty_state state;
    time_ms until;  /* of a pause that ends by itself */
    bool says_on;   /* as configured */
    bool is_idle;   /* offers went unanswered: counts as away until they say something */
    bool is_online; /* by their presence */
};

struct visitor_view {
    const struct visitor_record *record;
    bool online;
    int64_t chat;        /* number of the open or lingering chat; 0 = none */
    const char *network; /* a shortened address, in memory only; "" unknown */
};

/* A page that the visitor was on; in memory only. */
struct page_view {
    const char *url;
    const char *title;
    time_ms left;
};

struct chat_view {
    int64_t number;
    const char *visitor;
    const char *department; /* who serves it */
    const char *address;    /* department that was written to first: the conversation's address */
    enum chat_state state;
    bool left;
    size_t position;        /* 1 = next, in QUEUED and OFFERED; 0 otherwise */
    const char *owner;      /* bare JID or "" */
    const char *owner_name; /* name shown to visitors or "" */
    int64_t last_entry;     /* sequence, 0 = none */
    time_ms created;
    time_ms waiting_since; /* its place in the line */
    time_ms claimed;
    time_ms asked;      /* since when a line waits for an answer; 0: none does */
    time_ms held_until; /* desk_agent_hold; 0: not on hold */
    const char *closed_by;
    enum chat_priority priority;
    const char *tags; /* words, a blank between two */
};

struct agent_view {
    const char *name;
    enum availability availability;
    unsigned active;
    unsigned capacity;
};

/* ---- ports: what the desk tells ---- */

/* Why an agent is told something that nobody said; the words are agents/words.h. */
enum agent_notice {
    NOTICE_OFFERED,    /* this visitor waits: answer to take it. text = number of the chat */
    NOTICE_TAKEN_BY,   /* text = name of the agent who has it now */
    NOTICE_TAKEN_OVER, /* you had it; text = name of the agent who has it now */
    NOTICE_HANDED,     /* its owner hands it to you: answer to take it */
    NOTICE_RETURNED, /* whom you handed it has not taken it; text = name of that agent or department
                      */
    NOTICE_LEVEL_RETURNED, /* the same of a level; text = its number */
    NOTICE_YOURS,          /* you had joined it, and it is yours now. text = name of who was lost */
    NOTICE_INVITED,        /* come into this chat; text = name of who asks */
    NOTICE_NOT_COMING,     /* text = name of who was invited */
    NOTICE_JOINED,         /* text = name of who speaks to the visitor, too */
    NOTICE_LEFT,           /* text = name of who has left the chat */
    NOTICE_WATCHED,        /* text = name of the supervisor who reads it */
    NOTICE_NOT_READING,    /* you are no supervisor any more: you read it no more */
    NOTICE_WITHDRAWN, /* the offer ended: no free seat any more; text = "closed" if the department
                         is, "off" if the agent is not on duty, "passed" if others are to have it */
    NOTICE_WENT_ON,   /* you have not answered in time: others are offered it now */
    NOTICE_NOT_YOURS, /* your line did not reach the visitor; text = name of the owner, "" if nobody
                         has it */
    NOTICE_ABSENT,    /* the visitor is not there; your line is kept until the return */
    NOTICE_CLOSED,    /* chat ended. text = "visitor", "agent" or "desk" */
    NOTICE_ADDED_TO_RECORD, /* the chat is closed: your line was added to its record only */
    NOTICE_MOVED,           /* you were lost too long: the chat was given to others */
    NOTICE_REMINDED,        /* the visitor waits for an answer; text = since when (XEP-0082) */
    NOTICE_HOLD_OVER,       /* the time of desk_agent_hold has passed */
    NOTICE_PAGE,            /* the visitor, whom you follow, went to another page */
    NOTICE_DISMISSED /* you are no agent of the department any more: others have the chat, or its
                        offer */
};

/* What an agent is told by their department's contact, there or not. */
enum agent_call {
    CALL_WAITS, /* that visitor waits, and you are not there to see it. text = since when (XEP-0082)
                 */
    CALL_TAKEN, /* and does not any more: text = name of the agent who has the chat */
    CALL_OVER,  /* and does not any more: the chat has ended */
    CALL_IDLE,  /* you are treated as away until you say something */
    CALL_PAUSE_OVER, /* you are offered chats again */
    CALL_TICKET      /* somebody has given you a ticket; text = its number */
};

struct desk_agent_ports {
    void *ctx;
    /* A line for an agent, under the visitor's contact. again: it may have been told before. */
    void (*entry)(void *ctx, const char *agent, const char *visitor, const struct entry_record *e,
                  bool again);
    void (*notice)(void *ctx, const char *agent, const char *visitor, enum agent_notice notice,
                   const char *text);
    /* The visitor's contact is to be (present) or not to be (absent) in that agent's roster. */
    void (*contact)(void *ctx, const char *agent, const char *visitor, bool present);
    /* Name, page, online or chat of a visitor changed: whoever has the contact sees it. */
    void (*card)(void *ctx, const char *visitor);
    void (*typing)(void *ctx, const char *agent, const char *visitor,
                   const char *state); /* XEP-0085 */
    /* How far the visitor has seen the agent's line with that sender id. */
    void (*seen)(void *ctx, const char *agent, const char *visitor, const char *sender_id,
                 enum entry_seen seen);
    /* State, queue or seats changed: contacts' status, visitors' presence. */
    void (*department)(void *ctx, const char *department);
    /* To a supervisor: that visitor waits for an answer since then (UTC), and the reminder has not
     * helped. */
    void (*report)(void *ctx, const char *supervisor, const char *visitor, time_ms since);
    /* That is no agent any more (desk_configure); what was theirs is told before. */
    void (*dismissed)(void *ctx, const char *agent);
    /* visitor: "" where the call is about none. */
    void (*call)(void *ctx, const char *agent, const char *department, enum agent_call call,
                 const char *visitor, const char *text);
};

struct desk_visitor_ports {
    void *ctx;
    /* A line or notice of the conversation. By the visitor: for its other streams. */
    void (*entry)(void *ctx, const char *visitor, const char *department,
                  const struct entry_record *e);
    /* Position or state changed without an entry; to visitors who are there. */
    void (*chat)(void *ctx, const char *visitor, const struct chat_view *chat);
    void (*typing)(void *ctx, const char *visitor, const char *department, const char *name,
                   const char *state);
    void (*seen)(void *ctx, const char *visitor, const char *department, const char *sender_id,
                 enum entry_seen seen);
    void (*department)(void *ctx, const char *department);
};

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
    DESK_NO_TICKETS, /* the department keeps none */
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
void desk_load_canned(struct desk *d, const struct canned_record *r);
void desk_load_block(struct desk *d, const struct block_record *r);
void desk_start(struct desk *d, time_ms now);

/* Everything that time does: grace, linger, idle, leaving, answers, offers, overflow. Call it every
 * second. */
void desk_tick(struct desk *d, time_ms now);

/* ---- looking ---- */
bool desk_department(const struct desk *d, const char *id, struct department_view *out);
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

/* ---- what visitors do ---- */

/* A visitor checks in, loaded or new: *record as it is to be now. Creates it in memory if it is not
 * there; memory wins over a late load for what the record leaves empty. recent: see
 * storage_find_visitor (NULL, 0 for a new one). */
enum desk_result desk_visitor_arrive(struct desk *d, time_ms now,
                                     const struct visitor_record *record,
                                     const struct recent_line *recent, size_t recent_count);
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
/* A line of the agent's came back, and nothing else of the visitor is there: the owner is told that
 * lines are kept, if that is not known yet. */
void desk_visitor_bounced(struct desk *d, time_ms now, const char *visitor);

/* ---- what agents do ---- */
void desk_agent_available(struct desk *d, time_ms now, const char *agent,
                          enum availability availability);
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
/* A line of an agent. To an offered chat of the agent's department: claims it. */
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
 * of the record; "": none. */
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

/* ---- pages that agents offer (desk_page.c) ----
 *
 * An offer is a line of the agent's: the text, and in its last line the address, which the caller
 * has checked. What the visitor does with it is an entry of its own, about that line, for the
 * record, the agents and the visitor's other pages. The first answer counts. */
enum { DESK_PAGE_BYTES = 1000 };
/* The address; NULL: it is no offer. */
const char *desk_offered_page(const struct entry_record *e);
/* Its event is "opened" or "declined", its body the address. */
bool desk_is_page_answer(const struct entry_record *e);
/* text: "" none. DESK_FORBIDDEN: only who speaks in the ACTIVE chat. DESK_NOT_FOUND: no open chat.
 */
enum desk_result desk_agent_offer_page(struct desk *d, time_ms now, const char *agent,
                                       const char *visitor, const char *text, const char *url);
/* DESK_NOT_FOUND: that line is no offer. DESK_REPEATED: it was answered. DESK_CLOSED: the chat has
 * ended. */
enum desk_result desk_visitor_answer_page(struct desk *d, time_ms now, const char *visitor,
                                          int64_t line, bool opened);

/* ---- forms that agents send (desk_ask.c, question.h) ----
 *
 * One waits at a time. What was asked is a line of the agent's, in words; its entry keeps the form
 * as it was. The visitor's answer, or refusal, or an agent who takes it back, is an entry about
 * that line; the first counts. What was answered is known of the visitor then, as by
 * desk_agent_correct, and waits for an answer as a line does. */
struct form_view {
    const char *id;
    const char *title;
};
/* Those for that visitor's chat, in the order of the configuration; false behind the last. */
bool desk_form(const struct desk *d, const char *visitor, size_t at, struct form_view *out);
/* What that line asked, for question_read; NULL: it is no form. */
const char *desk_asked(const struct entry_record *e);
/* Its event is "form-answered", "form-declined" or "form-withdrawn", its body begins with the
 * form's title. */
bool desk_is_form_answer(const struct entry_record *e);
/* text: before it, "" none. DESK_FORBIDDEN: only who speaks in the ACTIVE chat. DESK_NOT_FOUND: no
 * open chat. DESK_FORM: there is no such form. DESK_REPEATED: one waits already. */
enum desk_result desk_agent_ask(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *form, const char *text);
/* The one that waits is taken back. DESK_REPEATED: none waits. */
enum desk_result desk_agent_unask(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor);
struct form_value {
    const char *field;
    const char *value; /* cleaned */
};
struct form_answer {
    int64_t line;          /* what was asked; 0: what waits */
    const char *sender_id; /* repeats are recognised by it; "" none */
    bool declined;
    const struct form_value *values; /* of other fields: ignored */
    size_t value_count;
};
struct form_outcome {
    int64_t sequence; /* of the answer */
    char *wrong;      /* DESK_FORM: label of a field; free() it */
};
/* DESK_REPEATED: the same answer again. DESK_FORM: a value does not fit, or is missing.
 * DESK_NOT_FOUND: that was not asked. DESK_TOO_MANY: it was answered, declined or withdrawn.
 * DESK_CLOSED: the chat has ended. */
enum desk_result desk_visitor_answer_form(struct desk *d, time_ms now, const char *visitor,
                                          const struct form_answer *a, struct form_outcome *out);

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

/* ---- tickets (ticket.h) ----
 *
 * They are in storage, a million of them. An edge that acts on one says so when it asks storage for
 * it (desk_await_ticket), hands the answer over (desk_load_ticket: what is in memory wins), and
 * acts. who: an agent of its department, its owner, or a supervisor; else DESK_FORBIDDEN, and for
 * who may not see it DESK_NOT_FOUND. Each change is a note of the record. */
enum { TICKET_SUBJECT_BYTES = 400, TICKET_DUE_DAYS_MAX = 3660 };
void desk_await_ticket(struct desk *d, int64_t number);
/* r NULL: there is none. Once for each desk_await_ticket. */
void desk_load_ticket(struct desk *d, int64_t number, const struct ticket_record *r);
/* In memory; NULL: not there. Borrowed until the next call. */
const struct ticket_record *desk_ticket(const struct desk *d, int64_t number);
bool desk_may_change_ticket(const struct desk *d, const char *who, const struct ticket_record *r);
/* Who may change it, dispatchers, data protection. */
bool desk_may_see_ticket(const struct desk *d, const char *who, const struct ticket_record *r);
/* Of a chat that has ended, as it was read with its ticket: by agents of its department, who had
 * it, supervisors. Who had it owns it (OPEN); where nobody had, it is NEW. DESK_REPEATED: it is
 * one. DESK_RUNNING: the chat goes on. DESK_NO_TICKETS. */
enum desk_result desk_agent_convert(struct desk *d, time_ms now, const char *who,
                                    const struct chat_record *chat);
/* PENDING: for the requester. DESK_REPEATED. DESK_CLOSED: there is no such step from its state. */
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
/* "": the visitor's first line stands for it again. DESK_FULL: too long. DESK_REPEATED. */
enum desk_result desk_ticket_subject(struct desk *d, time_ms now, const char *who, int64_t number,
                                     const char *subject);
/* Seconds east of UTC where that department is. */
int desk_zone_offset(const struct desk *d, const char *department, time_ms utc);

/* Every invariant that can be computed (tests and the fuzz target call it; BUG on a violation). */
void desk_verify(const struct desk *d);
