/* Zones, against the C library's own reader; and files that are none. */
#include "base/zone.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { DAY_S = 86400 };

static void check_zone(const char *name)
{
    char *complaint = NULL;
    struct zone *z = zone_load(name, &complaint);

    assert_non_null(z);
    setenv("TZ", name, 1);
    tzset();
    /* 1901 to 2099, at any hour. */
    for (int64_t at = -2177452800; at < 4099680000; at += 5 * DAY_S / 3 + 7) {
        time_t seconds = (time_t)at;
        struct tm tm;
        localtime_r(&seconds, &tm);
        if (zone_offset(z, at * 1000) != (int)tm.tm_gmtoff) {
            fail_msg("%s at %lld: %d, not %ld", name, (long long)at, zone_offset(z, at * 1000),
                     tm.tm_gmtoff);
        }
    }
    zone_destroy(z);
}

static void zone_offset__agrees__with_the_c_library(void **state)
{
    (void)state;
    check_zone("Europe/Berlin");
    check_zone("Europe/Dublin");       /* winter time is the one that is "saved" */
    check_zone("America/St_Johns");    /* half an hour */
    check_zone("America/Nuuk");        /* changes before midnight: M3.5.0/-1 */
    check_zone("Australia/Lord_Howe"); /* half an hour of summer time, in the south */
    check_zone("Pacific/Apia");        /* a day that never was */
    check_zone("Africa/Casablanca");   /* a month of winter time, by a table only */
    check_zone("Asia/Kolkata");
    check_zone("Asia/Gaza"); /* M3.4.4/50: hours of days behind */
    check_zone("UTC");
}

static void zone_offset__changes__in_the_very_second(void **state)
{
    (void)state;
    char *complaint = NULL;
    struct zone *z = zone_load("Europe/Berlin", &complaint);
    assert_int_equal(zone_offset(z, 1774745999999), 3600); /* 2026-03-29T00:59:59.999Z */
    assert_int_equal(zone_offset(z, 1774746000000), 7200);
    assert_int_equal(zone_offset(z, 1792889999999), 7200); /* 2026-10-25T00:59:59.999Z */
    assert_int_equal(zone_offset(z, 1792890000000), 3600);
    assert_int_equal(zone_offset(z, 4078429199999), 3600); /* 2099-03-29T00:59:59.999Z */
    assert_int_equal(zone_offset(z, 4078429200000), 7200);
    zone_destroy(z);
}

/* ---- files ---- */

/* Version 1's block, empty; then one type, no changes, and the rule. */
static size_t make_file(unsigned char *out, int offset, const char *footer)
{
    static const unsigned char EMPTY[44] = "TZif2";
    size_t len = 2 * sizeof EMPTY;

    memcpy(out, EMPTY, sizeof EMPTY);
    memcpy(out + sizeof EMPTY, EMPTY, sizeof EMPTY);
    out[sizeof EMPTY + 39] = 1; /* types */
    out[sizeof EMPTY + 43] = 4; /* letters */
    for (int shift = 24; shift >= 0; shift -= 8) {
        out[len++] = (unsigned char)((unsigned)offset >> shift);
    }
    memcpy(out + len, "\0\0LMT", 6);
    len += 6;
    memcpy(out + len, footer, strlen(footer));
    return len + strlen(footer);
}

static void zone_parse__reads__a_file_that_is_all_rule(void **state)
{
    (void)state;
    unsigned char file[400];
    size_t len = make_file(file, 0, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
    struct zone *z = zone_parse(file, len);
    assert_non_null(z);
    assert_int_equal(zone_offset(z, 1774745999999), 3600);
    assert_int_equal(zone_offset(z, 1774746000000), 7200);
    zone_destroy(z);
    len = make_file(file, -16200, "\n\n");
    z = zone_parse(file, len);
    assert_int_equal(zone_offset(z, 0), -16200); /* without a rule: as the table ends */
    zone_destroy(z);
    len = make_file(file, 0, "\n<+0330>-3:30<+0430>,J79/24,J263/24\n"); /* days without leap days */
    z = zone_parse(file, len);
    assert_non_null(z);
    assert_int_equal(zone_offset(z, 1710966599000), 12600); /* 2024-03-20T20:29:59Z */
    assert_int_equal(zone_offset(z, 1710966600000), 16200);
    zone_destroy(z);
    len = make_file(file, 0, "\nAAA0BBB-2,0/0,59/12\n"); /* days from 0, with leap days */
    z = zone_parse(file, len);
    assert_int_equal(zone_offset(z, 1704067200000), 7200); /* 2024-01-01T00:00:00Z */
    assert_int_equal(zone_offset(z, 1709200800000), 0);    /* 2024-02-29T10:00:00Z */
    assert_int_equal(zone_offset(z, 1709200799000), 7200);
    zone_destroy(z);
}

static void zone_parse__refuses__what_is_damaged(void **state)
{
    (void)state;
    static const char *const FOOTERS[] = {
        "",
        "CET-1\n",
        "\nCET-1",
        "\nX-1\n",
        "\nCET\n",
        "\nCET-200\n",
        "\nCET-1CEST\n",
        "\nCET-1CEST,M13.1.0,M1.1.0\n",
        "\nCET-1CEST,M3.6.0,M1.1.0\n",
        "\nCET-1CEST,M3.5.7,M1.1.0\n",
        "\nCET-1CEST,M3.5.0,M10.5.0/3x\n",
        "\n<CET-1\n",
        "\nCET-1CEST,J0,J3\n",
        "\nCET-1:60\n",
    };
    unsigned char file[400];
    for (size_t i = 0; i < sizeof FOOTERS / sizeof *FOOTERS; i++) {
        size_t len = make_file(file, 0, FOOTERS[i]);
        assert_null(zone_parse(file, len));
    }
    size_t len = make_file(file, 0, "\nCET-1\n");
    for (size_t cut = 0; cut < len; cut++) {
        unsigned char *exact = mem_alloc(cut + 1); /* the sanitizer sees what reads behind it */
        memcpy(exact, file, cut);
        unsigned char *part = mem_grow(exact, cut > 0 ? cut : 1);
        assert_null(zone_parse(part, cut));
        free(part);
    }
    make_file(file, 200000, "\n\n");
    assert_null(zone_parse(file, len)); /* further than two days from UTC */
    make_file(file, 0, "\nCET-1\n");
    file[44 + 39] = 0;
    assert_null(zone_parse(file, len)); /* no type */
    file[44 + 36] = 0xff;
    assert_null(zone_parse(file, len)); /* more types than bytes */
    memcpy(file, "TZif\0", 5);
    assert_null(zone_parse(file, len)); /* version 1 */
}

static void zone_load__complains__of_what_is_no_name(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"Europe/Berlinn", "../../../etc/passwd",
                                        "/etc/localtime", "zone.tab",
                                        "Europe",         "CET-1CEST,M3"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char *complaint = NULL;
        assert_null(zone_load(NAMES[i], &complaint));
        assert_non_null(strstr(complaint, "is no time zone of this machine"));
        free(complaint);
    }
    char *complaint = NULL;
    struct zone *own = zone_load("", &complaint);
    assert_non_null(own);
    zone_destroy(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone_offset__agrees__with_the_c_library),
        cmocka_unit_test(zone_offset__changes__in_the_very_second),
        cmocka_unit_test(zone_parse__reads__a_file_that_is_all_rule),
        cmocka_unit_test(zone_parse__refuses__what_is_damaged),
        cmocka_unit_test(zone_load__complains__of_what_is_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
