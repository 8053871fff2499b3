/* Of the suite for every backend: blocks. */
#include "story.h"

#include <stdlib.h>

static void check_load(struct story *t, const char *expected)
{
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    assert_string_equal(text, expected);
    free(text);
}

static void storage_put_block__keeps__all_of_it_until_it_is_dropped(void **state)
{
    struct story *t = *state;
    storage_put_block(t->storage, &(struct block_record){2, "visitor-b", "", 1002, "sales",
                                                         "nina@localhost", "", 8, 9});
    storage_put_block(t->storage, &(struct block_record){1, "visitor-a", "192.0.2.7", 1001, "sales",
                                                         "nina@localhost", "it's spam", 7, 20});
    check_load(t, "counters 1000 0 0\n"
                  "block 1|visitor-a|192.0.2.7|1001|sales|nina@localhost|it's spam|7|20\n"
                  "block 2|visitor-b||1002|sales|nina@localhost||8|9\n");
    storage_drop_block(t->storage, 1);
    storage_drop_block(t->storage, 3);
    check_load(t, "counters 1000 0 0\n"
                  "block 2|visitor-b||1002|sales|nina@localhost||8|9\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_put_block__keeps__all_of_it_until_it_is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
