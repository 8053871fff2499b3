#include "http_story.h"

static void http__answers__a_request_cut_at_every_byte(void **state)
{
    struct story *s = *state;
    static const char REQUEST[] = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    for (size_t i = 0; i < sizeof REQUEST - 1; i++) {
        client_send(s->client, REQUEST + i, 1);
        client_turn(s->client, s->loop, story_flush, s);
    }
    until(s, story_got(s, "\r\n\r\nPOST /a hello;"));
    assert_true(story_got(s, "HTTP/1.1 200 OK\r\n"));
    assert_true(story_got(s, "Content-Length: 14\r\n"));
    assert_true(story_got(s, "X-Content-Type-Options: nosniff\r\n"));
    assert_true(story_got(s, "Date: "));
    assert_false(story_got(s, "Connection: close"));
}

static void http__answers__pipelined_requests_in_order(void **state)
{
    struct story *s = *state;
    client_say(
        s->client,
        "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
        "POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
        "\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, story_got(s, "GET /3 ;"));
    assert_string_equal(s->asked.bytes, "POST /1 one;POST /2 two;GET /3 ;");
    const char *first = strstr(s->client->got.bytes, "POST /1 one;");
    const char *second = strstr(s->client->got.bytes, "POST /2 two;");
    assert_true(first && second && first < second &&
                second < strstr(s->client->got.bytes, "GET /3 ;"));
}

/* However it is cut; a second one is one too many. */
static void http__lets__one_empty_line_pass(void **state)
{
    struct story *s = *state;
    static const char *const PIECES[] = {
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n",   "\r",
        "\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n",
        "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n",   "\r\n\r\nGET /4 HTTP/1.1\r\nHost: x\r\n\r\n"};
    for (size_t i = 0; i < sizeof PIECES / sizeof *PIECES; i++) {
        client_say(s->client, PIECES[i]);
        story_settle(s);
    }
    until(s, story_got(s, "HTTP/1.1 400 "));
    assert_string_equal(s->asked.bytes, "GET /1 ;GET /2 ;GET /3 ;");
}

/* A held request's answer comes before those of later ones; more than a few wait unread. */
static void http__keeps__order_around_a_held_request(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 100; i++) {
        client_say(s->client, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    until(s, s->held != NULL);
    story_settle(s);
    assert_int_equal(s->client->got.len, 0);
    assert_true(s->asked.len < 200); /* HTTP_PIPELINE_MAX were taken */
    story_answer(s->held, "held");
    until(s, story_count(s, "GET /later ;") == 100);
    assert_true(strstr(s->client->got.bytes, "held") < strstr(s->client->got.bytes, "GET /later"));
}

static void http__tells__when_a_held_request_is_lost(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, s->held != NULL);
    client_close(s->client);
    s->client = NULL;
    until(s, s->lost == 1);
}

static void http__speaks__http_1_0(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    until(s, story_got(s, "GET /old ;"));
    assert_true(story_got(s, "Connection: keep-alive\r\n"));
    client_say(s->client, "GET /older HTTP/1.0\r\n\r\n");
    until(s, s->client->is_ended);
    assert_true(story_got(s, "Connection: close\r\n"));
    assert_true(story_got(s, "GET /older ;"));
}

static void http__sends__no_body_to_head(void **state)
{
    struct story *s = *state;
    client_say(s->client,
               "HEAD /x HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
               "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    until(s, s->client->is_ended);
    assert_true(story_got(s, "Content-Length: 9\r\n"));
    assert_false(story_got(s, "HEAD /x"));
    assert_true(story_got(s, "HTTP/1.1 304 Not Modified\r\n"));
    assert_int_equal(story_count(s, "Content-Length"), 2);
    assert_true(story_got(s, "GET /end ;"));
}

static void http__sends__static_bytes_between_others(void **state)
{
    struct story *s = *state;
    client_say(s->client,
               "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /static HTTP/1.1\r\nHost: x\r\n\r\n"
               "GET /static HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, story_got(s, "GET /b ;"));
    assert_true(s->client->got.len > (size_t)2 * STORY_BIG);
    assert_int_equal(story_count(s, "HTTP/1.1 200 OK"), 4);
}

static void http__says__continue_when_asked(void **state)
{
    struct story *s = *state;
    client_say(s->client,
               "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    until(s, story_got(s, "HTTP/1.1 100 Continue\r\n\r\n"));
    client_say(s->client, "ok");
    until(s, story_got(s, "POST / ok;"));
}

static void check_refused(struct story *s, const char *bytes, size_t len, const char *status)
{
    char *line = mem_print("HTTP/1.1 %s", status);
    client_send(s->client, bytes, len);
    until(s, s->client->is_ended || story_got(s, "\r\n\r\n"));
    story_wait(s, CONNECTION_LINGER_MS);
    until(s, s->client->is_ended);
    if (!story_got(s, line)) {
        fail_msg("%s was answered: %s", bytes, s->client->got.bytes);
    }
    assert_true(story_got(s, "Connection: close\r\n"));
    assert_int_equal(s->asked.len, 0);
    free(line);
    /* The next one has a connection of its own. */
    void *state = s;
    story_teardown(&state);
}

#define REFUSED(status, text)                                                                      \
    do {                                                                                           \
        void *refused_state;                                                                       \
        story_setup(&refused_state);                                                               \
        check_refused(refused_state, (text), sizeof(text) - 1, (status));                          \
    } while (0)

#define POST "POST / HTTP/1.1\r\nHost: x\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

static void http__refuses__and_closes(void **state)
{
    (void)state;
    /* V-009 */
    REFUSED("400", POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET "
                        "/smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    /* V-010 */
    REFUSED("501",
            POST "Transfer-Encoding: xchunked\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    REFUSED("400", POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n");
    /* V-011 */
    REFUSED("400", POST "Content-Length: 4\r\nContent-Length: 30\r\n\r\n");
    /* V-012 */
    REFUSED("400", "GET / HTTP/1.1\nHost: x\n\n");
    REFUSED("400", "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n");
    /* V-016 */
    REFUSED("400", "GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n");
    /* V-019 */
    REFUSED("400", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    REFUSED("400", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\0\x01\0\x02");
    REFUSED("405", "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");
    REFUSED("501", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n");
    REFUSED("505", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

static void http__refuses__odd_chunks(void **state)
{
    (void)state; /* V-014 */
    REFUSED("400", CHUNKED "FFFFFFFFFFFFFFFF\r\nx");
    REFUSED("413", CHUNKED "10001\r\nx");
    REFUSED("400", CHUNKED "g\r\nx");
    REFUSED("400", CHUNKED "1\r\nxGET / HTTP/1.1\r\n\r\n");
    REFUSED("400", CHUNKED "1\nx\r\n0\r\n\r\n");
    REFUSED("400", CHUNKED "1\r\nxXX0\r\n\r\n");
    REFUSED("400", CHUNKED "1\r\nx\n\n0\r\n\r\n");
    REFUSED("400", CHUNKED "1\r\nx\r\n1\r\nx\rX0\r\n\r\n");
    REFUSED("400", CHUNKED "1\r\nx\r\n0\r\n\n");
    REFUSED("400", CHUNKED "1\r\nx\r\n0\r\nTrailer: x\r\n\r\n");
    char extended[6000] = CHUNKED "1;ext=";
    size_t len = strlen(extended);
    memset(extended + len, 'e', 5000);
    void *story;
    story_setup(&story);
    check_refused(story, extended, len + 5000, "400");
}

static void http__refuses__large_bodies(void **state)
{
    (void)state;
    REFUSED("413", POST "Content-Length: 65537\r\n\r\n");
    REFUSED("413", POST "Content-Length: 999999999999999\r\n\r\n");
}

static void http__takes__the_largest_body(void **state)
{
    struct story *s = *state;
    client_say(s->client, POST "Content-Length: 65536\r\n\r\n");
    char piece[4096];
    memset(piece, 'b', sizeof piece);
    for (int i = 0; i < 16; i++) {
        client_send(s->client, piece, sizeof piece);
        client_turn(s->client, s->loop, story_flush, s);
    }
    until(s, s->asked.len == strlen("POST / ;") + 65536);
}

static void http__closes__slow_heads(void **state)
{
    struct story *s = *state; /* C-13: a byte now and then */
    client_say(s->client, "GET / HTTP/1.1\r\n");
    for (int second = 0; second < 9; second++) {
        client_say(s->client, "X: y\r\n");
        story_wait(s, 1000);
    }
    assert_false(s->client->is_ended);
    story_wait(s, 1000);
    until(s, story_got(s, "HTTP/1.1 408 "));
    story_wait(s, CONNECTION_LINGER_MS);
    until(s, s->client->is_ended);
}

static void http__closes__silent_newcomers(void **state)
{
    struct story *s = *state;
    story_wait(s, HTTP_HEAD_MS);
    until(s, s->client->is_ended);
    assert_int_equal(s->client->got.len, 0);
}

static void http__closes__slow_bodies(void **state)
{
    struct story *s = *state;
    client_say(s->client, POST "Content-Length: 60000\r\n\r\n");
    story_settle(s);
    char piece[1024];
    memset(piece, 'b', sizeof piece);
    for (int second = 0; second < 30; second++) { /* fast enough for ever */
        client_send(s->client, piece, sizeof piece);
        story_wait(s, 1000);
        assert_false(s->client->is_ended);
    }
    for (int second = 0; second < 8;
         second++) { /* then a byte a second: what it was ahead is used up */
        client_send(s->client, piece, 1);
        story_wait(s, 1000);
    }
    assert_false(story_got(s, "408"));
    story_wait(s, 3000);
    until(s, story_got(s, "HTTP/1.1 408 "));
}

static void http__closes__idle_connections(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, story_got(s, "GET /a ;"));
    story_wait(s, HTTP_IDLE_MS - 1000);
    assert_false(s->client->is_ended);
    story_wait(s, 1000);
    until(s, s->client->is_ended);
}

static void http__keeps__a_held_request_for_long(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, s->held != NULL);
    story_wait(s, 10 * HTTP_IDLE_MS);
    assert_false(s->client->is_ended);
    story_answer(s->held, "late");
    until(s, story_got(s, "late"));
}

/* Who does not read is cut off after half a minute (C-14), and nothing is kept for them without
 * bound. */
static void http__cuts__who_does_not_read(void **state)
{
    struct story *s = *state;
    for (int i = 0; i < 20; i++) {
        client_say(s->client, "GET /static HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    for (int turn = 0; turn < 20; turn++) {
        event_base_loop(s->loop, EVLOOP_NONBLOCK);
        connections_flush(s->set);
    }
    assert_int_equal(connections_count(s->set), 1);
    connections_tick(s->set, s->now + CONNECTION_STALL_MS);
    event_base_loop(s->loop, EVLOOP_NONBLOCK);
    assert_int_equal(connections_count(s->set), 0);
}

/* The peer closes its half right behind the request: it is answered all the same. */
static void http__answers__who_has_said_all(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(shutdown(s->client->fd, SHUT_WR), 0);
    until(s, s->client->is_ended);
    assert_true(story_got(s, "GET /a ;"));
}

static void http__does__not_upgrade_unasked(void **state)
{
    struct story *s = *state; /* h2c: what follows is still HTTP/1.1 */
    client_say(s->client,
               "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
               "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, story_got(s, "GET /b ;"));
    assert_string_equal(s->asked.bytes, "GET /a ;GET /b ;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(http__answers__a_request_cut_at_every_byte),
        story_test(http__answers__pipelined_requests_in_order),
        story_test(http__lets__one_empty_line_pass),
        story_test(http__keeps__order_around_a_held_request),
        story_test(http__tells__when_a_held_request_is_lost),
        story_test(http__speaks__http_1_0),
        story_test(http__sends__no_body_to_head),
        story_test(http__sends__static_bytes_between_others),
        story_test(http__says__continue_when_asked),
        cmocka_unit_test(http__refuses__and_closes),
        cmocka_unit_test(http__refuses__odd_chunks),
        cmocka_unit_test(http__refuses__large_bodies),
        story_test(http__takes__the_largest_body),
        story_test(http__closes__slow_heads),
        story_test(http__closes__silent_newcomers),
        story_test(http__closes__slow_bodies),
        story_test(http__closes__idle_connections),
        story_test(http__keeps__a_held_request_for_long),
        story_test(http__cuts__who_does_not_read),
        story_test(http__answers__who_has_said_all),
        story_test(http__does__not_upgrade_unasked),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
