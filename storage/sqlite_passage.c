/* A passage of one chat's record (storage_passage). */
#include "base/buf.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

/* By entries_of_chat. ?1 chat, ?2 ?3 times, ?4 agent, ?5 whether only what ?6 names. */
#define PASSAGE                                                                                    \
    " FROM entries WHERE chat = ?1 AND at >= ?2 AND at <= ?3 AND (?4 = '' OR agent = ?4)"          \
    " AND NOT (kind = 2 AND event IN ('corrected', 'retracted', 'reacted'))"                       \
    " AND (NOT ?5 OR sequence IN (SELECT value FROM json_each(?6)))"
#define PAGE(order)                                                                                \
    "SELECT " SQLITE_ENTRY_COLUMNS " FROM (SELECT *" PASSAGE                                       \
    " AND sequence > ?7 AND sequence < ?8 ORDER BY sequence " order " LIMIT ?9) ORDER BY sequence"

static const char CHAT[] = "SELECT " SQLITE_CHAT_COLUMNS " FROM chats WHERE number = ?1";
static const char TOTAL[] = "SELECT count(*)" PASSAGE;
static const char UNKNOWN[] = "SELECT count(*) FROM json_each(?6) named WHERE NOT EXISTS"
                              " (SELECT 1 FROM entries e WHERE e.sequence = named.value"
                              " AND e.chat = ?1)";

static char *named_dup(const struct passage_query *q)
{
    struct buf json;

    buf_init(&json, PASSAGE_NAMED * 24);
    buf_add_char(&json, '[');
    for (size_t i = 0; i < q->named_count; i++) {
        buf_printf(&json, "%s%lld", i > 0 ? "," : "", (long long)q->named[i]);
    }
    buf_add_char(&json, ']');
    return buf_detach(&json);
}

static int begin(sqlite3 *db, const char *sql, const struct passage_query *q,
                 sqlite3_stmt **statement)
{
    int code = sqlite3_prepare_v2(db, sql, -1, statement, NULL);
    if (code != SQLITE_OK) {
        return code;
    }
    char *named = named_dup(q);
    sqlite3_bind_int64(*statement, 1, q->chat);
    sqlite3_bind_int64(*statement, 2, q->from);
    sqlite3_bind_int64(*statement, 3, q->until > 0 ? q->until : INT64_MAX);
    sqlite3_bind_text(*statement, 4, q->agent, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(*statement, 5, q->only_named ? 1 : 0);
    sqlite3_bind_text(*statement, 6, named, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(*statement, 7, q->after);
    sqlite3_bind_int64(*statement, 8, q->before > 0 ? q->before : INT64_MAX);
    sqlite3_bind_int64(*statement, 9, (int64_t)q->max + 1);
    free(named);
    return SQLITE_OK;
}

static int read_number(sqlite3 *db, const char *sql, const struct passage_query *q, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int code = begin(db, sql, q, &statement);
    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
    }
    int end = sqlite3_finalize(statement);
    return code == SQLITE_OK ? end : code;
}

static int read_chat(sqlite3 *db, struct request *request)
{
    sqlite3_stmt *statement = NULL;
    int code = begin(db, CHAT, request->passage, &statement);
    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        struct chat_record chat;
        sqlite_read_record(statement, 0, record_shape(PUT_CHAT), &chat);
        request_add_chat(request, &chat);
    }
    int end = sqlite3_finalize(statement);
    return code == SQLITE_OK ? end : code;
}

static int read_page(sqlite3 *db, struct request *request)
{
    const struct passage_query *q = request->passage;
    sqlite3_stmt *statement = NULL;
    int code = begin(db, q->from_end ? PAGE("DESC") : PAGE("ASC"), q, &statement);
    while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        struct entry_record entry;
        sqlite_read_record(statement, 0, record_shape(PUT_ENTRY), &entry);
        request_add_entry(request, &entry);
    }
    int end = sqlite3_finalize(statement);
    request_end_page(request, q->max, q->from_end);
    return code == SQLITE_OK ? end : code;
}

int sqlite_passage_find(sqlite3 *db, struct request *request)
{
    int64_t unknown = 0;
    int code = read_chat(db, request);
    if (code == SQLITE_OK) {
        code = read_number(db, UNKNOWN, request->passage, &unknown);
    }
    request->is_unknown = unknown > 0;
    if (code != SQLITE_OK || request->is_unknown || request->chat_count == 0) {
        return code;
    }
    code = read_page(db, request);
    return code == SQLITE_OK ? read_number(db, TOTAL, request->passage, &request->total) : code;
}
