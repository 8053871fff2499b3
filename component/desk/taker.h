/* taker.h - who could take a waiting chat, and who of them is asked first. */
#pragma once

#include "desk/desk.h"

struct agent;
struct chat;

/* The better is asked first: who is there now, then who is away; of each who is preferred. */
enum { TAKER_PREFERRED, TAKER_FREE, TAKER_PREFERRED_AWAY, TAKER_AWAY, TAKER_TIERS };

/* Each agent of its department, and of the other one if it overflows, where one may come twice;
 * NULL behind the last. */
struct agent *taker_at(const struct chat *c, size_t at);
bool taker_serves(const struct chat *c, const struct agent *a);
/* Whether that agent may take it, offered or not: rules and capacity bind offers, not people. */
bool taker_may_claim(const struct chat *c, const struct agent *a);
/* Whether the rules let that agent be asked. */
bool taker_may_be_asked(const struct chat *c, const struct agent *a);
/* Somebody is there who could be asked, with a free seat or without. */
bool taker_is_there(const struct chat *c);
/* The department's way: one after the other, not all at once. */
bool taker_is_single(const struct chat *c);
/* Of an agent who is there, has a free seat and was not asked yet, or did not say no. TAKER_TIERS:
 * not now. */
unsigned taker_tier(const struct chat *c, const struct agent *a);
