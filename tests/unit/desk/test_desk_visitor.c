/* What visitors do: lines, repeats, marks, typing, the end. Forms and limits: test_desk_limits.c.
 */
#include "base/text.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static int64_t say(struct story *s, const char *department, const char *id, const char *text,
                   enum desk_result expected)
{
    int64_t sequence = -1;
    enum desk_result result =
        desk_visitor_say(desk_of(s), now_of(s), "visitor-ann", department, id, text, &sequence);
    assert_int_equal(result, expected);
    story_turn(s);
    return sequence;
}

static void visitor__begins_a_chat_with_the_first_line__numbered_from_1001(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct chat_view view;
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    expect_no_chat(s, "ann");
    visitor_says(s, "ann", "hello?");
    visitor_says(s, "cem", "me too");
    assert_true(desk_chat(desk_of(s), "visitor-ann", &view));
    assert_int_equal(view.number, 1001);
    assert_int_equal(view.position, 1);
    assert_string_equal(view.department, "sales");
    assert_string_equal(view.owner, "");
    assert_int_equal(view.created, now_of(s));
    assert_true(desk_chat(desk_of(s), "visitor-cem", &view));
    assert_int_equal(view.number, 1002);
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__speaks_to_its_agent_and_is_heard_by_its_other_streams(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    visitor_says(s, "ann", "how much?"); /* takes the line for the other streams out */
    expect_agent_hears(s, "bob", "ann", "how much?");
    agent_says(s, "bob", "ann", "five");
    expect_visitor_hears(s, "ann", "bob", "five");
    expect_nothing(s);
    story_ends(s);
}

static void visitor__has_one_open_chat__whatever_department_it_writes_to(void **state)
{
    (void)state;
    struct story *s = story_create();
    struct chat_view view;
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    forget_what_was_told(s);
    visitor_says_to(s, "support", "ann", "is this the same?");
    expect_agent_hears(s, "bob", "ann", "is this the same?");
    assert_true(desk_chat(desk_of(s), "visitor-ann", &view));
    assert_int_equal(view.number, 1001);
    assert_string_equal(view.department, "sales");
    story_ends(s);
}

static void visitor__is_answered__for_unknown_visitors_and_departments(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct desk *d = desk_of(s);
    assert_int_equal(say(s, "sales", "m1", "I never checked in", DESK_NOT_FOUND), -1);
    visitor_arrives(s, "ann");
    assert_int_equal(say(s, "nowhere", "m1", "hello?", DESK_NOT_FOUND), -1);
    assert_int_equal(desk_visitor_end(d, now_of(s), "visitor-ann"), DESK_NOT_FOUND);
    assert_int_equal(desk_visitor_end(d, now_of(s), "visitor-xy"), DESK_NOT_FOUND);
    assert_int_equal(desk_visitor_form(d, now_of(s), "visitor-xy", "X", ""), DESK_NOT_FOUND);
    desk_visitor_page(d, now_of(s), "visitor-xy", "https://shop.example/x", "X");
    desk_visitor_online(d, now_of(s), "visitor-xy", true);
    desk_visitor_typing(d, "visitor-xy", "composing");
    desk_visitor_seen(d, "visitor-xy", 1, SEEN_DISPLAYED);
    expect_no_chat(s, "ann");
    expect_nothing(s);
    story_ends(s);
}

/* ---- repeats ---- */

static void visitor__repeats_a_line__stored_and_shown_once(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    int64_t first = say(s, "sales", "m1", "hello?", DESK_OK);
    assert_true(first > 0);
    forget_what_was_told(s);
    assert_int_equal(say(s, "sales", "m1", "hello?", DESK_REPEATED), first);
    expect_nothing(s);
    agent_says(s, "bob", "ann", "hi");
    forget_what_was_told(s);
    assert_int_equal(say(s, "sales", "m1", "hello?", DESK_REPEATED), first);
    expect_nothing(s);
    say(s, "sales", "", "no id", DESK_OK); /* what has no id is never a repeat */
    say(s, "sales", "", "no id", DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__repeats_a_line_of_a_closed_chat__no_new_chat(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct visitor_view view;
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    int64_t first = say(s, "sales", "m1", "hello?", DESK_OK);
    agent_says(s, "bob", "ann", "hi");
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    assert_int_equal(say(s, "sales", "m1", "hello?", DESK_REPEATED), first); /* lingering */
    pass_time(s, LINGER);
    expect_contact_gone(s, "bob", "ann");
    expect_no_chat(s, "ann");
    assert_int_equal(say(s, "sales", "m1", "hello?", DESK_REPEATED), first); /* retired */
    visitor_leaves(s, "ann");
    assert_false(desk_visitor(desk_of(s), "visitor-ann", &view)); /* forgotten, but stored */
    visitor_returns(s, "ann");
    assert_int_equal(say(s, "sales", "m1", "hello?", DESK_REPEATED), first);
    expect_no_chat(s, "ann");
    expect_nothing(s);
    story_ends(s);
}

static void visitor__repeats_a_line_from_before_the_last_chat__still_known(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    int64_t first = say(s, "sales", "m1", "one", DESK_OK);
    visitor_ends(s, "ann");
    int64_t second = say(s, "sales", "m2", "two", DESK_OK);
    visitor_ends(s, "ann");
    pass_time(s, LINGER);
    assert_int_equal(say(s, "sales", "m1", "one", DESK_REPEATED), first);
    assert_int_equal(say(s, "sales", "m2", "two", DESK_REPEATED), second);
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__is_remembered_by_its_last_ids_only(void **state)
{
    (void)state;
    struct visitor *v = visitor_create(&(struct visitor_record){.id = "visitor-ann"});
    char ids[REPEATS_LINES + 50][8];
    for (int i = 0; i < REPEATS_LINES + 50; i++) {
        snprintf(ids[i], sizeof ids[i], "m%d", i);
        repeats_add(&v->old, &(struct recent_line){"", ids[i], "x", i + 1}, 1);
    }
    assert_int_equal(v->old.count, REPEATS_LINES);
    assert_int_equal(repeats_find(&v->old, "", "m49", NULL), 0);
    assert_int_equal(repeats_find(&v->old, "", "m50", NULL), 51);
    assert_int_equal(repeats_find(&v->old, "bob@example.org", "m50", NULL), 0);
    visitor_destroy(v);
    visitor_destroy(NULL);
}

/* ---- marks: V-069, V-070, V-071 ---- */

static void visitor__marks_only_lines_of_agents_in_its_own_chat(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 2);
    has_department(s, "sales", "bob");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "cem", "hello?");
    agent_says(s, "bob", "cem", "hi");
    int64_t of_another = last_entry(s, "cem");
    visitor_says(s, "ann", "hello?");
    int64_t of_her_own = last_entry(s, "ann");
    assert_int_equal(agent_tries(s, "bob", "ann", "a1", "hi"), DESK_OK);
    int64_t right = last_entry(s, "ann");
    forget_what_was_told(s);
    const int64_t wrong[] = {of_another, of_her_own, right - 1 /* joined */, right + 1, -1, 0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        desk_visitor_seen(desk_of(s), "visitor-ann", wrong[i], SEEN_DISPLAYED);
        story_turn(s);
        expect_nothing(s);
    }
    desk_visitor_seen(desk_of(s), "visitor-ann", right, SEEN_RECEIVED);
    expect_agent_sees_seen(s, "bob", "ann", "a1", SEEN_RECEIVED);
    desk_visitor_seen(desk_of(s), "visitor-ann", right, SEEN_RECEIVED); /* again: nothing new */
    desk_visitor_seen(desk_of(s), "visitor-ann", right, SEEN_DISPLAYED);
    expect_agent_sees_seen(s, "bob", "ann", "a1", SEEN_DISPLAYED);
    desk_visitor_seen(desk_of(s), "visitor-ann", right, SEEN_RECEIVED); /* never back */
    expect_nothing(s);
    story_ends(s);
}

static void visitor__displays_a_line__and_all_before_it(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    for (int i = 0; i < 3; i++) {
        agent_says(s, "bob", "ann", "and");
    }
    assert_int_equal(agent_tries(s, "bob", "ann", "last", "so on"), DESK_OK);
    forget_what_was_told(s);
    desk_visitor_seen(desk_of(s), "visitor-ann", last_entry(s, "ann"), SEEN_DISPLAYED);
    expect_agent_sees_seen(s, "bob", "ann", "last", SEEN_DISPLAYED);
    expect_nothing(s);
    story_turn(s); /* compares with what is stored */
    struct chat *c = desk_find_visitor(desk_of(s), "visitor-ann")->chat;
    const struct entry_record *e;
    for (size_t i = 0; (e = transcript_at(&c->transcript, i)) != NULL; i++) {
        assert_int_equal(e->seen, e->by == BY_AGENT ? SEEN_DISPLAYED : SEEN_NOT);
    }
    story_ends(s);
}

/* ---- typing ---- */

static enum desk_result sends_file(struct story *s, const char *id, int64_t *sequence)
{
    enum desk_result result = desk_visitor_send_file(
        desk_of(s), now_of(s), "visitor-ann", id, "a.png (1 kB)\nhttps://desk.example/a", sequence);
    story_turn(s);
    return result;
}

static void visitor__sends_a_file__as_a_line_of_the_open_chat(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    int64_t sequence = 0;
    int64_t again = 0;
    assert_int_equal(sends_file(s, "f1", &sequence), DESK_OK);
    assert_int_equal(sequence, last_entry(s, "ann"));
    const struct entry_record *e = desk_line(desk_of(s), "visitor-ann", sequence);
    assert_string_equal(desk_sent_file(e), "https://desk.example/a");
    forget_what_was_told(s);
    assert_int_equal(sends_file(s, "f1", &again), DESK_REPEATED);
    assert_int_equal(again, sequence);
    /* Taken back it is none. */
    const struct desk_change change = {ACT_RETRACT, sequence, "r1", ""};
    assert_int_equal(desk_visitor_change(desk_of(s), now_of(s), "visitor-ann", &change, &again),
                     DESK_OK);
    story_turn(s);
    assert_null(desk_sent_file(desk_line(desk_of(s), "visitor-ann", sequence)));
    /* What looks like one but was said is none. */
    visitor_says(s, "ann", "a.png (1 kB)\nhttps://desk.example/a");
    assert_null(desk_sent_file(desk_line(desk_of(s), "visitor-ann", last_entry(s, "ann"))));
    forget_what_was_told(s);
    story_ends(s);
}

static void visitor__sends_no_file__without_an_open_chat(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    int64_t sequence = 0;
    int64_t again = 0;
    assert_int_equal(sends_file(s, "f1", &sequence), DESK_OK);
    visitor_ends(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(sends_file(s, "f1", &again), DESK_REPEATED);
    assert_int_equal(again, sequence);
    assert_int_equal(sends_file(s, "f2", &again), DESK_NOT_FOUND);
    assert_int_equal(
        desk_visitor_send_file(desk_of(s), now_of(s), "visitor-none", "f3", "x", &again),
        DESK_NOT_FOUND);
    story_ends(s);
}

static void visitor__types__to_its_agent_or_to_those_who_are_offered(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_arrives(s, "ann");
    desk_visitor_typing(desk_of(s), "visitor-ann", "composing"); /* to nobody yet */
    expect_nothing(s);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    desk_visitor_typing(desk_of(s), "visitor-ann", "composing");
    expect_agent_sees_typing(s, "bob", "ann", "composing");
    expect_agent_sees_typing(s, "eve", "ann", "composing");
    agent_declines(s, "eve", "ann");
    forget_what_was_told(s);
    desk_visitor_typing(desk_of(s), "visitor-ann", "paused");
    expect_agent_sees_typing(s, "bob", "ann", "paused");
    agent_says(s, "bob", "ann", "hi");
    forget_what_was_told(s);
    desk_visitor_typing(desk_of(s), "visitor-ann", "active");
    expect_agent_sees_typing(s, "bob", "ann", "active");
    agent_is(s, "bob", AVAILABILITY_GONE); /* would be kept for him as a message */
    desk_visitor_typing(desk_of(s), "visitor-ann", "composing");
    expect_nothing(s);
    visitor_ends(s, "ann");
    forget_what_was_told(s);
    desk_visitor_typing(desk_of(s), "visitor-ann", "composing");
    expect_nothing(s);
    story_ends(s);
}

/* ---- the end ---- */

static void visitor__ends_the_chat__and_the_agent_is_told(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    visitor_ends(s, "ann");
    expect_state(s, "ann", CHAT_CLOSED);
    expect_notice(s, "ann", "closed", "bob");
    expect_agent_told(s, "bob", "ann", NOTICE_CLOSED, "visitor");
    expect_nothing(s); /* the contact lingers */
    assert_int_equal(desk_visitor_end(desk_of(s), now_of(s), "visitor-ann"), DESK_NOT_FOUND);
    story_ends(s);
}

static void visitor__ends_a_waiting_chat__and_the_offers_end(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_declines(s, "eve", "ann");
    forget_what_was_told(s);
    visitor_ends(s, "ann");
    expect_agent_told(s, "bob", "ann", NOTICE_CLOSED, "visitor");
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "closed", "");
    expect_nothing(s);
    story_ends(s);
}

static void visitor__begins_anew_after_the_end__under_the_same_contact(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    struct chat_view view;
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    visitor_says(s, "ann", "one more thing");
    assert_true(desk_chat(desk_of(s), "visitor-ann", &view));
    assert_int_equal(view.number, 1002);
    /* The contact neither goes nor comes. */
    expect_agent_told(s, "bob", "ann", NOTICE_OFFERED, "");
    expect_agent_hears(s, "bob", "ann", "one more thing");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_nothing(s);
    agent_says(s, "bob", "ann", "yes?");
    agent_ends(s, "bob", "ann");
    agent_is(s, "bob", AVAILABILITY_BUSY);
    agent_is(s, "eve", AVAILABILITY_FREE);
    forget_what_was_told(s);
    visitor_says(s, "ann", "and one more"); /* bob has nothing to do with this one */
    expect_offer(s, "eve", "ann");
    expect_contact_gone(s, "bob", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- lines that come back ---- */

static void visitor__is_gone_before_anybody_knew__its_agent_is_told_once(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    agent_says(s, "bob", "ann", "still there?");
    forget_what_was_told(s);
    desk_visitor_bounced(desk_of(s), now_of(s), "visitor-ann");
    expect_agent_told(s, "bob", "ann", NOTICE_ABSENT, "");
    desk_visitor_bounced(desk_of(s), now_of(s), "visitor-ann");
    expect_nothing(s);
    visitor_leaves(s, "ann");
    visitor_returns(s, "ann");
    desk_visitor_bounced(desk_of(s), now_of(s), "visitor-ann");
    expect_agent_told(s, "bob", "ann", NOTICE_ABSENT, "");
    story_ends(s);
}

/* Nobody has said it, or nobody is there to hear of it. */
static void visitor__bounces_outside_a_running_chat__nothing_is_told(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    desk_visitor_bounced(desk_of(s), now_of(s), "visitor-ann");
    desk_visitor_bounced(desk_of(s), now_of(s), "visitor-nobody");
    expect_nothing(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visitor__begins_a_chat_with_the_first_line__numbered_from_1001),
        cmocka_unit_test(visitor__speaks_to_its_agent_and_is_heard_by_its_other_streams),
        cmocka_unit_test(visitor__has_one_open_chat__whatever_department_it_writes_to),
        cmocka_unit_test(visitor__is_answered__for_unknown_visitors_and_departments),
        cmocka_unit_test(visitor__repeats_a_line__stored_and_shown_once),
        cmocka_unit_test(visitor__repeats_a_line_of_a_closed_chat__no_new_chat),
        cmocka_unit_test(visitor__repeats_a_line_from_before_the_last_chat__still_known),
        cmocka_unit_test(visitor__is_remembered_by_its_last_ids_only),
        cmocka_unit_test(visitor__marks_only_lines_of_agents_in_its_own_chat),
        cmocka_unit_test(visitor__displays_a_line__and_all_before_it),
        cmocka_unit_test(visitor__sends_a_file__as_a_line_of_the_open_chat),
        cmocka_unit_test(visitor__sends_no_file__without_an_open_chat),
        cmocka_unit_test(visitor__types__to_its_agent_or_to_those_who_are_offered),
        cmocka_unit_test(visitor__ends_the_chat__and_the_agent_is_told),
        cmocka_unit_test(visitor__ends_a_waiting_chat__and_the_offers_end),
        cmocka_unit_test(visitor__begins_anew_after_the_end__under_the_same_contact),
        cmocka_unit_test(visitor__is_gone_before_anybody_knew__its_agent_is_told_once),
        cmocka_unit_test(visitor__bounces_outside_a_running_chat__nothing_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
