/* records.h - what is remembered, as plain values. Strings are borrowed: see storage.h, which
 * includes this. */
#pragma once

#include "base/act.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum entry_kind { ENTRY_MESSAGE = 1, ENTRY_NOTICE = 2, ENTRY_NOTE = 3 };
enum entry_by { BY_VISITOR = 1, BY_AGENT = 2, BY_DESK = 3 };
/* What became of a line. */
enum entry_fate { FATE_AS_SAID = 0, FATE_CORRECTED = 1, FATE_RETRACTED = 2 };
enum entry_seen { SEEN_NOT = 0, SEEN_RECEIVED = 1, SEEN_DISPLAYED = 2 };
enum chat_state { CHAT_QUEUED = 1, CHAT_OFFERED = 2, CHAT_ACTIVE = 3, CHAT_CLOSED = 4 };
/* How urgent a chat is. */
enum chat_priority { PRIORITY_LOW = 1, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_URGENT };
/* What an agent who does not own the chat is in it. */
enum part { PART_INVITED = 1, PART_JOINED = 2, PART_WATCHING = 3 };
/* Of a ticket; NONE: the chat is not converted. */
enum ticket_state {
    TICKET_NONE,
    TICKET_NEW,
    TICKET_OPEN,
    TICKET_PENDING,
    TICKET_SOLVED,
    TICKET_CLOSED
};
/* What the requester waits for, by the service levels. */
enum ticket_awaits { AWAITS_NOTHING, AWAITS_FIRST_ANSWER, AWAITS_NEXT_ANSWER };
enum token_state {
    TOKEN_NEW = 1,
    TOKEN_CURRENT = 2,
    TOKEN_OLD = 3
}; /* issued · in use · replaced, in its grace */

struct visitor_record {
    const char *id; /* local part: visitor-… */
    const char *site;
    const char *jid;  /* bare JID on roads b and c; "" for our gateway */
    const char *name; /* as the visitor gave it */
    const char *email;
    const char *language;
    const char *zone;
    const char *browser;
    const char *page_url;
    const char *page_title;
    const char *referrer;
    const char *only_agent; /* a probe's visit: for that agent alone, and in no report; bare JID */
    const char *last_agent; /* whom the visitor talked to last; bare JID, "" nobody yet */
    time_ms first_seen;
    time_ms last_seen;
    const char *phone;   /* as an agent wrote it */
    const char *fields;  /* what else agents keep: lines "name: value" */
    const char *consent; /* what was agreed to last: "VERSION TIME" (desk/consent.h); "" nothing */
    /* What their website has vouched for (desk/identity.h). */
    const char *subject; /* who they are there; "": they may be anybody */
    const char *claims;  /* lines "name: value" */
    time_ms verified;    /* when that was shown last */
};

struct token_record {
    const char *hash; /* id_hash of the token */
    const char *visitor;
    enum token_state state;
    time_ms at; /* when it came into that state */
};

struct chat_record {
    int64_t number; /* the number its ticket will have; from 1001 */
    const char *visitor;
    const char *department; /* who serves it */
    const char *address;    /* the department that was written to first: the conversation's */
    enum chat_state state;
    const char *owner; /* agent's bare JID; "" without */
    bool left;         /* a message that was left while nobody was there */
    bool offered;      /* was ever put to an agent, who was told its lines */
    time_ms created;
    time_ms waiting_since; /* its place in the line */
    time_ms claimed;
    time_ms closed;
    const char *closed_by; /* "visitor", "agent", "desk" or "" */
    enum chat_priority priority;
    const char *tags;      /* words, a blank between two */
    const char *handed_to; /* whom its owner is handing it: bare JID or department; "" nobody */
    bool unrecorded;       /* nothing that is said in it is stored */
};

