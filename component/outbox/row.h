/* row.h - one message on its way, and what is counted of all of them. */
#pragma once

#include "outbox/outbox_state.h"

struct row {
    struct outbox *outbox;
    struct outbox_record record; /* its strings are owned */
    struct server *server;       /* of whom it is for */
    time_ms since;               /* monotonic: said, or loaded */
    bool sent;                   /* on this link */
    uint64_t sending;            /* the how-manieth of all that were sent it was, the last time */
    bool survived;         /* a fence's time on this link: whether it was taken then is not known */
    bool dismissed;        /* nobody's business any more: not sent again */
    bool suspect;          /* was in flight when the link was lost, and not handed since */
    unsigned alone;        /* losses of the link while it was alone in flight */
    unsigned blamed;       /* of them, those for which the server blamed what it was sent */
    struct list link;      /* outbox::rows: by id */
    struct list line_link; /* line::rows, while it waits to be sent */
    struct list flight_link; /* server::flight or ::fenced, while it is in flight */
    struct list handed_link; /* outbox::handed */
};

/* Of a record that is not handed; it is copied (NULL: ""). */
struct row *row_create(struct outbox *o, const struct outbox_record *r);
void row_destroy(struct row *row);
/* As it is now; nothing of one that is in memory only but that its id is taken. */
void row_store(const struct row *row);
/* From now on it is none, but can be read until row_free. */
void row_unlink(struct row *row);
void row_free(struct row *row);
/* That message for that account, at whatever resource; NULL: none. */
struct row *row_find(const struct outbox *o, const char *jid, const char *message_id);

/* After every change of what is counted, or of the limit. */
void row_look_at_limit(struct outbox *o);

/* So that the link's end may be its doing. */
bool row_is_in_flight(const struct row *row);
void row_set_sent(struct row *row, bool sent, bool handed);
void row_set_survived(struct row *row);
void row_set_suspect(struct row *row, bool suspect);
