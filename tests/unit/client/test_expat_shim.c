#include "client/expat_shim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <expat.h>
#include <stdbool.h>
#include <string.h>
#include <strophe.h>

static void on_start(void *ctx, const char *name, const char **attributes)
{
    (void)name;
    (void)attributes;
    ++*(unsigned *)ctx;
}

static void expat_shim__works__here(void **state)
{
    (void)state;
    assert_true(expat_shim_works());
}

/* V-160: an element that was cut inside its start tag is handed over with its last byte, at every
 * cut. */
static void expat_shim__hands_over_at_once__what_was_cut__V_160(void **state)
{
    static const char text[] = "<b attribute='value' another='one' third='3'/>";
    (void)state;
    unsigned seen = 0;
    XML_Parser parser = XML_ParserCreate_MM(NULL, NULL, "\xFF");
    for (int round = 0; round < 2; round++) {
        XML_SetElementHandler(parser, on_start, NULL);
        XML_SetUserData(parser, &seen);
        seen = 0;
        assert_int_equal(XML_Parse(parser, "<a>", 3, 0), XML_STATUS_OK);
        for (int cut = 1; cut < (int)sizeof text - 1; cut++) {
            unsigned before = seen;
            XML_Parse(parser, text, cut, 0);
            assert_int_equal(seen, before);
            XML_Parse(parser, text + cut, (int)sizeof text - 1 - cut, 0);
            assert_int_equal(seen, before + 1);
        }
        XML_ParserReset(parser, NULL); /* which would bring the deferral back */
    }
    XML_ParserFree(parser);
}

static char *from_of(const char *text)
{
    static char from[100];
    xmpp_ctx_t *strophe = xmpp_ctx_new(NULL, NULL);
    xmpp_stanza_t *stanza = xmpp_stanza_new_from_string(strophe, text);
    assert_non_null(stanza);
    const char *found = xmpp_stanza_get_from(stanza);
    strncpy(from, found ? found : "nobody", sizeof from - 1);
    assert_string_equal(xmpp_stanza_get_ns(stanza), "jabber:client");
    xmpp_stanza_release(stanza);
    xmpp_ctx_free(strophe);
    return from;
}

/* V-050: no attribute in a foreign namespace becomes the sender; what libstrophe does alone is in
 * test_libstrophe. */
static void expat_shim__drops__a_forged_sender__V_050(void **state)
{
    (void)state;
    assert_string_equal(
        from_of("<message xmlns='jabber:client' xmlns:x='urn:x' from='alice@localhost' "
                "x:from='boss@localhost'/>"),
        "alice@localhost");
    assert_string_equal(
        from_of("<message xmlns='jabber:client' xmlns:x='urn:x' x:from='boss@localhost' "
                "from='alice@localhost'/>"),
        "alice@localhost");
    assert_string_equal(
        from_of("<message xmlns='jabber:client' xmlns:x='urn:x' x:from='boss@localhost'/>"),
        "nobody");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expat_shim__works__here),
        cmocka_unit_test(expat_shim__hands_over_at_once__what_was_cut__V_160),
        cmocka_unit_test(expat_shim__drops__a_forged_sender__V_050),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
