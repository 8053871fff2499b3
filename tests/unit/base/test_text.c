#include "base/text.h"

#include "base/buf.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define R "\xEF\xBF\xBD"
#define WAVE "\xF0\x9F\x91\x8B"

/* Takes result. */
static void assert_text(char *result, const char *expected)
{
    assert_string_equal(result, expected);
    free(result);
}

static const struct {
    const char *bytes;
    bool is_utf8, is_xml;
} SAMPLES[] = {
    {"", true, true},
    {"plain\ttext\r\n", true, true},
    {"\x01", true, false}, /* V-031 */
    {"\x1F", true, false},
    {"\x7F", true, true},
    {"\xC0\xBC", false, false}, /* V-034 */
    {"\xC1\xBF", false, false},
    {"\xE0\x80\xBC", false, false},
    {"\xE0\x9F\xBF", false, false},
    {"\xE0\xA0\x80", true, true},
    {"\xF0\x80\x80\xBC", false, false},
    {"\xF0\x8F\xBF\xBF", false, false},
    {"\xF0\x90\x80\x80", true, true},
    {"\xED\x9F\xBF", true, true},
    {"\xED\xA0\x80", false, false}, /* V-035 */
    {"\xED\xA0\xBD\xED\xB8\x80", false, false},
    {"\xEE\x80\x80", true, true},
    {"\xEF\xBF\xBD", true, true},
    {"\xEF\xBF\xBE", true, false}, /* V-036 */
    {"\xEF\xBF\xBF", true, false},
    {"\xF4\x8F\xBF\xBF", true, true},   /* V-115: U+10FFFF */
    {"\xF0\x9F\xBF\xBE", true, true},   /* V-115: U+1FFFE */
    {"\xF4\x90\x80\x80", false, false}, /* V-037 */
    {"\xF5\x80\x80\x80", false, false},
    {"\xF8\x88\x80\x80\x80", false, false},
    {"\x80", false, false},
    {"\xE2\x82", false, false},
    {"\xE2\x82x", false, false},
    {"\xC3", false, false},
    {"\xF0\x9F\x98", false, false},
    {"\xFE", false, false},
    {"\xFF", false, false},
};

static void text_is_utf8__is_strict_V031_V037(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SAMPLES / sizeof *SAMPLES; i++) {
        size_t len = strlen(SAMPLES[i].bytes);
        /* Without a final NUL: a byte read beyond is seen by the sanitizer. */
        char *exact = mem_grow(NULL, len);
        memcpy(exact, SAMPLES[i].bytes, len);
        assert_int_equal(text_is_utf8(exact, len), SAMPLES[i].is_utf8);
        assert_int_equal(text_is_xml(exact, len), SAMPLES[i].is_xml);
        free(exact);
        char *clean = text_clean_dup(SAMPLES[i].bytes);
        assert_true(text_is_xml(clean, strlen(clean)));
        assert_int_equal(strcmp(clean, SAMPLES[i].bytes) == 0, SAMPLES[i].is_xml);
        free(clean);
    }
    assert_true(text_is_utf8("\0", 1));
    assert_false(text_is_xml("\0", 1)); /* V-033 */
}

/* Against the definition: each code point, well-formed exactly if it is a scalar value. */
static void text_is_utf8__agrees__with_the_definition(void **state)
{
    (void)state;
    for (uint32_t point = 0x80; point < 0x120000; point++) {
        char bytes[4];
        size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
        uint32_t rest = point;
        for (size_t i = len - 1; i > 0; i--) {
            bytes[i] = (char)(0x80 | (rest & 0x3F));
            rest >>= 6;
        }
        bytes[0] = (char)(lead[len] | rest);
        bool is_scalar = point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
        if (text_is_utf8(bytes, len) != is_scalar) {
            fail_msg("U+%04X", (unsigned)point);
        }
    }
}

/* V-039 */
static void text_clean_dup__replaces__what_xml_cannot_hold_V039(void **state)
{
    (void)state;
    assert_text(text_clean_dup("a\xEF\xBF\xBE"
                               "b"),
                "a" R "b");
    assert_text(text_clean_dup("\x01\x02"), R R);
    assert_text(text_clean_dup("\xED\xA0\x80"), R R R);
    assert_text(text_clean_dup("\xE2\x82"
                               "A"),
                R R "A");
    assert_text(text_clean_dup(""), "");
}

