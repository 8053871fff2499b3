#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648 section 10. */
static void base64_decode__gives__the_bytes(void **state)
{
    static const char *const CASES[][2] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"  Zm9v\r\n\tYm Fy\n", "foobar"},
        {"+/+/", "\xFB\xFF\xBF"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        size_t len = 99;
        unsigned char *bytes = base64_decode_dup(CASES[i][0], 6, &len);
        assert_non_null(bytes);
        assert_int_equal(len, strlen(CASES[i][1]));
        assert_memory_equal(bytes, CASES[i][1], len);
        free(bytes);
    }
}

static void base64_decode__refuses__what_is_none_or_too_much(void **state)
{
    static const char *const CASES[] = {"Z",        "Zg",           "Zg=",         "Zg===",
                                        "Z===",     "=Zg=",         "Zg=a",        "Zm9*",
                                        "Zm9vYmF-", "Zm9vYmFyZg==", "Zm9vYmFyYmF6"};
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_null(base64_decode_dup(CASES[i], 6, &len));
    }
}

/* All lengths and both letters of its own; the bytes may be zero. */
static void base64url_decode__gives__the_bytes(void **state)
{
    static const struct {
        const char *text;
        const char *bytes;
        size_t len;
    } CASES[] = {
        {"", "", 0},           {"Zg", "f", 1},
        {"Zm8", "fo", 2},      {"Zm9v", "foo", 3},
        {"Zm9vYg", "foob", 4}, {"Zm9vYmFy", "foobar", 6},
        {"AAAA", "\0\0\0", 3}, {"-_-_", "\xFB\xFF\xBF", 3},
        {"_w", "\xFF", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        size_t len = 99;
        unsigned char *bytes = base64url_decode_dup(CASES[i].text, strlen(CASES[i].text), 6, &len);
        assert_non_null(bytes);
        assert_int_equal(len, CASES[i].len);
        assert_memory_equal(bytes, CASES[i].bytes, len);
        free(bytes);
    }
}

/* Padding, blanks, the other alphabet, a second way to write the same, too much. */
static void base64url_decode__refuses__all_else(void **state)
{
    static const char *const CASES[] = {"Z",  "Zg==",  "Zm8=",     "Zm 9v",     "Zm9v\n", "+/+/",
                                        "Zh", "Zm9",   "Zm9vYh",   "Zm9*",      "Zm9v=",  "=",
                                        ".",  "Zm9vY", "\xC3\xA4", "Zm9vYmFyYg"};
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_null(base64url_decode_dup(CASES[i], strlen(CASES[i]), 6, &len));
    }
    assert_null(base64url_decode_dup("Zm\09", 4, 6, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_decode__gives__the_bytes),
        cmocka_unit_test(base64_decode__refuses__what_is_none_or_too_much),
        cmocka_unit_test(base64url_decode__gives__the_bytes),
        cmocka_unit_test(base64url_decode__refuses__all_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
