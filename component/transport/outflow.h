/* outflow.h - bytes on their way into a non-blocking socket: bounded, with a high- and a low-water
 * mark. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct evbuffer;

struct outflow {
    struct evbuffer *bytes;
    size_t max;
    size_t high;
    size_t low;
    bool is_congested; /* from over high until below low */
};

enum outflow_result {
    OUTFLOW_EMPTY, /* all is written */
    OUTFLOW_FULL,  /* the socket takes nothing more now */
    OUTFLOW_BROKEN /* errno says why */
};

void outflow_init(struct outflow *o, size_t max, size_t high, size_t low);
void outflow_finish(struct outflow *o);
void outflow_clear(struct outflow *o);
/* Copies. False: it would be more than max; nothing was taken. */
bool outflow_put(struct outflow *o, const char *bytes, size_t len);
/* One write; never raises SIGPIPE. */
enum outflow_result outflow_write(struct outflow *o, int fd);
