/* The result of a roster trial on its way through the control socket; trials themselves are played
 * by tests/integration/scenarios/commands.py on both servers. */
#include "trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void trial_result__is__what_was_printed(void **state)
{
    (void)state;
    for (int privilege = TRIAL_WORKS; privilege <= TRIAL_NOT_CONFIGURED; privilege++) {
        for (int api = TRIAL_WORKS; api <= TRIAL_NOT_CONFIGURED; api++) {
            const struct trial_result result = {(enum trial_outcome)privilege,
                                                (enum trial_outcome)api};
            struct trial_result read = {TRIAL_STAYS, TRIAL_STAYS};
            char *text = trial_result_print(&result);
            assert_true(trial_result_read(text, &read));
            assert_int_equal(read.privilege, privilege);
            assert_int_equal(read.api, api);
            free(text);
        }
    }
}

static void trial_result_read__refuses__anything_else(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "{}",
                                        "[]",
                                        "{\"privilege\":\"works\"}",
                                        "{\"privilege\":\"works\",\"api\":\"well\"}",
                                        "{\"privilege\":1,\"api\":2}"};
    struct trial_result read;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(trial_result_read(wrong[i], &read));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trial_result__is__what_was_printed),
        cmocka_unit_test(trial_result_read__refuses__anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
