#include "transport/websocket_stream.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/mem.h"
#include "transport/limits.h"
#include "transport/upgrade.h"
#include "transport/websocket.h"

#include <stdlib.h>
#include <string.h>

enum {
    RESERVE = 512, /* of the output buffer, for control frames */
    UNANSWERED_MAX = 2,
    LAST_CHANCE_MS = 10 * 1000,
    CONTROL_INTERVAL_MS = 1000
};

struct websocket_stream {
    struct stream_carrier carrier;
    struct connection *connection;
    struct stream *stream; /* NULL once it is over */
    struct websocket codec;
    time_ms next_ping;
    time_ms level; /* of the rate of control frames */
    time_ms closing_since;
    unsigned ping_s;
    unsigned char unanswered; /* pings of ours */
    bool is_closing;          /* our close frame is sent */
};

static time_ms now_of(const struct websocket_stream *w)
{
    return connections_now(connection_set(w->connection));
}

static time_ms ping_interval(const struct websocket_stream *w)
{
    unsigned ms = w->ping_s * 1000;
    return ms - ms / 5 + id_below(ms / 5 * 2 + 1);
}

/* ---- output ---- */

static void begin_close(struct websocket_stream *w, int code)
{
    if (!w->is_closing) {
        websocket_write_close(connection_out(w->connection), code);
        connection_wrote(w->connection);
        w->is_closing = true;
        w->closing_since = now_of(w);
    }
}

/* Called by the router, too: so an overflow only begins the close, the stream ends with the next
 * tick. */
static void carry(struct stream_carrier *self, const char *xml, size_t len)
{
    struct websocket_stream *w =
        (struct websocket_stream *)(void *)((char *)self -
                                            offsetof(struct websocket_stream, carrier));
    if (w->is_closing || !connection_is_live(w->connection)) {
        return;
    }
    struct buf *out = connection_out(w->connection);
    bool fits = len + RESERVE <= out->max - out->len;
    if (fits && websocket_write(out, WEBSOCKET_OP_TEXT, xml, len)) {
        connection_wrote(w->connection);
    } else {
        begin_close(w, WEBSOCKET_TRY_LATER);
    }
}

static void end_stream(struct websocket_stream *w)
{
    struct stream *stream = w->stream;
    w->stream = NULL;
    stream_destroy(stream);
}

/* After whatever may have closed the stream. */
static void follow_stream(struct websocket_stream *w, int code)
{
    if (w->stream && stream_is_closed(w->stream)) {
        begin_close(w, code);
        end_stream(w);
    }
}

/* ---- input ---- */

struct pong {
    char bytes[WEBSOCKET_CONTROL_MAX];
    size_t len;
    bool is_due;
};

static void on_control(struct websocket_stream *w, const struct websocket_event *event,
                       struct pong *pong)
{
    if (w->is_closing) {
        return;
    }
    if (!limits_rate(&w->level, WEBSOCKET_STREAM_PINGS, CONTROL_INTERVAL_MS, now_of(w))) {
        begin_close(w, WEBSOCKET_POLICY);
        end_stream(w);
        return;
    }
    if (event->kind == WEBSOCKET_PING) {
        memcpy(pong->bytes, event->bytes, event->len);
        pong->len = event->len;
        pong->is_due = true;
    }
}

static void on_event(struct websocket_stream *w, const struct websocket_event *event,
                     struct pong *pong)
{
    switch (event->kind) {
    case WEBSOCKET_MESSAGE:
        if (w->stream && !w->is_closing) {
            stream_read(w->stream, event->bytes, event->len);
            follow_stream(w, WEBSOCKET_NORMAL);
        }
        break;
    case WEBSOCKET_PING:
    case WEBSOCKET_PONG:
        on_control(w, event, pong);
        break;
    case WEBSOCKET_CLOSED:
        begin_close(w, event->code);
        end_stream(w);
        connection_finish(w->connection);
        break;
    case WEBSOCKET_FAULT:
        begin_close(w, event->code);
        end_stream(w);
        break;
    case WEBSOCKET_WAIT:
        break;
    }
}

static void on_bytes(void *speaker, char *bytes, size_t len)
{
    struct websocket_stream *w = speaker;
    struct pong pong = {.is_due = false};
    struct websocket_event event;
    w->unanswered = 0;
    do {
        event = websocket_read(&w->codec, &bytes, &len);
        on_event(w, &event, &pong);
    } while (event.kind != WEBSOCKET_WAIT);
    if (pong.is_due && !w->is_closing &&
        websocket_write(connection_out(w->connection), WEBSOCKET_OP_PONG, pong.bytes, pong.len)) {
        connection_wrote(w->connection);
    }
}

/* ---- time ---- */

static void ping(struct websocket_stream *w, time_ms now)
{
    if (w->unanswered >= UNANSWERED_MAX) {
        connection_kill(w->connection);
        return;
    }
    w->unanswered++;
    w->next_ping = now + (w->unanswered < UNANSWERED_MAX ? ping_interval(w) : LAST_CHANCE_MS);
    if (websocket_write(connection_out(w->connection), WEBSOCKET_OP_PING, "", 0)) {
        connection_wrote(w->connection);
    }
}

static void on_tick(void *speaker, time_ms now)
{
    struct websocket_stream *w = speaker;
    if (w->is_closing) {
        end_stream(w);
        if (now - w->closing_since >= WEBSOCKET_STREAM_CLOSE_MS) {
            connection_finish(w->connection);
        }
        return;
    }
    stream_tick(w->stream);
    follow_stream(w, WEBSOCKET_NORMAL);
    if (!w->is_closing && now >= w->next_ping) {
        ping(w, now);
    }
}

static void on_drained(void *speaker)
{
    (void)speaker;
}

static void on_stop(void *speaker)
{
    struct websocket_stream *w = speaker;
    if (w->stream) {
        stream_end(w->stream, "system-shutdown");
        follow_stream(w, WEBSOCKET_GOING_AWAY);
    }
}

static void on_gone(void *speaker)
{
    struct websocket_stream *w = speaker;
    end_stream(w);
    websocket_finish(&w->codec);
    free(w);
}

static const struct connection_protocol WEBSOCKET_PROTOCOL = {.on_bytes = on_bytes,
                                                              .on_drained = on_drained,
                                                              .on_tick = on_tick,
                                                              .on_stop = on_stop,
                                                              .on_gone = on_gone};

void websocket_stream_accept(struct http_request *r, struct stream_world *world, const char *site,
                             const struct address *from, struct limits_place *place,
                             unsigned ping_s)
{
    struct websocket_stream *w = mem_alloc(sizeof *w);
    w->carrier = (struct stream_carrier){.send = carry, .is_framed = true};
    websocket_init(&w->codec);
    w->ping_s = ping_s;
    w->stream = stream_create(world, &w->carrier, site, from, place);
    char accept[UPGRADE_ACCEPT_SIZE];
    upgrade_accept(http_request_header(r, "Sec-WebSocket-Key"), accept);
    char *headers = mem_print("Upgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: xmpp\r\n",
                              accept);
    w->connection = http_upgrade(r, headers, &WEBSOCKET_PROTOCOL, w);
    free(headers);
    w->next_ping = now_of(w) + ping_interval(w);
}
