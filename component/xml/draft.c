#include "xml/draft.h"

#include "base/log.h"

struct writer *draft_begin(struct draft *d)
{
    buf_init(&d->buf, STANZA_BYTES_MAX);
    writer_init(&d->writer, &d->buf);
    return &d->writer;
}

void draft_send(struct draft *d, const struct post *post, const char *to, enum post_when when)
{
    if (writer_finish(&d->writer)) {
        post->send(post->ctx, to, &d->buf, when);
    } else {
        log_error("draft: a stanza of more than %d bytes was not sent", (int)STANZA_BYTES_MAX);
    }
    buf_finish(&d->buf);
}
