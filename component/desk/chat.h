/* chat.h - one conversation of a visitor with a department, from its first line to its end.
 *
 *   QUEUED → OFFERED → ACTIVE → CLOSED     changed only by chat_enter, against its table
 *   OFFERED → QUEUED   the offers ended
 *   ACTIVE → QUEUED    the agent was lost
 *   ACTIVE → ACTIVE    it was handed to another agent
 *   any open → CLOSED
 * Whether the visitor is online is the visitor's state, not the chat's. */
#pragma once

#include "base/list.h"
#include "desk/answer.h"
#include "desk/call.h"
#include "desk/desk.h"
#include "desk/follow.h"
#include "desk/hold.h"
#include "desk/own_value.h"
#include "desk/told.h"
#include "desk/transcript.h"
#include "desk/transfer.h"

struct agent;
struct department;
struct desk;
struct visitor;

struct chat {
    int64_t number;
    struct visitor *visitor;
    struct department *department; /* who serves it */
    struct department *address;    /* what the visitor wrote to first: the conversation's address */
    enum chat_state state;
    struct agent *owner; /* of ACTIVE, and of a lingering CLOSED one */
    bool left;        /* waits as a message that was left: nobody is there, or the visitor went */
    bool offered;     /* was ever put to an agent */
    bool told_absent; /* the owner knows that lines are kept for the visitor's return */
    bool owner_gone;  /* ACTIVE, and its owner is GONE or DOUBTFUL */
    enum chat_priority priority; /* stored */
    uint64_t rules;              /* of its department, those that fit the visitor */
    bool overflows;              /* has waited so long that another department is asked, too */
    bool stranded; /* loaded ACTIVE, but its owner is no agent any more; until desk_start */
    /* UTC, stored */
    time_ms created;
    time_ms waiting_since;
    time_ms claimed; /* also of a waiting one that lost its agent */
    time_ms closed;
    /* on the desk's steady clock */
    time_ms gone_since;
    time_ms quiet_since;  /* last line */
    time_ms worked_since; /* ACTIVE: since when its agent's time counts (spent.h) */
    time_ms spent;        /* all that was kept of it, if it began in this run */
    bool knows_spent;
    time_ms queued_since;
    time_ms waits_since; /* while somebody waits, in this run (census.h) */
    bool alone;          /* nobody is there who could be asked, since alone_since */
    time_ms alone_since;
    time_ms linger_since;
    const char *closed_by; /* a constant */
    char *tags;            /* words, a blank between two */
    struct own_values own;
    bool unrecorded;          /* what is said in it is in memory only, wherever it goes from here */
    struct follow follow;     /* agents who follow the visitor's pages */
    struct list offers;       /* offer::chat_link; of an ACTIVE one, those of its transfer */
    struct list participants; /* participant::chat_link */
    struct transfer transfer; /* of ACTIVE */
    struct transcript transcript;
    bool is_rated;        /* since it is CLOSED */
    time_ms answered;     /* when an agent first spoke to the visitor; 0: not yet */
    struct answer answer; /* that it owes */
    struct call call;     /* of agents who are not there */
    struct hold hold;     /* of ACTIVE */
    struct told told;     /* to agents */
    struct agent *seat;   /* routing: who could take it in this round */
    struct agent *pinned; /* routing: to whom alone it is offered, until that offer is over */
    unsigned tier;        /* routing: whom it is put to, if it has a seat */
    unsigned reach;       /* routing: tiers up to this one are asked together */
    /* what the visitor was told last */
    enum chat_state told_state;
    size_t told_position;
    bool told_left;
    struct list link;         /* desk::chats */
    struct list waiting_link; /* desk::waiting */
    struct list owner_link;   /* agent::chats */
    struct list seat_link;    /* agent::seated */
};

/* A new QUEUED chat, numbered and stored, at the end of the line; the visitor has no other. */
struct chat *chat_create(struct desk *d, time_ms now, struct visitor *v, struct department *p);
/* An open one from storage: ACTIVE if it has an owner (who is GONE until heard of), else QUEUED. */
struct chat *chat_restore(struct desk *d, const struct chat_record *r, struct visitor *v,
                          struct department *p, struct department *address, struct agent *owner);
/* Out of memory: closed and lingered, or the desk ends. */
void chat_destroy(struct desk *d, struct chat *c);
bool chat_may_enter(enum chat_state from, enum chat_state to);
/* The only writer of state, of the lists and counts that follow from it, and of the stored record.
 * owner: for ACTIVE. */
void chat_enter(struct desk *d, time_ms now, struct chat *c, enum chat_state to,
                struct agent *owner);
/* Another department serves it. Not stored: chat_enter follows. */
void chat_move(struct desk *d, struct chat *c, struct department *p);
/* Of a waiting chat: a message that was left, or a visitor who waits. Stores it. */
void chat_set_left(struct desk *d, struct chat *c, bool left);
/* Of an open one; takes its new place in the line. Stores it. */
void chat_set_priority(struct desk *d, struct chat *c, enum chat_priority priority);
void chat_store(struct desk *d, const struct chat *c);
bool chat_is_open(const struct chat *c);
bool chat_is_waiting(const struct chat *c);
/* Stores a line and keeps it in the transcript. The entry is borrowed until the next one. */
const struct entry_record *chat_add(struct desk *d, time_ms now, struct chat *c,
                                    const struct entry_record *e);
/* An entry of a chat that has ended, in memory or not; its sequence, chat, time and masked body are
 * filled in, its other texts stay the caller's. */
void chat_add_behind(struct desk *d, time_ms now, int64_t number, struct entry_record *e);
/* A line of the chat to all agents who have its contact but one: the owner, those to whom it is
 * offered or handed, participants. */
void chat_tell_all(struct desk *d, struct chat *c, const struct agent *except,
                   const struct entry_record *e);
/* A line of the chat to an agent who has its contact. */
void chat_tell(struct desk *d, struct chat *c, const struct agent *a, const struct entry_record *e);
/* A notice of the desk in the conversation, told to the visitor. agent: whom it is about, or NULL.
 */
void chat_notice(struct desk *d, time_ms now, struct chat *c, const char *event,
                 const struct agent *agent);
/* A note of the desk in the record, which no visitor sees. agent: whom it is about, or NULL. */
void chat_note(struct desk *d, time_ms now, struct chat *c, const char *event,
               const struct agent *agent, const char *body);
/* What the agent's presence says of them, if that is for visitors. */
void chat_tell_about(struct desk *d, time_ms now, struct chat *c, const struct agent *a);
/* The line: first who lost an agent, then who waits, then messages that were left; of each the
 * longest waiting first, where a priority counts as a time that was waited (chat_head_start_ms);
 * then by number. */
time_ms chat_head_start_ms(enum chat_priority priority);
bool chat_goes_before(const struct chat *a, const struct chat *b);
void chat_line_up(struct desk *d, struct chat *c);
/* position: 0 = it does not wait. chat_view counts it. */
void chat_view_at(const struct chat *c, size_t position, struct chat_view *out);
void chat_view(const struct desk *d, const struct chat *c, struct chat_view *out);
