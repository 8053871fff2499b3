/* One whole document: what a visitor's frame may and may not be. */
#include "base/buf.h"
#include "base/mem.h"
#include "cost.h"
#include "story.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum reader_result read_with(const struct reader_profile *profile, const char *bytes,
                                    size_t len)
{
    /* Exactly as long as the document, so that the sanitizer sees a byte read beyond it. */
    char *copy = mem_grow(NULL, len);
    struct element *root;
    memcpy(copy, bytes, len);
    enum reader_result result = reader_document(profile, copy, len, &root);
    assert_int_equal(result == READER_OK, root != NULL);
    element_destroy(root);
    free(copy);
    return result;
}

static enum reader_result read_text(const char *text)
{
    return read_with(&READER_VISITOR, text, strlen(text));
}

static void assert_all(const char *const *texts, enum reader_result expected)
{
    for (; *texts; texts++) {
        if (read_text(*texts) != expected) {
            fail_msg("verdict %d for: %s", (int)read_text(*texts), *texts);
        }
        /* One thread's documents share a parser: what was refused leaves no trace. */
        assert_int_equal(read_text("<a xmlns='urn:a'><b/></a>"), READER_OK);
    }
}

static void document__reads__what_visitors_send(void **state)
{
    (void)state;
    const char *good[] = {
        "<a/>",
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='d' version='1.0'/>",
        "<message xmlns='jabber:client'><body>\xF0\x9F\x91\xA9</body></message>",
        "<a>&lt;&gt;&amp;&apos;&quot;&#10;&#x1F600;</a>",
        "<a><![CDATA[<b>&amp;]]></a>",                          /* V-049: CDATA is text */
        "<a xml:base='x' xml:space='preserve' xml:lang='de'/>", /* V-049 */
        "<a/> \n",
        NULL,
    };
    assert_all(good, READER_OK);
}

/* V-031 to V-037 and V-0A16, V-0A17. */
static void document__refuses__what_is_no_xml_V031_V037(void **state)
{
    (void)state;
    const char *bad[] = {
        "<a>a\001b</a>",                   /* V-031 */
        "<a b='\x01'/>",                   /* V-031 */
        "<a>&#1;</a>",                     /* V-032 */
        "<a>&#x0;</a>",                    /* V-032 */
        "<a>&#xD800;</a>",                 /* V-032 */
        "<a>&#xFFFE;</a>",                 /* V-032 */
        "<a>\xC0\xBC</a>",                 /* V-034 */
        "<a>\xE0\x80\xBC</a>",             /* V-034 */
        "<a>\xF0\x80\x80\xBC</a>",         /* V-034 */
        "<a>\xC1\xBF</a>",                 /* V-034 */
        "<a>\xED\xA0\x80</a>",             /* V-035 */
        "<a>\xED\xA0\xBD\xED\xB8\x80</a>", /* V-035 */
        "<a>\xEF\xBF\xBE</a>",             /* V-036 */
        "<a>\xEF\xBF\xBF</a>",             /* V-036 */
        "<a>\xF4\x90\x80\x80</a>",         /* V-037 */
        "<a>\xF8\x88\x80\x80\x80</a>",     /* V-037 */
        "<a>\x80</a>",                     /* V-037 */
        "<a>\xE2\x82",                     /* V-037 */
        "<a>\xE2\x82</a>",                 /* V-037 */
        " <a/>",                           /* V-0A17 */
        "\xEF\xBB\xBF<a/>",                /* V-0A17 */
        "\n<a/>",
        "x<a/>",
        "<a/><a/>", /* V-0A16 */
        "<a/>x",
        "<a>", /* V-0A16 */
        "<a",
        "<",
        "</a>",
        "<a></b>",
        "<a b='1' b='2'/>",
        "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
        "<p:a/>",
        "<a p:b=''/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xmlns='u'/>",
        "<a xmlns:xml='u'/>",
        "<a>&nbsp;</a>",
        "<a>]]></a>",
        "<a b=x/>",
        "<a b='<'/>",
        NULL,
    };
    assert_all(bad, READER_ILL_FORMED);
    assert_int_equal(reader_document(&READER_VISITOR, "", 0, &(struct element *){NULL}),
                     READER_ILL_FORMED);
}

