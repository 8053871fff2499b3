/* The reader thread: visitors and history, from its own read-only connection. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

enum { RETRY_MS = 1000 };

#define VISITOR_COLUMNS                                                                            \
    "v.id, v.site, v.jid, v.name, v.email, v.language, v.zone, v.browser, v.page_url,"             \
    " v.page_title, v.referrer, v.only_agent, v.last_agent, v.first_seen, v.last_seen, v.phone,"   \
    " v.fields"
#define CHAT_COLUMNS                                                                               \
    "number, visitor, department, state, owner, was_left, created, waiting_since, claimed, "       \
    "closed, closed_by, offered, priority, tags, address, handed_to"
/* The entries of a conversation, as ranges of entries_of_chat. */
#define CONVERSATION                                                                               \
    " FROM chats c CROSS JOIN entries e ON e.chat = c.number"                                      \
    " WHERE c.visitor = ?1 AND c.address = ?2 AND e.kind IN (1, 2)"
#define PAGE(order)                                                                                \
    "SELECT " SQLITE_ENTRY_COLUMNS                                                                 \
    " FROM entries WHERE sequence IN (SELECT e.sequence" CONVERSATION                              \
    " AND e.sequence > ?3 AND e.sequence < ?4 ORDER BY e.sequence " order " LIMIT ?5)"             \
    " ORDER BY sequence"

enum query {
    BEGIN,
    END,
    BY_TOKEN,
    BY_JID,
    RECENT,
    FORWARD,
    BACKWARD,
    TOTAL,
    CHATS_OF,
    CHAT,
    LINES,
    TICKET_OF,
    REQUESTER,
    FIRST_LINE,
    AUDIT_ROWS,
    QUERIES
};

static const char *const queries[QUERIES] = {
    [BEGIN] = "BEGIN",
    [END] = "COMMIT",
    [BY_TOKEN] = "SELECT " VISITOR_COLUMNS ", t.hash, t.visitor, t.state, t.at"
                 " FROM tokens t JOIN visitors v ON v.id = t.visitor"
                 " WHERE t.hash = ?1 AND v.site = ?2",
    [BY_JID] = "SELECT " VISITOR_COLUMNS " FROM visitors v WHERE v.jid = ?1 AND v.jid <> ''"
               " ORDER BY v.last_seen DESC, v.id LIMIT 1",
    [RECENT] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE sequence IN (SELECT e.sequence"
               " FROM chats c CROSS JOIN entries e ON e.chat = c.number"
               " WHERE c.visitor = ?1 AND e.kind IN (1, 3) AND e.by IN (1, 2)"
               " AND (e.kind = 1 OR e.sender_id <> '')"
               " ORDER BY e.sequence DESC LIMIT ?2) ORDER BY sequence",
    [FORWARD] = PAGE("ASC"),
    [BACKWARD] = PAGE("DESC"),
    [TOTAL] = "SELECT count(*)" CONVERSATION,
    [CHATS_OF] = "SELECT " CHAT_COLUMNS " FROM chats WHERE visitor = ?1"
                 " ORDER BY number DESC LIMIT ?2",
    [CHAT] = "SELECT " CHAT_COLUMNS " FROM chats WHERE number = ?1",
    [LINES] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE sequence IN (SELECT sequence"
              " FROM entries WHERE chat = ?1 ORDER BY sequence DESC LIMIT ?2 OFFSET ?3)"
              " ORDER BY sequence",
    [TICKET_OF] = "SELECT number, department, state, owner, subject, due, level, converted,"
                  " converted_by, changed FROM tickets WHERE number = ?1",
    [REQUESTER] = "SELECT " VISITOR_COLUMNS " FROM chats c JOIN visitors v ON v.id = c.visitor"
                  " WHERE c.number = ?1",
    [FIRST_LINE] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE chat = ?1 AND kind = 1"
                   " AND by = 1 AND fate <> 2 ORDER BY sequence LIMIT 1",
    [AUDIT_ROWS] = "SELECT number, at, who, what, before, after FROM audit"
                   " ORDER BY number DESC LIMIT ?1",
};

struct sqlite_reader {
    sqlite3 *db;
    char *name;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* for what follows up to the line */
    pthread_cond_t cond;
    struct list requests; /* request::link */
    struct list answered; /* request::link */
    bool is_stopping;
    /* ---- the thread's own ---- */
    sqlite3_stmt *statements[QUERIES];
    int last_failure;
};

/* ---- the queries: SQLITE_OK, or the error and a half-filled answer ---- */

static int end_rows(sqlite3_stmt *statement, int code)
{
    int reset = sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return code == SQLITE_DONE ? reset : code;
}

static int read_entries(sqlite3_stmt *statement, struct request *request)
{
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct entry_record entry;
        sqlite_read_record(statement, 0, record_shape(PUT_ENTRY), &entry);
        request_add_entry(request, &entry);
    }
    return end_rows(statement, code);
}

static int read_visitor(struct sqlite_reader *r, struct request *request)
{
    const struct shape *shape = record_shape(PUT_VISITOR);
    sqlite3_stmt *statement = r->statements[request->token_hash ? BY_TOKEN : BY_JID];
    if (request->token_hash) {
        sqlite_bind_text(statement, 1, request->token_hash);
        sqlite_bind_text(statement, 2, request->site);
    } else {
        sqlite_bind_text(statement, 1, request->jid);
    }
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        struct visitor_record visitor;
        sqlite_read_record(statement, 0, shape, &visitor);
        request->found = record_dup(shape, &visitor);
        if (request->token_hash) {
            struct token_record token;
            sqlite_read_record(statement, (int)shape->count, record_shape(PUT_TOKEN), &token);
            request->token = record_dup(record_shape(PUT_TOKEN), &token);
        }
        code = SQLITE_DONE;
    }
    return end_rows(statement, code);
}

