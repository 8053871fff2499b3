#include "transport/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static struct address at(const char *text)
{
    struct address address;
    assert_true(address_parse(&address, text, strlen(text)));
    return address;
}

static void address_parse__takes__what_proxies_write(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *printed; /* NULL: refused */
    } CASES[] = {{"192.0.2.1", "192.0.2.1"},
                 {"192.0.2.1:443", "192.0.2.1"},
                 {"2001:DB8::1", "2001:db8::1"},
                 {"[2001:db8::1]", "2001:db8::1"},
                 {"[2001:db8::1]:443", "2001:db8::1"},
                 {"::ffff:192.0.2.1", "192.0.2.1"},
                 {"", NULL},
                 {"unknown", NULL},
                 {"_hidden", NULL},
                 {"192.0.2", NULL},
                 {"192.0.2.256", NULL},
                 {"192.0.2.1 ", NULL},
                 {"192.0.2.1:", NULL},
                 {"192.0.2.1:http", NULL},
                 {"192.0.2.1:123456", NULL},
                 {"fe80::1%eth0", NULL},
                 {"[::1", NULL},
                 {"[::1]x", NULL},
                 {"[]", NULL},
                 {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct address address;
        char printed[ADDRESS_SIZE];
        bool is_address = address_parse(&address, CASES[i].text, strlen(CASES[i].text));
        assert_int_equal(is_address, CASES[i].printed != NULL);
        if (is_address) {
            address_print(&address, printed);
            assert_string_equal(printed, CASES[i].printed);
        }
    }
}

static void address_of_socket__knows__both_families(void **state)
{
    (void)state;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000201)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    struct address address;
    char printed[ADDRESS_SIZE];
    address_of_socket(&address, (struct sockaddr *)&v4);
    address_print(&address, printed);
    assert_string_equal(printed, "192.0.2.1");
    assert_true(address_is_ipv4(&address));
    address_of_socket(&address, (struct sockaddr *)&v6);
    address_print(&address, printed);
    assert_string_equal(printed, "::1");
}

static void address_hint__hides__whose_it_is(void **state)
{
    (void)state;
    char hint[ADDRESS_SIZE];
    struct address address = at("192.0.2.77");
    address_hint(&address, hint);
    assert_string_equal(hint, "192.0.2.0/24");
    address = at("2001:db8:1:2:3:4:5:6");
    address_hint(&address, hint);
    assert_string_equal(hint, "2001:db8:1::/48");
}

static void network__has__its_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *network;
        const char *address;
        bool is_in;
    } CASES[] = {{"127.0.0.1", "127.0.0.1", true},
                 {"127.0.0.1", "127.0.0.2", false},
                 {"10.0.0.0/8", "10.255.0.1", true},
                 {"10.0.0.0/8", "11.0.0.1", false},
                 {"10.0.0.0/8", "a00::1", false},
                 {"192.0.2.128/25", "192.0.2.129", true},
                 {"192.0.2.128/25", "192.0.2.127", false},
                 {"0.0.0.0/0", "8.8.8.8", true},
                 {"0.0.0.0/0", "::1", false},
                 {"::/0", "::1", true},
                 {"fd00::/8", "fdaa::1", true},
                 {"fd00::/8", "fe00::1", false},
                 {"::1", "::1", true}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct network network;
        struct address address = at(CASES[i].address);
        assert_true(network_parse(&network, CASES[i].network));
        assert_int_equal(network_has(&network, &address), CASES[i].is_in);
    }
    static const char *const BAD[] = {"",       "10.0.0.0/33", "10.0.0.0/",  "10.0.0.0/x",
                                      "::/129", "localhost",   "10.0.0.0/-1"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct network network;
        assert_false(network_parse(&network, BAD[i]));
    }
}

static void check_forwarded(const char *peer, const char *const *fields, size_t count,
                            const char *expected)
{
    struct network trusted[2];
    struct address from = at(peer);
    char printed[ADDRESS_SIZE];
    assert_true(network_parse(&trusted[0], "127.0.0.1"));
    assert_true(network_parse(&trusted[1], "10.0.0.0/8"));
    struct address address = address_forwarded(trusted, 2, &from, fields, count);
    address_print(&address, printed);
    assert_string_equal(printed, expected);
}

#define FORWARDED(peer, field, expected)                                                           \
    check_forwarded((peer), (const char *const[]){field}, 1, (expected))

static void address_forwarded__ignores__strangers(void **state)
{
    (void)state; /* V-017 */
    FORWARDED("198.51.100.1", "1.2.3.4", "198.51.100.1");
    check_forwarded("127.0.0.1", NULL, 0, "127.0.0.1");
}

static void address_forwarded__walks__from_the_right(void **state)
{
    (void)state; /* V-018 */
    FORWARDED("127.0.0.1", "1.2.3.4", "1.2.3.4");
    FORWARDED("127.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4");
    FORWARDED("127.0.0.1", "6.6.6.6, 1.2.3.4,10.1.1.1 ,\t10.2.2.2", "1.2.3.4");
    FORWARDED("127.0.0.1", "6.6.6.6,[2001:db8::5]:99", "2001:db8::5");
    FORWARDED("127.0.0.1", "10.1.1.1", "10.1.1.1");
    FORWARDED("127.0.0.1", "1.2.3.4, garbage", "127.0.0.1");
    FORWARDED("127.0.0.1", "1.2.3.4, garbage, 10.1.1.1", "10.1.1.1");
    FORWARDED("127.0.0.1", "fe80::1%eth0", "127.0.0.1");
    FORWARDED("127.0.0.1", "", "127.0.0.1");
    FORWARDED("127.0.0.1", ",", "127.0.0.1");
    static const char *const LINES[] = {"6.6.6.6", "7.7.7.7, 1.2.3.4", "10.1.1.1"};
    check_forwarded("127.0.0.1", LINES, 3, "1.2.3.4");
    char hops[2048] = "6.6.6.6";
    for (int i = 0; i < 50; i++) {
        strncat(hops, ",10.0.0.1", sizeof hops - strlen(hops) - 1);
    }
    FORWARDED("127.0.0.1", hops, "6.6.6.6");
    for (int i = 0; i < 50; i++) {
        strncat(hops, ",10.0.0.2", sizeof hops - strlen(hops) - 1);
    }
    FORWARDED("127.0.0.1", hops, "10.0.0.1"); /* no more than some */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_parse__takes__what_proxies_write),
        cmocka_unit_test(address_of_socket__knows__both_families),
        cmocka_unit_test(address_hint__hides__whose_it_is),
        cmocka_unit_test(network__has__its_addresses),
        cmocka_unit_test(address_forwarded__ignores__strangers),
        cmocka_unit_test(address_forwarded__walks__from_the_right),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
