#include "transport/connection.h"

#include "base/buf.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    struct event event;
    struct list link;  /* connections::all, until it is freed: the list may be walked meanwhile */
    struct list dirty; /* connections::dirty or ::dead */
    struct connections *set;
    const struct connection_protocol *protocol;
    void *speaker;
    struct buf out;
    const char *tail; /* written behind out */
    size_t tail_len;
    const char *whole_tail; /* for release */
    size_t whole_tail_len;
    void (*release)(const char *bytes, size_t len); /* NULL: nothing is to be given back */
    time_ms since; /* last progress of output; from finishing on: when that began */
    struct address peer;
    int fd;
    short waits_for; /* EV_READ, EV_WRITE as registered */
    bool is_paused;
    bool is_woken;
    bool is_finishing;
    bool is_ended; /* the peer's half is closed */
    bool is_shut;  /* our half is closed */
    bool is_dead;
};

struct connections {
    struct event_base *loop;
    struct event *reap;
    struct list all;   /* connection::link */
    struct list dead;  /* connection::dirty */
    struct list dirty; /* connection::dirty */
    size_t count;
    time_ms now;
    bool has_woken; /* some connection is */
    char *scratch;  /* CONNECTION_READ_MAX bytes that all reads share */
};

static void on_ready(evutil_socket_t fd, short what, void *ctx);

/* ---- the set ---- */

/* Uncopied bytes are not needed any more. */
static void release_tail(struct connection *c)
{
    if (c->release) {
        c->release(c->whole_tail, c->whole_tail_len);
        c->release = NULL;
    }
}

static void destroy(struct connection *c)
{
    c->protocol->on_gone(c->speaker);
    list_remove(&c->link);
    list_remove(&c->dirty);
    buf_finish(&c->out);
    release_tail(c);
    close(c->fd);
    c->set->count--;
    free(c);
}

static void go_on(struct connections *set)
{
    set->has_woken = false;
    list_for_each (struct connection, c, &set->all, link) {
        if (c->is_woken && connection_is_live(c)) {
            c->is_woken = false;
            c->protocol->on_bytes(c->speaker, set->scratch, 0);
        }
    }
}

static void on_reap(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    struct connections *set = ctx;
    if (set->has_woken) {
        go_on(set);
    }
    while (!list_is_empty(&set->dead)) {
        destroy(LIST_OF(struct connection, set->dead.next, dirty));
    }
}

struct connections *connections_create(struct event_base *loop)
{
    struct connections *set = mem_alloc(sizeof *set);
    set->loop = loop;
    set->now = clock_monotonic_ms();
    set->scratch = mem_alloc(CONNECTION_READ_MAX);
    list_init(&set->all);
    list_init(&set->dead);
    list_init(&set->dirty);
    set->reap = event_new(loop, -1, 0, on_reap, set);
    if (!set->reap) {
        BUG("event_new failed");
    }
    return set;
}

void connections_destroy(struct connections *set)
{
    if (!set) {
        return;
    }
    list_for_each (struct connection, c, &set->all, link) {
        connection_kill(c);
    }
    on_reap(-1, 0, set);
    event_free(set->reap);
    free(set->scratch);
    free(set);
}

void connections_stop(struct connections *set)
{
    list_for_each (struct connection, c, &set->all, link) {
        if (connection_is_live(c)) {
            c->protocol->on_stop(c->speaker);
        }
    }
}

size_t connections_count(const struct connections *set)
{
    return set->count;
}

time_ms connections_now(const struct connections *set)
{
    return set->now;
}

/* ---- events ---- */

/* Registers for what there is to wait for. */
static void arm(struct connection *c)
{
    bool is_blocked = !connection_is_drained(c) && list_is_empty(&c->dirty);
    bool is_deaf = c->is_paused || c->is_ended;
    short wanted = (short)((is_deaf ? 0 : EV_READ) | (is_blocked ? EV_WRITE : 0));
    if (wanted == c->waits_for || c->is_dead) {
        return;
    }
    if (c->waits_for != 0) {
        event_del(&c->event);
    }
    c->waits_for = wanted;
    if (wanted == 0) {
        return;
    }
    if (event_assign(&c->event, c->set->loop, c->fd, (short)(wanted | EV_PERSIST), on_ready, c) !=
            0 ||
        event_add(&c->event, NULL) != 0) {
        log_error("connection: cannot wait for a socket");
        c->waits_for = 0;
        connection_kill(c);
    }
}

