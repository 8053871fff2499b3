/* Invitations: in the configuration file, and as pages are told them. */
#include "config_test.h"

#include "invitation.h"

#include <jansson.h>

#define SITE "sites: [{id: shop, origins: [\"https://shop.example\"]}]\n"
#define ONE SITE BASE "invitations:\n  - {id: cart, text: Hello, "

static void config_parse__takes__invitations(void **state)
{
    (void)state;
    struct config *c = accept(
        BASE "invitations:\n"
             "  - id: cart\n    text: May I help?\n"
             "    texts: [{language: de, text: Kann ich helfen?}]\n"
             "    departments: [sales]\n    sites: [default]\n    page: /checkout\n"
             "    after: 1h\n    scroll: 100\n    returns: yes\n    leaves: yes\n"
             "    attribute: cart\n    attribute_min: 100\n    visits: 1000\n    rest: 720h\n"
             "  - {id: plain, text: Hello, after: 30s}\n");
    assert_int_equal(c->invitation_count, 2);
    const struct config_invitation *own = &c->invitations[0];
    assert_string_equal(own->id, "cart");
    assert_string_equal(own->texts[0].text, "Kann ich helfen?");
    assert_string_equal(own->departments[0], "sales");
    assert_int_equal(own->after_s, 3600);
    assert_int_equal(own->scroll, 100);
    assert_true(own->returns && own->leaves);
    assert_int_equal(own->rest_s, 720 * 3600);
    assert_int_equal(c->invitations[1].rest_s, 24 * 3600);
    assert_null(c->invitations[1].page);
    config_destroy(c);
}

static void config_parse__refuses__invitations_that_do_not_fit(void **state)
{
    (void)state;
    refuse(ONE "after: 1h}\n  - {id: cart, text: A, after: 1s}\n",
           "t.yml:10: invitations[1].id: \"cart\" is there twice");
    refuse(ONE "rest: 1h}\n", "invitations[0].id: has no condition");
    refuse(ONE "after: 1s, departments: [none]}\n", "departments: \"none\" is no department");
    refuse(ONE "after: 1s, sites: [other]}\n", "sites: \"other\" is no site");
    refuse(ONE "after: 1s, attribute_min: 3}\n", "attribute_min: is of an attribute");
    refuse(ONE "after: 1s, texts: [{language: de, text: A}, {language: de, text: B}]}\n",
           "texts: has \"de\" twice");
    refuse(ONE "after: 2h}\n", "after: must be a time");
    refuse(ONE "scroll: 101}\n", "scroll");
    refuse(ONE "visits: 1001}\n", "visits");
    refuse(ONE "rest: 721h, after: 1s}\n", "rest: must be a time");
    refuse(ONE "page: checkout}\n", "page");
    refuse(ONE "attribute: 'a b'}\n", "attribute");
    char *text = mem_print(BASE "invitations: [{id: a, after: 1s, text: '%0201d'}]\n", 1);
    refuse(text, "text");
    free(text);
}

static json_t *ask(const struct config *c, const char *department, const char *site,
                   const char *language, const char *agent)
{
    char *text = invitation_print(c, &(struct invitation_question){
                                         .department = department,
                                         .site = site,
                                         .language = language,
                                         .agent = agent,
                                     });
    json_t *answer = json_loads(text, 0, NULL);

    assert_non_null(answer);
    free(text);
    return answer;
}

static const char *rule_text(const json_t *answer, size_t at, const char *name)
{
    const json_t *rule = json_array_get(json_object_get(answer, "rules"), at);
    const char *text = json_string_value(json_object_get(rule, name));

    return text != NULL ? text : "";
}

static void invitation_print__tells__those_of_the_department_and_site(void **state)
{
    (void)state;
    struct config *c = accept(
        SITE BASE
        "  - {id: help, agents: [agent@localhost]}\n"
        "invitations:\n"
        "  - {id: a, text: A, texts: [{language: de, text: Ä}], departments: [sales], after: 5s, "
        "leaves: yes}\n"
        "  - {id: b, text: B, sites: [shop], scroll: 50}\n");
    assert_true(invitation_is_any(c, "sales", NULL));
    assert_true(invitation_is_any(c, "help", "shop"));
    assert_false(invitation_is_any(c, "help", "default"));
    json_t *answer = ask(c, "sales", "shop", "de", "Nina");
    assert_string_equal(json_string_value(json_object_get(answer, "agent")), "Nina");
    assert_string_equal(rule_text(answer, 0, "text"), "Ä");
    assert_string_equal(rule_text(answer, 1, "id"), "b");
    const json_t *rule = json_array_get(json_object_get(answer, "rules"), 0);
    assert_int_equal(json_integer_value(json_object_get(rule, "after")), 5);
    assert_int_equal(json_integer_value(json_object_get(rule, "rest")), 24 * 3600);
    assert_true(json_is_true(json_object_get(rule, "leaves")));
    assert_null(json_object_get(rule, "returns"));
    assert_null(json_object_get(rule, "page"));
    json_decref(answer);
    answer = ask(c, "help", NULL, "\"}", NULL);
    assert_null(json_object_get(answer, "agent"));
    assert_null(json_object_get(answer, "department"));
    assert_int_equal(json_array_size(json_object_get(answer, "rules")), 0);
    json_decref(answer);
    char *text = invitation_print(
        c, &(struct invitation_question){.department = "sales", .is_of_several = true});
    assert_non_null(strstr(text, "\"department\":\"sales\""));
    free(text);
    assert_string_equal(invitation_text(c, "a", "sales", "default", "de-AT"), "Ä");
    assert_string_equal(invitation_text(c, "a", "sales", "default", "fr"), "A");
    assert_null(invitation_text(c, "a", "help", "default", "de"));
    assert_null(invitation_text(c, "b", "sales", "default", "de"));
    assert_null(invitation_text(c, "c", "sales", "shop", "de"));
    config_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__takes__invitations),
        cmocka_unit_test(config_parse__refuses__invitations_that_do_not_fit),
        cmocka_unit_test(invitation_print__tells__those_of_the_department_and_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
