#include "base/mask.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *mask, const char *text, const char *expected)
{
    char *masked = mask_apply_dup(&mask, 1, text);

    assert_string_equal(masked != NULL ? masked : text, expected);
    free(masked);
}

static void mask_card__hides__what_the_check_digit_fits(void **state)
{
    (void)state;
    expect("card", "my card is 4111 1111 1111 1111, thanks",
           "my card is xxxx xxxx xxxx 1111, thanks");
    expect("card", "4111111111111111", "xxxxxxxxxxxx1111");
    expect("card", "5500-0000-0000-0004.", "xxxx-xxxx-xxxx-0004.");
    expect("card", "order 12, 378282246310005", "order 12, xxxxxxxxxxx0005"); /* 15 digits */
    expect("card", "4222222222222", "xxxxxxxxx2222");                         /* 13, the fewest */
    expect("card", "6304000000000000000", "xxxxxxxxxxxxxxx0000");             /* 19, the most */
    expect("card", "4111 1111 1111 1111 and 4111 1111 1111 1111",
           "xxxx xxxx xxxx 1111 and xxxx xxxx xxxx 1111");
    expect("card", "4111 1111 1111 1111 23", "xxxx xxxx xxxx 1111 23");
}

static void mask_card__leaves__other_numbers(void **state)
{
    (void)state;
    expect("card", "4111 1111 1111 1112", "4111 1111 1111 1112"); /* the check digit does not fit */
    expect("card", "411111111111", "411111111111");               /* 12 digits */
    expect("card", "63040000000000000004", "63040000000000000004"); /* 20 */
    expect("card", "a4111111111111111", "a4111111111111111");
    expect("card", "4111111111111111b", "4111111111111111b");
    expect("card", "4111  1111 1111 1111", "4111  1111 1111 1111"); /* two blanks */
    expect("card", "+49 170 1234567", "+49 170 1234567");
    expect("card", "", "");
}

static void mask_iban__hides__what_97_fits(void **state)
{
    (void)state;
    expect("iban", "to DE89 3704 0044 0532 0130 00!", "to xxxx xxxx xxxx xxxx xx30 00!");
    expect("iban", "gb82west12345698765432", "xxxxxxxxxxxxxxxxxx5432");
    expect("iban", "DE88 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00");
    expect("iban", "NO9386011117947", "xxxxxxxxxxx7947"); /* 15, the shortest */
}

static void mask_shape__hides__what_stands_alone(void **state)
{
    (void)state;
    expect("## ###### @ ###", "SVN 65 150870 J 008.", "SVN xx xxxxxx x xxx.");
    expect("## ###### @ ###", "65150870J008", "xxxxxxxxxxxx");
    expect("K-####", "see K-1234 and K-12345", "see x-xxxx and K-12345");
    expect("?????", "ab12c abcdef", "xxxxx abcdef");
    expect("(####)", "pin (1234)", "pin (xxxx)");
}

static void mask_is_one__looks_at__signs_and_lengths(void **state)
{
    char shape[MASK_SHAPE_MAX + 2];

    (void)state;
    assert_true(mask_is_one("card"));
    assert_true(mask_is_one("iban"));
    assert_true(mask_is_one("####"));
    assert_false(mask_is_one("###"));
    assert_false(mask_is_one("cards"));
    assert_false(mask_is_one("a ## b"));
    assert_false(mask_is_one("\xc3\xa4###"));
    memset(shape, '#', sizeof shape);
    shape[MASK_SHAPE_MAX] = '\0';
    assert_true(mask_is_one(shape));
    shape[MASK_SHAPE_MAX] = '#';
    shape[MASK_SHAPE_MAX + 1] = '\0';
    assert_false(mask_is_one(shape));
}

static void masks__are_applied__one_after_the_other(void **state)
{
    const char *const masks[] = {"card", "PIN ####"};
    (void)state;
    char *masked = mask_apply_dup(masks, 2, "4111111111111111 PIN 1234");

    assert_string_equal(masked, "xxxxxxxxxxxx1111 xxx xxxx");
    assert_null(mask_apply_dup(masks, 2, masked)); /* and once is enough */
    free(masked);
    assert_null(mask_apply_dup(NULL, 0, "4111111111111111"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mask_card__hides__what_the_check_digit_fits),
        cmocka_unit_test(mask_card__leaves__other_numbers),
        cmocka_unit_test(mask_iban__hides__what_97_fits),
        cmocka_unit_test(mask_shape__hides__what_stands_alone),
        cmocka_unit_test(mask_is_one__looks_at__signs_and_lengths),
        cmocka_unit_test(masks__are_applied__one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
