/* Of the suite for every backend: chats of a visitor, and what was said in one. */
#include "story.h"

struct past {
    bool is_done;
    size_t count;
    int64_t numbers[100];
    int64_t chat; /* 0: none */
    enum entry_kind last_kind;
    bool complete;
};

static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct past *p = ctx;
    p->is_done = true;
    p->count = count;
    for (size_t i = 0; i < count; i++) {
        p->numbers[i] = chats[i].number;
        assert_string_equal(chats[i].visitor, "visitor-a");
        assert_string_equal(chats[i].tags, "billing urgent");
    }
}

static void on_transcript(void *ctx, const struct chat_record *chat,
                          const struct entry_record *entries, size_t count, bool complete)
{
    struct past *p = ctx;
    *p = (struct past){.is_done = true, .count = count, .complete = complete};
    p->chat = chat != NULL ? chat->number : 0;
    for (size_t i = 0; i < count; i++) {
        p->numbers[i] = entries[i].sequence;
        p->last_kind = entries[i].kind;
    }
}

static void storage_chats__gives__the_last_ones_of_a_visitor_first(void **state)
{
    struct story *t = *state;
    struct past p = {.is_done = false};
    story_put_visitor(t, "visitor-a");
    story_put_visitor(t, "visitor-b");
    for (int64_t number = 1; number <= 60; number++) {
        story_put_chat(t, number, number % 10 == 0 ? "visitor-b" : "visitor-a");
    }
    storage_seal(t->storage);
    storage_chats(t->storage, "visitor-a", on_chats, &p);
    story_wait_flag(t, &p.is_done);
    assert_int_equal(p.count, 50);
    assert_int_equal(p.numbers[0], 59);
    assert_int_equal(p.numbers[49], 5);
    p = (struct past){.is_done = false};
    storage_chats(t->storage, "visitor-none", on_chats, &p);
    story_wait_flag(t, &p.is_done);
    assert_int_equal(p.count, 0);
}

static void read_transcript(struct story *t, int64_t chat, unsigned skip, unsigned max,
                            struct past *p)
{
    p->is_done = false;
    storage_transcript(t->storage, chat, skip, max, on_transcript, p);
    story_wait_flag(t, &p->is_done);
}

static void storage_transcript__pages__from_the_end_with_notes(void **state)
{
    struct story *t = *state;
    struct past p;
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1, "visitor-a");
    story_put_chat(t, 2, "visitor-a");
    for (int64_t sequence = 1; sequence <= 9; sequence++) {
        struct entry_record e = story_entry(sequence, sequence % 3 == 0 ? 2 : 1, "text");
        e.kind = sequence == 8 ? ENTRY_NOTE : ENTRY_MESSAGE;
        storage_put_entry(t->storage, &e);
    }
    storage_seal(t->storage);
    read_transcript(t, 1, 0, 2, &p); /* of 1 2 4 5 7 8 */
    assert_int_equal(p.chat, 1);
    assert_int_equal(p.count, 2);
    assert_int_equal(p.numbers[0], 7);
    assert_int_equal(p.numbers[1], 8);
    assert_int_equal(p.last_kind, ENTRY_NOTE);
    assert_false(p.complete);
    read_transcript(t, 1, 2, 4, &p);
    assert_int_equal(p.count, 4);
    assert_int_equal(p.numbers[0], 1);
    assert_int_equal(p.numbers[3], 5);
    assert_true(p.complete);
    read_transcript(t, 1, 6, 4, &p);
    assert_int_equal(p.count, 0);
    assert_true(p.complete);
    read_transcript(t, 3, 0, 4, &p);
    assert_int_equal(p.chat, 0);
    assert_int_equal(p.count, 0);
}

/* However much was noted behind it. */
static void storage_find_visitor__recognises__a_line_behind_many_notes(void **state)
{
    struct story *t = *state;
    struct story_answer a = {.is_done = false};
    story_put_visitor(t, "visitor-a");
    story_put_token(t, "h1", "visitor-a", TOKEN_CURRENT, 1);
    story_put_chat(t, 1, "visitor-a");
    for (int64_t sequence = 1; sequence <= 150; sequence++) {
        struct entry_record e = story_entry(sequence, 1, "text");
        e.kind = sequence > 2 ? ENTRY_NOTE : ENTRY_MESSAGE;
        e.by = sequence > 2 ? BY_AGENT : BY_VISITOR;
        e.sender_id = sequence <= 2 ? "m" : sequence == 150 ? "n" : "";
        storage_put_entry(t->storage, &e);
    }
    storage_seal(t->storage);
    story_find_token(t, "default", "h1", &a);
    assert_int_equal(a.count, 3);
    assert_int_equal(a.sequences[0], 1);
    assert_int_equal(a.sequences[2], 150);
    story_answer_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_chats__gives__the_last_ones_of_a_visitor_first),
        STORY_BOTH(storage_transcript__pages__from_the_end_with_notes),
        STORY_BOTH(storage_find_visitor__recognises__a_line_behind_many_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