static void text_clip_dup__never_cuts__a_code_point(void **state)
{
    (void)state;
    assert_text(text_clip_dup("a\xC3\xA4" WAVE "b", 3, 100), "a\xC3\xA4" WAVE);
    assert_text(text_clip_dup("a\xC3\xA4" WAVE "b", 100, 6), "a\xC3\xA4");
    assert_text(text_clip_dup("a\xC3\xA4" WAVE "b", 100, 7), "a\xC3\xA4" WAVE);
    assert_text(text_clip_dup("a\xC3\xA4", 100, 2), "a");
    assert_text(text_clip_dup("abc", 0, 100), "");
    assert_text(text_clip_dup("abc", 100, 0), "");
    assert_text(text_clip_dup("abc", 3, 3), "abc");
}

/* V-116: 5,000 astral code points are 20,000 bytes; one more is one too many. */
static void text_count__counts__code_points_V116(void **state)
{
    (void)state;
    char *many = mem_alloc(5001 * 4 + 1);
    for (int i = 0; i < 5001; i++) {
        memcpy(many + 4 * i, WAVE, 4);
    }
    assert_int_equal(text_count(many), 5001);
    many[5000 * 4] = '\0';
    assert_int_equal(text_count(many), 5000);
    assert_int_equal(strlen(many), 20000);
    char *body = text_body_dup(many);
    assert_string_equal(body, many);
    free(body);
    free(many);
    assert_int_equal(text_count(""), 0);
    assert_int_equal(text_count("a\xC3\xA4\xE2\x82\xAC"), 3);
}

static void text_name_dup__drops__bidi_and_zero_width_V110_V111(void **state)
{
    (void)state;
    assert_text(text_name_dup("\xE2\x80\xAE"
                              "nimdA",
                              40),
                "nimdA"); /* U+202E */
    assert_text(text_name_dup("a\xE2\x81\xA6"
                              "b\xE2\x81\xA9"
                              "c\xE2\x80\x8E",
                              40),
                "abc"); /* U+2066, 2069, 200E */
    assert_text(text_name_dup("\xE2\x80\x8B\xEF\xBB\xBF\xE2\x81\xA0", 40), ""); /* V-111 */
    assert_text(text_name_dup("N\xE2\x80\x8Bina", 40), "Nina");
    assert_text(text_name_dup("N\xC2\xADina", 40), "Nina");
    assert_text(text_name_dup("\xE3\x85\xA4", 40), ""); /* Hangul filler */
    assert_text(text_name_dup("\xEF\xB8\x8F", 40), ""); /* variation selector */
    assert_text(text_name_dup("a\x1B[31mb\x7F\xC2\x9B"
                              "c",
                              40),
                "a[31mbc");
}

static void text_name_dup__folds__white_space_V118(void **state)
{
    (void)state;
    assert_text(text_name_dup("  Nina \t\n Blau  ", 40), "Nina Blau");
    assert_text(text_name_dup("a\xC2\x85"
                              "b\xE2\x80\xA8"
                              "c\xE2\x80\xA9"
                              "d\x0B"
                              "e\x0C"
                              "f\r\ng",
                              40),
                "a b c d e f g");
    assert_text(text_name_dup("a\xC2\xA0\xE3\x80\x80"
                              "b",
                              40),
                "a b");
    assert_text(text_name_dup(" \n ", 40), "");
    assert_text(text_name_dup("", 40), "");
}

static void text_name_dup__is_cut(void **state)
{
    (void)state;
    assert_text(text_name_dup("abcdef", 3), "abc");
    assert_text(text_name_dup("ab cdef", 3), "ab");
    assert_text(text_name_dup(WAVE WAVE WAVE, 2), WAVE WAVE);
    assert_text(text_name_dup("a\xFF"
                              "b",
                              40),
                "a" R "b");
}

