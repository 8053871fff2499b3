/* visitor.h - a person on the website (or a customer in an XMPP client), while in memory: online,
 * or with a chat. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct chat;

enum { VISITOR_OLD_IDS = 200 };

struct visitor {
    struct visitor_record record; /* its strings are owned */
    bool online;
    time_ms away_since; /* while not online; steady */
    bool told_away;     /* contacts show the absence */
    struct chat *chat;  /* open or lingering, or NULL */
    /* The last ids of messages from before this chat, to recognise repeats: parallel arrays. */
    char **old_ids;
    int64_t *old_sequences;
    size_t old_count;
};

struct visitor *visitor_create(const struct visitor_record *record);
void visitor_destroy(struct visitor *v);
/* What record leaves empty is kept; first_seen is the earlier one. */
void visitor_update(struct visitor *v, const struct visitor_record *record);
void visitor_set_page(struct visitor *v, const char *url, const char *title);
/* Behind those that are remembered already; at most VISITOR_OLD_IDS in all, the oldest go. */
void visitor_remember_ids(struct visitor *v, const char *const *ids, const int64_t *sequences,
                          size_t count);
/* Sequence of the message with that id, 0 if unknown. */
int64_t visitor_find_id(const struct visitor *v, const char *sender_id);
