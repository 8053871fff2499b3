/* websocket_stream.h - a visitor's stream on a WebSocket connection (RFC 7395): frames to elements
 * and back, pings, the closing handshake. About 1 kB while it is idle.
 *
 * Pings go out every ping_s (a fifth more or less); after two without any sign of life the
 * connection is dropped. The peer's pings are answered once a read, and more than
 * WEBSOCKET_STREAM_PINGS at once close with 1008. What it does not read is kept up to 256 KiB, then
 * it is closed with 1013. */
#pragma once

#include "transport/http.h"
#include "transport/stream.h"

enum {
    WEBSOCKET_STREAM_PINGS = 60,         /* control frames at once, then one a second */
    WEBSOCKET_STREAM_CLOSE_MS = 5 * 1000 /* until the peer answers a close frame */
};

/* Answers 101 to a request that upgrade_check found fine. place as in stream.h. */
void websocket_stream_accept(struct http_request *r, struct stream_world *world, const char *site,
                             const struct address *from, struct limits_place *place,
                             unsigned ping_s);
