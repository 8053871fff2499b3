/* Visitors who only look at pages: who sees them, for how long, and what becomes of a line to one
 * of them. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MAX = 2 };

/* Bob and eve sell, dan supports; of sales two visitors are shown, of support none. Bob is there.
 */
static struct story *story_of_pages(void)
{
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_agent(s, "dan", 1);
    has_department(s, "sales", "bob eve");
    shows_browsing(s, MAX);
    has_department(s, "support", "dan");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    forget_what_was_told(s);
    return s;
}

/* Is on a page; arrives before, who is not there. */
static void visitor_browses(struct story *s, const char *visitor, const char *department)
{
    struct visitor_view v;
    char id[32];

    snprintf(id, sizeof id, "visitor-%s", visitor);
    if (!desk_visitor(desk_of(s), id, &v)) {
        visitor_arrives(s, visitor);
    }
    desk_visitor_browses(desk_of(s), now_of(s), id, department);
    story_turn(s);
}

static void browsing__is_shown__to_who_is_there(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    visitor_browses(s, "ann", "sales"); /* another page */
    expect_nothing(s);
    agent_is(s, "eve", AVAILABILITY_AWAY);
    expect_contact(s, "eve", "ann");
    agent_is(s, "bob", AVAILABILITY_BUSY);
    expect_contact_gone(s, "bob", "ann");
    agent_is(s, "eve", AVAILABILITY_GONE);
    expect_contact_gone(s, "eve", "ann");
    expect_nothing(s);
    story_ends(s);
}

static void browsing__is_of__one_department(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "support"); /* which shows nobody */
    visitor_browses(s, "cem", "nowhere");
    expect_nothing(s);
    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    visitor_browses(s, "ann", "support");
    expect_contact_gone(s, "bob", "ann");
    expect_nothing(s);
    story_ends(s);
}

static void browsing__shows__so_many_at_once(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "sales");
    visitor_browses(s, "cem", "sales");
    expect_contact(s, "bob", "ann");
    expect_contact(s, "bob", "cem");
    visitor_browses(s, "dee", "sales");
    expect_nothing(s);
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    expect_contact_gone(s, "bob", "ann");
    expect_nothing(s);
    visitor_browses(s, "dee", "sales"); /* with the next page */
    expect_contact(s, "bob", "dee");
    story_ends(s);
}

/* One stream is closed, another opened. */
static void browsing__outlasts__a_page_change(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE - SECOND);
    visitor_returns(s, "ann");
    visitor_browses(s, "ann", "sales");
    pass_time(s, LEAVE);
    expect_nothing(s);
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    expect_contact_gone(s, "bob", "ann");
    assert_null(desk_find_visitor(desk_of(s), "visitor-ann"));
    story_ends(s);
}

static void a_line_to_who_browses__begins__a_chat_of_the_agents(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    expect_contact(s, "eve", "ann");
    agent_says(s, "bob", "ann", "Can I help you?");
    expect_state(s, "ann", CHAT_ACTIVE);
    expect_owner(s, "ann", "bob");
    expect_notice(s, "ann", "joined", "bob");
    expect_visitor_hears(s, "ann", "bob", "Can I help you?");
    expect_contact_gone(s, "eve", "ann");
    expect_nothing(s);
    visitor_says(s, "ann", "Yes, please");
    expect_agent_hears(s, "bob", "ann", "Yes, please");
    story_ends(s);
}

