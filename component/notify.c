#include "notify.h"

#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <event2/event.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct notify {
    int fd; /* -1: nobody to tell */
    struct event *ready;
    struct event *watchdog;
};

static void tell(const struct notify *n, const char *words)
{
    if (n->fd >= 0 && send(n->fd, words, strlen(words), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        log_debug("notify: the supervisor could not be told: %s", strerror(errno));
    }
}

static void on_ready(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    tell(ctx, "READY=1");
}

static void on_watchdog(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    tell(ctx, "WATCHDOG=1");
}

/* A path, or a name in the abstract namespace that is written with '@'. */
static int dial(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof address.sun_path) {
        return -1;
    }
    memcpy(address.sun_path, name, len);
    if (name[0] == '@') {
        address.sun_path[0] = '\0';
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, size) != 0) {
        log_warn("notify: NOTIFY_SOCKET cannot be reached: %s", strerror(errno));
        close(fd);
        fd = -1;
    }
    return fd;
}

struct notify *notify_create(struct event_base *loop)
{
    struct notify *n = mem_alloc(sizeof *n);
    const char *name = getenv("NOTIFY_SOCKET");
    const char *usec = getenv("WATCHDOG_USEC");
    unsigned long long interval = usec != NULL ? strtoull(usec, NULL, 10) : 0;
    n->fd = name != NULL ? dial(name) : -1;
    if (n->fd < 0) {
        return n;
    }
    n->ready = event_new(loop, -1, 0, on_ready, n);
    event_active(n->ready, EV_TIMEOUT, 1);
    if (interval >= 2) {
        const struct timeval half = {.tv_sec = (time_t)(interval / 2 / 1000000),
                                     .tv_usec = (suseconds_t)(interval / 2 % 1000000)};
        n->watchdog = event_new(loop, -1, EV_PERSIST, on_watchdog, n);
        event_add(n->watchdog, &half);
    }
    return n;
}

void notify_reloading(struct notify *n)
{
    if (n != NULL) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        char *words = mem_print("RELOADING=1\nMONOTONIC_USEC=%lld",
                                (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
        tell(n, words);
        free(words);
    }
}

void notify_ready(struct notify *n)
{
    if (n != NULL) {
        tell(n, "READY=1");
    }
}

void notify_stopping(struct notify *n)
{
    if (n != NULL) {
        tell(n, "STOPPING=1");
    }
}

void notify_destroy(struct notify *n)
{
    if (n == NULL) {
        return;
    }
    if (n->ready != NULL) {
        event_free(n->ready);
    }
    if (n->watchdog != NULL) {
        event_free(n->watchdog);
    }
    if (n->fd >= 0) {
        close(n->fd);
    }
    free(n);
}
