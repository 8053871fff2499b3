/* How the widget looks, in the configuration file: texts are checked by the widget's own words. */
#include "config_test.h"
#include "words_test.h"

#define LOOKS                                                                                      \
    "domain: support.localhost\n"                                                                  \
    "server: {secret: hidden}\n"                                                                   \
    "web: {origins: [\"http://127.0.0.1:8080\"], widget: %s}\n"                                    \
    "storage: sqlite:tresen.db\n"                                                                  \
    "departments:\n"                                                                               \
    "  - id: sales\n"                                                                              \
    "    agents: [agent@localhost]\n"                                                              \
    "    widget:\n"                                                                                \
    "      %s\n"
#define TEXTS(texts) "texts: [" texts "]"

/* complaint NULL: it is taken. */
static void look(const char *json, const char *widget, const char *complaint)
{
    struct words_folder folder;
    words_folder_init(&folder, json);
    char *text = mem_print(LOOKS, folder.path, widget);
    if (complaint != NULL) {
        refuse(text, complaint);
    } else {
        config_destroy(accept(text));
    }
    free(text);
    words_folder_finish(&folder);
}

static void config_parse__takes__looks_of_house_sites_and_departments(void **state)
{
    (void)state;
    struct words_folder folder;
    words_folder_init(&folder, WORDS);
    char *text = mem_print(
        LOOKS "widget: {color: '#05A', greeting: Moin!}\n"
              "sites:\n  - {id: other, origins: ['https://b.example'], widget: {launcher: text}}\n",
        folder.path,
        "{color: \"#0b5cad\", position: left, absent: hide, texts: [{key: said, language: de, "
        "text: \"{text} von {name}\"}, {key: said, text: \"{}\"}]}");
    struct config *c = accept(text);
    assert_string_equal(c->look.color, "#05A");
    assert_string_equal(c->look.greeting, "Moin!");
    assert_int_equal(c->look.position, CONFIG_POSITION_DEFAULT);
    assert_int_equal(c->look.launcher, CONFIG_LAUNCHER_DEFAULT);
    assert_int_equal(c->look.absent, CONFIG_ABSENT_DEFAULT);
    assert_int_equal(c->sites[1].look.launcher, CONFIG_LAUNCHER_TEXT);
    const struct config_look *l = &c->departments[0].look;
    assert_string_equal(l->color, "#0b5cad");
    assert_int_equal(l->position, CONFIG_POSITION_LEFT);
    assert_int_equal(l->absent, CONFIG_ABSENT_HIDE);
    assert_int_equal(l->text_count, 2);
    assert_string_equal(l->texts[0].key, "said");
    assert_string_equal(l->texts[0].language, "de");
    assert_null(l->texts[1].language);
    config_destroy(c);
    free(text);
    words_folder_finish(&folder);
}

static void config_parse__refuses__looks_that_are_none(void **state)
{
    (void)state;
    look(WORDS, "color: '#12345g'", "t.yml:9: departments[0].widget.color: must be a colour");
    look(WORDS, "color: '#1234'", "must be a colour");
    look(WORDS, "color: 'red; x: y'", "must be a colour");
    look(WORDS, "position: top", "departments[0].widget.position: must be one of: default left");
    look(WORDS, "absent: never", "departments[0].widget.absent: must be one of: default show");
    look(WORDS, "colour: '#fff'", "did you mean \"color\"?");
    char greeting[220] = "greeting: ";
    memset(greeting + 10, 'x', 200);
    look(WORDS, greeting, NULL);
    greeting[210] = 'x';
    look(WORDS, greeting, "departments[0].widget.greeting: is longer than 200 characters");
}

static void config_parse__refuses__texts_that_the_widget_has_not(void **state)
{
    (void)state;
    look(WORDS, TEXTS("{key: hello, text: Moin}"), NULL);
    look(WORDS, TEXTS("{key: helo, text: Moin}"),
         "t.yml:9: departments[0].widget.texts[0].key: is no text of the widget; did you mean "
         "\"hello\"?");
    look(WORDS, TEXTS("{key: somethingelse, text: Moin}"), "there are: open chat hello said");
    look(WORDS, TEXTS("{key: hello, text: ''}"), "texts[0].text: is empty");
    look(WORDS, TEXTS("{key: hello, text: A}, {key: hello, language: de, text: B}"), NULL);
    look(WORDS, TEXTS("{key: hello, text: A}, {key: hello, text: B}"),
         "texts[1].key: \"hello\" is there twice");
    look(WORDS, TEXTS("{key: hello, language: fr, text: A}"),
         "texts[0].language: is no language of the widget; there are: en ar de");
    look(WORDS, TEXTS("{key: hello, language: de-AT, text: A}"),
         "texts[0].language: must be 1 to 8");
    look(WORDS, TEXTS("{key: hello, text: 'Hi {name}'}"),
         "texts[0].text: has {name}, but nothing is filled in here");
    look(WORDS, TEXTS("{key: said, text: '{nam} wrote {text}'}"),
         "texts[0].text: has {nam}; what is filled in here: name text");
    look(WORDS, TEXTS("{key: said, text: '{name'}"), NULL);
}

static void config_parse__refuses__texts_without_a_widget_that_tells_its_own(void **state)
{
    (void)state;
    look(NULL, "color: '#fff'", NULL);
    look(NULL, TEXTS("{key: hello, text: Moin}"), "departments[0].widget.texts[0].key: /tmp/");
    look("{}", TEXTS("{key: hello, text: Moin}"), "these are not the words of a widget");
    look("{\"languages\": {\"en\": {\"dir\": \"ltr\", \"launcher\": {\"open\": 1}}}, \"texts\": "
         "{\"a\": \"\"}}",
         TEXTS("{key: hello, text: Moin}"), "these are not the words of a widget");
    refuse(BASE "widget: {texts: [{key: hello, text: Moin}]}\n", "widget.texts[0].key: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__takes__looks_of_house_sites_and_departments),
        cmocka_unit_test(config_parse__refuses__looks_that_are_none),
        cmocka_unit_test(config_parse__refuses__texts_that_the_widget_has_not),
        cmocka_unit_test(config_parse__refuses__texts_without_a_widget_that_tells_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
