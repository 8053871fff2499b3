#include "carrier_state.h"
#include "line.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10, SHORT = 125, TWO_BYTES = 126 };

struct websocket {
    struct carrier carrier;
    struct line *line; /* NULL: closed */
    uint32_t mask;     /* of the last frame */
    bool is_upgraded;
};

static void write_frame(struct websocket *w, unsigned op, const char *bytes, size_t len)
{
    struct buf *out = line_out(w->line);
    unsigned char head[8] = {(unsigned char)(0x80 | op)};
    size_t size = 2;
    w->mask = w->mask * 1664525U + 1013904223U;
    if (len <= SHORT) {
        head[1] = (unsigned char)(0x80 | len);
    } else {
        head[1] = 0x80 | TWO_BYTES;
        head[2] = (unsigned char)(len >> 8);
        head[3] = (unsigned char)len;
        size = 4;
    }
    memcpy(head + size, &w->mask, sizeof w->mask);
    buf_add(out, head, size + sizeof w->mask);
    size_t from = out->len;
    buf_add(out, bytes, len);
    for (size_t i = 0; i < len; i++) {
        out->bytes[from + i] = (char)(out->bytes[from + i] ^ head[size + (i & 3)]);
    }
}

static void end(struct websocket *w)
{
    line_close(w->line);
    w->line = NULL;
    w->carrier.calls->on_over(w->carrier.visitor);
}

/* ---- the handshake ---- */

static void on_up(void *owner)
{
    const struct websocket *w = owner;
    const struct place *place = w->carrier.place;
    struct buf *out = line_out(w->line);
    buf_printf(out,
               "GET /xmpp-websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: bG9hZCBvZiB0cmVzZW4gMQ==\r\n"
               "Sec-WebSocket-Protocol: xmpp\r\n",
               place->web_port);
    if (place->origin != NULL) {
        buf_printf(out, "Origin: %s\r\n", place->origin);
    }
    buf_add_text(out, "\r\n");
}

static size_t read_head(struct websocket *w, const char *bytes, size_t len)
{
    const char *end_of_head = memmem(bytes, len, "\r\n\r\n", 4);
    if (end_of_head == NULL) {
        return 0;
    }
    if (memmem(bytes, (size_t)(end_of_head - bytes), " 101 ", 5) == NULL) {
        end(w);
        return len;
    }
    w->is_upgraded = true;
    w->carrier.calls->on_ready(w->carrier.visitor);
    return (size_t)(end_of_head - bytes) + 4;
}

/* ---- frames ---- */

struct frame {
    unsigned op;
    const char *bytes;
    size_t len;
};

/* Servers mask nothing, and fragment nothing of what they are asked for here. Its size, 0: it is
 * not whole yet. */
static size_t read_frame(struct frame *f, const char *bytes, size_t len)
{
    const unsigned char *head = (const unsigned char *)bytes;
    if (len < 2) {
        return 0;
    }
    size_t at = 2;
    f->op = head[0] & 15;
    f->len = head[1] & 127;
    if (f->len >= TWO_BYTES) {
        at = f->len == TWO_BYTES ? 4 : 10;
        if (len < at) {
            return 0;
        }
        f->len = 0;
        for (size_t i = 2; i < at; i++) {
            f->len = f->len << 8 | head[i];
        }
    }
    f->bytes = bytes + at;
    return f->len <= len - at ? at + f->len : 0;
}

static void take(struct websocket *w, const struct frame *f)
{
    switch (f->op) {
    case OP_TEXT:
        w->carrier.calls->on_element(w->carrier.visitor, (struct slice){f->bytes, f->len});
        break;
    case OP_PING:
        write_frame(w, OP_PONG, f->bytes, f->len);
        break;
    case OP_CLOSE:
        end(w);
        break;
    default:
        break;
    }
}

static size_t on_bytes(void *owner, const char *bytes, size_t len)
{
    struct websocket *w = owner;
    const struct line *line = w->line;
    size_t at = w->is_upgraded ? 0 : read_head(w, bytes, len);
    struct frame f;
    while (w->line == line && w->is_upgraded) {
        size_t size = read_frame(&f, bytes + at, len - at);
        if (size == 0) {
            break;
        }
        at += size;
        take(w, &f);
    }
    return at;
}

static void on_end(void *owner)
{
    struct websocket *w = owner;
    w->line = NULL;
    w->carrier.calls->on_over(w->carrier.visitor);
}

static const struct line_kind LINE = {on_up, on_bytes, on_end};

/* ---- the carrier ---- */

static bool begin(struct carrier *c)
{
    struct websocket *w = (struct websocket *)c;
    w->is_upgraded = false;
    w->line = line_dial(c->place->lines, c->number, c->place->web_port, &LINE, w);
    return w->line != NULL;
}

static void put(struct carrier *c, const char *xml, size_t len)
{
    struct websocket *w = (struct websocket *)c;
    if (w->line != NULL) {
        write_frame(w, OP_TEXT, xml, len);
    }
}

static void open_stream(struct carrier *c)
{
    char xml[256];
    int len = snprintf(xml, sizeof xml,
                       "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='%s' version='1.0'/>",
                       c->place->host);
    put(c, xml, (size_t)len);
}

static void settle(struct carrier *c)
{
    (void)c;
}

static void shut(struct carrier *c)
{
    struct websocket *w = (struct websocket *)c;
    line_close(w->line);
    w->line = NULL;
}

static void destroy(struct carrier *c)
{
    free(c);
}

static const struct carrier_kind KIND = {begin, open_stream, put, settle, shut, destroy};

struct carrier *carrier_websocket_create(void)
{
    struct websocket *w = mem_alloc(sizeof *w);
    w->carrier.kind = &KIND;
    w->mask = 88172645U;
    return &w->carrier;
}
