/* How many files each chat has. */
#include "files/room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void room_taken__counts__each_chat_of_its_own(void **state)
{
    (void)state;
    struct room *r = room_create();

    assert_int_equal(room_taken(r, 1), 0);
    for (int64_t chat = 1; chat <= 1000; chat++) {
        room_take(r, chat);
        room_take(r, chat * 1000000007);
        room_take(r, chat);
    }
    room_leave(r, 500);
    assert_int_equal(room_taken(r, 499), 2);
    assert_int_equal(room_taken(r, 500), 1);
    assert_int_equal(room_taken(r, 500 * (int64_t)1000000007), 1);
    assert_int_equal(room_taken(r, -500), 0);
    room_leave(r, 500);
    assert_int_equal(room_taken(r, 500), 0);
    room_take(r, 500);
    assert_int_equal(room_taken(r, 500), 1);
    room_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_taken__counts__each_chat_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
