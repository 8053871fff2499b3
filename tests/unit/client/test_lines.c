#include "client/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void expect(struct lines *l, const char *text)
{
    char *line = lines_take(l);
    assert_non_null(line);
    assert_string_equal(line, text);
    free(line);
}

static void put(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void lines__come_whole(void **state)
{
    (void)state;
    int ends[2];
    struct lines l;
    assert_int_equal(pipe(ends), 0);
    lines_init(&l, ends[0]);
    put(ends[1], "one\r\ntwo\n\nthr");
    lines_read(&l);
    expect(&l, "one");
    expect(&l, "two");
    expect(&l, "");
    assert_null(lines_take(&l));
    put(ends[1], "ee");
    lines_read(&l);
    assert_null(lines_take(&l));
    close(ends[1]);
    lines_read(&l);
    assert_true(l.ended);
    expect(&l, "three"); /* without its newline */
    assert_null(lines_take(&l));
    close(ends[0]);
    lines_finish(&l);
}

static void lines__over_their_limit__are_skipped(void **state)
{
    (void)state;
    int ends[2];
    struct lines l;
    char piece[4096];
    memset(piece, 'x', sizeof piece);
    assert_int_equal(pipe(ends), 0);
    lines_init(&l, ends[0]);
    for (size_t sent = 0; sent < LINES_MAX * 2; sent += sizeof piece) {
        assert_int_equal(write(ends[1], piece, sizeof piece), sizeof piece);
        lines_read(&l);
        assert_null(lines_take(&l));
    }
    put(ends[1], "end of it\nnext\n");
    lines_read(&l);
    expect(&l, "next");
    close(ends[0]);
    close(ends[1]);
    lines_finish(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines__come_whole),
        cmocka_unit_test(lines__over_their_limit__are_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
