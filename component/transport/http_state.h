/* http_state.h - an HTTP connection between http.c, which takes its input in turn and ends it, and
 * http_parse.c, which lets libhttp-parser see one request. Private to the http files. */
#pragma once

#include "base/buf.h"
#include "base/list.h"
#include "transport/connection.h"
#include "transport/http.h"

#include <http_parser.h>

struct http_request;
struct limits_place;

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
    size_t body_len;              /* of them, those of the body itself */
    time_ms heard;                /* when the last of them came */
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

/* Begins with a request's head. */
void http_parse_begin(struct http *h);
/* Gives the parser bytes of the current request. 0, or the status to refuse with. */
int http_parse(struct http *h, const char *bytes, size_t len, size_t *taken);
/* The same of its body, and its framing is what we want to see. */
int http_parse_body(struct http *h, const char *bytes, size_t len, size_t *taken);
