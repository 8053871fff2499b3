/* Of the suite for every backend: canned answers. */
#include "story.h"

#include <stdlib.h>

static void put_answers(struct story *t)
{
    storage_put_canned(
        t->storage, &(struct canned_record){CANNED_ALL, "", "bye", "Goodbye", "boss@localhost", 8});
    storage_put_canned(t->storage, &(struct canned_record){CANNED_OWN, "nina@localhost", "hi",
                                                           "Hello {name}", "nina@localhost", 7});
    storage_put_canned(t->storage, &(struct canned_record){CANNED_DEPARTMENT, "sales", "hi", "Hi",
                                                           "nina@localhost", 9});
}

static void check_load(struct story *t, const char *expected)
{
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    assert_string_equal(text, expected);
    free(text);
}

static void storage_put_canned__keeps__one_of_each_owner_and_word(void **state)
{
    struct story *t = *state;
    put_answers(t);
    check_load(t, "counters 1000 0 0\n"
                  "canned 1|nina@localhost|hi|Hello {name}|nina@localhost|7\n"
                  "canned 2|sales|hi|Hi|nina@localhost|9\n"
                  "canned 3||bye|Goodbye|boss@localhost|8\n");
    storage_put_canned(t->storage, &(struct canned_record){CANNED_ALL, "", "bye", "It's \"over\"",
                                                           "nina@localhost", 10});
    check_load(t, "counters 1000 0 0\n"
                  "canned 1|nina@localhost|hi|Hello {name}|nina@localhost|7\n"
                  "canned 2|sales|hi|Hi|nina@localhost|9\n"
                  "canned 3||bye|It's \"over\"|nina@localhost|10\n");
}

static void storage_drop_canned__removes__only_what_was_named(void **state)
{
    struct story *t = *state;
    put_answers(t);
    storage_drop_canned(t->storage, CANNED_ALL, "", "bye");
    storage_drop_canned(t->storage, CANNED_ALL, "", "hi");
    storage_drop_canned(t->storage, CANNED_OWN, "tom@localhost", "hi");
    check_load(t, "counters 1000 0 0\n"
                  "canned 1|nina@localhost|hi|Hello {name}|nina@localhost|7\n"
                  "canned 2|sales|hi|Hi|nina@localhost|9\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_put_canned__keeps__one_of_each_owner_and_word),
        STORY_BOTH(storage_drop_canned__removes__only_what_was_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
