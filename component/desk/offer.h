/* offer.h - a waiting chat put to one agent. The first agent who answers claims it.
 *
 * An offer that has ended is kept while it says that this agent is not to be asked: for good
 * (DECLINED) or in this round (PASSED: it went on to others unanswered). */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct agent;
struct chat;
struct desk;

enum offer_state { OFFER_OPEN, OFFER_DECLINED, OFFER_PASSED };

struct offer {
    struct chat *chat;
    struct agent *agent;
    enum offer_state state;
    bool is_over;  /* OPEN, and its time has passed */
    time_ms since; /* steady: when it was made, or declined */
    struct list chat_link;
    struct list agent_link;
};

struct offer *offer_create(struct chat *chat, struct agent *agent);
void offer_destroy(struct offer *o);
/* In any state; NULL: none. */
struct offer *offer_find(const struct chat *chat, const struct agent *agent);
/* Whether that agent has the chat before them. */
bool offer_is_open(const struct chat *chat, const struct agent *agent);
