#include "transport/websocket.h"

#include "base/buf.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TEXT = 0x81,
    TEXT_OPEN = 0x01,
    MORE = 0x00,
    LAST = 0x80,
    BINARY = 0x82,
    CLOSE = 0x88,
    PING = 0x89,
    PONG = 0x8a
};
enum { FRAMES_MAX = 8 << 20 };

static const uint8_t MASK[4] = {0xa1, 0x02, 0xff, 0x40};

/* A masked frame; head is its first byte. */
static void frame(struct buf *out, int head, const void *payload, size_t len)
{
    buf_add_char(out, (char)head);
    if (len < 126) {
        buf_add_char(out, (char)(0x80 | len));
    } else {
        int size = len <= UINT16_MAX ? 2 : 8;
        buf_add_char(out, (char)(0x80 | (size == 2 ? 126 : 127)));
        for (int i = size - 1; i >= 0; i--) {
            buf_add_char(out, (char)(len >> (8 * i)));
        }
    }
    buf_add(out, MASK, sizeof MASK);
    for (size_t i = 0; i < len; i++) {
        buf_add_char(out, (char)(((const uint8_t *)payload)[i] ^ MASK[i % 4]));
    }
}

static void text_frame(struct buf *out, int head, const char *text)
{
    frame(out, head, text, strlen(text));
}

static void note(struct buf *log, const struct websocket_event *event)
{
    static const char KINDS[] = {
        [WEBSOCKET_MESSAGE] = 'M', [WEBSOCKET_PING] = 'P', [WEBSOCKET_PONG] = 'O'};
    if (event->kind == WEBSOCKET_CLOSED || event->kind == WEBSOCKET_FAULT) {
        buf_printf(log, "%s%d;", event->kind == WEBSOCKET_FAULT ? "fault" : "closed", event->code);
    } else {
        buf_add_char(log, KINDS[event->kind]);
        buf_add_char(log, ':');
        buf_add(log, event->bytes, event->len);
        buf_add_char(log, ';');
    }
}

static void feed(struct websocket *w, const char *bytes, size_t len, struct buf *log)
{
    char *copy = mem_dup_n(bytes, len);
    char *at = copy;
    for (;;) {
        struct websocket_event event = websocket_read(w, &at, &len);
        if (event.kind == WEBSOCKET_WAIT) {
            break;
        }
        note(log, &event);
    }
    assert_int_equal(len, 0);
    free(copy);
}

/* What is made of the frames in one piece, byte by byte, and cut at every place (V-0A14): always
 * the same. */
static void check_cut(const struct buf *frames, const char *expected, size_t first, size_t step)
{
    struct websocket w;
    struct buf log;
    websocket_init(&w);
    buf_init(&log, FRAMES_MAX);
    size_t at = first < frames->len ? first : frames->len;
    feed(&w, frames->bytes, at, &log);
    while (at < frames->len) {
        size_t len = step < frames->len - at ? step : frames->len - at;
        feed(&w, frames->bytes + at, len, &log);
        at += len;
    }
    assert_string_equal(log.bytes, expected);
    buf_finish(&log);
    websocket_finish(&w);
}

static void check(struct buf *frames, const char *expected)
{
    check_cut(frames, expected, frames->len, 1);
    check_cut(frames, expected, 0, 1);
    for (size_t cut = 1; cut < frames->len && frames->len < 400; cut++) {
        check_cut(frames, expected, cut, frames->len);
    }
    buf_finish(frames);
}

static void check_bytes(const char *bytes, size_t len, const char *expected)
{
    struct buf frames;
    buf_init(&frames, FRAMES_MAX);
    buf_add(&frames, bytes, len);
    check(&frames, expected);
}

#define CHECK_BYTES(bytes, expected) check_bytes((bytes), sizeof(bytes) - 1, (expected))

static struct buf frames_new(void)
{
    struct buf frames;
    buf_init(&frames, FRAMES_MAX);
    return frames;
}

static void websocket_read__takes__messages_however_they_are_cut(void **state)
{
    (void)state; /* V-0A14 */
    struct buf f = frames_new();
    text_frame(&f, TEXT, "<a/>");
    text_frame(&f, PING, "p");
    text_frame(&f, TEXT, "");
    text_frame(&f, TEXT_OPEN, "<b>");
    text_frame(&f, PONG, "");
    text_frame(&f, MORE, "x");
    text_frame(&f, PING, "inside");
    text_frame(&f, LAST, "</b>");
    text_frame(&f, TEXT, "<c/>");
    check(&f, "M:<a/>;P:p;M:;O:;P:inside;M:<b>x</b>;M:<c/>;");
}

