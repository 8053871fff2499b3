/* Values that are typed by name. */
#include "agents/named.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static bool add(void *ctx, const char *name, const char *value)
{
    return buf_printf(ctx, "[%s|%s]", name, value);
}

static void check(const char *text, bool good, const char *expected)
{
    struct buf out;
    buf_init(&out, 1000);
    assert_int_equal(named_split(text, add, &out), good);
    assert_string_equal(out.bytes, expected);
    buf_finish(&out);
}

static void named_split__gives__words_to_the_name_before_them(void **state)
{
    (void)state;
    check("", true, "");
    check("  \n ", true, "");
    check("name=Nina Smith capacity=3", true, "[name|Nina Smith][capacity|3]");
    check(" hours=mon-fri 09:00-17:00; sat 10:00 \n zone=UTC ", true,
          "[hours|mon-fri 09:00-17:00; sat 10:00][zone|UTC]");
    check("form.name=off max_queue= x=1=2", true, "[form.name|off][max_queue|][x|1=2]");
    check("Dienst=da über=ja", true, "[Dienst|da][über|ja]");
}

static void named_split__refuses__what_has_no_name(void **state)
{
    (void)state;
    check("nonsense name=x", false, "");
    check("=x", false, "");
    check("1=x", false, "");
}

static bool refuse(void *ctx, const char *name, const char *value)
{
    (void)ctx;
    (void)name;
    (void)value;
    return false;
}

static void named_split__ends__where_it_is_told_to(void **state)
{
    (void)state;
    assert_false(named_split("a=1 b=2", refuse, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_split__gives__words_to_the_name_before_them),
        cmocka_unit_test(named_split__refuses__what_has_no_name),
        cmocka_unit_test(named_split__ends__where_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
