/* handshake.h - what XEP-0114 says before the first stanza, as bytes: no socket, no state. */
#pragma once

#include "base/buf.h"

enum { HANDSHAKE_DIGEST_SIZE = 41 };

/* The opening <stream:stream> to the server. */
void handshake_open(struct buf *out, const char *domain);
/* <handshake/> that proves the secret: SHA-1 of stream id and secret, in lower-case hex (XEP-0114
 * section 3). */
void handshake_answer(struct buf *out, const char *stream_id, const char *secret);
void handshake_digest(const char *stream_id, const char *secret, char out[HANDSHAKE_DIGEST_SIZE]);
