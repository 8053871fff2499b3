/* row.h - a line on its way to an agent, for outbox.c (what becomes of it) and fence.c (how far the
 * servers have it). */
#pragma once

#include "agents/agents_state.h"

struct row {
    struct outbox_record record; /* its strings are owned */
    struct server *server;       /* of the agent's domain */
    bool sent;                   /* on this link */
    bool survived;           /* a fence's time on this link; whether it was taken is not known */
    bool suspect;            /* was in flight when the link was lost, and not handed since */
    unsigned alone;          /* losses of the link while it was alone in flight */
    struct list link;        /* agents::outbox: by id */
    struct list line_link;   /* line::rows, while it waits to be sent */
    struct list flight_link; /* server::flight or ::fenced, while it is in flight */
};

/* The server of an agent's domain. */
struct server {
    struct agents *agents;
    char *domain;
    bool is_stored;     /* an answered fence means stored (Prosody), not only routed (ejabberd) */
    bool fence_out;     /* a ping is on its way */
    struct list flight; /* row::flight_link: sent, no fence behind them yet */
    struct list fenced; /* row::flight_link: a fence behind them is out */
};

struct server *fence_server(struct agents *a, const char *agent);
/* It was sent. */
void fence_add(struct row *row);
/* Pings behind what is in flight, unless a fence is out. */
void fence_send(struct server *s);
void fence_tick(struct agents *a);
void fence_link_up(struct agents *a);
void fence_link_down(struct agents *a); /* nothing is in flight any more */
void fence_free(struct agents *a);

/* A fence behind the row was answered; it may be gone afterwards. */
void outbox_handed(struct row *row);
/* No answer came, but the link lives: nothing is wrong with the row itself, and others need not
 * wait for it. */
void outbox_survived(struct row *row);
