#include "base/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void unicode_encode__is_undone__by_decode(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x110000; point++) {
        char bytes[4];
        uint32_t read;
        if (point == 0xD800) {
            point = 0xE000;
        }
        size_t len = unicode_encode(point, bytes);
        if (unicode_decode(bytes, len, &read) != len || read != point) {
            fail_msg("U+%04X", (unsigned)point);
        }
        if (len > 1 && unicode_decode(bytes, len - 1, &read) != 0) {
            fail_msg("U+%04X cut", (unsigned)point);
        }
    }
}

static void unicode__classifies(void **state)
{
    (void)state;
    const uint32_t formats[] = {0xAD,   0x200B, 0x200F, 0x202A,  0x202E, 0x2060,
                                0x2066, 0x2069, 0xFEFF, 0xE0001, 0xE007F};
    const uint32_t marks[] = {0x300, 0x36F, 0x483, 0x5BF, 0x20DD, 0xFE0F, 0x1E8D0, 0xE01EF};
    const uint32_t spaces[] = {'\t',   '\n',   '\r',   ' ',    0x85,   0xA0,  0x1680,
                               0x2000, 0x200A, 0x2028, 0x202F, 0x205F, 0x3000};
    const uint32_t plain[] = {'a', '0', '_', 0xE4, 0x4E00, 0x1F600, 0x10FFFD, 0x2FFE, 0xFFFD};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        assert_true(unicode_is_format(formats[i]) && unicode_is_invisible(formats[i]));
        assert_false(unicode_is_mark(formats[i]));
    }
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        assert_true(unicode_is_mark(marks[i]) && !unicode_is_format(marks[i]));
    }
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        assert_true(unicode_is_space(spaces[i]) && unicode_is_invisible(spaces[i]));
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        uint32_t p = plain[i];
        assert_false(unicode_is_space(p) || unicode_is_format(p) || unicode_is_mark(p) ||
                     unicode_is_control(p) || unicode_is_newline(p) || unicode_is_invisible(p) ||
                     unicode_is_zero_width(p));
        assert_true(unicode_is_xml(p));
    }
    assert_false(unicode_is_xml(0) || unicode_is_xml(0x1F) || unicode_is_xml(0xFFFE) ||
                 unicode_is_xml(0xFFFF));
    assert_true(unicode_is_xml('\t') && unicode_is_xml(0x1FFFE) && unicode_is_xml(0x10FFFF));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unicode_encode__is_undone__by_decode),
        cmocka_unit_test(unicode__classifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
