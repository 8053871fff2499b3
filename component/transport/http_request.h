/* http_request.h - a request between http.c, which reads it, and http_answer.c, which answers it.
 * Private to the http files. */
#pragma once

#include "base/buf.h"
#include "base/list.h"
#include "transport/http.h"

#include <stdint.h>

struct http;

struct http_field {
    char *name; /* into head */
    char *value;
    size_t name_len;
    size_t value_len;
};

struct http_request {
    struct list link; /* http::requests, as they came */
    struct http *http;
    char *head;         /* a copy; names and values are NUL-terminated in it */
    const char *target; /* into head */
    size_t target_len;
    char *path;
    struct http_field *fields;
    size_t field_count;
    size_t field_max;
    struct buf body;
    enum http_verb verb;
    bool is_1_1;
    bool keeps_alive;
    bool may_upgrade; /* asks for it, and has no body */
    bool expects_continue;
    int64_t length;               /* of the body; -1: it is chunked */
    const struct http_sink *sink; /* where it goes as it comes, or NULL */
    void (*on_lost)(void *ctx);
    void *lost_ctx;
    bool is_answered;
    struct buf answer; /* head and copied body */
    const char *tail;  /* static body */
    size_t tail_len;
    void (*release)(const char *bytes, size_t len); /* of the tail; NULL: nothing to do */
};

struct http_request *http_request_create(struct http *h, const char *head, size_t len,
                                         const struct http_head *checked);
void http_request_destroy(struct http_request *r);
/* The head was parsed: its names and values become strings. */
void http_request_terminate_fields(struct http_request *r);
/* It will not be answered by who holds it: says so, once. */
void http_request_lose(struct http_request *r);
/* Is its body still coming? */
bool http_is_coming(const struct http *h, const struct http_request *r);
/* The answer is in r: writes what is due in order. */
void http_advance(struct http *h);
const struct address *http_peer(const struct http *h);
struct connection *http_take_over(struct http *h, const struct connection_protocol *protocol,
                                  void *speaker);
bool http_is_alone(const struct http *h, const struct http_request *r);
