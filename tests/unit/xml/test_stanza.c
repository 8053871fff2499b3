#include "xml/stanza.h"

#include "base/text.h"
#include "xml/ns.h"
#include "xml/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* RFC 6120 8.3.3. */
static const struct {
    enum stanza_error condition;
    const char *name, *type;
} TABLE[] = {
    {ERROR_BAD_REQUEST, "bad-request", "modify"},
    {ERROR_CONFLICT, "conflict", "cancel"},
    {ERROR_FEATURE_NOT_IMPLEMENTED, "feature-not-implemented", "cancel"},
    {ERROR_FORBIDDEN, "forbidden", "auth"},
    {ERROR_INTERNAL_SERVER_ERROR, "internal-server-error", "cancel"},
    {ERROR_ITEM_NOT_FOUND, "item-not-found", "cancel"},
    {ERROR_JID_MALFORMED, "jid-malformed", "modify"},
    {ERROR_NOT_ACCEPTABLE, "not-acceptable", "modify"},
    {ERROR_NOT_ALLOWED, "not-allowed", "cancel"},
    {ERROR_NOT_AUTHORIZED, "not-authorized", "auth"},
    {ERROR_POLICY_VIOLATION, "policy-violation", "modify"},
    {ERROR_RECIPIENT_UNAVAILABLE, "recipient-unavailable", "wait"},
    {ERROR_REGISTRATION_REQUIRED, "registration-required", "auth"},
    {ERROR_RESOURCE_CONSTRAINT, "resource-constraint", "wait"},
    {ERROR_SERVICE_UNAVAILABLE, "service-unavailable", "cancel"},
    {ERROR_UNEXPECTED_REQUEST, "unexpected-request", "wait"},
};

/* What was posted last. */
struct posted {
    int count;
    char to[128];
    char xml[1024];
    enum post_when when;
};

static bool record(void *ctx, const char *to, const struct buf *xml, enum post_when when)
{
    struct posted *p = ctx;
    p->count++;
    p->when = when;
    strncpy(p->to, to, sizeof p->to - 1);
    strncpy(p->xml, xml->bytes, sizeof p->xml - 1);
    return true;
}

struct scene {
    struct jid from, to;
    struct stanza stanza;
    struct posted posted;
    struct post post;
};

static struct scene *scene_begin(enum stanza_kind kind, const char *type, const char *id)
{
    struct scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_true(jid_parse(&s->from, "visitor@web/r'1"));
    assert_true(jid_parse(&s->to, "sales@d"));
    s->stanza =
        (struct stanza){.kind = kind, .type = type, .id = id, .from = &s->from, .to = &s->to};
    s->post = (struct post){.ctx = &s->posted, .send = record};
    return s;
}

static void scene_end(struct scene *s)
{
    jid_finish(&s->from);
    jid_finish(&s->to);
    free(s);
}

static struct element *parse(const char *text)
{
    struct element *root;
    assert_int_equal(reader_document(&READER_LINK, text, strlen(text), &root), READER_OK);
    return root;
}

static void stanza_error__has_the_type__of_rfc6120(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        struct scene *s = scene_begin(STANZA_IQ, "get", "7");
        stanza_post_error(&s->post, &s->stanza, TABLE[i].condition, i % 2 ? "why <not>" : NULL);
        assert_int_equal(s->posted.count, 1);
        assert_int_equal(s->posted.when, POST_NOW);
        assert_string_equal(s->posted.to, "visitor@web/r'1");
        assert_string_equal(stanza_error_name(TABLE[i].condition), TABLE[i].name);
        struct element *iq = parse(s->posted.xml);
        assert_string_equal(element_name(iq), "iq");
        assert_string_equal(element_attr(iq, "type"), "error");
        assert_string_equal(element_attr(iq, "id"), "7");
        assert_string_equal(element_attr(iq, "from"), "sales@d");
        assert_string_equal(element_attr(iq, "to"), "visitor@web/r'1");
        const struct element *error = element_child(iq, "error", NULL);
        assert_string_equal(element_attr(error, "type"), TABLE[i].type);
        assert_non_null(element_child(error, TABLE[i].name, NS_STANZA_ERROR));
        const char *text = element_child_text(error, "text", NS_STANZA_ERROR);
        assert_true(text_equal(text, i % 2 ? "why <not>" : NULL));
        assert_int_equal(stanza_error_read(iq), TABLE[i].condition);
        element_destroy(iq);
        scene_end(s);
    }
    assert_int_equal(sizeof TABLE / sizeof *TABLE, ERROR_UNEXPECTED_REQUEST);
}

