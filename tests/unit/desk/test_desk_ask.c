/* Forms that agents send, and what visitors do with them. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define ANN "visitor-ann"
#define RETURN                                                                                     \
    "form return\ntitle Return\nfield order required text\nlabel Order\n"                          \
    "field reason optional choice\nlabel Why?\noption small\noption broken\n"                      \
    "field name optional text\nlabel Name\nfield more optional lines\nlabel More\n"

static const char *const of_sales[] = {"sales"};
static const char *const of_help[] = {"help"};
static const struct desk_form forms[] = {
    {"return", "Return", RETURN, of_sales, 1},
    {"hidden", "Hidden", "form hidden\ntitle Hidden\nfield a optional text\nlabel A\n", of_help, 1},
    {"all", "All", "form all\ntitle All\nfield a optional text\nlabel A\n", NULL, 0},
};

static struct story *story_of_forms(void)
{
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    has_department(s, "help", "eve");
    has_forms(s, forms, 3);
    story_begins(s);
    chat_goes_on(s, "bob", "ann");
    return s;
}

static enum desk_result asks(struct story *s, const char *agent, const char *form)
{
    enum desk_result result = desk_agent_ask(desk_of(s), now_of(s), agent, ANN, form, "Please:");
    story_turn(s);
    return result;
}

static enum desk_result takes_back(struct story *s, const char *agent)
{
    enum desk_result result = desk_agent_unask(desk_of(s), now_of(s), agent, ANN);
    story_turn(s);
    return result;
}

/* order NULL: it is declined. */
static enum desk_result answers(struct story *s, int64_t line, const char *id, const char *order,
                                const char *reason)
{
    const struct form_value values[] = {{"nobody", "asked"},
                                        {"order", order},
                                        {"reason", reason},
                                        {"name", "Ann"},
                                        {"more", "one\nOrder: 99"}};
    struct form_outcome out;
    enum desk_result result = desk_visitor_answer_form(
        desk_of(s), now_of(s), ANN,
        &(struct form_answer){
            .line = line, .sender_id = id, .declined = order == NULL, .filled = {values, 5}},
        &out);
    assert_true((result == DESK_OK || result == DESK_REPEATED) == (out.sequence > 0));
    assert_true((result == DESK_FORM) == (out.wrong != NULL));
    free(out.wrong);
    story_turn(s);
    return result;
}

static const struct entry_record *last(struct story *s)
{
    return desk_line(desk_of(s), ANN, last_entry(s, "ann"));
}

static void form__lists__those_of_the_department_of_the_chat(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    struct form_view view;
    assert_true(desk_form(desk_of(s), ANN, 0, &view));
    assert_string_equal(view.id, "return");
    assert_string_equal(view.title, "Return");
    assert_true(desk_form(desk_of(s), ANN, 1, &view));
    assert_string_equal(view.id, "all");
    assert_false(desk_form(desk_of(s), ANN, 2, &view));
    assert_false(desk_form(desk_of(s), "visitor-none", 0, &view));
    assert_int_equal(asks(s, BOB, "hidden"), DESK_FORM);
    assert_int_equal(asks(s, BOB, "none"), DESK_FORM);
    expect_nothing(s);
    story_ends(s);
}

static void ask__is_a_line__that_keeps_what_was_asked(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    assert_int_equal(asks(s, BOB, "return"), DESK_OK);
    const struct entry_record *e = last(s);
    assert_int_equal(e->kind, ENTRY_MESSAGE);
    assert_string_equal(e->event, "form");
    assert_string_equal(desk_asked(e), RETURN);
    assert_string_equal(e->body, "Please:\n\nReturn\n- Order *\n- Why? (small / broken)\n- Name\n"
                                 "- More");
    assert_int_equal(asks(s, BOB, "all"), DESK_REPEATED);
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", "form?");
    assert_null(desk_asked(last(s)));
    forget_what_was_told(s);
    story_ends(s);
}

