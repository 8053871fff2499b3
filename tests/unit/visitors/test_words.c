/* What visitors read from the desk. */
#include "visitors/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect_notice(const char *language, const char *event, const char *body,
                          const char *expected)
{
    const struct entry_record notice = {.chat = 1042, .name = "Nina", .event = event, .body = body};
    struct buf words;

    buf_init(&words, 1000);
    words_notice(&words, language, &notice);
    assert_string_equal(words.bytes, expected);
    buf_finish(&words);
}

static void words_notice__says__why_a_message_was_kept(void **state)
{
    (void)state;
    expect_notice("en", "ticket-received", "",
                  "Nobody is here right now. Your message is kept as number 1042; our team will "
                  "read it.");
    expect_notice("en", "ticket-received", "closing",
                  "We are closed now. Your message is kept as number 1042; our team will read it.");
    expect_notice("en", "ticket-received", "asked",
                  "Your message is kept as number 1042; our team will read it.");
    expect_notice("en", "ticket-received", "again",
                  "Number 1042 is open again; our team will look at it.");
}

static void words_notice__says__that_a_mail_goes_only_where_it_goes(void **state)
{
    (void)state;
    expect_notice("en", "ticket-received", " mail",
                  "Nobody is here right now. Your message is kept as number 1042; our team will "
                  "read it. You get the number by e-mail, too.");
    expect_notice("en", "ticket-received", "asked mail",
                  "Your message is kept as number 1042; our team will read it. You get the number "
                  "by e-mail, too.");
    expect_notice("de", "ticket-received", "closing mail",
                  "Wir haben jetzt geschlossen. Ihre Nachricht ist unter der Nummer 1042 "
                  "aufbewahrt; unser Team liest sie. Die Nummer bekommen Sie auch per E-Mail.");
    expect_notice("de", "ticket-received", "asked",
                  "Ihre Nachricht ist unter der Nummer 1042 aufbewahrt; unser Team liest sie.");
    expect_notice("de", "ticket-taken", " mail",
                  "Jemand aus unserem Team kümmert sich um Ihre Nachricht (Nummer 1042).");
}

static void words_notice__names__who_and_which(void **state)
{
    (void)state;
    expect_notice("de", "joined", "", "Nina ist jetzt für Sie da.");
    expect_notice("en", "left-message", "",
                  "Nobody is here right now. Your message is kept as number 1042; our team will "
                  "read it.");
    expect_notice("en", "about", "I know printers", "Nina: I know printers");
    expect_notice("en", "of-a-newer-desk", "", "of-a-newer-desk");
}

static size_t holes_in(const char *text)
{
    size_t count = 0;

    for (const char *at = strstr(text, "%s"); at != NULL; at = strstr(at + 2, "%s")) {
        count++;
    }
    return count;
}

static void words_get__says__each_text_in_each_language(void **state)
{
    static const char *const LANGUAGES[] = {"de", "fr", "es", "pl", "tr", "ar"};

    (void)state;
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++) {
        for (enum visitor_word word = 0; word < WORD_COUNT; word++) {
            const char *english = words_get("en", word);
            const char *text = words_get(LANGUAGES[i], word);

            assert_non_null(text);
            assert_string_not_equal(text, english);
            assert_int_equal(holes_in(text), holes_in(english));
            assert_int_equal(strcspn(text, "%") == strlen(text), holes_in(text) == 0);
            assert_int_equal(text[0] == ' ', english[0] == ' ');
            assert_int_equal(text[strlen(text) - 1] == ' ', english[strlen(english) - 1] == ' ');
        }
    }
}

static void words_language__is__that_of_the_tag_or_english(void **state)
{
    (void)state;
    assert_string_equal(words_language("de"), "de");
    assert_string_equal(words_language("DE-ch"), "de");
    assert_string_equal(words_language("fr-CA"), "fr");
    assert_string_equal(words_language("ar-EG"), "ar");
    assert_string_equal(words_language("est"), "en");
    assert_string_equal(words_language("pt-BR"), "en");
    assert_string_equal(words_language(""), "en");
    assert_string_equal(words_get("pl-PL", WORD_CLOSED), words_get("pl", WORD_CLOSED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_notice__says__why_a_message_was_kept),
        cmocka_unit_test(words_notice__says__that_a_mail_goes_only_where_it_goes),
        cmocka_unit_test(words_notice__names__who_and_which),
        cmocka_unit_test(words_get__says__each_text_in_each_language),
        cmocka_unit_test(words_language__is__that_of_the_tag_or_english),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
