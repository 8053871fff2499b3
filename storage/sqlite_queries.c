/* What is asked: visitors, history, what is to be done. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

/* The entries of a conversation, as ranges of entries_of_chat. */
#define CONVERSATION                                                                               \
    " FROM chats c CROSS JOIN entries e ON e.chat = c.number"                                      \
    " WHERE c.visitor = ?1 AND c.address = ?2 AND e.kind IN (1, 2)"
#define PAGE(order)                                                                                \
    "SELECT " SQLITE_ENTRY_COLUMNS                                                                 \
    " FROM entries WHERE sequence IN (SELECT e.sequence" CONVERSATION                              \
    " AND e.sequence > ?3 AND e.sequence < ?4 ORDER BY e.sequence " order " LIMIT ?5)"             \
    " ORDER BY sequence"

/* By the index tickets_news. */
#define NEWS_OF "department = ?1 AND converted > ?2 AND state = 1 AND owner = ''"

enum query {
    BEGIN,
    END,
    BY_TOKEN,
    BY_JID,
    BY_SUBJECT,
    RECENT,
    FORWARD,
    BACKWARD,
    TOTAL,
    CHATS_OF,
    CHAT,
    LINES,
    WAKE_DUE,
    WAKE_ALL,
    TICKETS_OF,
    FIRST_LINE,
    ENTRY,
    NEWS_COUNT,
    NEWS_LAST,
    AUDIT_ROWS,
    QUERIES
};

