/* stream_say.h - the elements that a stream itself sends. Each function initialises xml and writes
 * one element into it; the caller finishes it. */
#pragma once

#include "base/buf.h"

void stream_say_open(struct buf *xml, const char *domain);
void stream_say_close(struct buf *xml);
void stream_say_mechanisms(struct buf *xml); /* features before SASL */
void stream_say_bind(struct buf *xml);       /* features after it */
void stream_say_success(struct buf *xml);
void stream_say_failure(struct buf *xml, const char *condition);
void stream_say_error(struct buf *xml, const char *condition);
/* Answers to an iq for the stream itself: a result, with the bound address unless jid is NULL;
 * not-allowed. */
void stream_say_result(struct buf *xml, const char *id, const char *jid);
void stream_say_not_allowed(struct buf *xml, const char *id);
