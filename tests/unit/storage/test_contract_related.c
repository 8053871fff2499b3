/* Of the suite for every backend: tickets that belong together. */
#include "base/buf.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

struct found {
    bool is_done;
    struct buf text;
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct found *f = ctx;

    f->is_done = true;
    buf_printf(&f->text, "in %lld;",
               answer->ticket != NULL ? (long long)answer->ticket->merged : 0);
    for (size_t i = 0; i < answer->related.link_count; i++) {
        buf_printf(&f->text, " %lld", (long long)answer->related.links[i]);
    }
    buf_add_text(&f->text, ";");
    for (size_t i = 0; i < answer->related.merged_count; i++) {
        buf_printf(&f->text, " %lld", (long long)answer->related.merged[i]);
    }
}

/* "in MERGED; links; what went into it" */
static void expect_related(struct story *t, int64_t number, const char *expected)
{
    struct found f = {.is_done = false};

    buf_init(&f.text, 4096);
    storage_ticket(t->storage, number, on_ticket, &f);
    story_wait_flag(t, &f.is_done);
    assert_string_equal(f.text.bytes, expected);
    buf_finish(&f.text);
}

static void put_ticket(struct story *t, int64_t number, int64_t merged)
{
    struct visitor_record v = story_visitor("visitor-a");
    struct chat_record c = story_chat(number, "visitor-a");

    storage_put_visitor(t->storage, &v);
    c.state = CHAT_CLOSED;
    storage_put_chat(t->storage, &c);
    storage_put_ticket(t->storage,
                       &(struct ticket_record){.number = number,
                                               .department = "sales",
                                               .state = merged != 0 ? TICKET_CLOSED : TICKET_OPEN,
                                               .owner = "",
                                               .subject = "",
                                               .level = 1,
                                               .converted_by = "",
                                               .priority = PRIORITY_NORMAL,
                                               .visitor = "visitor-a",
                                               .address = "sales",
                                               .watchers = "",
                                               .merged = merged});
}

static void put_link(struct story *t, int64_t ticket, int64_t other)
{
    storage_put_link(t->storage, &(struct link_record){ticket, other});
}

static void storage_ticket__gives__links_from_both_sides_and_what_went_into_it(void **state)
{
    struct story *t = *state;

    for (int64_t number = 1001; number <= 1004; number++) {
        put_ticket(t, number, number == 1003 || number == 1004 ? 1002 : 0);
    }
    put_link(t, 1002, 1004);
    put_link(t, 1001, 1002);
    put_link(t, 1001, 1002); /* once */
    put_link(t, 1002, 1003);
    story_commit(t);
    story_reopen_if_kept(t);
    expect_related(t, 1001, "in 0; 1002;");
    expect_related(t, 1002, "in 0; 1001 1003 1004; 1003 1004");
    expect_related(t, 1003, "in 1002; 1002;");
    storage_drop_link(t->storage, &(struct link_record){1002, 1003});
    storage_drop_link(t->storage, &(struct link_record){1001, 1003});
    put_ticket(t, 1003, 0);
    story_commit(t);
    expect_related(t, 1002, "in 0; 1001 1004; 1004");
    expect_related(t, 1003, "in 0;;");
}

static void storage_ticket__gives__no_more_than_the_first(void **state)
{
    struct story *t = *state;
    char expected[256] = "in 0;";
    size_t len = 5;

    put_ticket(t, 1001, 0);
    for (int64_t i = 1; i <= TICKET_LINKS + 1; i++) {
        put_ticket(t, 1001 + i, 0);
        put_link(t, 1001, 1001 + i);
        if (i <= TICKET_LINKS) {
            len += (size_t)snprintf(expected + len, sizeof expected - len, " %lld", 1001LL + i);
        }
    }
    snprintf(expected + len, sizeof expected - len, ";");
    story_commit(t);
    expect_related(t, 1001, expected);
}

static void storage_erase_chat__takes__its_links_and_marks_what_went_into_it(void **state)
{
    struct story *t = *state;

    put_ticket(t, 1001, 1002);
    put_ticket(t, 1002, 0);
    put_ticket(t, 1003, 0);
    put_link(t, 1001, 1002);
    put_link(t, 1002, 1003);
    put_link(t, 1001, 1003);
    storage_erase_chat(t->storage, 1002);
    story_commit(t);
    story_reopen_if_kept(t);
    expect_related(t, 1001, "in -1; 1003;");
    expect_related(t, 1003, "in 0; 1001;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_ticket__gives__links_from_both_sides_and_what_went_into_it),
        STORY_BOTH(storage_ticket__gives__no_more_than_the_first),
        STORY_BOTH(storage_erase_chat__takes__its_links_and_marks_what_went_into_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
