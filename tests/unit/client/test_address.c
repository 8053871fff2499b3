#include "client/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <string.h>

static void address_parse__takes_apart__ws_and_wss(void **state)
{
    (void)state;
    struct address a;
    assert_true(address_parse(&a, "ws://127.0.0.1:8080/xmpp-websocket"));
    assert_false(a.tls);
    assert_string_equal(a.host, "127.0.0.1");
    assert_string_equal(a.port, "8080");
    assert_string_equal(a.path, "/xmpp-websocket");
    assert_string_equal(a.origin, "http://127.0.0.1:8080");
    assert_true(address_parse(&a, "wss://shop.example"));
    assert_true(a.tls);
    assert_string_equal(a.host, "shop.example");
    assert_string_equal(a.port, "443");
    assert_string_equal(a.path, "/xmpp-websocket");
    assert_string_equal(a.origin, "https://shop.example");
    assert_true(address_parse(&a, "ws://[::1]:81/a?b=c"));
    assert_string_equal(a.host, "::1");
    assert_string_equal(a.port, "81");
    assert_string_equal(a.path, "/a?b=c");
    assert_string_equal(a.origin, "http://[::1]:81");
}

static void address_parse__refuses__anything_else(void **state)
{
    static const char *const wrong[] = {
        "",           "http://a/",   "ws:/a",     "ws://",
        "ws:///x",    "ws://a:/",    "ws://a:0/", "ws://a:65536/",
        "ws://a:8x/", "ws://u:p@a/", "ws://a b/", "ws://a/b\r\nX: y",
        "ws://[]/",   "ws://[::1/",  "ws://a/#b", "ws://a:123456",
    };
    (void)state;
    struct address a;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(address_parse(&a, wrong[i]));
    }
    char longest[700];
    memset(longest, 'a', sizeof longest);
    memcpy(longest, "ws://", 5);
    longest[sizeof longest - 1] = '\0';
    assert_false(address_parse(&a, longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_parse__takes_apart__ws_and_wss),
        cmocka_unit_test(address_parse__refuses__anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
