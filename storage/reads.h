/* reads.h - reads in the background; storage.h includes this. */
#pragma once

#include "storage/records.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct storage;

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
 * only noted does not count) that have an id. tickets: the last VISITOR_TICKETS, those that are not
 * CLOSED first; of each kind the latest first. */
enum { VISITOR_TICKETS = 10 };
struct visitor_answer {
    const struct visitor_record *visitor;
    const struct token_record *token;
    const struct recent_line *recent;
    size_t recent_count;
    const struct visitor_ticket *tickets;
    size_t ticket_count;
};
typedef void (*storage_on_visitor)(void *ctx, const struct visitor_answer *answer);
/* By token hash (site must match too; a token of any state finds), or by JID (token_hash NULL; the
 * site is not looked at; of several the one last seen). */
uint64_t storage_find_visitor(struct storage *s, const char *site, const char *token_hash,
                              const char *jid, storage_on_visitor answer, void *ctx);

/* By what a site calls the person; of several the one first seen. */
uint64_t storage_find_subject(struct storage *s, const char *site, const char *subject,
                              storage_on_visitor answer, void *ctx);

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
/* A passage of what was said and noted in one chat, by what archives are asked for (XEP-0313):
 * between entries, between times, by one agent, or those alone that are named. That a line was
 * corrected, taken back or reacted to is no entry of it: the line stands there as it is now. */
enum { PASSAGE_NAMED = 104 }; /* what a page may name, and its four ends */

struct passage_query {
    int64_t chat;
    int64_t after;     /* behind that one; 0: from the start */
    int64_t before;    /* before that one; 0: to the end */
    bool from_end;     /* the last ones of what lies between */
    time_ms from;      /* not earlier; 0: from the start */
    time_ms until;     /* not later; 0: to the end */
    const char *agent; /* by that one; "": by everybody */
    /* Sequences that must be there. */
    int64_t named[PASSAGE_NAMED];
    size_t named_count;
    bool only_named; /* the passage is what is named */
    unsigned max;    /* 1 to 100 */
};

/* chat NULL: there is none. is_unknown: something that was named is not there, and nothing was
 * read. complete: nothing lies further in the asked direction. total: all that the filters let
 * through, wherever the page begins. */
struct passage_answer {
    const struct chat_record *chat;
    const struct entry_record *entries;
    size_t count;
    bool complete;
    bool is_unknown;
    int64_t total;
};
typedef void (*storage_on_passage)(void *ctx, const struct passage_answer *answer);
uint64_t storage_passage(struct storage *s, const struct passage_query *q,
                         storage_on_passage answer, void *ctx);
/* Tickets that are linked with one, in order, and the first that went into it; numbers. */
enum { TICKET_LINKS = 20 };
struct ticket_related {
    int64_t links[TICKET_LINKS];
    size_t link_count;
    int64_t merged[TICKET_LINKS];
    size_t merged_count;
};

/* A chat, its ticket and who asked for it. chat NULL: there is none. ticket NULL: it was not
 * converted. first_line: of the visitor, as it stands there now, of those that were not taken back;
 * "": none. answered: when an agent first spoke to the visitor; 0: not yet. spent: the time that
 * was spent on it so far. */
struct ticket_answer {
    const struct chat_record *chat;
    const struct ticket_record *ticket;
    const struct visitor_record *requester;
    const char *first_line;
    time_ms answered;
    time_ms spent;
    const struct rating_record *rating; /* NULL: none */
    const struct recent_line *recent;   /* of the last 40 entries of the chat, as for a visitor */
    size_t recent_count;
    struct ticket_related related;
    struct own_records own;
};
typedef void (*storage_on_ticket)(void *ctx, const struct ticket_answer *answer);
uint64_t storage_ticket(struct storage *s, int64_t number, storage_on_ticket answer, void *ctx);
/* Numbers of at most max (1 to 50) tickets. before > 0: those whose wake is not behind it, by wake;
 * else those behind the number after that are not CLOSED, by number. */
struct wake_query {
    time_ms before;
    int64_t after;
    unsigned max;
};
typedef void (*storage_on_wake)(void *ctx, const int64_t *numbers, size_t count);
uint64_t storage_wake(struct storage *s, const struct wake_query *q, storage_on_wake answer,
                      void *ctx);

/* Whose departments' chats and tickets somebody may read. What they own they may read besides; a
 * list that is not by owner has of that what is unfinished. */
struct ticket_scope {
    const char *who; /* bare JID; "" owns nothing */
    const char *const *departments;
    size_t department_count;
    bool all;        /* departments do not count */
    bool names_only; /* a search finds tickets alone, and by what they are called: subject, tags,
                      * who asks; not by what was said or else is kept */
};

enum { TICKETS_PAGE = 50, SEARCH_WORDS = 12, SEARCH_WORD_BYTES = 64 };

