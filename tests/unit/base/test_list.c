#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct item {
    int number;
    struct list link;
};

static int digits(struct list *head)
{
    int result = 0;
    list_for_each (struct item, item, head, link) {
        result = result * 10 + item->number;
    }
    return result;
}

static void list__keeps__order(void **state)
{
    (void)state;
    struct item items[5] = {
        {.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}, {.number = 5}};
    struct list head; /* item::link */
    list_init(&head);
    assert_true(list_is_empty(&head));
    list_append(&head, &items[1].link);
    list_append(&head, &items[2].link);
    list_prepend(&head, &items[0].link);
    list_insert_before(&items[2].link, &items[4].link);
    assert_int_equal(digits(&head), 1253);
    list_remove(&items[1].link);
    list_remove(&items[1].link);
    assert_int_equal(digits(&head), 153);
    list_for_each_safe (struct item, item, &head, link) {
        list_remove(&item->link);
    }
    assert_true(list_is_empty(&head));
    assert_int_equal(digits(&head), 0);
    list_init(&items[3].link);
    list_remove(&items[3].link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list__keeps__order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