/* V-112: a thousand marks on one letter. */
static void text__keeps__eight_marks_on_a_base_V112(void **state)
{
    (void)state;
    struct buf zalgo;
    buf_init(&zalgo, 4096);
    buf_add_char(&zalgo, 'x');
    for (int i = 0; i < 1000; i++) {
        buf_add_text(&zalgo, "\xCC\xB5"); /* U+0335 */
    }
    buf_add_char(&zalgo, 'y');
    char expected[] = "x\xCC\xB5\xCC\xB5\xCC\xB5\xCC\xB5\xCC\xB5\xCC\xB5\xCC\xB5\xCC\xB5y";
    assert_text(text_body_dup(zalgo.bytes), expected);
    assert_text(text_name_dup(zalgo.bytes, 40), expected);
    buf_finish(&zalgo);
    /* Zero width characters between them change nothing. */
    char sly[8 * 64 + 4] = "x";
    for (int i = 0; i < 64; i++) {
        strcat(sly, "\xCC\xB5\xE2\x80\x8D");
    }
    char *body = text_body_dup(sly);
    int marks = 0;
    for (const char *at = body; (at = strstr(at, "\xCC\xB5")); at++) {
        marks++;
    }
    assert_int_equal(marks, 8);
    free(body);
}

/* V-117: one name, written composed and decomposed. */
static void text_name_dup__composes_V117(void **state)
{
    (void)state;
    assert_text(text_name_dup("Ame\xCC\x81lie", 40), "Am\xC3\xA9lie");
    assert_text(text_name_dup("Am\xC3\xA9lie", 40), "Am\xC3\xA9lie");
    assert_text(text_name_dup("u\xCC\x88\xCC\x84", 40), "\xC7\x96"); /* ü with macron */
    assert_text(text_name_dup("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 40),
                "\xED\x95\x9C"); /* Hangul */
    /* A base that only compatibility would change: here into a space with a mark. */
    assert_text(text_name_dup("a \xC2\xA8\xCC\x84", 40), "a \xC2\xA8\xCC\x84");
    assert_text(text_name_dup("m\xC2\xB2\xCC\x81", 40), "m\xC2\xB2\xCC\x81");
    /* What has no mark stays as it is written. */
    assert_text(text_name_dup("10 m\xC2\xB2 \xC2\xBD \xE2\x84\xA2", 40),
                "10 m\xC2\xB2 \xC2\xBD \xE2\x84\xA2");
}

/* V-118 */
static void text_body_dup__makes__newlines_V118(void **state)
{
    (void)state;
    assert_text(text_body_dup("a\r\nb\rc\n\nd"), "a\nb\nc\n\nd");
    assert_text(text_body_dup("a\xC2\x85"
                              "b\xE2\x80\xA8"
                              "c\xE2\x80\xA9"
                              "d\x0B"
                              "e\x0C"
                              "f"),
                "a\nb\nc\nd\ne\nf");
    assert_text(text_body_dup("a\r\r\nb"), "a\n\nb");
    assert_text(text_body_dup("a\tb\x01\x1B[31m\x7F\xC2\x9B"
                              "c"),
                "a\tb[31mc");
}

static void text_body_dup__is_empty__when_nothing_is_visible_V111(void **state)
{
    (void)state;
    const char *nothing[] = {
        "",
        " \r\n\t ",
        "\xE2\x80\x8B\xEF\xBB\xBF\xE2\x81\xA0",
        " \xE2\x80\x8D \xE2\x80\x8E",
        "\xE2\x80\xAE",
        "\xE3\x85\xA4",
        "\xE2\xA0\x80",
        "\xEF\xB8\x8F",
        "\x01\x02",
        "\xC2\xA0\xE3\x80\x80",
        "\xC2\xAD",
    };
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        assert_text(text_body_dup(nothing[i]), "");
    }
    assert_text(text_body_dup("\xEF\xBB\xBF \n hello  x \n\xE2\x80\x8B "), "hello  x");
    assert_text(text_body_dup("\xEF\xBF\xBE"), R);
}

/* V-110: in a body direction is the reader's business; V-115: emoji pass as they are. */
static void text_body_dup__passes__what_people_write_V110_V115(void **state)
{
    (void)state;
    const char *same[] = {
        "a\xE2\x80\xAE"
        "b\xE2\x80\xAC"
        "c",
        "\xE2\x80\x8F\xD7\x90\xD7\x91",
        "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\xE2\x80\x8D\xF0"
        "\x9F\x91\xA6",                     /* family */
        "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA", /* flag */
        "\xF0\x9F\x91\x8B\xF0\x9F\x8F\xBD", /* skin tone */
        "\xE2\x9D\xA4\xEF\xB8\x8F",         /* heart, selector */
        "\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xA5\xF3\xA0\x81\xAE\xF3\xA0"
        "\x81\xA7\xF3\xA0\x81\xBF", /* England */
        "\xF4\x8F\xBF\xBF",
        "\xF0\x9F\xBF\xBE",
        "m\xC2\xB2 e\xCC\x81",
        "\xD9\x84\xD8\xA7\xE2\x80\x8C\xD9\x85", /* joiners inside a word mean something */
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_text(text_body_dup(same[i]), same[i]);
    }
}