static void ask__refuses__who_does_not_speak_in_the_chat(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    assert_int_equal(asks(s, EVE, "return"), DESK_FORBIDDEN);
    assert_int_equal(asks(s, "nobody@example.org", "return"), DESK_FORBIDDEN);
    assert_int_equal(desk_agent_ask(desk_of(s), now_of(s), BOB, "visitor-none", "return", ""),
                     DESK_NOT_FOUND);
    assert_int_equal(takes_back(s, BOB), DESK_REPEATED);
    assert_int_equal(asks(s, BOB, "return"), DESK_OK);
    assert_int_equal(takes_back(s, EVE), DESK_FORBIDDEN);
    agent_ends(s, "bob", "ann");
    assert_int_equal(asks(s, BOB, "return"), DESK_NOT_FOUND);
    assert_int_equal(takes_back(s, BOB), DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

static void answer_form__is_in_the_record__and_known_of_the_visitor(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    struct visitor_view v;
    asks(s, BOB, "return");
    int64_t line = last_entry(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(answers(s, line, "a1", "17", "broken"), DESK_OK);
    const struct entry_record *e = last(s);
    assert_true(desk_is_form_answer(e));
    assert_string_equal(e->event, "form-answered");
    assert_int_equal(e->about, line);
    assert_int_equal(desk_act(e), ACT_SAY);
    /* No line of a value can be taken for another field. */
    assert_string_equal(e->body, "Return\nOrder: 17\nWhy?: broken\nName: Ann\nMore: one\n"
                                 "    Order: 99");
    assert_true(desk_visitor(desk_of(s), ANN, &v));
    assert_string_equal(v.record->name, "Ann");
    assert_string_equal(v.record->fields, "order: 17\nreason: broken\nmore: one Order: 99\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void answer_form__is_taken__once(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    asks(s, BOB, "return");
    int64_t line = last_entry(s, "ann");
    assert_int_equal(answers(s, 0, "a1", "17", ""), DESK_OK); /* what waits */
    int64_t answer = last_entry(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(answers(s, line, "a1", "17", ""), DESK_REPEATED);
    assert_int_equal(answers(s, line, "a2", "18", ""), DESK_TOO_MANY);
    assert_int_equal(answers(s, line, "a3", NULL, ""), DESK_TOO_MANY);
    assert_int_equal(answers(s, 0, "a4", "18", ""), DESK_NOT_FOUND);
    expect_nothing(s);
    desk_restarts(s);
    assert_int_equal(answers(s, line, "a1", "17", ""), DESK_REPEATED);
    assert_int_equal(answers(s, line, "a5", "18", ""), DESK_TOO_MANY);
    assert_int_equal(last_entry(s, "ann") >= answer, true);
    forget_what_was_told(s);
    story_ends(s);
}

static void answer_form__is_looked_at__by_the_form_as_it_was_asked(void **state)
{
    (void)state;
    static const struct desk_form other[] = {
        {"return", "New", "form return\ntitle New\nfield x required text\nlabel X\n", NULL, 0}};
    struct story *s = story_of_forms();
    asks(s, BOB, "return");
    int64_t line = last_entry(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(answers(s, line, "a1", "", ""), DESK_FORM);
    assert_int_equal(answers(s, line, "a2", "17", "stolen"), DESK_FORM);
    assert_int_equal(answers(s, line, "a3", "1\n7", ""), DESK_FORM);
    expect_nothing(s);
    has_forms(s, other, 1);
    desk_is_configured(s);
    assert_int_equal(answers(s, line, "a4", "", ""), DESK_FORM);
    assert_int_equal(answers(s, line, "a5", "17", ""), DESK_OK);
    assert_int_equal(asks(s, BOB, "all"), DESK_FORM);
    assert_int_equal(asks(s, BOB, "return"), DESK_OK);
    assert_string_equal(desk_asked(last(s)), other[0].text);
    forget_what_was_told(s);
    story_ends(s);
}

static void answer_form__may_be__that_it_is_declined(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    struct visitor_view v;
    asks(s, BOB, "return");
    assert_int_equal(answers(s, last_entry(s, "ann"), "a1", NULL, ""), DESK_OK);
    assert_string_equal(last(s)->event, "form-declined");
    assert_string_equal(last(s)->body, "Return");
    assert_true(desk_visitor(desk_of(s), ANN, &v));
    assert_string_equal(v.record->fields, "");
    assert_int_equal(asks(s, BOB, "all"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void unask__takes_back__what_waits(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    asks(s, BOB, "return");
    int64_t line = last_entry(s, "ann");
    assert_int_equal(takes_back(s, BOB), DESK_OK);
    assert_string_equal(last(s)->event, "form-withdrawn");
    assert_int_equal(last(s)->about, line);
    assert_int_equal(answers(s, line, "a1", "17", ""), DESK_TOO_MANY);
    assert_int_equal(takes_back(s, BOB), DESK_REPEATED);
    assert_int_equal(asks(s, BOB, "return"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void answer_form__refuses__what_was_not_asked_and_an_ended_chat(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    int64_t hello = last_entry(s, "ann");
    assert_int_equal(answers(s, 0, "a1", "17", ""), DESK_NOT_FOUND);
    asks(s, BOB, "return");
    int64_t line = last_entry(s, "ann");
    assert_int_equal(answers(s, hello, "a2", "17", ""), DESK_NOT_FOUND);
    assert_int_equal(answers(s, line + 9, "a3", "17", ""), DESK_NOT_FOUND);
    agent_ends(s, "bob", "ann");
    assert_int_equal(answers(s, line, "a4", "17", ""), DESK_CLOSED);
    forget_what_was_told(s);
    story_ends(s);
}

/* A line to the agent, who owes an answer now; a refusal asks for none. */
static void answer_form__waits__for_the_agent(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    struct chat_view chat;
    asks(s, BOB, "all");
    assert_int_equal(answers(s, 0, "a1", NULL, ""), DESK_OK);
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(chat.asked, 0);
    asks(s, BOB, "return");
    assert_int_equal(answers(s, 0, "a2", "17", ""), DESK_OK);
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(chat.asked, now_of(s));
    agent_says(s, "bob", "ann", "thanks");
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(chat.asked, 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* What a field of the visitor cannot take stands in the record alone. */
static void answer_form__keeps__what_does_not_fit_into_fields(void **state)
{
    (void)state;
    struct story *s = story_of_forms();
    struct visitor_view v;
    char field[8];
    for (int i = 0; i < DESK_FIELDS; i++) {
        snprintf(field, sizeof field, "f%d", i);
        assert_int_equal(desk_agent_correct(desk_of(s), now_of(s), BOB, ANN, field, "x"), DESK_OK);
    }
    story_turn(s);
    asks(s, BOB, "return");
    assert_int_equal(answers(s, 0, "a1", "17", ""), DESK_OK);
    assert_true(desk_visitor(desk_of(s), ANN, &v));
    assert_null(strstr(v.record->fields, "order"));
    assert_non_null(strstr(last(s)->body, "Order: 17"));
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form__lists__those_of_the_department_of_the_chat),
        cmocka_unit_test(ask__is_a_line__that_keeps_what_was_asked),
        cmocka_unit_test(ask__refuses__who_does_not_speak_in_the_chat),
        cmocka_unit_test(answer_form__is_in_the_record__and_known_of_the_visitor),
        cmocka_unit_test(answer_form__is_taken__once),
        cmocka_unit_test(answer_form__is_looked_at__by_the_form_as_it_was_asked),
        cmocka_unit_test(answer_form__may_be__that_it_is_declined),
        cmocka_unit_test(unask__takes_back__what_waits),
        cmocka_unit_test(answer_form__refuses__what_was_not_asked_and_an_ended_chat),
        cmocka_unit_test(answer_form__waits__for_the_agent),
        cmocka_unit_test(answer_form__keeps__what_does_not_fit_into_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
