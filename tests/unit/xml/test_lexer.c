#include "xml/lexer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Where lexer_take stops in text, as a '|' behind each tag it stopped at; the last verdict is
 * returned. */
static enum lexer_verdict cut(const char *text, char *out)
{
    struct lexer l = {0};
    size_t len = strlen(text), taken;
    enum lexer_verdict verdict = LEXER_OK;
    while (len > 0 && verdict == LEXER_OK) {
        verdict = lexer_take(&l, text, len, &taken);
        memcpy(out, text, taken);
        out += taken;
        if (l.ended) {
            *out++ = '|';
        }
        text += taken;
        len -= taken;
    }
    *out = '\0';
    return verdict;
}

static void lexer_take__stops__behind_what_ends_at_the_stream(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"<?xml version='1.0'?><s><a/> <b></b></s>",
         "<?xml version='1.0'?><s>|<a/>| <b></b>|</s>|"},
        {"<s><a><b/><c></c></a>t<d/>", "<s>|<a><b/><c></c></a>|t<d/>|"},
        {"<s><a b='>' c=\"/>\"/><d e='/'></d>", "<s>|<a b='>' c=\"/>\"/>|<d e='/'></d>|"},
        {"<s><a><![CDATA[</a>]]x]></a>]]]></a>", "<s>|<a><![CDATA[</a>]]x]></a>]]]></a>|"},
        {"<s><![CDATA[<a/>]]><b/>", "<s>|<![CDATA[<a/>]]><b/>|"},
        {"<s/>", "<s/>|"},
        {"<s ><a\n/></s >", "<s >|<a\n/>|</s >|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[200];
        assert_int_equal(cut(cases[i][0], out), LEXER_OK);
        assert_string_equal(out, cases[i][1]);
    }
}

static void lexer_take__refuses__at_the_byte(void **state)
{
    (void)state;
    const struct {
        const char *text;
        enum lexer_verdict verdict;
    } cases[] = {
        {"<s><!-", LEXER_RESTRICTED},    {"<!D", LEXER_RESTRICTED},
        {"<s><?", LEXER_RESTRICTED},     {" <?", LEXER_RESTRICTED},
        {"<s><!x", LEXER_ILL_FORMED},    {"<s><![CDATX", LEXER_ILL_FORMED},
        {"<s><a <", LEXER_ILL_FORMED},   {"<s><a b='<", LEXER_ILL_FORMED},
        {"<s></s<", LEXER_ILL_FORMED},   {"<<", LEXER_ILL_FORMED},
        {"<>", LEXER_ILL_FORMED},        {"</", LEXER_ILL_FORMED},
        {"<s></s></", LEXER_ILL_FORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        assert_int_equal(cut(cases[i].text, out), cases[i].verdict);
        char whole[64];
        strcpy(whole, cases[i].text);
        whole[strlen(whole) - 1] = '\0';
        assert_int_equal(cut(whole, out), LEXER_OK);
    }
}

static void lexer_take__counts__bytes(void **state)
{
    (void)state;
    const char text[] = "<s>  <a><b/>xy<c d='";
    struct lexer l = {0};
    size_t taken;
    assert_int_equal(lexer_take(&l, text, strlen(text), &taken), LEXER_OK);
    assert_int_equal(taken, 3);
    assert_int_equal(l.depth, 1);
    assert_int_equal(lexer_take(&l, text + 3, strlen(text) - 3, &taken), LEXER_OK);
    assert_int_equal(taken, strlen(text) - 3);
    assert_int_equal(l.depth, 2);
    assert_int_equal(l.token_bytes, strlen("<c d='"));
    assert_int_equal(l.stanza_bytes, strlen("<a><b/>xy<c d='"));
    assert_int_equal(lexer_take(&l, "\0'/></a>", 8, &taken),
                     LEXER_OK); /* NUL is for expat to refuse */
    assert_true(l.ended);
    assert_int_equal(l.stanza_bytes, strlen("<a><b/>xy<c d='") + 8);
    struct lexer utf16 = {0};
    assert_int_equal(lexer_take(&utf16, "\xFE\xFF\0<", 4, &taken), LEXER_ILL_FORMED); /* V-038 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lexer_take__stops__behind_what_ends_at_the_stream),
        cmocka_unit_test(lexer_take__refuses__at_the_byte),
        cmocka_unit_test(lexer_take__counts__bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
