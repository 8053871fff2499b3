/* Texts with places: a reader never sees a brace, nor what an empty name leaves behind. */
#include "agents/filling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct filling_value ANN[] = {{"name", "Ann {page}"}, {"page", "Shop"}, {NULL, NULL}};
static const struct filling_value NOBODY[] = {{"name", ""}, {"page", ""}, {NULL, NULL}};

static void filling_write__fills__what_is_known(void **state)
{
    static const struct {
        const char *text;
        const char *ann;
        const char *nobody;
    } ROWS[] = {
        {"Hello {name},", "Hello Ann {page},", "Hello,"},
        {"Hello {name|there}!", "Hello Ann {page}!", "Hello there!"},
        {"{name}, welcome to {page}.", "Ann {page}, welcome to Shop.", "welcome to."},
        {"One\n{name}, two  {page}", "One\nAnn {page}, two  Shop", "One\ntwo"},
        {"{{name} {  } { a }", "{name} {  } { a }", "{name} {  } { a }"},
        {"{name|}{page}", "Ann {page}Shop", ""},
        {"none", "none", "none"},
        {"", "", ""},
        {"{", "{", "{"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct buf out;
        buf_init(&out, 1024);
        filling_write(&out, ROWS[i].text, ANN);
        assert_string_equal(out.bytes, ROWS[i].ann);
        buf_reset(&out);
        filling_write(&out, ROWS[i].text, NOBODY);
        assert_string_equal(out.bytes, ROWS[i].nobody);
        buf_finish(&out);
        assert_null(filling_unknown_dup(ROWS[i].text, ANN));
    }
}

static void filling_unknown_dup__names__the_first_that_is_unknown(void **state)
{
    static const char *const ROWS[][2] = {
        {"Hi {name} {nam} {x}", "{nam}"}, {"{names|you}", "{names|you}"}, {"Hi {name", "{name"},
        {"Hi {name\n}", "{name"},         {"{name {page}", "{name "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char *unknown = filling_unknown_dup(ROWS[i][0], ANN);
        assert_non_null(unknown);
        assert_string_equal(unknown, ROWS[i][1]);
        free(unknown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filling_write__fills__what_is_known),
        cmocka_unit_test(filling_unknown_dup__names__the_first_that_is_unknown),
    };

    return cmocka_run_group_tests_name("agents: filling", tests, NULL, NULL);
}
