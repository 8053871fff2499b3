/* What pages ask before any stream exists. */
#include "gateway_story.h"

#include "base/log.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

static void gateway__answers__availability(void **state)
{
    struct story *s = *state;
    story_ask(s, GET("/w/1/status/sales"));
    assert_true(story_got(s, "HTTP/1.1 200 OK\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    assert_true(story_got(s, "Cache-Control: public, max-age=30\r\n"));
    assert_true(story_got(s, "Content-Type: application/json\r\n"));
    assert_true(story_got(s, "Vary: Origin\r\n"));
    assert_true(story_got(s, "\r\n\r\n{\"lang\":\"none\",\"site\":\"none\"}"));
    story_ask(s, GET("/w/1/status/%73ales?x"));
    assert_true(story_got(s, "{\"lang\":\"none\","));
    story_ask(s, GET("/w/1/status/sales?x=y&lang=de&lang=fr"));
    assert_true(story_got(s, "{\"lang\":\"de\","));
    story_ask(s, GET("/w/1/status/sales?language=de&lang="));
    assert_true(story_got(s, "{\"lang\":\"\","));
    story_ask(s, "GET /w/1/status/sales HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                 "https://other.example\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "\"site\":\"other\"}"));
    story_ask(s, "GET /w/1/status/sales HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                 "https://stranger.example\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "\"site\":\"none\"}"));
    story_ask(s, GET("/w/1/status/nobody"));
    assert_true(story_got(s, "HTTP/1.1 404 "));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    story_ask(s, "OPTIONS /w/1/status/sales HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                 "https://a.example\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 204 "));
    assert_true(story_got(s, "Access-Control-Allow-Methods: GET, HEAD\r\n"));
}

static void gateway__answers__with_what_visitors_may_be_invited(void **state)
{
    struct story *s = *state;
    story_ask(s, GET("/w/1/invite/sales?lang=de"));
    assert_true(story_got(s, "HTTP/1.1 200 OK\r\n"));
    assert_true(story_got(s, "Cache-Control: public, max-age=30\r\n"));
    assert_true(story_got(s, "Vary: Origin\r\n"));
    assert_true(story_got(s, "{\"invite\":\"sales de\"}"));
    story_ask(s, GET("/w/1/invite/sales%20support?lang=de")); /* one of several */
    assert_true(story_got(s, "{\"invite\":\"sales support de\"}"));
    story_ask(s, GET("/w/1/invite/nobody"));
    assert_true(story_got(s, "HTTP/1.1 404 "));
}

static void gateway__answers__with_a_departments_hours(void **state)
{
    struct story *s = *state;
    story_ask(s, GET("/w/1/hours/sales?x=y"));
    assert_true(story_got(s, "HTTP/1.1 200 OK\r\n"));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    assert_true(story_got(s, "Cache-Control: public, max-age=60\r\n"));
    assert_true(story_got(s, "Content-Type: application/json\r\n"));
    assert_true(story_got(s, "\r\n\r\n{\"hours\":[]}"));
    story_ask(s, GET("/w/1/hours/nobody"));
    assert_true(story_got(s, "HTTP/1.1 404 "));
    assert_true(story_got(s, "Access-Control-Allow-Origin: *\r\n"));
    story_ask(s, "OPTIONS /w/1/hours/sales HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                 "https://a.example\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 204 "));
    story_ask(s, "POST /w/1/hours/sales HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                 "0\r\nConnection: close\r\n\r\n");
    assert_true(story_got(s, "HTTP/1.1 405 "));
}

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        story_test(gateway__answers__availability),
        story_test(gateway__answers__with_what_visitors_may_be_invited),
        story_test(gateway__answers__with_a_departments_hours),
    };
    return cmocka_run_group_tests_name("gateway questions", tests, NULL, NULL);
}
