/* websocket.h - RFC 6455 frames, the server's side: a codec without sockets.
 *
 * Reading is pulled: the caller gives bytes and takes one event after the other until
 * WEBSOCKET_WAIT. Only masked, minimal, unextended frames pass; text is checked as UTF-8 across
 * fragments while it comes. Nothing is allocated for a length that was only announced; a message
 * that came whole is not copied at all. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WEBSOCKET_MESSAGE_MAX = 64 * 1024,
    WEBSOCKET_FRAGMENTS_MAX = 16,
    WEBSOCKET_CONTROL_MAX = 125,
    WEBSOCKET_CLIENT_HEAD_MAX = 14
};

enum websocket_opcode {
    WEBSOCKET_OP_CONTINUATION = 0,
    WEBSOCKET_OP_TEXT = 1,
    WEBSOCKET_OP_BINARY = 2,
    WEBSOCKET_OP_CLOSE = 8,
    WEBSOCKET_OP_PING = 9,
    WEBSOCKET_OP_PONG = 10
};

/* RFC 6455 7.4.1 and the IANA registry. */
enum websocket_code {
    WEBSOCKET_NORMAL = 1000,
    WEBSOCKET_GOING_AWAY = 1001,
    WEBSOCKET_PROTOCOL_ERROR = 1002,
    WEBSOCKET_UNSUPPORTED = 1003, /* binary */
    WEBSOCKET_NO_CODE = 1005,     /* never sent: a close frame without a code came */
    WEBSOCKET_BAD_TEXT = 1007,
    WEBSOCKET_POLICY = 1008,
    WEBSOCKET_TOO_BIG = 1009,
    WEBSOCKET_TRY_LATER = 1013
};

enum websocket_kind {
    WEBSOCKET_WAIT,    /* all bytes are taken, nothing is complete */
    WEBSOCKET_MESSAGE, /* a whole text message */
    WEBSOCKET_PING,    /* to be answered with the same bytes */
    WEBSOCKET_PONG,
    WEBSOCKET_CLOSED, /* the peer's close frame with its code; nothing follows */
    WEBSOCKET_FAULT   /* close with this code; nothing follows */
};

struct websocket_event {
    enum websocket_kind kind;
    const char *bytes; /* message, ping, pong: until the next call; not NUL-terminated */
    size_t len;
    int code; /* closed, fault */
};

/* A value; finish frees what a message in parts occupies. Members are private. */
struct websocket {
    struct buf message; /* of a message in parts */
    char *control;      /* of a control frame in parts */
    uint32_t left;      /* of the frame's payload */
    uint32_t done;
    uint8_t head[WEBSOCKET_CLIENT_HEAD_MAX];
    uint8_t head_len;
    uint8_t fragments; /* of the open message */
    uint8_t utf8_need; /* continuation bytes to come, and the bounds of the next one */
    uint8_t utf8_low;
    uint8_t utf8_high;
    bool in_payload;
    bool is_open;      /* a message is */
    bool is_delivered; /* message or control were given out and are to be freed */
    bool is_over;
};

void websocket_init(struct websocket *w);
void websocket_finish(struct websocket *w);
/* Takes from *bytes (and changes them in place: unmasking), advances *bytes and *len. */
struct websocket_event websocket_read(struct websocket *w, char **bytes, size_t *len);

/* Appends a frame of the server (unmasked, whole). False, and nothing is appended, if it does not
 * fit. */
bool websocket_write(struct buf *out, enum websocket_opcode opcode, const char *bytes, size_t len);
/* A close frame; WEBSOCKET_NO_CODE writes one without a code. */
bool websocket_write_close(struct buf *out, int code);
/* May a close frame carry this code (RFC 6455 7.4)? */
bool websocket_is_close_code(int code);
