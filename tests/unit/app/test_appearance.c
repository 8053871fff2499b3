/* The answer before the click: whose look goes before whose, in which language. */
#include "config_test.h"
#include "words_test.h"

#include "appearance.h"

#include <jansson.h>

#define CONFIG                                                                                     \
    "domain: support.localhost\n"                                                                  \
    "server: {secret: hidden}\n"                                                                   \
    "web: {origins: [\"http://127.0.0.1:8080\"], widget: %s}\n"                                    \
    "storage: sqlite:tresen.db\n"                                                                  \
    "widget: {color: '#111', position: left, greeting: House, texts: [{key: open, text: House}, "  \
    "{key: open, language: de, text: Haus}, {key: hello, text: \"\\\"</script>\"}]}\n"             \
    "sites: [{id: other, origins: ['https://b.example'], widget: {color: '#222', launcher: text, " \
    "texts: [{key: open, text: Site}]}}]\n"                                                        \
    "departments:\n"                                                                               \
    "  - {id: sales, agents: [agent@localhost]}\n"                                                 \
    "  - {id: help, agents: [agent@localhost], widget: {color: '#333', absent: hide, texts: "      \
    "[{key: chat, language: de, text: Hilfe}]}}\n"                                                 \
    "invitations: [{id: a, text: A, after: 5s, departments: [sales]}]\n"

#define ASKING                                                                                     \
    "domain: support.localhost\n"                                                                  \
    "server: {secret: hidden}\n"                                                                   \
    "web: {origins: [\"http://127.0.0.1:8080\"], consent: yes}\n"                                  \
    "storage: sqlite:tresen.db\n"                                                                  \
    "sites: [{id: other, origins: ['https://b.example'], monitoring: yes, consent: yes}, "         \
    "{id: open, origins: ['https://c.example'], monitoring: yes}]\n"                               \
    "departments: [{id: sales, agents: [agent@localhost]}]\n"                                      \
    "invitations: [{id: a, text: A, after: 5s}]\n"

struct scene {
    struct words_folder folder;
    struct config *config;
    struct appearance *appearance;
};

static void scene_init(struct scene *s, const char *json)
{
    words_folder_init(&s->folder, WORDS);
    char *text = mem_print(CONFIG, s->folder.path);
    s->config = accept(text);
    free(text);
    if (json == NULL) {
        words_folder_finish(&s->folder);
    }
    s->appearance = appearance_create(s->folder.path);
}

static void scene_finish(struct scene *s)
{
    appearance_destroy(s->appearance);
    config_destroy(s->config);
    words_folder_finish(&s->folder);
}

static json_t *ask(struct scene *s, const char *department, const char *site, const char *language)
{
    char *text = appearance_print(
        s->appearance, s->config,
        &(struct appearance_question){
            .department = department, .site = site, .language = language, .availability = "away"});
    json_t *answer = json_loads(text, 0, NULL);
    assert_non_null(answer);
    free(text);
    return answer;
}

static const char *said(const json_t *answer, const char *key)
{
    const char *text = json_string_value(json_object_get(answer, key));
    return text != NULL ? text : "";
}

static const char *worded(const json_t *answer, const char *key)
{
    return said(json_object_get(answer, "texts"), key);
}

static void appearance_print__says__who_is_there_and_the_words(void **state)
{
    (void)state;
    struct scene s;
    scene_init(&s, WORDS);
    json_t *answer = ask(&s, "sales", NULL, "de");
    assert_string_equal(said(answer, "availability"), "away");
    assert_string_equal(said(answer, "domain"), "support.localhost");
    assert_string_equal(said(answer, "lang"), "de");
    assert_string_equal(said(answer, "dir"), "ltr");
    assert_string_equal(said(answer, "color"), "#111");
    assert_string_equal(said(answer, "position"), "left");
    assert_string_equal(said(answer, "greeting"), "House");
    assert_null(json_object_get(answer, "launcher"));
    assert_string_equal(worded(answer, "open"), "Haus");
    assert_string_equal(worded(answer, "chat"), "Da");
    assert_string_equal(worded(answer, "hello"), "\"</script>");
    json_decref(answer);
    scene_finish(&s);
}

