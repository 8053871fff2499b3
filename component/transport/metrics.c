#include "transport/metrics.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "transport/http.h"
#include "transport/listener.h"

#include <event2/event.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct metrics {
    struct listener *listener;
    struct connections *connections;
    struct http_server server;
    struct event *tick;
    const char *const *hosts;
    size_t host_count;
    const char *type;
    metrics_print print;
    void *ctx;
};

/* ---- whose request ---- */

static bool is_name(const char *name, const char *host, size_t len)
{
    return strlen(name) == len && strncasecmp(name, host, len) == 0;
}

bool metrics_is_host(const char *host, const char *const *names, size_t count)
{
    struct address literal;

    if (host == NULL || address_parse(&literal, host, strlen(host))) {
        return true; /* browsers always send one, and what is an address nobody can rebind */
    }
    size_t len = strcspn(host, ":");
    const char *port = host + len;
    if (port[0] == ':' && port[1 + strspn(port + 1, "0123456789")] != '\0') {
        return false;
    }
    bool is_ours = is_name("localhost", host, len);
    for (size_t i = 0; i < count && !is_ours; i++) {
        is_ours = is_name(names[i], host, len);
    }
    return is_ours;
}

/* ---- answers ---- */

static void release(const char *bytes, size_t len)
{
    (void)len;
    free((void *)(uintptr_t)bytes);
}

static void refuse(struct http_request *r, int status, const char *headers, const char *words)
{
    char *body = mem_print("%s\n", words);
    struct http_answer answer = {.status = status,
                                 .type = "text/plain; charset=utf-8",
                                 .headers = headers,
                                 .body = body,
                                 .len = strlen(body),
                                 .is_last = true};
    http_answer(r, &answer);
    free(body);
}

/* Not copied: with two hundred departments it is more than a connection's buffer takes. */
static void answer_figures(const struct metrics *m, struct http_request *r)
{
    size_t len = 0;
    char *text = m->print(m->ctx, &len);
    struct http_answer answer = {.status = 200,
                                 .type = m->type,
                                 .headers = "Cache-Control: no-store\r\n",
                                 .body = text,
                                 .len = len,
                                 .is_static = true,
                                 .release = release,
                                 .is_last = true};
    http_answer(r, &answer);
}

static void handle(void *ctx, struct http_request *r)
{
    const struct metrics *m = ctx;
    enum http_verb verb = http_request_verb(r);

    if (!metrics_is_host(http_request_header(r, "Host"), m->hosts, m->host_count)) {
        refuse(r, 403, NULL, "This name is not one of metrics.hosts.");
    } else if (verb != HTTP_VERB_GET && verb != HTTP_VERB_HEAD) {
        refuse(r, 405, "Allow: GET, HEAD\r\n", "Not with this method.");
    } else if (!text_equal(http_request_path(r), "/metrics")) {
        refuse(r, 404, NULL, "There is /metrics here, and nothing else.");
    } else {
        answer_figures(m, r);
    }
}

/* ---- connections ---- */

static void on_accept(void *ctx, int fd, const struct sockaddr *from)
{
    struct metrics *m = ctx;
    struct address peer;

    if (connections_count(m->connections) >= METRICS_CONNECTIONS) {
        close(fd);
        return;
    }
    address_of_socket(&peer, from);
    http_accept(m->connections, fd, &peer, &m->server, NULL);
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
    struct metrics *m = ctx;

    (void)fd;
    (void)what;
    connections_tick(m->connections, clock_monotonic_ms());
}

/* ---- life ---- */

void metrics_configure(struct metrics *m, const struct metrics_config *config)
{
    if (m != NULL) {
        m->hosts = config->hosts;
        m->host_count = config->host_count;
    }
}

struct metrics *metrics_create(struct event_base *loop, const struct metrics_config *config,
                               metrics_print print, void *ctx, char **error)
{
    static const struct timeval SECOND = {1, 0};
    struct metrics *m = mem_alloc(sizeof *m);

    m->print = print;
    m->ctx = ctx;
    m->type = config->type;
    m->server = (struct http_server){.begin = handle, .handle = handle, .ctx = m};
    metrics_configure(m, config);
    m->connections = connections_create(loop);
    m->listener = listener_create(loop, "metrics", config->listen, on_accept, m, error);
    if (m->listener == NULL) {
        metrics_destroy(m);
        return NULL;
    }
    m->tick = event_new(loop, -1, EV_PERSIST, on_tick, m);
    if (m->tick == NULL || event_add(m->tick, &SECOND) != 0) {
        BUG("event_new failed");
    }
    log_info("metrics: listening on=%s port=%d", log_safe(config->listen), metrics_port(m));
    return m;
}

void metrics_destroy(struct metrics *m)
{
    if (m == NULL) {
        return;
    }
    listener_destroy(m->listener);
    if (m->tick != NULL) {
        event_free(m->tick);
    }
    connections_destroy(m->connections);
    free(m);
}

void metrics_turn_end(struct metrics *m)
{
    if (m != NULL) {
        connections_flush(m->connections);
    }
}

int metrics_port(const struct metrics *m)
{
    return listener_port(m->listener);
}
