/* site.h - the websites that may use the gateway, and whose a request is, by its Origin.
 *
 * An origin is compared whole; only upper and lower case of ASCII do not matter (RFC 6454 4: scheme
 * and host; the port is digits). Nothing is matched by suffix, port or pattern. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct gateway_site;
struct sites;

struct site {
    char *id;
    char **origins; /* lower case */
    size_t origin_count;
};

/* Copies. allow_no_origin: a request without Origin is the first site's. */
struct sites *sites_create(const struct gateway_site *list, size_t count, bool allow_no_origin);
void sites_destroy(struct sites *s); /* NULL is fine */
/* The site, or NULL: refused. origin NULL: the request has none. *allowed, if not NULL, is set to
 * the origin in lower case (for Access-Control-Allow-Origin), or NULL without one. */
const struct site *sites_find(const struct sites *s, const char *origin, const char **allowed);
