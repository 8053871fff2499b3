/* lint: long because one connection's reading, answering in order and ending share their state. */
#include "transport/http.h"

#include "base/log.h"
#include "base/mem.h"
#include "transport/http_request.h"
#include "transport/limits.h"

#include <http_parser.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = CONNECTION_READ_MAX + HTTP_HEAD_MAX + 2 };

enum http_phase {
    HTTP_IDLE, /* between requests */
    HTTP_HEAD_COMES,
    HTTP_BODY_COMES,
    HTTP_REFUSED, /* nothing more is read */
    HTTP_UPGRADED /* the connection is another's */
};

struct http {
    struct connection *connection;
    const struct http_server *server;
    struct limits_place *place;   /* it counts against its address until it is upgraded */
    struct list requests;         /* http_request::link, in order */
    unsigned count;               /* of requests */
    struct http_request *current; /* its head or body comes; it is in requests */
    http_parser parser;           /* of current */
    struct buf input;             /* what was not taken yet: a head in parts, or what has to wait */
    size_t looked;                /* bytes of input in which no head ends */
    size_t body_taken;            /* bytes of the body with its framing */
    char body_end[4];             /* the last of them */
    time_ms since;                /* of the phase */
    enum http_phase phase;
    int refusal;                                 /* status that a parser's callback found */
    const struct connection_protocol *successor; /* upgraded: who speaks now */
    void *successor_speaker;
    bool is_chunked;
    bool chunk_ended;
    bool is_whole;
    bool is_taking;    /* inside take: not again */
    bool is_advancing; /* inside http_advance: not again */
};

static void enter(struct http *h, enum http_phase phase)
{
    h->phase = phase;
    h->since = connections_now(connection_set(h->connection));
}

/* ---- what libhttp-parser finds ---- */

static int on_field_name(http_parser *parser, const char *at, size_t len)
{
    struct http *h = parser->data;
    struct http_request *r = h->current;
    if (h->phase == HTTP_BODY_COMES) {
        h->refusal = 400; /* a trailer */
        return 1;
    }
    if (r->field_count >= r->field_max) {
        return 1; /* it sees more fields than the check did */
    }
    r->fields[r->field_count].name = r->head + (at - r->head);
    r->fields[r->field_count].name_len = len;
    return 0;
}

static int on_field_value(http_parser *parser, const char *at, size_t len)
{
    struct http *h = parser->data;
    struct http_request *r = h->current;
    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t')) {
        len--;
    }
    r->fields[r->field_count].value = r->head + (at - r->head);
    r->fields[r->field_count].value_len = len;
    r->field_count++;
    return 0;
}

static int on_head(http_parser *parser)
{
    struct http *h = parser->data;
    struct http_request *r = h->current;
    bool has_length = (parser->flags & F_CONTENTLENGTH) && parser->content_length > 0;
    h->is_chunked = (parser->flags & F_CHUNKED) != 0;
    if (has_length && parser->content_length > HTTP_BODY_MAX) {
        h->refusal = 413;
        return -1;
    }
    r->is_1_1 = parser->http_minor == 1;
    r->may_upgrade = parser->upgrade && !has_length && !h->is_chunked;
    r->keeps_alive = http_should_keep_alive(parser) != 0;
    parser->upgrade = 0; /* else it would take what follows for another protocol unasked */
    return 0;
}

static int on_chunk(http_parser *parser)
{
    struct http *h = parser->data;
    if (parser->content_length > HTTP_BODY_MAX - h->current->body.len) {
        h->refusal = 413;
        return 1;
    }
    return 0;
}

/* The last one ends with the body. */
static int on_chunk_end(http_parser *parser)
{
    struct http *h = parser->data;
    h->chunk_ended = (parser->flags & F_TRAILING) == 0;
    http_parser_pause(parser, h->chunk_ended);
    return 0;
}

static int on_body(http_parser *parser, const char *at, size_t len)
{
    struct http *h = parser->data;
    if (!buf_add(&h->current->body, at, len)) {
        h->refusal = 413;
        return 1;
    }
    return 0;
}