static void websocket_read__takes__lengths_of_all_three_kinds(void **state)
{
    (void)state;
    static const size_t LENGTHS[] = {0, 1, 125, 126, 127, 65535, 65536};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
        struct buf f = frames_new();
        struct buf expected = frames_new();
        char *payload = mem_alloc(LENGTHS[i] + 1);
        memset(payload, 'x', LENGTHS[i]);
        frame(&f, TEXT, payload, LENGTHS[i]);
        buf_printf(&expected, "M:%s;", payload);
        check(&f, expected.bytes);
        buf_finish(&expected);
        free(payload);
    }
}

static void websocket_read__refuses__unmasked_frame(void **state)
{
    (void)state; /* V-0A1 */
    CHECK_BYTES("\x81\x04test", "fault1002;");
}

static void websocket_read__refuses__reserved_opcodes(void **state)
{
    (void)state; /* V-0A2 */
    static const int OPCODES[] = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15};
    for (size_t i = 0; i < sizeof OPCODES / sizeof *OPCODES; i++) {
        struct buf f = frames_new();
        text_frame(&f, 0x80 | OPCODES[i], "x");
        check(&f, "fault1002;");
    }
}

static void websocket_read__refuses__reserved_bits(void **state)
{
    (void)state; /* V-0A3; V-008: RSV1 is what compression would set */
    for (int bit = 0x10; bit <= 0x40; bit <<= 1) {
        struct buf f = frames_new();
        text_frame(&f, TEXT | bit, "x");
        check(&f, "fault1002;");
    }
}

static void websocket_read__refuses__long_or_cut_control_frame(void **state)
{
    (void)state; /* V-0A4 */
    char payload[126];
    memset(payload, 'p', sizeof payload);
    struct buf f = frames_new();
    frame(&f, PING, payload, 126);
    check(&f, "fault1002;");
    f = frames_new();
    text_frame(&f, 0x09, "p");
    check(&f, "fault1002;");
    f = frames_new();
    text_frame(&f, 0x08, "");
    check(&f, "fault1002;");
}

static void websocket_read__judges__close_payload(void **state)
{
    (void)state; /* V-0A5 */
    static const int BAD[] = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535};
    static const int GOOD[] = {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct buf f = frames_new();
        frame(&f, CLOSE, (char[]){(char)(BAD[i] >> 8), (char)BAD[i]}, 2);
        check(&f, "fault1002;");
        assert_false(websocket_is_close_code(BAD[i]));
    }
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        struct buf f = frames_new();
        char expected[32];
        snprintf(expected, sizeof expected, "closed%d;", GOOD[i]);
        frame(&f, CLOSE, (char[]){(char)(GOOD[i] >> 8), (char)GOOD[i], 'b', 'y', 'e'}, 5);
        check(&f, expected);
    }
    struct buf f = frames_new();
    frame(&f, CLOSE, "\x03", 1);
    check(&f, "fault1002;");
    f = frames_new();
    frame(&f, CLOSE, "\x03\xe8\xc3\x28", 4);
    check(&f, "fault1007;");
    f = frames_new();
    frame(&f, CLOSE, "", 0);
    check(&f, "closed1005;");
}

static void websocket_read__refuses__lengths_at_the_head(void **state)
{
    (void)state;
    CHECK_BYTES("\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00", "fault1002;"); /* V-0A6: 2^63 */
    CHECK_BYTES("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", "fault1009;");
    CHECK_BYTES("\x81\xff\x00\x00\x00\x00\x80\x00\x00\x00", "fault1009;"); /* V-0A7: 2^31 */
    CHECK_BYTES("\x81\xff\x00\x00\x00\x00\x00\x01\x00\x01", "fault1009;"); /* 64 KiB and one */
    /* V-0A8: not minimal */
    CHECK_BYTES("\x81\xfe\x00\x05", "fault1002;");
    CHECK_BYTES("\x81\xfe\x00\x7d", "fault1002;");
    CHECK_BYTES("\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff", "fault1002;");
}

