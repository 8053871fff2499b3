/* writer.h - the only place that writes XML, into a struct buf.
 *
 * It cannot write what would make a server drop the shared link: text and values pass text_clean
 * (U+FFFD for what is no XML character), names are checked constants, depth is at most
 * WRITER_DEPTH, size is the buf's maximum. Misuse (close without open, attribute after content) is
 * a BUG. Nothing read is ever copied: each stanza is built from fields. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

enum { WRITER_DEPTH = 12 };

struct writer {
    struct buf *out;
    const char *open[WRITER_DEPTH]; /* names are constants of the program, borrowed */
    unsigned depth;
    bool in_tag;
};

void writer_init(struct writer *w, struct buf *out);
/* ns NULL: no xmlns attribute (the parent's namespace). name and ns are constants. */
void writer_open(struct writer *w, const char *name, const char *ns);
void writer_attr(struct writer *w, const char *name, const char *value); /* value NULL: nothing */
void writer_attr_number(struct writer *w, const char *name, long long value);
void writer_text(struct writer *w, const char *text); /* NULL: nothing */
void writer_close(struct writer *w);
/* <name xmlns='ns'>text</name>; without text (NULL) an empty element. */
void writer_leaf(struct writer *w, const char *name, const char *ns, const char *text);
/* Closes what is open. False if the buf overflowed: then nothing of it may be sent. */
bool writer_finish(struct writer *w);
