#include "client/lines.h"

#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void lines_init(struct lines *l, int fd)
{
    *l = (struct lines){.fd = fd};
    buf_init(&l->bytes, LINES_MAX);
}

void lines_finish(struct lines *l)
{
    buf_finish(&l->bytes);
}

void lines_read(struct lines *l)
{
    char bytes[4096];
    ssize_t len = read(l->fd, bytes, sizeof bytes);
    if (len < 0) {
        l->ended = errno != EAGAIN && errno != EINTR;
        return;
    }
    if (len == 0) {
        l->ended = true;
        return;
    }
    const char *at = bytes;
    size_t left = (size_t)len;
    if (l->skipping) {
        const char *newline = memchr(at, '\n', left);
        if (!newline) {
            return;
        }
        l->skipping = false;
        left -= (size_t)(newline + 1 - at);
        at = newline + 1;
    }
    if (!buf_add(&l->bytes, at, left)) {
        /* Only a line that is far over what may be sent gets here. */
        buf_reset(&l->bytes);
        l->skipping = true;
    }
}

char *lines_take(struct lines *l)
{
    if (l->bytes.len == 0) {
        return NULL;
    }
    const char *newline = memchr(l->bytes.bytes, '\n', l->bytes.len);
    if (!newline && !l->ended) {
        return NULL;
    }
    size_t len = newline ? (size_t)(newline - l->bytes.bytes) : l->bytes.len;
    size_t taken = newline ? len + 1 : len;
    if (len > 0 && l->bytes.bytes[len - 1] == '\r') {
        len--;
    }
    char *line = mem_dup_n(l->bytes.bytes, len);
    buf_drop(&l->bytes, taken);
    return line;
}
