/* carrier_state.h - what the two carriers have in common. Private to carrier*.c. */
#pragma once

#include "carrier.h"

struct carrier_kind {
    bool (*open)(struct carrier *c);
    void (*open_stream)(struct carrier *c);
    void (*send)(struct carrier *c, const char *xml, size_t len);
    void (*settle)(struct carrier *c);
    void (*close)(struct carrier *c);
    void (*destroy)(struct carrier *c);
};

/* The first member of each. */
struct carrier {
    const struct carrier_kind *kind;
    const struct carrier_calls *calls;
    const struct place *place;
    void *visitor;
    unsigned number;
};

struct carrier *carrier_websocket_create(void);
struct carrier *carrier_bosh_create(void);
