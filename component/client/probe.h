/* probe.h - an end-to-end check of an installation: an agent logs in, a visitor of our own comes
 * over the WebSocket, and each finds the other. One line a verified step on stdout: "ok    … 12 ms"
 * or "FAIL  …: why". */
#pragma once

#include "client/session.h"

#include <stdbool.h>

struct probe_config {
    const char *url;        /* ws:// or wss:// */
    const char *department; /* sales@support.example */
    const char *origin;     /* NULL: the address's own */
    const char *ca_file;    /* NULL: the system's */
    const char *agent;      /* bare JID: the visit is offered to nobody else */
};

enum { PROBE_S = 30 };

/* Complains about url and department; NULL: both can be used. Static text. */
const char *probe_complaint(const struct probe_config *config);
/* True: everything works. */
bool probe_run(const struct probe_config *config, const struct session_config *session);
