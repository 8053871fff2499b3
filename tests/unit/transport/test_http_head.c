#include "transport/http_head.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <http_parser.h>
#include <stdlib.h>
#include <string.h>

#define HOST "Host: localhost\r\n"

static int check_bytes(const char *bytes, size_t len, struct http_head *head)
{
    size_t from = 0;
    size_t end = 0;
    int status = http_head_find_end(bytes, len, &from, &end);
    if (status == 0 && end == 0) {
        fail_msg("no end in: %s", bytes);
    }
    struct http_head ignored;
    return status != 0 ? status : http_head_check(bytes, end, head ? head : &ignored);
}

#define STATUS(text) check_bytes((text), sizeof(text) - 1, NULL)

static void http_head_check__takes__what_browsers_send(void **state)
{
    (void)state;
    struct http_head head;
    static const char GET[] =
        "GET /w/1/loader.js?x=%20 HTTP/1.1\r\nHost: shop.example:8080\r\n"
        "User-Agent: Mozilla/5.0 (X11; \xc3\xa9)\r\nAccept:*/*\r\nEmpty:\r\nX: \t a \t\r\n\r\n";
    assert_int_equal(check_bytes(GET, sizeof GET - 1, &head), 0);
    assert_int_equal(head.verb, HTTP_VERB_GET);
    assert_int_equal(head.field_count, 5);
    assert_memory_equal(head.target, "/w/1/loader.js?x=%20", head.target_len);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), 0);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"), 0);
    assert_int_equal(STATUS("HEAD / HTTP/1.0\r\n\r\n"), 0);
    assert_int_equal(STATUS("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), 0);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 0);
}

static void http_head_check__refuses__two_ways_to_end_a_body(void **state)
{
    (void)state; /* V-009 */
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST
                            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"),
                     400);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST
                            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"),
                     400);
}

static void http_head_check__refuses__odd_transfer_encodings(void **state)
{
    (void)state; /* V-010 */
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"), 501);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"), 501);
    assert_int_equal(
        STATUS("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n"), 400);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b"
                            "chunked\r\n\r\n"),
                     400);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n"), 400);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\n" HOST
                            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
                     400);
    assert_int_equal(STATUS("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"), 400);
}

static void http_head_check__refuses__odd_content_lengths(void **state)
{
    (void)state; /* V-011 */
    assert_int_equal(
        STATUS("POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 5\r\n\r\n"), 400);
    assert_int_equal(
        STATUS("POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 4\r\n\r\n"), 400);
    static const char *const LENGTHS[] = {
        "+4", "4,4", "0x4", "-1", "4 4", "", "12345678901234567890", "4;"};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
        struct buf text;
        buf_init(&text, 1024);
        buf_printf(&text, "POST / HTTP/1.1\r\n" HOST "Content-Length: %s\r\n\r\n", LENGTHS[i]);
        assert_int_equal(check_bytes(text.bytes, text.len, NULL), 400);
        buf_finish(&text);
    }
}

static void http_head_check__refuses__odd_bytes(void **state)
{
    (void)state; /* V-012 */
    assert_int_equal(STATUS("GET / HTTP/1.1\nHost: a\n\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tfolded: x\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\n folded: x\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n"),
                     400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nX\xc3\xa9: x\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

static int fields_of(size_t bytes, size_t count)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_add_text(&text, "GET / HTTP/1.1\r\n");
    size_t begin = text.len;
    buf_add_text(&text, "Host: a\r\n");
    for (size_t i = 1; i + 1 < count; i++) {
        buf_add_text(&text, "X: y\r\n");
    }
    buf_add_text(&text, "Y: ");
    while (text.len - begin + 2 < bytes) {
        buf_add_char(&text, 'y');
    }
    buf_add_text(&text, "\r\n\r\n");
    int status = check_bytes(text.bytes, text.len, NULL);
    buf_finish(&text);
    return status;
}

static int line_of(size_t len)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_add_text(&text, "GET /");
    while (text.len + strlen(" HTTP/1.1") < len) {
        buf_add_char(&text, 'a');
    }
    buf_add_text(&text, " HTTP/1.1\r\nHost: a\r\n\r\n");
    int status = check_bytes(text.bytes, text.len, NULL);
    buf_finish(&text);
    return status;
}

