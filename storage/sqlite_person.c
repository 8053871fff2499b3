/* What there is of a person, who looked at it, and what was kept long enough: reads of data
 * protection. They are rare: their statements are made each time. */
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each table that has rows of persons. $ stands for their visitors' ids. Of a new table the unit
 * test of docs/PRIVACY.md says that it must be here, or why not. */
static const struct {
    const char *table;
    const char *where;
} PARTS[] = {
    {"visitors", "id IN $"},
    {"tokens", "visitor IN $"},
    {"chats", "visitor IN $"},
    {"participants", "chat IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"entries", "chat IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"files", "chat IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"spent", "chat IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"tickets", "number IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"ratings", "chat IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"own_fields", "chat IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"links", "ticket IN (SELECT number FROM chats WHERE visitor IN $)"
              " OR other IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"mails", "ticket IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"tags", "chat IN (SELECT number FROM chats WHERE visitor IN $)"},
    {"outbox", "sender IN $ OR visitor IN $"},
    {"contacts", "contact IN $"},
    {"slots", "visitor IN $"},
    {"subscribers", "jid IN (SELECT jid FROM visitors WHERE id IN $ AND jid <> '')"},
    {"blocks", "visitor IN $"},
    {"reads", "visitor IN $ OR chat IN (SELECT number FROM chats WHERE visitor IN $)"},
};

enum { PARTS_COUNT = sizeof PARTS / sizeof *PARTS };

static const char *const PERSONS[] = {
    [PERSON_VISITOR] = "(SELECT id FROM visitors WHERE id = ?1)",
    [PERSON_EMAIL] = "(SELECT id FROM visitors WHERE email <> '' AND lower(email) = lower(?1))",
    [PERSON_JID] = "(SELECT id FROM visitors WHERE jid <> '' AND jid = ?1)",
    [PERSON_IDENTITY] = "(SELECT id FROM visitors WHERE subject <> '' AND instr(?1, '/') > 0"
                        " AND site = substr(?1, 1, instr(?1, '/') - 1)"
                        " AND subject = substr(?1, instr(?1, '/') + 1))",
};

bool sqlite_person_has(const char *table)
{
    for (size_t i = 0; i < PARTS_COUNT; i++) {
        if (strcmp(PARTS[i].table, table) == 0) {
            return true;
        }
    }
    return false;
}

static char *fill_dup(const char *pattern, const char *persons)
{
    struct buf out;
    buf_init(&out, SIZE_MAX - 1);
    for (const char *c = pattern; *c; c++) {
        if (*c == '$') {
            buf_add_text(&out, persons);
        } else {
            buf_add_char(&out, *c);
        }
    }
    return buf_detach(&out);
}

/* Prepared, with the value bound; frees the SQL. */
static int begin(sqlite3 *db, char *take_sql, const char *value, sqlite3_stmt **out)
{
    int code = sqlite3_prepare_v2(db, take_sql, -1, out, NULL);
    free(take_sql);
    sqlite_check_bug(db, code);
    if (code == SQLITE_OK) {
        sqlite_bind_text(*out, 1, value);
    }
    return code;
}

static int count_part(sqlite3 *db, struct request *request, size_t part)
{
    sqlite3_stmt *statement = NULL;
    char *where = fill_dup(PARTS[part].where, PERSONS[request->by]);
    char *sql = mem_print("SELECT count(*) FROM %s WHERE %s", PARTS[part].table, where);
    free(where);
    int code = begin(db, sql, request->visitor, &statement);
    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        request_add_part(request, PARTS[part].table, sqlite3_column_int64(statement, 0));
    }
    int end = sqlite3_finalize(statement);
    return code == SQLITE_OK ? end : code;
}

static int read_ids(sqlite3 *db, struct request *request)
{
    sqlite3_stmt *statement = NULL;
    char *sql = mem_print("SELECT id FROM visitors WHERE id IN %s ORDER BY id LIMIT %d",
                          PERSONS[request->by], PERSON_VISITORS);
    int code = begin(db, sql, request->visitor, &statement);
    while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        request_add_id(request, (const char *)sqlite3_column_text(statement, 0), true);
    }
    int end = sqlite3_finalize(statement);
    return code == SQLITE_OK ? end : code;
}

int sqlite_person_find(sqlite3 *db, struct request *request)
{
    int64_t pages = 0;
    int64_t size = 0;
    int64_t scrubs = 0;
    int code = read_ids(db, request);
    for (size_t i = 0; i < PARTS_COUNT && code == SQLITE_OK; i++) {
        code = count_part(db, request, i);
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "SELECT count(*) FROM upkeep WHERE work = 'scrub'", &scrubs);
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "PRAGMA page_count", &pages);
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "PRAGMA page_size", &size);
    }
    request->unfinished = scrubs > 0;
    request->total = pages * size;
    return code;
}

/* ---- all of it ---- */

