/* link.h - the component stream (XEP-0114) on the event loop: one connection to the XMPP server, kept up.
 *
 * States: DOWN → CONNECTING → UP, BACKOFF between; changed by link_enter against a table. Connects without blocking
 * (evdns), handshake by SHA-1 of stream id and secret, back-off 1 to 30 s with jitter. conflict, wrong secret
 * (not-authorized) and unknown host are told apart, logged once in words that say what to change, and back off 30 to
 * 60 s. A XEP-0199 ping to our own domain (routed back by the server) after 30 s of silence, no answer in 15 s: the link
 * is dropped. One write a loop turn. Outgoing buffer at most 4 MiB: over the high-water mark (1 MiB) link_is_congested until
 * below the low one (256 KiB); over the limit the link is dropped (nothing is lost: outbox and ledger). The old socket is
 * closed before dialling. Whatever was ill-formed restarts the link; a stanza over a cap does not. */
#pragma once

#include "router.h"

#include <stdbool.h>

struct event_base;
struct evdns_base;
struct link;

enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_HANDSHAKE, LINK_UP, LINK_BACKOFF };
/* Why the last attempt ended. */
enum link_fault {
    LINK_FINE,
    LINK_UNREACHABLE,   /* resolve, connect, reset, time-out */
    LINK_CONFLICT,      /* another component is connected under this name */
    LINK_BAD_SECRET,
    LINK_UNKNOWN_HOST,  /* the server has no such component configured */
    LINK_STREAM_ERROR,
    LINK_ILL_FORMED,
    LINK_SILENT         /* no answer to a ping */
};

struct link_config {
    const char *domain;
    const char *host;
    int port;
    const char *secret;
};

/* config is copied. Nothing happens before link_start. */
struct link *link_create(struct event_base *loop, struct evdns_base *dns, const struct link_config *config,
                         struct router *router);
void link_destroy(struct link *l);
void link_start(struct link *l);
/* Flushes, sends </stream:stream>, waits at most timeout_ms for the server's, then calls done. No reconnect. */
void link_stop(struct link *l, int timeout_ms, void (*done)(void *ctx), void *ctx);
enum link_state link_state(const struct link *l);
enum link_fault link_fault(const struct link *l);
/* In words, with what to change on the server; static text. */
const char *link_fault_words(enum link_fault fault);
bool link_is_congested(const struct link *l);
