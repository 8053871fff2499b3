/* A backup: its own thread, its own connection, one snapshot. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_A_STEP = 256, BUSY_MAX = 30 };

struct sqlite_backup {
    char *source;
    int wake_fd;
    pthread_t thread;
    struct request *request;
    atomic_bool is_stopping;
    atomic_bool has_ended;
};

/* The source stays in one read transaction: what is committed meanwhile is not in the copy, and
 * does not make it begin anew. */
static int copy(struct sqlite_backup *b, sqlite3 *from, sqlite3 *to)
{
    int64_t tables;
    int code = sqlite_run(from, "BEGIN");
    if (code == SQLITE_OK) {
        code = sqlite_number(from, "SELECT count(*) FROM sqlite_schema", &tables);
    }
    if (code != SQLITE_OK) {
        return code;
    }
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup) {
        return sqlite3_extended_errcode(to);
    }
    int busy = 0;
    do {
        code =
            atomic_load(&b->is_stopping) ? SQLITE_ABORT : sqlite3_backup_step(backup, PAGES_A_STEP);
        busy = code == SQLITE_BUSY || code == SQLITE_LOCKED ? busy + 1 : 0;
    } while (code == SQLITE_OK || (busy > 0 && busy < BUSY_MAX));
    int finish = sqlite3_backup_finish(backup);
    return code == SQLITE_DONE ? finish : code;
}

static char *copy_between(struct sqlite_backup *b)
{
    const char *path = b->request->path;
    char *error = NULL;
    sqlite3 *from = sqlite_connect(b->source, b->source, SQLITE_OPEN_READONLY, &error);
    sqlite3 *to = from ? sqlite_connect(path, path, SQLITE_OPEN_READWRITE, &error) : NULL;
    if (to) {
        int code = copy(b, from, to);
        if (code == SQLITE_OK) {
            /* One file that stands alone, without -wal and -shm. */
            code = sqlite_run(to, "PRAGMA journal_mode = DELETE");
        }
        if (code == SQLITE_ABORT) {
            error = mem_dup("the daemon is ending");
        } else if (code != SQLITE_OK) {
            bool is_source = sqlite3_errcode(from) != SQLITE_OK;
            error = sqlite_words(is_source ? from : to, is_source ? b->source : path, code);
        }
    }
    sqlite3_close(to);
    sqlite3_close(from);
    return error;
}

/* SQLite has synced the file; its name must last too. */
static char *sync_directory(const char *path)
{
    char *copied = mem_dup(path);
    char *error = NULL;
    int fd = open(dirname(copied), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        error = mem_print("the directory of %s cannot be synced: %s", path, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    free(copied);
    return error;
}

static void *run(void *arg)
{
    struct sqlite_backup *b = arg;
    const char *path = b->request->path;
    char *error = NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        error = errno == EEXIST ? mem_print("%s is there already", path)
                                : mem_print("%s cannot be made: %s", path, strerror(errno));
    } else {
        close(fd);
        error = copy_between(b);
        if (!error) {
            error = sync_directory(path);
        }
        if (error) {
            unlink(path);
        }
    }
    b->request->error = error;
    atomic_store(&b->has_ended, true);
    backend_wake(b->wake_fd);
    return NULL;
}

struct sqlite_backup *sqlite_backup_start(const char *source, int wake_fd, struct request *request)
{
    struct sqlite_backup *b = mem_alloc(sizeof *b);
    b->source = mem_dup(source);
    b->wake_fd = wake_fd;
    b->request = request;
    sqlite_thread_start(&b->thread, run, b);
    return b;
}

struct request *sqlite_backup_collect(struct sqlite_backup *b, bool stop)
{
    if (stop) {
        atomic_store(&b->is_stopping, true);
    } else if (!atomic_load(&b->has_ended)) {
        return NULL;
    }
    pthread_join(b->thread, NULL);
    struct request *request = b->request;
    free(b->source);
    free(b);
    return request;
}
