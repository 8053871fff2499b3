/* bosh.h - visitors' streams over HTTP requests: XEP-0124 and XEP-0206.
 *
 * At most one request of a session is held (hold 1, requests 2), for at most wait seconds; output
 * of a turn is answered at its end. Requests are taken in the order of their rid; one that is a
 * step ahead waits; a repeated one gets the answer it got before, if its bytes are the same. A
 * session belongs to the site and the network address that created it; from another address it must
 * prove itself by a key sequence. Nothing that a client said is written back. Sessions are freed by
 * bosh_tick only. */
#pragma once

#include "transport/http.h"
#include "transport/site.h"
#include "transport/stream.h"

struct bosh;

enum {
    BOSH_OUT_MAX = 256 * 1024, /* of a session between two requests */
    BOSH_BURST = 40,           /* requests of a session at once, then one each BOSH_INTERVAL_MS */
    BOSH_INTERVAL_MS = 250,
    BOSH_UNUSED_MS = 30 * 1000, /* until a new session's second request */
    BOSH_OVER_MS = 10 * 1000    /* a session that is over can still be asked why */
};

struct bosh_config {
    unsigned wait_s;       /* the longest */
    unsigned inactivity_s; /* without a held request */
    size_t sessions_max;
};

struct limits;

/* Whose request it is. */
struct bosh_client {
    const struct site *site;
    const char *origin; /* to allow by CORS, or NULL */
    struct address from;
};

struct bosh *bosh_create(const struct bosh_config *config, struct stream_world *world,
                         struct limits *limits);
/* From now on; sessions keep the waiting time that they were told. */
void bosh_configure(struct bosh *b, const struct bosh_config *config);
void bosh_destroy(struct bosh *b); /* NULL is fine. Before the connections are. */
/* A POST of an allowed origin; answers or holds it. */
void bosh_handle(struct bosh *b, struct http_request *r, const struct bosh_client *client);
/* Answers what is due, at the end of a turn. Calls no router. */
void bosh_flush(struct bosh *b);
void bosh_tick(struct bosh *b);
void bosh_stop(struct bosh *b); /* every session ends with system-shutdown */
size_t bosh_count(const struct bosh *b);
