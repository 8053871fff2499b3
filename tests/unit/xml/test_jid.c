#include "xml/jid.h"

#include "base/buf.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_jid(const char *text, const char *full)
{
    struct jid jid;
    if (!jid_parse(&jid, text)) {
        fail_msg("refused: %s", text);
    }
    assert_string_equal(jid.full, full);
    struct jid again;
    assert_true(jid_parse(&again, jid.full));
    assert_string_equal(again.full, jid.full);
    jid_finish(&again);
    jid_finish(&jid);
}

static void assert_refused(const char *text)
{
    struct jid jid;
    memset(&jid, 1, sizeof jid);
    if (jid_parse(&jid, text)) {
        fail_msg("accepted: %s as %s", text, jid.full);
    }
    assert_null(jid.full);
    assert_null(jid.memory);
    jid_finish(&jid);
    assert_null(jid_bare_dup(text));
}

static void jid__is_taken_apart(void **state)
{
    (void)state;
    struct jid jid;
    assert_true(jid_parse(&jid, "Visitor-1@Support.Example/a@b/c D"));
    assert_string_equal(jid.full, "visitor-1@support.example/a@b/c D");
    assert_string_equal(jid.bare, "visitor-1@support.example");
    assert_string_equal(jid.local, "visitor-1");
    assert_string_equal(jid.domain, "support.example");
    assert_string_equal(jid.resource, "a@b/c D");
    jid_finish(&jid);
    assert_true(jid_parse(&jid, "localhost"));
    assert_string_equal(jid.full, "localhost");
    assert_string_equal(jid.bare, "localhost");
    assert_string_equal(jid.local, "");
    assert_string_equal(jid.resource, "");
    jid_finish(&jid);
    jid_finish(&jid);
    char *bare = jid_bare_dup("A@b/C");
    assert_string_equal(bare, "a@b");
    free(bare);
    assert_jid("d/r", "d/r");
    assert_jid("a@127.0.0.1/r", "a@127.0.0.1/r");
    assert_jid("a@[::1]/r", "a@[::1]/r");
    assert_jid("a@xmpp_server/r", "a@xmpp_server/r");
    assert_jid("a.b+c\\20d@x/r", "a.b+c\\20d@x/r");
}

/* V-0S7: different spellings are one address, or none. */
static void jid__is_prepared_V0S7(void **state)
{
    (void)state;
    assert_jid("AGENT@LOCALHOST/Gajim", "agent@localhost/Gajim");
    assert_jid("stra\xC3\x9F"
               "e@x",
               "strasse@x");                                     /* ß */
    assert_jid("\xEF\xBC\xA1gent@localhost", "agent@localhost"); /* full-width A */
    assert_jid("agent@\xEF\xBD\x8Cocalhost", "agent@localhost"); /* full-width l */
    assert_jid("\xC3\x89ve@x", "\xC3\xA9ve@x");                  /* É */
    assert_jid("e\xCC\x81ve@x", "\xC3\xA9ve@x");                 /* e + acute */
    assert_jid("a@M\xC3\x9CNCHEN.example", "a@m\xC3\xBCnchen.example");
    assert_jid("a@xn--mnchen-3ya.example", "a@m\xC3\xBCnchen.example");
    assert_jid("a@XN--MNCHEN-3YA.example", "a@m\xC3\xBCnchen.example");
    assert_jid("a@x\xE3\x80\x82"
               "example",
               "a@x.example"); /* ideographic stop */
    assert_jid("ag\xC2\xAD"
               "ent@localhost",
               "agent@localhost"); /* soft hyphen */
    assert_jid("a@x/\xF0\x9F\x98\x80\xF0\x9F\xAB\xA0", "a@x/\xF0\x9F\x98\x80\xF0\x9F\xAB\xA0");
    assert_jid("a@x/\xEF\xBC\xA1", "a@x/A");
    assert_jid("\xD0\xB0gent@localhost",
               "\xD0\xB0gent@localhost"); /* Cyrillic a stays another address */
}

static void jid__is_refused(void **state)
{
    (void)state;
    const char *bad[] = {
        "",
        "@x",
        "a@",
        "a@/r",
        "/r",
        "a@x/",
        "a b@x",
        "a\"b@x",
        "a&b@x",
        "a'b@x",
        "a:b@x",
        "a<b@x",
        "a>b@x",
        "a@b@c",
        "a@x y",
        "a@x..y",
        "a@.x",
        "a@x.",
        "a@-\x01",
        "a@x/\x01",
        "a@x/\x7F",
        "a\xFF@x",
        "a@x/\xC0\x80",
        "a@\xEF\xBC\xA0x",  /* full-width @ */
        "a@x\xEF\xBC\x8Fy", /* full-width / in the domain */
        "z\xEF\xBC\xA0z@x", /* and in the local part */
        "\xC2\xAD@x",       /* nothing is left of it */
        "a\xE2\x80\xAE@x",  /* bidi override */
        "\xD7\x90z@x",      /* mixed directions */
        "a@[::1",
        "a@[]",
        "a@[x]",
        "a@[::1]x",
        "a@x/\xEF\xBF\xBE",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_refused(bad[i]);
    }
    assert_refused(NULL);
}

static void jid__has_a_greatest_length(void **state)
{
    (void)state;
    char part[JID_PART + 2];
    memset(part, 'a', sizeof part);
    part[JID_PART] = '\0';
    char *fits = mem_print("%s@%s/%s", part, part, part);
    assert_jid(fits, fits);
    part[JID_PART] = 'a';
    part[JID_PART + 1] = '\0';
    char *bad[] = {mem_print("%s@x", part), mem_print("a@%s", part), mem_print("a@x/%s", part),
                   mem_print("%s/%s", fits, "x")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_refused(bad[i]);
        free(bad[i]);
    }
    free(fits);
    /* U+FDFA becomes eighteen characters: longer than may be only once it is prepared. */
    struct jid jid;
    struct buf many;
    buf_init(&many, 4096);
    for (int i = 0; i < 300; i++) {
        buf_add_text(&many, "\xEF\xB7\xBA");
    }
    buf_add_text(&many, "@x");
    assert_false(jid_parse(&jid, many.bytes));
    buf_finish(&many);
}

static void jid_is_local_part__accepts__only_what_is_prepared(void **state)
{
    (void)state;
    assert_true(jid_is_local_part("visitor-abc234"));
    assert_true(jid_is_local_part("sales.de"));
    assert_true(jid_is_local_part("\xC3\xA9"));
    assert_false(jid_is_local_part("Sales"));
    assert_false(jid_is_local_part("a b"));
    assert_false(jid_is_local_part("a@b"));
    assert_false(jid_is_local_part("a/b"));
    assert_false(jid_is_local_part(""));
    assert_false(jid_is_local_part(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jid__is_taken_apart),
        cmocka_unit_test(jid__is_prepared_V0S7),
        cmocka_unit_test(jid__is_refused),
        cmocka_unit_test(jid__has_a_greatest_length),
        cmocka_unit_test(jid_is_local_part__accepts__only_what_is_prepared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
