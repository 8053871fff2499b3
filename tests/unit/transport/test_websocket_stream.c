#include "http_story.h"

#include "base/log.h"
#include "base/map.h"
#include "gateway_router.h"
#include "transport/websocket_stream.h"

#define D "support.localhost"
#define OPEN "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" D "' version='1.0'/>"
#define CLOSE "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"
#define AUTH "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
#define BIND                                                                                       \
    "<iq xmlns='jabber:client' type='set' id='b'><bind "                                           \
    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
#define MESSAGE "<message xmlns='jabber:client' id='m'><body>Hello</body></message>"

enum { PING_S = 30 };

/* Every request is upgraded. */
struct upgraded {
    struct story *story;
    struct stream_world world;
    struct router router;
};

static void handle(void *ctx, struct http_request *r)
{
    struct upgraded *u = ctx;
    struct address from = {{0}};
    websocket_stream_accept(r, &u->world, "default", &from, NULL, PING_S);
}

static int setup(void **state)
{
    struct upgraded *u = calloc(1, sizeof *u);
    void *story;
    assert_non_null(u);
    story_setup(&story);
    u->story = story;
    u->story->server = (struct http_server){.handle = handle, .ctx = u};
    gateway_router_init(&u->router);
    u->world = (struct stream_world){
        .domain = D, .router = &u->router, .bound = map_create(), .now = u->story->now};
    *state = u;
    return 0;
}

static int teardown(void **state)
{
    struct upgraded *u = *state;
    void *story = u->story;
    story_teardown(&story);
    assert_int_equal(u->router.attached, u->router.detached);
    assert_int_equal(u->world.count, 0);
    map_destroy(u->world.bound);
    gateway_router_finish(&u->router);
    free(u);
    return 0;
}

static void wait_ms(struct upgraded *u, int ms)
{
    u->world.now += ms;
    story_wait(u->story, ms);
}

/* The handshake and the first frames in one piece. */
static struct client *bind_stream(struct upgraded *u)
{
    struct story *s = u->story;
    client_upgrade(s->client, "");
    client_text(s->client, OPEN);
    client_text(s->client, AUTH);
    client_text(s->client, OPEN);
    client_text(s->client, BIND);
    until(s, story_got(s, "</jid>"));
    client_forget(s->client);
    return s->client;
}

static void websocket_stream__carries__stanzas(void **state)
{
    struct upgraded *u = *state;
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    client_text(c, MESSAGE);
    until(s, u->router.received.len > 0);
    assert_string_equal(u->router.received.bytes, "message:m:Hello;");
    gateway_router_send(&u->router, "<message from='a'><body>x</body></message>");
    gateway_router_send(&u->router, "<presence from='a'/>");
    until(s, story_got(s, "<presence "));
    /* One frame a stanza, in order. */
    static const char FIRST[] = "<message xmlns='jabber:client' from='a'><body>x</body></message>";
    static const char SECOND[] = "<presence xmlns='jabber:client' from='a'/>";
    assert_int_equal(c->got.len, sizeof FIRST - 1 + sizeof SECOND - 1 + 4);
    assert_int_equal((unsigned char)c->got.bytes[0], 0x81);
    assert_int_equal(c->got.bytes[1], sizeof FIRST - 1);
    assert_memory_equal(c->got.bytes + 2, FIRST, sizeof FIRST - 1);
    assert_memory_equal(c->got.bytes + 2 + sizeof FIRST - 1 + 2, SECOND, sizeof SECOND - 1);
}

static void websocket_stream__reads__frames_cut_at_every_byte(void **state)
{
    struct upgraded *u = *state; /* V-0A14, V-160: handled with the last byte */
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    static const uint8_t MASK[4] = {1, 2, 3, 4};
    for (size_t cut = 1; cut < sizeof MESSAGE + 5; cut++) {
        uint8_t frame[sizeof MESSAGE + 5] = {0x81, 0x80 | (sizeof MESSAGE - 1), 1, 2, 3, 4};
        for (size_t i = 0; i < sizeof MESSAGE - 1; i++) {
            frame[6 + i] = (uint8_t)(MESSAGE[i] ^ MASK[i % 4]);
        }
        buf_reset(&u->router.received);
        client_send(c, frame, cut);
        story_settle(s);
        assert_int_equal(u->router.received.len, 0);
        client_send(c, frame + cut, sizeof frame - cut);
        until(s, u->router.received.len > 0);
        assert_string_equal(u->router.received.bytes, "message:m:Hello;");
    }
}

