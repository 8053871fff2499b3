/* fence.h - a ping (XEP-0199) behind the rows that were sent, to the server of whom they are for.
 * Streams are in order, so its answer means that all before it was taken. */
#pragma once

#include "outbox/outbox_state.h"

/* A server that rows go to. */
struct server {
    struct outbox *outbox;
    char *domain;
    bool is_stored;     /* an answered fence means stored (Prosody), not only routed (ejabberd) */
    bool fence_out;     /* a ping is on its way */
    bool rests;         /* the last one failed: the next goes with the tick */
    size_t rows;        /* for it */
    unsigned asked;     /* questions without an answer yet */
    struct list flight; /* row::flight_link: sent, no fence behind them yet */
    struct list fenced; /* row::flight_link: a fence behind them is out */
};

/* Found or made: of that address's domain. */
struct server *fence_server(struct outbox *o, const char *jid);
/* It was sent. */
void fence_add(struct row *row);
/* Pings behind what is in flight, unless a fence is out. */
void fence_send(struct server *s);
void fence_send_all(struct outbox *o);
void fence_tick(struct outbox *o);
void fence_link_up(struct outbox *o);
void fence_link_down(struct outbox *o); /* nothing is in flight any more */
void fence_free(struct outbox *o);