static void text_url_dup__keeps__no_secrets(void **state)
{
    (void)state;
    assert_text(text_url_dup("https://shop.example/a?token=1#x", 100), "https://shop.example/a");
    assert_text(text_url_dup("https://shop.example/a#x?y", 100), "https://shop.example/a");
    assert_text(text_url_dup("https://user:pass@shop.example/a@b", 100),
                "https://shop.example/a@b");
    assert_text(text_url_dup("https://user:p@ss@shop.example", 100), "https://shop.example");
    assert_text(text_url_dup("//user@shop.example/", 100), "//shop.example/");
    assert_text(text_url_dup("https:/"
                             "/a:b@c\\@d",
                             100),
                "https://c\\@d");
    assert_text(text_url_dup("https://shop.example/\xC3\xA4\xC3\xA4", 24),
                "https://shop.example/\xC3\xA4");
    assert_text(text_url_dup("https://sh\nop.exa\tmple/ \xE2\x80\xAEx", 100),
                "https://shop.example/x");
    assert_text(text_url_dup("", 100), "");
    assert_text(text_url_dup("?x", 100), "");
}

static void text_equal__takes__null(void **state)
{
    (void)state;
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_false(text_equal("", NULL));
    assert_true(text_equal("a", "a"));
    assert_false(text_equal("a", "b"));
    assert_true(text_equal_secret("secret", "secret"));
    assert_true(text_equal_secret("", ""));
    assert_false(text_equal_secret("secre", "secret"));
    assert_false(text_equal_secret("secrets", "secret"));
    assert_false(text_equal_secret("", "secret"));
    assert_false(text_equal_secret("secret", ""));
    assert_false(text_equal_secret("secreT", "secret"));
    assert_false(text_equal_secret(NULL, "secret"));
    assert_false(text_equal_secret("secret", NULL));
    assert_false(text_equal_secret(NULL, NULL));
}

static void text_is_email__asks_for__one_at_and_no_blanks(void **state)
{
    (void)state;
    static const char *const good[] = {"a@b", "ada.l+x@example.org", "ü@example.org"};
    static const char *const bad[] = {"",      "ada",   "@b",   "a@",   "a@b@c",
                                      "a b@c", "<a@b>", "a@b,", "a@b;", "a@\nb"};
    char text[TEXT_EMAIL_BYTES + 2];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(text_is_email(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(text_is_email(bad[i]));
    }
    memset(text, 'a', sizeof text);
    text[1] = '@';
    text[TEXT_EMAIL_BYTES + 1] = '\0';
    assert_false(text_is_email(text));
    text[TEXT_EMAIL_BYTES] = '\0';
    assert_true(text_is_email(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_email__asks_for__one_at_and_no_blanks),
        cmocka_unit_test(text_is_utf8__is_strict_V031_V037),
        cmocka_unit_test(text_is_utf8__agrees__with_the_definition),
        cmocka_unit_test(text_clean_dup__replaces__what_xml_cannot_hold_V039),
        cmocka_unit_test(text_clip_dup__never_cuts__a_code_point),
        cmocka_unit_test(text_count__counts__code_points_V116),
        cmocka_unit_test(text_name_dup__drops__bidi_and_zero_width_V110_V111),
        cmocka_unit_test(text_name_dup__folds__white_space_V118),
        cmocka_unit_test(text_name_dup__is_cut),
        cmocka_unit_test(text__keeps__eight_marks_on_a_base_V112),
        cmocka_unit_test(text_name_dup__composes_V117),
        cmocka_unit_test(text_body_dup__makes__newlines_V118),
        cmocka_unit_test(text_body_dup__is_empty__when_nothing_is_visible_V111),
        cmocka_unit_test(text_body_dup__passes__what_people_write_V110_V115),
        cmocka_unit_test(text_url_dup__keeps__no_secrets),
        cmocka_unit_test(text_equal__takes__null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
