#include "client/frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <string.h>

/* The example of RFC 6455 section 1.3. */
static void frames_accept__is__what_the_RFC_says(void **state)
{
    (void)state;
    char accept[FRAMES_ACCEPT_SIZE];
    char key[FRAMES_KEY_SIZE];
    char other[FRAMES_KEY_SIZE];
    frames_accept("dGhlIHNhbXBsZSBub25jZQ==", accept);
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    frames_key(key);
    frames_key(other);
    assert_int_equal(strlen(key), 24);
    assert_string_not_equal(key, other);
}

static void frames_write__masks(void **state)
{
    (void)state;
    struct buf out;
    char text[300];
    memset(text, 'x', sizeof text);
    buf_init(&out, FRAMES_MAX);
    frames_write(&out, FRAMES_TEXT, "hello", 5);
    const unsigned char *b = (const unsigned char *)out.bytes;
    assert_int_equal(out.len, 2 + 4 + 5);
    assert_int_equal(b[0], 0x81);
    assert_int_equal(b[1], 0x80 | 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(b[6 + i] ^ b[2 + i % 4], "hello"[i]);
    }
    buf_reset(&out);
    frames_write(&out, FRAMES_TEXT, text, sizeof text);
    b = (const unsigned char *)out.bytes;
    assert_int_equal(out.len, 4 + 4 + sizeof text);
    assert_int_equal(b[1], 0x80 | 126);
    assert_int_equal(b[2] << 8 | b[3], sizeof text);
    buf_finish(&out);
}

struct story {
    struct buf in;
    struct buf text;
    struct buf payload;
};

static int setup(void **state)
{
    static struct story s;
    buf_init(&s.in, FRAMES_MAX * 2);
    buf_init(&s.text, FRAMES_MAX);
    buf_init(&s.payload, FRAMES_MAX);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    struct story *s = *state;
    buf_finish(&s->in);
    buf_finish(&s->text);
    buf_finish(&s->payload);
    return 0;
}

static enum frames_kind next(struct story *s)
{
    return frames_read(&s->in, &s->text, &s->payload);
}

static void frames_read__waits__for_the_last_byte(void **state)
{
    struct story *s = *state;
    static const char frame[] = "\x81\x05hello";
    for (size_t i = 0; i < sizeof frame - 2; i++) {
        buf_add(&s->in, frame + i, 1);
        assert_int_equal(next(s), FRAMES_NONE);
    }
    buf_add(&s->in, "o\x81", 2);
    assert_int_equal(next(s), FRAMES_TEXT);
    assert_string_equal(s->text.bytes, "hello");
    assert_int_equal(s->in.len, 1);
}

static void frames_read__joins__fragments_around_a_ping(void **state)
{
    struct story *s = *state;
    buf_add(&s->in, "\x01\x02he\x89\x01p\x00\x01l\x80\x02lo", 15);
    assert_int_equal(next(s), FRAMES_PING);
    assert_string_equal(s->payload.bytes, "p");
    assert_int_equal(next(s), FRAMES_TEXT);
    assert_string_equal(s->text.bytes, "hello");
    assert_int_equal(next(s), FRAMES_NONE);
}

/* A server that means ill: as many as there is room for, each of nothing. */
static void frames_read__joins__very_many_fragments(void **state)
{
    struct story *s = *state;
    buf_add(&s->in, "\x01\x00", 2);
    while (s->in.len < s->in.max - 4) {
        buf_add(&s->in, "\x00\x00", 2);
    }
    buf_add(&s->in, "\x80\x02ok", 4);
    assert_int_equal(next(s), FRAMES_TEXT);
    assert_string_equal(s->text.bytes, "ok");
    assert_int_equal(s->in.len, 0);
}

static void frames_read__takes__long_ones_within_bounds(void **state)
{
    struct story *s = *state;
    static char long_text[70000];
    memset(long_text, 'y', sizeof long_text);
    buf_add(&s->in, "\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70", 10);
    buf_add(&s->in, long_text, sizeof long_text);
    assert_int_equal(next(s), FRAMES_TEXT);
    assert_int_equal(s->text.len, sizeof long_text);
    buf_reset(&s->in);
    buf_add(&s->in, "\x81\x7f\x00\x00\x00\x00\x7f\x00\x00\x00", 10);
    assert_int_equal(next(s), FRAMES_WRONG);
}

static void frames_read__refuses__what_a_server_may_not_send(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } wrong[] = {{"\x81\x81mask?", 7}, {"\xc1\x00", 2}, {"\x82\x01x", 3}, {"\x89\x7e\x01\x00", 4}};
    struct story *s = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        buf_reset(&s->in);
        buf_add(&s->in, wrong[i].bytes, wrong[i].len);
        assert_int_equal(next(s), FRAMES_WRONG);
    }
    buf_reset(&s->in);
    buf_add(&s->in, "\x88\x02\x03\xe8", 4);
    assert_int_equal(next(s), FRAMES_CLOSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_accept__is__what_the_RFC_says),
        cmocka_unit_test(frames_write__masks),
        cmocka_unit_test_setup_teardown(frames_read__waits__for_the_last_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(frames_read__joins__fragments_around_a_ping, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(frames_read__joins__very_many_fragments, setup, teardown),
        cmocka_unit_test_setup_teardown(frames_read__takes__long_ones_within_bounds, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(frames_read__refuses__what_a_server_may_not_send, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
