/* What visitors are asked before a chat begins. */
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/prechat.h"
#include "desk/question.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"
#define TOPIC                                                                                      \
    "form contact\ntitle Contact\nfield topic required choices\nlabel Topic\noption Billing\n"     \
    "option Delivery\nfield order optional text\nlabel Order\npattern RE-####\n"                   \
    "field news optional tick\nlabel News\n"
#define OPTIONAL "form contact\ntitle Contact\nfield order optional text\nlabel Order\n"

static struct story *story_of_form(const char *form)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    asks_before(s, form);
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    return s;
}

static enum desk_result says(struct story *s, const char *body)
{
    return visitor_tries(s, "ann", "sales", "", body);
}

static enum desk_result fills_in(struct story *s, const char *topic, const char *order,
                                 const char *news)
{
    const struct form_value values[] = {
        {"nobody", "asked"}, {"topic", topic}, {"order", order}, {"news", news}};

    return desk_visitor_prechat(desk_of(s), now_of(s), ANN, "sales", &(struct filled){values, 4});
}

static const char *known_of(struct story *s)
{
    struct visitor_view v;

    assert_true(desk_visitor(desk_of(s), ANN, &v));
    return v.record->fields;
}

static void a_chat__begins__with_what_was_filled_in(void **state)
{
    (void)state;
    struct story *s = story_of_form(TOPIC);

    assert_string_equal(desk_prechat(desk_of(s), ANN, "sales")->id, "contact");
    assert_int_equal(says(s, "hello?"), DESK_FORM);
    assert_int_equal(fills_in(s, "Billing\nDelivery", "re-0042", "1"), DESK_OK);
    assert_string_equal(known_of(s), "topic: Billing, Delivery\norder: re-0042\nnews: yes\n");
    assert_null(desk_prechat(desk_of(s), ANN, "sales"));
    assert_int_equal(fills_in(s, "Billing", "", ""), DESK_NOT_FOUND);
    assert_int_equal(says(s, "hello?"), DESK_OK);
    const struct entry_record *e = desk_chat_entry(desk_of(s), ANN, 0);
    assert_int_equal(e->kind, ENTRY_NOTICE);
    assert_int_equal(e->by, BY_VISITOR);
    assert_true(desk_tells_of_form(e) && !desk_is_form_answer(e));
    assert_string_equal(e->body,
                        "Contact\nTopic: Billing\n    Delivery\nOrder: re-0042\nNews: \u2713");
    assert_string_equal(desk_chat_entry(desk_of(s), ANN, 1)->body, "hello?");
    assert_int_equal(says(s, "one more"), DESK_OK);
    assert_null(desk_prechat(desk_of(s), ANN, "sales"));
    forget_what_was_told(s);
    story_ends(s);
}

/* Agents read it with the offer, before the line. */
static void an_offer__tells__what_was_filled_in(void **state)
{
    (void)state;
    struct story *s = story_of_form(TOPIC);

    assert_int_equal(fills_in(s, "Billing", "", "0"), DESK_OK);
    forget_what_was_told(s);
    assert_int_equal(says(s, "hello?"), DESK_OK);
    expect_notice(s, "ann", "form-answered", "");
    expect_own_line(s, "ann", "hello?");
    expect_offer(s, "bob", "ann");
    expect_agent_hears(s, "bob", "ann", "Contact\nTopic: Billing\nNews: \u2717");
    expect_agent_hears(s, "bob", "ann", "hello?");
    forget_what_was_told(s);
    story_ends(s);
}

