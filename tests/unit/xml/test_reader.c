/* The stream reader; documents are in test_document.c. */
#include "xml/reader.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEADER                                                                                     \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "                         \
    "xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='d'>"

/* What a reader told, one line an event. */
struct story {
    struct reader *reader;
    struct buf told;
    size_t stanzas;
    size_t skipped;
    size_t text_len; /* of the last stanza's first child */
};

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

static struct story *story_begin(const struct reader_profile *profile)
{
    struct story *s = mem_alloc(sizeof *s);
    buf_init(&s->told, SIZE_MAX / 2);
    s->reader = reader_create(profile, &CALLS, s);
    return s;
}

static void story_end(struct story *s)
{
    reader_destroy(s->reader);
    buf_finish(&s->told);
    free(s);
}

static enum reader_result feed(struct story *s, const char *text)
{
    return reader_feed(s->reader, text, strlen(text));
}

/* The whole story of input, cut into pieces of that size; the verdict is its last line. */
static char *story_of(const struct reader_profile *profile, const char *input, size_t len,
                      size_t piece)
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

static void assert_story(const char *input, size_t len, const char *expected)
{
    size_t pieces[] = {1, 2, 3, 7, 64, len};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char *told = story_of(&READER_LINK, input, len, pieces[i]);
        assert_string_equal(told, expected);
        free(told);
    }
}

#define OPENED "open stream{http://etherx.jabber.org/streams} id=s1\n"
#define GOOD "<message id='good'><body>hi</body></message>"
#define GOOD_TOLD "stanza message{jabber:component:accept} id=good body=hi\n"

static void assert_after_header(const char *input, const char *expected)
{
    char *whole = mem_print("%s%s", HEADER, input);
    char *told = mem_print("%s%s", OPENED, expected);
    assert_story(whole, strlen(whole), told);
    free(whole);
    free(told);
}

static void reader__hands_over__stanzas_keepalives_and_close(void **state)
{
    (void)state;
    assert_after_header(" \n" GOOD "\n\n" GOOD "<iq id='2'/> <![CDATA[x]]> </stream:stream>\n",
                        GOOD_TOLD GOOD_TOLD "stanza iq{jabber:component:accept} id=2\n"
                                            "close\nverdict 0\n");
    assert_story("<s/>", 4, "open s{} id=-\nclose\nverdict 0\n");
}

/* V-160: handed over with its last byte, wherever it was cut. The character reference is what a
 * parser with reparse deferral would sit on: what follows it is shorter than what came before. */
static void reader__hands_over__with_the_last_byte_V160(void **state)
{
    (void)state;
    const char *stanzas[] = {
        "<message "
        "id='1'><body>a&#x000000000000000000000000000000000000000000000000041;</body></message>",
        "<iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<presence id='1' from='a@b/c'/>",
        "<message id='1'><body><![CDATA[a]]]]><![CDATA[>]]>\xF0\x9F\x98\x80</body></message>",
    };
    for (size_t i = 0; i < sizeof stanzas / sizeof *stanzas; i++) {
        size_t len = strlen(stanzas[i]);
        for (size_t cut = 1; cut < len; cut++) {
            struct story *s = story_begin(&READER_LINK);
            feed(s, HEADER);
            assert_int_equal(reader_feed(s->reader, stanzas[i], cut), READER_OK);
            assert_int_equal(s->stanzas, 0);
            assert_int_equal(reader_feed(s->reader, stanzas[i] + cut, len - cut), READER_OK);
            assert_int_equal(s->stanzas, 1);
            story_end(s);
        }
        struct story *s = story_begin(&READER_LINK);
        feed(s, HEADER);
        for (size_t at = 0; at < len; at++) {
            assert_int_equal(s->stanzas, 0);
            assert_int_equal(reader_feed(s->reader, stanzas[i] + at, 1), READER_OK);
        }
        assert_int_equal(s->stanzas, 1);
        story_end(s);
    }
}

/* As seen by the expat in use: the tail of the reference is shorter than its beginning, in one
 * piece each. */
static void reader__does_not_defer__a_reference_V160(void **state)
{
    (void)state;
    struct story *s = story_begin(&READER_LINK);
    char *start = mem_print("<message><body>&#x%0200d", 4);
    feed(s, HEADER);
    feed(s, start);
    feed(s, "1;");
    feed(s, "</body>");
    feed(s, "</message>");
    assert_int_equal(s->stanzas, 1);
    free(start);
    story_end(s);
}

static void reader__refuses__what_is_no_xml_V031_V038(void **state)
{
    (void)state;
    const char *bad[] = {
        "<message><body>a\x01"
        "b</body></message>",                               /* V-031 */
        "<message><body>&#1;</body></message>",             /* V-032 */
        "<message><body>&#x0;</body></message>",            /* V-032 */
        "<message><body>&#xD800;</body></message>",         /* V-032 */
        "<message><body>&#xFFFE;</body></message>",         /* V-032 */
        "<message><body>\xC0\xBC</body></message>",         /* V-034 */
        "<message><body>\xED\xA0\x80</body></message>",     /* V-035 */
        "<message><body>\xEF\xBF\xBF</body></message>",     /* V-036 */
        "<message><body>\xF4\x90\x80\x80</body></message>", /* V-037 */
        "<message><x:body>unbound</x:body></message>",
        "<message a='1' a='2'/>",
        "<message><body></message>",
        "<message a='<'/>",
        "</message>",
        "<message>&nothing;</message>",
        "<message>]]></message>",
        "<!unknown>",
        "<>",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *input = mem_print(GOOD "%s" GOOD, bad[i]);
        if (strcmp(bad[i], "</message>") == 0) {
            assert_after_header(input, GOOD_TOLD "verdict 1\n");
        } else {
            assert_after_header(input, GOOD_TOLD "verdict 1\n");
        }
        free(input);
    }
    assert_story("<?xml version='1.0' encoding='UTF-7'?><s>", 41, "verdict 1\n"); /* V-038 */
    assert_story("\xFE\xFF\0<\0s", 6, "verdict 1\n");                             /* V-038 */
    assert_story("<?xml version='1.0' encoding='utf-8'?><s>", 41, "open s{} id=-\nverdict 0\n");
}

/* V-048, V-049: on a stream too. */
static void reader__restricts__dtd_comments_and_instructions_V048_V049(void **state)
{
    (void)state;
    assert_after_header(GOOD "<!-- x -->", GOOD_TOLD "verdict 2\n");
    assert_after_header("<message><!-- x --></message>", "verdict 2\n");
    assert_after_header("<message><?x y?></message>", "verdict 2\n");
    assert_after_header("<?xml version='1.0'?>", "verdict 2\n");
    const char dtd[] = "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;";
    assert_story(dtd, strlen(dtd), "verdict 2\n");
}

static void reader__takes_nothing__after_a_fatal_verdict(void **state)
{
    (void)state;
    struct story *s = story_begin(&READER_LINK);
    assert_int_equal(feed(s, HEADER "<a></b>"), READER_ILL_FORMED);
    assert_int_equal(feed(s, GOOD), READER_ILL_FORMED);
    assert_int_equal(s->stanzas, 0);
    story_end(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader__hands_over__stanzas_keepalives_and_close),
        cmocka_unit_test(reader__hands_over__with_the_last_byte_V160),
        cmocka_unit_test(reader__does_not_defer__a_reference_V160),
        cmocka_unit_test(reader__refuses__what_is_no_xml_V031_V038),
        cmocka_unit_test(reader__restricts__dtd_comments_and_instructions_V048_V049),
        cmocka_unit_test(reader__takes_nothing__after_a_fatal_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
