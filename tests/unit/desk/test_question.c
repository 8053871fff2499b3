/* A form as it was asked: its text, its words, what fits. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT                                                                                       \
    "form return\ntitle Return of goods\ninstructions For a label.\n"                              \
    "field order required text\nlabel Number of the order\n"                                       \
    "field reason optional choice\nlabel Why?\noption too small\noption broken\n"                  \
    "field more optional lines\nlabel More\nfield email required email\nlabel E-mail\n"            \
    "field parts optional choices\nlabel Parts\noption left\noption right\n"                       \
    "field terms required tick\nlabel Terms\nfield bill optional text\nlabel Bill\n"               \
    "pattern RE-####\n"

static void question_read__gives__what_question_print_wrote(void **state)
{
    (void)state;
    struct question *q = question_read(TEXT);
    assert_non_null(q);
    assert_string_equal(q->id, "return");
    assert_string_equal(q->title, "Return of goods");
    assert_string_equal(q->instructions, "For a label.");
    assert_int_equal(q->field_count, 7);
    assert_int_equal(q->fields[4].kind, QUESTION_CHOICES);
    assert_int_equal(q->fields[5].kind, QUESTION_TICK);
    assert_null(q->fields[5].pattern);
    assert_string_equal(q->fields[6].pattern, "RE-####");
    assert_string_equal(q->fields[0].id, "order");
    assert_true(q->fields[0].required);
    assert_int_equal(q->fields[1].kind, QUESTION_CHOICE);
    assert_int_equal(q->fields[1].option_count, 2);
    assert_string_equal(q->fields[1].options[0], "too small");
    assert_false(q->fields[1].required);
    assert_int_equal(q->fields[2].kind, QUESTION_LINES);
    assert_int_equal(q->fields[3].kind, QUESTION_EMAIL);
    char *text = question_print(q);
    assert_string_equal(text, TEXT);
    free(text);
    question_destroy(q);
    question_destroy(NULL);
}

static void question_read__refuses__what_is_none(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "",
        "hello",
        "form x\ntitle X\n",
        "form x\nfield a required\n",
        "form x\nfield a required blob\nlabel A\n",
        "form x\nlabel A\n",
        "form x\noption A\n",
        "form x\npattern #\n",
        "form x\nfield a required text\nlabel A\ncolour red\n",
        "title X\nfield a required text\nlabel A\n",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        assert_null(question_read(WRONG[i]));
    }
}

/* One more field, or option, than there may be. */
static void question_read__has__a_limit(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        char *fields = mem_dup("form x\ntitle X\n");
        char *options = mem_dup("form x\ntitle X\nfield a required choice\nlabel A\n");
        for (size_t i = 0; i < QUESTION_FIELDS + more; i++) {
            char *next = mem_print("%sfield a%zu optional text\nlabel A\n", fields, i);
            free(fields);
            fields = next;
        }
        for (size_t i = 0; i < QUESTION_OPTIONS + more; i++) {
            char *next = mem_print("%soption %zu\n", options, i);
            free(options);
            options = next;
        }
        struct question *many = question_read(fields);
        struct question *choice = question_read(options);
        assert_true((many != NULL) == (more == 0));
        assert_true((choice != NULL) == (more == 0));
        question_destroy(many);
        question_destroy(choice);
        free(fields);
        free(options);
    }
}

static void question_words__are__what_a_stock_client_shows(void **state)
{
    (void)state;
    struct question *q = question_read(TEXT);
    char *words = question_words_dup(q, "");
    assert_string_equal(words, "Return of goods\nFor a label.\n- Number of the order *\n"
                               "- Why? (too small / broken)\n- More\n- E-mail *\n"
                               "- Parts (left / right)\n- Terms *\n- Bill");
    free(words);
    words = question_words_dup(q, "Please:");
    assert_int_equal(strncmp(words, "Please:\n\nReturn of goods\n", 25), 0);
    free(words);
    question_destroy(q);
}

