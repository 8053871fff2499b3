/* metrics.h - the port on which figures are fetched: GET and HEAD of /metrics, and nothing else.
 *
 * A port of its own, never the gateway's, which stands behind a website's proxy and is for browsers
 * (docs/decisions/0156-figures-have-a-port-of-their-own.md). Its heads, bodies and deadlines are
 * http.h's. A connection is one request; METRICS_CONNECTIONS at once, more are closed.
 *
 * A page in a browser on this machine could reach a loopback port by a name of its own that it lets
 * resolve to 127.0.0.1 (DNS rebinding), and read the answer. So the Host of a request must be an
 * address, localhost, or a name that the operator has listed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct metrics;

enum { METRICS_CONNECTIONS = 4 };

struct metrics_config {
    const char *listen;       /* "127.0.0.1:9464" */
    const char *const *hosts; /* names, in small letters; borrowed until metrics_configure */
    size_t host_count;
    const char *type; /* of what is answered; a constant */
};

/* What is answered now: free()d. *len without the final NUL. */
typedef char *(*metrics_print)(void *ctx, size_t *len);

/* Listens at once. NULL and *error (free() it) in words on failure. */
struct metrics *metrics_create(struct event_base *loop, const struct metrics_config *config,
                               metrics_print print, void *ctx, char **error);
/* For the next three NULL is fine: there is no such port.
 * Other names from now on; the rest of config is not looked at. */
void metrics_configure(struct metrics *m, const struct metrics_config *config);
/* Answers are flushed. */
void metrics_turn_end(struct metrics *m);
void metrics_destroy(struct metrics *m);
int metrics_port(const struct metrics *m); /* the one really bound */
/* Whether a request with that Host (with a port or without; NULL: it came without) is for us. */
bool metrics_is_host(const char *host, const char *const *names, size_t count);
