#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The simple example of XEP-0115 5.2. */
static void digest_sha1_base64__is_as_in_the_xep(void **state)
{
    static const char *const TEXT =
        "client/pc//Exodus 0.9.1<http://jabber.org/protocol/caps<http://jabber.org/protocol/"
        "disco#info<http://jabber.org/protocol/disco#items<http://jabber.org/protocol/muc<";
    char out[DIGEST_SHA1_BASE64_SIZE];

    (void)state;
    digest_sha1_base64(TEXT, strlen(TEXT), out);
    assert_string_equal(out, "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_sha1_base64__is_as_in_the_xep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
