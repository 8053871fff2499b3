/* wire.h - a TCP or TLS connection for the probe's visitor. Opening waits (it is one connection of
 * a check that is run by hand); reading never does. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct wire;

/* NULL: why says in words why not. tls: the certificate must be good for host; ca_file NULL: the
 * system's. */
struct wire *wire_open(const char *host, const char *port, bool tls, const char *ca_file, char *why,
                       size_t size);
void wire_close(struct wire *w); /* NULL is fine */
int wire_fd(const struct wire *w);
/* Writes everything, waits if it must (a few seconds at most). */
bool wire_write(struct wire *w, const void *bytes, size_t len);
/* Adds to in what has come. False: the connection has ended. */
bool wire_read(struct wire *w, struct buf *in);
