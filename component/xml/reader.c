#include "xml/reader.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/build.h"
#include "xml/lexer.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const struct reader_profile READER_VISITOR = {.max_bytes = 64 * 1024,
                                              .max_depth = 16,
                                              .max_elements = 64,
                                              .max_attributes = 16,
                                              .max_name = 64,
                                              .max_attribute = 1024};

const struct reader_profile READER_PRE_SESSION = {.max_bytes = 4 * 1024,
                                                  .max_depth = 4,
                                                  .max_elements = 16,
                                                  .max_attributes = 16,
                                                  .max_name = 64,
                                                  .max_attribute = 1024};

const struct reader_profile READER_LINK = {.max_bytes = 512 * 1024,
                                           .max_depth = 64,
                                           .max_elements = 20000,
                                           .max_attributes = 64,
                                           .max_name = 256,
                                           .max_attribute = 4 * 1024};

enum {
    /* expat remembers each name it ever saw, so a stream gets a new parser after this many bytes.
     */
    RENEW_BYTES = 1024 * 1024,
    /* Memory that is kept between stanzas. */
    KEEP_BYTES = 4 * 1024
};

/* --- one document --- */

static pthread_once_t document_once = PTHREAD_ONCE_INIT;
static pthread_key_t document_key;

static void destroy_document_build(void *build)
{
    build_destroy(build);
}

static void create_document_key(void)
{
    if (pthread_key_create(&document_key, destroy_document_build) != 0) {
        BUG("pthread_key_create failed");
    }
}

/* One parser a thread: making one costs more than reading a usual frame with it. */
static struct build *document_build(const struct reader_profile *profile)
{
    pthread_once(&document_once, create_document_key);
    struct build *b = pthread_getspecific(document_key);
    if (b && build_reset(b)) {
        build_set_profile(b, profile);
        return b;
    }
    build_destroy(b);
    b = build_create(profile, false);
    pthread_setspecific(document_key, b);
    return b;
}

enum reader_result reader_document(const struct reader_profile *profile, const char *bytes,
                                   size_t len, struct element **root)
{
    *root = NULL;
    /* expat takes UTF-16 for what it is, whatever encoding it was told; and that has NUL in it
     * (V-038). */
    if (len == 0 || bytes[0] != '<' || memchr(bytes, '\0', len)) {
        return READER_ILL_FORMED;
    }
    if (len > profile->max_bytes) {
        return READER_LIMIT;
    }
    struct build *b = document_build(profile);
    enum reader_result result = build_feed(b, bytes, len, true);
    if (result == READER_OK) {
        *root = build_take(b, len);
        return READER_OK;
    }
    /* What a hostile document made the parser grow to is not kept. */
    pthread_setspecific(document_key, NULL);
    build_destroy(b);
    return result;
}

/* --- a stream --- */

struct reader {
    const struct reader_profile *profile;
    const struct reader_calls *calls;
    void *ctx;
    struct build *build;
    struct lexer lexer;
    struct buf header; /* all up to the end of the stream element's start tag: to begin anew with */
    struct buf held;   /* the unfinished tag at the end */
    size_t since_renewal;
    bool is_open;     /* the stream element was opened */
    bool is_closed;   /* and closed */
    bool is_skipping; /* until the stanza ends the lexer alone reads */
    bool in_call;
    enum reader_result verdict;
};

struct reader *reader_create(const struct reader_profile *profile, const struct reader_calls *calls,
                             void *ctx)
{
    struct reader *r = mem_alloc(sizeof *r);
    r->profile = profile;
    r->calls = calls;
    r->ctx = ctx;
    r->build = build_create(profile, true);
    buf_init(&r->header, profile->max_bytes);
    buf_init(&r->held, profile->max_bytes);
    return r;
}

void reader_destroy(struct reader *r)
{
    if (!r) {
        return;
    }
    if (r->in_call) {
        BUG("reader_destroy inside a call of the reader");
    }
    build_destroy(r->build);
    buf_finish(&r->header);
    buf_finish(&r->held);
    free(r);
}

/* A new parser, as far as the one before it had been when the stream was opened. */
static enum reader_result renew(struct reader *r)
{
    build_destroy(r->build);
    r->build = build_create(r->profile, true);
    r->since_renewal = 0;
    enum reader_result result = build_feed(r->build, r->header.bytes, r->header.len, false);
    element_destroy(build_take(r->build, 0));
    return result;
}

/* The stanza is over a cap: from here to its end only the lexer reads it. */
static enum reader_result skip(struct reader *r)
{
    struct element *head = build_take_head(r->build, r->lexer.stanza_bytes);
    r->is_skipping = true;
    buf_finish(&r->held);
    enum reader_result result = renew(r);
    if (!head) {
        log_info("reader: skipped a stanza with a start tag over %zu bytes", r->profile->max_bytes);
        return result;
    }
    r->in_call = true;
    r->calls->on_skipped(r->ctx, head);
    r->in_call = false;
    element_destroy(head);
    return result;
}

