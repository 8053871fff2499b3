/* Connections, statements, errors in words. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { BUSY_MS = 1000 }; /* somebody else's transaction (a shell): then it is trouble */

/* What the system said. COMPAT: SQLite 3.40 has forgotten it when a COMMIT or a read has failed;
 * the file that failed, the WAL or the database, has not. */
static int system_error(sqlite3 *db)
{
    int error = 0;
    sqlite3_file *wal = NULL;
    if (!db) {
        return 0;
    }
    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&wal);
    if (wal && wal->pMethods) {
        wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    if (error == 0) {
        sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    return error != 0 ? error : sqlite3_system_errno(db);
}

/* COMPAT: SQLite takes a read that failed so for damage */
bool sqlite_is_damage(sqlite3 *db, int code)
{
    return (code & 0xFF) == SQLITE_CORRUPT && system_error(db) != EIO;
}

char *sqlite_words(sqlite3 *db, const char *name, int code)
{
    int error = system_error(db);
    const char *reason = error != 0 ? strerror(error) : sqlite3_errstr(code);
    int kind = code & 0xFF;
    if (kind == SQLITE_CORRUPT && !sqlite_is_damage(db, code)) {
        kind = SQLITE_IOERR;
    }
    switch (kind) {
    case SQLITE_FULL:
        return mem_print("no space is left for %s", name);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return mem_print("%s is locked by another program", name);
    case SQLITE_READONLY:
        return code == SQLITE_READONLY_DBMOVED
                   ? mem_print(
                         "%s was moved, replaced or removed: restart to use what is there now",
                         name)
                   : mem_print("%s cannot be written: %s", name, reason);
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return mem_print("%s (or the -wal and -shm beside it) cannot be opened: %s", name, reason);
    case SQLITE_IOERR:
        return mem_print("reading or writing %s failed: %s", name, reason);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return mem_print("%s is damaged or no database (%s); it was left as it is: "
                         "restore a backup (tresen restore)",
                         name, sqlite3_errstr(code));
    default:
        return mem_print("%s: %s", name, db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
    }
}

void sqlite_check_bug(sqlite3 *db, int code)
{
    switch (code & 0xFF) {
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
        BUG("SQLite: %s (%d)", sqlite3_errmsg(db), sqlite3_extended_errcode(db));
    default:
        break;
    }
}

/* FULL: in WAL mode only that syncs at each commit. */
static const char settings[] = "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA wal_autocheckpoint = 0;";

int sqlite_try(const char *path, int flags, sqlite3 **db)
{
    int code = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK) {
        sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
        sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
        sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_busy_timeout(*db, BUSY_MS);
        code = sqlite_run(*db, settings);
    }
    return code;
}

sqlite3 *sqlite_connect(const char *path, const char *name, int flags, char **error)
{
    sqlite3 *db = NULL;
    int code = sqlite_try(path, flags, &db);
    if (code != SQLITE_OK) {
        *error = sqlite_words(db, name, code);
        sqlite3_close(db);
        return NULL;
    }
    return db;
}

/* ---- statements ---- */

sqlite3_stmt *sqlite_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    sqlite_check_bug(db, code);
    return statement;
}

int sqlite_run(sqlite3 *db, const char *script)
{
    int code = SQLITE_OK;
    while (*script && code == SQLITE_OK) {
        sqlite3_stmt *statement = NULL;
        code = sqlite3_prepare_v2(db, script, -1, &statement, &script);
        if (code != SQLITE_OK || !statement) {
            continue; /* an error, or a comment */
        }
        do {
            code = sqlite3_step(statement);
        } while (code == SQLITE_ROW);
        code = sqlite3_finalize(statement);
    }
    return code;
}

int sqlite_number(sqlite3 *db, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code != SQLITE_OK) {
        return code;
    }
    if (sqlite3_step(statement) == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
    }
    return sqlite3_finalize(statement);
}

int sqlite_step_done(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    int reset = sqlite3_reset(statement);
    return code == SQLITE_DONE || code == SQLITE_ROW ? reset : code;
}

void sqlite_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    if (sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC) != SQLITE_OK) {
        BUG("text cannot be bound at=%d", at);
    }
}

void sqlite_bind_record(sqlite3_stmt *statement, const struct shape *shape, const void *record)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->type == FIELD_TEXT) {
            sqlite_bind_text(statement, (int)i + 1, record_text(record, field));
        } else {
            sqlite3_bind_int64(statement, (int)i + 1, record_number(record, field));
        }
    }
}

void sqlite_read_record(sqlite3_stmt *statement, int first, const struct shape *shape, void *record)
{
    memset(record, 0, shape->size); /* what is in no column */
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        int column = first + (int)i;
        if (field->type == FIELD_TEXT) {
            const char *text = (const char *)sqlite3_column_text(statement, column);
            record_set_text(record, field, text ? text : "");
        } else {
            record_set_number(record, field, sqlite3_column_int64(statement, column));
        }
    }
}

/* ---- threads ---- */

void sqlite_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}

void sqlite_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, time_ms until)
{
    if (until == 0) {
        pthread_cond_wait(cond, lock);
        return;
    }
    struct timespec at = {.tv_sec = until / 1000, .tv_nsec = (until % 1000) * 1000000};
    pthread_cond_timedwait(cond, lock, &at);
}

void sqlite_thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(thread, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        BUG("no thread: %s", strerror(error));
    }
}
