/* fuzz_http.c - what a hostile client or a confused proxy may send. It goes over a socket pair in
 * one piece, and again byte by byte or in pieces: the requests that are seen must be the same ones,
 * and each is answered. */
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "transport/http.h"
#include "transport/metrics.h"

#include <event2/event.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { INPUT_MAX = 100 * 1024, LOG_MAX = 8 << 20 };

struct run {
    struct buf *seen;
    struct connections *set;
    struct http_request *streaming; /* a PUT's body comes in pieces */
    struct buf streamed;
};

static void on_bytes(void *ctx, const char *bytes, size_t len)
{
    buf_add(&((struct run *)ctx)->streamed, bytes, len);
}

static void on_whole(void *ctx)
{
    struct run *run = ctx;
    if ((int64_t)run->streamed.len != http_request_length(run->streaming)) {
        abort();
    }
    buf_printf(run->seen, "PUT %s %zu ", http_request_path(run->streaming), run->streamed.len);
    buf_add(run->seen, run->streamed.bytes, run->streamed.len);
    http_answer_words(run->streaming, 201, NULL, "fine");
    run->streaming = NULL;
}

static void on_lost(void *ctx)
{
    ((struct run *)ctx)->streaming = NULL;
}

static void begin(void *ctx, struct http_request *r)
{
    static const struct http_sink SINK = {on_bytes, on_whole, on_lost};
    struct run *run = ctx;
    if (http_request_verb(r) != HTTP_VERB_PUT || http_request_length(r) <= 0) {
        return;
    }
    if (run->streaming) {
        abort();
    }
    run->streaming = r;
    buf_reset(&run->streamed);
    http_stream(r, &SINK, run);
}

/* The port for figures is for an address, and for two names with a port or without. */
static const char *const OURS = "desk.example.org";

static bool is_named(const char *host, const char *name)
{
    size_t len = strlen(name);
    return strncasecmp(host, name, len) == 0 && (host[len] == '\0' || host[len] == ':');
}

static bool may_fetch_figures(const char *host)
{
    struct address literal;
    return host == NULL || is_named(host, OURS) || is_named(host, "localhost") ||
           address_parse(&literal, host, strlen(host));
}

static void handle(void *ctx, struct http_request *r)
{
    struct run *run = ctx;
    size_t len;
    const char *body = http_request_body(r, &len);
    const char *host = http_request_header(r, "Host");
    if (metrics_is_host(host, &OURS, 1) && !may_fetch_figures(host)) {
        abort();
    }
    if (len > HTTP_BODY_MAX || http_request_header_count(r, "Content-Length") > 1 ||
        (http_request_header_count(r, "Content-Length") > 0 &&
         http_request_header_count(r, "Transfer-Encoding") > 0)) {
        abort();
    }
    buf_printf(run->seen, "%d %s %s %zu ", http_request_verb(r), http_request_path(r),
               host ? host : "-", len);
    buf_add(run->seen, body, len);
    http_answer_words(r, 200, NULL, "fine");
}

/* Did anything come back? */
static bool turn(struct event_base *loop, struct connections *set, int fd)
{
    static char answers[256 * 1024];
    event_base_loop(loop, EVLOOP_NONBLOCK);
    connections_flush(set);
    return recv(fd, answers, sizeof answers, MSG_DONTWAIT) > 0;
}

static void run_all(struct event_base *loop, struct connections *set, const uint8_t *bytes,
                    size_t len, size_t step, struct buf *seen)
{
    struct run run = {.seen = seen, .set = set};
    buf_init(&run.streamed, INPUT_MAX);
    struct http_server server = {.begin = begin, .handle = handle, .ctx = &run};
    struct address peer = {{0}};
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
        abort();
    }
    http_accept(set, pair[0], &peer, &server, NULL);
    while (len > 0) {
        size_t piece = step < len ? step : len;
        ssize_t sent = send(pair[1], bytes, piece, MSG_NOSIGNAL);
        turn(loop, set, pair[1]);
        if (sent <= 0) {
            break;
        }
        bytes += sent;
        len -= (size_t)sent;
    }
    int quiet = 0;
    while (quiet < 3) { /* pipelined ones go on after others are answered */
        quiet = turn(loop, set, pair[1]) ? 0 : quiet + 1;
    }
    close(pair[1]);
    for (int i = 0; i < 3; i++) {
        event_base_loop(loop, EVLOOP_NONBLOCK);
        connections_flush(set);
    }
    /* What is still there lingers: time goes by. */
    connections_tick(set, connections_now(set) + HTTP_IDLE_MS);
    connections_flush(set);
    connections_tick(set, connections_now(set) + CONNECTION_STALL_MS);
    event_base_loop(loop, EVLOOP_NONBLOCK);
    if (connections_count(set) != 0 || run.streaming) {
        abort();
    }
    buf_finish(&run.streamed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct event_base *loop;
    static struct connections *set;
    if (len < 1 || len > INPUT_MAX) {
        return 0;
    }
    if (!loop) {
        log_set_level(LOG_ERROR);
        loop = event_base_new();
        set = connections_create(loop);
    }
    struct buf whole;
    struct buf cut;
    size_t step = bytes[0] % 32 + 1;
    buf_init(&whole, LOG_MAX);
    buf_init(&cut, LOG_MAX);
    run_all(loop, set, bytes + 1, len - 1, INPUT_MAX, &whole);
    run_all(loop, set, bytes + 1, len - 1, len > 4096 ? 512 + step : step, &cut);
    if (whole.len != cut.len || memcmp(whole.bytes, cut.bytes, whole.len) != 0) {
        abort();
    }
    buf_finish(&whole);
    buf_finish(&cut);
    return 0;
}
