/* endpoint.h - an address at which a visitor is reached: a gateway stream's, or a full JID of the
 * link.
 *
 * FRESH → LOADING → KNOWN. While a returning visitor is loaded from storage, that endpoint's later
 * stanzas wait in a bounded queue, and are played in order afterwards. */
#pragma once

#include "base/list.h"
#include "xml/stanza.h"

#include <stdint.h>

struct claim;
struct party;
struct visitors;

enum { ENDPOINT_QUEUE = 32 };

enum endpoint_state { ENDPOINT_FRESH, ENDPOINT_LOADING, ENDPOINT_KNOWN };

struct endpoint {
    char *jid;
    char *bare;
    char *site;
    char *address; /* network address, "" on the link */
    bool gateway;
    bool by_service; /* it writes to the service, not to a department's address */
    enum endpoint_state state;
    struct party *party; /* in KNOWN */
    char *department;    /* whose presence it follows, or NULL */
    uint64_t heard;      /* counts stanzas of all endpoints: who was heard last */
    long long heard_ms;  /* monotonic: when it was heard last */
    uint64_t request;    /* the read that LOADING waits for, and what it is for */
    struct claim *claim;
    struct list queue; /* stanzas kept in LOADING */
    size_t queued;
    struct list party_link;
};

/* Found by the stanza's sender, or made. */
struct endpoint *endpoint_of(struct visitors *v, const struct stanza *s);
/* Its read is cancelled, its party left. */
void endpoint_destroy(struct visitors *v, struct endpoint *e);
/* Now it speaks for that visitor; the desk hears when it is the first. */
void endpoint_join(struct visitors *v, struct endpoint *e, const char *visitor);
/* Keeps a stanza until endpoint_play; answered resource-constraint when the queue is full. */
void endpoint_keep(struct visitors *v, struct endpoint *e, const struct stanza *s);
void endpoint_play(struct visitors *v, struct endpoint *e);