static void what_does_not_fit__is_not_taken(void **state)
{
    (void)state;
    struct story *s = story_of_form(TOPIC);

    assert_int_equal(fills_in(s, "", "RE-0042", ""), DESK_FORM);
    assert_int_equal(fills_in(s, "Weather", "", ""), DESK_FORM);
    assert_int_equal(fills_in(s, "Billing\nBilling\nBilling", "", ""), DESK_FORM);
    assert_int_equal(fills_in(s, "Billing", "RE-004", ""), DESK_FORM);
    assert_int_equal(fills_in(s, "Billing", "", "perhaps"), DESK_FORM);
    assert_string_equal(known_of(s), "");
    assert_int_equal(says(s, "hello?"), DESK_FORM);
    const struct form_value other = {"name", "Ann"};
    assert_int_equal(
        desk_visitor_prechat(desk_of(s), now_of(s), ANN, "sales", &(struct filled){&other, 1}),
        DESK_NOT_FOUND);
    assert_int_equal(desk_visitor_prechat(desk_of(s), now_of(s), "visitor-x", "sales",
                                          &(struct filled){&other, 1}),
                     DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

static void each_chat__is_asked__anew(void **state)
{
    (void)state;
    struct story *s = story_of_form(TOPIC);

    assert_int_equal(fills_in(s, "Billing", "", ""), DESK_OK);
    assert_int_equal(says(s, "hello?"), DESK_OK);
    assert_int_equal(desk_visitor_end(desk_of(s), now_of(s), ANN), DESK_OK);
    assert_string_equal(desk_prechat(desk_of(s), ANN, "sales")->id, "contact");
    assert_int_equal(says(s, "and then"), DESK_FORM);
    assert_int_equal(fills_in(s, "Delivery", "", ""), DESK_OK);
    assert_int_equal(says(s, "and then"), DESK_OK);
    assert_string_equal(desk_chat_entry(desk_of(s), ANN, 0)->body, "Contact\nTopic: Delivery");
    forget_what_was_told(s);
    story_ends(s);
}

static void what_is_optional__stops_nobody(void **state)
{
    (void)state;
    struct story *s = story_of_form(OPTIONAL);

    assert_non_null(desk_prechat(desk_of(s), ANN, "sales"));
    assert_int_equal(says(s, "hello?"), DESK_OK);
    assert_string_equal(desk_chat_entry(desk_of(s), ANN, 0)->body, "hello?");
    forget_what_was_told(s);
    story_ends(s);
}

/* Who follows a link comes back to what was filled in; who stays away is asked again. */
static void what_was_filled_in__stays__as_long_as_the_visitor(void **state)
{
    (void)state;
    struct story *s = story_of_form(TOPIC);

    assert_int_equal(fills_in(s, "Billing", "RE-0042", ""), DESK_OK);
    story_turn(s);
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE - 1000);
    visitor_returns(s, "ann");
    assert_null(desk_prechat(desk_of(s), ANN, "sales"));
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    visitor_returns(s, "ann");
    assert_non_null(desk_prechat(desk_of(s), ANN, "sales"));
    assert_string_equal(known_of(s), "topic: Billing\norder: RE-0042\n");
    assert_int_equal(fills_in(s, "Delivery", "", ""), DESK_OK);
    assert_string_equal(known_of(s), "topic: Delivery\n");
    forget_what_was_told(s);
    story_ends(s);
}

static void who_has_left_all_out__begins__without_a_notice(void **state)
{
    (void)state;
    struct story *s = story_of_form(OPTIONAL);
    const struct form_value nothing = {"order", ""};

    assert_int_equal(
        desk_visitor_prechat(desk_of(s), now_of(s), ANN, "sales", &(struct filled){&nothing, 1}),
        DESK_OK);
    assert_null(desk_prechat(desk_of(s), ANN, "sales"));
    assert_int_equal(says(s, "hello?"), DESK_OK);
    assert_string_equal(desk_chat_entry(desk_of(s), ANN, 0)->body, "hello?");
    forget_what_was_told(s);
    story_ends(s);
}

/* Another configuration: what is asked now counts, for who has filled in nothing yet. */
static void the_form__may_change__while_visitors_are_there(void **state)
{
    (void)state;
    struct story *s = story_of_form(NULL);

    assert_null(desk_prechat(desk_of(s), ANN, "sales"));
    asks_before(s, TOPIC);
    desk_is_configured(s);
    assert_int_equal(says(s, "hello?"), DESK_FORM);
    assert_int_equal(fills_in(s, "Billing", "", ""), DESK_OK);
    asks_before(s, OPTIONAL);
    desk_is_configured(s);
    assert_int_equal(says(s, "hello?"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat__begins__with_what_was_filled_in),
        cmocka_unit_test(an_offer__tells__what_was_filled_in),
        cmocka_unit_test(what_does_not_fit__is_not_taken),
        cmocka_unit_test(each_chat__is_asked__anew),
        cmocka_unit_test(what_is_optional__stops_nobody),
        cmocka_unit_test(what_was_filled_in__stays__as_long_as_the_visitor),
        cmocka_unit_test(who_has_left_all_out__begins__without_a_notice),
        cmocka_unit_test(the_form__may_change__while_visitors_are_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
