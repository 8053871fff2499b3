#include "mail/courier.h"

#include "base/log.h"
#include "base/mem.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Strings are owned. */
struct errand {
    struct smtp_server server;
    struct smtp_mail mail;
    struct smtp_answer answer;
};

struct courier {
    void (*on_done)(void *ctx, const struct smtp_answer *answer);
    void *ctx;
    int wake_fd;
    pthread_t thread;
    atomic_bool ends;
    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t cond;
    struct errand *todo;
    struct errand *done;
};

static void free_text(const char *text)
{
    free((char *)(uintptr_t)text);
}

static void errand_destroy(struct errand *e)
{
    if (e == NULL) {
        return;
    }
    free_text(e->server.url);
    free_text(e->server.ehlo);
    free_text(e->server.user);
    if (e->server.password != NULL) {
        explicit_bzero((char *)(uintptr_t)e->server.password, strlen(e->server.password));
    }
    free_text(e->server.password);
    free_text(e->server.ca_file);
    free_text(e->mail.from);
    free_text(e->mail.to);
    free_text(e->mail.text);
    free(e);
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
    struct courier *c = ctx;

    pthread_mutex_lock(&c->lock);
    while (!atomic_load(&c->ends)) {
        if (c->todo == NULL) {
            pthread_cond_wait(&c->cond, &c->lock);
            continue;
        }
        struct errand *e = c->todo;
        pthread_mutex_unlock(&c->lock);
        smtp_send(&e->server, &e->mail, &c->ends, &e->answer);
        pthread_mutex_lock(&c->lock);
        c->todo = NULL;
        c->done = e;
        wake(c->wake_fd);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct courier *courier_create(void (*on_done)(void *ctx, const struct smtp_answer *answer),
                               void *ctx)
{
    struct courier *c = mem_alloc(sizeof *c);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    c->on_done = on_done;
    c->ctx = ctx;
    c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->cond, NULL);
    if (c->wake_fd < 0 || pthread_create(&c->thread, NULL, run, c) != 0) {
        log_error("mail: no thread can be started");
        abort();
    }
    return c;
}

void courier_destroy(struct courier *c)
{
    if (c == NULL) {
        return;
    }
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->ends, true);
    pthread_cond_signal(&c->cond);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    errand_destroy(c->todo);
    errand_destroy(c->done);
    pthread_cond_destroy(&c->cond);
    pthread_mutex_destroy(&c->lock);
    close(c->wake_fd);
    free(c);
    curl_global_cleanup();
}

void courier_take(struct courier *c, const struct smtp_server *server, const struct smtp_mail *mail)
{
    struct errand *e = mem_alloc(sizeof *e);

    e->server = (struct smtp_server){.url = mem_dup(server->url),
                                     .ehlo = mem_dup(server->ehlo),
                                     .tls = server->tls,
                                     .user = mem_dup(server->user),
                                     .password = mem_dup(server->password),
                                     .ca_file = mem_dup(server->ca_file)};
    e->mail = (struct smtp_mail){
        .from = mem_dup(mail->from), .to = mem_dup(mail->to), .text = mem_dup(mail->text)};
    pthread_mutex_lock(&c->lock);
    if (c->todo != NULL || c->done != NULL) {
        BUG("a courier with two mails");
    }
    c->todo = e;
    pthread_cond_signal(&c->cond);
    pthread_mutex_unlock(&c->lock);
}

int courier_fd(const struct courier *c)
{
    return c->wake_fd;
}

void courier_dispatch(struct courier *c)
{
    uint64_t count;

    if (read(c->wake_fd, &count, sizeof count) < 0 && errno != EAGAIN) {
        BUG("eventfd: errno %d", errno);
    }
    pthread_mutex_lock(&c->lock);
    struct errand *e = c->done;
    c->done = NULL;
    pthread_mutex_unlock(&c->lock);
    if (e != NULL) {
        c->on_done(c->ctx, &e->answer);
        errand_destroy(e);
    }
}
