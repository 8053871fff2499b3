/* request.h - one line of JSON that a script has written, checked. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum request_kind {
    REQUEST_SEND,
    REQUEST_TYPING,
    REQUEST_DISPLAYED,
    REQUEST_PRESENCE,
    REQUEST_ACCEPT,
    REQUEST_LIST,
    REQUEST_QUIT
};

struct request {
    enum request_kind kind;
    const char *to; /* address, for what is addressed */
    const char *body;
    const char *id;     /* or NULL */
    const char *state;  /* "active", "composing", "paused", "inactive", "gone" */
    const char *show;   /* "", "chat", "away", "xa", "dnd" */
    const char *status; /* or NULL */
    void *memory;
};

/* False: why says what is wrong with the line. On true request_finish frees what the members point
 * to. */
bool request_parse(struct request *r, const char *line, char *why, size_t size);
void request_finish(struct request *r);
