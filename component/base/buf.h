/* buf.h - growable bytes with a maximum that is set at init.
 *
 * bytes is never NULL after init and always NUL-terminated behind len, so it can be read as a
 * string. Over the maximum nothing is appended and overflow stays set until buf_reset: callers
 * append freely and test once at the end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *bytes;
    size_t len;
    size_t size; /* allocated, without the final NUL */
    size_t max;
    bool overflow;
};

void buf_init(struct buf *b, size_t max);
void buf_finish(struct buf *b);
void buf_reset(struct buf *b); /* empties; keeps the memory */
bool buf_add(struct buf *b, const void *bytes, size_t len);
bool buf_add_text(struct buf *b, const char *text);
bool buf_add_char(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A text of a table: its first %s stands for first, its second for second. NULL: that one is not
 * filled. Nothing else of it is a format, and nothing of what fills it. */
bool buf_add_filled(struct buf *b, const char *text, const char *first, const char *second);
void buf_drop(struct buf *b, size_t len); /* removes len bytes from the front */
char *buf_detach(struct buf *b);          /* gives the bytes away (free()); b is as after init */
