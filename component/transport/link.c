/* lint: long because one connection's life, from dialling to its end, shares its state. */
#include "transport/link.h"

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "transport/dial.h"
#include "transport/handshake.h"
#include "transport/heartbeat.h"
#include "transport/link_fault.h"
#include "transport/link_pace.h"
#include "transport/outflow.h"
#include "xml/ns.h"
#include "xml/reader.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 16 * 1024, OWN_MAX = 8 * 1024, WHY_SIZE = 400, STRANGERS_MAX = 2 };

struct link {
    struct event_base *loop;
    struct evdns_base *dns;
    struct router *router;
    struct outlet outlet; /* the router has it while the link is up */
    char *domain;
    char *host;
    int port;
    char *secret;
    struct link_pace pace;
    enum link_state state;
    enum link_fault fault;  /* why the last attempt ended */
    enum link_fault told;   /* what was logged last, so that it is logged once */
    enum link_fault losing; /* this connection ends in on_turn, when no reader is on the stack */
    char why[WHY_SIZE];
    struct event *timer; /* one at a time: what for, depends on the state */
    struct event *turn;  /* writes once for everything that was sent in this turn */

    struct dial *dial;
    int fd;
    struct event *readable;
    struct event *writable; /* pending only while the socket takes nothing more */
    struct reader *reader;
    struct outflow out;
    struct buf own; /* what the link itself writes next */

    unsigned attempts; /* in a row that did not lead to a steady link */
    time_ms up_since;
    uint64_t handshakes;
    struct heartbeat heartbeat;

    bool stopping;
    void (*done)(void *ctx);
    void *done_ctx;
};

static const struct {
    const char *name;
    unsigned next; /* bit mask of the states that may follow */
} STATES[] = {
    [LINK_DOWN] = {"down", 1U << LINK_CONNECTING},
    [LINK_CONNECTING] = {"connecting", 1U << LINK_HANDSHAKE | 1U << LINK_BACKOFF | 1U << LINK_DOWN},
    [LINK_HANDSHAKE] = {"handshake", 1U << LINK_UP | 1U << LINK_BACKOFF | 1U << LINK_DOWN},
    [LINK_UP] = {"up", 1U << LINK_BACKOFF | 1U << LINK_DOWN},
    [LINK_BACKOFF] = {"backoff", 1U << LINK_CONNECTING | 1U << LINK_DOWN},
};

static void link_enter(struct link *l, enum link_state state)
{
    if (!(STATES[l->state].next & 1U << state)) {
        BUG("link: from %s to %s", STATES[l->state].name, STATES[state].name);
    }
    log_debug("link: %s", STATES[state].name);
    l->state = state;
}

static void arm(struct link *l, time_ms delay)
{
    struct timeval in = {.tv_sec = delay / 1000, .tv_usec = delay % 1000 * 1000};
    event_add(l->timer, &in);
}

/* The connection ends with this turn; the first reason counts. */
static void __attribute__((format(printf, 3, 4)))
lose(struct link *l, enum link_fault fault, const char *format, ...)
{
    if (l->losing != LINK_FINE) {
        return;
    }
    l->losing = fault;
    va_list args;
    va_start(args, format);
    vsnprintf(l->why, sizeof l->why, format, args);
    va_end(args);
    event_active(l->turn, EV_TIMEOUT, 0);
}

/* ---- sending ---- */

static void put(struct link *l, const char *bytes, size_t len)
{
    if (outflow_put(&l->out, bytes, len)) {
        event_active(l->turn, EV_TIMEOUT, 0);
    } else {
        lose(l, LINK_SILENT, "it takes nothing: %d MiB wait to be sent", LINK_BUFFER_MAX >> 20);
    }
}

static void put_own(struct link *l)
{
    put(l, l->own.bytes, l->own.len);
    buf_reset(&l->own);
}

static void on_send(struct outlet *outlet, const char *xml, size_t len)
{
    struct link *l = LIST_OF(struct link, outlet, outlet);
    if (l->state == LINK_UP && !l->stopping && l->losing == LINK_FINE) {
        put(l, xml, len);
    }
}

