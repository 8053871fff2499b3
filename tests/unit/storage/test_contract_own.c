/* Of the suite for every backend: own fields of tickets. */
#include "base/buf.h"
#include "story.h"

#include <stdlib.h>
#include <string.h>

static void put(struct story *t, int64_t chat, const char *field, const char *value)
{
    storage_put_own(t->storage, &(struct own_record){chat, field, value});
}

struct found {
    struct buf text;
    bool is_there;
};

static void on_ticket(void *ctx, const struct ticket_answer *a)
{
    struct found *f = ctx;

    f->is_there = true;
    for (size_t i = 0; i < a->own.count; i++) {
        buf_printf(&f->text, "%lld %s=%s;", (long long)a->own.rows[i].chat, a->own.rows[i].field,
                   a->own.rows[i].value);
    }
}

static void expect(struct story *t, int64_t number, const char *expected)
{
    struct found f = {.is_there = false};

    buf_init(&f.text, 4096);
    storage_ticket(t->storage, number, on_ticket, &f);
    story_wait_flag(t, &f.is_there);
    assert_string_equal(f.text.bytes, expected);
    buf_finish(&f.text);
}

static void on_found(void *ctx, const struct ticket_answer *tickets, size_t count, int64_t next)
{
    struct found *f = ctx;

    (void)next;
    f->is_there = true;
    for (size_t i = 0; i < count; i++) {
        buf_printf(&f->text, "%lld;", (long long)tickets[i].chat->number);
    }
}

static void expect_found(struct story *t, const char *text, bool names_only, const char *expected)
{
    struct found f = {.is_there = false};
    const struct ticket_query q = {
        .scope = {.who = "", .all = true, .names_only = names_only}, .text = text, .max = 10};

    buf_init(&f.text, 4096);
    storage_tickets(t->storage, &q, on_found, &f);
    story_wait_flag(t, &f.is_there);
    assert_string_equal(f.text.bytes, expected);
    buf_finish(&f.text);
}

static void make_chats(struct story *t)
{
    struct visitor_record v = story_visitor("visitor-a");

    v.fields = "company: Cargo\n";
    v.only_agent = "";
    storage_put_visitor(t->storage, &v);
    for (int64_t number = 1001; number <= 1003; number++) {
        struct chat_record c = story_chat(number, "visitor-a");
        c.state = number < 1003 ? CHAT_CLOSED : CHAT_ACTIVE;
        storage_put_chat(t->storage, &c);
    }
}

static void storage_ticket__gives__own_fields_by_name(void **state)
{
    struct story *t = *state;

    make_chats(t);
    put(t, 1001, "paid", "yes");
    put(t, 1001, "order", "17");
    put(t, 1002, "order", "4");
    put(t, 1002, "wish", "x");
    story_commit(t);
    put(t, 1001, "order", "18"); /* instead of the one before */
    storage_drop_own(t->storage, 1002, "wish");
    storage_drop_own(t->storage, 1002, "nothing");
    story_commit(t);
    story_reopen_if_kept(t);
    expect(t, 1001, "1001 order=18;1001 paid=yes;");
    expect(t, 1002, "1002 order=4;");
    expect(t, 1003, "");
    expect(t, 4711, "");
}

static void storage_load__gives__those_of_chats_that_are_open(void **state)
{
    struct story *t = *state;

    make_chats(t);
    put(t, 1001, "order", "17");
    put(t, 1003, "order", "18");
    put(t, 1003, "paid", "no");
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    assert_non_null(strstr(text, "own 1003|order|18\nown 1003|paid|no\n"));
    assert_null(strstr(text, "own 1001"));
    free(text);
}

static void storage_tickets__finds__what_stands_there_now(void **state)
{
    struct story *t = *state;

    make_chats(t);
    put(t, 1001, "wish", "Kettle blue");
    put(t, 1001, "paid", "later");
    put(t, 1002, "wish", "kettle");
    story_commit(t);
    expect_found(t, "kettle", false, "1002;1001;");
    expect_found(t, "blue kettle", false, "1001;");
    expect_found(t, "kettle", true, "");
    put(t, 1001, "wish", "teapot later");
    story_commit(t);
    expect_found(t, "kettle", false, "1002;");
    expect_found(t, "teapot", false, "1001;");
    storage_drop_own(t->storage, 1001, "paid");
    story_commit(t);
    expect_found(t, "later", false, "1001;"); /* it stands in the other one, too */
    storage_drop_own(t->storage, 1001, "wish");
    story_commit(t);
    expect_found(t, "later", false, "");
    expect_found(t, "cargo", false, "1003;1002;1001;"); /* what is known of who asked */
}

static void storage_erase_chat__takes__its_own_fields(void **state)
{
    struct story *t = *state;

    make_chats(t);
    put(t, 1001, "wish", "kettle");
    put(t, 1001, "order", "17");
    put(t, 1002, "wish", "kettle");
    story_commit(t);
    storage_erase_chat(t->storage, 1001);
    story_commit(t);
    expect_found(t, "kettle", false, "1002;");
    expect_found(t, "17", false, "");
    make_chats(t); /* the same number again */
    story_commit(t);
    expect(t, 1001, "");
    expect(t, 1002, "1002 wish=kettle;");
    expect_found(t, "kettle", false, "1002;");
    expect_found(t, "cargo", false, "1003;1002;1001;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_ticket__gives__own_fields_by_name),
        STORY_BOTH(storage_load__gives__those_of_chats_that_are_open),
        STORY_BOTH(storage_tickets__finds__what_stands_there_now),
        STORY_BOTH(storage_erase_chat__takes__its_own_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
