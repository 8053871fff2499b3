/* storage.h - what is remembered: records, writes in batches, reads in the background.
 *
 * Commit, then tell (docs/ARCHITECTURE.md): writes of one turn of the event loop are collected in
 * the open batch; storage_seal closes it and hands it to the writer, which takes all sealed
 * batches, commits them in one transaction and reports the last one through on_commit. A batch that
 * cannot be committed (disk full) stays first in line and is retried every second;
 * storage_is_refusing is then true. A constraint failure is our bug and aborts.
 *
 * Loop thread only. Completions (on_commit, answers of reads) are called from storage_dispatch,
 * which the loop calls when storage_fd is readable; never from inside another call. Strings in
 * records are borrowed: on writes they are copied before the call returns, in answers they are good
 * during the callback. No string is NULL ("" instead). Times are UTC milliseconds, 0 = never; order
 * is by sequence, never by time. */
#pragma once

#include "base/act.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct storage;

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
    const char *phone;  /* as an agent wrote it */
    const char *fields; /* what else agents keep: lines "name: value" */
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
     * due, assigned, subject (body: what it is now, or "before -> now"). Of a notice: joined, lost,
     * handed-back, transferred, left, hold, resumed, closed, left-message; or, by a visitor or an
     * agent, what they did to the line in about: corrected (body: the new text), retracted, reacted
     * (body: all of their reactions to it, with a blank between them), opened or declined (a page,
     * its address in the body), form-answered, form-declined or form-withdrawn (body: the form's
     * title, then what was answered). */
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
    /* To a visitor; else "" and 0. */
    const char *visitor;
    int64_t chat; /* of the entry, as are by, name and event */
    enum entry_by by;
    const char *name;
    const char *event; /* to an agent: "file" if body is nothing but a file's address */
    bool knows_ids;    /* the client shows what has one stanza-id once */
    /* About an earlier message. */
    enum act act;
    const char *target;  /* its id, as whom this is for knows it */
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

struct storage_calls {
    void *ctx;
    void (*on_commit)(void *ctx, uint64_t batch);  /* this batch and all before are on disk */
    void (*on_refusing)(void *ctx, bool refusing); /* trouble begins, ends */
};

/* uri: "sqlite:PATH", "memory:". Takes the lock on the database (a second daemon is refused),
 * migrates. NULL and *error (free() it) in words on failure. calls is copied. */
struct storage *storage_open(const char *uri, const struct storage_calls *calls, char **error);
/* Seals, commits what waits (tries for at most 5 s), closes. Open reads are dropped without an
 * answer; a backup that runs is removed. */
void storage_close(struct storage *s);
int storage_fd(const struct storage *s);
void storage_dispatch(struct storage *s);

/* ---- writing: appends to the open batch; records replace those with the same key ---- */
void storage_put_visitor(struct storage *s, const struct visitor_record *r);
void storage_put_token(struct storage *s, const struct token_record *r);
void storage_drop_token(struct storage *s, const char *hash);
/* A new token came into use: the visitor's CURRENT ones become OLD at that time; what was OLD or
 * NEW for more than seven days before it goes. */
void storage_age_tokens(struct storage *s, const char *visitor, time_ms at);
void storage_drop_tokens_of(struct storage *s, const char *visitor);
void storage_put_chat(struct storage *s, const struct chat_record *r);
void storage_put_participant(struct storage *s, const struct participant_record *r);
void storage_drop_participant(struct storage *s, int64_t chat, const char *agent);
/* New sequence only; as it was said: what becomes of it is not read. */
void storage_put_entry(struct storage *s, const struct entry_record *r);
/* What became of a line: of r the sequence, fate, shown and reactions. */
void storage_change_entry(struct storage *s, const struct entry_record *r);
void storage_mark_entry(struct storage *s, int64_t sequence,
                        enum entry_seen seen); /* never backwards */
