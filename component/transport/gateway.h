/* gateway.h - the web side as a whole: listener, HTTP, WebSocket, BOSH, visitors' streams.
 *
 * One I/O path of our own on libevent with libhttp-parser. Parts, each with its header:
 *   http.h       a connection: request heads and bodies, answers, deadlines, pipelining
 *   websocket.h  RFC 6455 frames: a codec without sockets
 *   bosh.h       XEP-0124/0206 sessions on HTTP requests
 *   stream.h     a visitor's XMPP stream (RFC 6120/7395), transport-free: open, SASL, bind,
 * stanzas; an outlet limits.h     counts and rates by network address assets.h     static files in
 * memory Route table (docs/PROTOCOL.md section 7): a table in gateway.c. */
#pragma once

#include "router.h"

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct gateway;

struct files;
struct uploads;

struct gateway_site {
    const char *id;
    const char *const *origins; /* scheme://host[:port], exact */
    size_t origin_count;
};

/* What a page asks before the click, /w/1/status/ID?lang=LANGUAGE. */
struct gateway_question {
    const char *department; /* "": the default one; with blanks: several */
    const char *language;   /* as the page says it, NULL: it does not */
    const char *site;       /* id; NULL: the page's is not known */
};
/* The same for /w/1/invite/ID?lang=LANGUAGE: with what visitors may be invited.
 * JSON (it is freed); NULL: there is no such department. */
typedef char *(*gateway_status)(void *ctx, const struct gateway_question *question);
/* A department's hours for /w/1/hours/ID, JSON (it is freed); "": the default one's; NULL: there is
 * no such department. */
typedef char *(*gateway_hours)(void *ctx, const char *department);
/* NULL: ready; else a word for /readyz. */
typedef const char *(*gateway_ready)(void *ctx);

/* An agent's picture for /w/1/face/NAME; borrowed. False: there is none. */
struct gateway_picture {
    const char *type;
    const char *bytes;
    size_t len;
    const char *etag; /* without quotes */
};
typedef bool (*gateway_face)(void *ctx, const char *name, struct gateway_picture *out);

/* May files of visitors still come into that chat? */
typedef bool (*gateway_takes_file)(void *ctx, int64_t chat);

struct gateway_config {
    const char *domain;
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080" */
    const struct gateway_site *sites;
    size_t site_count;
    bool allow_no_origin;               /* WebSocket without Origin: native apps, tests */
    const char *const *trusted_proxies; /* addresses or CIDR whose X-Forwarded-For counts */
    size_t trusted_proxy_count;
    const char *widget_folder;          /* with loader.js, chunks, manifest.json; NULL: none */
    const char *widget_versions_folder; /* older ones (versions.h); NULL: none */
    const char *website_folder;         /* demo pages served at /; NULL: none */
    /* limits */
    unsigned streams_per_address;    /* 200, without a valid token */
    unsigned new_streams_per_minute; /* 300 an address */
    unsigned max_connections;        /* whole gateway */
    unsigned ping_s;                 /* WebSocket ping, 30 */
    unsigned bosh_wait_s;            /* 60 */
    unsigned bosh_inactivity_s;      /* 60 */
    gateway_status status;
    gateway_status invite;
    gateway_hours hours;
    gateway_ready ready;
    gateway_face face;
    gateway_takes_file takes_file;
    struct files *files;     /* of chats; NULL: none are served */
    struct uploads *uploads; /* NULL: none are taken */
    void *ctx;
};

/* Listens at once. NULL and *error (free() it) in words on failure. Strings of config are copied.
 */
struct gateway *gateway_create(struct event_base *loop, const struct gateway_config *config,
                               struct router *router, char **error);
/* Sites, proxies and limits from now on; open streams stay, and the rest of config is not looked
 * at. False and *error (free() it), and nothing has changed. */
bool gateway_configure(struct gateway *g, const struct gateway_config *config, char **error);
/* Stops accepting, closes every stream with system-shutdown and WebSocket 1001. Then it is turned
 * until gateway_is_over, or no longer than one wants to wait. */
void gateway_stop(struct gateway *g);
/* Everybody has what was sent, and streams' ends are answered. */
bool gateway_is_over(const struct gateway *g);
void gateway_destroy(struct gateway *g);
/* Bytes in each stream's buffer are flushed at the end of a turn, one write a connection. */
void gateway_turn_end(struct gateway *g);
int gateway_port(const struct gateway *g); /* the port really bound (listen with port 0) */
unsigned gateway_stream_count(const struct gateway *g);
size_t gateway_connection_count(const struct gateway *g);
unsigned gateway_connection_limit(const struct gateway *g);
/* Browsers that were turned away, in this run. */
enum gateway_refusal {
    GATEWAY_REFUSED_CONNECTIONS, /* as many are open as may */
    GATEWAY_REFUSED_ADDRESS,     /* too many from one network address, or too many new ones */
    GATEWAY_REFUSED_ORIGIN,      /* a page of a website that is none of ours */
    GATEWAY_REFUSALS
};
uint64_t gateway_refused(const struct gateway *g, enum gateway_refusal why);
/* Streams with a checked-in, valid token do not count against their address. */
void gateway_stream_known(struct gateway *g, const char *stream_jid);
