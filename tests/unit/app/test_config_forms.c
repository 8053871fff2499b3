/* Forms that agents send, in the configuration file. */
#include "config_test.h"

#define FORM BASE "forms:\n  - id: return\n    title: Return of goods\n"
#define FIELDS FORM "    fields:\n"

static void config_parse__takes__forms(void **state)
{
    (void)state;
    struct config *c =
        accept(FORM "    instructions: For a label.\n    departments: [sales]\n"
                    "    fields:\n"
                    "      - {id: order, label: Number, answer: required}\n"
                    "      - {id: why, label: Why?, kind: choice,"
                    " options: [too small, broken]}\n"
                    "      - {id: email, label: E-mail, kind: email, answer: off}\n");
    assert_int_equal(c->form_count, 1);
    const struct config_asked *f = &c->forms[0];
    assert_string_equal(f->id, "return");
    assert_string_equal(f->title, "Return of goods");
    assert_string_equal(f->instructions, "For a label.");
    assert_int_equal(f->department_count, 1);
    assert_int_equal(f->field_count, 3);
    assert_int_equal(f->fields[0].answer, CONFIG_FORM_REQUIRED);
    assert_int_equal(f->fields[0].kind, CONFIG_FORM_TEXT);
    assert_int_equal(f->fields[1].answer, CONFIG_FORM_OPTIONAL);
    assert_string_equal(f->fields[1].options[0], "too small");
    assert_int_equal(f->fields[2].answer, CONFIG_FORM_OFF);
    config_destroy(c);
}

static void config_parse__refuses__forms_that_do_not_fit(void **state)
{
    (void)state;
    refuse(FORM, "t.yml:8: forms[0].fields: is missing");
    refuse(FORM "    fields: []\n", "forms[0].fields: is empty");
    refuse(FIELDS "      - {id: a, label: A, answer: off}\n", "forms[0].fields: asks nothing");
    refuse(FIELDS "      - {id: a, label: A, options: [x, y]}\n",
           "t.yml:11: forms[0].fields[0].options: is only for a choice");
    refuse(FIELDS "      - {id: a, label: A, kind: choice, options: [x]}\n", "must have 2 to 20");
    refuse(FIELDS "      - {id: a, label: A, kind: choice}\n", "must have 2 to 20");
    refuse(FIELDS "      - {id: a, label: A, kind: choice, options: [x, y, x]}\n",
           "has \"x\" twice");
    refuse(FIELDS "      - {id: email, label: E}\n", "must be email for the field email");
    refuse(FIELDS "      - {id: a, label: A}\n      - {id: a, label: B}\n",
           "t.yml:12: forms[0].fields[1].id: \"a\" is there twice");
    refuse(FIELDS "      - {id: a, label: A}\n    departments: [nobody]\n",
           "forms[0].departments: \"nobody\" is no department");
    refuse(FIELDS "      - {id: a, label: A}\n  - {id: return, title: X, fields: "
                  "[{id: a, label: A}]}\n",
           "forms[1].id: \"return\" is there twice");
    refuse(BASE "forms: [{id: '--', title: X, fields: [{id: a, label: A}]}]\n",
           "forms[0].id: must have a letter");
}

#define ASKS                                                                                       \
    "domain: support.localhost\nserver: {secret: hidden}\nstorage: sqlite:tresen.db\n"             \
    "web: {origins: [\"http://127.0.0.1:8080\"]}\n"                                                \
    "departments: [{id: sales, agents: [agent@localhost], form: {ask: contact}%s}]\n"              \
    "forms: [{id: contact, title: Contact, %s}]\n"

static void config_parse__refuses__what_cannot_be_asked_before_a_chat(void **state)
{
    (void)state;
    static const struct {
        const char *department;
        const char *form;
        const char *complaint; /* NULL: it is good */
    } CASES[] = {
        {", rules: [{field: topic, is: billing, priority: high}]",
         "fields: [{id: topic, label: T, kind: choices, options: [Billing, Rest]},"
         " {id: news, label: N, kind: tick}, {id: bill, label: B, pattern: 'RE-####'}]",
         NULL},
        {"", "fields: [{id: email, label: E, kind: email}]",
         "departments[0].form.ask: \"contact\" has a field email"},
        {"", "fields: [{id: monitoring, label: E, kind: tick}]",
         "departments[0].form.ask: \"contact\" has a field monitoring"},
        {"", "fields: [{id: a, label: A, kind: lines, pattern: '##'}]",
         "forms[0].fields[0].pattern: is only for a text"},
        {"", "fields: [{id: a, label: A, pattern: 'abc'}]", "must have a #, @ or ?"},
        {"", "fields: [{id: a, label: A, pattern: '#  #'}]", "has a blank where none is kept"},
        {"", "fields: [{id: a, label: A, kind: tick, options: [x, y]}]", "is only for a choice"},
        {"", "fields: [{id: a, label: A, kind: choices, options: [x]}]", "must have 2 to 20"},
        {", rules: [{field: topic, priority: high}]", "fields: [{id: a, label: A}]",
         "departments[0].rules[0]: field and is belong together"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *text = mem_print(ASKS, CASES[i].department, CASES[i].form);
        if (CASES[i].complaint != NULL) {
            refuse(text, CASES[i].complaint);
        } else {
            config_destroy(accept(text));
        }
        free(text);
    }
}

/* Twelve fields, and one more; options that are long, and one that is too long. */
static void config_parse__knows__how_long_a_form_may_be(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        char *text = mem_dup(FIELDS);
        for (int i = 0; i < 12 + more; i++) {
            char *next = mem_print("%s      - {id: a%d, label: A}\n", text, i);
            free(text);
            text = next;
        }
        if (more > 0) {
            refuse(text, "forms[0].fields: has 13 items; at most 12 are possible");
        } else {
            config_destroy(accept(text));
        }
        free(text);
    }
    char *text = mem_dup(FIELDS);
    for (int i = 0; i < 4; i++) {
        char *next = mem_print("%s      - {id: a%d, label: A, kind: choice, options: [", text, i);
        free(text);
        text = next;
        for (int k = 0; k < 20; k++) {
            next = mem_print("%s%s%050d", text, k > 0 ? ", " : "", k);
            free(text);
            text = next;
        }
        next = mem_print("%s]}\n", text);
        free(text);
        text = next;
    }
    refuse(text, "forms[0]: is too long");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_parse__takes__forms),
        cmocka_unit_test(config_parse__refuses__forms_that_do_not_fit),
        cmocka_unit_test(config_parse__refuses__what_cannot_be_asked_before_a_chat),
        cmocka_unit_test(config_parse__knows__how_long_a_form_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
