/* gateway_routes.h - what gateway.c, which makes and ends the gateway, and gateway_routes.c, which
 * answers, share. Private to them. */
#pragma once

#include "base/list.h"
#include "transport/address.h"
#include "transport/assets.h"
#include "transport/bosh.h"
#include "transport/connection.h"
#include "transport/gateway.h"
#include "transport/http.h"
#include "transport/limits.h"
#include "transport/listener.h"
#include "transport/site.h"
#include "transport/stream.h"

struct event;

struct gateway {
    struct gateway_config
        config; /* its strings are not to be used: what is needed is copied below */
    char *domain;
    struct sites *sites;
    struct network *trusted;
    struct assets *widget;
    struct assets *website;
    struct limits *limits; /* of streams */
    struct limits
        *sockets; /* of connections that are not (yet) a WebSocket, but for trusted proxies */
    struct connections *connections;
    struct stream_world world;
    struct bosh *bosh;
    struct http_server server;
    struct list puts; /* put::link, of gateway_uploads.c */
    struct listener *listener;
    int port;
    struct event *tick;
    uint64_t refused_connections;
    uint64_t refused_origins;
    time_ms complained; /* when it was last logged that there are too many connections */
};

/* Routes one request to its handler, before its body has come and then (struct http_server). */
void gateway_begin(void *ctx, struct http_request *r);
void gateway_handle(void *ctx, struct http_request *r);
