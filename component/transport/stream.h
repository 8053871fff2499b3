/* stream.h - a visitor's XMPP stream, without a socket: open, SASL ANONYMOUS, bind, stanzas (RFC
 * 6120, RFC 7395).
 *
 * A carrier (a WebSocket connection, a BOSH session) gives it what was read and takes what it
 * writes. Between bind and the end it is attached to the router as an outlet. States are changed in
 * one function against a table; what may come when stands in another. All that the stream says
 * itself is sent at once; answers come in the order of what was asked, so a client may send
 * everything up to its first stanza in one go (XEP-0305). A carrier destroys the stream; it looks
 * at stream_is_closed after each call that may close it. */
#pragma once

#include "base/clock.h"
#include "transport/address.h"
#include "xml/element.h"

#include <stdbool.h>
#include <stddef.h>

struct limits_place;
struct map;
struct router;
struct stream;

enum {
    STREAM_OPEN_MS = 15 * 1000, /* until bind */
    STREAM_AUTH_MAX = 3,        /* failed attempts */
    STREAM_BURST = 1200,        /* elements at once, then one each STREAM_INTERVAL_MS */
    STREAM_INTERVAL_MS = 10
};

enum stream_state {
    STREAM_CONNECTED,
    STREAM_OPEN,
    STREAM_AUTHENTICATED,
    STREAM_REOPENED,
    STREAM_BOUND,
    STREAM_CLOSED
};

/* What all streams share; belongs to the gateway and outlives them. */
struct stream_world {
    const char *domain;
    struct router *router;
    struct map *bound; /* local part of a bound stream's address → struct stream */
    unsigned count;    /* of streams that are not closed */
    time_ms now;       /* monotonic, exact to a second */
};

/* Is to the domain, in whatever spelling? NULL is not. */
bool stream_world_is(const struct stream_world *world, const char *to);

struct stream_carrier {
    /* One whole top-level element; copied. Never calls back into the stream. */
    void (*send)(struct stream_carrier *self, const char *xml, size_t len);
    /* RFC 7395: <open/> and <close/> are elements of the stream. Otherwise (BOSH) the carrier says
     * them in its own way: stream_open. */
    bool is_framed;
};

/* site is copied; place, or NULL, is left at the end (limits.h). */
struct stream *stream_create(struct stream_world *world, struct stream_carrier *carrier,
                             const char *site, const struct address *from,
                             struct limits_place *place);
void stream_destroy(struct stream *s); /* NULL is fine. Says nothing to the peer. */
/* One frame: exactly one element, judged by the reader (a stream error otherwise). */
void stream_read(struct stream *s, const char *bytes, size_t len);
/* One element; borrowed. */
void stream_receive(struct stream *s, const struct element *element);
/* Not framed: the peer opens the stream, or restarts it after SASL. */
void stream_open(struct stream *s, const char *to, const char *version);
/* Closes with a stream error (RFC 6120 4.9.3); condition is a constant. NULL: without one. */
void stream_end(struct stream *s, const char *condition);
void stream_tick(struct stream *s); /* the deadline of what comes before bind */
/* Its visitor has a valid token: it does not count against its address any more. */
void stream_known(struct stream *s);
enum stream_state stream_state(const struct stream *s);
bool stream_is_closed(const struct stream *s);
bool stream_has_failed(const struct stream *s); /* closed with a stream error */
/* Which profile reads what comes now. */
const struct reader_profile *stream_profile(const struct stream *s);
