/* place.h - where the load goes and how: the words of the command, read once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct lines;

struct place {
    struct lines *lines;
    int web_port;           /* of WebSocket and BOSH */
    const char *origin;     /* NULL: none is sent */
    const char *host;       /* to which streams are opened */
    const char *department; /* NULL: visitors are a server's own and write to agents directly */
    bool is_bosh;
    int agent_port; /* of the server's clients; 0: no agents over it */
    int link_port;  /* where the desk's link is taken; 0: it is not */
    const char *agent_host;
    unsigned agent_count; /* agent1, agent2 … */
    bool answers;         /* agents answer questions now */
};
