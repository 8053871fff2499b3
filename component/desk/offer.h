/* offer.h - a waiting chat put to one agent. The first agent who answers claims it. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct agent;
struct chat;
struct desk;

struct offer {
    struct chat *chat;
    struct agent *agent;
    bool declined;          /* kept so that it is not made again */
    time_ms declined_since; /* steady */
    time_ms made_at;        /* steady */
    bool missed;            /* its time has passed without an answer; it stays open */
    struct list chat_link;
    struct list agent_link;
};

struct offer *offer_create(struct chat *chat, struct agent *agent);
void offer_destroy(struct offer *o);
/* Time has passed over a waiting chat: those to whom it was offered desk_config.offer_ms ago, and
 * who let it pass while somebody waits, have missed an offer (duty.h). */
void offer_tick(const struct desk *d, struct chat *c);
/* Open or declined; NULL: none. */
struct offer *offer_find(const struct chat *chat, const struct agent *agent);
