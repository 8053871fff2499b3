/* fuzz_bosh.c - a hostile BOSH client. The input is cut at each byte 0xFF into steps; the first
 * byte of a step says what it is: C attributes            creates a session 0..9 attributes LF
 * payload   a request of the session, its rid that many steps from the last one (3: the next) R
 * body                  a body as it is T, one byte             that many seconds go by X the
 * oldest open connection is lost S                       the router sends something A from another
 * address, B: back again Every session and every stream is gone at the end, and each stream was
 * detached as often as attached. */
#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "router.h"
#include "transport/bosh.h"
#include "transport/limits.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { CLIENTS = 64, STEP_MAX = 70 * 1024 };

struct router {
    unsigned attached;
    unsigned detached;
    const struct router_stream *last;
};

void router_attach(struct router *r, const struct router_stream *stream)
{
    r->attached++;
    r->last = stream;
}

void router_stream_receive(struct router *r, const struct router_stream *stream,
                           const struct element *element)
{
    if (r->last != stream && r->attached == r->detached) {
        abort();
    }
    if (element_first(element)) {
        static const char ECHO[] = "<message><body>echo</body></message>";
        stream->outlet->send(stream->outlet, ECHO, sizeof ECHO - 1);
    }
}

void router_detach(struct router *r, const struct router_stream *stream)
{
    r->detached++;
    r->last = r->last == stream ? NULL : r->last;
}

struct play {
    struct event_base *loop;
    struct connections *set;
    struct stream_world world;
    struct limits *limits;
    struct bosh *bosh;
    struct router router;
    struct http_server server;
    struct bosh_client as;
    int fds[CLIENTS];
    size_t first; /* of the open ones */
    size_t count;
    char sid[64];
    uint64_t rid;
};

static struct site SITE = {.id = "default"};

static void handle(void *ctx, struct http_request *r)
{
    struct play *p = ctx;
    bosh_handle(p->bosh, r, &p->as);
}

static void turn(struct play *p)
{
    event_base_loop(p->loop, EVLOOP_NONBLOCK);
    bosh_flush(p->bosh);
    connections_flush(p->set);
}

static void read_answers(struct play *p)
{
    static char answer[512 * 1024];
    for (size_t i = p->first; i < p->count; i++) {
        ssize_t got = recv(p->fds[i], answer, sizeof answer - 1, MSG_DONTWAIT);
        answer[got > 0 ? got : 0] = '\0';
        const char *sid = strstr(answer, " sid='");
        if (sid) {
            snprintf(p->sid, sizeof p->sid, "%.52s", sid + 6);
        }
    }
}

static void post(struct play *p, const char *body, size_t len)
{
    struct address peer = {{0}};
    int pair[2];
    if (p->count == CLIENTS ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
        return;
    }
    http_accept(p->set, pair[0], &peer, &p->server, NULL);
    p->fds[p->count++] = pair[1];
    struct buf request;
    buf_init(&request, 2 * STEP_MAX);
    buf_printf(&request, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n", len);
    buf_add(&request, body, len);
    (void)!send(pair[1], request.bytes, request.len, MSG_NOSIGNAL);
    buf_finish(&request);
}

static void say(struct play *p, const char *step, size_t len)
{
    const char *line = memchr(step, '\n', len);
    size_t attributes = line ? (size_t)(line - step) : len;
    uint64_t rid = p->rid + (uint64_t)(step[0] - '0') - 2;
    p->rid = step[0] == '3' ? rid : p->rid;
    struct buf body;
    buf_init(&body, 2 * STEP_MAX);
    buf_printf(&body,
               "<body xmlns='http://jabber.org/protocol/httpbind' rid='%" PRIu64 "' sid='%s' ", rid,
               p->sid);
    buf_add(&body, step + 1, attributes - 1);
    buf_add_char(&body, '>');
    if (line) {
        buf_add(&body, line + 1, len - attributes - 1);
    }
    buf_add_text(&body, "</body>");
    post(p, body.bytes, body.len);
    buf_finish(&body);
}

static void create(struct play *p, const char *attributes, size_t len)
{
    struct buf body;
    p->rid = 1000;
    buf_init(&body, 2 * STEP_MAX);
    buf_add_text(&body,
                 "<body xmlns='http://jabber.org/protocol/httpbind' rid='1000' to='d.example' ");
    buf_add(&body, attributes, len);
    buf_add_text(&body, "/>");
    post(p, body.bytes, body.len);
    buf_finish(&body);
}

static void let_time_go_by(struct play *p, unsigned seconds)
{
    p->world.now += (time_ms)seconds * 1000;
    connections_tick(p->set, p->world.now);
    bosh_tick(p->bosh);
}

static void send_something(struct play *p)
{
    static const char XML[] = "<presence from='a'/>";
    if (p->router.last) {
        p->router.last->outlet->send(p->router.last->outlet, XML, sizeof XML - 1);
    }
}

static void play_step(struct play *p, const char *step, size_t len)
{
    switch (step[0]) {
    case 'C':
        create(p, step + 1, len - 1);
        break;
    case 'R':
        post(p, step + 1, len - 1);
        break;
    case 'T':
        let_time_go_by(p, len > 1 ? (uint8_t)step[1] : 1);
        break;
    case 'X':
        if (p->first < p->count) {
            close(p->fds[p->first++]);
        }
        break;
    case 'S':
        send_something(p);
        break;
    case 'A':
    case 'B':
        p->as.from.bytes[0] = (uint8_t)step[0];
        break;
    default:
        if (step[0] >= '0' && step[0] <= '9') {
            say(p, step, len);
        }
    }
}

static void finish(struct play *p)
{
    let_time_go_by(p, 61);
    turn(p);
    let_time_go_by(p, 61);
    turn(p);
    let_time_go_by(p, 61);
    if (bosh_count(p->bosh) != 0 || p->world.count != 0) {
        abort();
    }
    for (; p->first < p->count; p->first++) {
        close(p->fds[p->first]);
    }
    bosh_destroy(p->bosh);
    connections_destroy(p->set);
    if (p->router.attached != p->router.detached || map_count(p->world.bound) != 0) {
        abort();
    }
    limits_destroy(p->limits);
    map_destroy(p->world.bound);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct event_base *loop;
    if (!loop) {
        log_set_level(LOG_ERROR);
        loop = event_base_new();
    }
    struct play p = {.loop = loop, .set = connections_create(loop)};
    p.world = (struct stream_world){.domain = "d.example",
                                    .router = &p.router,
                                    .bound = map_create(),
                                    .now = connections_now(p.set)};
    p.limits = limits_create(20, 1000, 100);
    p.server = (struct http_server){.handle = handle, .ctx = &p};
    p.as = (struct bosh_client){.site = &SITE, .origin = "https://shop.example"};
    struct bosh_config config = {.wait_s = 60, .inactivity_s = 60, .sessions_max = 20};
    p.bosh = bosh_create(&config, &p.world, p.limits);
    while (len > 0) {
        const uint8_t *end = memchr(bytes, 0xff, len);
        size_t step = end ? (size_t)(end - bytes) : len;
        if (step > 0 && step < STEP_MAX) {
            play_step(&p, (const char *)bytes, step);
            turn(&p);
            read_answers(&p);
        }
        step += end ? 1 : 0;
        bytes += step;
        len -= step;
    }
    finish(&p);
    return 0;
}
