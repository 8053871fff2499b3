/* accept_pause.h - a listening socket that cannot accept (no descriptor or memory is left) rests
 * for a second, instead of waking the loop for ever: who connects waits. Logged at most once a
 * minute. */
#pragma once

#include "base/clock.h"

struct event;
struct event_base;
struct evconnlistener;

struct accept_pause {
    struct evconnlistener *socket;
    struct event *again;
    const char *who; /* for the log; borrowed */
    time_ms complained;
};

/* socket and who are borrowed and outlive it. */
void accept_pause_init(struct accept_pause *p, struct event_base *loop,
                       struct evconnlistener *socket, const char *who);
void accept_pause_finish(struct accept_pause *p);
/* Says why, unless that was said in the last minute. */
void accept_pause_complain(struct accept_pause *p, int error);
void accept_pause_begin(struct accept_pause *p);
