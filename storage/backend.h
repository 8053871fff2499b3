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
        struct canned_record canned;
        struct setting_record setting;
        struct audit_record audit;
        struct file_record file;
        struct block_record block;
        struct ticket_record ticket;
    } record;
};

/* The writes of one turn of the loop. */
struct batch {
    struct list link;
    struct list writes; /* write::link */
    uint64_t number;
    size_t count;
    size_t bytes;
};

void batch_destroy(struct batch *batch);

enum request_kind { FIND_VISITOR, HISTORY, VISITOR_CHATS, TRANSCRIPT, TICKET, AUDIT, BACKUP };

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
        storage_on_ticket on_ticket;
        storage_on_audit on_audit;
        storage_on_backup on_backup;
    } call;
    void *ctx;
    char *site;       /* FIND_VISITOR */
    char *token_hash; /* or NULL */
    char *jid;
    char *visitor; /* HISTORY, VISITOR_CHATS */
    char *department;
    struct history_query query; /* its texts are the two above; TRANSCRIPT, AUDIT: max
                                 * alone */
    int64_t chat;               /* TRANSCRIPT, TICKET */
    unsigned skip;
    char *path; /* BACKUP */

    struct visitor_record *found; /* FIND_VISITOR; TICKET: who asked for it */
    struct ticket_record *ticket; /* or NULL */
    struct token_record *token;
    struct entry_record **entries; /* HISTORY, TRANSCRIPT: the page; FIND_VISITOR: the recent
                                    * messages; in order; TICKET: the first line, or none */
    size_t count;
    struct chat_record **chats; /* VISITOR_CHATS; TRANSCRIPT, TICKET: the one, or none */
    size_t chat_count;
    struct audit_record **audits; /* AUDIT */
    size_t audit_count;
    bool complete;
    int64_t total;
    char *error; /* BACKUP: NULL = done */
};

void request_destroy(struct request *request);
/* Empties the answer (a read that failed half-way is repeated). */
void request_clear(struct request *request);
/* Appends a copy of the entry to the answer. */
void request_add_entry(struct request *request, const struct entry_record *entry);
void request_add_chat(struct request *request, const struct chat_record *chat);
void request_add_audit(struct request *request, const struct audit_record *audit);
/* Calls the completion. */
void request_answer(const struct request *request);

enum {
    HISTORY_MAX = 100, /* entries a page */
    CHATS_MAX = 50,    /* of a visitor, in one answer */
    AUDIT_MAX = 100,
    RECENT_MAX = 100,   /* lines in which repeats are looked for */
    LOAD_ENTRIES = 200, /* of each open chat */
    FIRST_NUMBER = 1001 /* of the first chat */
};

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
