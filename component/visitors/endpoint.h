/* endpoint.h - an address at which a visitor is reached: a gateway stream's, or a full JID of the
 * link.
 *
 * FRESH → LOADING → KNOWN. While a returning visitor is loaded from storage, that endpoint's later
 * stanzas wait in a bounded queue, and are played in order afterwards. */
#pragma once

#include "base/clock.h"
#include "base/id.h"
#include "base/list.h"
#include "xml/stanza.h"

#include <stdint.h>

struct claim;
struct party;
struct visitors;

enum {
    ENDPOINT_QUEUE = 32,
    ENDPOINTS_OF_LINK = 20000, /* of roads b and c; the gateway bounds its streams itself */
    ENDPOINT_HISTORY = 2,      /* questions to the archive at a time */
    ENDPOINT_IQ_BURST = 60,    /* then one each ENDPOINT_IQ_INTERVAL_MS */
    ENDPOINT_IQ_INTERVAL_MS = 200,
    ENDPOINT_PRESENCE_MS = 1000 /* presence is answered at most so often */
};

enum endpoint_state { ENDPOINT_FRESH, ENDPOINT_LOADING, ENDPOINT_KNOWN };

struct endpoint {
    char *jid;
    char *bare;
    char *site;
    char *address; /* network address, "" on the link */
    bool gateway;
    bool knows_ids;  /* it has checked in, so it shows what has one stanza-id once */
    bool by_service; /* it writes to the service, not to a department's address */
    bool may_watch;  /* its page has said that agents may see who is on it */
    enum endpoint_state state;
    struct party *party; /* in KNOWN */
    char *department;    /* whose presence it follows, or NULL */
    bool is_doubtful;    /* the link was down since it was heard last */
    uint64_t heard;      /* counts stanzas of all endpoints: who was heard last */
    time_ms heard_ms;    /* monotonic: when it was heard last */
    uint64_t request;    /* the read that LOADING waits for, and what it is for */
    struct claim *claim;
    char shown[ID_HASH_SIZE]; /* the token that it has shown, and the last that it was given: ""
                                 none */
    char given[ID_HASH_SIZE];
    struct list queue; /* stanzas kept in LOADING */
    size_t queued;
    unsigned histories; /* questions to the archive under way */
    time_ms iq_level;   /* pace_take */
    time_ms presence_level;
    struct list party_link;
};

/* Found by the stanza's sender, or made; NULL: there are too many of the link. */
struct endpoint *endpoint_of(struct visitors *v, const struct stanza *s);
/* Nobody was found or made: KNOWN again if it speaks for somebody, else FRESH. */
void endpoint_settle(struct endpoint *e);
/* Its read is cancelled, its party left. */
void endpoint_destroy(struct visitors *v, struct endpoint *e);
/* Whoever was there has left: destroyed, unless stanzas that came later wait to be played. */
void endpoint_leave(struct visitors *v, struct endpoint *e);
/* It speaks for nobody any more. */
void endpoint_part(struct visitors *v, struct endpoint *e);
/* Its visitor has just been proved to be somebody, there: who else speaks for them by a token that
 * was enough until then has shown nothing, nor has an account that such a token brought. */
void endpoint_part_others(struct visitors *v, const struct endpoint *e);
/* Now it speaks for that visitor; the desk hears when it is the first. */
void endpoint_join(struct visitors *v, struct endpoint *e, const char *visitor);
/* Keeps a stanza until endpoint_play; answered resource-constraint when the queue is full. */
void endpoint_keep(struct visitors *v, struct endpoint *e, const struct stanza *s);
void endpoint_play(struct visitors *v, struct endpoint *e);
/* Instead: answers what waits with an error. */
void endpoint_refuse(struct visitors *v, struct endpoint *e, enum stanza_error condition,
                     const char *text);
