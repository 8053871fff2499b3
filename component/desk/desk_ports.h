/* desk_ports.h - what the desk tells. A port only enqueues: it may look at the desk, but changes
 * nothing in it. */
#pragma once

#include "desk/desk_view.h"

#include <stdbool.h>
#include <stdint.h>

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

/* What an agent, or a supervisor, is told by a department's contact, there or not. */
enum agent_call {
    CALL_WAITS, /* that visitor waits, and you are not there to see it. text = since when (XEP-0082)
                 */
    CALL_TAKEN, /* and does not any more: text = name of the agent who has the chat */
    CALL_OVER,  /* and does not any more: the chat has ended */
    CALL_IDLE,  /* you are treated as away until you say something */
    CALL_PAUSE_OVER, /* you are offered chats again */
    CALL_RATED,  /* that visitor has rated a chat that you had; text = its number, a blank, and what
                    rating_text_dup says */
    CALL_TICKET, /* somebody has given you a ticket; text = its number, as of all below */
    CALL_TICKET_LINE,      /* nobody has it, and its requester wrote */
    CALL_TICKET_UNREACHED, /* what was written there came back from its owner's server */
    CALL_TICKET_RETURNED,  /* your answer there came back from its requester's server */
    CALL_TICKET_DUE,       /* it was PENDING until now, and is OPEN */
    CALL_TICKET_MOVED,     /* it is of your department, or your level, now, and nobody has it */
    CALL_TICKET_MERGED,    /* another one went into it, which is yours */
    /* The time of a target is nearly over, or over: enum ticket_target counts on from the first. To
     * its owner, or to the agents of its department; of one that is over to supervisors, too. */
    CALL_FIRST_ANSWER_NEAR,
    CALL_NEXT_ANSWER_NEAR,
    CALL_SOLUTION_NEAR,
    CALL_FIRST_ANSWER_LATE,
    CALL_NEXT_ANSWER_LATE,
    CALL_SOLUTION_LATE
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
    /* A line of a ticket for an agent, under the ticket's address. begins: the first since an agent
     * said something there. */
    void (*ticket)(void *ctx, const char *agent, const struct ticket_record *ticket,
                   const struct entry_record *e, bool begins);
    /* How far the requester has seen the agent's line with that sender id. */
    void (*ticket_seen)(void *ctx, const char *agent, int64_t ticket, const char *sender_id,
                        enum entry_seen seen);
    /* To look for NEW tickets of that department which nobody has, converted after that time
     * (storage_news), and to tell the agent of them; desk_agent_heard_news answers. */
    void (*news)(void *ctx, const char *agent, const char *department, time_ms after);
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
    /* What all visitors of that department or site are told has changed (bulletin.h). */
    void (*bulletin)(void *ctx, enum bulletin_scope scope, const char *place);
};
