#include "transport/http_request.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { ANSWER_MAX = 512 * 1024 };

struct http_request *http_request_create(struct http *h, const char *head, size_t len,
                                         const struct http_head *checked)
{
    struct http_request *r = mem_alloc(sizeof *r);
    r->http = h;
    r->head = mem_dup_n(head, len);
    r->target = r->head + (checked->target - head);
    r->target_len = checked->target_len;
    r->path = http_path_dup(r->target, r->target_len);
    r->fields = mem_array(checked->field_count, sizeof *r->fields);
    r->field_max = checked->field_count;
    r->verb = checked->verb;
    buf_init(&r->body, HTTP_BODY_MAX);
    buf_init(&r->answer, ANSWER_MAX);
    list_init(&r->link);
    return r;
}

void http_request_destroy(struct http_request *r)
{
    list_remove(&r->link);
    if (r->release) {
        r->release(r->tail, r->tail_len);
    }
    buf_finish(&r->body);
    buf_finish(&r->answer);
    free(r->fields);
    free(r->path);
    free(r->head);
    free(r);
}

void http_request_terminate_fields(struct http_request *r)
{
    for (size_t i = 0; i < r->field_count; i++) {
        r->fields[i].name[r->fields[i].name_len] = '\0';
        r->fields[i].value[r->fields[i].value_len] = '\0';
    }
}

enum http_verb http_request_verb(const struct http_request *r)
{
    return r->verb;
}

const char *http_request_path(const struct http_request *r)
{
    return r->path;
}

char *http_request_query_dup(const struct http_request *r, const char *name)
{
    return http_query_dup(r->target, r->target_len, name);
}

size_t http_request_headers(const struct http_request *r, const char *name, const char **values,
                            size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < r->field_count && count < most; i++) {
        if (strcasecmp(r->fields[i].name, name) == 0) {
            values[count++] = r->fields[i].value;
        }
    }
    return count;
}

size_t http_request_header_count(const struct http_request *r, const char *name)
{
    const char *values[HTTP_FIELD_COUNT_MAX];
    return http_request_headers(r, name, values, HTTP_FIELD_COUNT_MAX);
}

const char *http_request_header(const struct http_request *r, const char *name)
{
    const char *values[2];
    return http_request_headers(r, name, values, 2) == 1 ? values[0] : NULL;
}

bool http_request_has_token(const struct http_request *r, const char *name, const char *token)
{
    const char *values[HTTP_FIELD_COUNT_MAX];
    size_t count = http_request_headers(r, name, values, HTTP_FIELD_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (http_list_has(values[i], token)) {
            return true;
        }
    }
    return false;
}

bool http_request_is_1_1(const struct http_request *r)
{
    return r->is_1_1;
}

const char *http_request_body(const struct http_request *r, size_t *len)
{
    *len = r->body.len;
    return r->body.bytes;
}

int64_t http_request_length(const struct http_request *r)
{
    return r->length;
}

bool http_request_expects_continue(const struct http_request *r)
{
    return r->expects_continue;
}

const struct address *http_request_peer(const struct http_request *r)
{
    return http_peer(r->http);
}

const char *http_status_words(int status)
{
    static const struct {
        int status;
        const char *words;
    } TABLE[] = {{101, "Switching Protocols"},
                 {200, "OK"},
                 {201, "Created"},
                 {204, "No Content"},
                 {301, "Moved Permanently"},
                 {304, "Not Modified"},
                 {400, "Bad Request"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {408, "Request Timeout"},
                 {409, "Conflict"},
                 {411, "Length Required"},
                 {413, "Content Too Large"},
                 {414, "URI Too Long"},
                 {417, "Expectation Failed"},
                 {426, "Upgrade Required"},
                 {429, "Too Many Requests"},
                 {431, "Request Header Fields Too Large"},
                 {501, "Not Implemented"},
                 {503, "Service Unavailable"},
                 {505, "HTTP Version Not Supported"},
                 {507, "Insufficient Storage"}};
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        if (TABLE[i].status == status) {
            return TABLE[i].words;
        }
    }
    BUG("no words for status %d", status);
}

/* IMF-fixdate (RFC 9110 5.6.7). */
static void write_date(struct buf *out)
{
    char date[64];
    struct tm utc;
    time_t now = time(NULL);
    if (gmtime_r(&now, &utc) &&
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc) > 0) {
        buf_printf(out, "Date: %s\r\n", date);
    }
}

void http_answer(struct http_request *r, const struct http_answer *answer)
{
    struct buf *out = &r->answer;
    bool has_length = answer->status != 204 && answer->status != 304;
    bool has_body = has_length && r->verb != HTTP_VERB_HEAD && answer->len > 0;
    r->keeps_alive = r->keeps_alive && !answer->is_last && !http_is_coming(r->http, r);
    buf_printf(out, "HTTP/1.1 %d %s\r\n", answer->status, http_status_words(answer->status));
    write_date(out);
    if (has_length) {
        buf_printf(out, "Content-Length: %zu\r\n", answer->len);
    }
    if (answer->type) {
        buf_printf(out, "Content-Type: %s\r\n", answer->type);
    }
    buf_printf(out, "X-Content-Type-Options: nosniff\r\n%s",
               answer->headers ? answer->headers : "");
    if (!r->keeps_alive) {
        buf_add_text(out, "Connection: close\r\n");
    } else if (!r->is_1_1) {
        buf_add_text(out, "Connection: keep-alive\r\n");
    }
    buf_add_text(out, "\r\n");
    if (has_body && answer->is_static) {
        r->tail = answer->body;
        r->tail_len = answer->len;
        r->release = answer->release;
    } else if (has_body) {
        buf_add(out, answer->body, answer->len);
    }
    if (out->overflow) {
        BUG("an answer of %zu bytes", answer->len);
    }
    if (answer->release && !has_body) {
        answer->release(answer->body, answer->len);
    }
    r->is_answered = true;
    http_advance(r->http);
}

void http_answer_words(struct http_request *r, int status, const char *headers, const char *words)
{
    char *body = mem_print("%s\n", words);
    struct http_answer answer = {.status = status,
                                 .type = "text/plain; charset=utf-8",
                                 .headers = headers,
                                 .body = body,
                                 .len = strlen(body)};
    http_answer(r, &answer);
    free(body);
}

void http_hold(struct http_request *r, void (*on_lost)(void *ctx), void *ctx)
{
    r->on_lost = on_lost;
    r->lost_ctx = ctx;
}

void http_stream(struct http_request *r, const struct http_sink *sink, void *ctx)
{
    if (r->length < 0 || !http_is_coming(r->http, r)) {
        BUG("a body that cannot be streamed");
    }
    r->sink = sink;
    http_hold(r, sink->on_lost, ctx);
}

void http_request_lose(struct http_request *r)
{
    void (*on_lost)(void *ctx) = r->is_answered ? NULL : r->on_lost;
    r->on_lost = NULL;
    if (on_lost) {
        on_lost(r->lost_ctx);
    }
}

bool http_may_upgrade(const struct http_request *r)
{
    return r->may_upgrade && http_is_alone(r->http, r);
}

struct connection *http_upgrade(struct http_request *r, const char *headers,
                                const struct connection_protocol *protocol, void *speaker)
{
    struct connection *c = http_take_over(r->http, protocol, speaker);
    struct buf *out = connection_out(c);
    buf_printf(out, "HTTP/1.1 101 %s\r\n%s\r\n", http_status_words(101), headers);
    connection_wrote(c);
    r->is_answered = true;
    return c;
}
