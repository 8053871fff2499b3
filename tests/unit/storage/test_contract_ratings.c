/* Of the suite for every backend: what visitors say of chats that have ended. */
#include "story.h"

#include <stdio.h>

static void put(struct story *t, int64_t chat, enum rating_scale scale, unsigned value,
                const char *text, time_ms changed)
{
    storage_put_rating(t->storage, &(struct rating_record){.chat = chat,
                                                           .scale = scale,
                                                           .value = value,
                                                           .text = text,
                                                           .at = 5,
                                                           .changed = changed});
}

struct found {
    char text[128];
    bool is_there;
};

static void on_chat(void *ctx, const struct ticket_answer *a)
{
    struct found *f = ctx;
    const struct rating_record *r = a->rating;

    f->is_there = true;
    snprintf(f->text, sizeof f->text, "none");
    if (r != NULL) {
        snprintf(f->text, sizeof f->text, "%lld|%d|%u|%s|%lld|%lld", (long long)r->chat,
                 (int)r->scale, r->value, r->text, (long long)r->at, (long long)r->changed);
    }
}

static void expect(struct story *t, int64_t chat, const char *expected)
{
    struct found f = {.is_there = false};

    storage_ticket(t->storage, chat, on_chat, &f);
    story_wait_flag(t, &f.is_there);
    assert_string_equal(f.text, expected);
}

static void make_chats(struct story *t)
{
    struct visitor_record v = story_visitor("visitor-a");

    storage_put_visitor(t->storage, &v);
    for (int64_t number = 1001; number <= 1003; number++) {
        struct chat_record c = story_chat(number, "visitor-a");
        c.state = CHAT_CLOSED;
        c.closed_by = "agent";
        storage_put_chat(t->storage, &c);
    }
}

static void storage_ticket__gives__the_rating_as_it_was_put_last(void **state)
{
    struct story *t = *state;

    make_chats(t);
    put(t, 1001, RATING_STARS, 4, "Quick", 5);
    put(t, 1002, RATING_THUMBS, 0, "", 5);
    put(t, 1001, RATING_STARS, 1, "", 9); /* instead of the one before */
    story_commit(t);
    story_reopen_if_kept(t);
    expect(t, 1001, "1001|1|1||5|9");
    expect(t, 1002, "1002|2|0||5|5");
    expect(t, 1003, "none");
    expect(t, 4711, "none");
}

static void storage_erase_chat__takes__its_rating(void **state)
{
    struct story *t = *state;

    make_chats(t);
    put(t, 1001, RATING_STARS, 4, "Quick", 5);
    put(t, 1002, RATING_STARS, 5, "Kind", 5);
    story_commit(t);
    storage_erase_chat(t->storage, 1001);
    story_commit(t);
    make_chats(t); /* the same number again */
    story_commit(t);
    expect(t, 1001, "none");
    expect(t, 1002, "1002|1|5|Kind|5|5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_ticket__gives__the_rating_as_it_was_put_last),
        STORY_BOTH(storage_erase_chat__takes__its_rating),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