static void http_head_check__refuses__what_is_over_a_limit(void **state)
{
    (void)state; /* V-013 */
    assert_int_equal(fields_of(8192, 10), 0);
    assert_int_equal(fields_of(8193, 10), 431);
    assert_int_equal(fields_of(0, 64), 0);
    assert_int_equal(fields_of(0, 65), 431);
    assert_int_equal(line_of(2048), 0);
    assert_int_equal(line_of(2049), 414);
}

/* Bytes that never end are refused before they are many. */
static void http_head_find_end__refuses__endless_heads(void **state)
{
    (void)state; /* V-013 */
    char *bytes = malloc(64 * 1024);
    memset(bytes, 'a', 64 * 1024);
    size_t from = 0;
    size_t end;
    assert_int_equal(http_head_find_end(bytes, HTTP_LINE_MAX, &from, &end), 0);
    assert_int_equal(http_head_find_end(bytes, HTTP_LINE_MAX + 1, &from, &end), 414);
    memcpy(bytes, "GET / HTTP/1.1\r\n", 16);
    from = 0;
    assert_int_equal(http_head_find_end(bytes, 16 + HTTP_FIELDS_MAX, &from, &end), 0);
    assert_int_equal(end, 0);
    assert_int_equal(http_head_find_end(bytes, 16 + HTTP_FIELDS_MAX + 3, &from, &end), 431);
    free(bytes);
}