static void write_out(struct link *l)
{
    if (l->fd < 0 || event_pending(l->writable, EV_WRITE, NULL)) {
        return;
    }
    switch (outflow_write(&l->out, l->fd)) {
    case OUTFLOW_FULL:
        event_add(l->writable, NULL);
        break;
    case OUTFLOW_BROKEN:
        lose(l, LINK_UNREACHABLE, "%s", strerror(errno));
        break;
    case OUTFLOW_EMPTY:
        break;
    }
}

static void send_ping(struct link *l)
{
    heartbeat_ask(&l->heartbeat, l->domain, &l->own, clock_monotonic_ms());
    put_own(l);
    time_ms wait_ms = 0;
    heartbeat_look(&l->heartbeat, &l->pace, clock_monotonic_ms(), &wait_ms);
    arm(l, wait_ms);
}

static void watch(struct link *l)
{
    time_ms wait_ms = 0;
    switch (heartbeat_look(&l->heartbeat, &l->pace, clock_monotonic_ms(), &wait_ms)) {
    case HEARTBEAT_WAIT:
        arm(l, wait_ms);
        break;
    case HEARTBEAT_ASK:
        send_ping(l);
        break;
    case HEARTBEAT_DEAD:
        lose(l, LINK_SILENT, "no answer to a ping");
        break;
    }
}

/* True: it was a link's ping, not for the router. */
static bool handle_ping(struct link *l, const struct element *stanza)
{
    switch (heartbeat_read(&l->heartbeat, l->domain, stanza)) {
    case HEARTBEAT_OTHER:
        return false;
    case HEARTBEAT_OURS:
        break;
    case HEARTBEAT_STRANGER:
        /* One may be the last word of our own past, before a crash: is another one coming? */
        if (l->heartbeat.strangers >= STRANGERS_MAX) {
            lose(l, LINK_CONFLICT, "another component's pings come to us: our stanzas are split");
        } else if (!l->stopping) {
            send_ping(l);
        }
        return true;
    }
    if (!l->stopping) {
        watch(l);
    }
    return true;
}

/* ---- what comes ---- */

static void on_open(void *ctx, const struct element *header)
{
    struct link *l = ctx;
    const char *id = element_attr(header, "id");
    if (!element_is(header, "stream", NS_STREAM)) {
        lose(l, LINK_ILL_FORMED, "it answers with <%s/>", log_safe(element_name(header)));
    } else if (id) { /* Prosody gives none where it refuses the domain: the error follows */
        handshake_answer(&l->own, id, l->secret);
        put_own(l);
    }
}

static void go_up(struct link *l)
{
    link_enter(l, LINK_UP);
    l->fault = LINK_FINE;
    l->told = LINK_FINE;
    l->up_since = clock_monotonic_ms();
    l->handshakes++;
    log_info("link: up domain=%s server=%s:%d", l->domain, l->host, l->port);
    send_ping(l);
    router_link_up(l->router, &l->outlet);
}

static void receive(struct link *l, const struct element *stanza)
{
    if (element_is(stanza, "error", NS_STREAM)) {
        char why[WHY_SIZE];
        enum link_fault fault = link_fault_read(stanza, why, sizeof why);
        lose(l, fault, "%s", why);
    } else if (l->state == LINK_HANDSHAKE) {
        if (element_is(stanza, "handshake", NS_COMPONENT)) {
            go_up(l);
        } else {
            lose(l, LINK_STREAM_ERROR, "<%s/> instead of a handshake",
                 log_safe(element_name(stanza)));
        }
    } else if (l->state == LINK_UP && !handle_ping(l, stanza)) {
        router_link_receive(l->router, stanza);
    }
}

static void on_stanza(void *ctx, struct element *stanza)
{
    struct link *l = ctx;
    if (l->losing == LINK_FINE) {
        receive(l, stanza);
    }
    element_destroy(stanza);
}

static void on_skipped(void *ctx, const struct element *head)
{
    struct link *l = ctx;
    if (l->state != LINK_UP) {
        lose(l, LINK_STREAM_ERROR, "<%s/> instead of a handshake", log_safe(element_name(head)));
    } else if (l->losing == LINK_FINE) {
        log_info("link: a stanza over the limits was skipped");
        router_link_skipped(l->router, head);
    }
}