/* A chat that was converted. Its requester is the chat's visitor. */
struct ticket_record {
    int64_t number; /* the chat's */
    const char *department;
    enum ticket_state state;
    const char *owner;   /* agent's bare JID; "" nobody */
    const char *subject; /* as somebody named it; "": the visitor's first line stands for it */
    time_ms due;         /* PENDING until then; 0: until the requester says something */
    unsigned level;      /* 1 to 3, of the agent who had it last */
    time_ms converted;
    const char *converted_by; /* bare JID; "": the department converts each of its chats */
    time_ms changed;
    time_ms wake;    /* when time does something to it next; 0: never */
    time_ms overdue; /* when the first of the targets that run is, or was, due; 0: none runs */
    enum chat_priority priority; /* of the chat, from the conversion on */
    enum ticket_awaits awaits;
    time_ms answer_since;   /* since when its time runs; 0: it rests */
    time_ms answer_spent;   /* of opening time, before that */
    time_ms solution_since; /* the same to the solution */
    time_ms solution_spent;
    time_ms answered;      /* the first answer; 0: none yet */
    time_ms solved;        /* when it came to an end, the last time; 0: not yet */
    unsigned told;         /* bits: desk/target.h */
    unsigned measured;     /* bits 1 << enum ticket_target (desk.h): there was such a target */
    unsigned missed;       /* of them, those that were not kept, be it once */
    const char *visitor;   /* the chat's: the requester */
    const char *address;   /* the chat's */
    int64_t last;          /* the last line said behind the chat's end; 0: none was */
    enum entry_by last_by; /* who said it */
    bool left;             /* its requester knows it: it was made of a message that was left */
    const char *watchers;  /* bare JIDs, a blank between two */
    int64_t merged;        /* the ticket that it went into; 0: none; MERGED_GONE; then CLOSED */
    bool unreached;        /* a line came back from its owner's server since an agent last spoke */
};

/* ticket_record::merged: into one that was erased since. */
enum { MERGED_GONE = -1 };

/* Two tickets that belong together, the lower number first. */
struct link_record {
    int64_t ticket;
    int64_t other;
};

/* What is known of a ticket where its requester is known. */
struct visitor_ticket {
    struct ticket_record record;
    const char *first_line; /* as in struct ticket_answer */
    /* Of the line record.last; else "" and SEEN_NOT. */
    const char *last_agent;
    const char *last_id; /* that the sender gave it */
    enum entry_seen last_seen;
};

/* An agent in a chat besides its owner. */
struct participant_record {
    int64_t chat;
    const char *agent; /* bare JID */
    enum part part;
};

struct entry_record {
    int64_t sequence; /* order of everything that was said, over all chats; also the stanza-id */
    int64_t chat;
    enum entry_kind kind;
    enum entry_by by;
    time_ms at;
    const char *agent;     /* bare JID, if by an agent or about one */
    const char *name;      /* the name the visitor is shown */
    const char *sender_id; /* id that the sender gave the message: repeats are recognised by it */
    /* Of an agent's message: page (body: its last line is the address that is offered), form; of a
     * visitor's: file (the last line of its body is the file's address), else "". Of a note:
     * reminded, reported, hold (body: minutes), hold-over, reason; of its ticket: converted, state,
     * due, assigned, subject, transferred (body: what it is now, or "before -> now"), linked,
     * unlinked, separated (body: the other ticket), merged (body: "which -> into which"), split,
     * time (body: "+15 min"),
     * service-warned, service-breached (body: the target), mailed, mail-failed (body: receipt or
     * answer, and why not). Of a notice: joined, lost, handed-back, transferred, left, hold,
     * resumed, closed, left-message; or, by a visitor or an agent, what they did to the line in
     * about: corrected (body: the new text), retracted, reacted (body: all of their reactions to
     * it, with a blank between them), opened or declined (a page, its address in the body),
     * form-answered, form-declined or form-withdrawn (body: the form's title, then what was
     * answered). */
    const char *event;
    const char *body;
    enum entry_seen seen; /* how far the other side has seen it */
    int64_t about;        /* of a reply or a change: sequence of that line; else 0 */
    /* What became of it; body stays what was said. */
    enum entry_fate fate;
    const char *shown;             /* CORRECTED: what stands there now */
    const char *visitor_reactions; /* with a blank between them */
    const char *agent_reactions;
    const char *form; /* of an event form: what was asked (desk/question.h); NULL is "" */
};