static const char *const queries[QUERIES] = {
    [BEGIN] = "BEGIN",
    [END] = "COMMIT",
    [BY_TOKEN] = "SELECT " SQLITE_VISITOR_COLUMNS ", t.hash, t.visitor, t.state, t.at"
                 " FROM tokens t JOIN visitors v ON v.id = t.visitor"
                 " WHERE t.hash = ?1 AND v.site = ?2",
    [BY_JID] = "SELECT " SQLITE_VISITOR_COLUMNS " FROM visitors v WHERE v.jid = ?1 AND v.jid <> ''"
               " ORDER BY v.last_seen DESC, v.id LIMIT 1",
    [BY_SUBJECT] = "SELECT " SQLITE_VISITOR_COLUMNS " FROM visitors v"
                   " WHERE v.subject = ?1 AND v.site = ?2 AND v.subject <> ''"
                   " ORDER BY v.first_seen, v.id LIMIT 1",
    [RECENT] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE sequence IN (SELECT e.sequence"
               " FROM chats c CROSS JOIN entries e ON e.chat = c.number"
               " WHERE c.visitor = ?1 AND e.kind IN (1, 3) AND e.by IN (1, 2)"
               " AND (e.kind = 1 OR e.sender_id <> '')"
               " ORDER BY e.sequence DESC LIMIT ?2) ORDER BY sequence",
    [FORWARD] = PAGE("ASC"),
    [BACKWARD] = PAGE("DESC"),
    [TOTAL] = "SELECT count(*)" CONVERSATION,
    [CHATS_OF] = "SELECT " SQLITE_CHAT_COLUMNS " FROM chats WHERE visitor = ?1"
                 " ORDER BY number DESC LIMIT ?2",
    [CHAT] = "SELECT " SQLITE_CHAT_COLUMNS " FROM chats WHERE number = ?1",
    [LINES] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE sequence IN (SELECT sequence"
              " FROM entries WHERE chat = ?1 ORDER BY sequence DESC LIMIT ?2 OFFSET ?3)"
              " ORDER BY sequence",
    [WAKE_DUE] = "SELECT number FROM tickets WHERE wake > 0 AND wake <= ?1"
                 " ORDER BY wake, number LIMIT ?2",
    [WAKE_ALL] = "SELECT number FROM tickets INDEXED BY tickets_to_do WHERE state < 5"
                 " AND number > ?1 ORDER BY number LIMIT ?2",
    [TICKETS_OF] = "SELECT " SQLITE_TICKET_COLUMNS " FROM tickets"
                   " WHERE visitor = ?1 AND state BETWEEN ?2 AND ?3"
                   " ORDER BY number DESC LIMIT ?4",
    [FIRST_LINE] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE chat = ?1 AND kind = 1"
                   " AND by = 1 AND fate <> 2 ORDER BY sequence LIMIT 1",
    [ENTRY] = "SELECT " SQLITE_ENTRY_COLUMNS " FROM entries WHERE sequence = ?1",
    [NEWS_COUNT] = "SELECT count(*), ifnull(max(converted), 0) FROM (SELECT converted"
                   " FROM tickets WHERE " NEWS_OF " ORDER BY converted DESC LIMIT ?3)",
    [NEWS_LAST] = "SELECT t.number, v.name, t.subject FROM (SELECT number, subject, converted"
                  " FROM tickets WHERE " NEWS_OF " ORDER BY converted DESC LIMIT ?3) t"
                  " JOIN chats c ON c.number = t.number JOIN visitors v ON v.id = c.visitor"
                  " ORDER BY t.converted DESC",
    [AUDIT_ROWS] = "SELECT number, at, who, what, before, after FROM audit"
                   " ORDER BY number DESC LIMIT ?1",
};

struct sqlite_queries {
    sqlite3 *db;
    sqlite3_stmt *statements[QUERIES];
    struct sqlite_tickets *tickets;
};

struct sqlite_queries *sqlite_queries_create(sqlite3 *db)
{
    struct sqlite_queries *s = mem_alloc(sizeof *s);
    bool done = true;
    s->db = db;
    for (size_t i = 0; i < QUERIES && done; i++) {
        s->statements[i] = sqlite_prepare(db, queries[i]);
        done = s->statements[i] != NULL;
    }
    s->tickets = done ? sqlite_tickets_create(db) : NULL;
    if (!s->tickets) {
        sqlite_queries_destroy(s);
        return NULL;
    }
    return s;
}

void sqlite_queries_destroy(struct sqlite_queries *s)
{
    if (!s) {
        return;
    }
    for (size_t i = 0; i < QUERIES; i++) {
        sqlite3_finalize(s->statements[i]);
    }
    sqlite_tickets_destroy(s->tickets);
    free(s);
}

/* ---- one by one: SQLITE_OK, or the error and a half-filled answer ---- */

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

/* With what the request looks for bound to it. */
static sqlite3_stmt *visitor_query(const struct sqlite_queries *s, const struct request *request)
{
    bool by_token = request->token_hash;
    sqlite3_stmt *statement = s->statements[by_token           ? BY_TOKEN
                                            : request->subject ? BY_SUBJECT
                                                               : BY_JID];
    if (by_token || request->subject) {
        sqlite_bind_text(statement, 1, by_token ? request->token_hash : request->subject);
        sqlite_bind_text(statement, 2, request->site);
    } else {
        sqlite_bind_text(statement, 1, request->jid);
    }
    return statement;
}

static int read_visitor(struct sqlite_queries *s, struct request *request)
{
    const struct shape *shape = record_shape(PUT_VISITOR);
    sqlite3_stmt *statement = visitor_query(s, request);
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

/* Of one row, or none. */
static int read_copy(sqlite3_stmt *statement, enum write_kind kind, int64_t number, void **copy)
{
    const struct shape *shape = record_shape(kind);
    union {
        struct ticket_record ticket;
        struct visitor_record visitor;
        struct entry_record entry;
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

/* Of the visitor's tickets in one of these states, until there are as many as are wanted. */
static int read_tickets(struct sqlite_queries *s, struct request *request, enum ticket_state from,
                        enum ticket_state to)
{
    sqlite3_stmt *statement = s->statements[TICKETS_OF];
    int code;
    sqlite_bind_text(statement, 1, request->found->id);
    sqlite3_bind_int(statement, 2, (int)from);
    sqlite3_bind_int(statement, 3, (int)to);
    sqlite3_bind_int64(statement, 4, VISITOR_TICKETS - (int64_t)request->ticket_count);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct ticket_record ticket;
        sqlite_read_record(statement, 0, record_shape(PUT_TICKET), &ticket);
        request_add_ticket(request, &ticket);
    }
    return end_rows(statement, code);
}

static int read_lines_of_tickets(struct sqlite_queries *s, struct request *request)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < request->ticket_count && code == SQLITE_OK; i++) {
        struct request_ticket *t = &request->tickets[i];
        void *first = NULL;
        void *last = NULL;
        code = read_copy(s->statements[FIRST_LINE], PUT_ENTRY, t->record->number, &first);
        if (code == SQLITE_OK && t->record->last > 0) {
            code = read_copy(s->statements[ENTRY], PUT_ENTRY, t->record->last, &last);
        }
        t->first = first;
        t->last = last;
    }
    return code;
}

static int find_visitor(struct sqlite_queries *s, struct request *request)
{
    int code = read_visitor(s, request);
    if (code != SQLITE_OK || !request->found) {
        return code;
    }
    sqlite3_stmt *recent = s->statements[RECENT];
    sqlite_bind_text(recent, 1, request->found->id);
    sqlite3_bind_int(recent, 2, RECENT_MAX);
    code = read_entries(recent, request);
    if (code == SQLITE_OK) {
        code = read_tickets(s, request, TICKET_NEW, TICKET_SOLVED);
    }
    if (code == SQLITE_OK) {
        code = read_tickets(s, request, TICKET_CLOSED, TICKET_CLOSED);
    }
    return code == SQLITE_OK ? read_lines_of_tickets(s, request) : code;
}

static int read_total(struct sqlite_queries *s, struct request *request)
{
    sqlite3_stmt *statement = s->statements[TOTAL];
    sqlite_bind_text(statement, 1, request->visitor);
    sqlite_bind_text(statement, 2, request->department);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        request->total = sqlite3_column_int64(statement, 0);
        code = SQLITE_DONE;
    }
    return end_rows(statement, code);
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

static int find_chats(struct sqlite_queries *s, struct request *request)
{
    sqlite_bind_text(s->statements[CHATS_OF], 1, request->visitor);
    sqlite3_bind_int(s->statements[CHATS_OF], 2, CHATS_MAX);
    return read_chats(s->statements[CHATS_OF], request);
}

static int find_transcript(struct sqlite_queries *s, struct request *request)
{
    sqlite3_stmt *lines = s->statements[LINES];
    sqlite3_bind_int64(s->statements[CHAT], 1, request->chat);
    int code = read_chats(s->statements[CHAT], request);
    if (code != SQLITE_OK) {
        return code;
    }
    sqlite3_bind_int64(lines, 1, request->chat);
    sqlite3_bind_int64(lines, 2, (int64_t)request->query.max + 1);
    sqlite3_bind_int64(lines, 3, request->skip);
    code = read_entries(lines, request);
    request_end_page(request, request->query.max, true);
    return code;
}

static int find_wake(struct sqlite_queries *s, struct request *request)
{
    const struct history_query *q = &request->query;
    sqlite3_stmt *statement = s->statements[q->before > 0 ? WAKE_DUE : WAKE_ALL];
    int code;
    sqlite3_bind_int64(statement, 1, q->before > 0 ? q->before : q->after);
    sqlite3_bind_int64(statement, 2, q->max);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        request_add_number(request, sqlite3_column_int64(statement, 0));
    }
    return end_rows(statement, code);
}

static sqlite3_stmt *ask_news(struct sqlite_queries *s, const struct request *request,
                              enum query query, int64_t most)
{
    sqlite3_stmt *statement = s->statements[query];
    sqlite_bind_text(statement, 1, request->department);
    sqlite3_bind_int64(statement, 2, request->converted_after);
    sqlite3_bind_int64(statement, 3, most);
    return statement;
}

static int count_news(struct sqlite_queries *s, struct request *request)
{
    sqlite3_stmt *statement = ask_news(s, request, NEWS_COUNT, NEWS_COUNT_MAX);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        request->total = sqlite3_column_int64(statement, 0);
        request->last_news = sqlite3_column_int64(statement, 1);
        code = SQLITE_DONE;
    }
    return end_rows(statement, code);
}

