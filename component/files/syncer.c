#include "files/syncer.h"

#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct syncer {
    int folder;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t cond;
    struct list todo; /* sync_job::link */
    struct list done; /* sync_job::link */
    bool ends;
};

static int perform(int folder, struct sync_job *job)
{
    int error = fsync(job->fd) == 0 ? 0 : errno;

    if (close(job->fd) != 0 && error == 0) {
        error = errno;
    }
    job->fd = -1;
    if (error == 0 && renameat(folder, job->part, folder, job->whole) != 0) {
        error = errno;
    }
    if (error == 0 && fsync(folder) != 0) {
        error = errno;
    }
    return error;
}

static void wake(int fd)
{
    const uint64_t one = 1;

    if (write(fd, &one, sizeof one) != sizeof one) {
        BUG("eventfd: errno %d", errno);
    }
}

static void *run(void *ctx)
{
    struct syncer *s = ctx;

    pthread_mutex_lock(&s->lock);
    while (!s->ends || !list_is_empty(&s->todo)) {
        if (list_is_empty(&s->todo)) {
            pthread_cond_wait(&s->cond, &s->lock);
            continue;
        }
        struct sync_job *job = LIST_OF(struct sync_job, s->todo.next, link);
        list_remove(&job->link);
        pthread_mutex_unlock(&s->lock);
        job->error = perform(s->folder, job);
        pthread_mutex_lock(&s->lock);
        list_append(&s->done, &job->link);
        wake(s->wake_fd);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct syncer *syncer_create(int folder)
{
    struct syncer *s = mem_alloc(sizeof *s);

    s->folder = folder;
    s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->cond, NULL);
    list_init(&s->todo);
    list_init(&s->done);
    if (s->wake_fd < 0 || pthread_create(&s->thread, NULL, run, s) != 0) {
        log_error("files: no thread can be started");
        abort();
    }
    return s;
}

static void move(struct list *to, struct list *from)
{
    while (!list_is_empty(from)) {
        struct list *node = from->next;
        list_remove(node);
        list_append(to, node);
    }
}

void syncer_destroy(struct syncer *s, struct list *left)
{
    pthread_mutex_lock(&s->lock);
    s->ends = true;
    pthread_cond_signal(&s->cond);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    move(left, &s->done);
    pthread_cond_destroy(&s->cond);
    pthread_mutex_destroy(&s->lock);
    close(s->wake_fd);
    free(s);
}

void syncer_take(struct syncer *s, struct sync_job *job)
{
    pthread_mutex_lock(&s->lock);
    list_append(&s->todo, &job->link);
    pthread_cond_signal(&s->cond);
    pthread_mutex_unlock(&s->lock);
}

int syncer_fd(const struct syncer *s)
{
    return s->wake_fd;
}

void syncer_dispatch(struct syncer *s)
{
    struct list done;
    uint64_t count;

    if (read(s->wake_fd, &count, sizeof count) < 0 && errno != EAGAIN) {
        BUG("eventfd: errno %d", errno);
    }
    list_init(&done);
    pthread_mutex_lock(&s->lock);
    move(&done, &s->done);
    pthread_mutex_unlock(&s->lock);
    while (!list_is_empty(&done)) {
        struct sync_job *job = LIST_OF(struct sync_job, done.next, link);
        list_remove(&job->link);
        job->on_synced(job);
    }
}
