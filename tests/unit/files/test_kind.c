#include "files/kind.h"
#include "files/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* V-096, V-097, V-099. */
static void kind_of__goes_by__what_is_in_it(void **state)
{
    (void)state;
    assert_string_equal(kind_of("\x89PNG\r\n\x1a\n....", 12), "image/png");
    assert_string_equal(kind_of("\xff\xd8\xff\xe0", 4), "image/jpeg");
    assert_string_equal(kind_of("GIF89a", 6), "image/gif");
    assert_string_equal(kind_of("RIFF....WEBP", 12), "image/webp");
    assert_string_equal(kind_of("%PDF-1.7", 8), "application/pdf");
    assert_string_equal(kind_of("PK\3\4", 4), "application/zip");
    assert_string_equal(kind_of("Gr\xc3\xbc\xc3", 5), "text/plain; charset=utf-8");
    assert_string_equal(kind_of("<svg onload='x()'/>", 19), "application/octet-stream");
    assert_string_equal(kind_of("Hi <script>", 11), "application/octet-stream");
    assert_string_equal(kind_of("\0\1\2", 3), "application/octet-stream");
    assert_string_equal(kind_of("\x89PN", 3), "application/octet-stream");
}

static void kind_is_shown__of__pictures_alone(void **state)
{
    (void)state;
    assert_true(kind_is_shown("image/png"));
    assert_true(kind_is_shown("image/webp"));
    assert_false(kind_is_shown("application/pdf"));
    assert_false(kind_is_shown("text/plain; charset=utf-8"));
    assert_false(kind_is_shown("image/svg+xml"));
}

static void check(char *(*make)(const char *), const char *from, const char *expected)
{
    char *made = make(from);
    assert_string_equal(made, expected);
    free(made);
}

/* V-100. */
static void name_clean_dup__leaves__one_harmless_line(void **state)
{
    (void)state;
    check(name_clean_dup, "Foto.png", "Foto.png");
    check(name_clean_dup, "../../x", ".._.._x");
    check(name_clean_dup, "..\\x", ".._x");
    check(name_clean_dup, "x.png\r\nSet-Cookie: a", "x.png Set-Cookie: a");
    check(name_clean_dup, "\xe2\x80\xaegpj.exe", "gpj.exe");
    check(name_clean_dup, "..", "file");
    check(name_clean_dup, "", "file");
}

static void name_of_url_dup__takes__the_last_part(void **state)
{
    (void)state;
    check(name_of_url_dup, "https://h/a/Gr%C3%BC%20%C3%9Fe.png?x=/y#z",
          "Gr\xc3\xbc \xc3\x9f"
          "e.png");
    check(name_of_url_dup, "https://h/a/", "");
    check(name_of_url_dup, "https://h/%ff.png", "");
    check(name_of_url_dup, "https://h/a%00b", "");
    check(name_of_url_dup, "https://h/100%", "100%");
    check(name_in_url_dup, "a b\"\xc3\xbc.png", "a%20b%22%C3%BC.png");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind_of__goes_by__what_is_in_it),
        cmocka_unit_test(kind_is_shown__of__pictures_alone),
        cmocka_unit_test(name_clean_dup__leaves__one_harmless_line),
        cmocka_unit_test(name_of_url_dup__takes__the_last_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
