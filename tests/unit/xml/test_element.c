#include "xml/element.h"

#include "xml/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct element *parse(const char *text)
{
    struct element *root;
    assert_int_equal(reader_document(&READER_LINK, text, strlen(text), &root), READER_OK);
    return root;
}

static void element__gives__names_attributes_and_text(void **state)
{
    (void)state;
    const char *text = "<a xmlns='urn:a' xmlns:p='urn:p' x='1' y=''>one<p:b/>two<c "
                       "xmlns=''>&amp;</c><![CDATA[<]]></a>";
    struct element *a = parse(text);
    assert_string_equal(element_name(a), "a");
    assert_string_equal(element_ns(a), "urn:a");
    assert_true(element_is(a, "a", "urn:a"));
    assert_false(element_is(a, "a", ""));
    assert_string_equal(element_attr(a, "x"), "1");
    assert_string_equal(element_attr(a, "y"), "");
    assert_null(element_attr(a, "z"));
    assert_null(element_attr(a, "xmlns"));
    assert_string_equal(element_text(a), "onetwo<");
    assert_int_equal(element_bytes(a), strlen(text));
    assert_null(element_parent(a));
    const struct element *b = element_first(a), *c = element_next(b);
    assert_true(element_is(b, "b", "urn:p"));
    assert_true(element_is(c, "c", ""));
    assert_string_equal(element_text(b), "");
    assert_null(element_next(c));
    assert_ptr_equal(element_parent(c), a);
    assert_ptr_equal(element_child(a, "c", ""), c);
    assert_null(element_child(a, "c", NULL));
    assert_ptr_equal(element_child_ns(a, "urn:p"), b);
    assert_null(element_child_ns(a, "urn:none"));
    assert_string_equal(element_child_text(a, "c", ""), "&");
    assert_string_equal(element_child_text(a, "b", "urn:p"), "");
    assert_null(element_child_text(a, "d", ""));
    element_destroy(a);
    element_destroy(NULL);
}

/* V-050: an attribute in a namespace is another attribute, whatever the order. */
static void element__keeps_apart__attributes_by_namespace_V050(void **state)
{
    (void)state;
    const char *texts[] = {
        "<message xmlns:x='urn:x' x:from='boss@example.org' x:type='error' x:id='1' x:to='o@d' "
        "to='t' from='me' type='chat'/>",
        "<message to='t' from='me' type='chat' xmlns:x='urn:x' x:from='boss@example.org' "
        "x:type='error' x:id='1' x:to='o@d'/>",
    };
    for (int i = 0; i < 2; i++) {
        struct element *m = parse(texts[i]);
        assert_string_equal(element_attr(m, "from"), "me");
        assert_string_equal(element_attr(m, "to"), "t");
        assert_string_equal(element_attr(m, "type"), "chat");
        assert_null(element_attr(m, "id"));
        assert_string_equal(element_attr_ns(m, "from", "urn:x"), "boss@example.org");
        element_destroy(m);
    }
    struct element *only = parse("<message xmlns:x='urn:x' x:from='boss@example.org'/>");
    assert_null(element_attr(only, "from"));
    assert_null(element_attr(only, "x:from"));
    element_destroy(only);
}

/* V-051 */
static void element__is_not_confused__by_an_xmlns_attribute_V051(void **state)
{
    (void)state;
    struct element *m = parse("<message xmlns='jabber:client' xmlns:x='urn:x'><foo xmlns='' "
                              "x:xmlns='urn:xmpp:mam:2'/></message>");
    const struct element *foo = element_first(m);
    assert_string_equal(element_ns(foo), "");
    assert_null(element_child_ns(m, "urn:xmpp:mam:2"));
    assert_null(element_attr(foo, "xmlns"));
    element_destroy(m);
}

static void assert_body(const char *text, const char *expected)
{
    struct element *m = parse(text);
    if (expected) {
        assert_non_null(element_body(m));
        assert_string_equal(element_body(m), expected);
    } else {
        assert_null(element_body(m));
    }
    element_destroy(m);
}

static void element_body__is__what_people_read_V052(void **state)
{
    (void)state;
    assert_body("<message xmlns='jabber:client'><body "
                "xmlns='urn:other'>evil</body><body>good</body></message>",
                "good");
    assert_body("<message xmlns='jabber:client'><body>good</body><body "
                "xmlns='urn:other'>evil</body></message>",
                "good");
    assert_body("<message xmlns='jabber:client'><body xmlns=''>evil</body></message>", NULL);
    assert_body(
        "<message><body xml:lang='de'>de</body><body>plain</body><body>second</body></message>",
        "plain");
    assert_body("<message><body xml:lang='de'>de</body><body xml:lang='en'>en</body></message>",
                "de");
    assert_body("<message xml:lang='EN'><body xml:lang='de'>de</body><body "
                "xml:lang='en'>en</body></message>",
                "en");
    assert_body("<message><body/><html "
                "xmlns='http://jabber.org/protocol/xhtml-im'><body>x</body></html></message>",
                NULL);
    assert_body("<message><body></body><body xml:lang='de'>de</body></message>", NULL);
    assert_body("<message/>", NULL);
    assert_body("<message><body>a<b>inner</b>c</body></message>", "ac");
}

/* Text that children interrupt, in many pieces. */
static void element__joins__mixed_text(void **state)
{
    (void)state;
    char text[3 + 2000 * 9 + 5] = "<a>", expected[2 * 2000 + 1] = "";
    for (int i = 0; i < 2000; i++) {
        strcpy(text + 3 + i * 9, "x<b>b</b>");
        expected[i] = 'x';
    }
    strcat(text, "</a>");
    struct element *a = parse(text);
    assert_string_equal(element_text(a), expected);
    int count = 0;
    for (const struct element *b = element_first(a); b; b = element_next(b)) {
        assert_string_equal(element_text(b), "b");
        count++;
    }
    assert_int_equal(count, 2000);
    element_destroy(a);
}

/* A stanza in a BOSH body, kept for later, outlives the body. */
static void element_hold__keeps__a_child_when_the_root_is_destroyed(void **state)
{
    (void)state;
    struct element *body =
        parse("<body><message id='m1'><body>one</body></message><iq id='i1'/></body>");
    struct element *message = element_hold(element_first(body));
    struct element *iq = element_hold(element_next(element_first(body)));
    element_destroy(body);
    assert_string_equal(element_attr(message, "id"), "m1");
    element_destroy(message);
    assert_string_equal(element_attr(iq, "id"), "i1");
    element_destroy(iq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(element__gives__names_attributes_and_text),
        cmocka_unit_test(element__keeps_apart__attributes_by_namespace_V050),
        cmocka_unit_test(element__is_not_confused__by_an_xmlns_attribute_V051),
        cmocka_unit_test(element_body__is__what_people_read_V052),
        cmocka_unit_test(element__joins__mixed_text),
        cmocka_unit_test(element_hold__keeps__a_child_when_the_root_is_destroyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
