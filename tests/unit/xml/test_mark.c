/* Receipts, markers and the ids of lines. */
#include "base/buf.h"
#include "xml/draft.h"
#include "xml/mark.h"
#include "xml/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct element *read(const char *xml)
{
    struct element *e = NULL;
    assert_int_equal(reader_document(&READER_VISITOR, xml, strlen(xml), &e), READER_OK);
    return e;
}

static void mark_next__finds__receipts_and_markers(void **state)
{
    struct element *e = read("<message><received xmlns='urn:xmpp:receipts' id='e7'/>"
                             "<displayed xmlns='urn:xmpp:chat-markers:0' id='e120'/></message>");
    struct mark m;
    size_t at = 0;

    (void)state;
    assert_true(mark_next(e, &at, &m));
    assert_false(m.displayed);
    assert_int_equal(m.sequence, 7);
    assert_true(mark_next(e, &at, &m));
    assert_true(m.displayed);
    assert_int_equal(m.sequence, 120);
    assert_string_equal(m.id, "e120");
    assert_false(mark_next(e, &at, &m));
    element_destroy(e);
}

/* V-069 to V-071: what is no line of ours has no sequence; what is in another namespace is no mark.
 */
static void mark_next__gives_no_sequence__to_other_ids(void **state)
{
    static const char *const ids[] = {"",    "e",   "7",   "n7", "e-7",
                                      "e+7", "e 7", "e7x", "E7", "e9999999999999999999999"};

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct buf xml;
        struct mark m;
        size_t at = 0;
        buf_init(&xml, 1024);
        buf_printf(&xml, "<message><received xmlns='urn:xmpp:receipts' id='%s'/></message>",
                   ids[i]);
        struct element *e = read(xml.bytes);
        assert_true(mark_next(e, &at, &m));
        assert_int_equal(m.sequence, 0);
        element_destroy(e);
        buf_finish(&xml);
    }
    struct element *e = read("<message><received xmlns='urn:x' id='e7'/><displayed/></message>");
    struct mark m;
    size_t at = 0;
    assert_false(mark_next(e, &at, &m));
    element_destroy(e);
}

static void mark_id__is__what_mark_next_reads(void **state)
{
    char id[MARK_ID_SIZE];

    (void)state;
    mark_id(INT64_MAX, id);
    assert_string_equal(id, "e9223372036854775807");
    mark_id(1, id);
    assert_string_equal(id, "e1");
}

static bool count(void *ctx, const char *to, const struct buf *xml, enum post_when when)
{
    (void)to;
    (void)when;
    assert_true(xml->len > 0);
    ++*(int *)ctx;
    return true;
}

static void draft_send__sends__only_what_is_whole(void **state)
{
    int sent = 0;
    const struct post post = {.ctx = &sent, .send = count};
    struct draft d;

    (void)state;
    stanza_message(draft_begin(&d), "a@b", "c@d", "chat", "1");
    draft_send(&d, &post, "c@d", POST_NOW);
    assert_int_equal(sent, 1);
    char *large = test_malloc(STANZA_BYTES_MAX + 2);
    memset(large, 'x', STANZA_BYTES_MAX + 1);
    large[STANZA_BYTES_MAX + 1] = '\0';
    struct writer *w = draft_begin(&d);
    stanza_message(w, "a@b", "c@d", "chat", "2");
    writer_leaf(w, "body", NULL, large);
    draft_send(&d, &post, "c@d", POST_NOW);
    assert_int_equal(sent, 1);
    test_free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mark_next__finds__receipts_and_markers),
        cmocka_unit_test(mark_next__gives_no_sequence__to_other_ids),
        cmocka_unit_test(mark_id__is__what_mark_next_reads),
        cmocka_unit_test(draft_send__sends__only_what_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
