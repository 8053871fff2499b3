/* app_state.h - what the composition root holds; for app.c and app_control.c. */
#pragma once

#include "base/clock.h"

#include <stdbool.h>

struct app {
    const struct config *config;
    struct event_base *loop;
    struct evdns_base *dns;
    struct event *storage_event;
    struct event *tick;
    struct event *term;
    struct event *interrupt;
    struct storage *storage;
    struct router *router;
    struct outbox *outbox;
    struct visitors *visitors;
    struct agents *agents;
    struct agents_config *agents_config;
    struct desk *desk;
    struct gateway *gateway;
    struct link *link;
    struct control *control;
    struct notify *notify;
    struct trial *trial; /* under way, and who asked for it */
    struct control_question *trial_question;
    time_ms started; /* monotonic */
    bool stopping;
    bool done;
};

/* The table of what the control socket is asked (app_control.c). */
const struct control_command *app_control_commands(void);
