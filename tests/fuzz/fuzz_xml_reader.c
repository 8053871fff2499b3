/* fuzz_xml_reader.c - the reader with whatever bytes, and however they are cut.
 *
 * Input: "D" and a document, or "S", some bytes, a newline and a stream. The bytes are the sizes of
 * the pieces, used round and round. What must hold:
 * - a stream gives the same verdict and the same elements in one piece, byte by byte, and in those
 * pieces;
 * - all that is given is text of XML characters, within the caps;
 * - a document that is accepted is, inside a stream, the same element, and the stream goes on
 * behind it. */
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/reader.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Small, so that the fuzzer reaches the caps. */
static const struct reader_profile NARROW = {.max_bytes = 256,
                                             .max_depth = 4,
                                             .max_elements = 8,
                                             .max_attributes = 4,
                                             .max_name = 8,
                                             .max_attribute = 16};

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

static void write_string(struct buf *out, const char *text)
{
    must(text_is_xml(text, strlen(text)), "text of XML characters");
    buf_printf(out, "[%s]", text);
}

static const char *const ATTRIBUTES[] = {"from", "to", "id",   "type", "a",
                                         "b",    "c",  "lang", "xmlns"};

static void write_start(struct buf *out, const struct element *e)
{
    buf_add_char(out, '<');
    write_string(out, element_name(e));
    write_string(out, element_ns(e));
    for (size_t i = 0; i < sizeof ATTRIBUTES / sizeof *ATTRIBUTES; i++) {
        const char *value = element_attr(e, ATTRIBUTES[i]);
        if (value) {
            buf_printf(out, " %s=", ATTRIBUTES[i]);
            write_string(out, value);
        }
    }
    write_string(out, element_text(e));
}

/* The whole tree, without recursion. */
static void write_tree(struct buf *out, const struct element *root,
                       const struct reader_profile *profile)
{
    const struct element *e = root;
    size_t depth = 1, count = 1;
    write_start(out, e);
    while (e) {
        const struct element *next = element_first(e);
        depth += next != NULL;
        while (e && !next) {
            buf_add_char(out, '>');
            next = e == root ? NULL : element_next(e);
            if (!next) {
                e = e == root ? NULL : element_parent(e);
                depth--;
            }
        }
        e = next;
        if (e) {
            write_start(out, e);
            must(++count <= profile->max_elements && depth <= profile->max_depth, "caps");
        }
    }
    const char *body = element_body(root);
    must(!body || *body, "no empty body");
}

struct story {
    struct buf told;
    const struct reader_profile *profile;
};

static void on_open(void *ctx, const struct element *header)
{
    struct story *s = ctx;
    buf_add_text(&s->told, "open ");
    must(!element_first(header), "a header has no children");
    write_tree(&s->told, header, s->profile);
}

static void on_stanza(void *ctx, struct element *stanza)
{
    struct story *s = ctx;
    buf_printf(&s->told, "\nstanza %zu ", element_bytes(stanza));
    must(element_bytes(stanza) <= s->profile->max_bytes, "max_bytes");
    write_tree(&s->told, stanza, s->profile);
    element_destroy(stanza);
}

static void on_skipped(void *ctx, const struct element *head)
{
    struct story *s = ctx;
    buf_add_text(&s->told, "\nskipped ");
    must(!element_first(head) && !*element_text(head), "a head is alone");
    write_start(&s->told, head);
}

static void on_close(void *ctx)
{
    struct story *s = ctx;
    buf_add_text(&s->told, "\nclose");
}

static const struct reader_calls CALLS = {on_open, on_stanza, on_skipped, on_close};

/* gaps: sizes of the pieces; without any it is one piece. */
static char *read_stream(const struct reader_profile *profile, const char *bytes, size_t len,
                         const uint8_t *gaps, size_t gap_count)
{
    struct story s = {.profile = profile};
    buf_init(&s.told, SIZE_MAX / 2);
    struct reader *r = reader_create(profile, &CALLS, &s);
    enum reader_result result = READER_OK;
    for (size_t at = 0, i = 0; at < len; i++) {
        size_t piece = gap_count > 0 ? gaps[i % gap_count] : len;
        piece = piece == 0 ? 1 : piece;
        piece = piece > len - at ? len - at : piece;
        /* Exactly as long as the piece, so that the sanitizer sees a byte read beyond it. */
        char *copy = mem_grow(NULL, piece);
        memcpy(copy, bytes + at, piece);
        result = reader_feed(r, copy, piece);
        free(copy);
        at += piece;
    }
    must(result != READER_LIMIT, "a stream is never over a limit");
    buf_printf(&s.told, "\nverdict %d", (int)result);
    reader_destroy(r);
    return buf_detach(&s.told);
}

static void check_stream(const struct reader_profile *profile, const char *bytes, size_t len,
                         const uint8_t *gaps, size_t gap_count)
{
    static const uint8_t one = 1;
    char *whole = read_stream(profile, bytes, len, NULL, 0);
    char *single = read_stream(profile, bytes, len, &one, 1);
    char *pieces = read_stream(profile, bytes, len, gaps, gap_count);
    if (strcmp(whole, single) != 0 || strcmp(whole, pieces) != 0) {
        fprintf(stderr, "in one piece:\n%s\nbyte by byte:\n%s\nin pieces:\n%s\n", whole, single,
                pieces);
        must(false, "the same whatever the cuts");
    }
    free(whole);
    free(single);
    free(pieces);
}

/* An accepted document inside a stream. */
static void check_embedded(const struct reader_profile *profile, const char *bytes, size_t len,
                           const struct element *root)
{
    static const char after[] = "<after/>";
    struct buf stream, expected;
    buf_init(&stream, SIZE_MAX / 2);
    buf_init(&expected, SIZE_MAX / 2);
    buf_add_text(&stream, "<s>");
    buf_add(&stream, bytes, len);
    buf_add_text(&stream, after);
    write_tree(&expected, root, profile);
    buf_add_text(&expected, "\nstanza 8 <[after][][]>\nverdict 0");
    char *told = read_stream(profile, stream.bytes, stream.len, NULL, 0);
    must(strstr(told, expected.bytes), "the same in a stream");
    free(told);
    buf_finish(&stream);
    buf_finish(&expected);
}

static void check_document(const struct reader_profile *profile, const char *bytes, size_t len)
{
    struct element *root = NULL;
    enum reader_result result = reader_document(profile, bytes, len, &root);
    must((result == READER_OK) == (root != NULL), "an element exactly if accepted");
    if (root) {
        must(element_bytes(root) == len, "bytes");
        must(!element_parent(root) && !element_next(root), "a root");
        check_embedded(profile, bytes, len, root);
        element_destroy(root);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    log_set_level(LOG_ERROR);
    if (len == 0) {
        return 0;
    }
    const char *text = (const char *)bytes + 1;
    size_t text_len = len - 1;
    if (bytes[0] == 'D') {
        check_document(&READER_VISITOR, text, text_len);
        check_document(&READER_LINK, text, text_len);
        check_document(&NARROW, text, text_len);
        return 0;
    }
    const char *newline = memchr(text, '\n', text_len);
    if (bytes[0] != 'S' || !newline) {
        return 0;
    }
    size_t gap_count = (size_t)(newline - text);
    text_len -= gap_count + 1;
    check_stream(&READER_LINK, newline + 1, text_len, bytes + 1, gap_count);
    check_stream(&NARROW, newline + 1, text_len, bytes + 1, gap_count);
    return 0;
}
