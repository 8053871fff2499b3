/* Of the suite for every backend: what all visitors are told. */
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

static void storage_put_bulletin__keeps__one_of_each_scope_and_place(void **state)
{
    struct story *t = *state;
    storage_put_bulletin(t->storage, &(struct bulletin_record){BULLETIN_SITE, "sales", "It's slow",
                                                               "eve@localhost", 7, 0});
    storage_put_bulletin(t->storage, &(struct bulletin_record){BULLETIN_DEPARTMENT, "sales", "Old",
                                                               "nina@localhost", 8, 9});
    storage_put_bulletin(t->storage, &(struct bulletin_record){BULLETIN_DEPARTMENT, "sales", "New",
                                                               "eve@localhost", 10, 20});
    check_load(t, "counters 1000 0 0\n"
                  "bulletin 1|sales|New|eve@localhost|10|20\n"
                  "bulletin 2|sales|It's slow|eve@localhost|7|0\n");
    storage_drop_bulletin(t->storage, BULLETIN_DEPARTMENT, "sales");
    storage_drop_bulletin(t->storage, BULLETIN_SITE, "other");
    check_load(t, "counters 1000 0 0\n"
                  "bulletin 2|sales|It's slow|eve@localhost|7|0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_put_bulletin__keeps__one_of_each_scope_and_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
