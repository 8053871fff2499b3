#include "gateway_story.h"

#include "base/log.h"
#include "transport/upgrade.h"

/* Sends a handshake with these header lines on a new connection; waits for the answer's head. */
static void ask(struct story *s, const char *lines)
{
    story_connect(s);
    char *head = mem_print("GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\n%s\r\n", lines);
    client_say(s->client, head);
    free(head);
    until(s, story_got(s, "\r\n\r\n"));
}

static void check(struct story *s, const char *lines, const char *status)
{
    char *line = mem_print("HTTP/1.1 %s ", status);
    unsigned before = gateway_stream_count(s->gateway);
    ask(s, lines);
    if (!story_got(s, line)) {
        fail_msg("%s was answered %s", lines, s->client->got.bytes);
    }
    bool is_open = strcmp(status, "101") == 0;
    assert_int_equal(gateway_stream_count(s->gateway), before + is_open);
    client_close(s->client);
    s->client = NULL;
    until(s, gateway_stream_count(s->gateway) == before);
    free(line);
}

#define UPGRADE "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define PROTOCOL "Sec-WebSocket-Protocol: xmpp\r\n"
#define ALL UPGRADE VERSION KEY PROTOCOL

static void upgrade__takes__allowed_origins_only(void **state)
{
    struct story *s = *state; /* V-001, V-003 */
    story_start(s);
    check(s, ALL "Origin: https://shop.example\r\n", "101");
    check(s, ALL "Origin: HTTPS://Shop.EXAMPLE\r\n", "101");
    check(s, ALL "Origin: https://other.example\r\n", "101");
    static const char *const BAD[] = {"https://evil.example",
                                      "https://shop.example.evil.com",
                                      "https://evilshop.example",
                                      "http://shop.example",
                                      "https://shop.example:444",
                                      "https://shop.example.",
                                      "https://shop.example, https://evil.example"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        char *lines = mem_print(ALL "Origin: %s\r\n", BAD[i]);
        check(s, lines, "403");
        free(lines);
    }
    check(s, ALL ORIGIN ORIGIN, "403");
    check(s, ALL ORIGIN "Origin: https://evil.example\r\n", "403");
}

static void upgrade__refuses__no_origin(void **state)
{
    struct story *s = *state; /* V-002 */
    story_start(s);
    check(s, ALL, "403");
    check(s, ALL "Origin: null\r\n", "403");
    check(s, ALL "Origin:\r\n", "403");
}

static void upgrade__takes__no_origin_if_told_to(void **state)
{
    struct story *s = *state; /* V-002 */
    s->config.allow_no_origin = true;
    story_start(s);
    check(s, ALL, "101");
    check(s, ALL "Origin: null\r\n", "403");
    check(s, ALL "Origin: https://evil.example\r\n", "403");
}

static void upgrade__knows__no_cookies(void **state)
{
    struct story *s = *state; /* V-004 */
    story_start(s);
    check(s,
          ALL
          "Origin: https://evil.example\r\nCookie: session=valid\r\nAuthorization: Basic eDp5\r\n",
          "403");
}

static void upgrade__needs__version_13(void **state)
{
    struct story *s = *state; /* V-005 */
    story_start(s);
    check(s, UPGRADE KEY PROTOCOL ORIGIN "Sec-WebSocket-Version: 12\r\n", "426");
    check(s, UPGRADE KEY PROTOCOL ORIGIN, "426");
    check(s, UPGRADE KEY PROTOCOL ORIGIN VERSION VERSION, "426");
    ask(s, UPGRADE KEY PROTOCOL ORIGIN "Sec-WebSocket-Version: 12\r\n");
    assert_true(story_got(s, "Sec-WebSocket-Version: 13\r\n"));
}

static void upgrade__needs__a_key(void **state)
{
    struct story *s = *state; /* V-006 */
    story_start(s);
    check(s, UPGRADE VERSION PROTOCOL ORIGIN, "400");
    check(s, UPGRADE VERSION PROTOCOL ORIGIN "Sec-WebSocket-Key: AAAA\r\n", "400");
    check(s, UPGRADE VERSION PROTOCOL ORIGIN "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==A\r\n",
          "400");
    check(s, UPGRADE VERSION PROTOCOL ORIGIN "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j-Q==\r\n",
          "400");
    check(s, UPGRADE VERSION PROTOCOL ORIGIN "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA\r\n",
          "400");
    check(s, UPGRADE VERSION PROTOCOL ORIGIN KEY KEY, "400");
}

static void upgrade__needs__the_subprotocol(void **state)
{
    struct story *s = *state; /* V-007 */
    story_start(s);
    check(s, UPGRADE VERSION KEY ORIGIN, "400");
    check(s, UPGRADE VERSION KEY ORIGIN "Sec-WebSocket-Protocol: XMPP\r\n", "400");
    check(s, UPGRADE VERSION KEY ORIGIN "Sec-WebSocket-Protocol: xmpp2\r\n", "400");
    check(s, UPGRADE VERSION KEY ORIGIN "Sec-WebSocket-Protocol: xmpp2, xmpp\r\n", "101");
    check(s,
          UPGRADE VERSION KEY ORIGIN
          "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: xmpp\r\n",
          "101");
}

static void upgrade__grants__no_extension(void **state)
{
    struct story *s = *state; /* V-008 */
    story_start(s);
    ask(s, ALL ORIGIN "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    assert_true(story_got(s, "HTTP/1.1 101 "));
    assert_true(story_got(s, "Sec-WebSocket-Protocol: xmpp\r\n"));
    assert_false(story_got(s, "Sec-WebSocket-Extensions"));
    client_frame(s->client, 0xc1, "x", 1);
    until(s, client_close_code(s->client) == 1002);
}

static void upgrade__refuses__what_is_no_handshake(void **state)
{
    struct story *s = *state;
    story_start(s);
    check(s, ORIGIN, "426");
    check(s, "Upgrade: h2c\r\nConnection: Upgrade\r\n" VERSION KEY PROTOCOL ORIGIN, "426");
    check(s, "Upgrade: websocket\r\nConnection: keep-alive\r\n" VERSION KEY PROTOCOL ORIGIN, "426");
    story_ask(s, "GET /xmpp-websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: "
                 "Upgrade, close\r\n" VERSION KEY PROTOCOL ORIGIN "Content-Length: 5\r\n\r\nhello");
    assert_true(story_got(s, "HTTP/1.1 426 "));
    check(s,
          "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n" VERSION KEY PROTOCOL ORIGIN,
          "101"); /* Firefox */
    story_ask(s, "GET /xmpp-websocket HTTP/1.0\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: "
                 "websocket\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 426 "));
    story_ask(s, "POST /xmpp-websocket HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                 "0\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 405 "));
}

static void upgrade_accept__is__the_rfc_s(void **state)
{
    (void)state; /* RFC 6455 1.3 */
    char accept[UPGRADE_ACCEPT_SIZE];
    upgrade_accept("dGhlIHNhbXBsZSBub25jZQ==", accept);
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        story_test(upgrade__takes__allowed_origins_only),
        story_test(upgrade__refuses__no_origin),
        story_test(upgrade__takes__no_origin_if_told_to),
        story_test(upgrade__knows__no_cookies),
        story_test(upgrade__needs__version_13),
        story_test(upgrade__needs__a_key),
        story_test(upgrade__needs__the_subprotocol),
        story_test(upgrade__grants__no_extension),
        story_test(upgrade__refuses__what_is_no_handshake),
        cmocka_unit_test(upgrade_accept__is__the_rfc_s),
    };
    return cmocka_run_group_tests_name("upgrade", tests, NULL, NULL);
}
