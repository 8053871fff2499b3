/* offer.h - a waiting chat put to one agent. The first agent who answers claims it. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct agent;
struct chat;

struct offer {
    struct chat *chat;
    struct agent *agent;
    bool declined;          /* kept so that it is not made again */
    time_ms declined_since; /* steady */
    struct list chat_link;
    struct list agent_link;
};

struct offer *offer_create(struct chat *chat, struct agent *agent);
void offer_destroy(struct offer *o);
/* Open or declined; NULL: none. */
struct offer *offer_find(const struct chat *chat, const struct agent *agent);