static int find_visitor(struct sqlite_reader *r, struct request *request)
{
    int code = read_visitor(r, request);
    if (code == SQLITE_OK && request->found) {
        sqlite3_stmt *recent = r->statements[RECENT];
        sqlite_bind_text(recent, 1, request->found->id);
        sqlite3_bind_int(recent, 2, RECENT_MAX);
        code = read_entries(recent, request);
    }
    return code;
}

static int read_total(struct sqlite_reader *r, struct request *request)
{
    sqlite3_stmt *statement = r->statements[TOTAL];
    sqlite_bind_text(statement, 1, request->visitor);
    sqlite_bind_text(statement, 2, request->department);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        request->total = sqlite3_column_int64(statement, 0);
        code = SQLITE_DONE;
    }
    return end_rows(statement, code);
}

/* One more than was wanted is there: it tells that there is more. */
static void drop_extra(struct request *request, size_t extra)
{
    free(request->entries[extra]);
    request->count--;
    for (size_t i = extra; i < request->count; i++) {
        request->entries[i] = request->entries[i + 1];
    }
}

static int read_chats(sqlite3_stmt *statement, struct request *request)
{
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct chat_record chat;
        sqlite_read_record(statement, 0, record_shape(PUT_CHAT), &chat);
        request_add_chat(request, &chat);
    }
    return end_rows(statement, code);
}

static int find_chats(struct sqlite_reader *r, struct request *request)
{
    sqlite_bind_text(r->statements[CHATS_OF], 1, request->visitor);
    sqlite3_bind_int(r->statements[CHATS_OF], 2, CHATS_MAX);
    return read_chats(r->statements[CHATS_OF], request);
}

static int find_transcript(struct sqlite_reader *r, struct request *request)
{
    sqlite3_stmt *lines = r->statements[LINES];
    sqlite3_bind_int64(r->statements[CHAT], 1, request->chat);
    int code = read_chats(r->statements[CHAT], request);
    if (code != SQLITE_OK) {
        return code;
    }
    sqlite3_bind_int64(lines, 1, request->chat);
    sqlite3_bind_int64(lines, 2, (int64_t)request->query.max + 1);
    sqlite3_bind_int64(lines, 3, request->skip);
    code = read_entries(lines, request);
    request->complete = request->count <= request->query.max;
    if (!request->complete) {
        drop_extra(request, 0);
    }
    return code;
}

