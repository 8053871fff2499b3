/* address.h - a WebSocket address taken apart. Pure. */
#pragma once

#include <stdbool.h>

struct address {
    bool tls; /* wss: */
    char host[256];
    char port[6];
    char path[512];
    char origin[300]; /* of a page on the same host: http(s)://host[:port] */
};

/* ws://host[:port][/path] or wss://…; without a path /xmpp-websocket. False: it is no such address.
 */
bool address_parse(struct address *out, const char *url);
