/* visitor.h - one visitor of the load: comes, checks in, says lines, goes, comes back.
 *
 * At the desk it does what the widget does: everything up to the check-in at once (XEP-0305), with
 * the token of the visit before, and then the last page of its history. At a server's own endpoint
 * it does what an anonymous client does there: log-in, bind, presence. */
#pragma once

#include "carrier.h"

#include <stdint.h>

struct visitor;

/* on_X of a crowd; a visitor's times are monotonic microseconds. */
struct visitor_calls {
    void *crowd;
    void (*on_there)(void *crowd, struct visitor *v);
    void (*on_receipt)(void *crowd, struct visitor *v); /* the line is stored */
    void (*on_answer)(void *crowd, struct visitor *v);
    /* It was ended, or refused; it is away now. */
    void (*on_lost)(void *crowd, struct visitor *v, bool was_there, const char *why);
};

enum visitor_state { VISITOR_AWAY, VISITOR_COMING, VISITOR_THERE };

/* Opaque to write, plain to read: a crowd looks at fifteen thousand of them. */
struct visitor {
    const struct place *place;
    const struct visitor_calls *calls;
    struct carrier *carrier;
    enum visitor_state state;
    unsigned number;
    unsigned said;       /* lines */
    char token[64];      /* "": was never here */
    int64_t came_at;     /* when it began to come */
    int64_t said_at;     /* of the last line */
    bool awaits_receipt; /* of the last line */
    bool awaits_answer;  /* to it */
};

void visitor_init(struct visitor *v, const struct place *place, const struct visitor_calls *calls,
                  unsigned number);
void visitor_finish(struct visitor *v);
void visitor_come(struct visitor *v); /* is away */
void visitor_go(struct visitor *v);
/* A question, which an agent's client answers; is there, and awaits nothing. */
void visitor_ask(struct visitor *v);