/* V-033 and V-038: NUL, and UTF-16, which is full of it. */
static void document__refuses__nul_and_utf16_V033_V038(void **state)
{
    (void)state;
    static const char nul[] = "<a>\0</a>", after[] = "<a/>\0", big[] = "\xFE\xFF\0<\0a\0/\0>",
                      little[] = "\xFF\xFE<\0a\0/\0>\0", unmarked[] = "<\0a\0/\0>\0";
    assert_int_equal(read_with(&READER_VISITOR, nul, sizeof nul - 1), READER_ILL_FORMED);
    assert_int_equal(read_with(&READER_VISITOR, after, sizeof after - 1), READER_ILL_FORMED);
    assert_int_equal(read_with(&READER_VISITOR, big, sizeof big - 1), READER_ILL_FORMED);
    assert_int_equal(read_with(&READER_VISITOR, little, sizeof little - 1), READER_ILL_FORMED);
    assert_int_equal(read_with(&READER_VISITOR, unmarked, sizeof unmarked - 1), READER_ILL_FORMED);
}

/* V-038 (XML declaration), V-048, V-049. */
static void document__restricts__dtd_comments_and_instructions_V048_V049(void **state)
{
    (void)state;
    const char *restricted[] = {
        "<?xml version='1.0'?><a/>",
        "<?xml version='1.0' encoding='UTF-7'?><a/>",
        "<?xml version='1.0' encoding='UTF-16'?><a/>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'><!ENTITY y '&x;&x;&x;&x;&x;'>]><a>&y;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1/x'> %p;]><a/>",
        "<!-- x --><a/>",
        "<a><!-- x --></a>",
        "<a/><!-- x -->",
        "<a><?php x?></a>",
        "<?php x?><a/>",
        "<a/><?x?>",
        NULL,
    };
    assert_all(restricted, READER_RESTRICTED);
}

static enum reader_result read_repeated(const char *before, const char *piece, size_t count,
                                        const char *after)
{
    char *many = repeated(piece, count);
    char *text = mem_print("%s%s%s", before, many, after);
    enum reader_result result = read_text(text);
    free(text);
    free(many);
    return result;
}

static void document__limits__each_cap(void **state)
{
    (void)state;
    assert_int_equal(read_repeated("<a>", "<b/>", 63, "</a>"), READER_OK);
    assert_int_equal(read_repeated("<a>", "<b/>", 64, "</a>"), READER_LIMIT);
    assert_int_equal(read_repeated("<a b='", "v", 1024, "'/>"), READER_OK);
    assert_int_equal(read_repeated("<a b='", "v", 1025, "'/>"), READER_LIMIT); /* V-045, V-113 */
    assert_int_equal(read_repeated("<a xmlns='", "v", 1025, "'/>"), READER_LIMIT);
    assert_int_equal(read_repeated("<", "a", 64, "/>"), READER_OK);
    assert_int_equal(read_repeated("<", "a", 65, "/>"), READER_LIMIT); /* V-046 */
    assert_int_equal(read_repeated("<a ", "a", 65, "=''/>"), READER_LIMIT);
    assert_int_equal(read_repeated("<a xmlns:", "a", 65, "='u'/>"), READER_LIMIT);
    assert_int_equal(read_repeated("<a>", "x", 64 * 1024 - 7, "</a>"), READER_OK);
    assert_int_equal(read_repeated("<a>", "x", 64 * 1024 - 6, "</a>"), READER_LIMIT);
    assert_int_equal(read_with(&READER_PRE_SESSION, "<a><b><c><d/></c></b></a>", 25), READER_OK);
    assert_int_equal(read_with(&READER_PRE_SESSION, "<a><b><c><d><e/></d></c></b></a>", 32),
                     READER_LIMIT);
}

