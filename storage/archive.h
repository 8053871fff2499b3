/* archive.h - what is stored, read beside the daemon: for reports and lists of who runs it.
 *
 * A read-only connection of one's own, without the lock and without a thread: calls block, so they
 * are for subcommands and threads of their own, and never for the daemon's loop. Each looks at a
 * bounded number of rows at a time, in a read transaction of its own; so the daemon's write-ahead
 * log can be emptied meanwhile, and a long answer is of more than one moment. Tickets and entries
 * are handed over between two reads: whoever takes them may be slow. Chats are handed over within
 * one: they are to be counted.
 *
 * Strings are borrowed for the call and never NULL; times are UTC milliseconds, 0 = never. What a
 * function returns is NULL, or in words why it could not be read (free() it). A probe's visits are
 * in nothing of this. */
#pragma once

#include "storage/storage.h"

struct archive;

/* "sqlite:PATH". NULL and *error: there is none, it is not ours, or of another version. */
struct archive *archive_open(const char *uri, char **error);
void archive_close(struct archive *a); /* NULL is fine */
/* From another thread: what is being read is broken off, and so is whatever is asked then. */
void archive_cancel(struct archive *a);

/* ---- for figures ---- */

/* What of a service level is known of a ticket; NONE: it has no such target, or it still runs. */
enum archive_service { SERVICE_NONE, SERVICE_KEPT, SERVICE_BROKEN };
/* In the order of enum ticket_target (desk.h), whose bits are stored. */
enum { SERVICE_FIRST_ANSWER, SERVICE_NEXT_ANSWER, SERVICE_SOLUTION, SERVICE_KINDS };

struct archive_chat {
    int64_t number;
    const char *visitor;
    const char *department; /* who served it last */
    const char *owner;      /* who had it last; "" nobody */
    enum chat_state state;
    const char *closed_by;
    time_ms created;
    time_ms taken;    /* first, by any agent */
    time_ms left;     /* when it became a message that was left */
    bool closing;     /* and that because the department closed */
    time_ms answered; /* first line of an agent */
    time_ms closed;
    const char *name; /* of the visitor, as are e-mail and JID */
    const char *email;
    const char *jid;
    enum rating_scale rating; /* by the visitor; NONE */
    unsigned rated;           /* rating_record.value */
};

/* Chats that began in [from, to), by number. */
char *archive_chats(struct archive *a, time_ms from, time_ms to,
                    void (*chat)(void *ctx, const struct archive_chat *c), void *ctx);

/* Time that was spent in the period (spent_record), by the chat's number. */
struct archive_spent {
    int64_t chat;
    const char *department; /* of the chat */
    const char *visitor;
    const char *name; /* of the visitor, as are e-mail and JID */
    const char *email;
    const char *jid;
    const char *agent;
    time_ms began;
    time_ms lasted;
};

/* What began in [from, to). */
char *archive_spent(struct archive *a, time_ms from, time_ms to,
                    void (*spent)(void *ctx, const struct archive_spent *s), void *ctx);

/* ---- tickets ---- */

struct archive_ticket {
    struct chat_record chat;
    struct ticket_record ticket; /* state TICKET_NONE: the chat was not converted */
    struct visitor_record requester;
    struct rating_record rating; /* scale NONE: there is none, or archive_search was asked */
    const char *first_line;      /* as it stands there now; the subject where nobody named one */
    enum archive_service service[SERVICE_KINDS];
    time_ms spent; /* on it so far; of searches 0 */
    struct ticket_related related;
    struct own_records own;
};

typedef void (*archive_on_ticket)(void *ctx, const struct archive_ticket *t);

/* Tickets, the newest first. */
struct archive_query {
    const char *department;  /* NULL: all */
    const char *owner;       /* bare JID; "": nobody; NULL: whoever */
    enum ticket_state state; /* NONE: any */
    time_ms from, to;        /* converted in [from, to); to 0: whenever */
    int64_t before;          /* numbers below; 0: from the newest */
    unsigned max;            /* 0: all */
};
char *archive_tickets(struct archive *a, const struct archive_query *q, archive_on_ticket ticket,
                      void *ctx);
/* Tickets, and chats that are none, in which all words of text stand (struct ticket_query), the
 * newest first; max of them, 0: all. */
char *archive_search(struct archive *a, const char *text, unsigned max, archive_on_ticket ticket,
                     void *ctx);
/* One, or a chat that was not converted. Not called: there is no such number. */
char *archive_ticket(struct archive *a, int64_t number, archive_on_ticket ticket, void *ctx);
/* Its record: what was said and noted, all kinds, in order. */
char *archive_entries(struct archive *a, int64_t number,
                      void (*entry)(void *ctx, const struct entry_record *e), void *ctx);