static void http_head_check__refuses__targets_of_others(void **state)
{
    (void)state; /* V-016 */
    assert_int_equal(STATUS("GET http://other/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET http://localhost.evil/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET http://localhost:81/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET http://x@localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET http:/// HTTP/1.1\r\nHost:\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET localhost HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
    struct http_head head;
    static const char OURS[] = "GET HTTP://LocalHost:80/a?b HTTP/1.1\r\nHost: localhost:80\r\n\r\n";
    assert_int_equal(check_bytes(OURS, sizeof OURS - 1, &head), 0);
    assert_int_equal(head.target_len, 4);
    assert_memory_equal(head.target, "/a?b", 4);
}

static void http_head_check__refuses__other_methods_and_versions(void **state)
{
    (void)state;
    assert_int_equal(STATUS("PUT / HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
    assert_int_equal(STATUS("PATCH / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
    assert_int_equal(STATUS("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
    assert_int_equal(STATUS("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
    assert_int_equal(STATUS("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
    assert_int_equal(STATUS("get / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
    assert_int_equal(STATUS("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("PRI * HTTP/2.0\r\n\r\n"), 505);
    assert_int_equal(STATUS("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), 505);
    assert_int_equal(STATUS("GET / HTTP/3\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET / http/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("GET /\r\n\r\n"), 400);
    assert_int_equal(STATUS("POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n"), 417);
    /* V-019: a PROXY header that nobody enabled, version 1 and 2 */
    assert_int_equal(
        STATUS("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    assert_int_equal(STATUS("\r\n\0\r\nQUIT\n\x21\x11"), 400);
}

static bool parser_takes(const char *text)
{
    static const http_parser_settings NOTHING;
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    return http_parser_execute(&parser, &NOTHING, text, strlen(text)) == strlen(text) &&
           HTTP_PARSER_ERRNO(&parser) == HPE_OK;
}

/* Why there is a check before it (docs/decisions/0020): if one of these fails, a line of the check
 * may go. */
static void libhttp_parser__lets__through_what_the_check_refuses(void **state)
{
    (void)state;
    assert_true(parser_takes("GET / HTTP/1.1\nHost: a\n\n"));
    assert_true(parser_takes("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n"));
    assert_true(parser_takes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n"));
    assert_true(parser_takes("GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_true(parser_takes("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"));
    assert_true(
        parser_takes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\n"));
}

static void http_list_has__finds__whole_tokens(void **state)
{
    (void)state;
    assert_true(http_list_has("keep-alive, Upgrade", "upgrade"));
    assert_true(http_list_has(" ,,upgrade ", "upgrade"));
    assert_false(http_list_has("upgrades", "upgrade"));
    assert_false(http_list_has("up grade", "upgrade"));
    assert_false(http_list_has("", "upgrade"));
}

static void http_path__is__decoded_once(void **state)
{
    (void)state; /* V-015: what comes out is only ever looked up in a table */
    static const struct {
        const char *target;
        const char *path;
    } CASES[] = {{"/a/b.js?x=/y", "/a/b.js"},
                 {"/%61%2Fb", "/a/b"},
                 {"/..%2f..%2fetc/passwd", "/../../etc/passwd"},
                 {"/%2e%2e/", "/../"},
                 {"/%252e", "/%2e"},
                 {"/%u002e%u002e/x", "/%u002e%u002e/x"},
                 {"/static/%00", "/static/%00"},
                 {"/%", "/%"},
                 {"/%4", "/%4"},
                 {"/..%5c", "/..\\"},
                 {"//etc/passwd", "//etc/passwd"},
                 {"/?", "/"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *path = http_path_dup(CASES[i].target, strlen(CASES[i].target));
        assert_string_equal(path, CASES[i].path);
        free(path);
    }
}

static void http_query_dup__finds__the_first_value_of_a_name(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        const char *value; /* NULL: none */
    } CASES[] = {{"/a", NULL},
                 {"/a?", NULL},
                 {"/a?lang", NULL},
                 {"/a?lang=", ""},
                 {"/a?lang=de", "de"},
                 {"/a?x=1&lang=de&y", "de"},
                 {"/a?lang=a&lang=b", "a"},
                 {"/a?language=de", NULL},
                 {"/a?xlang=de", NULL},
                 {"/a?&&lang=de&&", "de"},
                 {"/lang=de", NULL},
                 {"/a?x?lang=de", NULL},
                 {"/a?lang=%64e", "%64e"},
                 {"/a?lang==", "="}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *value = http_query_dup(CASES[i].target, strlen(CASES[i].target), "lang");
        if (CASES[i].value) {
            assert_string_equal(value, CASES[i].value);
        } else {
            assert_null(value);
        }
        free(value);
    }
    char *cut = http_query_dup("/a?lang=de", 9, "lang"); /* what stands behind is not read */
    assert_string_equal(cut, "d");
    free(cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_query_dup__finds__the_first_value_of_a_name),
        cmocka_unit_test(http_head_check__takes__what_browsers_send),
        cmocka_unit_test(http_head_check__refuses__two_ways_to_end_a_body),
        cmocka_unit_test(http_head_check__refuses__odd_transfer_encodings),
        cmocka_unit_test(http_head_check__refuses__odd_content_lengths),
        cmocka_unit_test(http_head_check__refuses__odd_bytes),
        cmocka_unit_test(http_head_check__refuses__what_is_over_a_limit),
        cmocka_unit_test(http_head_find_end__refuses__endless_heads),
        cmocka_unit_test(http_head_check__refuses__targets_of_others),
        cmocka_unit_test(http_head_check__refuses__other_methods_and_versions),
        cmocka_unit_test(libhttp_parser__lets__through_what_the_check_refuses),
        cmocka_unit_test(http_list_has__finds__whole_tokens),
        cmocka_unit_test(http_path__is__decoded_once),
    };
    return cmocka_run_group_tests_name("http_head", tests, NULL, NULL);
}
