/* Pages that agents offer, and what visitors do with them. */
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define ANN "visitor-ann"
#define PAGE "https://shop.example/prices"

static enum desk_result offers(struct story *s, const char *agent, const char *text)
{
    enum desk_result result = desk_agent_offer_page(desk_of(s), now_of(s), agent, ANN, text, PAGE);
    story_turn(s);
    return result;
}

static enum desk_result answers(struct story *s, int64_t line, bool opened)
{
    enum desk_result result = desk_visitor_answer_page(desk_of(s), now_of(s), ANN, line, opened);
    story_turn(s);
    return result;
}

static void offer_page__is_a_line__that_ends_with_the_address(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(offers(s, BOB, "Look here:"), DESK_OK);
    const struct entry_record *e = desk_line(desk_of(s), ANN, last_entry(s, "ann"));
    assert_string_equal(e->body, "Look here:\n" PAGE);
    assert_string_equal(desk_offered_page(e), PAGE);
    assert_int_equal(offers(s, BOB, ""), DESK_OK);
    e = desk_line(desk_of(s), ANN, last_entry(s, "ann"));
    assert_string_equal(e->body, PAGE);
    assert_string_equal(desk_offered_page(e), PAGE);
    forget_what_was_told(s);
    agent_says(s, "bob", "ann", PAGE);
    assert_null(desk_offered_page(desk_line(desk_of(s), ANN, last_entry(s, "ann"))));
    forget_what_was_told(s);
    story_ends(s);
}

static void offer_page__refuses__who_does_not_speak_in_the_chat(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    int64_t before = last_entry(s, "ann");
    assert_int_equal(offers(s, EVE, ""), DESK_FORBIDDEN);
    assert_int_equal(offers(s, "nobody@example.org", ""), DESK_FORBIDDEN);
    assert_int_equal(desk_agent_offer_page(desk_of(s), now_of(s), BOB, "visitor-none", "", PAGE),
                     DESK_NOT_FOUND);
    expect_nothing(s);
    assert_int_equal(last_entry(s, "ann"), before);
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    assert_int_equal(offers(s, BOB, ""), DESK_NOT_FOUND);
    story_ends(s);
}

static void answer_page__is_told_once__and_the_first_counts(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    offers(s, BOB, "");
    int64_t offer = last_entry(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(answers(s, offer, false), DESK_OK);
    const struct entry_record *e = desk_line(desk_of(s), ANN, last_entry(s, "ann"));
    assert_true(desk_is_page_answer(e));
    assert_string_equal(e->event, "declined");
    assert_string_equal(e->body, PAGE);
    assert_int_equal(e->about, offer);
    assert_int_equal(desk_act(e), ACT_SAY);
    forget_what_was_told(s);
    assert_int_equal(answers(s, offer, true), DESK_REPEATED);
    expect_nothing(s);
    desk_restarts(s);
    assert_int_equal(answers(s, offer, true), DESK_REPEATED);
    forget_what_was_told(s);
    story_ends(s);
}

static void answer_page__refuses__what_is_no_offer_and_an_ended_chat(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    int64_t line = last_entry(s, "ann");
    offers(s, BOB, "");
    int64_t offer = last_entry(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(answers(s, line, true), DESK_NOT_FOUND);
    assert_int_equal(answers(s, 0, true), DESK_NOT_FOUND);
    assert_int_equal(answers(s, offer + 1, true), DESK_NOT_FOUND);
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    assert_int_equal(answers(s, offer, true), DESK_CLOSED);
    expect_nothing(s);
    story_ends(s);
}

static void answer_page__does_not_ask_anything__of_the_agent(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct chat_view chat;
    offers(s, BOB, "");
    assert_int_equal(answers(s, last_entry(s, "ann"), true), DESK_OK);
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_int_equal(chat.asked, 0);
    forget_what_was_told(s);
    story_ends(s);
}

/* The newest line is the desk's, with no id of a client: the one before was displayed with it. */
static void seen__of_an_offered_page__tells_the_line_before(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(agent_tries(s, "bob", "ann", "b1", "look"), DESK_OK);
    assert_int_equal(offers(s, BOB, ""), DESK_OK);
    forget_what_was_told(s);
    desk_visitor_seen(desk_of(s), ANN, last_entry(s, "ann"), SEEN_RECEIVED);
    expect_nothing(s);
    desk_visitor_seen(desk_of(s), ANN, last_entry(s, "ann"), SEEN_DISPLAYED);
    expect_agent_sees_seen(s, "bob", "ann", "b1", SEEN_DISPLAYED);
    expect_nothing(s);
    story_turn(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offer_page__is_a_line__that_ends_with_the_address),
        cmocka_unit_test(offer_page__refuses__who_does_not_speak_in_the_chat),
        cmocka_unit_test(answer_page__is_told_once__and_the_first_counts),
        cmocka_unit_test(answer_page__refuses__what_is_no_offer_and_an_ended_chat),
        cmocka_unit_test(answer_page__does_not_ask_anything__of_the_agent),
        cmocka_unit_test(seen__of_an_offered_page__tells_the_line_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
