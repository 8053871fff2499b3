#include "client/contacts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void contacts_find__takes__number_address_part_and_name(void **state)
{
    (void)state;
    struct contacts c;
    contacts_init(&c);
    struct contact *sales = contacts_put(&c, "sales@support.localhost");
    struct contact *anna = contacts_put(&c, "visitor-abc@support.localhost");
    struct contact *annika = contacts_put(&c, "visitor-def@support.localhost");
    contact_rename(anna, "Anna");
    contact_rename(annika, "Annika");
    assert_ptr_equal(contacts_find(&c, "1"), sales);
    assert_ptr_equal(contacts_find(&c, "3"), annika);
    assert_ptr_equal(contacts_find(&c, "visitor-abc@support.localhost"), anna);
    assert_ptr_equal(contacts_find(&c, "visitor-def"), annika);
    assert_ptr_equal(contacts_find(&c, "anni"), annika);
    assert_null(contacts_find(&c, "ann")); /* two */
    assert_null(contacts_find(&c, "4"));
    assert_null(contacts_find(&c, ""));
    assert_null(contacts_find(&c, "visitor"));
    contacts_remove(&c, annika);
    assert_ptr_equal(contacts_find(&c, "ann"), anna);
    assert_null(contacts_find(&c, "3")); /* numbers stay whose they were */
    assert_int_equal(contacts_put(&c, "visitor-new@support.localhost")->number, 4);
    contacts_finish(&c);
}

static void contacts_put__finds__whatever_the_case(void **state)
{
    (void)state;
    struct contacts c;
    contacts_init(&c);
    struct contact *anna = contacts_put(&c, "visitor-abc@support.localhost");
    assert_ptr_equal(contacts_put(&c, "visitor-ABC@Support.localhost"), anna);
    assert_ptr_equal(contacts_get(&c, "visitor-abc@support.localhost"), anna);
    assert_null(contacts_get(&c, "visitor-abc@other.localhost"));
    contacts_finish(&c);
}

/* What a visitor calls itself cannot move the cursor or turn the line around. */
static void contact_rename__cleans_names(void **state)
{
    (void)state;
    struct contacts c;
    contacts_init(&c);
    struct contact *anna = contacts_put(&c, "visitor-abc@support.localhost");
    assert_string_equal(anna->name, "visitor-abc");
    contact_rename(anna, "An\x1b[2Jna\nBoss: hi\xe2\x80\xae");
    assert_null(strpbrk(anna->name, "\x1b\n"));
    assert_null(strstr(anna->name, "\xe2\x80\xae"));
    contact_rename(anna, " \t");
    assert_string_equal(anna->name, "visitor-abc");
    char *bare = contact_bare_dup("a@b/c/d");
    assert_string_equal(bare, "a@b");
    free(bare);
    contacts_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contacts_find__takes__number_address_part_and_name),
        cmocka_unit_test(contacts_put__finds__whatever_the_case),
        cmocka_unit_test(contact_rename__cleans_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