/* V-043, V-044, V-047: attributes and namespace declarations are counted together. */
static void document__limits__attributes_and_namespaces_V043_V047(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, SIZE_MAX / 2);
    for (int attributes = 0; attributes <= 17; attributes++) {
        buf_reset(&text);
        buf_add_text(&text, "<a");
        for (int i = 0; i < 17; i++) {
            buf_printf(&text, i < attributes ? " a%d=''" : " xmlns:p%d='u'", i);
        }
        buf_add_text(&text, "/>");
        assert_int_equal(read_text(text.bytes), READER_LIMIT);
        memcpy(strrchr(text.bytes, ' '), "/>", 3);
        assert_int_equal(read_text(text.bytes), READER_OK);
    }
    const char *odd[] = {"<a xmlns='urn:a b'/>", "<a xmlns='urn:a&#10;b'/>", "<a xmlns:p='\n'/>",
                         NULL};
    assert_all(odd, READER_LIMIT);
    const char *bad[] = {"<a xmlns='urn:a\037b'/>", "<a xmlns='urn:a&#x1f;b'/>",
                         "<a xmlns='u\001b'/>", NULL};
    assert_all(bad, READER_ILL_FORMED);
    buf_finish(&text);
}

/* V-042: no recursion; with a stack of 256 KiB. */
static void *read_deep(void *ctx)
{
    static const struct reader_profile endless = {SIZE_MAX / 4, SIZE_MAX / 4, SIZE_MAX / 4,
                                                  16,           64,           1024};
    static const struct reader_profile wide = {SIZE_MAX / 4, 16, 64, 16, 64, 1024};
    size_t depth = *(size_t *)ctx;
    char *open = repeated("<a>", depth), *close = repeated("</a>", depth);
    char *text = mem_print("%s%s", open, close);
    enum reader_result limited =
        reader_document(&wide, text, strlen(text), &(struct element *){NULL});
    enum reader_result free_depth = read_with(&endless, text, strlen(text));
    free(open);
    free(close);
    free(text);
    return limited == READER_LIMIT && free_depth == READER_OK ? ctx : NULL;
}

static void document__limits__depth_V042(void **state)
{
    (void)state;
    size_t depths[] = {17, 4000, 75000, 500000};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        pthread_attr_t small;
        pthread_t thread;
        void *answer;
        assert_int_equal(pthread_attr_init(&small), 0);
        assert_int_equal(pthread_attr_setstacksize(&small, 256 * 1024), 0);
        assert_int_equal(pthread_create(&thread, &small, read_deep, &depths[i]), 0);
        assert_int_equal(pthread_join(thread, &answer), 0);
        pthread_attr_destroy(&small);
        assert_non_null(answer);
    }
}

static void read_many(void *ctx, size_t n)
{
    static const struct reader_profile wide = {SIZE_MAX / 4, 16, SIZE_MAX / 4,
                                               16,           64, SIZE_MAX / 4};
    const char *const *work = ctx;
    char *many = repeated(work[1], n / strlen(work[1]));
    char *text = mem_print("%s%s%s", work[0], many, work[2]);
    assert_int_equal(read_with(&wide, text, strlen(text)), READER_OK);
    free(many);
    free(text);
}

/* V-041. */
static void document__is_linear_V041(void **state)
{
    (void)state;
    const char *works[][3] = {
        {"<a>", "\n", "</a>"},
        {"<a>", "&lt;", "</a>"},
        {"<a>", "&#10;", "</a>"},
        {"<a b='", "\n", "'/>"},
        {"<a>", "t<b>t</b>", "</a>"},
        {"<a><![CDATA[", "]", "]]></a>"},
        {"<a xmlns:p='u' xmlns:q='v'>", "<p:b/><q:b/>", "</a>"},
    };
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        double ratio = cost_ratio(read_many, works[i], 256 * 1024);
        if (ratio >= COST_LINEAR) {
            fail_msg("four times %s cost %f times as much", works[i][1], ratio);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(document__reads__what_visitors_send),
        cmocka_unit_test(document__refuses__what_is_no_xml_V031_V037),
        cmocka_unit_test(document__refuses__nul_and_utf16_V033_V038),
        cmocka_unit_test(document__restricts__dtd_comments_and_instructions_V048_V049),
        cmocka_unit_test(document__limits__each_cap),
        cmocka_unit_test(document__limits__attributes_and_namespaces_V043_V047),
        cmocka_unit_test(document__limits__depth_V042),
        cmocka_unit_test(document__is_linear_V041),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
