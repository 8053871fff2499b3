#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 255 };

/* What bytes points to until something is added; size 0 tells that it may not be written. */
static const char EMPTY[1] = "";

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.bytes = (char *)EMPTY, .max = max};
}

void buf_finish(struct buf *b)
{
    if (b->size > 0) {
        free(b->bytes);
    }
    buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->size > 0) {
        b->bytes[0] = '\0';
    }
}

/* Makes room for len further bytes, or sets overflow. */
static bool reserve(struct buf *b, size_t len)
{
    if (b->overflow || len > b->max - b->len) {
        b->overflow = true;
        return false;
    }
    size_t need = b->len + len;
    if (need <= b->size) {
        return true;
    }
    size_t size = b->size > 0 ? b->size : FIRST_SIZE;
    while (size < need) {
        size = size > b->max / 2 ? b->max : size * 2 + 1;
    }
    size = size < b->max ? size : b->max;
    b->bytes = mem_grow(b->size > 0 ? b->bytes : NULL, size + 1);
    b->size = size;
    return true;
}

bool buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (!reserve(b, len)) {
        return false;
    }
    if (len > 0) {
        memcpy(b->bytes + b->len, bytes, len);
        b->len += len;
        b->bytes[b->len] = '\0';
    }
    return true;
}

bool buf_add_text(struct buf *b, const char *text)
{
    return buf_add(b, text, strlen(text));
}

bool buf_add_char(struct buf *b, char c)
{
    return buf_add(b, &c, 1);
}

bool buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    bool added = len >= 0 && buf_add(b, text, (size_t)len);
    if (len >= 0) {
        free(text);
    } else {
        b->overflow = true;
    }
    return added;
}

bool buf_add_filled(struct buf *b, const char *text, const char *first, const char *second)
{
    const char *const values[] = {first, second};
    const char *gap = strstr(text, "%s");

    for (size_t i = 0; i < sizeof values / sizeof *values && gap != NULL; i++) {
        buf_add(b, text, (size_t)(gap - text));
        buf_add_text(b, values[i] != NULL ? values[i] : "%s");
        text = gap + 2;
        gap = strstr(text, "%s");
    }
    return buf_add_text(b, text);
}

void buf_drop(struct buf *b, size_t len)
{
    if (len == 0) {
        return;
    }
    len = len < b->len ? len : b->len;
    if (b->size > 0) {
        memmove(b->bytes, b->bytes + len, b->len - len + 1);
    }
    b->len -= len;
}

char *buf_detach(struct buf *b)
{
    char *bytes = b->size > 0 ? b->bytes : mem_dup("");
    buf_init(b, b->max);
    return bytes;
}
