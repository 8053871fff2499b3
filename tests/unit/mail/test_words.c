/* What visitors read in mails. */
#include "mail/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const LANGUAGES[] = {"de", "fr", "es", "pl", "tr", "ar"};

/* Whether the argument comes in, as it does in English. */
static bool names(const char *language, enum mail_word word, char text[1000])
{
    struct buf out;

    buf_init(&out, 1000);
    mail_add_word(&out, language, word, "<1042>");
    assert_true(strlen(out.bytes) > 0);
    strcpy(text, out.bytes);
    buf_finish(&out);
    assert_null(strstr(text, "%"));
    return strstr(text, "<1042>") != NULL;
}

static void mail_add_word__says__each_text_in_each_language(void **state)
{
    char english[1000];
    char text[1000];

    (void)state;
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++) {
        for (enum mail_word word = 0; word < MAIL_WORDS; word++) {
            bool is_named = names("en", word, english);

            assert_int_equal(names(LANGUAGES[i], word, text), is_named);
            assert_string_not_equal(text, english);
        }
    }
}

static void mail_language__is__that_of_the_tag_or_english(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++) {
        assert_string_equal(mail_language(LANGUAGES[i]), LANGUAGES[i]);
    }
    assert_string_equal(mail_language("de-AT"), "de");
    assert_string_equal(mail_language("fr-CA"), "fr");
    assert_string_equal(mail_language("est"), "en");
    assert_string_equal(mail_language(""), "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_add_word__says__each_text_in_each_language),
        cmocka_unit_test(mail_language__is__that_of_the_tag_or_english),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
