/* The SQLite backend: file, lock, start and end of the threads. */
#include "storage/sqlite.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "storage/migrate.h"

#include <errno.h>
#include <fcntl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to this size the start reads the whole database to see whether it is damaged. */
enum { CHECK_BYTES_MAX = 256 << 20 };

struct sqlite {
    struct backend base;
    char *path;
    int wake_fd;
    int lock_fd;
    sqlite3 *write_db;
    sqlite3 *read_db;
    struct sqlite_writer *writer;
    struct sqlite_reader *reader;
    struct sqlite_backup *backup; /* NULL: none runs */
    struct list answered;         /* request::link: refused at once */
};

static struct sqlite *sqlite_of(struct backend *b)
{
    return (struct sqlite *)(void *)b;
}

/* ---- file and lock ---- */

/* -wal and -shm inherit the mode. */
static bool make_file(const char *path, char **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        *error = mem_print("%s cannot be made: %s", path, strerror(errno));
        return false;
    }
    close(fd);
    return true;
}

/* The real path of the file, which is made if it is not there. If it is, it is not opened: closing
 * it would end the locks of every connection that this process has to it. */
static char *find_file(const char *path, char **error)
{
    struct stat status;
    if (!*path) {
        *error = mem_dup("sqlite: needs a path: sqlite:PATH");
        return NULL;
    }
    char *real = realpath(path, NULL);
    if (!real && errno == ENOENT) {
        if (!make_file(path, error)) {
            return NULL;
        }
        real = realpath(path, NULL);
    }
    if (!real || stat(real, &status) != 0) {
        *error = mem_print("%s cannot be opened: %s", path, strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        *error = mem_print("%s is not a file", path);
    }
    if (*error) {
        free(real);
        return NULL;
    }
    return real;
}

static char *lock_refusal(const char *path, int fd)
{
    char pid[32] = "";
    ssize_t len = pread(fd, pid, sizeof pid - 1, 0);
    pid[len > 0 ? strspn(pid, "0123456789") : 0] = '\0';
    return mem_print("%s is in use by another tresen (process %s)", path, *pid ? pid : "unknown");
}

/* Held for the life of the process; the file stays, since removing it would let two in. */
static int take_lock(const char *path, char **error)
{
    char *name = mem_print("%s.lock", path);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        *error = mem_print("%s cannot be opened: %s", name, strerror(errno));
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        *error = errno == EWOULDBLOCK ? lock_refusal(path, fd)
                                      : mem_print("%s cannot be locked: %s", name, strerror(errno));
        close(fd);
        fd = -1;
    } else if (ftruncate(fd, 0) != 0 || dprintf(fd, "%ld\n", (long)getpid()) < 0) {
        log_warn("storage: the lock file does not tell our process: %s", strerror(errno));
    }
    free(name);
    return fd;
}

/* ---- is it whole? ---- */

/* found: NULL, or what PRAGMA quick_check or integrity_check found; free() it. */
static int look_through(sqlite3 *db, const char *pragma, char **found)
{
    sqlite3_stmt *statement = NULL;
    char *sql = mem_print("PRAGMA %s(1)", pragma);
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    free(sql);
    *found = NULL;
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        code = SQLITE_OK;
        if (!text || !text_equal(text, "ok")) {
            *found = mem_dup(text ? text : "unknown");
        }
    }
    sqlite3_finalize(statement);
    return code;
}

/* NULL, or what is wrong with it. pragma: quick_check or integrity_check. */
static char *check_whole(sqlite3 *db, const char *name, const char *pragma, enum damage *damage)
{
    char *found;
    int code = look_through(db, pragma, &found);
    char *error = NULL;
    bool is_damaged = found || sqlite_is_damage(db, code);
    *damage = is_damaged ? sqlite_mend_look(db, pragma) : DAMAGE_NONE;
    if (*damage == DAMAGE_INDEX || *damage == DAMAGE_RESTS) {
        free(found);
        return NULL;
    }
    if (found) {
        error = mem_print("%s is damaged (%s); it was left as it is: "
                          "restore a backup (tresen restore)",
                          name, found);
    } else if (code != SQLITE_OK) {
        error = sqlite_words(db, name, code);
    }
    free(found);
    return error;
}

static off_t size_of(const char *path, const char *suffix)
{
    struct stat status;
    char *name = mem_print("%s%s", path, suffix);
    off_t size = stat(name, &status) == 0 ? status.st_size : 0;
    free(name);
    return size;
}

