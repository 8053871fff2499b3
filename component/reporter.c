#include "reporter.h"

#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include "counting.h"
#include "directory.h"
#include "storage/archive.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct count {
    const struct config *config;
    struct config *owned; /* the same, since it is in force no more */
    struct directory *directory;
    struct period period;
    char *department; /* NULL: all */
    reporter_done done;
    void *ctx;
    struct figures *figures;
    char *words;
};

struct reporter {
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t cond;
    bool ends;
    struct archive *archive; /* that is being read */
    struct count *todo;      /* also while it is counted */
    struct count *done;
};

static void count_destroy(struct count *n)
{
    if (n != NULL) {
        figures_destroy(n->figures);
        directory_close(n->directory);
        config_destroy(n->owned);
        free(n->department);
        free(n->words);
        free(n);
    }
}

/* Whoever destroys the reporter finds the archive here, or the thread finds that it ends. */
static bool announce(struct reporter *r, struct archive *archive)
{
    pthread_mutex_lock(&r->lock);
    bool goes_on = !r->ends;
    r->archive = goes_on ? archive : NULL;
    pthread_mutex_unlock(&r->lock);
    return goes_on;
}

static void count(struct reporter *r, struct count *n)
{
    struct archive *archive = archive_open(n->config->storage, &n->words);

    if (archive != NULL && announce(r, archive)) {
        n->words = counting_read(archive, n->directory, &n->period, n->department, &n->figures);
        announce(r, NULL);
    }
    archive_close(archive);
}

static void *run(void *ctx)
{
    struct reporter *r = ctx;
    const uint64_t one = 1;

    pthread_mutex_lock(&r->lock);
    while (!r->ends) {
        if (r->todo == NULL) {
            pthread_cond_wait(&r->cond, &r->lock);
            continue;
        }
        pthread_mutex_unlock(&r->lock);
        count(r, r->todo);
        pthread_mutex_lock(&r->lock);
        r->done = r->todo;
        r->todo = NULL;
        if (write(r->wake_fd, &one, sizeof one) != sizeof one) {
            BUG("eventfd: errno %d", errno);
        }
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct reporter *reporter_create(void)
{
    struct reporter *r = mem_alloc(sizeof *r);

    r->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->cond, NULL);
    if (r->wake_fd < 0 || pthread_create(&r->thread, NULL, run, r) != 0) {
        log_error("reports: no thread can be started");
        abort();
    }
    return r;
}

void reporter_destroy(struct reporter *r)
{
    if (r == NULL) {
        return;
    }
    pthread_mutex_lock(&r->lock);
    r->ends = true;
    if (r->archive != NULL) {
        archive_cancel(r->archive);
    }
    pthread_cond_signal(&r->cond);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    count_destroy(r->todo);
    count_destroy(r->done);
    pthread_cond_destroy(&r->cond);
    pthread_mutex_destroy(&r->lock);
    close(r->wake_fd);
    free(r);
}

bool reporter_take(struct reporter *r, const struct config *config, const struct period *period,
                   const char *department, reporter_done done, void *ctx)
{
    pthread_mutex_lock(&r->lock);
    bool is_free = r->todo == NULL && r->done == NULL;
    if (is_free) {
        struct count *n = mem_alloc(sizeof *n);
        n->config = config;
        n->directory = directory_on(config);
        n->period = *period;
        n->department = department != NULL ? mem_dup(department) : NULL;
        n->done = done;
        n->ctx = ctx;
        r->todo = n;
        pthread_cond_signal(&r->cond);
    }
    pthread_mutex_unlock(&r->lock);
    return is_free;
}

void reporter_let_go(struct reporter *r, struct config *take_config)
{
    pthread_mutex_lock(&r->lock);
    struct count *n = r->todo != NULL ? r->todo : r->done;
    bool is_read = n != NULL && n->config == take_config;
    if (is_read) {
        n->owned = take_config;
    }
    pthread_mutex_unlock(&r->lock);
    if (!is_read) {
        config_destroy(take_config);
    }
}

int reporter_fd(const struct reporter *r)
{
    return r->wake_fd;
}

void reporter_dispatch(struct reporter *r)
{
    uint64_t times;

    if (read(r->wake_fd, &times, sizeof times) < 0 && errno != EAGAIN) {
        BUG("eventfd: errno %d", errno);
    }
    pthread_mutex_lock(&r->lock);
    struct count *n = r->done;
    r->done = NULL;
    pthread_mutex_unlock(&r->lock);
    if (n != NULL) {
        n->done(n->ctx, n->directory, &n->period, n->words == NULL ? n->figures : NULL, n->words);
        count_destroy(n);
    }
}
