#include "visitors/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void network_of__keeps__the_first_24_or_48_bits(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"192.0.2.77", "192.0.2.0/24"},
        {"255.255.255.255", "255.255.255.0/24"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"},
        {"2001:db8:1::6", "2001:db8:1::/48"},
        {"2001:db8::6", "2001:db8::/48"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff::/48"},
        {"::1", "::/48"},
        {"", ""},
        {"nonsense", ""},
        {"a.b.c.d", ""},
        {"111111111111111.1", ""},
    };
    char out[NETWORK_SIZE];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        network_of(pairs[i][0], out);
        assert_string_equal(out, pairs[i][1]);
    }
}

static void network_origin__keeps__ipv4_whole_and_the_first_64_bits(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"192.0.2.77", "192.0.2.77"},
        {"255.255.255.255", "255.255.255.255"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"2001:db8:1:2::6", "2001:db8:1:2::/64"},
        {"2001:db8::6", "2001:db8:0:0::/64"},
        {"2001::5:1:2:3:4", "2001:0:0:5::/64"},
        {"::1", "0:0:0:0::/64"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff::/64"},
        {"", ""},
        {"nonsense", ""},
        {"2001:db8", ""},
        {"1:2:3:4:5:6:7:8:9", ""},
        {"1:2:3:4:5::6:7:8:9", ""},
        {"12345::", ""},
        {"1111111111111111", ""},
    };
    char out[NETWORK_ORIGIN_SIZE];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        network_origin(pairs[i][0], out);
        assert_string_equal(out, pairs[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_of__keeps__the_first_24_or_48_bits),
        cmocka_unit_test(network_origin__keeps__ipv4_whole_and_the_first_64_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