/* A list of tickets or, with text, what a search finds. All that is given must be so. */
struct ticket_query {
    struct ticket_scope scope;
    const char *owner; /* "": nobody; NULL: whoever */
    const char *department;
    unsigned states;    /* 1 << of each; 0: any, of a search chats that are none as well */
    time_ms due_before; /* the date it waits for, or a target of its service levels, is then or
                         * earlier; 0: does not count */
    const char *tag;
    enum chat_priority priority; /* 0: any */
    /* Literal: words that all stand in what was said and noted, as it stands there now, in the
     * subject, the tags, or what is kept of who asks. Capitals, accents and other signs make no
     * difference, and ss is the sharp s. Of more than SEARCH_WORDS the rest does not count. NULL:
     * no search. */
    const char *text;
    int64_t before; /* lower numbers alone; 0: all */
    unsigned max;   /* 1 to TICKETS_PAGE */
};
/* The highest numbers first. next: to go on, as before; 0: there is nothing more. One read looks at
 * so many and no more: the page may be short, or empty, and next not 0. TICKETS_UNINDEXED, of a
 * search: nothing was looked for, as the index is being made again. */
enum { TICKETS_UNINDEXED = -1 };
typedef void (*storage_on_tickets)(void *ctx, const struct ticket_answer *rows, size_t count,
                                   int64_t next);
uint64_t storage_tickets(struct storage *s, const struct ticket_query *q, storage_on_tickets answer,
                         void *ctx);
/* NEW tickets of a department that nobody has, converted after that time: how many (at most
 * NEWS_COUNT_MAX), when the last was converted (0: there is none), and the last NEWS_ROWS, the
 * latest first. */
enum { NEWS_ROWS = 5, NEWS_COUNT_MAX = 1000 };
struct news_row {
    int64_t number;
    const char *name;    /* of the requester */
    const char *subject; /* or the first line, as in struct ticket_answer */
};
struct news_answer {
    size_t count;
    time_ms last;
    const struct news_row *rows;
    size_t row_count;
};
typedef void (*storage_on_news)(void *ctx, const struct news_answer *answer);
uint64_t storage_news(struct storage *s, const char *department, time_ms after,
                      storage_on_news answer, void *ctx);
/* The last max (1 to 100) of the audit log, the latest first. */
typedef void (*storage_on_audit)(void *ctx, const struct audit_record *rows, size_t count);
uint64_t storage_audit(struct storage *s, unsigned max, storage_on_audit answer, void *ctx);
/* The last max (1 to 100) of who looked at what, the latest first; of a visitor, or "" all. */
typedef void (*storage_on_reads)(void *ctx, const struct read_record *rows, size_t count);
uint64_t storage_reads(struct storage *s, const char *visitor, unsigned max,
                       storage_on_reads answer, void *ctx);

/* ---- persons ----
 *
 * All visitors of that id, e-mail address (in any case), bare JID or identity ("SITE/SUBJECT"), and
 * what belongs to them. */
enum person_by { PERSON_VISITOR, PERSON_EMAIL, PERSON_JID, PERSON_IDENTITY };
struct person_query {
    enum person_by by;
    const char *value;
};
struct person_part {
    const char *table;
    int64_t rows;
};
struct person_answer {
    const char *const *visitors; /* ids; the first PERSON_VISITORS */
    size_t visitor_count;
    const struct person_part *parts; /* each table that has something of them; also with 0 rows */
    size_t part_count;
    bool unfinished; /* a scrub has begun and not ended */
    int64_t bytes;   /* of the database */
};
enum { PERSON_VISITORS = 100 };
typedef void (*storage_on_person)(void *ctx, const struct person_answer *answer);
uint64_t storage_person(struct storage *s, const struct person_query *q, storage_on_person answer,
                        void *ctx);
/* Everything of them, as JSON: an object of tables, each an array of rows. Into the file at path,
 * which is made 0600 and must not exist, and is synced; path "": as text, to the answer. text "":
 * it is in the file. error "" = done. */
typedef void (*storage_on_export)(void *ctx, const char *text, const char *error);
enum { EXPORT_BYTES_MAX = 64 << 20 };
uint64_t storage_export_person(struct storage *s, const struct person_query *q, const char *path,
                               storage_on_export answer, void *ctx);

/* What was kept long enough: closed chats without a ticket, by when they ended; tickets that are
 * solved or closed, by when they changed, of one department. Or visitors who were not seen since
 * then; those who still have chats are not due. At most max (1 to 100), the keys behind after, in
 * order. keys: numbers or ids. */
enum expired_kind { EXPIRED_CHATS, EXPIRED_TICKETS, EXPIRED_VISITORS };
struct expired_query {
    enum expired_kind kind;
    const char *department;
    time_ms before;
    const char *after; /* "" from the start; VISITORS alone */
    unsigned max;
};
typedef void (*storage_on_expired)(void *ctx, const char *const *keys, const bool *due,
                                   size_t count);
uint64_t storage_expired(struct storage *s, const struct expired_query *q,
                         storage_on_expired answer, void *ctx);

/* Goes through the database, in steps between commits, so that nothing that was deleted is left in
 * it nor in its log. error "" = done, and nothing is unfinished. */
typedef void (*storage_on_scrub)(void *ctx, const char *error);
void storage_scrub(struct storage *s, storage_on_scrub answer, void *ctx);

/* The answer of that read will not be called. */
void storage_cancel(struct storage *s, uint64_t id);

/* Copies the whole database, consistent, while running (SQLite's backup API). error "" = done. The
 * file is made 0600 and must not exist. */
typedef void (*storage_on_backup)(void *ctx, const char *error);
void storage_backup(struct storage *s, const char *path, storage_on_backup answer, void *ctx);
