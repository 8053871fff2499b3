/* Notes of the record in the language of who reads them. */
#include "agents/past_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int learn(void **state)
{
    (void)state;
    language_start(LOCALE_DIR);
    return 0;
}

static struct entry_record note_of(const char *event, const char *body)
{
    return (struct entry_record){.kind = ENTRY_NOTE,
                                 .by = BY_DESK,
                                 .agent = "",
                                 .name = "",
                                 .sender_id = "",
                                 .event = event,
                                 .body = body};
}

static void past_words__says__its_own_words_in_german(void **state)
{
    static const char *const CASES[][3] = {
        {"state", "open -> solved", "in Arbeit -> gelöst"},
        {"state", "new -> pending", "neu -> wartend"},
        {"state", "a newer -> closed", "a newer -> geschlossen"},
        {"converted", "new", "neu"},
        {"priority", "urgent", "dringend"},
        {"priority", "low -> high", "niedrig -> hoch"},
        {"service-warned", "next answer", "Nächste Antwort"},
        {"service-breached", "solution", "Lösung"},
        {"rated", "stars 4", "4 von 5"},
        {"rated", "stars 5\nopen -> closed?", "5 von 5\nopen -> closed?"},
        {"rated", "thumbs down\nNo: never", "Daumen runter\nNo: never"},
        {"mailed", "receipt", "Eingangsbestätigung"},
        {"mail-failed", "answer: 550 no such user", "Antwort: 550 no such user"},
        {"mail-failed", "too many wait", "zu viele warten"},
        {"state", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct entry_record e = note_of(CASES[i][0], CASES[i][1]);
        char *words = past_words_dup(LANGUAGE_DE, &e);
        assert_non_null(words);
        assert_string_equal(words, CASES[i][2]);
        free(words);
    }
}

static void past_words__leaves__what_somebody_said(void **state)
{
    struct entry_record e = note_of("", "open -> solved");
    (void)state;
    assert_null(past_words_dup(LANGUAGE_DE, &e));
    e = note_of("subject", "open -> solved");
    assert_null(past_words_dup(LANGUAGE_DE, &e));
    e = note_of("state", "open -> solved");
    assert_null(past_words_dup(LANGUAGE_EN, &e)); /* it is English */
    e.kind = ENTRY_MESSAGE;
    assert_null(past_words_dup(LANGUAGE_DE, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(past_words__says__its_own_words_in_german, learn),
        cmocka_unit_test_setup(past_words__leaves__what_somebody_said, learn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
