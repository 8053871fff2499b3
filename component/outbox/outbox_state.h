/* outbox_state.h - what the files of outbox/ share. */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "outbox/outbox.h"

struct row;

struct outbox {
    struct outbox_config config;
    struct storage *storage;
    const struct post *post;
    const struct outbox_edge *edges[OUTBOX_VISITOR + 1]; /* by side */
    bool link_up;
    struct list rows;   /* row::link: by id */
    struct list handed; /* row::handed_link: in order of their handing, handed.c */
    size_t handed_count;
    uint64_t sendings;      /* so many were sent, in this run */
    uint64_t bounced;       /* and so many came back */
    uint64_t put_aside;     /* and so many were set aside */
    struct map *by_message; /* "bare JID\nmessage id" -> struct row */
    struct map *lines;      /* "to\nfrom" -> struct line: what waits to be sent */
    struct map *set_aside;  /* message ids of entries that killed the link (keys only) */
    struct map *servers;    /* domain -> struct server, fence.c */
    int64_t last_id;
    bool is_full;
    size_t in_flight; /* rows that were sent, not handed, and outlived no fence */
    size_t suspects;  /* rows with which the link may have been lost */
    size_t window;    /* so many may be in flight while there are any */
    bool singly;      /* it was lost with suspects in flight: the window stays at one */
};

/* The row is none any more: it has arrived, or nobody wants it. */
void outbox_done(struct row *row);

/* For fence.c. No answer came, but the link lives: nothing is wrong with the row itself, and others
 * need not wait for it. */
void outbox_survived(struct row *row);
/* A fence was answered: what is under suspicion gains trust. */
void outbox_trust(struct outbox *o);
/* Sends whatever may be sent. */
void outbox_pursue_all(struct outbox *o);