static void websocket_read__allocates__nothing_for_an_announced_length(void **state)
{
    (void)state; /* V-0A7 */
    struct websocket w;
    struct buf log = frames_new();
    websocket_init(&w);
    feed(&w, "\x81\xff\x00\x00\x00\x00\x00\x01\x00\x00\x01\x02\x03\x04yy", 16, &log);
    assert_int_equal(log.len, 0);
    assert_true(w.message.size < 1024);
    websocket_finish(&w);
    buf_finish(&log);
}

static void websocket_read__refuses__binary(void **state)
{
    (void)state; /* V-0A9 */
    struct buf f = frames_new();
    text_frame(&f, BINARY, "x");
    check(&f, "fault1003;");
}

static void fragments(struct buf *f, size_t count, size_t len)
{
    char *payload = mem_alloc(len + 1);
    memset(payload, 'x', len);
    for (size_t i = 0; i < count; i++) {
        frame(f, (i == 0 ? TEXT_OPEN : MORE) | (i == count - 1 ? LAST : 0), payload, len);
    }
    free(payload);
}

static void websocket_read__bounds__fragments(void **state)
{
    (void)state; /* V-0A10 */
    struct buf f = frames_new();
    fragments(&f, 16, 1);
    check(&f, "M:xxxxxxxxxxxxxxxx;");
    f = frames_new();
    fragments(&f, 17, 1);
    check(&f, "fault1009;");
    f = frames_new();
    fragments(&f, 1000, 0); /* empty continuations for ever */
    check(&f, "fault1009;");
    f = frames_new();
    fragments(&f, 16, 4096);
    struct buf expected = frames_new();
    buf_add_text(&expected, "M:");
    for (int i = 0; i < 65536; i++) {
        buf_add_char(&expected, 'x');
    }
    buf_add_char(&expected, ';');
    check(&f, expected.bytes);
    buf_finish(&expected);
    f = frames_new();
    fragments(&f, 16, 4097); /* each small, together too much */
    check(&f, "fault1009;");
}

static void websocket_read__refuses__continuation_out_of_place(void **state)
{
    (void)state; /* V-0A11 */
    struct buf f = frames_new();
    text_frame(&f, LAST, "x");
    check(&f, "fault1002;");
    f = frames_new();
    text_frame(&f, TEXT_OPEN, "x");
    text_frame(&f, TEXT, "y");
    check(&f, "fault1002;");
    f = frames_new();
    text_frame(&f, TEXT, "x");
    text_frame(&f, MORE, "y");
    check(&f, "M:x;fault1002;");
}

static void websocket_read__checks__utf8_across_fragments(void **state)
{
    (void)state; /* V-0A12 */
    struct buf f = frames_new();
    text_frame(&f, TEXT_OPEN, "\xf0");
    text_frame(&f, LAST, "\x9f\x98\x80");
    check(&f, "M:\xf0\x9f\x98\x80;");
    f = frames_new();
    text_frame(&f, TEXT_OPEN, "\xf0\x9f");
    text_frame(&f, PING, "");
    text_frame(&f, MORE, "\x98");
    text_frame(&f, LAST, "\x80z");
    check(&f, "P:;M:\xf0\x9f\x98\x80z;");
    f = frames_new();
    text_frame(&f, TEXT, "\xf0\x9f\x98");
    check(&f, "fault1007;");
    f = frames_new();
    text_frame(&f, TEXT_OPEN, "\xe2\x82");
    text_frame(&f, LAST, "");
    check(&f, "fault1007;");
    f = frames_new();
    text_frame(&f, TEXT_OPEN, "a\xff"); /* at once, not with the last fragment */
    check(&f, "fault1007;");
}

static void websocket_read__refuses__what_is_not_utf8(void **state)
{
    (void)state; /* V-034, V-035, V-037 as a frame */
    static const char *const BAD[] = {
        "\xc0\xbc",     "\xe0\x80\xbc",     "\xf0\x80\x80\xbc",     "\xc1\xbf", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80",     "\xbf",
        "\xe2\x82",     "\xfe\xff",         "\xe1\x80\xe1\x80",     "\xc3\xc3"};
    static const char *const GOOD[] = {"\xc2\x80",         "\xdf\xbf",         "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",     "\xee\x80\x80",     "\xef\xbf\xbf",
                                       "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\x7f"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct buf f = frames_new();
        text_frame(&f, TEXT, BAD[i]);
        check(&f, "fault1007;");
    }
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        struct buf f = frames_new();
        char expected[16];
        snprintf(expected, sizeof expected, "M:%s;", GOOD[i]);
        text_frame(&f, TEXT, GOOD[i]);
        check(&f, expected);
    }
}