static void on_close(void *ctx)
{
    lose(ctx, LINK_UNREACHABLE, "the server closed the stream");
}

/* A server that leaves Nagle's algorithm on (Prosody) sends the next stanza only when this one is
 * acknowledged, which the kernel puts off for 40 ms where nothing is to be sent. It forgets what it
 * was told: so for each read. */
static void acknowledge(int fd)
{
    const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
    (void)what;
    struct link *l = ctx;
    if (l->losing != LINK_FINE) {
        return;
    }
    char bytes[READ_SIZE];
    ssize_t len = recv(fd, bytes, sizeof bytes, 0);
    if (len < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            lose(l, LINK_UNREACHABLE, "%s", strerror(errno));
        }
        return;
    }
    if (len == 0) {
        lose(l, LINK_UNREACHABLE, "the server closed the connection");
        return;
    }
    acknowledge(fd);
    l->heartbeat.heard = clock_monotonic_ms();
    enum reader_result result = reader_feed(l->reader, bytes, (size_t)len);
    if (result != READER_OK) {
        lose(l, LINK_ILL_FORMED, "%s",
             result == READER_RESTRICTED ? "a comment, instruction or DTD" : "not well-formed");
    }
}

/* ---- connections ---- */

static void disconnect(struct link *l)
{
    dial_cancel(l->dial);
    l->dial = NULL;
    event_del(l->timer);
    event_del(l->turn);
    if (l->fd < 0) {
        return;
    }
    event_free(l->readable);
    event_free(l->writable);
    l->readable = NULL;
    l->writable = NULL;
    reader_destroy(l->reader);
    l->reader = NULL;
    close(l->fd);
    l->fd = -1;
    outflow_clear(&l->out);
}

static void tell_fault(struct link *l, int delay_ms)
{
    const char *name = link_fault_name(l->fault);
    if (l->told == l->fault) {
        log_debug("link: %s again retry_ms=%d (%s)", name, delay_ms, l->why);
        return;
    }
    l->told = l->fault;
    (link_fault_is_refusal(l->fault) ? log_error : log_warn)(
        "link: %s domain=%s server=%s:%d retry_ms=%d (%s): %s", name, l->domain, l->host, l->port,
        delay_ms, l->why, link_fault_words(l->fault));
}

static void halt(struct link *l)
{
    bool was_up = l->state == LINK_UP;
    disconnect(l);
    if (l->state != LINK_DOWN) {
        link_enter(l, LINK_DOWN);
    }
    l->losing = LINK_FINE;
    l->stopping = false;
    log_info("link: closed");
    if (was_up) {
        router_link_down(l->router, false);
    }
    l->done(l->done_ctx);
}

static void drop(struct link *l)
{
    bool was_up = l->state == LINK_UP;
    disconnect(l);
    l->fault = l->losing;
    l->losing = LINK_FINE;
    if (was_up && clock_monotonic_ms() - l->up_since >= l->pace.steady_ms) {
        l->attempts = 0;
    }
    /* For its server a daemon that died a moment ago may still be there when the next one comes. */
    bool is_early =
        l->fault == LINK_CONFLICT && l->up_since == 0 && l->attempts < l->pace.early_conflicts;
    int delay = link_pace_delay(&l->pace, is_early ? LINK_UNREACHABLE : l->fault, l->attempts++);
    tell_fault(l, delay);
    link_enter(l, LINK_BACKOFF);
    arm(l, delay);
    if (was_up) {
        router_link_down(l->router, l->fault == LINK_OFFENDED);
    }
}

static void on_turn(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    struct link *l = ctx;
    if (l->losing == LINK_FINE) {
        write_out(l);
    }
    if (l->losing != LINK_FINE) {
        (l->stopping ? halt : drop)(l);
    }
}