struct connection *connection_create(struct connections *set, int fd, const struct address *peer,
                                     const struct connection_protocol *protocol, void *speaker)
{
    struct connection *c = mem_alloc(sizeof *c);
    int on = 1;
    unsigned timeout_ms = CONNECTION_STALL_MS;
    /* Both may fail on a socket that is no TCP one: then nothing is lost. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
    c->set = set;
    c->fd = fd;
    c->peer = *peer;
    c->protocol = protocol;
    c->speaker = speaker;
    c->since = set->now;
    buf_init(&c->out, CONNECTION_OUT_MAX);
    list_init(&c->dirty);
    list_init(&c->link);
    list_append(&set->all, &c->link);
    set->count++;
    arm(c);
    return c;
}

void connection_speak(struct connection *c, const struct connection_protocol *protocol,
                      void *speaker)
{
    c->protocol = protocol;
    c->speaker = speaker;
}

const struct address *connection_peer(const struct connection *c)
{
    return &c->peer;
}

struct connections *connection_set(const struct connection *c)
{
    return c->set;
}

void connection_pause(struct connection *c, bool is_paused)
{
    if (c->is_paused != is_paused && !c->is_finishing) {
        c->is_paused = is_paused;
        arm(c);
    }
}

void connection_wake(struct connection *c)
{
    c->is_woken = true;
    c->set->has_woken = true;
    event_active(c->set->reap, EV_TIMEOUT, 0);
}

bool connection_is_live(const struct connection *c)
{
    return !c->is_dead && !c->is_finishing;
}

void connection_kill(struct connection *c)
{
    if (c->is_dead) {
        return;
    }
    if (c->waits_for != 0) {
        event_del(&c->event);
        c->waits_for = 0;
    }
    c->is_dead = true;
    list_remove(&c->dirty);
    list_append(&c->set->dead, &c->dirty);
    event_active(c->set->reap, EV_TIMEOUT, 0);
}

/* ---- output ---- */

struct buf *connection_out(struct connection *c)
{
    return &c->out;
}

bool connection_is_drained(const struct connection *c)
{
    return c->out.len == 0 && c->tail_len == 0;
}

bool connections_are_drained(const struct connections *set)
{
    list_for_each (struct connection, c, &set->all, link) {
        if (!c->is_dead && !connection_is_drained(c)) {
            return false;
        }
    }
    return true;
}

bool connections_are_over(const struct connections *set)
{
    list_for_each (struct connection, c, &set->all, link) {
        if (!c->is_dead && !c->is_shut) {
            return false;
        }
    }
    return true;
}

/* There is output: written at the end of the turn, unless the kernel was full before. */
static void mark_dirty(struct connection *c)
{
    bool is_blocked = (c->waits_for & EV_WRITE) != 0;
    if (!c->is_dead && !is_blocked && list_is_empty(&c->dirty)) {
        c->since = c->set->now;
        list_append(&c->set->dirty, &c->dirty);
    }
}

void connection_wrote(struct connection *c)
{
    if (c->tail_len > 0) {
        BUG("written behind static bytes");
    }
    mark_dirty(c);
}

void connection_write_static(struct connection *c, const char *bytes, size_t len,
                             void (*release)(const char *bytes, size_t len))
{
    if (c->tail_len > 0) {
        BUG("static bytes behind static bytes");
    }
    c->tail = bytes;
    c->tail_len = len;
    c->whole_tail = bytes;
    c->whole_tail_len = len;
    c->release = release;
    mark_dirty(c);
}

/* Our half is over: what comes is thrown away until the peer closes, too. */
static void shut(struct connection *c)
{
    c->is_shut = true;
    c->since = c->set->now;
    if (c->is_ended || shutdown(c->fd, SHUT_WR) != 0) {
        connection_kill(c);
    }
}

static void took(struct connection *c, size_t written)
{
    size_t from_out = written < c->out.len ? written : c->out.len;
    size_t from_tail = written - from_out;
    if (from_out == c->out.len) {
        buf_finish(&c->out);
    } else {
        buf_drop(&c->out, from_out);
    }
    if (from_tail > 0) {
        c->tail += from_tail;
        c->tail_len -= from_tail;
        if (c->tail_len == 0) {
            release_tail(c);
        }
    }
    if (written > 0) {
        c->since = c->set->now;
    }
}

static void flush(struct connection *c)
{
    while (!connection_is_drained(c)) {
        struct iovec parts[2] = {{c->out.bytes, c->out.len}, {(void *)c->tail, c->tail_len}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t written = sendmsg(c->fd, &message, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0 && errno == EAGAIN) {
            break;
        }
        if (written < 0) {
            connection_kill(c);
            return;
        }
        took(c, (size_t)written);
    }
    if (connection_is_drained(c) && c->is_finishing) {
        if (!c->is_shut) {
            shut(c);
        }
    } else if (connection_is_drained(c)) {
        c->protocol->on_drained(c->speaker);
    }
    arm(c);
}

void connections_flush(struct connections *set)
{
    while (!list_is_empty(&set->dirty)) {
        struct connection *c = LIST_OF(struct connection, set->dirty.next, dirty);
        list_remove(&c->dirty);
        flush(c);
    }
}

void connection_finish(struct connection *c)
{
    if (c->is_dead || c->is_finishing) {
        return;
    }
    c->is_finishing = true;
    c->is_paused = false;
    c->since = c->set->now;
    if (connection_is_drained(c)) {
        shut(c);
    }
    arm(c);
}

/* ---- input ---- */

static void receive(struct connection *c)
{
    ssize_t got = recv(c->fd, c->set->scratch, CONNECTION_READ_MAX, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    bool is_end = got <= 0;
    if (is_end && got == 0 && c->protocol->outlives_input && !connection_is_drained(c)) {
        c->is_ended = true;
        connection_finish(c);
        arm(c); /* it may have been finishing before: an end is readable for ever */
    } else if (is_end) {
        connection_kill(c);
    } else if (!c->is_finishing) {
        c->protocol->on_bytes(c->speaker, c->set->scratch, (size_t)got);
    }
}

static void on_ready(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    struct connection *c = ctx;
    if ((what & EV_READ) && !c->is_dead) {
        receive(c);
    }
    if ((what & EV_WRITE) && !c->is_dead) {
        flush(c);
    }
}

/* ---- time ---- */

static void tick(struct connection *c, time_ms now)
{
    if (c->is_shut) {
        if (now - c->since >= CONNECTION_LINGER_MS) {
            connection_kill(c);
        }
        return;
    }
    if (!connection_is_drained(c) && now - c->since >= CONNECTION_STALL_MS) {
        connection_kill(c);
    } else if (!c->is_finishing) {
        c->protocol->on_tick(c->speaker, now);
    }
}

void connections_tick(struct connections *set, time_ms now)
{
    set->now = now;
    list_for_each (struct connection, c, &set->all, link) {
        if (!c->is_dead) {
            tick(c, now);
        }
    }
}
