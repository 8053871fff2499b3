#include "transport/dial.h"

#include "base/mem.h"

#include <errno.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEEPALIVE_IDLE_S = 30, KEEPALIVE_INTERVAL_S = 10, KEEPALIVE_COUNT = 3 };
enum { UNACKED_MAX_MS = 30 * 1000, WHY_SIZE = 160, ADDRESSES_IN_TIME = 3 };

struct dial {
    struct event_base *loop;
    struct evdns_base *dns;
    char *host;
    char port[8];
    int timeout_ms;
    struct event *step;     /* the next thing to do, with the stack unwound */
    struct event *deadline; /* of all together */
    struct evdns_getaddrinfo_request *request;
    bool resolving;
    bool cancelled; /* lives on only for the answer of the resolver */
    struct evutil_addrinfo *found;
    struct evutil_addrinfo *next;
    int fd;
    struct event *connected;
    char why[WHY_SIZE];
    dial_done done;
    void *ctx;
};

static struct timeval interval(int ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static void hang_up(struct dial *d)
{
    if (d->connected) {
        event_free(d->connected);
        d->connected = NULL;
    }
    if (d->fd >= 0) {
        close(d->fd);
        d->fd = -1;
    }
}

/* Everything but the struct itself, which an answer of the resolver may still be looking for. */
static void strip(struct dial *d)
{
    hang_up(d);
    event_free(d->step);
    event_free(d->deadline);
    if (d->found) {
        evutil_freeaddrinfo(d->found);
    }
    free(d->host);
}

void dial_cancel(struct dial *d)
{
    if (!d) {
        return;
    }
    strip(d);
    if (d->resolving) {
        d->cancelled = true;
        evdns_getaddrinfo_cancel(d->request);
        return;
    }
    free(d);
}

static void finish(struct dial *d, int fd)
{
    dial_done done = d->done;
    void *ctx = d->ctx;
    char why[WHY_SIZE];
    snprintf(why, sizeof why, "%s", d->why);
    dial_cancel(d);
    done(ctx, fd, fd < 0 ? why : NULL);
}

static void on_deadline(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    struct dial *d = ctx;
    snprintf(d->why, sizeof d->why,
             d->resolving ? "the name was not resolved in %d ms" : "no answer in %d ms",
             d->timeout_ms);
    finish(d, -1);
}

static void on_resolved(int error, struct evutil_addrinfo *found, void *ctx)
{
    struct dial *d = ctx;
    if (d->cancelled) {
        if (found) {
            evutil_freeaddrinfo(found);
        }
        free(d);
        return;
    }
    d->resolving = false;
    d->request = NULL;
    d->found = found;
    d->next = found;
    snprintf(d->why, sizeof d->why, "the name cannot be resolved: %s",
             error ? evutil_gai_strerror(error) : "it has no address");
    event_active(d->step, EV_TIMEOUT, 0);
}

static void resolve(struct dial *d)
{
    struct evutil_addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
    d->resolving = true;
    /* on_resolved may have been called before this returns; the request is then NULL. */
    d->request = evdns_getaddrinfo(d->dns, d->host, d->port, &hints, on_resolved, d);
}

static void set_number(int fd, int level, int name, int value)
{
    /* A kernel that lacks one of these still has a working connection: the link's own ping decides.
     */
    (void)setsockopt(fd, level, name, &value, sizeof value);
}

static void set_options(int fd)
{
    set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
    set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
    set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
    set_number(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKED_MAX_MS);
}

/* On one machine a port that nobody listens on may be given to us as our own: TCP then connects a
 * socket to itself. */
static bool is_connected_to_itself(int fd)
{
    struct sockaddr_storage here = {0};
    struct sockaddr_storage there = {0};
    socklen_t here_len = sizeof here;
    socklen_t there_len = sizeof there;
    return getsockname(fd, (struct sockaddr *)&here, &here_len) == 0 &&
           getpeername(fd, (struct sockaddr *)&there, &there_len) == 0 && here_len == there_len &&
           memcmp(&here, &there, here_len) == 0;
}

static void on_connected(evutil_socket_t fd, short what, void *ctx)
{
    struct dial *d = ctx;
    int error = ETIMEDOUT;
    if (!(what & EV_TIMEOUT)) {
        socklen_t len = sizeof error;
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0) {
            error = errno;
        }
        if (!error && is_connected_to_itself(fd)) {
            error = ECONNREFUSED;
        }
    }
    if (error) {
        snprintf(d->why, sizeof d->why, "%s", strerror(error));
        hang_up(d);
        event_active(d->step, EV_TIMEOUT, 0);
        return;
    }
    d->fd = -1;
    finish(d, fd);
}

/* False: this address failed at once. */
static bool try_address(struct dial *d, const struct evutil_addrinfo *address)
{
    d->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (d->fd < 0) {
        return false;
    }
    set_options(d->fd);
    if (connect(d->fd, address->ai_addr, (socklen_t)address->ai_addrlen) != 0 &&
        errno != EINPROGRESS) {
        return false;
    }
    struct timeval patience = interval(d->timeout_ms / ADDRESSES_IN_TIME);
    d->connected = event_new(d->loop, d->fd, EV_WRITE, on_connected, d);
    event_add(d->connected, &patience);
    return true;
}

static void on_step(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    struct dial *d = ctx;
    if (!d->found && !d->why[0]) {
        resolve(d);
        return;
    }
    while (d->next) {
        const struct evutil_addrinfo *address = d->next;
        d->next = address->ai_next;
        if (try_address(d, address)) {
            return;
        }
        snprintf(d->why, sizeof d->why, "%s", strerror(errno));
        hang_up(d);
    }
    finish(d, -1);
}

struct dial *dial_start(struct event_base *loop, struct evdns_base *dns, const char *host, int port,
                        int timeout_ms, dial_done done, void *ctx)
{
    struct dial *d = mem_alloc(sizeof *d);
    d->loop = loop;
    d->dns = dns;
    d->host = mem_dup(host);
    snprintf(d->port, sizeof d->port, "%d", port);
    d->timeout_ms = timeout_ms;
    d->fd = -1;
    d->done = done;
    d->ctx = ctx;
    d->step = event_new(loop, -1, 0, on_step, d);
    d->deadline = event_new(loop, -1, 0, on_deadline, d);
    struct timeval all = interval(timeout_ms);
    event_add(d->deadline, &all);
    event_active(d->step, EV_TIMEOUT, 0);
    return d;
}
