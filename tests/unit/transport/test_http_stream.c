/* Bodies that are taken as they come. */
#include "http_story.h"

#define PUT "PUT /stream HTTP/1.1\r\nHost: x\r\n"

enum { LARGE = 1024 * 1024 + 1 };

static void send_head(struct story *s, size_t len, const char *more)
{
    char *head = mem_print(PUT "Content-Length: %zu\r\n%s\r\n", len, more);
    client_say(s->client, head);
    free(head);
}

/* 'p' and so on, so that a piece that is missing or twice there shows. */
static void send_body(struct story *s, size_t from, size_t to)
{
    static char piece[32 * 1024];
    while (from < to) {
        size_t len = to - from < sizeof piece ? to - from : sizeof piece;
        for (size_t i = 0; i < len; i++) {
            piece[i] = (char)('a' + (from + i) % 23);
        }
        client_send(s->client, piece, len);
        client_turn(s->client, s->loop, story_flush, s);
        from += len;
    }
}

static void check_body(const struct story *s, size_t len)
{
    assert_int_equal(s->streamed.len, len);
    for (size_t i = 0; i < len; i++) {
        if (s->streamed.bytes[i] != (char)('a' + i % 23)) {
            fail_msg("byte %zu is another", i);
        }
    }
}

static void http_stream__takes__a_body_that_is_larger_than_any_other(void **state)
{
    struct story *s = *state;
    send_head(s, LARGE, "");
    send_body(s, 0, LARGE - 1);
    until(s, s->streamed.len == LARGE - 1);
    assert_false(story_got(s, "streamed"));
    send_body(s, LARGE - 1, LARGE);
    until(s, story_got(s, "streamed 1048577;"));
    check_body(s, LARGE);
    assert_false(story_got(s, "Connection: close"));
    assert_string_equal(s->asked.bytes, "");
}

static void http_stream__is_one__of_pipelined_requests(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /static HTTP/1.1\r\nHost: x\r\n\r\nPOST /1 HTTP/1.1\r\nHost: "
                          "x\r\nContent-Length: 3\r\n\r\none");
    send_head(s, 100000, "");
    send_body(s, 0, 100000);
    client_say(s->client, "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, story_got(s, "GET /2 ;"));
    check_body(s, 100000);
    assert_true(story_count(s, "HTTP/1.1 200 OK") == 4);
    assert_true(story_got(s, "streamed 100000;"));
    assert_string_equal(s->asked.bytes, "GET /static ;POST /1 one;GET /2 ;");
}

static void http_stream__says__continue_when_asked(void **state)
{
    struct story *s = *state;
    send_head(s, 5, "Expect: 100-continue\r\n");
    until(s, story_got(s, "HTTP/1.1 100 Continue\r\n\r\n"));
    send_body(s, 0, 5);
    until(s, story_got(s, "streamed 5;"));
}

/* An answer at the head ends the connection: what follows is not read as a request. */
static void http_stream__lets__a_handler_answer_at_the_head(void **state)
{
    struct story *s = *state;
    client_say(s->client, "PUT /early HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                          "Content-Length: 31\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x");
    until(s, story_got(s, "HTTP/1.1 507 Insufficient Storage\r\n"));
    assert_true(story_got(s, "Connection: close\r\n"));
    assert_false(story_got(s, "100 Continue"));
    story_wait(s, CONNECTION_LINGER_MS);
    until(s, s->client->is_ended);
    assert_string_equal(s->asked.bytes, "");
}

static void http_stream__waits__with_such_an_answer_for_those_before(void **state)
{
    struct story *s = *state;
    client_say(s->client, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    until(s, s->held != NULL);
    client_say(s->client, "PUT /early HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyzGET /3 "
                          "HTTP/1.1\r\nHost: x\r\n\r\n");
    story_settle(s);
    assert_int_equal(s->client->got.len, 0);
    story_answer(s->held, "held");
    until(s, story_got(s, "HTTP/1.1 507 "));
    assert_true(strstr(s->client->got.bytes, "held") < strstr(s->client->got.bytes, "507"));
    assert_string_equal(s->asked.bytes, "GET /hold ;");
}

static void http_stream__tells__when_it_is_cut(void **state)
{
    struct story *s = *state;
    send_head(s, 100000, "");
    send_body(s, 0, 99999);
    until(s, s->streamed.len == 99999);
    client_close(s->client);
    s->client = NULL;
    until(s, s->lost == 1);
}

static void http_stream__ends__after_half_a_minute_without_a_byte(void **state)
{
    struct story *s = *state;
    send_head(s, LARGE, "");
    send_body(s, 0, 500000);
    until(s, s->streamed.len == 500000);
    story_wait(s, HTTP_STALL_MS - 1000);
    send_body(s, 500000, 500001);
    story_wait(s, 0);
    story_wait(s, HTTP_STALL_MS - 1000);
    assert_int_equal(s->lost, 0);
    story_wait(s, 1000);
    until(s, story_got(s, "HTTP/1.1 408 "));
    assert_int_equal(s->lost, 1);
    story_wait(s, CONNECTION_LINGER_MS);
    until(s, s->client->is_ended);
    assert_int_equal(s->lost, 1);
}

/* Slower than a KiB a second: as any other body. */
static void http_stream__ends__a_trickle(void **state)
{
    struct story *s = *state;
    send_head(s, LARGE, "");
    for (int second = 0; second < 9; second++) {
        send_body(s, (size_t)second, (size_t)second + 1);
        story_wait(s, 1000);
    }
    assert_int_equal(s->lost, 0);
    story_wait(s, 2000);
    until(s, story_got(s, "HTTP/1.1 408 "));
    assert_int_equal(s->lost, 1);
}

/* Others keep their limit, whoever asks for more. */
static void http_stream__leaves__the_limit_of_others(void **state)
{
    struct story *s = *state;
    client_say(s->client, "PUT /other HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
    until(s, story_got(s, "HTTP/1.1 413 "));
    assert_string_equal(s->asked.bytes, "");
}

static void http_stream__is_not__for_chunks(void **state)
{
    struct story *s = *state;
    client_say(s->client, PUT "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    until(s, story_got(s, "PUT /stream abc;"));
    assert_int_equal(s->streamed.len, 0);
    client_say(s->client, PUT "Transfer-Encoding: chunked\r\n\r\n10001\r\n");
    until(s, story_got(s, "HTTP/1.1 413 "));
}

/* Nobody waits for the rest. */
static void http_stream__ends__with_the_program(void **state)
{
    struct story *s = *state;
    send_head(s, LARGE, "");
    send_body(s, 0, 1000);
    until(s, s->streamed.len == 1000);
    connections_stop(s->set);
    until(s, s->lost == 1);
    assert_true(connections_are_over(s->set));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        story_test(http_stream__takes__a_body_that_is_larger_than_any_other),
        story_test(http_stream__is_one__of_pipelined_requests),
        story_test(http_stream__says__continue_when_asked),
        story_test(http_stream__lets__a_handler_answer_at_the_head),
        story_test(http_stream__waits__with_such_an_answer_for_those_before),
        story_test(http_stream__tells__when_it_is_cut),
        story_test(http_stream__ends__after_half_a_minute_without_a_byte),
        story_test(http_stream__ends__a_trickle),
        story_test(http_stream__leaves__the_limit_of_others),
        story_test(http_stream__is_not__for_chunks),
        story_test(http_stream__ends__with_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