static bool fits(enum question_kind kind, const char *id, bool required, const char *value)
{
    const struct question_field f = {.id = id,
                                     .label = "L",
                                     .kind = kind,
                                     .required = required,
                                     .options = {"one", "two"},
                                     .option_count = 2};
    return question_fits(&f, value);
}

/* A value of so many letters. */
static bool fits_long(enum question_kind kind, const char *id, size_t letters)
{
    char *value = mem_alloc(letters + 1);
    memset(value, 'x', letters);
    bool is = fits(kind, id, false, value);
    free(value);
    return is;
}

static void question_fits__looks_at__what_is_required_and_how_long_it_is(void **state)
{
    (void)state;
    assert_true(fits(QUESTION_TEXT, "a", false, ""));
    assert_false(fits(QUESTION_TEXT, "a", true, ""));
    assert_true(fits(QUESTION_TEXT, "a", true, "x"));
    assert_false(fits(QUESTION_TEXT, "a", true, "x\ny"));
    assert_true(fits(QUESTION_LINES, "a", true, "x\ny"));
    assert_true(fits_long(QUESTION_TEXT, "a", QUESTION_TEXT_POINTS));
    assert_false(fits_long(QUESTION_TEXT, "a", QUESTION_TEXT_POINTS + 1));
    assert_true(fits_long(QUESTION_LINES, "a", QUESTION_LINES_POINTS));
    assert_false(fits_long(QUESTION_LINES, "a", QUESTION_LINES_POINTS + 1));
    assert_true(fits_long(QUESTION_TEXT, "name", QUESTION_NAME_POINTS));
    assert_false(fits_long(QUESTION_TEXT, "name", QUESTION_NAME_POINTS + 1));
}

static void question_fits__looks_at__options_and_addresses(void **state)
{
    (void)state;
    assert_true(fits(QUESTION_CHOICE, "a", true, "two"));
    assert_false(fits(QUESTION_CHOICE, "a", true, "three"));
    assert_false(fits(QUESTION_CHOICE, "a", true, "one\ntwo"));
    assert_true(fits(QUESTION_CHOICE, "a", false, ""));
    assert_true(fits(QUESTION_EMAIL, "a", true, "a@b.example"));
    assert_false(fits(QUESTION_EMAIL, "a", true, "a b"));
    assert_false(fits_long(QUESTION_EMAIL, "a", 300));
    assert_true(fits(QUESTION_CHOICES, "a", true, "two\none"));
    assert_false(fits(QUESTION_CHOICES, "a", true, "two\nthree"));
    assert_false(fits(QUESTION_CHOICES, "a", true, "two\none\ntwo")); /* more than there are */
    assert_false(fits(QUESTION_CHOICES, "a", true, "two\n"));
    assert_false(fits(QUESTION_CHOICES, "a", true, ""));
}

static void question_fits__looks_at__boxes_and_patterns(void **state)
{
    (void)state;
    assert_true(fits(QUESTION_TICK, "a", true, "yes"));
    assert_false(fits(QUESTION_TICK, "a", true, "no"));
    assert_true(fits(QUESTION_TICK, "a", false, "no"));
    assert_false(fits(QUESTION_TICK, "a", false, "1")); /* filled.h makes it "yes" */
    const struct question_field bill = {.id = "a", .kind = QUESTION_TEXT, .pattern = "RE-####"};
    assert_true(question_fits(&bill, "re-0042"));
    assert_true(question_fits(&bill, ""));
    assert_false(question_fits(&bill, "RE-42"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question_read__gives__what_question_print_wrote),
        cmocka_unit_test(question_read__refuses__what_is_none),
        cmocka_unit_test(question_read__has__a_limit),
        cmocka_unit_test(question_words__are__what_a_stock_client_shows),
        cmocka_unit_test(question_fits__looks_at__what_is_required_and_how_long_it_is),
        cmocka_unit_test(question_fits__looks_at__options_and_addresses),
        cmocka_unit_test(question_fits__looks_at__boxes_and_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