static void websocket_stream__closes__with_the_stream(void **state)
{
    struct upgraded *u = *state;
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    client_text(c, CLOSE);
    until(s, client_close_code(c) == 1000);
    assert_true(story_got(s, CLOSE));
    assert_int_equal(u->router.detached, 1);
    assert_false(c->is_ended); /* the peer's close frame is waited for */
    client_frame(c, 0x88, "\x03\xe8", 2);
    until(s, c->is_ended);
}

static void websocket_stream__closes__after_a_stream_error(void **state)
{
    struct upgraded *u = *state; /* V-0A16 */
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    client_text(c, "<presence xmlns='jabber:client'/><presence xmlns='jabber:client'/>");
    until(s, client_close_code(c) == 1000);
    assert_true(story_got(s, "<not-well-formed "));
    assert_true(story_got(s, CLOSE));
    /* V-0A15: what follows is not heard */
    client_text(c, MESSAGE);
    client_text(c, OPEN);
    story_settle(s);
    assert_int_equal(u->router.received.len, 0);
    assert_int_equal(client_close_code(c), 1000);
    /* Who never answers the close frame is let go. */
    wait_ms(u, WEBSOCKET_STREAM_CLOSE_MS);
    wait_ms(u, CONNECTION_LINGER_MS);
    until(s, c->is_ended);
}

static void websocket_stream__answers__the_peer_s_close(void **state)
{
    struct upgraded *u = *state;
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    client_frame(c, 0x88,
                 "\x0f\xa0"
                 "bye",
                 5);
    client_text(c, MESSAGE); /* V-0A15 */
    until(s, c->is_ended);
    assert_int_equal(client_close_code(c), 4000);
    assert_int_equal(u->router.detached, 1);
    assert_int_equal(u->router.received.len, 0);
}

static void websocket_stream__closes__on_wrong_frames(void **state)
{
    struct upgraded *u = *state;
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    client_send(c, "\x81\x04<a/>", 6); /* V-0A1 */
    until(s, client_close_code(c) == 1002);
    assert_int_equal(u->router.detached, 1);
    client_text(c, MESSAGE);
    story_settle(s);
    assert_int_equal(u->router.received.len, 0);
}

static void websocket_stream__answers__pings_once_a_read(void **state)
{
    struct upgraded *u = *state; /* V-0A13 */
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    client_frame(c, 0x89, "one", 3);
    client_frame(c, 0x89, "two", 3);
    until(s, story_got(s, "two"));
    assert_int_equal(c->got.len, 5);
    assert_memory_equal(c->got.bytes, "\x8a\x03two", 5);
    client_forget(c);
    for (int i = 0; i < WEBSOCKET_STREAM_PINGS - 2; i++) {
        client_frame(c, 0x8a, "x", 1);
    }
    story_settle(s);
    assert_int_equal(c->got.len, 0);
    for (int second = 0; second < 100; second++) { /* one a second, for ever */
        wait_ms(u, 1000);
        client_frame(c, 0x89, "p", 1);
        story_settle(s);
    }
    assert_int_equal(client_close_code(c), 0);
    assert_int_equal(u->router.detached, 0);
}

static void websocket_stream__closes__on_a_flood_of_pings(void **state)
{
    struct upgraded *u = *state; /* V-0A13 */
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    char payload[125];
    memset(payload, 'p', sizeof payload);
    for (int i = 0; i < 10000 && client_close_code(c) == 0; i++) {
        client_frame(c, 0x89, payload, sizeof payload);
        client_turn(c, s->loop, story_flush, s);
    }
    until(s, client_close_code(c) == 1008);
    assert_true(c->got.len <= (WEBSOCKET_STREAM_PINGS + 1) * 127 + 4);
    assert_int_equal(u->router.detached, 1);
}

