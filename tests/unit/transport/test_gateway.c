#include "gateway_story.h"

#include <string.h>

static void gateway__binds__pipelined_visitor(void **state)
{
    struct story *s = *state;
    story_bind(s, ORIGIN);
    assert_true(story_got(s, "HTTP/1.1 101 "));
    assert_true(story_got(s, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    assert_true(story_got(s, "Sec-WebSocket-Protocol: xmpp\r\n"));
    assert_int_equal(gateway_stream_count(s->gateway), 1);
    assert_int_equal(s->router.attached, 1);
    client_text(s->client, "<message xmlns='jabber:client' id='m1'><body>Hello</body></message>");
    until(s, s->router.received.len > 0);
    assert_string_equal(s->router.received.bytes, "message:m1:Hello;");
    client_close(s->client);
    s->client = NULL;
    until(s, s->router.detached == 1);
    assert_int_equal(gateway_stream_count(s->gateway), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(gateway__binds__pipelined_visitor),
    };
    return cmocka_run_group_tests_name("gateway", tests, NULL, NULL);
}
