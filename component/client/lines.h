/* lines.h - a descriptor read line by line without waiting. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

enum { LINES_MAX = 64 * 1024 };

struct lines {
    int fd;
    struct buf bytes;
    bool ended;    /* end of file: what stands without a newline at the end is a line too */
    bool skipping; /* the rest of a line over LINES_MAX */
};

void lines_init(struct lines *l, int fd);
void lines_finish(struct lines *l);
/* Call when the descriptor is readable. */
void lines_read(struct lines *l);
/* The next whole line without its newline; free() it. NULL: none yet, or none any more (ended). */
char *lines_take(struct lines *l);
