#include "line.h"

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SCRATCH = 256 * 1024,
    IN_MAX = 16 * 1024 * 1024,
    OUT_MAX = 64 * 1024 * 1024,
    EVENTS = 512,
    SOURCES = 16 /* addresses 127.0.0.2 and on */
};

struct line {
    struct lines *all;
    const struct line_kind *kind;
    void *owner;
    struct buf in; /* what its owner has not taken */
    struct buf out;
    struct list link; /* lines::dirty or lines::dead */
    int fd;
    bool is_up;
    bool listens;
    bool is_blocked; /* the kernel takes no more for now */
    bool is_dead;
};

struct lines {
    int epoll;
    int watched;
    struct list dirty; /* line::link */
    struct list dead;  /* line::link */
    char scratch[SCRATCH];
};

int64_t line_now_us(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}

static void watch(const struct lines *all, int how, int fd, uint32_t events, struct line *l)
{
    struct epoll_event event = {.events = events, .data = {.ptr = l}};
    if (epoll_ctl(all->epoll, how, fd, &event) != 0) {
        BUG("epoll_ctl: %s", strerror(errno));
    }
}

struct lines *lines_create(int watched)
{
    struct lines *all = mem_alloc(sizeof *all);
    all->epoll = epoll_create1(EPOLL_CLOEXEC);
    all->watched = watched;
    list_init(&all->dirty);
    list_init(&all->dead);
    watch(all, EPOLL_CTL_ADD, watched, EPOLLIN, NULL);
    return all;
}

static void bury(struct lines *all)
{
    while (!list_is_empty(&all->dead)) {
        struct line *l = LIST_OF(struct line, all->dead.next, link);
        list_remove(&l->link);
        buf_finish(&l->in);
        buf_finish(&l->out);
        free(l);
    }
}

void lines_destroy(struct lines *all)
{
    bury(all);
    close(all->epoll);
    free(all);
}

static struct line *add(struct lines *all, int fd, const struct line_kind *kind, void *owner,
                        uint32_t events)
{
    struct line *l = mem_alloc(sizeof *l);
    l->all = all;
    l->kind = kind;
    l->owner = owner;
    l->fd = fd;
    buf_init(&l->in, IN_MAX);
    buf_init(&l->out, OUT_MAX);
    list_init(&l->link);
    watch(all, EPOLL_CTL_ADD, fd, events, l);
    return l;
}

struct line *line_dial(struct lines *all, unsigned number, int port, const struct line_kind *kind,
                       void *owner)
{
    int on = 1;
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return NULL;
    }
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + number % SOURCES);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0 ||
        (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)) {
        close(fd);
        return NULL;
    }
    return add(all, fd, kind, owner, EPOLLOUT);
}

struct line *line_take(struct lines *all, int fd, const struct line_kind *kind, void *owner)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct line *l = add(all, fd, kind, owner, EPOLLIN);
    l->is_up = true;
    return l;
}

struct line *line_listen(struct lines *all, int fd, const struct line_kind *kind, void *owner)
{
    struct line *l = add(all, fd, kind, owner, EPOLLIN);
    l->listens = true;
    return l;
}

struct buf *line_out(struct line *l)
{
    if (!l->is_dead && l->is_up && !l->is_blocked && list_is_empty(&l->link)) {
        list_append(&l->all->dirty, &l->link);
    }
    return &l->out;
}

void line_close(struct line *l)
{
    if (l == NULL || l->is_dead) {
        return;
    }
    close(l->fd);
    l->is_dead = true;
    list_remove(&l->link);
    list_append(&l->all->dead, &l->link);
}

static void end(struct line *l)
{
    if (!l->is_dead) {
        line_close(l);
        l->kind->on_end(l->owner);
    }
}

static void flush(struct line *l)
{
    size_t sent = 0;
    while (sent < l->out.len) {
        ssize_t now = send(l->fd, l->out.bytes + sent, l->out.len - sent, MSG_NOSIGNAL);
        if (now < 0 && errno == EINTR) {
            continue;
        }
        if (now < 0 && errno != EAGAIN) {
            end(l);
            return;
        }
        if (now < 0) {
            break;
        }
        sent += (size_t)now;
    }
    bool is_blocked = sent < l->out.len;
    if (is_blocked) {
        buf_drop(&l->out, sent);
    } else {
        buf_finish(&l->out);
    }
    if (is_blocked != l->is_blocked) {
        l->is_blocked = is_blocked;
        watch(l->all, EPOLL_CTL_MOD, l->fd, EPOLLIN | (is_blocked ? (uint32_t)EPOLLOUT : 0), l);
    }
}

static void offer(struct line *l, const char *bytes, size_t len)
{
    if (l->in.len == 0) {
        size_t taken = l->kind->on_bytes(l->owner, bytes, len);
        if (!l->is_dead && taken < len) {
            buf_add(&l->in, bytes + taken, len - taken);
        }
        return;
    }
    buf_add(&l->in, bytes, len);
    size_t taken = l->kind->on_bytes(l->owner, l->in.bytes, l->in.len);
    if (!l->is_dead && taken == l->in.len) {
        buf_finish(&l->in);
    } else if (!l->is_dead) {
        buf_drop(&l->in, taken);
    }
}

static void receive(struct line *l)
{
    ssize_t len = recv(l->fd, l->all->scratch, SCRATCH, 0);
    if (len < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (len <= 0) {
        end(l);
        return;
    }
    offer(l, l->all->scratch, (size_t)len);
    if (l->in.overflow) {
        BUG("a line has more than %d bytes that nobody understands", IN_MAX);
    }
}

static void go_up(struct line *l)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
        end(l);
        return;
    }
    l->is_up = true;
    watch(l->all, EPOLL_CTL_MOD, l->fd, EPOLLIN, l);
    l->kind->on_up(l->owner);
}

static void happen(struct line *l, uint32_t events)
{
    if (l->is_dead) {
        return;
    }
    if (l->listens) {
        l->kind->on_up(l->owner);
    } else if (!l->is_up) {
        go_up(l);
    } else {
        if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
            receive(l);
        }
        if ((events & EPOLLOUT) && !l->is_dead) {
            flush(l);
        }
    }
}

bool lines_turn(struct lines *all, int wait_ms)
{
    struct epoll_event events[EVENTS];
    bool is_readable = false;
    int count = epoll_wait(all->epoll, events, EVENTS, wait_ms);
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr == NULL) {
            is_readable = true;
        } else {
            happen(events[i].data.ptr, events[i].events);
        }
    }
    while (!list_is_empty(&all->dirty)) {
        struct line *l = LIST_OF(struct line, all->dirty.next, link);
        list_remove(&l->link);
        flush(l);
    }
    bury(all);
    return is_readable;
}
