/* carrier.h - how a visitor's elements travel: frames on a WebSocket (RFC 6455, 7395) or bodies of
 * HTTP requests (XEP-0124, XEP-0206), as browsers do it.
 *
 * A carrier belongs to one visitor and is opened as often as that one comes. */
#pragma once

#include "cut.h"
#include "place.h"

struct carrier;

struct carrier_calls {
    void (*on_ready)(void *visitor); /* the stream may be opened */
    void (*on_element)(void *visitor, struct slice xml);
    void (*on_over)(void *visitor); /* not by carrier_close */
};

/* By place->is_bosh; place and visitor are borrowed. number: as in line_dial, of all connections of
 * the carrier: a BOSH session belongs to one address. */
struct carrier *carrier_create(const struct place *place, const struct carrier_calls *calls,
                               void *visitor, unsigned number);
void carrier_destroy(struct carrier *c);
/* False: no socket can be had. */
bool carrier_open(struct carrier *c);
/* Opens the stream, or, after SASL, opens it anew. */
void carrier_open_stream(struct carrier *c);
/* Whole elements. */
void carrier_send(struct carrier *c, const char *xml, size_t len);
/* The session is there: news may come from now on. */
void carrier_settle(struct carrier *c);
/* Our end of it, without a word, as when a page goes. */
void carrier_close(struct carrier *c);
