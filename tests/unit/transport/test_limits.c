#include "transport/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static struct address at(const char *text)
{
    struct address address;
    assert_true(address_parse(&address, text, strlen(text)));
    return address;
}

static struct limits_place *enter(struct limits *l, const char *from, time_ms now)
{
    struct address address = at(from);
    unsigned retry_s = 0;
    struct limits_place *place = limits_enter(l, &address, now, &retry_s);
    assert_true(retry_s >= 1 && retry_s <= 61);
    return place;
}

static void limits__bounds__streams_at_once(void **state)
{
    (void)state;
    struct limits *l = limits_create(3, 1000, 100);
    struct limits_place *first = enter(l, "192.0.2.1", 0);
    assert_non_null(first);
    assert_non_null(enter(l, "192.0.2.1", 0));
    assert_non_null(enter(l, "192.0.2.1", 0));
    assert_int_equal(limits_refused(l), 0);
    assert_null(enter(l, "192.0.2.1", 0));
    assert_non_null(enter(l, "192.0.2.2", 0)); /* a neighbour is not hindered */
    limits_leave(first);
    assert_non_null(enter(l, "192.0.2.1", 0));
    assert_null(enter(l, "192.0.2.1", 0));
    assert_int_equal(limits_refused(l), 2);
    limits_destroy(l);
}

static void limits__counts__an_ipv6_network_as_one(void **state)
{
    (void)state;
    struct limits *l = limits_create(2, 1000, 100);
    assert_non_null(enter(l, "2001:db8:1:2::1", 0));
    assert_non_null(enter(l, "2001:db8:1:2:ffff::2", 0));
    assert_null(enter(l, "2001:db8:1:2:1:2:3:4", 0));
    assert_non_null(enter(l, "2001:db8:1:3::1", 0));
    assert_non_null(enter(l, "::ffff:192.0.2.1", 0));
    assert_non_null(enter(l, "192.0.2.1", 0));
    assert_null(enter(l, "::ffff:192.0.2.1", 0));
    limits_destroy(l);
}

static void limits__bounds__new_streams_a_minute(void **state)
{
    (void)state; /* V-153 */
    struct limits *l = limits_create(1000, 60, 100);
    unsigned entered = 0;
    for (int i = 0; i < 10000; i++) {
        struct limits_place *place = enter(l, "192.0.2.1", 5);
        entered += place != NULL;
        limits_leave(place);
    }
    assert_int_equal(entered, 60);
    assert_null(enter(l, "192.0.2.1", 1004));
    assert_non_null(enter(l, "192.0.2.1", 1006)); /* one a second comes back */
    assert_null(enter(l, "192.0.2.1", 1006));
    limits_destroy(l);
}

static void limits_configure__bounds__who_comes_from_now_on(void **state)
{
    (void)state;
    struct limits *l = limits_create(2, 60, 100);
    struct limits_place *first = enter(l, "192.0.2.1", 0);
    assert_non_null(first);
    assert_non_null(enter(l, "192.0.2.1", 0));
    assert_null(enter(l, "192.0.2.1", 0));
    limits_configure(l, 3, 600, 100);
    assert_non_null(enter(l, "192.0.2.1", 1000));
    assert_null(enter(l, "192.0.2.1", 1000));
    limits_configure(l, 1, 600, 100); /* who is there stays */
    limits_leave(first);
    assert_null(enter(l, "192.0.2.1", 1000));
    assert_non_null(enter(l, "192.0.2.2", 1000));
    limits_destroy(l);
}

static void limits__forgets__who_is_known(void **state)
{
    (void)state;
    struct limits *l = limits_create(1, 2, 100);
    for (int i = 0; i < 50; i++) { /* an office of regular visitors */
        struct limits_place *place = enter(l, "192.0.2.1", 0);
        assert_non_null(place);
        limits_known(place);
    }
    limits_destroy(l);
}

static void limits__keeps__its_table_bounded(void **state)
{
    (void)state;
    struct limits *l = limits_create(10, 10, 50);
    struct limits_place *places[50];
    char address[32];
    for (int i = 0; i < 50; i++) {
        snprintf(address, sizeof address, "10.0.0.%d", i);
        places[i] = enter(l, address, 0);
        assert_non_null(places[i]);
    }
    assert_null(enter(l, "10.1.0.1", 0));
    assert_int_equal(limits_count(l), 50);
    assert_non_null(enter(l, "10.0.0.7", 0)); /* who is in the table is not hindered */
    limits_leave(places[20]);
    assert_null(enter(l, "10.1.0.1", 0)); /* its rate still says something */
    assert_non_null(enter(l, "10.1.0.1", 6001));
    assert_int_equal(limits_count(l), 50);
    for (int i = 0; i < 50; i++) {
        if (i != 20) {
            limits_leave(places[i]);
        }
    }
    limits_tick(l, 60000);
    assert_int_equal(limits_count(l), 2); /* 10.0.0.7 and 10.1.0.1 still have a stream */
    limits_destroy(l);
}

static void limits__finds__room_behind_many_who_stay(void **state)
{
    (void)state;
    enum { STAY = 5000, MOST = 6000 };
    struct limits *l = limits_create(10, 60000, MOST);
    char address[32];
    for (int i = 0; i < STAY; i++) {
        snprintf(address, sizeof address, "10.1.%d.%d", i / 250, i % 250);
        assert_non_null(enter(l, address, 0));
    }
    for (int i = 0; i < 10 * MOST; i++) { /* strangers come and go, without a tick */
        snprintf(address, sizeof address, "10.%d.%d.%d", 2 + i / 62500, i / 250 % 250, i % 250);
        struct limits_place *place = enter(l, address, 10 + i);
        assert_non_null(place);
        limits_leave(place);
    }
    assert_in_range(limits_count(l), STAY + 1, STAY + 4); /* swept up behind them */
    limits_tick(l, 1000000);
    assert_int_equal(limits_count(l), STAY);
    limits_destroy(l);
}

static void limits_rate__lets__a_burst_and_a_pace_through(void **state)
{
    (void)state;
    time_ms level = 0;
    time_ms now = 1000000;
    for (int i = 0; i < 5; i++) {
        assert_true(limits_rate(&level, 5, 100, now));
    }
    assert_false(limits_rate(&level, 5, 100, now));
    assert_false(limits_rate(&level, 5, 100, now + 99));
    assert_true(limits_rate(&level, 5, 100, now + 100));
    assert_false(limits_rate(&level, 5, 100, now + 100));
    for (int i = 0; i < 5; i++) {
        assert_true(limits_rate(&level, 5, 100, now + 100000));
    }
    assert_false(limits_rate(&level, 5, 100, now + 100000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits__bounds__streams_at_once),
        cmocka_unit_test(limits__counts__an_ipv6_network_as_one),
        cmocka_unit_test(limits__bounds__new_streams_a_minute),
        cmocka_unit_test(limits_configure__bounds__who_comes_from_now_on),
        cmocka_unit_test(limits__forgets__who_is_known),
        cmocka_unit_test(limits__keeps__its_table_bounded),
        cmocka_unit_test(limits__finds__room_behind_many_who_stay),
        cmocka_unit_test(limits_rate__lets__a_burst_and_a_pace_through),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
