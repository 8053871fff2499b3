#include "client/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <string.h>

static void refuses(const char *line, const char *because)
{
    struct request r;
    char why[200] = "";
    assert_false(request_parse(&r, line, why, sizeof why));
    assert_non_null(strstr(why, because));
}

static void request_parse__reads__every_kind(void **state)
{
    (void)state;
    struct request r;
    char why[200];
    assert_true(request_parse(
        &r, "{\"do\":\"send\",\"to\":\"a@b\",\"body\":\"x\\ny\",\"id\":\"7\"}", why, sizeof why));
    assert_int_equal(r.kind, REQUEST_SEND);
    assert_string_equal(r.to, "a@b");
    assert_string_equal(r.body, "x\ny");
    assert_string_equal(r.id, "7");
    request_finish(&r);
    assert_true(
        request_parse(&r, "{\"do\":\"send\",\"to\":\"a@b\",\"body\":\"x\"}", why, sizeof why));
    assert_null(r.id);
    request_finish(&r);
    assert_true(request_parse(&r, "{\"do\":\"typing\",\"to\":\"a@b\"}", why, sizeof why));
    assert_string_equal(r.state, "composing");
    request_finish(&r);
    assert_true(request_parse(&r, "{\"do\":\"presence\",\"show\":\"dnd\",\"status\":\"s\"}", why,
                              sizeof why));
    assert_string_equal(r.show, "dnd");
    assert_string_equal(r.status, "s");
    request_finish(&r);
    assert_true(request_parse(&r, "{\"do\":\"presence\"}", why, sizeof why));
    assert_string_equal(r.show, "");
    request_finish(&r);
    assert_true(
        request_parse(&r, "{\"do\":\"displayed\",\"to\":\"a@b\",\"id\":\"9\"}", why, sizeof why));
    assert_int_equal(r.kind, REQUEST_DISPLAYED);
    request_finish(&r);
    assert_true(request_parse(&r, " {\"do\":\"list\"} ", why, sizeof why));
    assert_int_equal(r.kind, REQUEST_LIST);
    request_finish(&r);
    assert_true(request_parse(&r, "{\"do\":\"quit\"}", why, sizeof why));
    assert_int_equal(r.kind, REQUEST_QUIT);
    request_finish(&r);
}

static void request_parse__refuses__with_a_reason(void **state)
{
    (void)state;
    refuses("", "expected");
    refuses("hello", "expected");
    refuses("[1]", "'do'");
    refuses("{\"do\":\"dance\"}", "'do'");
    refuses("{\"do\":7}", "'do'");
    refuses("{\"do\":\"send\",\"body\":\"x\"}", "'to'");
    refuses("{\"do\":\"send\",\"to\":\"\",\"body\":\"x\"}", "'to'");
    refuses("{\"do\":\"send\",\"to\":\"a@b\"}", "'body'");
    refuses("{\"do\":\"send\",\"to\":\"a@b\",\"body\":\"x\",\"id\":\"\"}", "'id'");
    refuses("{\"do\":\"displayed\",\"to\":\"a@b\"}", "'id'");
    refuses("{\"do\":\"typing\",\"to\":\"a@b\",\"state\":\"asleep\"}", "'state'");
    refuses("{\"do\":\"presence\",\"show\":\"up\"}", "'show'");
    refuses("{\"do\":\"send\",\"do\":\"send\"}", "duplicate");
    refuses("{\"do\":\"send\",\"to\":\"a@b\",\"body\":\"\xff\"}", "0xff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_parse__reads__every_kind),
        cmocka_unit_test(request_parse__refuses__with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
