/* story.h - a storage for a test, its completions, and samples of every record. */
#pragma once

#include "storage/storage.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { STORY_PATIENCE_MS = 30000 };

struct story {
    struct storage *storage;
    char *directory; /* of a test's own; removed with all in it */
    char *path;      /* of the database in it */
    char *uri;
    uint64_t committed; /* as on_commit told */
    unsigned commits;   /* how often */
    unsigned refused;   /* how often trouble was told to begin … */
    unsigned recovered; /* … and to end */
    bool is_refusing;
};

/* scheme "sqlite:" (a new file in a new directory) or "memory:". */
struct story *story_begin(const char *scheme);
/* The same, without opening it: threads do not survive a fork, so who forks opens behind it. */
struct story *story_make(const char *scheme);
void story_end(struct story *t);
void story_reopen(struct story *t);
/* What is not on disk goes with the memory store: only SQLite is reopened. */
void story_reopen_if_kept(struct story *t);
/* Opens and closes t->storage alone. */
void story_open(struct story *t);
void story_close(struct story *t);

/* Dispatches until that is so; fails when patience ends. */
void story_wait_commit(struct story *t, uint64_t batch);
void story_wait_refusing(struct story *t, bool refusing);
void story_wait_flag(struct story *t, const bool *flag);
/* Whether the loop would be woken within that time; dispatches if so. */
bool story_turn(struct story *t, int timeout_ms);
/* Seals and waits. */
void story_commit(struct story *t);

struct visitor_record story_visitor(const char *id);
struct chat_record story_chat(int64_t number, const char *visitor);
struct entry_record story_entry(int64_t sequence, int64_t chat, const char *body);
struct outbox_record story_outbox(int64_t id);

void story_put_visitor(struct story *t, const char *id);
void story_put_chat(struct story *t, int64_t number, const char *visitor);
void story_put_entry(struct story *t, int64_t sequence, int64_t chat, const char *body);
void story_put_token(struct story *t, const char *hash, const char *visitor, enum token_state state,
                     time_ms at);

/* Answers, copied; free the array members by story_answer_clear. */
struct story_answer {
    bool is_done;
    bool found;
    char *visitor; /* id */
    char *name;
    char *site;
    time_ms first_seen;
    time_ms last_seen;
    bool has_token;
    char *token_hash;
    enum token_state token_state;
    time_ms token_at;
    size_t count; /* of ids or entries */
    char *texts[100];
    int64_t sequences[100];
    enum entry_kind kinds[100];
    bool complete;
    int64_t total;
    char *error;
};
void story_on_visitor(void *ctx, const struct visitor_answer *answer);
void story_on_history(void *ctx, const struct entry_record *entries, size_t count, bool complete,
                      int64_t total);
void story_on_backup(void *ctx, const char *error);
void story_answer_clear(struct story_answer *a);
/* Ask and wait. */
void story_find_token(struct story *t, const char *site, const char *hash, struct story_answer *a);
void story_find_jid(struct story *t, const char *jid, struct story_answer *a);
void story_history(struct story *t, int64_t after, int64_t before, unsigned max,
                   struct story_answer *a); /* of visitor-a with sales */

/* Everything storage_load says, as lines of text, one a call; free() it. */
char *story_load(struct story *t);

/* Each test of the suite runs against each backend. */
int story_begin_memory(void **state);
int story_begin_sqlite(void **state);
int story_teardown(void **state);

#define STORY_BOTH(test)                                                                           \
    {#test " (memory)", test, story_begin_memory, story_teardown, NULL},                           \
    {                                                                                              \
#test " (sqlite)", test, story_begin_sqlite, story_teardown, NULL                          \
    }
