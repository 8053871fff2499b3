/* backend.h - between storage.c and what stores: private to storage/.
 *
 * storage.c lives on the loop thread and does what all backends share: the open batch, numbers,
 * limits, requests and their cancelling, completions. A backend commits batches in the order given
 * and answers requests; it may use threads, and writes to wake_fd when there is something to
 * collect. */
#pragma once

#include "base/list.h"
#include "storage/record.h"
#include "storage/storage.h"

/* One write. The record is the member that the kind names; its texts are behind the struct. */
struct write {
    struct list link; /* batch::writes */
    enum write_kind kind;
    size_t size;
    union {
        struct visitor_record visitor;
        struct token_record token;
        struct chat_record chat;
        struct participant_record participant;
        struct entry_record entry;
        struct outbox_record outbox;
        struct contact_record contact;
        struct slot_record slot;
        struct subscriber_record subscriber;
        struct duty_record duty;
        struct news_record news;
        struct canned_record canned;
        struct saved_record saved;
        struct setting_record setting;
        struct audit_record audit;
        struct file_record file;
        struct block_record block;
        struct bulletin_record bulletin;
        struct ticket_record ticket;
        struct spent_record spent;
        struct rating_record rating;
        struct own_record own;
        struct link_record link;
        struct mail_record mail;
        struct read_record read;
    } record;
};

/* The writes of one turn of the loop. */
struct batch {
    struct list link;
    struct list writes; /* write::link */
    uint64_t number;
    size_t count;
    size_t bytes;
    time_ms sealed_at; /* monotonic */
};

struct batch *batch_create(void);
void batch_destroy(struct batch *batch);

enum {
    HISTORY_MAX = 100, /* entries a page */
    CHATS_MAX = 50,    /* of a visitor, in one answer */
    AUDIT_MAX = 100,
    WAKE_MAX = 50,
    READS_MAX = 100,
    PERSON_PARTS_MAX = 24,
    TICKET_RECENT = 40, /* entries, for the same */
    RECENT_MAX = 100,   /* lines in which repeats are looked for */
    LOAD_ENTRIES = 200, /* of each open chat */
    FIRST_NUMBER = 1001 /* of the first chat */
};

enum request_kind {
    FIND_VISITOR,
    HISTORY,
    VISITOR_CHATS,
    TRANSCRIPT,
    PASSAGE,
    TICKET,
    LIST,
    WAKE,
    NEWS,
    AUDIT,
    READS,
    PERSON,
    EXPORT,
    EXPIRED,
    BACKUP,
    SCRUB
};

/* A row of struct news_answer. */
struct request_news {
    int64_t number;
    char *name;
    char *subject;
};

/* With its first and its last line, or NULL. */
struct request_ticket {
    struct ticket_record *record;
    struct entry_record *first;
    struct entry_record *last;
};

/* A read on its way. The loop thread writes what is above the line; the backend fills in the
 * answer. */
struct request {
    struct list link; /* storage::waiting, then the backend's lists */
    struct list open; /* storage::requests; loop thread only */
    uint64_t id;
    uint64_t after;    /* the batch that must have been committed */
    bool is_cancelled; /* loop thread only */
    enum request_kind kind;
    union {
        storage_on_visitor on_visitor;
        storage_on_history on_history;
        storage_on_chats on_chats;
        storage_on_transcript on_transcript;
        storage_on_passage on_passage;
        storage_on_ticket on_ticket;
        storage_on_wake on_wake;
        storage_on_tickets on_tickets;
        storage_on_news on_news;
        storage_on_audit on_audit;
        storage_on_reads on_reads;
        storage_on_person on_person;
        storage_on_export on_export;
        storage_on_expired on_expired;
        storage_on_backup on_backup; /* BACKUP, SCRUB */
    } call;
    void *ctx;
    char *site;       /* FIND_VISITOR */
    char *token_hash; /* or NULL */
    char *jid;
    char *subject;              /* or NULL */
    char *visitor;              /* HISTORY, VISITOR_CHATS */
    char *department;           /* HISTORY, NEWS */
    time_ms converted_after;    /* NEWS */
    struct history_query query; /* its texts are the two above; TRANSCRIPT, AUDIT: max
                                 * alone; WAKE: without texts */
    int64_t chat;               /* TRANSCRIPT, TICKET */
    unsigned skip;
    char *path;                    /* BACKUP; EXPORT: "" as text */
    enum person_by by;             /* PERSON, EXPORT; visitor is the value */
    struct expired_query expired;  /* its texts are department and visitor */
    struct ticket_query *list;     /* LIST; with its texts */
    struct passage_query *passage; /* PASSAGE; with its text */

