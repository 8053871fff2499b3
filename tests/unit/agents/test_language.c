/* What agents read, each in their own language, from the catalogue that the build has made. */
#include "agents/language.h"

#include "base/log.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAMED(from, to, name)                                                                      \
    "<presence from='" from "/web' to='" to "' when='held'><status>*</status>"                     \
    "<nick xmlns='http://jabber.org/protocol/nick'>" name                                          \
    "</nick><c xmlns='http://jabber.org/protocol/caps' hash='*' node='*'"                          \
    " ver='*'/></presence>"

static void count_warning(void *ctx, enum log_level level, const char *line)
{
    unsigned *warnings = ctx;

    *warnings += level == LOG_WARN && strstr(line, "\"de\"") != NULL ? 1 : 0;
}

static int learn(void **state)
{
    (void)state;
    language_start(LOCALE_DIR);
    return 0;
}

static void language_start__says_so__when_there_are_no_texts(void **state)
{
    unsigned warnings = 0;

    (void)state;
    log_set_sink(count_warning, &warnings);
    language_start("/nowhere");
    assert_int_equal(warnings, 1);
    assert_string_equal(language_text(LANGUAGE_DE, "chat ended"), "chat ended");
    language_start(LOCALE_DIR);
    assert_int_equal(warnings, 1);
    assert_string_equal(language_text(LANGUAGE_DE, "chat ended"), "Chat beendet");
}

static void language_text__needs_no_switch_between_two_languages(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_string_equal(language_text(LANGUAGE_EN, "open"), "open");
        assert_string_equal(language_text(LANGUAGE_DE, "open"), "geöffnet");
    }
    assert_string_equal(language_text(LANGUAGE_DE, "nobody has translated this"),
                        "nobody has translated this");
}

static void language_plural__goes_by_the_rules_of_the_language(void **state)
{
    static const char TEXT[] = "%zu waiting, %zu active, %zu free (%s)";

    (void)state;
    assert_string_equal(language_plural(LANGUAGE_EN, "one", "many", 1), "one");
    assert_string_equal(language_plural(LANGUAGE_EN, "one", "many", 0), "many");
    assert_string_equal(language_plural(LANGUAGE_DE, TEXT, TEXT, 1),
                        "%zu wartet, %zu im Gespräch, %zu frei (%s)");
    assert_string_equal(language_plural(LANGUAGE_DE, TEXT, TEXT, 0),
                        "%zu warten, %zu im Gespräch, %zu frei (%s)");
}

static void agents_language__is_each_agents_own(void **state)
{
    struct story *s = story_begins();

    (void)state;
    reads(s, OTTO, LANGUAGE_DE);
    is_there(s, NINA);
    is_there(s, OTTO);
    visitor_comes(s, ADA, "");
    visitor_says(s, ADA, "Hello?");
    expect_notice(s, NINA, "— Visitor 1001 waits in Sales (chat 1001). Answer to take it");
    expect_notice(s, OTTO, "— Besucher 1001 wartet in Sales (Chat 1001). Antworte");
    agent_writes(s, NINA, "a1", "Hi!");
    expect_notice(s, OTTO, "— Nina hat diesen Chat übernommen.");
    agent_writes(s, OTTO, "b1", "Me!");
    expect_notice(s, OTTO, "— Der Besucher hat deine Nachricht nicht gesehen: Nina hat diesen");
    forget(s);
    story_ends(s);
}

static void agents_language__names_contacts_and_their_status(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    is_there(s, OTTO);
    visitor_says(s, ADA, "Hello?");
    expect(s, NAMED(ADAS, NINA, "Visitor 1001"));
    expect(s, NAMED(ADAS, OTTO, "Visitor 1001"));
    forget(s);
    fake_clock_pass(2 * SECOND);
    reads(s, OTTO, LANGUAGE_DE);
    expect(s, NAMED(ADAS, OTTO, "Besucher 1001"));
    expect_nothing_like(s, NAMED(ADAS, NINA, "*"));
    expect(s, "<presence from='" SALES "/desk' to='" OTTO "' when='held'>"
              "<status>1 wartet, 0 im Gespräch, 4 frei (geöffnet)</status></presence>");
    forget(s);
    story_ends(s);
}

static void agents_language__is_that_of_refusals_too(void **state)
{
    struct story *s = story_begins();

    (void)state;
    reads(s, NINA, LANGUAGE_DE);
    is_there(s, NINA);
    agent_writes(s, NINA, "a1", "Is there somebody?");
    expect(s, "<message from='" ADAS "' to='*' type='error' id='a1'><error type='cancel'>"
              "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
              "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Dieser Chat ist nicht mehr "
              "offen.</text></error></message>");
    forget(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(language_start__says_so__when_there_are_no_texts),
        cmocka_unit_test(language_text__needs_no_switch_between_two_languages),
        cmocka_unit_test(language_plural__goes_by_the_rules_of_the_language),
        cmocka_unit_test(agents_language__is_each_agents_own),
        cmocka_unit_test(agents_language__names_contacts_and_their_status),
        cmocka_unit_test(agents_language__is_that_of_refusals_too),
    };

    return cmocka_run_group_tests(tests, learn, NULL);
}
