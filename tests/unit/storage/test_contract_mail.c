/* Of the suite for every backend: mails that are to go out. */
#include "story.h"

#include <stdlib.h>

static void put(struct story *t, int64_t ticket, int64_t first, int64_t last, time_ms due,
                unsigned tries)
{
    storage_put_mail(
        t->storage,
        &(struct mail_record){
            .ticket = ticket, .first = first, .last = last, .at = 5, .due = due, .tries = tries});
}

static void expect_loaded(struct story *t, const char *expected)
{
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    assert_string_equal(text, expected);
    free(text);
}

static void storage_load__gives__mails_as_they_were_put_last_by_due(void **state)
{
    struct story *t = *state;

    put(t, 1002, 0, 0, 90, 0);
    put(t, 1001, 7, 7, 80, 0);
    put(t, 1001, 12, 15, 70, 2);
    put(t, 1001, 0, 0, 90, 1);
    put(t, 1001, 7, 9, 80, 1); /* instead of the one before */
    expect_loaded(t, "counters 1000 0 0\n"
                     "mail 1001|12|15|5|70|2\n"
                     "mail 1001|7|9|5|80|1\n"
                     "mail 1001|0|0|5|90|1\n"
                     "mail 1002|0|0|5|90|0\n");
}

/* One of a chat that is not there: it was erased meanwhile. That is no constraint. */
static void storage_put_mail__needs__no_chat(void **state)
{
    struct story *t = *state;

    put(t, 4711, 0, 0, 1, 1);
    expect_loaded(t, "counters 1000 0 0\nmail 4711|0|0|5|1|1\n");
}

static void storage_drop_mail__takes_out__that_one(void **state)
{
    struct story *t = *state;

    put(t, 1001, 0, 0, 1, 0);
    put(t, 1001, 7, 7, 2, 0);
    put(t, 1002, 7, 7, 3, 0);
    storage_drop_mail(t->storage, 1001, 7);
    storage_drop_mail(t->storage, 1003, 7);
    expect_loaded(t, "counters 1000 0 0\nmail 1001|0|0|5|1|0\nmail 1002|7|7|5|3|0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_load__gives__mails_as_they_were_put_last_by_due),
        STORY_BOTH(storage_put_mail__needs__no_chat),
        STORY_BOTH(storage_drop_mail__takes_out__that_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