static void stanza_error_read__takes__unknown_for_internal(void **state)
{
    (void)state;
    const char *odd[] = {
        "<iq type='error'/>",
        "<iq type='error'><error/></iq>",
        "<iq type='error'><error><conflict/></error></iq>",
        "<iq type='error'><error><gone xmlns='" NS_STANZA_ERROR "'/></error></iq>",
        "<iq type='error'><error xmlns='urn:x'><conflict xmlns='" NS_STANZA_ERROR
        "'/></error></iq>",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct element *iq = parse(odd[i]);
        assert_int_equal(stanza_error_read(iq), ERROR_INTERNAL_SERVER_ERROR);
        element_destroy(iq);
    }
    struct element *iq = parse("<iq type='error'><error><text xmlns='" NS_STANZA_ERROR
                               "'>x</text><own xmlns='urn:x'/>"
                               "<conflict xmlns='" NS_STANZA_ERROR "'/></error></iq>");
    assert_int_equal(stanza_error_read(iq), ERROR_CONFLICT);
    element_destroy(iq);
}

/* V-0S2: an error is never answered, nor a result. */
static void stanza__is_not_answered__if_it_is_an_answer_V0S2(void **state)
{
    (void)state;
    assert_false(stanza_may_error(STANZA_IQ, "error"));
    assert_false(stanza_may_error(STANZA_IQ, "result"));
    assert_false(stanza_may_error(STANZA_MESSAGE, "error"));
    assert_false(stanza_may_error(STANZA_PRESENCE, "error"));
    assert_true(stanza_may_error(STANZA_IQ, "get"));
    assert_true(stanza_may_error(STANZA_IQ, ""));
    assert_true(stanza_may_error(STANZA_MESSAGE, ""));
    assert_true(stanza_may_error(STANZA_MESSAGE, NULL));
    assert_true(stanza_may_error(STANZA_MESSAGE, "result"));
    struct scene *s = scene_begin(STANZA_MESSAGE, "error", "1");
    stanza_post_error(&s->post, &s->stanza, ERROR_CONFLICT, NULL);
    s->stanza.kind = STANZA_IQ;
    stanza_post_error(&s->post, &s->stanza, ERROR_CONFLICT, NULL);
    stanza_post_result(&s->post, &s->stanza);
    s->stanza.type = "result";
    stanza_post_error(&s->post, &s->stanza, ERROR_CONFLICT, NULL);
    assert_int_equal(s->posted.count, 0);
    scene_end(s);
}

static void stanza_post_result__answers(void **state)
{
    (void)state;
    struct scene *s = scene_begin(STANZA_IQ, "set", "i");
    stanza_post_result(&s->post, &s->stanza);
    assert_string_equal(s->posted.xml,
                        "<iq from='sales@d' to='visitor@web/r&apos;1' type='result' id='i'/>");
    scene_end(s);
    s = scene_begin(STANZA_MESSAGE, "", "");
    stanza_post_error(&s->post, &s->stanza, ERROR_NOT_ACCEPTABLE, NULL);
    assert_string_equal(s->posted.xml,
                        "<message from='sales@d' to='visitor@web/r&apos;1' type='error'>"
                        "<error type='modify'><not-acceptable xmlns='" NS_STANZA_ERROR
                        "'/></error></message>");
    scene_end(s);
}

static void stanza__begins__each_kind(void **state)
{
    (void)state;
    struct buf out;
    struct writer w;
    buf_init(&out, 4096);
    writer_init(&w, &out);
    stanza_message(&w, "a", "b", "chat", "1");
    stanza_chat_state(&w, "composing");
    stanza_delay(&w, "d", 1767607200123LL);
    assert_true(writer_finish(&w));
    stanza_presence(&w, "a", "b", NULL);
    assert_true(writer_finish(&w));
    stanza_iq(&w, "a", "b", "get", "2");
    assert_true(writer_finish(&w));
    assert_string_equal(
        out.bytes,
        "<message from='a' to='b' type='chat' id='1'><composing xmlns='" NS_CHATSTATES "'/>"
        "<delay xmlns='urn:xmpp:delay' from='d' stamp='2026-01-05T10:00:00.123Z'/></message>"
        "<presence from='a' to='b'/><iq from='a' to='b' type='get' id='2'/>");
    buf_finish(&out);
}

static void stanza_read_chat_state__knows__the_five(void **state)
{
    (void)state;
    const char *states[] = {"active", "composing", "paused", "inactive", "gone"};
    for (size_t i = 0; i < 5; i++) {
        struct buf text;
        buf_init(&text, 512);
        buf_printf(&text, "<message><body>x</body><%s xmlns='" NS_CHATSTATES "'/></message>",
                   states[i]);
        struct element *m = parse(text.bytes);
        assert_string_equal(stanza_read_chat_state(m), states[i]);
        element_destroy(m);
        buf_finish(&text);
    }
    struct element *m =
        parse("<message><composing/><shouting xmlns='" NS_CHATSTATES "'/></message>");
    assert_null(stanza_read_chat_state(m));
    element_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stanza_error__has_the_type__of_rfc6120),
        cmocka_unit_test(stanza_error_read__takes__unknown_for_internal),
        cmocka_unit_test(stanza__is_not_answered__if_it_is_an_answer_V0S2),
        cmocka_unit_test(stanza_post_result__answers),
        cmocka_unit_test(stanza__begins__each_kind),
        cmocka_unit_test(stanza_read_chat_state__knows__the_five),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
