/* The writer thread: takes all that waits, commits it in one transaction, hands it back;
 * checkpoints when idle. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

enum {
    RETRY_MS = 1000,
    CLOSE_MS = 5000,
    SCRUB_TRIES = 10,     /* so long readers are waited for */
    IDLE_MS = 2000,       /* then the WAL is brought into the database */
    WAL_PAGES = 4096,     /* 16 MiB: then at once */
    WAL_PAGES_MORE = 1024 /* when a reader keeps the WAL from starting again */
};

struct sqlite_writer {
    sqlite3 *db;
    char *name;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* for what follows up to the line */
    pthread_cond_t cond;
    struct list sealed;    /* batch::link, in order */
    struct list committed; /* batch::link, not collected */
    struct list scrubs;    /* request::link */
    struct list scrubbed;  /* request::link, not collected */
    bool is_suspect;       /* the reader has found the index damaged */
    bool is_held;
    int failure;
    bool in_trouble;
    char *trouble;    /* not collected */
    time_ms close_at; /* 0 until the end is wanted */
    /* ---- the thread's own ---- */
    struct sqlite_applier *applier;
    int last_failure;
    time_ms retry_at;
    time_ms checkpoint_at; /* 0: nothing to do */
    int wal_pages;
    int wal_pages_max; /* then a checkpoint, idle or not */
    enum index_state index;
    bool keeps_index;           /* its triggers are there */
    time_ms mend_at;            /* the next try */
    struct sqlite_scrub *scrub; /* the one under way, or NULL */
    time_ms scrub_at;
    unsigned scrub_failures;
};

/* ---- the index ---- */

static int pause_index(struct sqlite_writer *w)
{
    int code = sqlite_index_pause(w->db);
    w->keeps_index = code != SQLITE_OK;
    return code;
}

static int resume_index(struct sqlite_writer *w)
{
    int code = sqlite_index_resume(w->db);
    w->keeps_index = code == SQLITE_OK;
    return code;
}

static void note_damage(struct sqlite_writer *w)
{
    w->index = INDEX_DAMAGED;
    sqlite_mend_log(w->name);
}

/* Later, unless more than the index is damaged. */
static void fail_to_mend(struct sqlite_writer *w, int code)
{
    if (sqlite_is_damage(w->db, code)) {
        char *words = sqlite_words(w->db, w->name, code);
        log_error("storage: the index of searches cannot be made: %s", words);
        free(words);
        pause_index(w);
        w->index = INDEX_LOST;
    }
    w->mend_at = clock_monotonic_ms() + RETRY_MS;
}

static void begin_mending(struct sqlite_writer *w)
{
    int code = sqlite_mend_begin(w->db);
    if (code == SQLITE_OK) {
        code = resume_index(w);
    }
    if (code == SQLITE_OK) {
        w->index = INDEX_FILLING;
    } else {
        fail_to_mend(w, code);
    }
}

/* What FTS5 takes its own tables for, if they are damaged: it may be numbers given twice. */
static bool may_be_index(struct sqlite_writer *w, int code)
{
    return (sqlite_is_damage(w->db, code) || (code & 0xFF) == SQLITE_CONSTRAINT) &&
           (w->index == INDEX_WHOLE || w->index == INDEX_FILLING);
}

/* What is damaged may be the index, of which nothing is needed here: whether it is shows when all
 * is done without it. */
static int transact(struct sqlite_writer *w, const struct list *batches, int failure)
{
    int code = sqlite_apply(w->applier, batches, w->keeps_index, failure);
    bool is_suspect = code != failure && may_be_index(w, code);
    if (is_suspect) {
        sqlite_roll_back(w->applier);
        is_suspect = pause_index(w) == SQLITE_OK;
    }
    if (is_suspect) {
        code = sqlite_apply(w->applier, batches, w->keeps_index, failure);
    }
    if (code != failure) {
        sqlite_check_bug(w->db, code);
    }
    if (is_suspect && code == SQLITE_OK) {
        note_damage(w);
        begin_mending(w); /* before anybody is told: or a search would find what is left of it */
    } else if (is_suspect) {
        sqlite_roll_back(w->applier);
        resume_index(w);
    }
    return code;
}

/* One step of what is to be done with it. */
static void mend(struct sqlite_writer *w)
{
    bool is_done = false;
    int code = SQLITE_OK;
    if (w->index == INDEX_WHOLE) { /* searches say that it is not */
        code = pause_index(w);
        note_damage(w);
    } else if (w->index == INDEX_DAMAGED) {
        begin_mending(w);
    } else {
        code = sqlite_mend_step(w->db, &is_done);
    }
    if (code != SQLITE_OK) {
        fail_to_mend(w, code);
    } else if (is_done) {
        log_warn("storage: the index of searches is made again");
        w->index = INDEX_WHOLE;
    }
    w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
}

