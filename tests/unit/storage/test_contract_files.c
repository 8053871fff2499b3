/* Of the suite for every backend: files of chats. */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void storage_put_file__keeps__each_until_the_next_start(void **state)
{
    struct story *t = *state;
    char id[65], other[65], sum[65];
    char expected[1024];

    memset(id, 'a', 64), memset(other, 'b', 64), memset(sum, '0', 64);
    id[64] = other[64] = sum[64] = '\0';
    story_put_visitor(t, "visitor-a");
    story_put_chat(t, 1001, "visitor-a");
    storage_put_file(t->storage,
                     &(struct file_record){other, 1001, "", "it's.txt", "text/plain", 1, sum, 8});
    storage_put_file(t->storage, &(struct file_record){id, 1001, "nina@localhost", "a \"b\".png",
                                                       "image/png", 5000000000, sum, 7});
    story_commit(t);
    story_reopen_if_kept(t);
    char *text = story_load(t);
    snprintf(expected, sizeof expected,
             "file %s|1001|nina@localhost|a \"b\".png|image/png|5000000000|%s|7\n"
             "file %s|1001||it's.txt|text/plain|1|%s|8\n",
             id, sum, other, sum);
    assert_non_null(strstr(text, expected));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY_BOTH(storage_put_file__keeps__each_until_the_next_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
