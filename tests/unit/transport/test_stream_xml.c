#include "stream_story.h"

static void stream__refuses__what_is_not_one_element(void **state)
{
    struct story *s = *state; /* V-0A16, V-0A17 */
    static const char *const FRAMES[] = {
        "",
        " ",
        "<presence xmlns='jabber:client'/><presence xmlns='jabber:client'/>",
        "<message xmlns='jabber:client'><body>half",
        "</message>",
        " <presence xmlns='jabber:client'/>",
        "\xef\xbb\xbf<presence xmlns='jabber:client'/>",
        "text",
        "<x:message><body>x</body></x:message>",
        "<message xmlns='jabber:client' id='1' id='2'/>"};
    for (size_t i = 0; i < sizeof FRAMES / sizeof *FRAMES; i++) {
        story_check_error(s, true, FRAMES[i], "not-well-formed");
        story_check_error(s, false, FRAMES[i], "not-well-formed");
    }
}

static void stream__refuses__characters_that_are_none(void **state)
{
    struct story *s = *state; /* V-031 to V-038 */
    static const char *const BODIES[] = {"a\001b",
                                         "&#1;",
                                         "&#x0;",
                                         "&#xD800;",
                                         "&#xFFFE;",
                                         "\xc0\xbc",
                                         "\xe0\x80\xbc",
                                         "\xf0\x80\x80\xbc",
                                         "\xc1\xbf",
                                         "\xed\xa0\x80",
                                         "\xed\xa0\xbd\xed\xb8\x80",
                                         "\xef\xbf\xbe",
                                         "\xef\xbf\xbf",
                                         "\xf4\x90\x80\x80",
                                         "\xf8\x88\x80\x80\x80",
                                         "\x80",
                                         "\xe2\x82"};
    for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++) {
        char *xml =
            mem_print("<message xmlns='jabber:client'><body>%s</body></message>", BODIES[i]);
        story_check_error(s, true, xml, "not-well-formed");
        free(xml);
    }
    story_start(s, true);
    story_bind_all(s);
    static const char NUL[] =
        "<message xmlns='jabber:client'><body>a\0b</body></message>"; /* V-033 */
    stream_read(s->stream, NUL, sizeof NUL - 1);
    assert_true(story_sent(s, ERROR("not-well-formed")));
    assert_int_equal(s->router.received.len, 0);
}

static void stream__refuses__restricted_xml(void **state)
{
    struct story *s = *state; /* V-048, V-049; V-0A17: a declaration */
    story_check_error(
        s, true, "<!DOCTYPE a [<!ENTITY x 'y'>]><presence xmlns='jabber:client'>&x;</presence>",
        "restricted-xml");
    story_check_error(s, true, "<message xmlns='jabber:client'><!-- x --></message>",
                      "restricted-xml");
    story_check_error(s, true, "<message xmlns='jabber:client'><?x y?></message>",
                      "restricted-xml");
    story_start(s, true);
    story_bind_all(s);
    story_say(s, "<?xml version='1.0'?><presence xmlns='jabber:client'/>");
    assert_true(stream_is_closed(s->stream));
    assert_true(story_sent(s, ERROR("restricted-xml")) || story_sent(s, ERROR("not-well-formed")));
    assert_int_equal(s->router.received.len, 0);
}

static void stream__refuses__what_is_over_a_cap(void **state)
{
    struct story *s = *state; /* V-042, V-043, V-045 */
    struct buf xml;
    buf_init(&xml, 1 << 20);
    buf_add_text(&xml, "<message xmlns='jabber:client'>");
    for (int i = 0; i < 4000; i++) {
        buf_add_text(&xml, "<a>");
    }
    story_check_error(s, true, xml.bytes, "policy-violation");
    buf_reset(&xml);
    buf_add_text(&xml, "<message xmlns='jabber:client'><body>");
    for (int i = 0; i < 5000; i++) {
        buf_add_char(&xml, 'x');
    }
    buf_add_text(&xml, "</body></message>");
    story_check_error(s, false, xml.bytes, "policy-violation"); /* before bind: 4 KiB */
    story_start(s, true);
    story_bind_all(s);
    story_say(s, xml.bytes);
    assert_int_equal(stream_state(s->stream), STREAM_BOUND);
    buf_finish(&xml);
}

int main(void)
{
    log_set_level(LOG_WARN);
    const struct CMUnitTest tests[] = {
        story_test(stream__refuses__what_is_not_one_element),
        story_test(stream__refuses__characters_that_are_none),
        story_test(stream__refuses__restricted_xml),
        story_test(stream__refuses__what_is_over_a_cap),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
