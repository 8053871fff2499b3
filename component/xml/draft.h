/* draft.h - one outgoing stanza: begin, write, send. For edges; the router has its own buffers. */
#pragma once

#include "xml/stanza.h"

struct draft {
    struct buf buf;
    struct writer writer;
};

/* At most STANZA_BYTES_MAX. The writer is the draft's; draft_send ends both. */
struct writer *draft_begin(struct draft *d);
/* Posts it if it is whole (an overflow is logged, and nothing is sent), and frees it. */
void draft_send(struct draft *d, const struct post *post, const char *to, enum post_when when);