/* Of one row, or none. */
static int read_copy(sqlite3_stmt *statement, enum write_kind kind, int64_t number, void **copy)
{
    const struct shape *shape = record_shape(kind);
    union {
        struct ticket_record ticket;
        struct visitor_record visitor;
    } record;
    sqlite3_bind_int64(statement, 1, number);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        sqlite_read_record(statement, 0, shape, &record);
        *copy = record_dup(shape, &record);
        code = SQLITE_DONE;
    }
    return end_rows(statement, code);
}

static int find_ticket(struct sqlite_reader *r, struct request *request)
{
    void *ticket = NULL;
    void *visitor = NULL;
    sqlite3_bind_int64(r->statements[CHAT], 1, request->chat);
    int code = read_chats(r->statements[CHAT], request);
    if (code == SQLITE_OK) {
        code = read_copy(r->statements[TICKET_OF], PUT_TICKET, request->chat, &ticket);
    }
    request->ticket = ticket;
    if (code == SQLITE_OK) {
        code = read_copy(r->statements[REQUESTER], PUT_VISITOR, request->chat, &visitor);
    }
    request->found = visitor;
    if (code == SQLITE_OK) {
        sqlite3_bind_int64(r->statements[FIRST_LINE], 1, request->chat);
        code = read_entries(r->statements[FIRST_LINE], request);
    }
    return code;
}

static int find_audit(struct sqlite_reader *r, struct request *request)
{
    sqlite3_stmt *statement = r->statements[AUDIT_ROWS];
    int code;
    sqlite3_bind_int64(statement, 1, request->query.max);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct audit_record audit;
        sqlite_read_record(statement, 0, record_shape(PUT_AUDIT), &audit);
        request_add_audit(request, &audit);
    }
    return end_rows(statement, code);
}

/* Asks for one more than is wanted. */
static int find_history(struct sqlite_reader *r, struct request *request)
{
    const struct history_query *q = &request->query;
    bool backward = q->before != 0;
    sqlite3_stmt *statement = r->statements[backward ? BACKWARD : FORWARD];
    sqlite_bind_text(statement, 1, request->visitor);
    sqlite_bind_text(statement, 2, request->department);
    sqlite3_bind_int64(statement, 3, q->after);
    sqlite3_bind_int64(statement, 4, q->before > 0 ? q->before : INT64_MAX);
    sqlite3_bind_int64(statement, 5, (int64_t)q->max + 1);
    int code = read_entries(statement, request);
    request->complete = request->count <= q->max;
    if (!request->complete) {
        drop_extra(request, backward ? 0 : request->count - 1);
    }
    return code == SQLITE_OK ? read_total(r, request) : code;
}

static int find(struct sqlite_reader *r, struct request *request)
{
    switch (request->kind) {
    case FIND_VISITOR:
        return find_visitor(r, request);
    case HISTORY:
        return find_history(r, request);
    case VISITOR_CHATS:
        return find_chats(r, request);
    case TRANSCRIPT:
        return find_transcript(r, request);
    case TICKET:
        return find_ticket(r, request);
    case AUDIT:
        return find_audit(r, request);
    case BACKUP:
        break;
    }
    BUG("no read kind=%d", (int)request->kind);
}

/* One transaction, so that page and total belong together. */
static int answer(struct sqlite_reader *r, struct request *request)
{
    int code = sqlite_step_done(r->statements[BEGIN]);
    if (code == SQLITE_OK) {
        code = find(r, request);
        int end = sqlite_step_done(r->statements[END]);
        code = code == SQLITE_OK ? end : code;
    }
    sqlite_check_bug(r->db, code);
    return code;
}

