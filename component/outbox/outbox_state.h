/* outbox_state.h - what outbox.c and fence.c share. */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "outbox/outbox.h"

struct outbox {
    struct outbox_config config;
    struct storage *storage;
    const struct post *post;
    const struct outbox_edge *edges[OUTBOX_VISITOR + 1]; /* by side */
    bool link_up;
    struct list rows;       /* row::link: by id */
    struct map *by_message; /* "bare JID\nmessage id" -> struct row */
    struct map *lines;      /* "to\nfrom" -> struct line: what waits to be sent */
    struct map *set_aside;  /* message ids of entries that killed the link (keys only) */
    struct map *servers;    /* domain -> struct server, fence.c */
    int64_t last_id;
    size_t count; /* of rows */
    bool is_full;
    size_t in_flight; /* rows that were sent, not handed, and outlived no fence */
    size_t suspects;  /* rows with which the link may have been lost */
};

struct row {
    struct outbox *outbox;
    struct outbox_record record; /* its strings are owned */
    struct server *server;       /* of whom it is for */
    time_ms since;               /* monotonic: said, or loaded */
    bool sent;                   /* on this link */
    bool survived;           /* a fence's time on this link; whether it was taken is not known */
    bool dismissed;          /* nobody's business any more: not sent again */
    bool suspect;            /* was in flight when the link was lost, and not handed since */
    unsigned alone;          /* losses of the link while it was alone in flight */
    struct list link;        /* outbox::rows: by id */
    struct list line_link;   /* line::rows, while it waits to be sent */
    struct list flight_link; /* server::flight or ::fenced, while it is in flight */
};

/* For fence.c. A fence behind the row was answered; it may be gone afterwards. */
void outbox_handed(struct row *row);
/* No answer came, but the link lives: nothing is wrong with the row itself, and others need not
 * wait for it. */
void outbox_survived(struct row *row);
/* Sends whatever may be sent. */
void outbox_pursue_all(struct outbox *o);
