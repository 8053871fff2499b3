/* Agents who follow a visitor's pages. */
#include "base/mem.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define ANN "visitor-ann"

static void goes_to(struct story *s, const char *url)
{
    desk_visitor_page(desk_of(s), now_of(s), ANN, url, "");
    story_turn(s);
}

static void follow__tells_each_page__but_not_faster_than_one_can_read(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    goes_to(s, "https://shop.example/1");
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, ANN, true), DESK_OK);
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, ANN, true), DESK_REPEATED);
    goes_to(s, "https://shop.example/2");
    expect_agent_told(s, "bob", "ann", NOTICE_PAGE, "");
    goes_to(s, "https://shop.example/3");
    goes_to(s, "https://shop.example/4");
    expect_nothing(s);
    pass_time(s, FOLLOW_MS - SECOND);
    expect_nothing(s);
    pass_time(s, SECOND);
    expect_agent_told(s, "bob", "ann", NOTICE_PAGE, "");
    pass_time(s, MINUTE);
    goes_to(s, "https://shop.example/4"); /* the same */
    expect_nothing(s);
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, ANN, false), DESK_OK);
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, ANN, false), DESK_REPEATED);
    goes_to(s, "https://shop.example/5");
    expect_nothing(s);
    story_ends(s);
}

static void follow__is_for__who_has_an_open_chat(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    goes_to(s, "https://shop.example/1");
    assert_int_equal(desk_agent_follow(desk_of(s), "eve@example.org", ANN, true), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_follow(desk_of(s), "who@example.org", ANN, true), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, "visitor-joe", true), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, ANN, true), DESK_OK);
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    goes_to(s, "https://shop.example/2");
    expect_nothing(s);
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, ANN, true), DESK_NOT_FOUND);
    story_ends(s);
}

static void follow__ends__with_the_contact(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    goes_to(s, "https://shop.example/1");
    assert_int_equal(desk_agent_follow(desk_of(s), BOB, ANN, true), DESK_OK);
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    forget_what_was_told(s);
    goes_to(s, "https://shop.example/2");
    expect_nothing(s);
    story_ends(s);
}

static void pages__before_the_one_of_now__are_remembered__ten_of_them(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct page_view page;
    char url[64];
    for (int i = 0; i <= DESK_PAGES + 1; i++) {
        snprintf(url, sizeof url, "https://shop.example/%d", i);
        goes_to(s, url);
    }
    for (size_t i = 0; i < DESK_PAGES; i++) {
        snprintf(url, sizeof url, "https://shop.example/%zu", DESK_PAGES - i);
        assert_true(desk_visitor_page_before(desk_of(s), ANN, i, &page));
        assert_string_equal(page.url, url);
    }
    assert_false(desk_visitor_page_before(desk_of(s), ANN, DESK_PAGES, &page));
    assert_false(desk_visitor_page_before(desk_of(s), "visitor-joe", 0, &page));
    forget_what_was_told(s);
    story_ends(s);
}

static void network__is_known_while_the_visitor_is__and_not_stored(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct visitor_view v;
    desk_visitor_network(desk_of(s), "visitor-joe", "192.0.2.0/24"); /* nobody */
    desk_visitor_network(desk_of(s), ANN, "192.0.2.0/24");
    assert_true(desk_visitor(desk_of(s), ANN, &v));
    assert_string_equal(v.network, "192.0.2.0/24");
    desk_restarts(s);
    assert_true(desk_visitor(desk_of(s), ANN, &v));
    assert_string_equal(v.network, "");
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follow__tells_each_page__but_not_faster_than_one_can_read),
        cmocka_unit_test(follow__is_for__who_has_an_open_chat),
        cmocka_unit_test(follow__ends__with_the_contact),
        cmocka_unit_test(pages__before_the_one_of_now__are_remembered__ten_of_them),
        cmocka_unit_test(network__is_known_while_the_visitor_is__and_not_stored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
