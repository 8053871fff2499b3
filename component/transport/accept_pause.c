#include "transport/accept_pause.h"

#include "base/log.h"

#include <event2/event.h>
#include <event2/listener.h>
#include <string.h>

enum { COMPLAIN_MS = 60 * 1000 };

static const struct timeval PAUSE = {.tv_sec = 1};

static void on_again(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    struct accept_pause *p = ctx;
    evconnlistener_enable(p->socket);
}

void accept_pause_init(struct accept_pause *p, struct event_base *loop,
                       struct evconnlistener *socket, const char *who)
{
    *p = (struct accept_pause){.socket = socket, .who = who};
    p->again = event_new(loop, -1, 0, on_again, p);
    if (!p->again) {
        BUG("event_new failed");
    }
}

void accept_pause_finish(struct accept_pause *p)
{
    if (p->again) {
        event_free(p->again);
        p->again = NULL;
    }
}

void accept_pause_complain(struct accept_pause *p, int error)
{
    time_ms now = clock_monotonic_ms();
    if (p->complained == 0 || now - p->complained >= COMPLAIN_MS) {
        p->complained = now;
        log_error("%s: cannot accept: %s; it goes on as soon as it can", p->who, strerror(error));
    }
}

void accept_pause_begin(struct accept_pause *p)
{
    evconnlistener_disable(p->socket);
    event_add(p->again, &PAUSE);
}
