/* link.h - the component stream (XEP-0114) on the event loop: one connection to the XMPP server,
 * kept up.
 *
 * States: DOWN → CONNECTING → HANDSHAKE → UP, BACKOFF between; changed by link_enter against a
 * table. Connects without blocking (dial.h), handshake by SHA-1 of stream id and secret, back-off 1
 * to 30 s with jitter. conflict, wrong secret (not-authorized) and unknown host are told apart,
 * logged once in words that say what to change, and back off 30 to 60 s. One write a loop turn, by
 * an event that the first stanza of a turn activates. The old socket is closed before dialling.
 * What is ill-formed restarts the link; a stanza over a cap does not.
 *
 * A XEP-0199 ping to our own domain is routed back to us by the server, which proves the whole
 * round: right after the handshake, and after 30 s of silence. Nothing at all in 15 s behind a
 * ping, or no answer to it in 60 s: the link is dropped. Behind the first ping of a connection it
 * is 3 s, once: ejabberd, to which we come back within a moment of our own death, may go on routing
 * to the connection that died. Two pings of somebody else under our name
 * on one connection mean that the server (ejabberd) splits our stanzas between two links: this one,
 * the older, leaves (V-142).
 *
 * Outgoing buffer at most 4 MiB: over the high-water mark (1 MiB) link_is_congested until below the
 * low one (256 KiB); over the limit the link is dropped (nothing is lost: outbox and ledger). */
#pragma once

#include "router.h"

#include <stdbool.h>
#include <stdint.h>

struct event_base;
struct evdns_base;
struct link;

enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_HANDSHAKE, LINK_UP, LINK_BACKOFF };
/* Why the last attempt ended. */
enum link_fault {
    LINK_FINE,
    LINK_UNREACHABLE, /* resolve, connect, reset, time-out */
    LINK_CONFLICT,    /* another component is connected under this name */
    LINK_BAD_SECRET,
    LINK_UNKNOWN_HOST, /* the server has no such component configured */
    LINK_STREAM_ERROR,
    LINK_OFFENDED, /* a stream error about something that we sent */
    LINK_ILL_FORMED,
    LINK_SILENT /* no answer to a ping, or our buffer overflows */
};

/* How long the link waits, in milliseconds. */
struct link_pace {
    int connect_ms;      /* to resolve and connect */
    int handshake_ms;    /* until the server accepts */
    int silence_ms;      /* then a ping */
    int first_answer_ms; /* of silence behind the first ping of a connection: dropped */
    int answer_ms;       /* of silence behind a ping: dropped */
    int answer_max_ms;   /* a ping without its answer, whatever else comes: dropped */
    int retry_min_ms;    /* back-off */
    int retry_max_ms;
    int refused_min_ms; /* back-off after conflict, wrong secret, unknown host */
    int refused_max_ms;
    unsigned early_conflicts; /* so many before the first handshake are paced as LINK_UNREACHABLE */
    int steady_ms;            /* up for so long: the back-off begins at its start again */
};

extern const struct link_pace LINK_PACE; /* as above; tests hurry */

enum { LINK_BUFFER_MAX = 4 << 20, LINK_HIGH_WATER = 1 << 20, LINK_LOW_WATER = 256 << 10 };

struct link_config {
    const char *domain;
    const char *host;
    int port;
    const char *secret;
    const struct link_pace *pace; /* NULL: LINK_PACE */
};

/* config is copied; dns may not be NULL. Nothing happens before link_start. */
struct link *link_create(struct event_base *loop, struct evdns_base *dns,
                         const struct link_config *config, struct router *router);
/* NULL is fine. A link that is up tells the router that it is down: the router outlives it. */
void link_destroy(struct link *l);
/* For the next handshake: the server asks for it at each, never in between. A link that waits to
 * dial dials now. */
void link_set_secret(struct link *l, const char *secret);
/* From DOWN. */
void link_start(struct link *l);
/* Flushes, sends </stream:stream>, waits at most timeout_ms for the server's, then calls done
 * (never inside link_stop; the link may be destroyed in it). No reconnect. What still comes is
 * handed to the router, what is sent behind it is dropped. */
void link_stop(struct link *l, int timeout_ms, void (*done)(void *ctx), void *ctx);
enum link_state link_state(const struct link *l);
enum link_fault link_fault(const struct link *l);
/* How often the server has accepted us, in this run. */
uint64_t link_handshakes(const struct link *l);
/* In words, with what to change on the server; static text. */
const char *link_fault_words(enum link_fault fault);
bool link_is_congested(const struct link *l);
