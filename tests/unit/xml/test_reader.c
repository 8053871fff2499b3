/* The stream reader: what it hands over and what it refuses. Documents are in
 * test_reader_document.c, caps in test_reader_caps.c, cost in test_reader_cost.c. */
#include "xml/reader.h"

#include "base/mem.h"
#include "story.h"

#include <expat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
        "<message id='1'><body>a&#x0000000000000000000000000000000000041;</body></message>",
        "<iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<presence id='1' from='a@b/c'/>",
        "<message id='1'><body><![CDATA[a]]]]><![CDATA[>]]>\xF0\x9F\x98\x80</body></message>",
    };
    for (size_t i = 0; i < sizeof stanzas / sizeof *stanzas; i++) {
        size_t len = strlen(stanzas[i]);
        for (size_t cut = 1; cut < len; cut++) {
            struct story *s = story_begin(&READER_LINK);
            story_feed(s, HEADER);
            assert_int_equal(reader_feed(s->reader, stanzas[i], cut), READER_OK);
            assert_int_equal(s->stanzas, 0);
            assert_int_equal(reader_feed(s->reader, stanzas[i] + cut, len - cut), READER_OK);
            assert_int_equal(s->stanzas, 1);
            story_end(s);
        }
        struct story *s = story_begin(&READER_LINK);
        story_feed(s, HEADER);
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
    story_feed(s, HEADER);
    story_feed(s, start);
    story_feed(s, "1;");
    story_feed(s, "</body>");
    story_feed(s, "</message>");
    assert_int_equal(s->stanzas, 1);
    free(start);
    story_end(s);
}

static void reader__refuses__what_is_no_xml_V031_V038(void **state)
{
    (void)state;
    const char *bad[] = {
        "<message><body>a\001b</body></message>",           /* V-031 */
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
        assert_after_header(input, GOOD_TOLD "verdict 1\n");
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
    assert_int_equal(story_feed(s, HEADER "<a></b>"), READER_ILL_FORMED);
    assert_int_equal(story_feed(s, GOOD), READER_ILL_FORMED);
    assert_int_equal(s->stanzas, 0);
    story_end(s);
}

/* Why deferral is switched off: the expat in use, left as it comes, keeps a complete document to
 * itself when its end is shorter than the piece of it that could not be read before. (An expat
 * without deferral has no such setting.) */
static void count_end(void *ctx, const XML_Char *name)
{
    (void)name;
    ++*(int *)ctx;
}

extern XML_Bool XML_SetReparseDeferralEnabled(XML_Parser parser, XML_Bool enabled)
    __attribute__((weak));

static int ends_with(bool deferral)
{
    static const char *const pieces[] = {"<a>", "&#x0000000000000000000041", ";</a>"};
    int ends = 0;
    XML_Parser p = XML_ParserCreate("UTF-8");
    assert_non_null(p);
    XML_SetUserData(p, &ends);
    XML_SetEndElementHandler(p, count_end);
    if (!deferral && XML_SetReparseDeferralEnabled) {
        XML_SetReparseDeferralEnabled(p, XML_FALSE);
    }
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        assert_int_equal(XML_Parse(p, pieces[i], (int)strlen(pieces[i]), 0), XML_STATUS_OK);
    }
    XML_ParserFree(p);
    return ends;
}

static void expat__stalls__with_deferral_V160(void **state)
{
    (void)state;
    if (!XML_SetReparseDeferralEnabled) {
        skip();
    }
    assert_int_equal(ends_with(false), 1);
    assert_int_equal(ends_with(true), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader__hands_over__stanzas_keepalives_and_close),
        cmocka_unit_test(reader__hands_over__with_the_last_byte_V160),
        cmocka_unit_test(reader__does_not_defer__a_reference_V160),
        cmocka_unit_test(expat__stalls__with_deferral_V160),
        cmocka_unit_test(reader__refuses__what_is_no_xml_V031_V038),
        cmocka_unit_test(reader__restricts__dtd_comments_and_instructions_V048_V049),
        cmocka_unit_test(reader__takes_nothing__after_a_fatal_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
