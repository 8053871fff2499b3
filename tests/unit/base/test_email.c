/* Which addresses mail may go to. */
#include "base/email.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void email_is_mailable__takes__addresses(void **state)
{
    (void)state;
    static const char *const good[] = {
        "ann@example.org", "a@b",           "ann.b+shop@mail.example.org", "o'neil@example.org",
        "x_y-z@1.example", "A@EXAMPLE.ORG", "a@xn--mller-kva.example",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!email_is_mailable(good[i])) {
            fail_msg("%s is refused", good[i]);
        }
    }
}

static void email_is_mailable__refuses__what_is_more_than_an_address(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "@",
        "ann",
        "ann@",
        "@example.org",
        "ann@@example.org",
        "a@b@c",
        ".ann@example.org",
        "ann.@example.org",
        "a..n@example.org",
        "ann@.example",
        "ann@example.",
        "ann@ex..org",
        "ann@-a.org",
        "ann@a-.org",
        "ann b@example.org",
        "ann@exam ple.org",
        "ann@example.org\r\nBcc: eve@example.org",
        "ann@example.org\nRCPT TO:<eve@example.org>",
        "ann\r@example.org",
        "ann@example.org\t",
        "<ann@example.org>",
        "ann@example.org>",
        "Ann <ann@example.org>",
        "\"ann\"@example.org",
        "ann@[127.0.0.1]",
        "ann(x)@example.org",
        "ann@example.org,eve@example.org",
        "ann;eve@example.org",
        "ann\\@example.org",
        "ann:x@example.org",
        "änn@example.org",
        "ann@exämple.org",
        "ann@example.org\x01",
        "ann@a_b.org",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (email_is_mailable(bad[i])) {
            fail_msg("%s is taken", bad[i]);
        }
    }
}

static bool is_mailable(size_t local, size_t label, size_t labels)
{
    char *text = mem_alloc(1000);
    size_t len = local;

    memset(text, 'a', local);
    text[len++] = '@';
    for (size_t i = 0; i < labels; i++) {
        memset(text + len, 'b', label);
        len += label;
        text[len++] = i + 1 < labels ? '.' : '\0';
    }
    bool good = email_is_mailable(text);
    free(text);
    return good;
}

static void email_is_mailable__has__the_limits_of_rfc_5321(void **state)
{
    (void)state;
    assert_true(is_mailable(64, 10, 1));
    assert_false(is_mailable(65, 10, 1));
    assert_true(is_mailable(1, 63, 1));
    assert_false(is_mailable(1, 64, 1));
    assert_true(is_mailable(2, 62, 4));  /* 254 in all */
    assert_false(is_mailable(3, 62, 4)); /* 255 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(email_is_mailable__takes__addresses),
        cmocka_unit_test(email_is_mailable__refuses__what_is_more_than_an_address),
        cmocka_unit_test(email_is_mailable__has__the_limits_of_rfc_5321),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
