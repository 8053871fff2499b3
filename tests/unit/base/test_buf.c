#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void buf__is_a_string__always(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    assert_string_equal(b.bytes, "");
    assert_true(buf_add_text(&b, ""));
    assert_string_equal(b.bytes, "");
    assert_true(buf_add_text(&b, "ab"));
    assert_true(buf_add_char(&b, 'c'));
    assert_true(buf_printf(&b, "%d-%s", 5, "x"));
    assert_true(buf_add(&b, "y\0z", 3));
    assert_int_equal(b.len, 9);
    assert_memory_equal(b.bytes, "abc5-xy\0z", 10);
    buf_drop(&b, 3);
    assert_memory_equal(b.bytes, "5-xy\0z", 7);
    buf_drop(&b, 100);
    assert_int_equal(b.len, 0);
    assert_string_equal(b.bytes, "");
    buf_reset(&b);
    assert_string_equal(b.bytes, "");
    buf_finish(&b);
    assert_string_equal(b.bytes, "");
    buf_finish(&b);
}

static void buf__appends_nothing__over_its_maximum(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 5);
    assert_true(buf_add_text(&b, "abc"));
    assert_false(buf_add_text(&b, "def"));
    assert_true(b.overflow);
    assert_false(buf_add_char(&b, 'd')); /* would fit, but what is before it is missing */
    assert_false(buf_printf(&b, "%s", ""));
    assert_string_equal(b.bytes, "abc");
    buf_reset(&b);
    assert_false(b.overflow);
    assert_true(buf_add_text(&b, "abcde"));
    assert_false(buf_add_char(&b, 'f'));
    assert_string_equal(b.bytes, "abcde");
    buf_finish(&b);
    buf_init(&b, 0);
    assert_true(buf_add(&b, "", 0));
    assert_false(buf_add_char(&b, 'x'));
    assert_string_equal(b.bytes, "");
    buf_finish(&b);
}

static void buf__grows__to_its_maximum(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100003);
    for (int i = 0; i < 100003; i++) {
        assert_true(buf_add_char(&b, 'x'));
        assert_true(b.size <= b.max);
    }
    assert_false(buf_add_char(&b, 'x'));
    assert_int_equal(strlen(b.bytes), 100003);
    buf_finish(&b);
    /* No maximum to speak of. */
    buf_init(&b, SIZE_MAX);
    assert_true(buf_add_text(&b, "x"));
    assert_string_equal(b.bytes, "x");
    buf_finish(&b);
}

static void buf_detach__gives_away__the_bytes(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    char *empty = buf_detach(&b);
    assert_string_equal(empty, "");
    free(empty);
    buf_add_text(&b, "ab");
    char *bytes = buf_detach(&b);
    assert_string_equal(bytes, "ab");
    free(bytes);
    assert_int_equal(b.len, 0);
    assert_int_equal(b.max, 10);
    assert_string_equal(b.bytes, "");
    assert_true(buf_add_text(&b, "c"));
    assert_string_equal(b.bytes, "c");
    buf_finish(&b);
}

static void expect_filled(const char *text, const char *first, const char *second,
                          const char *expected)
{
    struct buf b;

    buf_init(&b, 100);
    buf_add_text(&b, "> ");
    assert_true(buf_add_filled(&b, text, first, second));
    assert_string_equal(b.bytes, expected);
    buf_finish(&b);
}

static void buf_add_filled__fills__gaps_in_their_order(void **state)
{
    (void)state;
    expect_filled("", "a", "b", "> ");
    expect_filled("no gap", "a", "b", "> no gap");
    expect_filled("%s", "a", NULL, "> a");
    expect_filled("Number %s.", "7", NULL, "> Number 7.");
    expect_filled("%s by %s!", "a", "b", "> a by b!");
    expect_filled("%s%s", "a", "b", "> ab");
    expect_filled("%s and %s", NULL, "b", "> %s and b");
    expect_filled("%s, %s, %s", "a", "b", "> a, b, %s"); /* there is no third */
}

static void buf_add_filled__takes__no_value_for_a_format(void **state)
{
    (void)state;
    expect_filled("%s by %s", "%s %n", "100 %", "> %s %n by 100 %");
    expect_filled("100 %% of %s, %d%", "x", NULL, "> 100 %% of x, %d%");
}

static void buf_add_filled__ends__at_the_maximum(void **state)
{
    (void)state;
    struct buf b;

    buf_init(&b, 4);
    assert_true(buf_add_filled(&b, "a%sc", "b", NULL));
    assert_false(buf_add_filled(&b, "%s", "de", NULL));
    assert_true(b.overflow);
    assert_string_equal(b.bytes, "abc");
    buf_reset(&b);
    assert_false(buf_add_filled(&b, "ab%sf", "cde", NULL));
    assert_true(b.overflow);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf__is_a_string__always),
        cmocka_unit_test(buf__appends_nothing__over_its_maximum),
        cmocka_unit_test(buf__grows__to_its_maximum),
        cmocka_unit_test(buf_add_filled__fills__gaps_in_their_order),
        cmocka_unit_test(buf_add_filled__takes__no_value_for_a_format),
        cmocka_unit_test(buf_add_filled__ends__at_the_maximum),
        cmocka_unit_test(buf_detach__gives_away__the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