static void websocket_stream__pings__and_gives_up(void **state)
{
    struct upgraded *u = *state; /* G20 */
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    for (int round = 0; round < 5; round++) {
        int seconds = 0;
        for (; !story_got(s, "\x89\x00"
                             "") ||
               c->got.len == 0;
             seconds++) {
            wait_ms(u, 1000);
            assert_true(seconds <= PING_S * 12 / 10 + 1);
        }
        assert_true(seconds >= PING_S * 8 / 10 - 1);
        client_frame(c, 0x8a, "", 0);
        story_settle(s);
        client_forget(c);
    }
    /* Now it is silent. */
    int seconds = 0;
    for (; !c->is_ended; seconds++) {
        wait_ms(u, 1000);
        assert_true(seconds < 100);
    }
    assert_true(seconds > 2 * PING_S * 8 / 10);
    assert_true(seconds <= 2 * PING_S * 12 / 10 + 12);
    assert_int_equal(u->router.detached, 1);
}

static void websocket_stream__closes__who_does_not_read(void **state)
{
    struct upgraded *u = *state;
    struct story *s = u->story;
    struct client *c = bind_stream(u);
    char *body = mem_alloc(20001);
    memset(body, 'x', 20000);
    char *xml = mem_print("<message><body>%s</body></message>", body);
    for (int i = 0; i < 100; i++) { /* in one turn, more than may wait */
        gateway_router_send(&u->router, xml);
    }
    assert_int_equal(u->router.detached, 0); /* not while the router is calling */
    wait_ms(u, 0);
    assert_int_equal(u->router.detached, 1);
    until(s, client_close_code(c) == 1013);
    assert_true(c->got.len < CONNECTION_OUT_MAX);
    assert_true(c->got.len > (size_t)10 * 20000);
    free(xml);
    free(body);
}

static void websocket_stream__cuts__a_stalled_peer(void **state)
{
    struct upgraded *u = *state; /* C-14 */
    struct story *s = u->story;
    bind_stream(u);
    char *body = mem_alloc(20001);
    memset(body, 'x', 20000);
    char *xml = mem_print("<message><body>%s</body></message>", body);
    for (int i = 0; i < 60 && connections_are_drained(s->set); i++) {
        gateway_router_send(&u->router, xml);
        connections_flush(s->set);
    }
    assert_false(connections_are_drained(s->set));
    connections_tick(s->set, s->now + CONNECTION_STALL_MS - 1000);
    event_base_loop(s->loop, EVLOOP_NONBLOCK);
    assert_int_equal(u->router.detached, 0);
    connections_tick(s->set, s->now + CONNECTION_STALL_MS);
    event_base_loop(s->loop, EVLOOP_NONBLOCK);
    assert_int_equal(u->router.detached, 1);
    free(xml);
    free(body);
}

static void websocket_stream__closes__when_bind_does_not_come(void **state)
{
    struct upgraded *u = *state; /* V-155 */
    struct story *s = u->story;
    client_upgrade(s->client, "");
    client_text(s->client, OPEN);
    until(s, story_got(s, "ANONYMOUS"));
    wait_ms(u, STREAM_OPEN_MS);
    until(s, client_close_code(s->client) == 1000);
    assert_true(story_got(s, "<connection-timeout "));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        test(websocket_stream__carries__stanzas),
        test(websocket_stream__reads__frames_cut_at_every_byte),
        test(websocket_stream__closes__with_the_stream),
        test(websocket_stream__closes__after_a_stream_error),
        test(websocket_stream__answers__the_peer_s_close),
        test(websocket_stream__closes__on_wrong_frames),
        test(websocket_stream__answers__pings_once_a_read),
        test(websocket_stream__closes__on_a_flood_of_pings),
        test(websocket_stream__pings__and_gives_up),
        test(websocket_stream__closes__who_does_not_read),
        test(websocket_stream__cuts__a_stalled_peer),
        test(websocket_stream__closes__when_bind_does_not_come),
    };
    return cmocka_run_group_tests_name("websocket_stream", tests, NULL, NULL);
}
