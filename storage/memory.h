/* memory.h - the parts of the memory store: private to storage/memory*.c. */
#pragma once

#include "storage/backend.h"

/* Records sorted by key: the first fields of the shape. The table owns its copies. */
struct table {
    const struct shape *shape;
    size_t key_fields;
    void **rows;
    size_t count;
    size_t size;
};

void *table_get(const struct table *table, const void *key); /* or NULL */
void table_put(struct table *table, const void *record);     /* replaces */
void table_drop(struct table *table, const void *key);
void table_drop_at(struct table *table, size_t at);

enum {
    VISITORS,
    TOKENS,
    CHATS,
    ENTRIES,
    OUTBOX,
    CONTACTS,
    SLOTS,
    SUBSCRIBERS,
    DUTIES,
    NEWSES,
    CANNED,
    SAVED,
    BLOCKS,
    BULLETINS,
    PARTICIPANTS,
    SETTINGS,
    AUDITS,
    FILES,
    TICKETS,
    SPENTS,
    RATINGS,
    OWNS,
    LINKS,
    MAILS,
    READ_ROWS,
    TABLES
};

struct memory {
    struct backend base;
    int wake_fd;
    struct table tables[TABLES];
    int64_t last_outbox;
    int64_t last_number; /* of what was erased, too */
    int64_t last_sequence;
    int64_t last_read;
    int64_t last_spent;
    bool unfinished;      /* a scrub */
    struct list sealed;   /* batch::link */
    struct list requests; /* request::link */
    bool is_held;
    int failure;
    bool in_trouble;
};

/* memory_write.c */
void memory_write(struct memory *m, const struct write *write);
/* The references of schema/, checked at the commit as there: else it is a BUG. */
void memory_check_references(const struct memory *m, const struct write *write);
struct visitor_record *memory_visitor(const struct memory *m, const char *id);
struct chat_record *memory_chat(const struct memory *m, int64_t number);
struct entry_record *memory_entry_at(const struct memory *m, size_t at);
/* The last max entries of the request's chat, skip of them left out. */
void memory_add_last(const struct memory *m, struct request *r, size_t max);
/* Fill in the answer. */
void memory_find_visitor(const struct memory *m, struct request *r);
void memory_find_history(const struct memory *m, struct request *r);
void memory_find_chats(const struct memory *m, struct request *r);
void memory_find_transcript(const struct memory *m, struct request *r);
void memory_find_passage(const struct memory *m, struct request *r); /* memory_passage.c */
/* memory_tickets.c */
void memory_find_ticket(const struct memory *m, struct request *r);
void memory_find_wake(const struct memory *m, struct request *r);
void memory_find_list(const struct memory *m, struct request *r);
void memory_find_news(const struct memory *m, struct request *r);
void memory_find_audit(const struct memory *m, struct request *r);
void memory_find_reads(const struct memory *m, struct request *r);
void memory_find_person(const struct memory *m, struct request *r);
void memory_find_expired(const struct memory *m, struct request *r);
/* What the schema's references ask for goes with it. */
void memory_erase_chat(struct memory *m, int64_t number);
void memory_erase_visitor(struct memory *m, const char *id);
void memory_prune_reads(struct memory *m, time_ms before);
/* Every record that the loader wants, in its order. */
bool memory_load(const struct memory *m, const struct storage_loader *loader);