static int find_news(struct sqlite_queries *s, struct request *request)
{
    int code = count_news(s, request);
    sqlite3_stmt *statement = ask_news(s, request, NEWS_LAST, NEWS_ROWS);
    int row = SQLITE_DONE;
    while (code == SQLITE_OK && (row = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t number = sqlite3_column_int64(statement, 0);
        void *line = NULL;
        code = read_copy(s->statements[FIRST_LINE], PUT_ENTRY, number, &line);
        request_add_news(request, number, (const char *)sqlite3_column_text(statement, 1),
                         (const char *)sqlite3_column_text(statement, 2), line);
        free(line);
    }
    int end = end_rows(statement, row);
    return code == SQLITE_OK ? end : code;
}

static int find_audit(struct sqlite_queries *s, struct request *request)
{
    sqlite3_stmt *statement = s->statements[AUDIT_ROWS];
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
static int find_history(struct sqlite_queries *s, struct request *request)
{
    const struct history_query *q = &request->query;
    bool backward = q->before != 0;
    sqlite3_stmt *statement = s->statements[backward ? BACKWARD : FORWARD];
    sqlite_bind_text(statement, 1, request->visitor);
    sqlite_bind_text(statement, 2, request->department);
    sqlite3_bind_int64(statement, 3, q->after);
    sqlite3_bind_int64(statement, 4, q->before > 0 ? q->before : INT64_MAX);
    sqlite3_bind_int64(statement, 5, (int64_t)q->max + 1);
    int code = read_entries(statement, request);
    request_end_page(request, q->max, backward);
    return code == SQLITE_OK ? read_total(s, request) : code;
}

static int find(struct sqlite_queries *s, struct request *request)
{
    switch (request->kind) {
    case FIND_VISITOR:
        return find_visitor(s, request);
    case HISTORY:
        return find_history(s, request);
    case VISITOR_CHATS:
        return find_chats(s, request);
    case TRANSCRIPT:
        return find_transcript(s, request);
    case PASSAGE:
        return sqlite_passage_find(s->db, request);
    case WAKE:
        return find_wake(s, request);
    case NEWS:
        return find_news(s, request);
    case TICKET:
    case LIST:
        return sqlite_tickets_find(s->tickets, request);
    case AUDIT:
        return find_audit(s, request);
    case READS:
        return sqlite_person_reads(s->db, request);
    case PERSON:
        return sqlite_person_find(s->db, request);
    case EXPORT:
        return sqlite_person_export(s->db, request);
    case EXPIRED:
        return sqlite_person_expired(s->db, request);
    case BACKUP:
    case SCRUB:
        break;
    }
    BUG("no read kind=%d", (int)request->kind);
}

/* COMPAT: a COMMIT fails once more for what FTS5 has met, and leaves the transaction open. */
int sqlite_queries_answer(struct sqlite_queries *s, struct request *request)
{
    int code = sqlite_step_done(s->statements[BEGIN]);
    if (code == SQLITE_OK) {
        code = find(s, request);
        int end = sqlite_step_done(s->statements[END]);
        code = code == SQLITE_OK && !request->found_damage ? end : code;
    }
    if (!sqlite3_get_autocommit(s->db)) {
        sqlite_run(s->db, "ROLLBACK");
    }
    sqlite_check_bug(s->db, code);
    return code;
}