/* How many bytes the lexer may take before a cap is reached. */
static size_t room(const struct reader *r)
{
    if (r->is_skipping) {
        return SIZE_MAX;
    }
    return r->profile->max_bytes - (r->is_open ? r->lexer.stanza_bytes : r->header.len);
}

/* No room: a header that is too long cannot be skipped, a stanza can. */
static enum reader_result refuse(struct reader *r)
{
    bool is_stanza = r->lexer.depth > 1 || r->lexer.state == LEXER_START_TAG ||
                     r->lexer.state == LEXER_VALUE || r->lexer.state == LEXER_LESS;
    return r->is_open && is_stanza ? skip(r) : READER_ILL_FORMED;
}

/* Gives the parser all but the unfinished tag, which is held. */
static enum reader_result parse(struct reader *r, const char *bytes, size_t len)
{
    size_t unfinished = r->lexer.token_bytes < len ? r->lexer.token_bytes : len;
    size_t finished = len - unfinished;
    enum reader_result result = READER_OK;
    if (finished > 0) {
        result = build_feed(r->build, r->held.bytes, r->held.len, false);
        buf_reset(&r->held);
        if (r->held.size > KEEP_BYTES) {
            buf_finish(&r->held);
        }
        if (result == READER_OK) {
            result = build_feed(r->build, bytes, finished, false);
        }
    }
    buf_add(&r->held, bytes + finished, unfinished);
    if (result == READER_LIMIT) {
        result = r->is_open ? skip(r) : READER_ILL_FORMED;
    }
    return result;
}

/* Behind the start tag of the stream element. */
static enum reader_result open_stream(struct reader *r)
{
    struct element *header = build_take(r->build, r->header.len);
    if (!header) {
        return READER_ILL_FORMED;
    }
    r->is_open = true;
    r->in_call = true;
    r->calls->on_open(r->ctx, header);
    r->in_call = false;
    element_destroy(header);
    return READER_OK;
}

/* Behind a child of the stream element. */
static enum reader_result end_stanza(struct reader *r)
{
    if (r->is_skipping) {
        r->is_skipping = false;
        return READER_OK;
    }
    struct element *stanza = build_take(r->build, r->lexer.stanza_bytes);
    if (!stanza) {
        return READER_ILL_FORMED;
    }
    r->in_call = true;
    r->calls->on_stanza(r->ctx, stanza);
    r->in_call = false;
    return r->since_renewal > RENEW_BYTES ? renew(r) : READER_OK;
}

static enum reader_result end_tag(struct reader *r)
{
    enum reader_result result = READER_OK;
    if (!r->is_open) {
        result = open_stream(r);
    } else if (r->lexer.depth == 1) {
        result = end_stanza(r);
    }
    r->lexer.stanza_bytes = 0;
    if (result == READER_OK && r->lexer.depth == 0) {
        r->is_closed = true;
        r->in_call = true;
        r->calls->on_close(r->ctx);
        r->in_call = false;
    }
    return result;
}

static enum reader_result lexer_result(enum lexer_verdict verdict)
{
    return verdict == LEXER_OK           ? READER_OK
           : verdict == LEXER_RESTRICTED ? READER_RESTRICTED
                                         : READER_ILL_FORMED;
}

/* Up to the next tag that ends something at the stream's level. */
static enum reader_result take_piece(struct reader *r, const char *bytes, size_t len, size_t *taken)
{
    size_t limit = room(r);
    *taken = 0;
    if (limit == 0) {
        return refuse(r);
    }
    enum lexer_verdict verdict = lexer_take(&r->lexer, bytes, len < limit ? len : limit, taken);
    enum reader_result result = READER_OK;
    if (!r->is_open) {
        buf_add(&r->header, bytes, *taken);
    }
    r->since_renewal += *taken;
    if (!r->is_skipping) {
        result = parse(r, bytes, *taken);
    }
    if (result == READER_OK) {
        result = lexer_result(verdict);
    }
    return result == READER_OK && r->lexer.ended ? end_tag(r) : result;
}

enum reader_result reader_feed(struct reader *r, const char *bytes, size_t len)
{
    if (r->in_call) {
        BUG("reader_feed inside a call of the reader");
    }
    while (len > 0 && r->verdict == READER_OK && !r->is_closed) {
        size_t taken;
        r->verdict = take_piece(r, bytes, len, &taken);
        bytes += taken;
        len -= taken;
    }
    return r->verdict;
}