static void on_dialled(void *ctx, int fd, const char *why)
{
    static const struct reader_calls calls = {on_open, on_stanza, on_skipped, on_close};
    struct link *l = ctx;
    l->dial = NULL;
    if (fd < 0) {
        lose(l, LINK_UNREACHABLE, "%s", why);
        return;
    }
    link_enter(l, LINK_HANDSHAKE);
    l->fd = fd;
    /* Not twice in a row: a server that is only slow gets its time. */
    heartbeat_begin(&l->heartbeat, l->fault != LINK_SILENT, clock_monotonic_ms());
    l->reader = reader_create(&READER_LINK, &calls, l);
    l->readable = event_new(l->loop, fd, EV_READ | EV_PERSIST, on_readable, l);
    l->writable = event_new(l->loop, fd, EV_WRITE, on_turn, l);
    event_add(l->readable, NULL);
    arm(l, l->pace.handshake_ms);
    handshake_open(&l->own, l->domain);
    put_own(l);
}

static void dial(struct link *l)
{
    link_enter(l, LINK_CONNECTING);
    l->dial = dial_start(l->loop, l->dns, l->host, l->port, l->pace.connect_ms, on_dialled, l);
}

static void on_timer(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    struct link *l = ctx;
    if (l->stopping) {
        halt(l);
    } else if (l->state == LINK_UP) {
        watch(l);
    } else if (l->state == LINK_BACKOFF) {
        dial(l);
    } else {
        lose(l, LINK_UNREACHABLE, "no handshake in %d ms", l->pace.handshake_ms);
    }
}

/* ---- what others call ---- */

struct link *link_create(struct event_base *loop, struct evdns_base *dns,
                         const struct link_config *config, struct router *router)
{
    if (!dns) {
        BUG("link: without evdns names would be resolved by a call that blocks");
    }
    struct link *l = mem_alloc(sizeof *l);
    l->loop = loop;
    l->dns = dns;
    l->router = router;
    l->outlet.send = on_send;
    l->domain = mem_dup(config->domain);
    l->host = mem_dup(config->host);
    l->port = config->port;
    l->secret = mem_dup(config->secret);
    l->pace = config->pace ? *config->pace : LINK_PACE;
    l->fd = -1;
    l->timer = event_new(loop, -1, 0, on_timer, l);
    l->turn = event_new(loop, -1, 0, on_turn, l);
    buf_init(&l->own, OWN_MAX);
    outflow_init(&l->out, LINK_BUFFER_MAX, LINK_HIGH_WATER, LINK_LOW_WATER);
    heartbeat_init(&l->heartbeat);
    return l;
}

void link_destroy(struct link *l)
{
    if (!l) {
        return;
    }
    bool was_up = l->state == LINK_UP;
    disconnect(l);
    l->state = LINK_DOWN;
    if (was_up) {
        router_link_down(l->router, false);
    }
    event_free(l->timer);
    event_free(l->turn);
    outflow_finish(&l->out);
    buf_finish(&l->own);
    OPENSSL_cleanse(l->secret, strlen(l->secret));
    free(l->secret);
    free(l->domain);
    free(l->host);
    free(l);
}

void link_set_secret(struct link *l, const char *secret)
{
    if (strcmp(l->secret, secret) == 0) {
        return;
    }
    OPENSSL_cleanse(l->secret, strlen(l->secret));
    mem_replace(&l->secret, secret);
    if (l->state == LINK_BACKOFF) {
        arm(l, 0);
    }
}

void link_start(struct link *l)
{
    l->attempts = 0;
    dial(l);
}

void link_stop(struct link *l, int timeout_ms, void (*done)(void *ctx), void *ctx)
{
    if (l->stopping) {
        BUG("link: stopped twice");
    }
    l->done = done;
    l->done_ctx = ctx;
    l->stopping = true;
    if (l->losing != LINK_FINE) {
        return; /* on_turn halts */
    }
    if (l->state == LINK_UP) {
        buf_add_text(&l->own, "</stream:stream>");
        put_own(l);
        arm(l, timeout_ms);
    } else {
        disconnect(l);
        arm(l, 0);
    }
}

enum link_state link_state(const struct link *l)
{
    return l->state;
}

enum link_fault link_fault(const struct link *l)
{
    return l->fault;
}

uint64_t link_handshakes(const struct link *l)
{
    return l->handshakes;
}

bool link_is_congested(const struct link *l)
{
    return l->out.is_congested;
}