/* Before anything is written. */
static char *check_start(sqlite3 *db, const char *path, enum damage *damage)
{
    *damage = DAMAGE_NONE;
    char *error = migrate_refusal(db, path, migrate_schema_count);
    if (!error && size_of(path, "") <= CHECK_BYTES_MAX) {
        error = check_whole(db, path, "quick_check", damage);
    }
    return error;
}

/* ---- open, close ---- */

/* Of a large database nobody has looked whether it is whole. */
static int open_index(sqlite3 *db, const char *path, bool is_damaged)
{
    int64_t rows = 0;
    int code = sqlite_number(db, "SELECT count(*) FROM search WHERE search MATCH '\"0\"'", &rows);
    if (is_damaged || sqlite_is_damage(db, code)) {
        sqlite_mend_log(path);
        code = sqlite_mend_begin(db);
    }
    return code == SQLITE_OK ? sqlite_index_keep(db) : code;
}

static char *prepare_database(sqlite3 *db, const char *path)
{
    enum damage damage;
    char *error = check_start(db, path, &damage);
    if (error) {
        return error;
    }
    int code = sqlite_run(db, "PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL;"
                              "PRAGMA journal_size_limit = 16777216;");
    if (code != SQLITE_OK) {
        return sqlite_words(db, path, code);
    }
    error = migrate_run(db, path, migrate_schema, migrate_schema_count);
    if (error) {
        return error;
    }
    code = open_index(db, path, damage == DAMAGE_INDEX);
    if (code == SQLITE_OK) {
        code = sqlite_run(db, "PRAGMA foreign_keys = ON");
    }
    if (code != SQLITE_OK) {
        return sqlite_words(db, path, code);
    }
    /* From here on the file is ours to tidy up when we close it. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return NULL;
}

static void destroy(struct sqlite *q)
{
    sqlite_reader_stop(q->reader);
    sqlite_writer_stop(q->writer);
    sqlite3_close(q->read_db);
    sqlite3_close(q->write_db);
    if (q->lock_fd >= 0) {
        close(q->lock_fd);
    }
    free(q->path);
    free(q);
}

/* NULL, or why not. */
static char *start(struct sqlite *q, const char *path)
{
    char *error = NULL;
    q->path = find_file(path, &error);
    if (!q->path) {
        return error;
    }
    q->lock_fd = take_lock(q->path, &error);
    if (q->lock_fd < 0) {
        return error;
    }
    if (size_of(q->path, "") == 0 && size_of(q->path, "-wal") > 0) {
        return mem_print("%s is empty, but %s-wal beside it is not: restore a backup", path, path);
    }
    q->write_db = sqlite_connect(q->path, path, SQLITE_OPEN_READWRITE, &error);
    if (!q->write_db) {
        return error;
    }
    error = prepare_database(q->write_db, q->path);
    if (error) {
        return error;
    }
    q->read_db = sqlite_connect(q->path, path, SQLITE_OPEN_READONLY, &error);
    if (!q->read_db) {
        return error;
    }
    q->writer = sqlite_writer_start(q->write_db, q->path, q->wake_fd, &error);
    if (q->writer) {
        q->reader = sqlite_reader_start(q->read_db, q->path, q->wake_fd, &error);
    }
    return error;
}

static struct backend *open_backend(const char *path, int wake_fd, char **error)
{
    struct sqlite *q = mem_alloc(sizeof *q);
    /* Nobody asks SQLite what memory it has, and to count that takes a lock for each piece. It is
     * heeded by the first one that is opened. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    q->base.kind = &sqlite_backend;
    q->wake_fd = wake_fd;
    q->lock_fd = -1;
    list_init(&q->answered);
    *error = start(q, path);
    if (*error) {
        destroy(q);
        return NULL;
    }
    return &q->base;
}

static void close_backend(struct backend *b)
{
    struct sqlite *q = sqlite_of(b);
    if (q->backup) {
        request_destroy(sqlite_backup_collect(q->backup, true));
    }
    list_for_each_safe (struct request, request, &q->answered, link) {
        list_remove(&request->link);
        request_destroy(request);
    }
    destroy(q);
}

/* ---- work ---- */

static void commit(struct backend *b, struct batch *batch)
{
    sqlite_writer_commit(sqlite_of(b)->writer, batch);
}

static void read_request(struct backend *b, struct request *request)
{
    struct sqlite *q = sqlite_of(b);
    if (request->kind == SCRUB && !q->backup) {
        sqlite_writer_scrub(q->writer, request);
    } else if (request->kind != BACKUP && request->kind != SCRUB) {
        sqlite_reader_read(q->reader, request);
    } else if (!q->backup) {
        q->backup = sqlite_backup_start(q->path, q->wake_fd, request);
    } else {
        request->error = mem_dup("a backup is running already");
        list_append(&q->answered, &request->link);
        backend_wake(q->wake_fd);
    }
}

static void collect(struct backend *b, struct report *report)
{
    struct sqlite *q = sqlite_of(b);
    struct list read;
    list_init(&read);
    sqlite_writer_collect(q->writer, report);
    sqlite_reader_collect(q->reader, &read);
    list_for_each (const struct request, request, &read, link) {
        if (request->found_damage) {
            sqlite_writer_mend(q->writer);
        }
    }
    list_move(&report->answered, &read);
    list_move(&report->answered, &q->answered);
    if (q->backup) {
        struct request *request = sqlite_backup_collect(q->backup, false);
        if (request) {
            q->backup = NULL;
            list_append(&report->answered, &request->link);
        }
    }
}

static bool load(struct backend *b, const struct storage_loader *loader)
{
    return sqlite_load(sqlite_of(b)->path, loader);
}

static void hold(struct backend *b, bool held)
{
    sqlite_writer_hold(sqlite_of(b)->writer, held);
}

static void fail(struct backend *b, int code)
{
    sqlite_writer_fail(sqlite_of(b)->writer, code);
}

/* ---- inspection ---- */

char *sqlite_uri_dup(const char *path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    struct buf uri;
    buf_init(&uri, SIZE_MAX - 1);
    buf_add_text(&uri, *path == '/' ? "file://" : "file:");
    for (const char *c = path; *c; c++) {
        if (strchr(plain, *c)) {
            buf_add_char(&uri, *c);
        } else {
            buf_printf(&uri, "%%%02X", (unsigned)(unsigned char)*c);
        }
    }
    buf_add_text(&uri, size_of(path, "-wal") > 0 ? "" : "?immutable=1");
    return buf_detach(&uri);
}

static char *inspect(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return mem_print("%s: %s", path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return mem_print("%s is not a file", path);
    }
    if (status.st_size == 0) {
        return mem_print("%s is empty", path);
    }
    char *uri = sqlite_uri_dup(path);
    char *error = NULL;
    sqlite3 *db = sqlite_connect(uri, path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &error);
    if (db) {
        error = migrate_refusal(db, path, migrate_schema_count);
        if (!error) {
            enum damage damage;
            error = check_whole(db, path, "integrity_check", &damage);
        }
        sqlite3_close(db);
    }
    free(uri);
    return error;
}

static char *peek(const char *path, const struct storage_loader *loader)
{
    if (size_of(path, "") <= 0) {
        return NULL; /* not there yet */
    }
    char *uri = sqlite_uri_dup(path);
    char *error = NULL;
    sqlite3 *db = sqlite_connect(uri, path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &error);
    if (db) {
        int code = sqlite_load_settings(db, loader);
        error = code == SQLITE_OK ? NULL : sqlite_words(db, path, code);
        sqlite3_close(db);
    }
    free(uri);
    return error;
}

static bool is_damaged(const char *path)
{
    char *uri = sqlite_uri_dup(path);
    char *found = NULL;
    sqlite3 *db = NULL;
    int code = sqlite_try(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &db);
    if (code == SQLITE_OK && size_of(path, "") <= CHECK_BYTES_MAX) {
        code = look_through(db, "quick_check", &found);
    }
    bool damaged = found || (code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB;
    damaged = damaged && sqlite_mend_look(db, "quick_check") == DAMAGE_ELSEWHERE;
    sqlite3_close(db);
    free(found);
    free(uri);
    return damaged;
}

const struct backend_kind sqlite_backend = {
    .scheme = "sqlite:",
    .open = open_backend,
    .close = close_backend,
    .commit = commit,
    .read = read_request,
    .collect = collect,
    .load = load,
    .inspect = inspect,
    .peek = peek,
    .is_damaged = is_damaged,
    .hold = hold,
    .fail = fail,
};
