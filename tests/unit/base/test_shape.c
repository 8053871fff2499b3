#include "base/shape.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *shape;
    const char *text;
    const char *kept; /* NULL: it does not fit */
} CASES[] = {
    {"###-@@", "123-ab", "123-ab"},
    {"###-@@", "12-ab", NULL},
    {"###-@@", "123-a1", NULL},
    {"###-@@", "123-abc", NULL},
    {"???", "a1Z", "a1Z"},
    {"???", "a-Z", NULL},
    {"RE-####", "re-0042", "RE-0042"},
    {"RE-####", "RF-0042", NULL},
    {"@", "\xc3\xa9", NULL},
    {"@@", "\xc3\xa9", NULL},
    {"#", "", NULL},
    {"# $^.(x)", "7 $^.(X)", "7 $^.(x)"},
    {"#*", "7*", "7*"},
    {"#*", "77", NULL},
    {"[#]|{@}\\", "[1]|{a}\\", "[1]|{a}\\"},
};
enum { CASE_COUNT = sizeof CASES / sizeof *CASES };

static void shape_dup__keeps__what_is_as_the_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        char *kept = shape_dup(CASES[i].shape, CASES[i].text);
        if (CASES[i].kept == NULL) {
            assert_null(kept);
        } else {
            assert_non_null(kept);
            assert_string_equal(kept, CASES[i].kept);
        }
        free(kept);
    }
}

/* The same by somebody else's expressions. */
static void shape_regex_dup__says__the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        char *regex = shape_regex_dup(CASES[i].shape);
        char whole[200];
        regex_t compiled;
        assert_true((size_t)snprintf(whole, sizeof whole, "^(%s)$", regex) < sizeof whole);
        assert_int_equal(regcomp(&compiled, whole, REG_EXTENDED | REG_NOSUB), 0);
        assert_int_equal(regexec(&compiled, CASES[i].text, 0, NULL, 0) == 0, CASES[i].kept != NULL);
        regfree(&compiled);
        free(regex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shape_dup__keeps__what_is_as_the_shape),
        cmocka_unit_test(shape_regex_dup__says__the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
