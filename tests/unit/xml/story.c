#include "story.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void tell(struct story *s, const char *word, const struct element *e)
{
    const struct element *child = element_first(e);
    const char *id = element_attr(e, "id");
    buf_printf(&s->told, "%s %s{%s}", word, element_name(e), element_ns(e));
    buf_printf(&s->told, " id=%s", id ? id : "-");
    for (; child; child = element_next(child)) {
        s->text_len = strlen(element_text(child));
        buf_printf(&s->told, " %s=%.20s", element_name(child), element_text(child));
    }
    buf_add_text(&s->told, "\n");
}

static void on_open(void *ctx, const struct element *header)
{
    tell(ctx, "open", header);
}

static void on_stanza(void *ctx, struct element *stanza)
{
    struct story *s = ctx;
    s->stanzas++;
    tell(s, "stanza", stanza);
    element_destroy(stanza);
}

static void on_skipped(void *ctx, const struct element *head)
{
    struct story *s = ctx;
    const char *from = element_attr(head, "from");
    s->skipped++;
    assert_null(element_first(head));
    assert_string_equal(element_text(head), "");
    tell(s, "skipped", head);
    if (from) {
        buf_printf(&s->told, "  from=%s\n", from);
    }
}

static void on_close(void *ctx)
{
    struct story *s = ctx;
    buf_add_text(&s->told, "close\n");
}

static const struct reader_calls CALLS = {on_open, on_stanza, on_skipped, on_close};

struct story *story_begin(const struct reader_profile *profile)
{
    struct story *s = mem_alloc(sizeof *s);
    buf_init(&s->told, SIZE_MAX / 2);
    s->reader = reader_create(profile, &CALLS, s);
    return s;
}

void story_end(struct story *s)
{
    reader_destroy(s->reader);
    buf_finish(&s->told);
    free(s);
}

enum reader_result story_feed(struct story *s, const char *text)
{
    return reader_feed(s->reader, text, strlen(text));
}

char *story_of(const struct reader_profile *profile, const char *input, size_t len, size_t piece)
{
    struct story *s = story_begin(profile);
    enum reader_result result = READER_OK;
    for (size_t at = 0; at < len && result == READER_OK; at += piece) {
        /* Exactly as long as the piece, so that the sanitizer sees a byte read beyond it. */
        size_t size = len - at < piece ? len - at : piece;
        char *copy = mem_grow(NULL, size);
        memcpy(copy, input + at, size);
        result = reader_feed(s->reader, copy, size);
        free(copy);
    }
    buf_printf(&s->told, "verdict %d\n", (int)result);
    char *told = buf_detach(&s->told);
    story_end(s);
    return told;
}

void assert_story(const char *input, size_t len, const char *expected)
{
    size_t pieces[] = {1, 2, 3, 7, 64, len};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char *told = story_of(&READER_LINK, input, len, pieces[i]);
        assert_string_equal(told, expected);
        free(told);
    }
}

void assert_after_header(const char *input, const char *expected)
{
    char *whole = mem_print("%s%s", HEADER, input);
    char *told = mem_print("%s%s", OPENED, expected);
    assert_story(whole, strlen(whole), told);
    free(whole);
    free(told);
}

char *repeated(const char *text, size_t count)
{
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    for (size_t i = 0; i < count; i++) {
        buf_add_text(&out, text);
    }
    return buf_detach(&out);
}
