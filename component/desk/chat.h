/* chat.h - one conversation of a visitor with a department, from its first line to its end.
 *
 *   QUEUED → OFFERED → ACTIVE → CLOSED     changed only by chat_enter, against its table
 *   OFFERED → QUEUED   the offers ended
 *   ACTIVE → QUEUED    the agent was lost
 *   any open → CLOSED
 * Whether the visitor is online is the visitor's state, not the chat's. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"
#include "desk/transcript.h"

struct agent;
struct department;
struct desk;
struct visitor;

struct chat {
    int64_t number;
    struct visitor *visitor;
    struct department *department;
    enum chat_state state;
    struct agent *owner; /* of ACTIVE, and of a lingering CLOSED one */
    bool left;
    bool told_absent; /* the owner knows that lines are kept for the visitor's return */
    bool owner_gone;  /* since gone_since */
    time_ms gone_since;
    time_ms created;
    time_ms waiting_since;
    time_ms claimed;
    time_ms closed;
    time_ms last_line;
    const char *closed_by; /* a constant */
    struct list offers;    /* offer::chat_link */
    struct transcript transcript;
    struct agent *seat; /* routing: who could take it in this round */
    /* what the visitor was told last */
    enum chat_state told_state;
    size_t told_position;
    bool told_left;
    struct list link;         /* desk::chats */
    struct list waiting_link; /* desk::waiting */
    struct list owner_link;   /* agent::chats */
};

/* A new QUEUED chat, numbered, at the end of the line; the visitor has no other. Not yet stored. */
struct chat *chat_create(struct desk *d, time_ms now, struct visitor *v, struct department *p);
/* Out of memory: closed and lingered, or the desk ends. */
void chat_destroy(struct desk *d, struct chat *c);
bool chat_may_enter(enum chat_state from, enum chat_state to);
/* The only writer of state, of the lists and counts that follow from it, and of the stored record.
 * owner: for ACTIVE. */
void chat_enter(struct desk *d, time_ms now, struct chat *c, enum chat_state to,
                struct agent *owner);
void chat_store(struct desk *d, const struct chat *c);
bool chat_is_open(const struct chat *c);
bool chat_is_waiting(const struct chat *c);
/* Stores a line and keeps it in the transcript. The entry is borrowed until the next one. */
const struct entry_record *chat_add(struct desk *d, time_ms now, struct chat *c,
                                    const struct entry_record *e);
/* A notice of the desk in the conversation, told to the visitor. agent: whom it is about, or NULL.
 */
void chat_notice(struct desk *d, time_ms now, struct chat *c, const char *event,
                 const struct agent *agent);
/* Puts the chat into the line by waiting_since, then number. */
void chat_line_up(struct desk *d, struct chat *c);
void chat_view(const struct desk *d, const struct chat *c, struct chat_view *out);
