/* What fits an own field, and how it is kept. */
#include "base/mem.h"
#include "desk/own_field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const OPTIONS[] = {"Repair", "Refund", "Größe L"};

static const struct own_field FIELDS[] = {
    {.name = "note", .label = "Remark", .kind = OWN_TEXT},
    {.name = "weight", .label = "Weight in kg", .kind = OWN_NUMBER},
    {.name = "bought", .label = "Bought on", .kind = OWN_DATE},
    {.name = "wish", .label = "Wish", .kind = OWN_LIST, .options = OPTIONS, .option_count = 3},
    {.name = "paid", .label = "Is paid", .kind = OWN_BOOLEAN},
    {.name = "customer", .label = "Customer", .kind = OWN_TEXT, .pattern = "K-##@?"},
};
enum { NOTE, WEIGHT, BOUGHT, WISH, PAID, CUSTOMER, COUNT };

/* expected NULL: it does not fit. */
static void expect_kept(size_t field, const char *value, const char *expected)
{
    char *kept = own_field_value_dup(&FIELDS[field], value);

    if (expected == NULL) {
        assert_null(kept);
    } else {
        assert_non_null(kept);
        assert_string_equal(kept, expected);
    }
    free(kept);
}

static void value__of_a_text__is_what_was_written(void **state)
{
    (void)state;
    expect_kept(NOTE, "Grüße: 1/2 #", "Grüße: 1/2 #");
}

static void value__of_a_number__has_a_point(void **state)
{
    (void)state;
    expect_kept(WEIGHT, "12", "12");
    expect_kept(WEIGHT, "-12,50", "-12.50");
    expect_kept(WEIGHT, "0.5", "0.5");
    expect_kept(WEIGHT, "12345678901234567890", "12345678901234567890");
    static const char *const WRONG[] = {
        "a",  "1a",  "1 2", "1.2.3", "1,",      ".5",   "-",
        "+1", "1e5", "٣",   "--1",   "1.234,5", "0x10", "123456789012345678901"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        expect_kept(WEIGHT, WRONG[i], NULL);
    }
}

static void value__of_a_date__is_a_real_day(void **state)
{
    (void)state;
    expect_kept(BOUGHT, "2028-02-29", "2028-02-29");
    expect_kept(BOUGHT, "31.12.2026", "2026-12-31");
    expect_kept(BOUGHT, "1.2.2026", "2026-02-01");
    static const char *const WRONG[] = {"2026-02-29",  "2026-13-01", "2026-12-32", "2026-00-01",
                                        "2026-12",     "12/31/2026", "31.12.26",   "2026-12-31 ",
                                        "2026-12-31x", "31.12.",     "..",         "0000-01-01",
                                        "20261-12-31", "tomorrow",   "31.12-2026"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        expect_kept(BOUGHT, WRONG[i], NULL);
    }
}

static void value__of_a_list__is_as_the_list_has_it(void **state)
{
    (void)state;
    expect_kept(WISH, "refund", "Refund");
    expect_kept(WISH, "größe l", "Größe L");
    expect_kept(WISH, "Refun", NULL);
    expect_kept(WISH, "Refund ", NULL);
}

static void value__of_a_boolean__is_yes_or_no(void **state)
{
    static const char *const YES[] = {"yes", "JA", "true", "1"};
    static const char *const NO[] = {"No", "nein", "false", "0"};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        expect_kept(PAID, YES[i], "yes");
        expect_kept(PAID, NO[i], "no");
    }
    expect_kept(PAID, "maybe", NULL);
}

static void value__fits__its_pattern_sign_by_sign(void **state)
{
    (void)state;
    expect_kept(CUSTOMER, "K-12a9", "K-12a9");
    expect_kept(CUSTOMER, "k-12ab", "K-12ab");
    static const char *const WRONG[] = {"K-12a",  "K-12a99", "K-1xa9", "K-1299",
                                        "K-12a-", "X-12a9",  "K-12ä"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        expect_kept(CUSTOMER, WRONG[i], NULL);
    }
}

static void field__is_named__by_its_name_and_its_label(void **state)
{
    const struct own_field *f = &FIELDS[WEIGHT];

    (void)state;
    assert_int_equal(own_field_begins(f, "weight 12"), strlen("weight"));
    assert_int_equal(own_field_begins(f, "Weight in KG 12"), strlen("weight in kg"));
    assert_int_equal(own_field_begins(f, "weight"), strlen("weight"));
    assert_int_equal(own_field_begins(f, "weights 12"), 0);
    assert_int_equal(own_field_begins(f, ""), 0);
}

static void fields__are_a_copy__of_the_first_twenty(void **state)
{
    struct own_field many[OWN_FIELDS + 1];
    char name[] = "n";

    (void)state;
    for (size_t i = 0; i <= OWN_FIELDS; i++) {
        many[i] = FIELDS[i % COUNT];
    }
    many[0].name = name;
    struct own_fields *all = own_fields_create(many, OWN_FIELDS + 1);
    name[0] = 'x';
    assert_string_equal(own_fields_at(all, 0)->name, "n");
    assert_string_equal(own_fields_at(all, WISH)->options[1], "Refund");
    assert_non_null(own_fields_at(all, OWN_FIELDS - 1));
    assert_null(own_fields_at(all, OWN_FIELDS));
    assert_ptr_equal(own_fields_find(all, "paid"), own_fields_at(all, PAID));
    assert_null(own_fields_find(all, "x"));
    assert_null(own_fields_at(NULL, 0));
    own_fields_destroy(all);
    own_fields_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value__of_a_text__is_what_was_written),
        cmocka_unit_test(value__of_a_number__has_a_point),
        cmocka_unit_test(value__of_a_date__is_a_real_day),
        cmocka_unit_test(value__of_a_list__is_as_the_list_has_it),
        cmocka_unit_test(value__of_a_boolean__is_yes_or_no),
        cmocka_unit_test(value__fits__its_pattern_sign_by_sign),
        cmocka_unit_test(field__is_named__by_its_name_and_its_label),
        cmocka_unit_test(fields__are_a_copy__of_the_first_twenty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
