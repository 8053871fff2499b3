/* frames.h - a client's side of RFC 6455, as bytes: no socket. Pure but for its random numbers. */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum frames_kind {
    FRAMES_NONE, /* more bytes are needed */
    FRAMES_TEXT,
    FRAMES_PING,
    FRAMES_PONG,
    FRAMES_CLOSE,
    FRAMES_WRONG /* against the RFC, or over FRAMES_MAX */
};

enum { FRAMES_MAX = 256 * 1024, FRAMES_KEY_SIZE = 25, FRAMES_ACCEPT_SIZE = 29 };

/* A new Sec-WebSocket-Key, and the Sec-WebSocket-Accept that is the right answer to a key. */
void frames_key(char key[FRAMES_KEY_SIZE]);
void frames_accept(const char *key, char accept[FRAMES_ACCEPT_SIZE]);
/* Appends one masked frame. */
void frames_write(struct buf *out, enum frames_kind kind, const char *bytes, size_t len);
/* Takes one frame off the front of in. text collects the pieces of a message: on FRAMES_TEXT it is
 * whole (the caller resets it); on FRAMES_PING payload has what the pong must carry. */
enum frames_kind frames_read(struct buf *in, struct buf *text, struct buf *payload);