/* ---- the thread ---- */

/* "Not found" would be a lie: what cannot be read is tried again until it can. */
static void note_failure(struct sqlite_reader *r, int code)
{
    if (code != SQLITE_OK && code != r->last_failure && code != SQLITE_INTERRUPT) {
        char *words = sqlite_words(r->db, r->name, code);
        log_error("storage: cannot read: %s; trying again every second", words);
        free(words);
    } else if (code == SQLITE_OK && r->last_failure != SQLITE_OK) {
        log_warn("storage: reads work again");
    }
    r->last_failure = code;
}

/* Called and left with the lock held. */
static void answer_first(struct sqlite_reader *r)
{
    struct request *request = LIST_OF(struct request, r->requests.next, link);
    list_remove(&request->link);
    pthread_mutex_unlock(&r->lock);
    int code = answer(r, request);
    note_failure(r, code);
    pthread_mutex_lock(&r->lock);
    if (code == SQLITE_OK) {
        list_append(&r->answered, &request->link);
        backend_wake(r->wake_fd);
        return;
    }
    request_clear(request);
    list_prepend(&r->requests, &request->link);
    time_ms retry_at = clock_monotonic_ms() + RETRY_MS;
    while (!r->is_stopping && clock_monotonic_ms() < retry_at) {
        sqlite_cond_wait(&r->cond, &r->lock, retry_at);
    }
}

static void *run(void *arg)
{
    struct sqlite_reader *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->is_stopping) {
        if (list_is_empty(&r->requests)) {
            sqlite_cond_wait(&r->cond, &r->lock, 0);
        } else {
            answer_first(r);
        }
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* ---- the loop thread's side ---- */

static void finish_statements(struct sqlite_reader *r)
{
    for (size_t i = 0; i < QUERIES; i++) {
        sqlite3_finalize(r->statements[i]);
    }
}

struct sqlite_reader *sqlite_reader_start(sqlite3 *db, const char *name, int wake_fd, char **error)
{
    struct sqlite_reader *r = mem_alloc(sizeof *r);
    r->db = db;
    for (size_t i = 0; i < QUERIES; i++) {
        r->statements[i] = sqlite_prepare(db, queries[i]);
        if (!r->statements[i]) {
            *error = sqlite_words(db, name, sqlite3_extended_errcode(db));
            finish_statements(r);
            free(r);
            return NULL;
        }
    }
    r->name = mem_dup(name);
    r->wake_fd = wake_fd;
    list_init(&r->requests);
    list_init(&r->answered);
    pthread_mutex_init(&r->lock, NULL);
    sqlite_cond_init(&r->cond);
    sqlite_thread_start(&r->thread, run, r);
    return r;
}

static void destroy_requests(struct list *requests)
{
    list_for_each_safe (struct request, request, requests, link) {
        list_remove(&request->link);
        request_destroy(request);
    }
}

void sqlite_reader_stop(struct sqlite_reader *r)
{
    if (!r) {
        return;
    }
    pthread_mutex_lock(&r->lock);
    r->is_stopping = true;
    pthread_cond_signal(&r->cond);
    pthread_mutex_unlock(&r->lock);
    sqlite3_interrupt(r->db);
    pthread_join(r->thread, NULL);
    destroy_requests(&r->requests);
    destroy_requests(&r->answered);
    finish_statements(r);
    pthread_cond_destroy(&r->cond);
    pthread_mutex_destroy(&r->lock);
    free(r->name);
    free(r);
}

void sqlite_reader_read(struct sqlite_reader *r, struct request *request)
{
    pthread_mutex_lock(&r->lock);
    list_append(&r->requests, &request->link);
    pthread_cond_signal(&r->cond);
    pthread_mutex_unlock(&r->lock);
}

void sqlite_reader_collect(struct sqlite_reader *r, struct list *answered)
{
    pthread_mutex_lock(&r->lock);
    list_move(answered, &r->answered);
    pthread_mutex_unlock(&r->lock);
}