static void a_line_to_who_browses__is__for_who_sees_them(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    assert_int_equal(agent_tries(s, "dan", "ann", "d1", "hello"), DESK_NOT_FOUND);
    assert_int_equal(agent_tries(s, "eve", "ann", "e1", "hello"), DESK_NOT_FOUND);
    expect_no_chat(s, "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    expect_contact_gone(s, "bob", "ann");
    assert_int_equal(agent_tries(s, "bob", "ann", "b1", "hello"), DESK_NOT_FOUND);
    story_ends(s);
}

/* Nobody is made part of a chat that they have not agreed to. */
static void a_line_to_who_browses__waits__for_what_is_asked_first(void **state)
{
    (void)state;
    struct story *s = story_create();

    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    shows_browsing(s, MAX);
    asks_consent(s, "I agree.");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    forget_what_was_told(s);
    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    assert_int_equal(agent_tries(s, "bob", "ann", "b1", "hello"), DESK_FORM);
    expect_no_chat(s, "ann");
    assert_int_equal(desk_visitor_consent(desk_of(s), now_of(s), "visitor-ann", "sales"), DESK_OK);
    agent_says(s, "bob", "ann", "hello");
    expect_owner(s, "ann", "bob");
    forget_what_was_told(s);
    story_ends(s);
}

static void who_browses__and_writes__waits_like_everybody(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    agent_is(s, "eve", AVAILABILITY_AWAY); /* sees them, and is offered chats last */
    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    expect_contact(s, "eve", "ann");
    visitor_says(s, "ann", "hello?");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_agent_told(s, "bob", "ann", NOTICE_OFFERED, "");
    expect_agent_hears(s, "bob", "ann", "hello?");
    expect_contact_gone(s, "eve", "ann");
    expect_nothing(s);
    story_ends(s);
}

/* Their few slots are for chats. */
static void browsing__is_not_shown__in_slots(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    desk_agent_room(desk_of(s), now_of(s), "bob@example.org", 2);
    story_turn(s);
    expect_contact_gone(s, "bob", "ann");
    desk_agent_room(desk_of(s), now_of(s), "bob@example.org", SIZE_MAX);
    story_turn(s);
    expect_contact(s, "bob", "ann");
    story_ends(s);
}

static void browsing__follows__the_configuration(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_browses(s, "ann", "sales");
    visitor_browses(s, "cem", "sales");
    forget_what_was_told(s);
    loses_agent(s, "eve");
    desk_is_configured(s);
    expect_contact_gone(s, "eve", "ann");
    expect_contact_gone(s, "eve", "cem");
    expect_dismissed(s, "eve");
    changes_browsing(s, "sales", 1);
    desk_is_configured(s);
    expect_contact_gone(s, "bob", "ann");
    changes_browsing(s, "sales", 0);
    desk_is_configured(s);
    expect_contact_gone(s, "bob", "cem");
    expect_nothing(s);
    story_ends(s);
}

static void browsing__ends__with_the_department_and_with_who_is_erased(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "sales");
    visitor_browses(s, "cem", "sales");
    forget_what_was_told(s);
    assert_int_equal(desk_forget_visitor(desk_of(s), now_of(s), "visitor-ann", true), DESK_OK);
    story_turn(s);
    expect_contact_gone(s, "bob", "ann");
    loses_department(s, "sales");
    desk_is_configured(s);
    expect_contact_gone(s, "bob", "cem");
    expect_nothing(s);
    story_ends(s);
}

static void browsing__ends__for_who_does_not_want_to_be_seen(void **state)
{
    (void)state;
    struct story *s = story_of_pages();

    visitor_browses(s, "ann", "sales");
    expect_contact(s, "bob", "ann");
    desk_visitor_hides(desk_of(s), now_of(s), "visitor-ann");
    expect_contact_gone(s, "bob", "ann");
    desk_visitor_hides(desk_of(s), now_of(s), "visitor-ann");
    desk_visitor_hides(desk_of(s), now_of(s), "visitor-nobody");
    expect_nothing(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(browsing__is_shown__to_who_is_there),
        cmocka_unit_test(browsing__ends__for_who_does_not_want_to_be_seen),
        cmocka_unit_test(browsing__is_of__one_department),
        cmocka_unit_test(browsing__shows__so_many_at_once),
        cmocka_unit_test(browsing__outlasts__a_page_change),
        cmocka_unit_test(a_line_to_who_browses__begins__a_chat_of_the_agents),
        cmocka_unit_test(a_line_to_who_browses__is__for_who_sees_them),
        cmocka_unit_test(a_line_to_who_browses__waits__for_what_is_asked_first),
        cmocka_unit_test(who_browses__and_writes__waits_like_everybody),
        cmocka_unit_test(browsing__is_not_shown__in_slots),
        cmocka_unit_test(browsing__follows__the_configuration),
        cmocka_unit_test(browsing__ends__with_the_department_and_with_who_is_erased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
