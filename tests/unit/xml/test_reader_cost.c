/* What reading costs: time is linear, memory between stanzas is small. */
#include "base/mem.h"
#include "cost.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- linear --- */

struct work {
    const char *before, *piece, *after;
    size_t cut;
};

static void read_work(void *ctx, size_t n)
{
    static const struct reader_profile wide = {SIZE_MAX / 4, 64, 20000, 64, 256, SIZE_MAX / 4};
    const struct work *work = ctx;
    struct story *s = story_begin(&wide);
    size_t count = work->cut / strlen(work->piece);
    char *many = repeated(work->piece, count);
    story_feed(s, HEADER);
    story_feed(s, work->before);
    for (size_t done = 0; done < n; done += work->cut) {
        assert_int_equal(story_feed(s, many), READER_OK);
    }
    story_feed(s, work->after);
    assert_int_equal(s->stanzas + s->skipped, 1);
    free(many);
    story_end(s);
}

/* V-041, and tags that arrive in many pieces. */
static void reader__is_linear_V041(void **state)
{
    (void)state;
    struct work works[] = {
        {"<message><body>", "\n", "</body></message>", 4096},
        {"<message><body>", "\n", "</body></message>", 8},
        {"<message><body>", "&lt;", "</body></message>", 4096},
        {"<message><body>", "&#10;", "</body></message>", 4000},
        {"<message><body>", "\xC3\xA4", "</body></message>", 4096},
        {"<message><body a='", "v", "'/></message>", 512},
        {"<message><body a='", "\n", "'/></message>", 512},
    };
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        assert_true(cost_ratio(read_work, &works[i], 256 * 1024) < COST_LINEAR);
    }
}

static void skip_work(void *ctx, size_t n)
{
    const struct work *work = ctx;
    struct story *s = story_begin(&READER_LINK);
    char *many = repeated(work->piece, work->cut / strlen(work->piece));
    story_feed(s, HEADER);
    story_feed(s, work->before);
    for (size_t done = 0; done < n; done += work->cut) {
        assert_int_equal(story_feed(s, many), READER_OK);
    }
    story_feed(s, work->after);
    assert_int_equal(story_feed(s, GOOD), READER_OK);
    assert_int_equal(s->stanzas, 1);
    free(many);
    story_end(s);
}

static void reader__skips__in_linear_time(void **state)
{
    (void)state;
    struct work works[] = {
        {"<message><body>", "\n", "</body></message>", 4096},
        {"<message><body>", "<a></a>", "</body></message>", 3500},
        {"<message><body a='", "v", "'/></message>", 512},
        {"<message a='", "v", "'/>", 512},
    };
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        assert_true(cost_ratio(skip_work, &works[i], 1024 * 1024) < COST_LINEAR);
    }
}

/* --- memory --- */

/* expat keeps each name it ever saw; a stream that is up for months may not. */
static void reader__forgets__names_and_large_stanzas(void **state)
{
    (void)state;
    struct story *s = story_begin(&READER_LINK);
    story_feed(s, HEADER);
    story_feed(s, GOOD);
    size_t most = 0, before = mem_used();
    for (int i = 0; i < 60000; i++) {
        char *stanza = mem_print(
            "<message><name-that-nobody-saw-before-%d x%d='' xmlns:n%d='u'/></message>", i, i, i);
        assert_int_equal(story_feed(s, stanza), READER_OK);
        free(stanza);
        buf_finish(&s->told);
        most = mem_used() > most ? mem_used() : most;
    }
    /* Without renewal it is 15 MiB and more. */
    assert_true(most - before < 6 * 1024 * 1024);
    char *text = repeated("large ", 80000);
    char *large = mem_print("<message><body>%s</body></message>", text);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(story_feed(s, large), READER_OK);
    }
    free(text);
    free(large);
    buf_finish(&s->told);
    assert_true(mem_used() < before + 64 * 1024);
    story_end(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader__is_linear_V041),
        cmocka_unit_test(reader__skips__in_linear_time),
        cmocka_unit_test(reader__forgets__names_and_large_stanzas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