    struct visitor_record *found; /* FIND_VISITOR */
    struct token_record *token;
    struct request_ticket *tickets; /* FIND_VISITOR */
    size_t ticket_count;
    struct entry_record **entries; /* HISTORY, TRANSCRIPT: the page; FIND_VISITOR: the recent
                                    * messages; in order; TICKET: the last ones */
    size_t count;
    struct chat_record **chats; /* VISITOR_CHATS; TRANSCRIPT, PASSAGE: the one, or none */
    size_t chat_count;
    int64_t numbers[WAKE_MAX]; /* WAKE */
    size_t number_count;
    struct ticket_answer *rows; /* LIST; TICKET: the one, or none. Their texts are the request's */
    size_t row_count;
    int64_t next;                 /* LIST */
    bool found_damage;            /* LIST: the index of searches is damaged */
    struct audit_record **audits; /* AUDIT */
    size_t audit_count;
    struct request_news news[NEWS_ROWS]; /* NEWS */
    size_t news_count;
    time_ms last_news;
    struct read_record **reads; /* READS */
    size_t read_count;
    char **ids; /* PERSON: visitors; EXPIRED: keys */
    bool *due;  /* EXPIRED: of each id */
    size_t id_count;
    struct person_part *parts; /* PERSON */
    size_t part_count;
    bool unfinished;
    char *text; /* EXPORT */
    bool complete;
    bool is_unknown; /* PASSAGE */
    int64_t total;   /* HISTORY, PASSAGE, NEWS; PERSON: bytes of the database */
    char *error;     /* BACKUP, SCRUB, EXPORT: NULL = done */
};

void request_destroy(struct request *request);
/* Empties the answer (a read that failed half-way is repeated). */
void request_clear(struct request *request);
/* Appends a copy of the entry to the answer. */
void request_add_entry(struct request *request, const struct entry_record *entry);
/* One more than max may be there: it tells that there is more, and goes. */
void request_end_page(struct request *request, unsigned max, bool backward);
void request_add_ticket(struct request *request, const struct ticket_record *ticket);
void request_add_chat(struct request *request, const struct chat_record *chat);
void request_add_number(struct request *request, int64_t number);
/* Of a ticket with that subject, or (none) that first line (NULL: none either). */
void request_add_news(struct request *request, int64_t number, const char *name,
                      const char *subject, const struct entry_record *first_line);
void request_add_audit(struct request *request, const struct audit_record *audit);
void request_add_read(struct request *request, const struct read_record *read);
void request_add_id(struct request *request, const char *id, bool due);
void request_add_part(struct request *request, const char *table, int64_t rows);
/* A row without ticket and with the first line "", which is to be filled in further. */
struct ticket_answer *request_add_row(struct request *request, const struct chat_record *chat,
                                      const struct visitor_record *requester);
/* What a row says besides; borrowed. line: NULL none. */
void request_fill_row(struct ticket_answer *row, const struct ticket_record *ticket,
                      const struct entry_record *line);
/* Of the row; copied. */
void own_records_add(struct own_records *all, const struct own_record *r);
void own_records_finish(struct own_records *all);
/* A copy in one piece of memory after the other; request_destroy frees it. */
struct ticket_query *request_copy_list(const struct ticket_query *q);
struct passage_query *request_copy_passage(const struct passage_query *q);
/* Calls the completion. */
void request_answer(const struct request *request);

/* What collect hands back. */
struct report {
    struct list committed; /* batch::link, in order; the caller destroys them */
    struct list answered;  /* request::link */
    bool in_trouble;       /* a commit fails at present */
    char *trouble;         /* why, in words: only when that is new; free() it */
};

struct backend {
    const struct backend_kind *kind;
};

struct backend_kind {
    const char *scheme; /* "sqlite:" */
    /* NULL and *error (free() it) in words on failure. */
    struct backend *(*open)(const char *path, int wake_fd, char **error);
    /* Commits what it has (at most 5 s), destroys its requests unanswered. */
    void (*close)(struct backend *b);
    void (*commit)(struct backend *b, struct batch *batch);   /* takes it */
    void (*read)(struct backend *b, struct request *request); /* takes it until collected */
    void (*collect)(struct backend *b, struct report *report);
    bool (*load)(struct backend *b, const struct storage_loader *loader);
    char *(*inspect)(const char *path);
    /* storage_peek_settings: what only the loader's setting is called for. */
    char *(*peek)(const char *path, const struct storage_loader *loader);
    bool (*is_damaged)(const char *path);
    /* storage_test.h */
    void (*hold)(struct backend *b, bool held);
    void (*fail)(struct backend *b, int code);
};

extern const struct backend_kind sqlite_backend;
extern const struct backend_kind memory_backend;

/* Moves all nodes of from behind those of to. */
static inline void list_move(struct list *to, struct list *from)
{
    if (!list_is_empty(from)) {
        from->next->prev = to->prev;
        to->prev->next = from->next;
        from->prev->next = to;
        to->prev = from->prev;
        list_init(from);
    }
}

/* Makes fd, an eventfd, readable. */
void backend_wake(int fd);
