/* repeats.h - lines that were said and are not in memory: enough of each to know it again. */
#pragma once

#include "storage/storage.h"

enum { REPEATS_LINES = 200 };

struct repeat {
    char *agent; /* "": the visitor's own */
    char *id;
    uint64_t text; /* a hash of the body */
    int64_t sequence;
};

struct repeats {
    struct repeat *lines; /* the oldest first */
    size_t count;
};

void repeats_finish(struct repeats *r);
/* Behind those that are there already; at most REPEATS_LINES in all, the oldest go. */
void repeats_add(struct repeats *r, const struct recent_line *lines, size_t count);
/* Sequence of that agent's ("": the visitor's) line with that id and body (NULL: any); 0: unknown.
 */
int64_t repeats_find(const struct repeats *r, const char *agent, const char *id, const char *body);
