/* What people wrote does nothing in a page, a spreadsheet or a terminal. */
#include "report/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect(void (*write)(FILE *out, const char *text), const char *text, const char *wanted)
{
    char *bytes = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&bytes, &len);

    write(out, text);
    fclose(out);
    assert_string_equal(bytes, wanted);
    free(bytes);
}

static void plain(FILE *out, const char *text)
{
    escape_plain(out, text, 0);
}

static void plain_six(FILE *out, const char *text)
{
    escape_plain(out, text, 6);
}

static void escape_html__leaves__no_markup(void **state)
{
    (void)state;
    expect(escape_html, "<b onclick=\"a\">&'</b>",
           "&lt;b onclick=&quot;a&quot;&gt;&amp;&#39;&lt;/b&gt;");
    expect(escape_html,
           "a\x1b[31m\xE2\x80\xAE"
           "b\xC2\x9B",
           "a[31mb");
    expect(escape_html, "\xFF!", "\xEF\xBF\xBD!");
}

static void escape_csv__defuses__formulas(void **state)
{
    (void)state;
    expect(escape_csv, "=1+1", "\"'=1+1\"");
    expect(escape_csv, "+49 30", "\"'+49 30\"");
    expect(escape_csv, "-1", "\"'-1\"");
    expect(escape_csv, "@SUM(A1)", "\"'@SUM(A1)\"");
    expect(escape_csv, "\t=1", "\"'\t=1\"");
    expect(escape_csv, "\r=1", "\"'=1\"");
    expect(escape_csv, "\n=1", "\"'\n=1\"");
    expect(escape_csv, "  =1", "\"  '=1\"");
    expect(escape_csv, "\xE2\x80\x8B=1", "\"'=1\"");
    expect(escape_csv,
           "\xEF\xBC\x9D"
           "1",
           "\"'\xEF\xBC\x9D"
           "1\"");
    expect(escape_csv, "a \"b\", c; 1-1=0", "\"a \"\"b\"\", c; 1-1=0\"");
    expect(escape_csv, "", "\"\"");
}

static void escape_plain__leaves__nothing_that_terminals_obey(void **state)
{
    (void)state;
    expect(plain,
           "a\x1b]0;x\x07"
           "b\nc\td",
           "a]0;xb c d");
    expect(plain,
           "\xE2\x80\xAE"
           "evil\xE2\x81\xA6\xC2\x85",
           "evil");
    expect(plain_six, "M\xC3\xBCller", "M\xC3\xBCller");
    expect(plain_six, "M\xC3\xBC", "M\xC3\xBC    ");
    expect(plain_six, "M\xC3\xBCllerin", "M\xC3\xBClle…");
}

static void escape_json_dup__keeps__lines(void **state)
{
    char *text = escape_json_dup("a\nb\x01\xFF");

    (void)state;
    assert_string_equal(text, "a\nb\xEF\xBF\xBD");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape_html__leaves__no_markup),
        cmocka_unit_test(escape_csv__defuses__formulas),
        cmocka_unit_test(escape_plain__leaves__nothing_that_terminals_obey),
        cmocka_unit_test(escape_json_dup__keeps__lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