void storage_put_outbox(struct storage *s, const struct outbox_record *r);
void storage_drop_outbox(struct storage *s, int64_t id);
void storage_put_contact(struct storage *s, const struct contact_record *r);
void storage_drop_contact(struct storage *s, const char *agent, const char *contact);
void storage_put_slot(struct storage *s, const struct slot_record *r);
void storage_drop_slot(struct storage *s, const char *agent, unsigned number);
void storage_put_subscriber(struct storage *s, const struct subscriber_record *r);
void storage_drop_subscriber(struct storage *s, const char *jid, const char *department);
void storage_put_duty(struct storage *s, const struct duty_record *r);
void storage_drop_duty(struct storage *s, const char *agent);
void storage_put_canned(struct storage *s, const struct canned_record *r);
void storage_drop_canned(struct storage *s, enum canned_scope scope, const char *owner,
                         const char *word);
void storage_put_setting(struct storage *s, const struct setting_record *r);
void storage_drop_setting(struct storage *s, enum setting_kind kind, const char *id,
                          const char *field);
void storage_put_audit(struct storage *s, const struct audit_record *r); /* is never changed */
void storage_put_file(struct storage *s, const struct file_record *r);

void storage_put_block(struct storage *s, const struct block_record *r);
void storage_drop_block(struct storage *s, int64_t number);
void storage_put_ticket(struct storage *s, const struct ticket_record *r);

/* Closes the open batch and hands it over. Returns the number of the last batch that was sealed so
 * far, this one or (if nothing was written) an earlier one; 0 if there was none yet. */
uint64_t storage_seal(struct storage *s);
uint64_t storage_committed(const struct storage *s); /* number of the last committed batch */
/* May not take more: a commit fails, 20,000 writes or 16 MiB wait, or 4,096 reads are open. Edges
 * then refuse new content. Nothing is dropped in any case. */
bool storage_is_refusing(const struct storage *s);

/* ---- reading in the background: the answer is called once, from storage_dispatch ----
 *
 * A read sees everything that was written before it was asked. So it waits for the commit of what
 * was sealed, and, if something was written in this turn of the loop, for that batch to be sealed
 * too. What cannot be read (the disk fails) is tried again every second: "not found" is the truth.
 */

/* What was said with an id, to recognise its repeats. */
struct recent_line {
    const char *agent; /* who said it: bare JID; "" the visitor */
    const char *id;
    const char *body;
    int64_t sequence;
};

/* visitor NULL: not found. token: which token found it (state, at), NULL if found by JID. recent:
 * by sequence, those of the last 100 lines of the visitor and of agents to the visitor (what they
 * only noted does not count) that have an id. */
struct visitor_answer {
    const struct visitor_record *visitor;
    const struct token_record *token;
    const struct recent_line *recent;
    size_t recent_count;
};
typedef void (*storage_on_visitor)(void *ctx, const struct visitor_answer *answer);
/* By token hash (site must match too; a token of any state finds), or by JID (token_hash NULL; the
 * site is not looked at; of several the one last seen). */
uint64_t storage_find_visitor(struct storage *s, const char *site, const char *token_hash,
                              const char *jid, storage_on_visitor answer, void *ctx);

/* One page of the conversation of a visitor at a department's address: messages and notices, no
 * notes. after > 0: those behind it; before > 0: the last ones before it; before = -1: the last
 * page; both 0: from the start. With both, the last ones of what lies between. Entries come in
 * sequence order; complete: nothing lies further in the asked direction. total: all entries. */
struct history_query {
    const char *visitor;
    const char *department;
    int64_t after;
    int64_t before;
    unsigned max; /* 1 to 100 */
};
typedef void (*storage_on_history)(void *ctx, const struct entry_record *entries, size_t count,
                                   bool complete, int64_t total);
uint64_t storage_history(struct storage *s, const struct history_query *q,
                         storage_on_history answer, void *ctx);
