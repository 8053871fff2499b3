/* What visitors agree to before a chat begins. */
#include "base/text.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ANN "visitor-ann"
/* printf 'I agree.' | sha256sum */
#define VERSION "826ff0dab649"

static struct story *story_of_consent(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    asks_consent(s, "I agree.");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    return s;
}

static enum desk_result says(struct story *s)
{
    return visitor_tries(s, "ann", "sales", "", "hello?");
}

static void a_chat__begins__when_the_visitor_has_agreed(void **state)
{
    (void)state;
    struct story *s = story_of_consent();
    const struct entry_record *note;

    assert_false(desk_visitor_agrees(desk_of(s), ANN, "sales"));
    assert_int_equal(says(s), DESK_FORM);
    assert_int_equal(desk_visitor_consent(desk_of(s), now_of(s), ANN, "sales"), DESK_OK);
    assert_int_equal(desk_visitor_consent(desk_of(s), now_of(s), ANN, "sales"), DESK_REPEATED);
    assert_true(desk_visitor_agrees(desk_of(s), ANN, "sales"));
    assert_int_equal(says(s), DESK_OK);
    note = desk_chat_entry(desk_of(s), ANN, 0);
    assert_int_equal(note->kind, ENTRY_NOTE);
    assert_string_equal(note->event, "consent");
    assert_int_equal(strncmp(note->body, VERSION " 20", strlen(VERSION) + 3), 0);
    assert_string_equal(strchr(note->body, '\n'), "\nI agree.");
    forget_what_was_told(s);
    story_ends(s);
}

static void who_agreed_to_another_text__is_asked_again(void **state)
{
    (void)state;
    struct story *s = story_of_consent();

    assert_int_equal(desk_visitor_consent(desk_of(s), now_of(s), ANN, "sales"), DESK_OK);
    asks_consent(s, "I agree to more.");
    desk_is_configured(s);
    assert_false(desk_visitor_agrees(desk_of(s), ANN, "sales"));
    assert_int_equal(says(s), DESK_FORM);
    asks_consent(s, NULL);
    desk_is_configured(s);
    assert_int_equal(says(s), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void consent__is_stored__with_the_visitor(void **state)
{
    (void)state;
    struct story *s = story_of_consent();

    assert_int_equal(desk_visitor_consent(desk_of(s), now_of(s), ANN, "sales"), DESK_OK);
    story_turn(s);
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    visitor_returns(s, "ann");
    assert_true(desk_visitor_agrees(desk_of(s), ANN, "sales"));
    forget_what_was_told(s);
    story_ends(s);
}

static void desk_visitor_consent__is_not_found__where_nothing_is_asked(void **state)
{
    (void)state;
    struct story *s = story_of_sales();

    visitor_arrives(s, "ann");
    assert_true(desk_visitor_agrees(desk_of(s), ANN, "sales"));
    assert_int_equal(desk_visitor_consent(desk_of(s), now_of(s), ANN, "sales"), DESK_NOT_FOUND);
    assert_int_equal(desk_visitor_consent(desk_of(s), now_of(s), "visitor-x", "sales"),
                     DESK_NOT_FOUND);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat__begins__when_the_visitor_has_agreed),
        cmocka_unit_test(who_agreed_to_another_text__is_asked_again),
        cmocka_unit_test(consent__is_stored__with_the_visitor),
        cmocka_unit_test(desk_visitor_consent__is_not_found__where_nothing_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
