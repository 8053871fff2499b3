#include "transport/site.h"

#include "transport/gateway.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <string.h>

static const char *const SHOP[] = {"https://Shop.example", "http://127.0.0.1:8080"};
static const char *const OTHER[] = {"https://other.example:8443"};
static const struct gateway_site SITES[] = {{"shop", SHOP, 2}, {"other", OTHER, 1}};

static const char *id_of(const struct sites *sites, const char *origin)
{
    const struct site *site = sites_find(sites, origin, NULL);
    return site ? site->id : "nobody";
}

static void sites_find__compares__whole_origins(void **state)
{
    (void)state; /* V-001, V-003 */
    struct sites *sites = sites_create(SITES, 2, false);
    assert_string_equal(id_of(sites, "https://shop.example"), "shop");
    assert_string_equal(id_of(sites, "HTTPS://SHOP.Example"), "shop");
    assert_string_equal(id_of(sites, "http://127.0.0.1:8080"), "shop");
    assert_string_equal(id_of(sites, "https://other.example:8443"), "other");
    static const char *const BAD[] = {"https://evil.example",
                                      "https://shop.example.evil.com",
                                      "https://evilshop.example",
                                      "http://shop.example",
                                      "https://shop.example:444",
                                      "https://shop.example:443",
                                      "https://shop.example.",
                                      "https://shop.example/",
                                      "https://shop.example ",
                                      "https://sub.shop.example",
                                      "shop.example",
                                      "https://",
                                      "https://other.example",
                                      "null",
                                      ""};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_string_equal(id_of(sites, BAD[i]), "nobody");
    }
    sites_destroy(sites);
}

static void sites_find__takes__no_origin_only_if_told_to(void **state)
{
    (void)state; /* V-002 */
    struct sites *sites = sites_create(SITES, 2, false);
    assert_null(sites_find(sites, NULL, NULL));
    sites_destroy(sites);
    sites = sites_create(SITES, 2, true);
    assert_string_equal(id_of(sites, NULL), "shop");
    assert_string_equal(id_of(sites, "null"), "nobody");
    sites_destroy(sites);
}

static void sites_find__names__what_cors_may_allow(void **state)
{
    (void)state;
    struct sites *sites = sites_create(SITES, 2, true);
    const char *allowed;
    sites_find(sites, "https://SHOP.example", &allowed);
    assert_string_equal(allowed, "https://shop.example");
    sites_find(sites, NULL, &allowed);
    assert_null(allowed);
    sites_find(sites, "https://evil.example", &allowed);
    assert_null(allowed);
    sites_destroy(sites);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_find__compares__whole_origins),
        cmocka_unit_test(sites_find__takes__no_origin_only_if_told_to),
        cmocka_unit_test(sites_find__names__what_cors_may_allow),
    };
    return cmocka_run_group_tests_name("site", tests, NULL, NULL);
}