/* The last 50 chats of a visitor, the latest first. */
typedef void (*storage_on_chats)(void *ctx, const struct chat_record *chats, size_t count);
uint64_t storage_chats(struct storage *s, const char *visitor, storage_on_chats answer, void *ctx);

/* What was said and noted in one chat, all kinds: in order, the last max (1 to 100) of those before
 * the last skip. chat NULL: there is none. complete: nothing lies before. */
typedef void (*storage_on_transcript)(void *ctx, const struct chat_record *chat,
                                      const struct entry_record *entries, size_t count,
                                      bool complete);
uint64_t storage_transcript(struct storage *s, int64_t chat, unsigned skip, unsigned max,
                            storage_on_transcript answer, void *ctx);
/* A chat, its ticket and who asked for it. chat NULL: there is none. ticket NULL: it was not
 * converted. first_line: of the visitor, as it stands there now, of those that were not taken back;
 * "": none. */
struct ticket_answer {
    const struct chat_record *chat;
    const struct ticket_record *ticket;
    const struct visitor_record *requester;
    const char *first_line;
};
typedef void (*storage_on_ticket)(void *ctx, const struct ticket_answer *answer);
uint64_t storage_ticket(struct storage *s, int64_t number, storage_on_ticket answer, void *ctx);
/* The last max (1 to 100) of the audit log, the latest first. */
typedef void (*storage_on_audit)(void *ctx, const struct audit_record *rows, size_t count);
uint64_t storage_audit(struct storage *s, unsigned max, storage_on_audit answer, void *ctx);
/* The answer of that read will not be called. */
void storage_cancel(struct storage *s, uint64_t id);

/* Copies the whole database, consistent, while running (SQLite's backup API). error "" = done. The
 * file is made 0600 and must not exist. */
typedef void (*storage_on_backup)(void *ctx, const char *error);
void storage_backup(struct storage *s, const char *path, storage_on_backup answer, void *ctx);

/* ---- start: synchronous, before the loop turns ---- */
struct storage_loader {
    void *ctx;
    void (*counters)(void *ctx, int64_t last_number, int64_t last_sequence, int64_t last_outbox);
    void (*visitor)(void *ctx,
                    const struct visitor_record *r);      /* those with a chat that is not closed */
    void (*chat)(void *ctx, const struct chat_record *r); /* not closed, by waiting_since, number */
    void (*participant)(void *ctx, const struct participant_record *r); /* of those chats */
    void (*entry)(void *ctx,
                  const struct entry_record *r); /* last 200 of each of those chats, in order */
    void (*outbox)(void *ctx, const struct outbox_record *r); /* by id */
    void (*contact)(void *ctx, const struct contact_record *r);
    void (*slot)(void *ctx, const struct slot_record *r);
    void (*subscriber)(void *ctx, const struct subscriber_record *r);
    void (*duty)(void *ctx, const struct duty_record *r);
    void (*canned)(void *ctx, const struct canned_record *r);   /* by scope, owner, word */
    void (*setting)(void *ctx, const struct setting_record *r); /* by kind, id, field */
    void (*file)(void *ctx, const struct file_record *r);       /* all, by id */
    void (*block)(void *ctx, const struct block_record *r);     /* by number */
};
/* Calls in the order above; any may be NULL. False: cannot be read (logged). */
bool storage_load(struct storage *s, const struct storage_loader *loader);

/* After storage_open or storage_load has failed: because the database is damaged? Reads all of it
 * (of one over 256 MiB only the head), changes nothing. */
bool storage_is_damaged(const char *uri);

/* For subcommands beside the daemon: its settings, read-only and without the lock; none if there is
 * no database yet, or one from before there were any. NULL, or why not (free()). */
char *storage_peek_settings(const char *uri, void (*setting)(void *, const struct setting_record *),
                            void *ctx);

/* For `tresen check` and `tresen restore`: opens the file read-only, runs integrity_check, compares
 * the schema version. NULL = good, else words (free()). */
char *storage_inspect(const char *uri);