static void appearance_print__lets__the_site_and_the_department_go_before_the_house(void **state)
{
    (void)state;
    struct scene s;
    scene_init(&s, WORDS);
    json_t *answer = ask(&s, "sales", "other", "de");
    assert_string_equal(said(answer, "color"), "#222");
    assert_string_equal(said(answer, "launcher"), "text");
    assert_string_equal(worded(answer, "open"), "Site");
    json_decref(answer);
    answer = ask(&s, "help", "other", "de");
    assert_string_equal(said(answer, "color"), "#333");
    assert_string_equal(said(answer, "launcher"), "text");
    assert_string_equal(said(answer, "absent"), "hide");
    assert_string_equal(worded(answer, "chat"), "Hilfe");
    json_decref(answer);
    answer = ask(&s, "help", "nowhere", "en");
    assert_string_equal(said(answer, "color"), "#333");
    assert_string_equal(worded(answer, "chat"), "Here");
    json_decref(answer);
    scene_finish(&s);
}

static void appearance_print__answers__unknown_languages_in_english(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        const char *answered;
    } CASES[] = {{NULL, "en"},    {"", "en"},         {"de-AT", "de"}, {"DE", "de"},
                 {"de_CH", "de"}, {"d", "en"},        {"deu", "en"},   {"ar", "ar"},
                 {"tlh", "en"},   {"%64%65", "en"},   {"\"}", "en"},   {"dededededede", "en"},
                 {"dir", "en"},   {"languages", "en"}};
    struct scene s;
    scene_init(&s, WORDS);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        json_t *answer = ask(&s, "sales", NULL, CASES[i].asked);
        assert_string_equal(said(answer, "lang"), CASES[i].answered);
        assert_string_equal(said(answer, "dir"),
                            strcmp(CASES[i].answered, "ar") == 0 ? "rtl" : "ltr");
        json_decref(answer);
    }
    scene_finish(&s);
}

/* Only while somebody is free: else nothing is asked. */
static void appearance_print__says__that_visitors_may_be_invited(void **state)
{
    (void)state;
    static const char *const STATES[] = {"unavailable", "dnd", "away", "chat"};
    struct scene s;
    scene_init(&s, WORDS);
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) {
        char *sales = appearance_print(s.appearance, s.config,
                                       &(struct appearance_question){.department = "sales",
                                                                     .language = "de",
                                                                     .availability = STATES[i]});
        char *help = appearance_print(s.appearance, s.config,
                                      &(struct appearance_question){.department = "help",
                                                                    .language = "de",
                                                                    .availability = STATES[i]});
        assert_int_equal(strstr(sales, "\"parts\":[\"invite\"]") != NULL,
                         strcmp(STATES[i], "chat") == 0);
        assert_null(strstr(help, "parts"));
        free(help);
        free(sales);
    }
    scene_finish(&s);
}

static void appearance_print__lets__what_begins_by_itself_wait_for_consent(void **state)
{
    (void)state;
    static const struct {
        const char *site;
        const char *state;
        const char *answered; /* NULL: no file begins by itself, nor waits */
    } CASES[] = {
        {"default", "away", NULL},
        {"default", "chat", "\"consented\":[\"invite\"],\"parts\":[\"consent\"]}"},
        {"other", "away", "\"consented\":[\"monitoring\"],\"parts\":[\"consent\"]}"},
        {"other", "chat", "\"consented\":[\"invite\",\"monitoring\"],\"parts\":[\"consent\"]}"},
        {"open", "chat", "\"parts\":[\"invite\",\"monitoring\"]}"},
    };
    struct config *config = accept(ASKING);
    struct appearance *appearance = appearance_create("/nowhere");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *text =
            appearance_print(appearance, config,
                             &(struct appearance_question){.department = "sales",
                                                           .site = CASES[i].site,
                                                           .language = "de",
                                                           .availability = CASES[i].state});
        if (CASES[i].answered != NULL) {
            assert_non_null(strstr(text, CASES[i].answered));
        } else {
            assert_null(strstr(text, "parts"));
        }
        assert_int_equal(strstr(text, "consented") != NULL,
                         CASES[i].answered != NULL && strcmp(CASES[i].site, "open") != 0);
        free(text);
    }
    appearance_destroy(appearance);
    config_destroy(config);
}

