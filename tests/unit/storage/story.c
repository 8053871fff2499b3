#include "story.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the storage ---- */

static void on_commit(void *ctx, uint64_t batch)
{
    struct story *t = ctx;
    assert_true(batch > t->committed);
    t->committed = batch;
    t->commits++;
}

static void on_refusing(void *ctx, bool refusing)
{
    struct story *t = ctx;
    assert_int_not_equal(refusing, t->is_refusing);
    t->is_refusing = refusing;
    t->refused += refusing;
    t->recovered += !refusing;
}

void story_open(struct story *t)
{
    char *error = NULL;
    struct storage_calls calls = {.ctx = t, .on_commit = on_commit, .on_refusing = on_refusing};
    t->committed = 0;
    t->storage = storage_open(t->uri, &calls, &error);
    if (!t->storage) {
        fail_msg("%s", error);
    }
    assert_null(error);
}

void story_close(struct story *t)
{
    storage_close(t->storage);
    t->storage = NULL;
}

void story_reopen(struct story *t)
{
    story_close(t);
    story_open(t);
}

struct story *story_make(const char *scheme)
{
    struct story *t = mem_alloc(sizeof *t);
    if (strcmp(scheme, "memory:") == 0) {
        t->uri = mem_dup(scheme);
    } else {
        const char *base = getenv("TMPDIR");
        t->directory = mem_print("%s/tresen-storage-XXXXXX", base ? base : "/tmp");
        assert_non_null(mkdtemp(t->directory));
        t->path = mem_print("%s/tresen.db", t->directory);
        t->uri = mem_print("%s%s", scheme, t->path);
    }
    return t;
}

struct story *story_begin(const char *scheme)
{
    struct story *t = story_make(scheme);
    story_open(t);
    return t;
}

static void remove_directory(const char *path)
{
    DIR *directory = opendir(path);
    assert_non_null(directory);
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] != '.') {
            assert_int_equal(unlinkat(dirfd(directory), entry->d_name, 0), 0);
        }
    }
    closedir(directory);
    assert_int_equal(rmdir(path), 0);
}

void story_end(struct story *t)
{
    story_close(t);
    if (t->directory) {
        remove_directory(t->directory);
    }
    free(t->directory);
    free(t->path);
    free(t->uri);
    free(t);
}

int story_begin_memory(void **state)
{
    *state = story_begin("memory:");
    return 0;
}

int story_begin_sqlite(void **state)
{
    *state = story_begin("sqlite:");
    return 0;
}

int story_teardown(void **state)
{
    story_end(*state);
    return 0;
}

/* What is not on disk goes with the memory store: only SQLite is reopened. */
void story_reopen_if_kept(struct story *t)
{
    if (t->path) {
        story_reopen(t);
    }
}

bool story_turn(struct story *t, int timeout_ms)
{
    struct pollfd fd = {.fd = storage_fd(t->storage), .events = POLLIN};
    if (poll(&fd, 1, timeout_ms) <= 0) {
        return false;
    }
    storage_dispatch(t->storage);
    return true;
}

static void turn_until(struct story *t, time_ms deadline)
{
    time_ms left = deadline - clock_monotonic_ms();
    if (left <= 0) {
        fail_msg("nothing came");
    }
    story_turn(t, (int)left);
}

void story_wait_commit(struct story *t, uint64_t batch)
{
    time_ms deadline = clock_monotonic_ms() + STORY_PATIENCE_MS;
    while (t->committed < batch) {
        turn_until(t, deadline);
    }
    assert_true(storage_committed(t->storage) >= batch);
}

void story_wait_refusing(struct story *t, bool refusing)
{
    time_ms deadline = clock_monotonic_ms() + STORY_PATIENCE_MS;
    while (t->is_refusing != refusing) {
        turn_until(t, deadline);
    }
    assert_int_equal(storage_is_refusing(t->storage), refusing);
}

void story_wait_flag(struct story *t, const bool *flag)
{
    time_ms deadline = clock_monotonic_ms() + STORY_PATIENCE_MS;
    while (!*flag) {
        turn_until(t, deadline);
    }
}

void story_commit(struct story *t)
{
    story_wait_commit(t, storage_seal(t->storage));
}

/* ---- samples ---- */

struct visitor_record story_visitor(const char *id)
{
    return (struct visitor_record){
        .id = id,
        .site = "default",
        .jid = "",
        .name = "Ada",
        .email = "ada@example.org",
        .language = "de",
        .zone = "Europe/Berlin",
        .browser = "Firefox",
        .page_url = "https://shop.example/",
        .page_title = "It's \"cheap\"; DROP TABLE visitors; --",
        .referrer = "",
        .only_agent = "nina@example.org",
        .last_agent = "tom@example.org",
        .first_seen = 1000,
        .last_seen = 2000,
        .phone = "+49 30 1234",
        .fields = "customer: 4711\nplan: large\n",
        .consent = "0123456789ab 2026-01-05T10:00:00.000Z",
        .subject = "4711",
        .claims = "name: Ada\nplan: gold\n",
        .verified = 1500,
    };
}