/* Every column that the table has: "'id', id, 'site', site". free() it; NULL: cannot be read. */
static char *columns_dup(sqlite3 *db, const char *table)
{
    sqlite3_stmt *statement = NULL;
    char *columns = NULL;
    int code = begin(db,
                     mem_dup("SELECT group_concat('''' || name || ''', ' || name, ', ')"
                             " FROM pragma_table_info(?1)"),
                     table, &statement);
    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        columns = mem_dup((const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return columns;
}

static int export_part(sqlite3 *db, const struct request *request, size_t part, struct buf *out)
{
    sqlite3_stmt *statement = NULL;
    char *columns = columns_dup(db, PARTS[part].table);
    if (!columns) {
        return sqlite3_extended_errcode(db);
    }
    char *where = fill_dup(PARTS[part].where, PERSONS[request->by]);
    char *sql =
        mem_print("SELECT json_object(%s) FROM %s WHERE %s", columns, PARTS[part].table, where);
    free(columns);
    free(where);
    int code = begin(db, sql, request->visitor, &statement);
    bool any = false;
    buf_printf(out, "%s\n\"%s\": [", part > 0 ? "," : "", PARTS[part].table);
    while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        buf_printf(out, "%s\n  ", any ? "," : "");
        buf_add_text(out, (const char *)sqlite3_column_text(statement, 0));
        any = true;
    }
    buf_add_text(out, any ? "\n]" : "]");
    int end = sqlite3_finalize(statement);
    return code == SQLITE_OK ? end : code;
}

/* NULL, or why not. */
static char *write_file(const char *path, const struct buf *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t done = 0;
    if (fd < 0) {
        return errno == EEXIST ? mem_print("%s is there already", path)
                               : mem_print("%s cannot be made: %s", path, strerror(errno));
    }
    while (done < text->len) {
        ssize_t put = write(fd, text->bytes + done, text->len - done);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            break;
        }
        done += (size_t)put;
    }
    bool whole = done == text->len && fsync(fd) == 0;
    char *error = whole ? NULL : mem_print("%s cannot be written: %s", path, strerror(errno));
    close(fd);
    if (error) {
        unlink(path);
    }
    return error;
}

int sqlite_person_export(sqlite3 *db, struct request *request)
{
    struct buf out;
    int code = SQLITE_OK;
    buf_init(&out, EXPORT_BYTES_MAX);
    buf_add_text(&out, "{");
    for (size_t i = 0; i < PARTS_COUNT && code == SQLITE_OK; i++) {
        code = export_part(db, request, i, &out);
    }
    buf_add_text(&out, "\n}\n");
    if (code == SQLITE_OK && out.overflow) {
        request->error = mem_print("it is more than %d MiB", EXPORT_BYTES_MAX >> 20);
    } else if (code == SQLITE_OK && *request->path) {
        request->error = write_file(request->path, &out);
    } else if (code == SQLITE_OK) {
        request->text = mem_dup(out.bytes);
    }
    buf_finish(&out);
    return code;
}

/* ---- who looked, what is old ---- */

int sqlite_person_reads(sqlite3 *db, struct request *request)
{
    sqlite3_stmt *statement = NULL;
    char *sql = mem_print("SELECT number, at, who, what, visitor, chat FROM reads"
                          " WHERE ?1 = '' OR visitor = ?1 ORDER BY number DESC LIMIT %u",
                          request->query.max);
    int code = begin(db, sql, request->visitor, &statement);
    while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        struct read_record row;
        sqlite_read_record(statement, 0, record_shape(PUT_READ), &row);
        request_add_read(request, &row);
    }
    int end = sqlite3_finalize(statement);
    return code == SQLITE_OK ? end : code;
}

static const char *const EXPIRED_ROWS[] = {
    [EXPIRED_CHATS] = "SELECT number, 1 FROM chats WHERE state = 4 AND department = ?1"
                      " AND closed < ?2"
                      " AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.number = chats.number)"
                      " ORDER BY closed LIMIT ?3",
    [EXPIRED_TICKETS] = "SELECT number, 1 FROM tickets WHERE state > 3 AND department = ?1"
                        " AND changed < ?2 ORDER BY changed LIMIT ?3",
    [EXPIRED_VISITORS] = "SELECT id, last_seen < ?2"
                         " AND NOT EXISTS (SELECT 1 FROM chats WHERE visitor = visitors.id)"
                         " FROM visitors WHERE id > ?1 ORDER BY id LIMIT ?3",
};

int sqlite_person_expired(sqlite3 *db, struct request *request)
{
    const struct expired_query *q = &request->expired;
    sqlite3_stmt *statement = NULL;
    int code =
        begin(db, mem_dup(EXPIRED_ROWS[q->kind]),
              q->kind == EXPIRED_VISITORS ? request->visitor : request->department, &statement);
    if (code == SQLITE_OK) {
        sqlite3_bind_int64(statement, 2, q->before);
        sqlite3_bind_int64(statement, 3, q->max);
    }
    while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        request_add_id(request, (const char *)sqlite3_column_text(statement, 0),
                       sqlite3_column_int(statement, 1) != 0);
    }
    int end = sqlite3_finalize(statement);
    return code == SQLITE_OK ? end : code;
}
