/* The caps of a stream: a stanza over one is skipped, the stream goes on. */
#include "base/mem.h"
#include "story.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- caps: the stanza is skipped and answered, the stream goes on --- */

#define SKIPPED "skipped message{jabber:component:accept} id=bad\n  from=a@b\n"

static void assert_skipped(const char *stanza)
{
    char *input = mem_print("%s" GOOD GOOD, stanza);
    assert_after_header(input, SKIPPED GOOD_TOLD GOOD_TOLD "verdict 0\n");
    free(input);
}

static void assert_skipped_with(const char *before, const char *piece, size_t count,
                                const char *after)
{
    char *many = repeated(piece, count);
    char *stanza = mem_print("<message id='bad' from='a@b'%s%s%s", before, many, after);
    assert_skipped(stanza);
    free(stanza);
    free(many);
}

static void reader__skips__too_many_elements(void **state)
{
    (void)state;
    assert_skipped_with("><q>", "<i/>", 19999, "</q></message>");
}

/* V-043, V-044: on the stanza itself and inside it. */
static void reader__skips__too_many_attributes_V043_V044(void **state)
{
    (void)state;
    struct buf many;
    buf_init(&many, SIZE_MAX / 2);
    for (int i = 0; i < 20000; i++) {
        buf_printf(&many, " a%d=''", i);
        if (i == 61 || i == 62 || i == 19999) {
            char *inside =
                mem_print("<message id='bad' from='a@b'><c a='' b=''%s/></message>", many.bytes);
            char *itself = mem_print("<message%s id='bad' from='a@b'/>", many.bytes);
            if (i == 61) {
                assert_after_header(
                    inside, "stanza message{jabber:component:accept} id=bad c=\nverdict 0\n");
                assert_after_header(itself,
                                    "stanza message{jabber:component:accept} id=bad\nverdict 0\n");
            } else {
                assert_skipped(inside);
                assert_skipped(itself);
            }
            free(inside);
            free(itself);
        }
    }
    buf_finish(&many);
}

/* V-045, V-046: a value, a name, a prefix. */
static void reader__skips__long_values_and_names_V045_V046(void **state)
{
    (void)state;
    assert_skipped_with(" x='", "v", 4097, "'/>");
    assert_skipped_with("><c x='", "v", 4097, "'/></message>");
    assert_skipped_with("><c x='", "v", 1024 * 1024, "'/></message>");
    assert_skipped_with("><c x='", "&lt;", 4097, "'/></message>");
    assert_skipped_with("><c", "n", 100 * 1024, "/></message>");
    assert_skipped_with(" n", "n", 100 * 1024, "=''/>");
    assert_skipped_with("><c xmlns:p", "p", 256, "='urn:x'/></message>");
    assert_skipped_with(" xmlns:p='", "u", 4097, "'/>");
    char *longest = repeated("v", 4096);
    char *fits = mem_print("<message id='good' x='%s'><body>hi</body></message>", longest);
    assert_after_header(fits, GOOD_TOLD "verdict 0\n");
    free(longest);
    free(fits);
}

/* V-045: a start tag that is longer than a whole stanza may be cannot be answered, but it does no
 * harm. */
static void reader__skips__a_start_tag_over_max_bytes_V045(void **state)
{
    (void)state;
    char *value = repeated("v", 1024 * 1024);
    char *input =
        mem_print("<message id='bad' from='a@b' x='%s'><body>x</body></message>" GOOD, value);
    assert_after_header(input, GOOD_TOLD "verdict 0\n");
    free(input);
    free(value);
}

/* V-047: white space in a namespace, and more namespaces than anybody needs. */
static void reader__skips__odd_namespaces_V047(void **state)
{
    (void)state;
    assert_skipped("<message id='bad' from='a@b'><c xmlns='urn:a b'/></message>");
    assert_skipped("<message id='bad' from='a@b'><c xmlns='urn:a&#10;b'/></message>");
    assert_skipped("<message id='bad' from='a@b' xmlns:x='urn:a&#9;b'/>");
    assert_after_header("<message><c xmlns='urn:a&#1;b'/></message>", "verdict 1\n");
    assert_after_header("<message><c xmlns='urn:a\037b'/></message>", "verdict 1\n");
    struct buf many;
    buf_init(&many, SIZE_MAX / 2);
    buf_add_text(&many, "<message id='bad' from='a@b'><c");
    for (int i = 0; i < 10000; i++) {
        buf_printf(&many, " xmlns:p%d='urn:%d'", i, i);
    }
    buf_add_text(&many, "/></message>");
    assert_skipped(many.bytes);
    buf_finish(&many);
}

