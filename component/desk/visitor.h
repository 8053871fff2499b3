/* visitor.h - a person on the website (or a customer in an XMPP client), while in memory: online,
 * or with a chat. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"
#include "desk/prechat.h"
#include "desk/repeats.h"
#include "desk/requested.h"

struct chat;
struct department;

struct page {
    char *url;
    char *title;
    time_ms left;
};

struct visitor {
    struct visitor_record record; /* its strings are owned */
    bool online;
    time_ms away_since; /* while not online; steady */
    bool told_away;     /* contacts show the absence */
    struct chat *chat;  /* open or lingering, or NULL */
    struct repeats old; /* the last lines from before this chat, and to tickets */
    struct requested tickets;
    char *invitation; /* what they were invited with (invited.h); never stored; NULL: nothing */
    bool invitation_noted; /* in the record of their chat */
    struct prechat prechat;
    char *origin;       /* not shortened, for a block; NULL: unknown */
    char *network;      /* shortened, never stored; NULL: unknown */
    struct page *pages; /* before the one of now, the oldest first; never stored; room for
                           DESK_PAGES with the first */
    size_t page_count;
    struct department *browses; /* browsing.h; NULL: not */
    struct list browsing_link;  /* desk::browsing, while browses */
    time_ms browses_since;      /* UTC */
};

struct visitor *visitor_create(const struct visitor_record *record);
void visitor_destroy(struct visitor *v);
/* What record leaves empty is kept; first_seen is the earlier one. */
void visitor_update(struct visitor *v, const struct visitor_record *record);
void visitor_set_page(struct visitor *v, const char *url, const char *title);
void visitor_set_last_agent(struct visitor *v, const char *agent);
/* Before the page is replaced by that one; false: it is the same, or there was none. */
bool visitor_leave_page(struct visitor *v, time_ms now, const char *url);
/* Replaces what is known; name, email, phone, or a free field. False: too many of those. */
bool visitor_correct(struct visitor *v, const char *field, const char *value);
/* Whether that is known, in any case; of several options one is enough. */
bool visitor_is(const struct visitor_record *r, const char *field, const char *value);
/* What is known now; free() it. */
char *visitor_field_dup(const struct visitor *v, const char *field);