/* What failed is first in line again. words: why, if that is new. */
static char *note_failure(struct sqlite_writer *w, int code)
{
    char *words = code != w->last_failure ? sqlite_words(w->db, w->name, code) : NULL;
    w->last_failure = code;
    w->retry_at = clock_monotonic_ms() + RETRY_MS;
    sqlite_roll_back(w->applier);
    return words;
}

/* ---- checkpoints ---- */

static int on_wal(void *ctx, sqlite3 *db, const char *schema, int pages)
{
    struct sqlite_writer *w = ctx;
    (void)db;
    (void)schema;
    if (pages < w->wal_pages) {
        w->wal_pages_max = WAL_PAGES; /* it started again */
    }
    w->wal_pages = pages;
    return SQLITE_OK;
}

/* Never waits for readers. If it fails, a later one will do it, or commits fail and say so. */
static void checkpoint(struct sqlite_writer *w)
{
    sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    w->wal_pages_max = w->wal_pages < WAL_PAGES ? WAL_PAGES : w->wal_pages + WAL_PAGES_MORE;
    w->checkpoint_at = 0;
}

/* ---- the thread ---- */

/* Called and left with the lock held. After a failure only the first batch is tried: it may fit
 * where all do not, and what the checkpoint brings home makes room in the WAL. */
static void commit_waiting(struct sqlite_writer *w)
{
    struct list taken;
    list_init(&taken);
    if (w->in_trouble) {
        struct list *first = w->sealed.next;
        list_remove(first);
        list_append(&taken, first);
    } else {
        list_move(&taken, &w->sealed);
    }
    int failure = w->failure;
    bool was_in_trouble = w->in_trouble;
    pthread_mutex_unlock(&w->lock);

    if (was_in_trouble) {
        checkpoint(w);
    }
    char *words = NULL;
    int code = transact(w, &taken, failure);
    if (code != SQLITE_OK) {
        words = note_failure(w, code);
    } else {
        w->last_failure = SQLITE_OK;
        w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
    }

    pthread_mutex_lock(&w->lock);
    w->in_trouble = code != SQLITE_OK;
    if (w->in_trouble) {
        list_move(&taken, &w->sealed);
        list_move(&w->sealed, &taken);
    } else {
        list_move(&w->committed, &taken);
    }
    if (words) {
        free(w->trouble);
        w->trouble = words;
    }
    if (words || !w->in_trouble) {
        backend_wake(w->wake_fd);
    }
}