/* Short prefixes must not make a small input a large tree: what a name's namespace takes counts. */
static void reader__skips__namespaces_that_multiply(void **state)
{
    (void)state;
    char *ns = repeated("n", 4000);
    struct buf in;
    buf_init(&in, SIZE_MAX / 2);
    buf_add_text(&in, "<message id='bad' from='a@b'");
    for (int i = 0; i < 20; i++) {
        buf_printf(&in, " xmlns:p%d='urn:%d:%s'", i, i, ns);
    }
    buf_add_text(&in, ">");
    for (int i = 0; i < 400; i++) {
        buf_printf(&in, "<p%d:c/>", i % 20);
    }
    buf_add_text(&in, "</message>");
    assert_skipped(in.bytes);
    buf_finish(&in);
    free(ns);
}

static void reader__counts__bytes_of_a_stanza_exactly(void **state)
{
    (void)state;
    const char *start = "<message id='bad' from='a@b'><body>", *end = "</body></message>";
    size_t room = READER_LINK.max_bytes - strlen(start) - strlen(end);
    char *text = repeated("x", room + 1);
    char *over = mem_print("%s%s%s", start, text, end);
    assert_skipped(over);
    char *fits = mem_print("%s%s%s", start, text + 1, end);
    assert_after_header(fits, "stanza message{jabber:component:accept} id=bad "
                              "body=xxxxxxxxxxxxxxxxxxxx\nverdict 0\n");
    free(over);
    free(fits);
    free(text);
}

/* What is inside a skipped stanza does not end it early. */
static void reader__skips__to_the_right_end(void **state)
{
    (void)state;
    assert_skipped_with("><c x='", "v", 5000,
                        "'/><![CDATA[</message>]]]>]]><d e='/>' f=\"/message>\"/>"
                        "<message><message></message></message>&#60;</message>");
}

/* V-042: no recursion, whatever the depth; with a stack of 256 KiB. */
static void *read_deep(void *ctx)
{
    size_t depth = *(size_t *)ctx;
    char *open = repeated("<a>", depth), *close = repeated("</a>", depth);
    char *input = mem_print(HEADER "<message id='bad' from='a@b'>%s%s</message>" GOOD, open, close);
    char *told = story_of(&READER_LINK, input, strlen(input), 4096);
    free(open);
    free(close);
    free(input);
    return told;
}

static void reader__survives__depth_V042(void **state)
{
    (void)state;
    size_t depths[] = {63, 64, 4000, 75000, 300000};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        pthread_attr_t small;
        pthread_t thread;
        void *told;
        assert_int_equal(pthread_attr_init(&small), 0);
        assert_int_equal(pthread_attr_setstacksize(&small, 256 * 1024), 0);
        assert_int_equal(pthread_create(&thread, &small, read_deep, &depths[i]), 0);
        assert_int_equal(pthread_join(thread, &told), 0);
        pthread_attr_destroy(&small);
        const char *expected =
            depths[i] < 64 ? "stanza message{jabber:component:accept} id=bad a=\n" : SKIPPED;
        assert_non_null(strstr(told, expected));
        assert_non_null(strstr(told, GOOD_TOLD "verdict 0\n"));
        free(told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader__skips__too_many_elements),
        cmocka_unit_test(reader__skips__too_many_attributes_V043_V044),
        cmocka_unit_test(reader__skips__long_values_and_names_V045_V046),
        cmocka_unit_test(reader__skips__a_start_tag_over_max_bytes_V045),
        cmocka_unit_test(reader__skips__odd_namespaces_V047),
        cmocka_unit_test(reader__skips__namespaces_that_multiply),
        cmocka_unit_test(reader__counts__bytes_of_a_stanza_exactly),
        cmocka_unit_test(reader__skips__to_the_right_end),
        cmocka_unit_test(reader__survives__depth_V042),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
