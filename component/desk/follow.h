/* follow.h - agents who are told each page that a visitor goes to, while the chat is open.
 *
 * Not stored: after a restart nobody follows. Told to agents who have the contact, at most one line
 * in FOLLOW_MS; of pages that come faster the last one counts. */
#pragma once

#include "desk/desk.h"

struct chat;
struct map;

enum { FOLLOW_MS = 10 * 1000 };

struct follow {
    struct map *agents; /* bare JIDs */
    bool due;           /* a page was not told yet */
    bool told;
    time_ms told_at; /* steady */
};

void follow_init(struct follow *f);
void follow_finish(struct follow *f);
void follow_end(struct follow *f); /* the chat ends */
/* The visitor went to another page; chat NULL: there is none. */
void follow_page(struct desk *d, struct chat *c);
void follow_tick(struct desk *d, struct chat *c); /* every second */