static time_ms earlier(time_ms a, time_ms b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void checkpoint_unlocked(struct sqlite_writer *w)
{
    pthread_mutex_unlock(&w->lock);
    checkpoint(w);
    pthread_mutex_lock(&w->lock);
}

/* Damage of the index is no end: it is made again, and without what went. */
static bool is_to_go_on(struct sqlite_writer *w, int code)
{
    if (code != SQLITE_OK) {
        w->scrub_at = clock_monotonic_ms() + RETRY_MS;
        w->scrub_failures++;
    }
    if (sqlite_is_damage(w->db, code) && w->index == INDEX_WHOLE) {
        pause_index(w);
        note_damage(w);
        return true;
    }
    return code == SQLITE_OK || ((code & 0xFF) == SQLITE_BUSY && w->scrub_failures < SCRUB_TRIES);
}

/* Called and left with the lock held. A step for the first who asked. */
static void scrub(struct sqlite_writer *w)
{
    bool is_done = false;
    pthread_mutex_unlock(&w->lock);
    if (w->scrub == NULL) {
        w->scrub = sqlite_scrub_create(w->db);
        w->scrub_failures = 0;
    }
    int code = sqlite_scrub_step(w->scrub, &is_done);
    bool goes_on = is_to_go_on(w, code) && !is_done;
    char *words = goes_on || is_done ? NULL : sqlite_words(w->db, w->name, code);
    if (!goes_on) {
        sqlite_scrub_destroy(w->scrub);
        w->scrub = NULL;
    }
    w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
    pthread_mutex_lock(&w->lock);
    if (!goes_on) {
        struct request *request = LIST_OF(struct request, w->scrubs.next, link);
        list_remove(&request->link);
        request->error = words;
        list_append(&w->scrubbed, &request->link);
        backend_wake(w->wake_fd);
    }
}

/* Called with the lock held. */
static bool is_mending(struct sqlite_writer *w)
{
    bool is_suspect = w->is_suspect && w->index == INDEX_WHOLE;
    w->is_suspect = false;
    return is_suspect || w->index == INDEX_DAMAGED || w->index == INDEX_FILLING;
}

/* Called and left with the lock held. */
static void mend_unlocked(struct sqlite_writer *w)
{
    pthread_mutex_unlock(&w->lock);
    mend(w);
    if (w->wal_pages >= w->wal_pages_max) {
        checkpoint(w);
    }
    pthread_mutex_lock(&w->lock);
}

/* Does what is due, or waits until something is. False: the end. */
static bool turn(struct sqlite_writer *w)
{
    time_ms now = clock_monotonic_ms();
    bool is_waiting = !list_is_empty(&w->sealed);
    if (w->close_at != 0 && (!is_waiting || now >= w->close_at)) {
        return false;
    }
    bool may_commit = is_waiting && (!w->is_held || w->close_at != 0);
    bool may_mend = !is_waiting && is_mending(w);
    bool may_scrub = !is_waiting && !may_mend && !list_is_empty(&w->scrubs);
    if (may_commit && (!w->in_trouble || now >= w->retry_at)) {
        commit_waiting(w);
        if (w->wal_pages >= w->wal_pages_max) {
            checkpoint_unlocked(w);
        }
    } else if (may_mend && now >= w->mend_at) {
        mend_unlocked(w);
    } else if (may_scrub && now >= w->scrub_at) {
        scrub(w);
    } else if (!may_commit && w->checkpoint_at != 0 && now >= w->checkpoint_at) {
        checkpoint_unlocked(w);
    } else {
        time_ms next = may_commit ? w->retry_at : w->checkpoint_at;
        next = may_mend ? earlier(next, w->mend_at) : next;
        next = may_scrub ? earlier(next, w->scrub_at) : next;
        sqlite_cond_wait(&w->cond, &w->lock, earlier(next, w->close_at));
    }
    return true;
}

static void *run(void *arg)
{
    struct sqlite_writer *w = arg;
    pthread_mutex_lock(&w->lock);
    while (turn(w)) {
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- the loop thread's side ---- */

struct sqlite_writer *sqlite_writer_start(sqlite3 *db, const char *name, int wake_fd, char **error)
{
    struct sqlite_writer *w = mem_alloc(sizeof *w);
    bool is_due = false;
    w->db = db;
    w->wake_fd = wake_fd;
    if (sqlite_mend_is_due(db, &is_due) == SQLITE_OK) {
        w->applier = sqlite_applier_create(db);
    }
    if (!w->applier) {
        *error = sqlite_words(db, name, sqlite3_extended_errcode(db));
        free(w);
        return NULL;
    }
    w->name = mem_dup(name);
    w->index = is_due ? INDEX_FILLING : INDEX_WHOLE;
    w->keeps_index = true;
    w->wal_pages_max = WAL_PAGES;
    w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
    list_init(&w->sealed);
    list_init(&w->committed);
    list_init(&w->scrubs);
    list_init(&w->scrubbed);
    sqlite3_wal_hook(db, on_wal, w);
    pthread_mutex_init(&w->lock, NULL);
    sqlite_cond_init(&w->cond);
    sqlite_thread_start(&w->thread, run, w);
    return w;
}

static size_t destroy_batches(struct list *batches)
{
    size_t count = 0;
    list_for_each_safe (struct batch, batch, batches, link) {
        list_remove(&batch->link);
        batch_destroy(batch);
        count++;
    }
    return count;
}

static void destroy_requests(struct list *requests)
{
    list_for_each_safe (struct request, request, requests, link) {
        list_remove(&request->link);
        request_destroy(request);
    }
}

void sqlite_writer_stop(struct sqlite_writer *w)
{
    if (!w) {
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->close_at = clock_monotonic_ms() + CLOSE_MS;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    destroy_batches(&w->committed);
    destroy_requests(&w->scrubs);
    destroy_requests(&w->scrubbed);
    size_t lost = destroy_batches(&w->sealed);
    if (lost > 0) {
        log_error("storage: closed without committing batches=%zu: %s", lost,
                  w->trouble ? w->trouble : "see above");
    }
    sqlite_scrub_destroy(w->scrub);
    sqlite_applier_destroy(w->applier);
    sqlite3_wal_hook(w->db, NULL, NULL);
    pthread_cond_destroy(&w->cond);
    pthread_mutex_destroy(&w->lock);
    free(w->trouble);
    free(w->name);
    free(w);
}

void sqlite_writer_commit(struct sqlite_writer *w, struct batch *batch)
{
    pthread_mutex_lock(&w->lock);
    list_append(&w->sealed, &batch->link);
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_collect(struct sqlite_writer *w, struct report *report)
{
    pthread_mutex_lock(&w->lock);
    list_move(&report->committed, &w->committed);
    list_move(&report->answered, &w->scrubbed);
    report->in_trouble = w->in_trouble;
    report->trouble = w->trouble;
    w->trouble = NULL;
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_mend(struct sqlite_writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_suspect = true;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_scrub(struct sqlite_writer *w, struct request *request)
{
    pthread_mutex_lock(&w->lock);
    list_append(&w->scrubs, &request->link);
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_hold(struct sqlite_writer *w, bool held)
{
    pthread_mutex_lock(&w->lock);
    w->is_held = held;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_fail(struct sqlite_writer *w, int code)
{
    pthread_mutex_lock(&w->lock);
    w->failure = code;
    pthread_mutex_unlock(&w->lock);
}