static const char *of_department(const json_t *answer, size_t at, const char *key)
{
    return said(json_array_get(json_object_get(answer, "departments"), at), key);
}

/* Their own looks and words come when one has been chosen. */
static void appearance_print__lists__several_departments(void **state)
{
    (void)state;
    time_ms monday;
    assert_true(clock_read("2026-03-30T07:00:00Z", &monday));
    struct scene s;
    scene_init(&s, WORDS);
    const struct appearance_department list[] = {
        {.id = "help", .name = "Help \"</script>", .availability = "unavailable", .opens = monday},
        {.id = "sales", .name = "Sales", .availability = "away"},
    };
    struct appearance_question q = {.site = "other",
                                    .language = "de",
                                    .availability = "away",
                                    .several = list,
                                    .count = sizeof list / sizeof *list};
    char *text = appearance_print(s.appearance, s.config, &q);
    json_t *answer = json_loads(text, 0, NULL);
    free(text);
    assert_string_equal(said(answer, "availability"), "away");
    assert_string_equal(said(answer, "color"), "#222");
    assert_string_equal(worded(answer, "chat"), "Da");
    assert_int_equal(json_array_size(json_object_get(answer, "departments")), 2);
    assert_string_equal(of_department(answer, 0, "id"), "help");
    assert_string_equal(of_department(answer, 0, "name"), "Help \"</script>");
    assert_string_equal(of_department(answer, 0, "availability"), "unavailable");
    assert_string_equal(of_department(answer, 0, "opens"), "2026-03-30T07:00:00.000Z");
    assert_string_equal(of_department(answer, 1, "id"), "sales");
    assert_string_equal(of_department(answer, 1, "opens"), "");
    assert_null(json_object_get(answer, "parts"));
    json_decref(answer);
    /* One that invites, and has somebody, is enough; of the other it does not count. */
    struct appearance_department free_ones[] = {list[0], list[1]};
    free_ones[0].availability = "chat";
    q.several = free_ones;
    q.site = NULL;
    text = appearance_print(s.appearance, s.config, &q);
    assert_null(strstr(text, "parts"));
    free(text);
    free_ones[1].availability = "chat";
    text = appearance_print(s.appearance, s.config, &q);
    assert_non_null(strstr(text, "\"parts\":[\"invite\"]"));
    free(text);
    scene_finish(&s);
}

static void appearance_print__says__who_is_there_where_no_words_are_known(void **state)
{
    (void)state;
    struct scene s;
    scene_init(&s, NULL);
    json_t *answer = ask(&s, "help", NULL, "de");
    assert_string_equal(said(answer, "availability"), "away");
    assert_string_equal(said(answer, "color"), "#333");
    assert_null(json_object_get(answer, "texts"));
    assert_null(json_object_get(answer, "lang"));
    json_decref(answer);
    scene_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appearance_print__says__who_is_there_and_the_words),
        cmocka_unit_test(appearance_print__lets__the_site_and_the_department_go_before_the_house),
        cmocka_unit_test(appearance_print__answers__unknown_languages_in_english),
        cmocka_unit_test(appearance_print__says__that_visitors_may_be_invited),
        cmocka_unit_test(appearance_print__lets__what_begins_by_itself_wait_for_consent),
        cmocka_unit_test(appearance_print__lists__several_departments),
        cmocka_unit_test(appearance_print__says__who_is_there_where_no_words_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