/* What an agent said of being at the counter; presence is another matter (desk/duty.h). */
enum duty_state { DUTY_ON = 1, DUTY_OFF = 2, DUTY_PAUSE = 3 };

struct duty_record {
    const char *agent; /* bare JID */
    enum duty_state state;
    time_ms since; /* when they came on duty last; 0: off */
    time_ms until; /* of a pause: when it ends by itself; 0: when they say so */
};

/* How far an agent was told of a department's new tickets (desk/news.h). */
struct news_record {
    const char *agent; /* bare JID */
    const char *department;
    time_ms told; /* the last conversion */
};

/* What a visitor or an agent did to a line. */
static inline bool entry_is_change(const struct entry_record *e)
{
    return e->kind == ENTRY_NOTICE && e->about > 0;
}

/* What stands there now of what was said; not to be shown if it was retracted. */
static inline const char *entry_shown(const struct entry_record *e)
{
    return e->fate == FATE_CORRECTED ? e->shown : e->body;
}

/* Which edge a row of the outbox belongs to. */
enum outbox_side { OUTBOX_AGENT = 1, OUTBOX_VISITOR = 2 };

/* One message on its way over the link (architecture section 8). */
struct outbox_record {
    int64_t id;
    enum outbox_side side;
    const char *to;   /* an agent's bare JID, a visitor's full JID */
    const char *from; /* our local part, "" for the service */
    const char *message_id;
    const char *body;
    int64_t entry;     /* sequence, or 0 for a notice to an agent */
    bool handed;       /* a fence behind it was answered */
    unsigned attempts; /* written when the link is lost */
    time_ms at;
    const char *visitor; /* to a visitor: theirs; to an agent: whom a notice is about, or "" */
    int64_t chat;        /* of the entry, or 0 */
    /* Of the entry, to a visitor. */
    enum entry_by by;
    const char *name;
    const char *event; /* to an agent: "file" if body is nothing but a file's address, "later" if it
                        * waits until they are there */
    bool knows_ids;    /* the client shows what has one stanza-id once */
    /* About an earlier message. */
    enum act act;
    const char *target;  /* its id, as whom this is for knows it */
    bool unstored;       /* in memory only */
    const char *payload; /* ACT_REPLY: the quotation in front of the body; ACT_REACT: reactions;
                          * ACT_SAY: a form (desk/question.h) */
};

/* The ledger: what an agent's roster and screen were told. */
struct contact_record {
    const char *agent;   /* bare JID */
    const char *contact; /* our local part */
    const char *name;
    bool in_roster; /* a roster set succeeded */
    bool present;   /* available presence was sent last */
};

/* One of the contacts that an agent has for good, and the visitor behind it (agents/slots.h). */
struct slot_record {
    const char *agent;   /* bare JID */
    unsigned number;     /* from 1 */
    const char *visitor; /* "": it is free */
    int64_t chat;
    time_ms ended;        /* since when it rests; 0: the visitor is there */
    bool unread;          /* the agent may not have seen all that stands there */
    int64_t first_notice; /* notices with a greater outbox id are of this visit */
    bool approved;        /* by the agent, who was asked by subscription */
};

/* A stock client that follows a department's presence. */
struct subscriber_record {
    const char *jid;
    const char *department;
};

enum canned_scope { CANNED_OWN = 1, CANNED_DEPARTMENT = 2, CANNED_ALL = 3 };

/* An answer that agents keep ready (desk/canned.h). */
struct canned_record {
    enum canned_scope scope;
    const char *owner; /* agent's bare JID, department's id, "" for all */
    const char *word;
    const char *text;
    const char *author; /* bare JID of who changed it last */
    time_ms changed;
};

