#include "transport/http.h"

#include "base/log.h"
#include "base/mem.h"
#include "transport/http_request.h"
#include "transport/http_state.h"
#include "transport/limits.h"

#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = CONNECTION_READ_MAX + HTTP_HEAD_MAX + 2 };

static void enter(struct http *h, enum http_phase phase)
{
    h->phase = phase;
    h->since = connections_now(connection_set(h->connection));
}

/* ---- answers ---- */

static void drop_request(struct http *h, struct http_request *r)
{
    if (h->current == r) {
        h->current = NULL;
    }
    h->count--;
    http_request_destroy(r);
}

/* The first request is answered: its answer goes out. */
static void write_answer(struct http *h, struct http_request *r)
{
    struct buf *out = connection_out(h->connection);
    bool keeps_alive = r->keeps_alive;
    buf_add(out, r->answer.bytes, r->answer.len);
    connection_wrote(h->connection);
    if (r->tail_len > 0) {
        connection_write_static(h->connection, r->tail, r->tail_len, r->release);
        r->release = NULL;
    }
    drop_request(h, r);
    if (!keeps_alive) {
        enter(h, HTTP_REFUSED);
        connection_finish(h->connection);
    } else if (h->phase == HTTP_IDLE) {
        enter(h, HTTP_IDLE);
    }
}

/* One answer at a time is in the connection's buffer: so it cannot overflow, and static bytes stay
 * in order. */
void http_advance(struct http *h)
{
    if (h->is_advancing) {
        return;
    }
    h->is_advancing = true;
    while (connection_is_live(h->connection) && h->phase != HTTP_UPGRADED &&
           !list_is_empty(&h->requests) && connection_is_drained(h->connection)) {
        struct http_request *r = LIST_OF(struct http_request, h->requests.next, link);
        if (!r->is_answered) {
            break;
        }
        write_answer(h, r);
    }
    h->is_advancing = false;
    if (!h->is_taking && h->input.len > 0 && h->count < HTTP_PIPELINE_MAX) {
        connection_wake(h->connection); /* not here: handlers run at the top of the loop only */
    }
}

/* Refuses what is coming and reads no more. */
static void refuse(struct http *h, int status)
{
    struct http_request *r = h->current;
    if (!r) {
        static const struct http_head NOTHING = {.target = ""};
        r = http_request_create(h, "", 0, &NOTHING);
        list_append(&h->requests, &r->link);
        h->count++;
    }
    enter(h, HTTP_REFUSED);
    h->current = NULL;
    r->keeps_alive = false;
    http_request_lose(r);
    const char *headers = status == 405 ? "Allow: GET, HEAD, POST, PUT, OPTIONS\r\n" : NULL;
    http_answer_words(r, status, headers, http_status_words(status));
}

/* ---- requests ---- */

static void end_request(struct http *h)
{
    struct http_request *r = h->current;
    h->current = NULL;
    enter(h, r->keeps_alive ? HTTP_IDLE : HTTP_REFUSED);
    if (r->sink) {
        r->sink->on_whole(r->lost_ctx);
    } else {
        h->server->handle(h->server->ctx, r);
    }
}

/* Its body is next: who is to handle it may want to have it as it comes, or answer at once. 0, or
 * the status to refuse with. */
static int begin_body(struct http *h, bool expects_continue)
{
    struct http_request *r = h->current;
    enter(h, HTTP_BODY_COMES);
    h->heard = h->since;
    r->expects_continue = expects_continue;
    if (h->server->begin) {
        h->server->begin(h->server->ctx, r);
    }
    if (!h->current || r->is_answered) { /* answered, and gone if nothing stands before it */
        h->current = NULL;
        enter(h, HTTP_REFUSED);
        return 0;
    }
    if (!r->sink && r->length > HTTP_BODY_MAX) {
        return 413;
    }
    if (expects_continue && h->count == 1) {
        buf_add_text(connection_out(h->connection), "HTTP/1.1 100 Continue\r\n\r\n");
        connection_wrote(h->connection);
    }
    return 0;
}

/* A whole head came. 0, or the status to refuse with. */
static int begin_request(struct http *h, const char *bytes, size_t len)
{
    struct http_head checked;
    int status = http_head_check(bytes, len, &checked);
    if (status != 0) {
        return status;
    }
    struct http_request *r = http_request_create(h, bytes, len, &checked);
    list_append(&h->requests, &r->link);
    h->count++;
    h->current = r;
    http_parse_begin(h);
    size_t taken;
    status = http_parse(h, r->head, len, &taken);
    http_request_terminate_fields(r);
    if (status != 0 || taken != len) {
        return status != 0 ? status : 400;
    }
    if (h->is_whole) {
        end_request(h);
        return 0;
    }
    return begin_body(h, checked.expects_continue);
}

static int take_body(struct http *h, const char *bytes, size_t len, size_t *taken)
{
    int status = http_parse_body(h, bytes, len, taken);
    if (status == 0 && h->is_whole) {
        end_request(h);
    }
    return status;
}

/* ---- input ---- */

static int take_head(struct http *h, const char *bytes, size_t len, size_t *taken)
{
    *taken = 0;
    if (h->phase == HTTP_IDLE && h->looked == 0) {
        enter(h, HTTP_HEAD_COMES);
    }
    size_t end;
    int status = http_head_find_end(bytes, len, &h->looked, &end);
    if (status != 0 || end == 0) {
        return status;
    }
    h->looked = 0;
    *taken = end;
    return begin_request(h, bytes, end);
}