static void websocket_read__ignores__what_follows_the_end(void **state)
{
    (void)state; /* V-0A15 */
    struct buf f = frames_new();
    frame(&f, CLOSE, "\x03\xe8", 2);
    text_frame(&f, TEXT, "<message/>");
    text_frame(&f, PING, "p");
    check(&f, "closed1000;");
    f = frames_new();
    text_frame(&f, BINARY, "x");
    text_frame(&f, TEXT, "<message/>");
    check(&f, "fault1003;");
}

static void websocket_read__costs__linear_time_in_small_pieces(void **state)
{
    (void)state; /* V-0A10: 1-byte pieces of a 64 KiB message */
    struct buf f = frames_new();
    struct buf log = frames_new();
    struct websocket w;
    for (int i = 0; i < 16; i++) {
        fragments(&f, 16, 4096);
    }
    websocket_init(&w);
    clock_t begin = clock(); /* the processor's time: what else the machine does counts not */
    for (size_t i = 0; i < f.len; i++) {
        feed(&w, f.bytes + i, 1, &log);
    }
    /* 1 MiB: quadratic would be minutes */
    assert_true((clock() - begin) / CLOCKS_PER_SEC < 5);
    assert_int_equal(log.len, 16 * (65536 + 3));
    websocket_finish(&w);
    buf_finish(&log);
    buf_finish(&f);
}

static void check_written(size_t len, const char *head, size_t head_len)
{
    struct buf out = frames_new();
    char *payload = mem_alloc(len + 1);
    memset(payload, 'y', len);
    assert_true(websocket_write(&out, WEBSOCKET_OP_TEXT, payload, len));
    assert_int_equal(out.len, head_len + len);
    assert_memory_equal(out.bytes, head, head_len);
    assert_memory_equal(out.bytes + head_len, payload, len);
    free(payload);
    buf_finish(&out);
}

static void websocket_write__chooses__the_shortest_head(void **state)
{
    (void)state;
    check_written(0, "\x81\x00", 2);
    check_written(125, "\x81\x7d", 2);
    check_written(126, "\x81\x7e\x00\x7e", 4);
    check_written(65535, "\x81\x7e\xff\xff", 4);
    check_written(65536, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10);
}

static void websocket_write__appends__nothing_that_does_not_fit(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 10);
    assert_true(websocket_write(&out, WEBSOCKET_OP_TEXT, "abcdef", 6));
    assert_false(websocket_write(&out, WEBSOCKET_OP_PING, "a", 1));
    assert_int_equal(out.len, 8);
    assert_true(websocket_write_close(&out, WEBSOCKET_NO_CODE));
    assert_memory_equal(out.bytes + 8, "\x88\x00", 2);
    buf_finish(&out);
    buf_init(&out, 10);
    assert_true(websocket_write_close(&out, WEBSOCKET_TRY_LATER));
    assert_memory_equal(out.bytes, "\x88\x02\x03\xf5", 4);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(websocket_read__takes__messages_however_they_are_cut),
        cmocka_unit_test(websocket_read__takes__lengths_of_all_three_kinds),
        cmocka_unit_test(websocket_read__refuses__unmasked_frame),
        cmocka_unit_test(websocket_read__refuses__reserved_opcodes),
        cmocka_unit_test(websocket_read__refuses__reserved_bits),
        cmocka_unit_test(websocket_read__refuses__long_or_cut_control_frame),
        cmocka_unit_test(websocket_read__judges__close_payload),
        cmocka_unit_test(websocket_read__refuses__lengths_at_the_head),
        cmocka_unit_test(websocket_read__allocates__nothing_for_an_announced_length),
        cmocka_unit_test(websocket_read__refuses__binary),
        cmocka_unit_test(websocket_read__bounds__fragments),
        cmocka_unit_test(websocket_read__refuses__continuation_out_of_place),
        cmocka_unit_test(websocket_read__checks__utf8_across_fragments),
        cmocka_unit_test(websocket_read__refuses__what_is_not_utf8),
        cmocka_unit_test(websocket_read__ignores__what_follows_the_end),
        cmocka_unit_test(websocket_read__costs__linear_time_in_small_pieces),
        cmocka_unit_test(websocket_write__chooses__the_shortest_head),
        cmocka_unit_test(websocket_write__appends__nothing_that_does_not_fit),
    };
    return cmocka_run_group_tests_name("websocket", tests, NULL, NULL);
}
