/* router.h - every stanza in → visitors/, agents/ or an error, by its addresses; every stanza out →
 * an outlet.
 *
 * In: from the link (any XMPP entity) or from a gateway stream (a web visitor). The sender is the
 * link's un-namespaced 'from' or the stream's own address, nothing else. Out: edges post (struct
 * post in xml/stanza.h); a stanza to a gateway stream's address goes to that stream's outlet,
 * everything else to the link. Nothing from the link is ever routed to a gateway stream's address.
 *
 * The routing table is docs/PROTOCOL.md section 9. What is POST_HELD waits here until the batch of
 * writes of its turn is committed (router_turn_end, router_committed). */
#pragma once

#include "xml/element.h"
#include "xml/stanza.h"

#include <stdbool.h>
#include <stdint.h>

struct router;
struct agents;
struct desk;
struct outbox;
struct visitors;
struct storage;

/* Where stanzas leave. Streams and the link implement it. send copies; xml has no xmlns on its top
 * element. */
struct outlet {
    void (*send)(struct outlet *self, const char *xml, size_t len);
};

/* Who a gateway stream is. All strings are owned by the stream and live until router_detach. */
struct router_stream {
    const char *jid;     /* <random>@D/<random> */
    const char *site;    /* by its Origin */
    const char *address; /* the visitor's network address, for limits; never logged whole */
    struct outlet *outlet;
};

struct router *router_create(const char *domain, struct storage *storage);
void router_destroy(struct router *r); /* unanswered questions are answered NULL */
/* The desk (to look at), the edges and the outbox (told of the link); borrowed; before the first
 * stanza. */
void router_connect(struct router *r, const struct desk *desk, struct visitors *visitors,
                    struct agents *agents, struct outbox *outbox);
/* What edges are given to send with; lives as long as the router. */
const struct post *router_post(struct router *r);

/* Gateway: a stream was bound, sent a stanza, is gone. router_stream_receive answers errors itself.
 */
void router_attach(struct router *r, const struct router_stream *stream);
void router_stream_receive(struct router *r, const struct router_stream *stream,
                           const struct element *element);
void router_detach(struct router *r, const struct router_stream *stream);

/* Link: the handshake is done; the link is lost (offended: the server ended it for something that
 * it was sent); a stanza came. While down, POST_NOW to the link is
 * refused and POST_HELD to it is dropped: the outbox and the ledger send again after
 * router_link_up. */
void router_link_up(struct router *r, struct outlet *link);
void router_link_down(struct router *r, bool offended);
bool router_is_link_up(const struct router *r);
void router_link_receive(struct router *r, const struct element *element);
/* A stanza from the link that was over a limit and skipped; head has its attributes. */
void router_link_skipped(struct router *r, const struct element *head);

/* End of a turn of the event loop: seals the batch of writes; held stanzas wait for it. */
void router_turn_end(struct router *r);
/* This batch and all before are on disk: releases what waited. */
void router_committed(struct router *r, uint64_t batch);
/* Questions that got no answer in time. Call every second. */
void router_tick(struct router *r, int64_t monotonic_ms);
