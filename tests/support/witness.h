/* witness.h - what must hold of everything that leaves a house, for fuzz_stanza.c.
 *
 * A visitor's words carry its number: #3#. Questions have ids q and a number. */
#pragma once

#include "house.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINK = HOUSE_STREAMS,
    PEERS = 3,                        /* eve, bob, dan: visitors over the link */
    VISITORS = HOUSE_STREAMS + PEERS, /* who may be a visitor */
    KEPT = 32
};

extern const char *const WITNESS_PEERS[PEERS];
extern const char *const WITNESS_AGENTS[3];

struct asked {
    char id[16];
    char origin[64];
    bool is_lost; /* stream or link went since: an answer may come, or not */
};

/* What is known of the house so far, and the input. */
struct world {
    struct house *house;
    const uint8_t *at;
    const uint8_t *end;
    unsigned steps;
    bool is_held;
    int64_t committed; /* while held: the last entry that is on disk */
    char token[VISITORS][64];
    unsigned group[VISITORS]; /* who has been one visitor with whom */
    char contacts[KEPT][96];  /* addresses of visitors that agents were shown */
    size_t contact_count;
    char questions[KEPT][2][96]; /* id and whom: ours, over the link */
    size_t question_count;
    struct asked asked[KEPT]; /* theirs, not answered yet */
    size_t asked_count;
    char answer_id[64]; /* of an error or result that is not to be answered */
};

/* The address of that visitor. */
const char *witness_origin(const struct world *w, unsigned who);
/* From now on they may be one visitor. */
void witness_unite(struct world *w, unsigned one, unsigned other);
/* Their stream or link is gone; origin NULL: everybody over the link. */
void witness_lose(struct world *w, const char *origin);
/* Ends the turn, looks at everything that left, and forgets it. */
void witness_check(struct world *w);
