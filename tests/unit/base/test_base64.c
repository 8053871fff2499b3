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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_decode__gives__the_bytes),
        cmocka_unit_test(base64_decode__refuses__what_is_none_or_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
