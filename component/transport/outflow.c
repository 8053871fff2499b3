#include "transport/outflow.h"

#include "base/log.h"

#include <errno.h>
#include <event2/buffer.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { PIECES = 32 };

void outflow_init(struct outflow *o, size_t max, size_t high, size_t low)
{
    *o = (struct outflow){.bytes = evbuffer_new(), .max = max, .high = high, .low = low};
    if (!o->bytes) {
        BUG("out of memory");
    }
}

void outflow_finish(struct outflow *o)
{
    evbuffer_free(o->bytes);
    o->bytes = NULL;
}

void outflow_clear(struct outflow *o)
{
    evbuffer_drain(o->bytes, evbuffer_get_length(o->bytes));
    o->is_congested = false;
}

bool outflow_put(struct outflow *o, const char *bytes, size_t len)
{
    size_t waiting = evbuffer_get_length(o->bytes);
    if (len > o->max - waiting) {
        return false;
    }
    if (evbuffer_add(o->bytes, bytes, len) != 0) {
        BUG("out of memory");
    }
    o->is_congested = o->is_congested || waiting + len > o->high;
    return true;
}

enum outflow_result outflow_write(struct outflow *o, int fd)
{
    struct evbuffer_iovec pieces[PIECES];
    int count = evbuffer_peek(o->bytes, -1, NULL, pieces, PIECES);
    if (count > 0) {
        struct iovec vector[PIECES];
        size_t used = (size_t)(count < PIECES ? count : PIECES);
        for (size_t i = 0; i < used; i++) {
            vector[i] =
                (struct iovec){.iov_base = pieces[i].iov_base, .iov_len = pieces[i].iov_len};
        }
        struct msghdr message = {.msg_iov = vector, .msg_iovlen = used};
        ssize_t written = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (written < 0 && errno != EAGAIN && errno != EINTR) {
            return OUTFLOW_BROKEN;
        }
        if (written > 0) {
            evbuffer_drain(o->bytes, (size_t)written);
        }
    }
    size_t left = evbuffer_get_length(o->bytes);
    o->is_congested = o->is_congested && left >= o->low;
    return left > 0 ? OUTFLOW_FULL : OUTFLOW_EMPTY;
}