struct chat_record story_chat(int64_t number, const char *visitor)
{
    return (struct chat_record){
        .number = number,
        .visitor = visitor,
        .department = "sales",
        .state = CHAT_ACTIVE,
        .owner = "agent@localhost",
        .created = 10,
        .waiting_since = 20,
        .claimed = 30,
        .closed_by = "",
        .offered = true,
        .priority = PRIORITY_HIGH,
        .tags = "billing urgent",
        .address = "sales",
        .handed_to = "",
    };
}

struct entry_record story_entry(int64_t sequence, int64_t chat, const char *body)
{
    return (struct entry_record){
        .sequence = sequence,
        .chat = chat,
        .kind = ENTRY_MESSAGE,
        .by = BY_VISITOR,
        .at = 100 + sequence,
        .agent = "",
        .name = "",
        .sender_id = "",
        .event = "",
        .body = body,
        .seen = SEEN_NOT,
    };
}

struct outbox_record story_outbox(int64_t id)
{
    return (struct outbox_record){
        .id = id,
        .side = OUTBOX_AGENT,
        .to = "agent@localhost",
        .from = "visitor-a",
        .message_id = "m1",
        .body = "hello",
        .at = 5,
        .visitor = "",
        .name = "",
        .event = "",
        .target = "",
        .payload = "",
    };
}

void story_put_visitor(struct story *t, const char *id)
{
    struct visitor_record r = story_visitor(id);
    storage_put_visitor(t->storage, &r);
}

void story_put_chat(struct story *t, int64_t number, const char *visitor)
{
    struct chat_record r = story_chat(number, visitor);
    storage_put_chat(t->storage, &r);
}

void story_put_entry(struct story *t, int64_t sequence, int64_t chat, const char *body)
{
    struct entry_record r = story_entry(sequence, chat, body);
    storage_put_entry(t->storage, &r);
}

void story_put_token(struct story *t, const char *hash, const char *visitor, enum token_state state,
                     time_ms at)
{
    struct token_record r = {.hash = hash, .visitor = visitor, .state = state, .at = at};
    storage_put_token(t->storage, &r);
}

/* ---- answers ---- */

void story_on_visitor(void *ctx, const struct visitor_answer *answer)
{
    struct story_answer *a = ctx;
    assert_false(a->is_done);
    a->is_done = true;
    a->found = answer->visitor != NULL;
    if (answer->visitor) {
        a->visitor = mem_dup(answer->visitor->id);
        a->name = mem_dup(answer->visitor->name);
        a->site = mem_dup(answer->visitor->site);
        a->first_seen = answer->visitor->first_seen;
        a->last_seen = answer->visitor->last_seen;
    }
    a->has_token = answer->token != NULL;
    if (answer->token) {
        a->token_hash = mem_dup(answer->token->hash);
        a->token_state = answer->token->state;
        a->token_at = answer->token->at;
        assert_string_equal(answer->token->visitor, answer->visitor->id);
    }
    a->count = answer->recent_count;
    for (size_t i = 0; i < answer->recent_count; i++) {
        const struct recent_line *l = &answer->recent[i];
        a->texts[i] = mem_print("%s|%s|%s", l->agent, l->id, l->body);
        a->sequences[i] = l->sequence;
    }
}

void story_on_history(void *ctx, const struct entry_record *entries, size_t count, bool complete,
                      int64_t total)
{
    struct story_answer *a = ctx;
    assert_false(a->is_done);
    a->is_done = true;
    a->count = count;
    a->complete = complete;
    a->total = total;
    for (size_t i = 0; i < count; i++) {
        a->texts[i] = mem_dup(entries[i].body);
        a->sequences[i] = entries[i].sequence;
        a->kinds[i] = entries[i].kind;
    }
}

void story_on_backup(void *ctx, const char *error)
{
    struct story_answer *a = ctx;
    assert_false(a->is_done);
    a->is_done = true;
    a->error = mem_dup(error);
}

void story_answer_clear(struct story_answer *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free(a->texts[i]);
    }
    free(a->visitor);
    free(a->name);
    free(a->site);
    free(a->token_hash);
    free(a->error);
    *a = (struct story_answer){.is_done = false};
}

void story_find_token(struct story *t, const char *site, const char *hash, struct story_answer *a)
{
    story_answer_clear(a);
    storage_find_visitor(t->storage, site, hash, NULL, story_on_visitor, a);
    story_wait_flag(t, &a->is_done);
}

void story_find_jid(struct story *t, const char *jid, struct story_answer *a)
{
    story_answer_clear(a);
    storage_find_visitor(t->storage, "", NULL, jid, story_on_visitor, a);
    story_wait_flag(t, &a->is_done);
}

void story_history(struct story *t, int64_t after, int64_t before, unsigned max,
                   struct story_answer *a)
{
    struct history_query q = {
        .visitor = "visitor-a",
        .department = "sales",
        .after = after,
        .before = before,
        .max = max,
    };
    story_answer_clear(a);
    storage_history(t->storage, &q, story_on_history, a);
    story_wait_flag(t, &a->is_done);
}
