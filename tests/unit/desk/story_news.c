/* New tickets, as an edge tells agents of them. */
#include "base/buf.h"
#include "desk/desk_state.h"
#include "story.h"
#include "story_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct heard {
    struct story *story;
    struct story_look look;
    struct buf *text;
};

static void on_looked(void *ctx, const struct news_answer *answer)
{
    struct heard *h = ctx;

    if (answer->count > 0) {
        buf_printf(h->text, "%s%zu for %.*s of %s:", h->text->len > 0 ? "; " : "", answer->count,
                   (int)strcspn(h->look.agent, "@"), h->look.agent, h->look.department);
    }
    for (size_t i = 0; i < answer->row_count; i++) {
        buf_printf(h->text, " %lld", (long long)answer->rows[i].number);
    }
    desk_agent_heard_news(h->story->desk, h->look.agent, h->look.department, answer->last);
}

void expect_news(struct story *s, const char *expected)
{
    struct buf text;

    buf_init(&text, 4096);
    for (size_t i = 0; i < s->look_count; i++) {
        struct heard h = {s, s->looks[i], &text};
        storage_news(s->storage, h.look.department, h.look.after, on_looked, &h);
        storage_seal(s->storage);
        storage_dispatch(s->storage);
        free(h.look.agent);
        free(h.look.department);
    }
    s->look_count = 0;
    assert_string_equal(text.bytes, expected);
    buf_finish(&text);
}
