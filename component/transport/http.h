/* http.h - HTTP/1.1 and 1.0 on a connection: heads, bodies, deadlines, pipelining, answers.
 *
 * Each head passes http_head.h, then libhttp-parser, which also frames the body. Requests of one
 * connection are handled as they come (at most HTTP_PIPELINE_MAX at once) and answered in their
 * order. A request may be answered later (BOSH). Deadlines: head 10 s (408), body 10 s and a second
 * for each KiB (408), idle 60 s. Body at most 64 KiB (413), unless its handler wants it piece by
 * piece as it comes (http_stream); then 30 s without a byte are the end (408). After a refusal, and
 * whenever the framing is in doubt, the connection is closed. */
#pragma once

#include "transport/address.h"
#include "transport/connection.h"
#include "transport/http_head.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_BODY_MAX = 64 * 1024,
    HTTP_OVERHEAD_MAX = 4 * 1024, /* of a chunked body, beyond its bytes */
    HTTP_PIPELINE_MAX = 8,
    HTTP_HEAD_MS = 10 * 1000,
    HTTP_BODY_MS = 10 * 1000,
    HTTP_BODY_BYTES_PER_S = 1024,
    HTTP_STALL_MS = 30 * 1000,
    HTTP_IDLE_MS = 60 * 1000
};

struct http_request;
struct limits_place;

/* Who handles requests: answers, holds or upgrades each. */
struct http_server {
    /* A head came, and a body is to follow: may answer (the connection is closed then) or have the
     * body streamed. NULL: never. */
    void (*begin)(void *ctx, struct http_request *request);
    void (*handle)(void *ctx, struct http_request *request);
    void *ctx;
};

/* Speaks HTTP on a connection that was just accepted; takes fd. server is borrowed. place
 * (limits.h), or NULL, is left when it ends or is upgraded. */
void http_accept(struct connections *set, int fd, const struct address *peer,
                 const struct http_server *server, struct limits_place *place);

/* What was asked; strings live until the request is answered. */
enum http_verb http_request_verb(const struct http_request *r);
const char *http_request_path(const struct http_request *r); /* decoded, without the query */
/* What the query says of that name first, as it was sent (nothing is decoded); NULL: nothing.
 * free() it. */
char *http_request_query_dup(const struct http_request *r, const char *name);
/* The value of a header that came exactly once; else NULL. */
const char *http_request_header(const struct http_request *r, const char *name);
/* How often it came. */
size_t http_request_header_count(const struct http_request *r, const char *name);
/* Values of a header that may come often, in order; at most most of them. Returns how many. */
size_t http_request_headers(const struct http_request *r, const char *name, const char **values,
                            size_t most);
/* Is token in one of the header's comma-separated lists? */
bool http_request_has_token(const struct http_request *r, const char *name, const char *token);
bool http_request_is_1_1(const struct http_request *r);
const char *http_request_body(const struct http_request *r, size_t *len);
int64_t http_request_length(const struct http_request *r); /* -1: chunked */
bool http_request_expects_continue(const struct http_request *r);
const struct address *http_request_peer(const struct http_request *r);

struct http_answer {
    int status;
    const char *type;    /* of the content; NULL: no Content-Type */
    const char *headers; /* further lines, each with CR LF; NULL: none */
    const char *body;    /* NULL: empty */
    size_t len;
    bool is_static; /* body is not copied: it outlives the connection, or */
    void (*release)(const char *body, size_t len); /* is given back so, once; NULL: it outlives */
    bool is_last;                                  /* the connection is closed after it */
};

/* Answers; the request is gone then. HEAD, 204 and 304 get no body. */
void http_answer(struct http_request *r, const struct http_answer *answer);
/* A few words in text/plain: refusals. headers as above. */
void http_answer_words(struct http_request *r, int status, const char *headers, const char *words);
/* It is answered later. If the connection is lost before, on_lost is called once and the request is
 * gone. */
void http_hold(struct http_request *r, void (*on_lost)(void *ctx), void *ctx);
/* Where a body goes while it comes, instead of into the request. */
struct http_sink {
    void (*on_bytes)(void *ctx, const char *bytes, size_t len); /* may not answer */
    void (*on_whole)(void *ctx); /* answers or waits; handle is not called */
    void (*on_lost)(void *ctx);  /* as of http_hold; also if what came was refused */
};
/* Only in begin, and not for a chunked body. sink is borrowed, a constant. */
void http_stream(struct http_request *r, const struct http_sink *sink, void *ctx);
/* Only for the last request in line, without a body: may it be upgraded? */
bool http_may_upgrade(const struct http_request *r);
/* Answers 101 with these header lines; when handle returns, protocol speaks on the connection and
 * is given the bytes that came behind the request. The HTTP state is freed. */
struct connection *http_upgrade(struct http_request *r, const char *headers,
                                const struct connection_protocol *protocol, void *speaker);
/* The phrase of a status. */
const char *http_status_words(int status);
