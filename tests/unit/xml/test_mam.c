/* Questions to an archive, and what their answers are made of. */
#include "base/buf.h"
#include "xml/mam.h"
#include "xml/ns.h"
#include "xml/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct element *read_query(const char *inside, struct mam_query *m, enum stanza_error *wrong)
{
    struct element *e = NULL;
    struct buf xml;

    buf_init(&xml, 64 * 1024);
    buf_printf(&xml, "<query xmlns='urn:xmpp:mam:2' queryid='q1'>%s</query>", inside);
    assert_int_equal(reader_document(&READER_LINK, xml.bytes, xml.len, &e), READER_OK);
    buf_finish(&xml);
    *wrong = mam_read(e, m);
    return e;
}

static void expect_wrong(const char *inside, enum stanza_error expected)
{
    struct mam_query m;
    enum stanza_error wrong;

    element_destroy(read_query(inside, &m, &wrong));
    assert_int_equal(wrong, expected);
}

#define FORM(fields) "<x xmlns='jabber:x:data' type='submit'>" fields "</x>"
#define FIELD(var, value) "<field var='" var "'><value>" value "</value></field>"
#define SET(inside) "<set xmlns='http://jabber.org/protocol/rsm'>" inside "</set>"

static void query__without_anything__asks_for_the_first_page(void **state)
{
    struct mam_query m;
    enum stanza_error wrong;
    struct element *e = read_query("", &m, &wrong);

    (void)state;
    assert_int_equal(wrong, ERROR_NONE);
    assert_string_equal(m.queryid, "q1");
    assert_int_equal(m.max, MAM_PAGE);
    assert_false(m.is_filtered || m.counts || m.flips);
    assert_true(m.after == 0 && m.before == 0 && m.from == 0 && m.id_count == 0);
    assert_null(m.with);
    element_destroy(e);
}

static void query__has__filters_and_a_page(void **state)
{
    struct mam_query m;
    enum stanza_error wrong;
    struct element *e = read_query(
        FORM(FIELD("FORM_TYPE", "urn:xmpp:mam:2") FIELD("with", "a@b") FIELD("start",
                                                                             "2026-01-05T10:00:00Z")
                 FIELD("end", "2026-01-05T11:00:00Z") FIELD("after-id", "7") FIELD(
                     "before-id", "9") "<field var='ids'><value>7</value><value>8</value></field>")
            SET("<max>0</max><before/>") "<flip-page/>",
        &m, &wrong);

    (void)state;
    assert_int_equal(wrong, ERROR_NONE);
    assert_string_equal(m.with, "a@b");
    assert_int_equal(m.from, 1767607200000);
    assert_int_equal(m.until, 1767610800000);
    assert_int_equal(m.after_id, 7);
    assert_int_equal(m.before_id, 9);
    assert_int_equal(m.id_count, 2);
    assert_int_equal(m.ids[1], 8);
    assert_int_equal(m.before, -1);
    assert_int_equal(m.max, 1);
    assert_true(m.counts && m.flips && m.is_filtered);
    element_destroy(e);
    e = read_query(FORM(FIELD("with", "a@b")) SET("<max>500</max><after>3</after>"), &m, &wrong);
    assert_int_equal(wrong, ERROR_NONE);
    assert_int_equal(m.max, MAM_PAGE);
    assert_int_equal(m.after, 3);
    assert_false(m.is_filtered);
    element_destroy(e);
}

static void query__that_is_wrong__is_refused(void **state)
{
    struct buf ids;

    (void)state;
    expect_wrong(FORM(FIELD("start", "yesterday")), ERROR_BAD_REQUEST);
    expect_wrong(FORM("<field var='end'/>"), ERROR_BAD_REQUEST);
    expect_wrong(FORM("<field var='ids'/>"), ERROR_BAD_REQUEST);
    expect_wrong(FORM("<field/>"), ERROR_FEATURE_NOT_IMPLEMENTED);
    expect_wrong(FORM(FIELD("include-groupchat", "true")), ERROR_FEATURE_NOT_IMPLEMENTED);
    expect_wrong(FORM(FIELD("after-id", "x1")), ERROR_ITEM_NOT_FOUND);
    expect_wrong(FORM(FIELD("before-id", "0")), ERROR_ITEM_NOT_FOUND);
    expect_wrong(FORM(FIELD("ids", "-1")), ERROR_ITEM_NOT_FOUND);
    expect_wrong(SET("<after>99999999999999999999</after>"), ERROR_ITEM_NOT_FOUND);
    expect_wrong(SET("<before>x</before>"), ERROR_ITEM_NOT_FOUND);
    expect_wrong(SET("<max>-1</max>"), ERROR_BAD_REQUEST);
    buf_init(&ids, 64 * 1024);
    buf_add_text(&ids, "<x xmlns='jabber:x:data' type='submit'><field var='ids'>");
    for (size_t i = 0; i < MAM_IDS; i++) {
        buf_add_text(&ids, "<value>1</value>");
    }
    size_t most = ids.len;
    buf_add_text(&ids, "</field></x>");
    expect_wrong(ids.bytes, ERROR_NONE);
    buf_reset(&ids);
    buf_add_text(&ids, "<x xmlns='jabber:x:data' type='submit'><field var='ids'>");
    while (ids.len <= most) {
        buf_add_text(&ids, "<value>1</value>");
    }
    buf_add_text(&ids, "</field></x>");
    expect_wrong(ids.bytes, ERROR_POLICY_VIOLATION);
    buf_finish(&ids);
}

/* A text is never written longer than it is counted. */
static void mam_bytes__counts__what_is_written(void **state)
{
    (void)state;
    assert_int_equal(mam_bytes(""), 0);
    assert_int_equal(mam_bytes("a<b"), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query__without_anything__asks_for_the_first_page),
        cmocka_unit_test(query__has__filters_and_a_page),
        cmocka_unit_test(query__that_is_wrong__is_refused),
        cmocka_unit_test(mam_bytes__counts__what_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
