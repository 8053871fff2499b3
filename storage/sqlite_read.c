/* The reader thread: answers one request after the other from its own read-only connection. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

enum { RETRY_MS = 1000 };

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
    struct sqlite_queries *queries;
    int last_failure;
};

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
    int code = sqlite_queries_answer(r->queries, request);
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

struct sqlite_reader *sqlite_reader_start(sqlite3 *db, const char *name, int wake_fd, char **error)
{
    struct sqlite_queries *queries = sqlite_queries_create(db);
    if (!queries) {
        *error = sqlite_words(db, name, sqlite3_extended_errcode(db));
        return NULL;
    }
    struct sqlite_reader *r = mem_alloc(sizeof *r);
    r->db = db;
    r->queries = queries;
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
    sqlite_queries_destroy(r->queries);
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