/* Between requests one empty line is let pass (RFC 9112 2.2). False: it may yet become one. */
static bool skip_empty_line(struct http *h, const char *bytes, size_t len, size_t *at)
{
    if (h->phase == HTTP_IDLE && bytes[*at] == '\r') {
        if (len - *at < 2) {
            return false;
        }
        *at += bytes[*at + 1] == '\n' ? 2 : 0;
        enter(h, HTTP_HEAD_COMES);
    }
    return true;
}

/* Takes what can be taken of the bytes; returns how many. */
static size_t take(struct http *h, const char *bytes, size_t len)
{
    size_t at = 0;
    while (at < len && h->phase < HTTP_REFUSED && connection_is_live(h->connection)) {
        size_t taken = 0;
        int status;
        if (h->phase == HTTP_BODY_COMES) {
            status = take_body(h, bytes + at, len - at, &taken);
        } else if (h->count >= HTTP_PIPELINE_MAX || !skip_empty_line(h, bytes, len, &at)) {
            break;
        } else {
            status = take_head(h, bytes + at, len - at, &taken);
        }
        at += taken;
        if (status != 0) {
            refuse(h, status);
        } else if (taken == 0) {
            break;
        }
    }
    return at;
}

static void destroy(struct http *h)
{
    while (!list_is_empty(&h->requests)) {
        drop_request(h, LIST_OF(struct http_request, h->requests.next, link));
    }
    limits_leave(h->place);
    buf_finish(&h->input);
    free(h);
}

/* Upgraded: what came behind the request is the other protocol's. */
static void hand_over(struct http *h)
{
    size_t len = h->input.len;
    char *rest = buf_detach(&h->input);
    const struct connection_protocol *successor = h->successor;
    void *speaker = h->successor_speaker;
    destroy(h);
    if (len > 0) {
        successor->on_bytes(speaker, rest, len);
    }
    free(rest);
}

static void take_input(struct http *h)
{
    h->is_taking = true;
    size_t taken = take(h, h->input.bytes, h->input.len);
    buf_drop(&h->input, taken);
    h->is_taking = false;
    if (h->phase == HTTP_UPGRADED) {
        hand_over(h);
        return;
    }
    if (h->input.len == 0) {
        buf_finish(&h->input);
    }
    bool is_full = h->count >= HTTP_PIPELINE_MAX;
    connection_pause(h->connection, is_full && h->phase != HTTP_BODY_COMES);
}

static void on_bytes(void *speaker, char *bytes, size_t len)
{
    struct http *h = speaker;
    if (h->phase == HTTP_REFUSED) {
        return;
    }
    if (!buf_add(&h->input, bytes, len)) {
        BUG("input of an HTTP connection: %zu bytes and %zu", h->input.len, len);
    }
    take_input(h);
}

/* ---- a connection's life ---- */

static void on_drained(void *speaker)
{
    http_advance(speaker);
}

static void on_tick(void *speaker, time_ms now)
{
    struct http *h = speaker;
    time_ms age = now - h->since;
    time_ms body_ms = HTTP_BODY_MS + (time_ms)(h->body_taken * 1000 / HTTP_BODY_BYTES_PER_S);
    switch (h->phase) {
    case HTTP_IDLE:
        if (age >= HTTP_IDLE_MS && h->count == 0) {
            connection_finish(h->connection);
        }
        break;
    case HTTP_HEAD_COMES:
        if (age >= HTTP_HEAD_MS) {
            if (h->input.len > 0) {
                refuse(h, 408);
            } else {
                connection_finish(h->connection);
            }
        }
        break;
    case HTTP_BODY_COMES:
        if (age >= body_ms || (h->current->sink && now - h->heard >= HTTP_STALL_MS)) {
            refuse(h, 408);
        }
        break;
    case HTTP_REFUSED:
    case HTTP_UPGRADED:
        break;
    }
}

/* What is held is answered by who holds it; what is streamed is not waited for. */
static void on_stop(void *speaker)
{
    struct http *h = speaker;
    if (h->count == 0) {
        connection_finish(h->connection);
    } else if (h->phase == HTTP_BODY_COMES && h->current->sink) {
        connection_kill(h->connection);
    }
}

static void on_gone(void *speaker)
{
    struct http *h = speaker;
    list_for_each (struct http_request, r, &h->requests, link) {
        http_request_lose(r);
    }
    destroy(h);
}

static const struct connection_protocol HTTP_PROTOCOL = {.outlives_input = true,
                                                         .on_bytes = on_bytes,
                                                         .on_drained = on_drained,
                                                         .on_tick = on_tick,
                                                         .on_stop = on_stop,
                                                         .on_gone = on_gone};

void http_accept(struct connections *set, int fd, const struct address *peer,
                 const struct http_server *server, struct limits_place *place)
{
    struct http *h = mem_alloc(sizeof *h);
    h->server = server;
    h->place = place;
    list_init(&h->requests);
    buf_init(&h->input, INPUT_MAX);
    h->connection = connection_create(set, fd, peer, &HTTP_PROTOCOL, h);
    enter(h, HTTP_HEAD_COMES);
}

const struct address *http_peer(const struct http *h)
{
    return connection_peer(h->connection);
}

bool http_is_coming(const struct http *h, const struct http_request *r)
{
    return h->phase == HTTP_BODY_COMES && h->current == r;
}

bool http_is_alone(const struct http *h, const struct http_request *r)
{
    return h->count == 1 && h->requests.next == &r->link;
}

struct connection *http_take_over(struct http *h, const struct connection_protocol *protocol,
                                  void *speaker)
{
    if (!h->is_taking) {
        BUG("an upgrade outside of handle");
    }
    enter(h, HTTP_UPGRADED);
    h->successor = protocol;
    h->successor_speaker = speaker;
    connection_speak(h->connection, protocol, speaker);
    return h->connection;
}
