#include "base/map.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void map__stores_and_forgets(void **state)
{
    (void)state;
    struct map *m = map_create();
    int one, two;
    char key[] = "key";
    assert_null(map_get(m, "key"));
    assert_null(map_remove(m, "key"));
    assert_null(map_set(m, key, &one));
    key[0] = 'x'; /* the key was copied */
    assert_ptr_equal(map_get(m, "key"), &one);
    assert_ptr_equal(map_set(m, "key", &two), &one);
    assert_int_equal(map_count(m), 1);
    assert_null(map_set(m, "", &one));
    assert_ptr_equal(map_get(m, ""), &one);
    assert_ptr_equal(map_remove(m, "key"), &two);
    assert_null(map_get(m, "key"));
    assert_int_equal(map_count(m), 1);
    map_destroy(m);
    map_destroy(NULL);
}

/* Against an array that needs no cleverness. */
static void map__agrees__with_an_array(void **state)
{
    (void)state;
    enum { KEYS = 700, STEPS = 200000 };
    static int values[KEYS];
    bool there[KEYS] = {false};
    size_t count = 0;
    struct map *m = map_create();
    uint32_t random = 12345;
    for (int i = 0; i < STEPS; i++) {
        char key[16];
        random = random * 1664525 + 1013904223;
        unsigned at = (random >> 8) % KEYS;
        snprintf(key, sizeof key, "key-%u", at);
        void *expected = there[at] ? &values[at] : NULL;
        assert_ptr_equal(map_get(m, key), expected);
        /* Grows for a while, then shrinks. */
        if ((random >> 28) < (i / 20000 % 2 ? 4U : 12U)) {
            assert_ptr_equal(map_set(m, key, &values[at]), expected);
            count += !there[at];
            there[at] = true;
        } else {
            assert_ptr_equal(map_remove(m, key), expected);
            count -= there[at];
            there[at] = false;
        }
        assert_int_equal(map_count(m), count);
    }
    map_destroy(m);
}

static void map_next__visits__each_once_and_may_remove(void **state)
{
    (void)state;
    enum { KEYS = 1000 };
    static int seen[KEYS];
    struct map *m = map_create();
    for (int i = 0; i < KEYS; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        map_set(m, key, &seen[i]);
    }
    size_t at = 0, visits = 0;
    const char *key;
    void *value;
    while (map_next(m, &at, &key, &value)) {
        int index = (int)strtol(key, NULL, 10);
        assert_ptr_equal(value, &seen[index]);
        assert_int_equal(seen[index]++, 0);
        visits++;
        if (index % 2) {
            assert_ptr_equal(map_remove(m, key), value);
        }
    }
    assert_int_equal(visits, KEYS);
    assert_int_equal(map_count(m), KEYS / 2);
    at = 0;
    while (map_next(m, &at, &key, &value)) {
        assert_int_equal((int)strtol(key, NULL, 10) % 2, 0);
        map_remove(m, key);
    }
    assert_int_equal(map_count(m), 0);
    at = 0;
    assert_false(map_next(m, &at, &key, &value));
    map_destroy(m);
}

/* Many come and go, few are there: graves must not make it grow or a search endless. */
static void map__survives__much_coming_and_going(void **state)
{
    (void)state;
    struct map *m = map_create();
    int value;
    for (int i = 0; i < 200000; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        map_set(m, key, &value);
        if (i >= 4) {
            snprintf(key, sizeof key, "%d", i - 4);
            assert_ptr_equal(map_remove(m, key), &value);
        }
        assert_null(map_get(m, "never there"));
    }
    assert_int_equal(map_count(m), 4);
    map_destroy(m);
}

/* An iteration ends behind the last slot. */
static size_t slots(const struct map *m)
{
    size_t at = 0;
    const char *key;
    void *value;
    while (map_next(m, &at, &key, &value)) {
    }
    return at;
}

static void few_of_many(bool by_fit)
{
    struct map *m = map_create();
    int values[2000];
    char key[16];
    for (int i = 0; i < 2000; i++) {
        snprintf(key, sizeof key, "%d", i);
        map_set(m, key, &values[i]);
    }
    for (int i = 0; i < 2000; i++) {
        snprintf(key, sizeof key, "%d", i);
        if (i % 400 != 0) {
            map_remove(m, key);
        }
    }
    assert_in_range(slots(m), 2000, 8000);
    if (by_fit) {
        map_fit(m);
    } else {
        map_set(m, "0", &values[0]); /* is there: nothing is added */
        map_set(m, "another", &values[1]);
        assert_ptr_equal(map_remove(m, "another"), &values[1]);
    }
    assert_in_range(slots(m), 5, 32);
    assert_int_equal(map_count(m), 5);
    for (int i = 0; i < 2000; i++) {
        snprintf(key, sizeof key, "%d", i);
        assert_ptr_equal(map_get(m, key), i % 400 != 0 ? NULL : &values[i]);
    }
    map_destroy(m);
}

static void map_fit__keeps__the_few_of_many(void **state)
{
    (void)state;
    few_of_many(true);
}

static void map_set__keeps__the_few_of_many(void **state)
{
    (void)state;
    few_of_many(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map__stores_and_forgets),
        cmocka_unit_test(map__agrees__with_an_array),
        cmocka_unit_test(map_next__visits__each_once_and_may_remove),
        cmocka_unit_test(map__survives__much_coming_and_going),
        cmocka_unit_test(map_fit__keeps__the_few_of_many),
        cmocka_unit_test(map_set__keeps__the_few_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
