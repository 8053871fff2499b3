#include "base/id.h"

#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void id_random__is__safe_and_different(void **state)
{
    (void)state;
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    struct map *seen = map_create();
    int counts[256] = {0}, there;
    for (int i = 0; i < 5000; i++) {
        char id[ID_SIZE], token[ID_TOKEN_SIZE];
        id_random(id);
        id_token(token);
        assert_int_equal(strlen(id), 26);
        assert_int_equal(strlen(token), 52);
        assert_int_equal(strspn(id, alphabet), 26);
        assert_int_equal(strspn(token, alphabet), 52);
        assert_null(map_set(seen, id, &there));
        assert_null(map_set(seen, token, &there));
        for (const char *c = token; *c; c++) {
            counts[(unsigned char)*c]++;
        }
    }
    /* 8,125 each are expected; six standard deviations are 540. */
    for (const char *c = alphabet; *c; c++) {
        assert_in_range(counts[(unsigned char)*c], 7400, 8850);
    }
    map_destroy(seen);
}

/* FIPS 180-4's example. */
static void id_hash__is__sha256(void **state)
{
    (void)state;
    char hash[ID_HASH_SIZE];
    id_hash("abc", hash);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    id_hash("", hash);
    assert_string_equal(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void id_below__is__uniform(void **state)
{
    (void)state;
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++) {
        unsigned value = id_below(7);
        assert_true(value < 7);
        counts[value]++;
    }
    for (int i = 0; i < 7; i++) {
        assert_in_range(counts[i], 9300, 10700);
    }
    assert_int_equal(id_below(1), 0);
    for (int i = 0; i < 100; i++) {
        assert_true(id_below(0xFFFFFFFFU) < 0xFFFFFFFFU);
    }
}

/* Of any length, across what is drawn at a time; no eight bytes come twice. */
static void id_bytes__never__come_twice(void **state)
{
    (void)state;
    enum { MOST = 600, WORD = 8, MARGIN = 16 };
    struct map *seen = map_create();
    int there;
    for (size_t len = 0; len <= MOST; len++) {
        unsigned char bytes[MOST + MARGIN];
        memset(bytes, 0xA5, sizeof bytes);
        id_bytes(bytes, len);
        for (size_t i = 0; i + WORD <= len; i += WORD) {
            char word[2 * WORD + 1];
            for (size_t k = 0; k < WORD; k++) {
                snprintf(word + 2 * k, 3, "%02x", bytes[i + k]);
            }
            assert_null(map_set(seen, word, &there));
        }
        for (size_t i = len; i < len + MARGIN; i++) {
            assert_int_equal(bytes[i], 0xA5);
        }
    }
    map_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id_random__is__safe_and_different),
        cmocka_unit_test(id_hash__is__sha256),
        cmocka_unit_test(id_below__is__uniform),
        cmocka_unit_test(id_bytes__never__come_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
