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
    CANNED,
    BLOCKS,
    PARTICIPANTS,
    SETTINGS,
    AUDITS,
    FILES,
    TICKETS,
    TABLES
};

struct memory {
    struct backend base;
    int wake_fd;
    struct table tables[TABLES];
    int64_t last_outbox;
    struct list sealed;   /* batch::link */
    struct list requests; /* request::link */
    bool is_held;
    int failure;
    bool in_trouble;
};

struct visitor_record *memory_visitor(const struct memory *m, const char *id);
struct chat_record *memory_chat(const struct memory *m, int64_t number);
struct entry_record *memory_entry_at(const struct memory *m, size_t at);
/* Fill in the answer. */
void memory_find_visitor(const struct memory *m, struct request *r);
void memory_find_history(const struct memory *m, struct request *r);
void memory_find_chats(const struct memory *m, struct request *r);
void memory_find_transcript(const struct memory *m, struct request *r);
void memory_find_ticket(const struct memory *m, struct request *r);
void memory_find_audit(const struct memory *m, struct request *r);
/* Every record that the loader wants, in its order. */
bool memory_load(const struct memory *m, const struct storage_loader *loader);