/* A list of tickets that somebody keeps under a name: what they would type for it. */
struct saved_record {
    const char *agent; /* bare JID, not always an agent's */
    const char *name;
    const char *words;
};

/* What a setting is about; MEMBER: the agent id belongs to the department field, without a value.
 */
enum setting_kind {
    SETTING_AGENT = 1,
    SETTING_DEPARTMENT = 2,
    SETTING_CALENDAR = 3,
    SETTING_MEMBER = 4
};

/* A value that administrators gave, beside the configuration file (component/config_settings.c). */
struct setting_record {
    enum setting_kind kind;
    const char *id;
    const char *field; /* as the configuration calls it */
    const char *value;
};

/* Who changed what of the configuration. */
struct audit_record {
    int64_t number; /* given by the storage; 0 on writes */
    time_ms at;
    const char *who; /* a bare JID, or who ran which program */
    const char *what;
    const char *before; /* "" nothing */
    const char *after;
};

/* Who looked at what was kept. */
struct read_record {
    int64_t number; /* given by the storage; 0 on writes */
    time_ms at;
    const char *who;     /* bare JID, or who ran which program */
    const char *what;    /* history, transcript, ticket, files, export */
    const char *visitor; /* whose; "" of a chat alone */
    int64_t chat;        /* which; 0: of a visitor alone */
};

/* A file of a chat; its bytes are not in the database (files/files.h). */
struct file_record {
    const char *id; /* id_hash of what stands in its address */
    int64_t chat;
    const char *sender; /* agent's bare JID; "": the visitor */
    const char *name;
    const char *type; /* by what is in it */
    int64_t size;
    const char *sha256; /* 64 hex digits */
    time_ms at;
};

/* Somebody who may not write here until then (desk/block.h). */
struct block_record {
    int64_t number;
    const char *visitor;
    const char *origin;     /* a network address (IPv6: its /64), or a bare JID; "" unknown */
    int64_t chat;           /* that it was said about */
    const char *department; /* of that chat */
    const char *agent;      /* bare JID of who said so */
    const char *reason;     /* never shown to the visitor */
    time_ms at;
    time_ms until;
};

/* What all visitors of a department or a site are told (desk/bulletin.h). */
enum bulletin_scope { BULLETIN_DEPARTMENT = 1, BULLETIN_SITE = 2 };
struct bulletin_record {
    enum bulletin_scope scope;
    const char *place; /* id of the department, or of the site */
    const char *text;
    const char *agent; /* bare JID of who said so */
    time_ms at;
    time_ms until; /* 0: until somebody ends it */
};

/* Time that was spent on a chat or its ticket (desk/spent.h). */
struct spent_record {
    int64_t number; /* given by the storage; 0 on writes */
    int64_t chat;
    const char *agent; /* bare JID; "": not known any more */
    time_ms began;     /* by hand: when it was said */
    time_ms lasted;    /* by hand: less than 0 where some was taken off */
    bool by_hand;
};

/* A mail that is to go out (desk/mail.h). */
struct mail_record {
    int64_t ticket;
    int64_t first; /* of the agents' lines that it carries, the sequence; 0: it is the receipt */
    int64_t last;  /* 0, or of the last one */
    time_ms at;
    time_ms due;    /* not before */
    unsigned tries; /* how often it was begun */
};

/* What a visitor says of a chat that has ended (desk/rating.h). */
enum rating_scale { RATING_NONE, RATING_STARS, RATING_THUMBS };
struct rating_record {
    int64_t chat;
    enum rating_scale scale;
    unsigned value;   /* STARS: 1 to 5. THUMBS: 1 up, 0 down */
    const char *text; /* "" none */
    time_ms at;
    time_ms changed; /* last, not before at */
};

/* What stands in an own field of a ticket (desk/own_field.h), by the number of its chat. */
struct own_record {
    int64_t chat;
    const char *field;
    const char *value; /* never "" */
};
/* Of one, by field. */
struct own_records {
    struct own_record *rows;
    size_t count;
};
