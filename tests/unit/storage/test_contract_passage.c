/* Of the suite for every backend: passages of one chat's record. */
#include "story.h"

#include <stdio.h>
#include <string.h>

struct page {
    bool is_done;
    char text[400]; /* "1 2 4 of 6 +": sequences, how many in all, and whether there is more */
};

static void on_passage(void *ctx, const struct passage_answer *a)
{
    struct page *p = ctx;
    size_t len = 0;

    p->is_done = true;
    p->text[0] = '\0';
    if (a->chat == NULL || a->is_unknown) {
        snprintf(p->text, sizeof p->text, "%s", a->is_unknown ? "unknown" : "no chat");
        assert_int_equal(a->count, 0);
        return;
    }
    for (size_t i = 0; i < a->count; i++) {
        len += (size_t)snprintf(p->text + len, sizeof p->text - len, "%lld ",
                                (long long)a->entries[i].sequence);
    }
    snprintf(p->text + len, sizeof p->text - len, "of %lld%s", (long long)a->total,
             a->complete ? "" : " +");
}

static void expect(struct story *t, const struct passage_query *q, const char *expected)
{
    struct page p = {.is_done = false};
    struct passage_query own = *q;

    own.agent = q->agent != NULL ? q->agent : "";
    own.max = q->max > 0 ? q->max : 100;
    own.chat = q->chat > 0 ? q->chat : 1;
    storage_passage(t->storage, &own, on_passage, &p);
    story_wait_flag(t, &p.is_done);
    assert_string_equal(p.text, expected);
}

/* Chat 1: 1 to 9 without 3, which is of chat 2; 5 corrects 2; 6 and 8 are Nina's, 8 a note. Each is
 * said at ten times its sequence. */
static void put_all(struct story *t)
{
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    story_put_chat(t, 2, "visitor-a");
    for (int64_t sequence = 1; sequence <= 9; sequence++) {
        struct entry_record e = story_entry(sequence, sequence == 3 ? 2 : 1, "text");
        e.at = sequence * 10;
        e.agent = "";
        if (sequence == 5) {
            e.kind = ENTRY_NOTICE;
            e.about = 2;
            e.event = "corrected";
        } else if (sequence == 6 || sequence == 8) {
            e.kind = sequence == 8 ? ENTRY_NOTE : ENTRY_MESSAGE;
            e.by = BY_AGENT;
            e.agent = "nina@localhost";
        }
        storage_put_entry(t->storage, &e);
    }
    storage_seal(t->storage);
}

static void passage__pages__both_ways_between_what_is_known(void **state)
{
    struct story *t = *state;
    put_all(t);
    expect(t, &(struct passage_query){.max = 100}, "1 2 4 6 7 8 9 of 7");
    expect(t, &(struct passage_query){.max = 3}, "1 2 4 of 7 +");
    expect(t, &(struct passage_query){.max = 3, .after = 4}, "6 7 8 of 7 +");
    expect(t, &(struct passage_query){.max = 3, .after = 7}, "8 9 of 7");
    expect(t, &(struct passage_query){.max = 3, .from_end = true}, "7 8 9 of 7 +");
    expect(t, &(struct passage_query){.max = 3, .before = 7, .from_end = true}, "2 4 6 of 7 +");
    expect(t, &(struct passage_query){.max = 3, .before = 7}, "1 2 4 of 7 +");
    expect(t, &(struct passage_query){.max = 3, .after = 2, .before = 7}, "4 6 of 7");
    expect(t, &(struct passage_query){.max = 3, .after = 9}, "of 7");
    expect(t, &(struct passage_query){.chat = 3}, "no chat");
}

static void passage__filters__by_time_and_agent(void **state)
{
    struct story *t = *state;
    put_all(t);
    expect(t, &(struct passage_query){.from = 40, .until = 70}, "4 6 7 of 3");
    expect(t, &(struct passage_query){.from = 41}, "6 7 8 9 of 4");
    expect(t, &(struct passage_query){.until = 19}, "1 of 1");
    expect(t, &(struct passage_query){.agent = "nina@localhost"}, "6 8 of 2");
    expect(t, &(struct passage_query){.agent = "tom@localhost"}, "of 0");
    expect(t, &(struct passage_query){.agent = "nina@localhost", .max = 1, .from_end = true},
           "8 of 2 +");
}

static void passage__knows__what_is_named(void **state)
{
    struct story *t = *state;
    put_all(t);
    expect(t, &(struct passage_query){.named = {2, 9}, .named_count = 2, .only_named = true},
           "2 9 of 2");
    expect(t, &(struct passage_query){.named = {2, 9, 2}, .named_count = 3, .only_named = true},
           "2 9 of 2");
    expect(t, &(struct passage_query){.named = {4}, .named_count = 1, .after = 4}, "6 7 8 9 of 7");
    expect(t, &(struct passage_query){.named = {3}, .named_count = 1}, "unknown"); /* another's */
    expect(t, &(struct passage_query){.named = {1, 99}, .named_count = 2}, "unknown");
    struct passage_query most = {.named_count = PASSAGE_NAMED};
    for (size_t i = 0; i < PASSAGE_NAMED; i++) {
        most.named[i] = 1;
    }
    expect(t, &most, "1 2 4 6 7 8 9 of 7");
}

static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    bool *is_done = ctx;

    assert_int_equal(count, 1);
    assert_int_equal(chats[0].priority, PRIORITY_HIGH);
    assert_string_equal(chats[0].tags, "x y");
    assert_string_equal(chats[0].department, "sales");
    assert_string_equal(chats[0].owner, story_chat(1, "visitor-a").owner);
    *is_done = true;
}

static void change_chat__changes__nothing_but_priority_and_tags(void **state)
{
    struct story *t = *state;
    bool is_done = false;
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    storage_change_chat(
        t->storage, &(struct chat_record){.number = 1, .priority = PRIORITY_HIGH, .tags = "x y"});
    storage_change_chat(
        t->storage, &(struct chat_record){.number = 77, .priority = PRIORITY_HIGH, .tags = "x"});
    story_commit(t);
    storage_chats(t->storage, "visitor-a", on_chats, &is_done);
    story_wait_flag(t, &is_done);
    expect(t, &(struct passage_query){.chat = 77}, "no chat");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(passage__pages__both_ways_between_what_is_known),
        STORY_BOTH(passage__filters__by_time_and_agent),
        STORY_BOTH(passage__knows__what_is_named),
        STORY_BOTH(change_chat__changes__nothing_but_priority_and_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