static int on_whole(http_parser *parser)
{
    struct http *h = parser->data;
    h->is_whole = true;
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings SETTINGS = {.on_header_field = on_field_name,
                                              .on_header_value = on_field_value,
                                              .on_headers_complete = on_head,
                                              .on_chunk_header = on_chunk,
                                              .on_chunk_complete = on_chunk_end,
                                              .on_body = on_body,
                                              .on_message_complete = on_whole};

/* Gives the parser bytes of one message. 0, or the status to refuse with. */
static int parse(struct http *h, const char *bytes, size_t len, size_t *taken)
{
    *taken = http_parser_execute(&h->parser, &SETTINGS, bytes, len);
    enum http_errno error = HTTP_PARSER_ERRNO(&h->parser);
    if (error == HPE_OK || error == HPE_PAUSED) {
        return 0;
    }
    return h->refusal != 0 ? h->refusal : 400;
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
    const char *headers = status == 405 ? "Allow: GET, HEAD, POST, OPTIONS\r\n" : NULL;
    http_answer_words(r, status, headers, http_status_words(status));
}

/* ---- requests ---- */

static void end_request(struct http *h)
{
    struct http_request *r = h->current;
    h->current = NULL;
    enter(h, r->keeps_alive ? HTTP_IDLE : HTTP_REFUSED);
    h->server->handle(h->server->ctx, r);
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
    h->is_whole = false;
    h->refusal = 0;
    h->body_taken = 0;
    http_parser_init(&h->parser, HTTP_REQUEST);
    h->parser.data = h;
    size_t taken;
    status = parse(h, r->head, len, &taken);
    http_request_terminate_fields(r);
    if (status != 0 || taken != len) {
        return status != 0 ? status : 400;
    }
    if (h->is_whole) {
        end_request(h);
        return 0;
    }
    enter(h, HTTP_BODY_COMES);
    if (checked.expects_continue && h->count == 1) {
        buf_add_text(connection_out(h->connection), "HTTP/1.1 100 Continue\r\n\r\n");
        connection_wrote(h->connection);
    }
    return 0;
}

/* A chunk must end with CR LF, and a chunked body with CR LF CR LF: the parser would take any two
 * bytes behind a chunk, and bare LF. */
static bool ends_well(struct http *h, const char *bytes, size_t len)
{
    for (size_t i = len > sizeof h->body_end ? len - sizeof h->body_end : 0; i < len; i++) {
        memmove(h->body_end, h->body_end + 1, sizeof h->body_end - 1);
        h->body_end[sizeof h->body_end - 1] = bytes[i];
    }
    if (h->chunk_ended) {
        h->chunk_ended = false;
        http_parser_pause(&h->parser, 0);
        return memcmp(h->body_end + 2, "\r\n", 2) == 0;
    }
    return !h->is_whole || !h->is_chunked || memcmp(h->body_end, "\r\n\r\n", 4) == 0;
}

static int take_body(struct http *h, const char *bytes, size_t len, size_t *taken)
{
    int status = parse(h, bytes, len, taken);
    h->body_taken += *taken;
    if (status != 0) {
        return status;
    }
    if (!ends_well(h, bytes, *taken) || h->body_taken - h->current->body.len > HTTP_OVERHEAD_MAX) {
        return 400;
    }
    if (h->is_whole) {
        end_request(h);
    }
    return 0;
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
        if (age >= body_ms) {
            refuse(h, 408);
        }
        break;
    case HTTP_REFUSED:
    case HTTP_UPGRADED:
        break;
    }
}

/* What is held is answered by who holds it. */
static void on_stop(void *speaker)
{
    struct http *h = speaker;
    if (h->count == 0) {
        connection_finish(h->connection);
    }
}

static void on_gone(void *speaker)
{
    struct http *h = speaker;
    list_for_each (struct http_request, r, &h->requests, link) {
        if (!r->is_answered && r->on_lost) {
            r->on_lost(r->lost_ctx);
        }
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
