/* daemon_bytes.h - bytes as a script writes them down. */
#pragma once

#include "base/buf.h"

/* \r, \n, \\ and \x41 are what they are in C. */
void bytes_unescape(struct buf *out, const char *text);
/* A text frame of WebSocket, with a mask of zeros. */
void bytes_add_frame(struct buf *out, const struct buf *payload);
