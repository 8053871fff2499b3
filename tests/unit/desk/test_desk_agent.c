/* What agents do: lines to whom they may and to whom not, marks, typing, the end. */
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* V-074: not relayed, not stored; the sender is told who has the visitor. */
static void agent__who_does_not_own_the_chat__is_not_heard(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    int64_t before = last_entry(s, "ann");
    agent_is(s, "eve", AVAILABILITY_FREE);
    forget_what_was_told(s);
    assert_int_equal(agent_tries(s, "eve", "ann", "e1", "listen to me"), DESK_FORBIDDEN);
    expect_agent_told(s, "eve", "ann", NOTICE_NOT_YOURS, "Bob");
    expect_nothing(s);
    assert_int_equal(last_entry(s, "ann"), before);
    assert_int_equal(desk_agent_end(desk_of(s), now_of(s), "eve@example.org", "visitor-ann", ""),
                     DESK_NOT_FOUND);
    desk_agent_typing(desk_of(s), "eve@example.org", "visitor-ann", "composing");
    expect_nothing(s);
    story_ends(s);
}

static void agent__of_another_department__cannot_take_the_chat(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "dan", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "dan");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "dan", AVAILABILITY_FREE);
    visitor_says_to(s, "sales", "ann", "hello?");
    forget_what_was_told(s);
    assert_int_equal(agent_tries(s, "dan", "ann", "d1", "hi"), DESK_FORBIDDEN);
    expect_agent_told(s, "dan", "ann", NOTICE_NOT_YOURS, "");
    expect_state(s, "ann", CHAT_OFFERED);
    expect_nothing(s);
    story_ends(s);
}

static void agent__is_answered__for_what_there_is_not(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    struct desk *d = desk_of(s);
    const char *bob = "bob@example.org";
    int64_t sequence = -1;
    visitor_arrives(s, "ann");
    assert_int_equal(
        desk_agent_say(d, now_of(s), "who@example.org", "visitor-ann", "x", "hi", &sequence),
        DESK_FORBIDDEN);
    assert_int_equal(agent_tries(s, "bob", "xy", "x", "hi"), DESK_NOT_FOUND);
    assert_int_equal(agent_tries(s, "bob", "ann", "x", "hi"), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_end(d, now_of(s), bob, "visitor-ann", ""), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_end(d, now_of(s), "who@example.org", "visitor-ann", ""),
                     DESK_NOT_FOUND);
    assert_int_equal(desk_agent_decline(d, now_of(s), bob, "visitor-ann"), DESK_NOT_FOUND);
    assert_int_equal(desk_agent_decline(d, now_of(s), bob, "visitor-xy"), DESK_NOT_FOUND);
    desk_agent_available(d, now_of(s), "who@example.org", AVAILABILITY_FREE);
    desk_agent_typing(d, bob, "visitor-xy", "composing");
    desk_agent_seen(d, bob, "visitor-xy", 1, SEEN_DISPLAYED);
    desk_agent_bounced(d, now_of(s), bob, "visitor-ann", 1);
    assert_int_equal(sequence, -1);
    expect_nothing(s);
    story_ends(s);
}

static void agent__repeats_a_line__shown_once(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(agent_tries(s, "bob", "ann", "a9", "once"), DESK_OK);
    expect_visitor_hears(s, "ann", "bob", "once");
    assert_int_equal(agent_tries(s, "bob", "ann", "a9", "once"), DESK_REPEATED);
    expect_nothing(s);
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    assert_int_equal(agent_tries(s, "bob", "ann", "a9", "once"), DESK_REPEATED);
    expect_nothing(s);
    story_ends(s);
}

/* A late repeat is no answer to what the visitor asks next; after a restart neither. */
static void agent__repeats_a_line_of_an_earlier_chat__shown_once(void **state)
{
    (void)state;
    for (int restarts = 0; restarts < 2; restarts++) {
        struct story *s = story_of_a_chat();
        assert_int_equal(agent_tries(s, "bob", "ann", "a9", "once"), DESK_OK);
        agent_ends(s, "bob", "ann");
        if (restarts == 1) {
            desk_restarts(s);
            agent_is(s, "bob", AVAILABILITY_FREE);
            visitor_returns(s, "ann");
        }
        visitor_says(s, "ann", "one more question");
        forget_what_was_told(s);
        assert_int_equal(agent_tries(s, "bob", "ann", "a9", "once"), DESK_REPEATED);
        expect_nothing(s);
        expect_state(s, "ann", CHAT_OFFERED);
        /* A client that counts from one again at each log-in: another line. */
        assert_int_equal(agent_tries(s, "bob", "ann", "a9", "what is it?"), DESK_OK);
        expect_notice(s, "ann", "joined", "bob");
        expect_visitor_hears(s, "ann", "bob", "what is it?");
        assert_int_equal(agent_tries(s, "bob", "ann", "a9", "what is it?"), DESK_REPEATED);
        assert_int_equal(agent_tries(s, "bob", "ann", "a9", "once"), DESK_REPEATED);
        expect_nothing(s);
        story_ends(s);
    }
}

/* ---- lines to closed chats ---- */

struct seen_in_history {
    size_t count;
    bool done;
};

static void on_history(void *ctx, const struct entry_record *entries, size_t count, bool complete,
                       int64_t total)
{
    struct seen_in_history *seen = ctx;
    (void)total;
    assert_true(complete);
    seen->count = 0;
    for (size_t i = 0; i < count; i++) {
        seen->count += entries[i].kind == ENTRY_MESSAGE ? 1 : 0;
        assert_string_not_equal(entries[i].body, "only for us");
    }
    seen->done = true;
}

static void agent__writes_to_a_closed_chat__to_its_record_only(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    visitor_ends(s, "ann");
    forget_what_was_told(s);
    int64_t closed_at = last_entry(s, "ann");
    assert_int_equal(agent_tries(s, "bob", "ann", "a9", "only for us"), DESK_KEPT);
    expect_agent_told(s, "bob", "ann", NOTICE_ADDED_TO_RECORD, "");
    expect_nothing(s);
    assert_int_equal(last_entry(s, "ann"), closed_at); /* a visitor misses nothing */
    assert_int_equal(agent_tries(s, "bob", "ann", "a9", "only for us"), DESK_REPEATED);
    expect_nothing(s);
    assert_int_equal(agent_tries(s, "eve", "ann", "e1", "me too"), DESK_NOT_FOUND);
    /* The visitor does not come across it in the history either. */
    struct seen_in_history seen = {0};
    const struct history_query all = {.visitor = "visitor-ann", .department = "sales", .max = 100};
    storage_history(storage_of(s), &all, on_history, &seen);
    storage_dispatch(storage_of(s));
    assert_true(seen.done);
    assert_int_equal(seen.count, 2);
    expect_nothing(s);
    story_ends(s);
}

/* ---- lines to absent visitors ---- */

static void agent__writes_to_an_absent_visitor__is_told_once(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    expect_card(s, "ann"); /* the contact shows it */
    agent_says(s, "bob", "ann", "still there?");
    expect_visitor_hears(s, "ann", "bob", "still there?"); /* history keeps it for her */
    expect_agent_told(s, "bob", "ann", NOTICE_ABSENT, "");
    agent_says(s, "bob", "ann", "well");
    expect_visitor_hears(s, "ann", "bob", "well");
    expect_nothing(s);
    visitor_returns(s, "ann");
    expect_card(s, "ann");
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE);
    agent_says(s, "bob", "ann", "again?"); /* a new absence */
    expect_agent_told(s, "bob", "ann", NOTICE_ABSENT, "");
    forget_what_was_told(s);
    story_ends(s);
}

static void agent__writes_while_the_visitor_changes_pages__nobody_notices(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    visitor_leaves(s, "ann");
    pass_time(s, LEAVE - SECOND);
    agent_says(s, "bob", "ann", "and?");
    expect_visitor_hears(s, "ann", "bob", "and?");
    visitor_returns(s, "ann");
    pass_time(s, MINUTE);
    expect_nothing(s);
    story_ends(s);
}

static void agent__writes_when_the_visitor_has_just_left__is_told_when_it_is_known(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    pass_time(s, SECOND);
    visitor_leaves(s, "ann");
    pass_time(s, 3 * SECOND);
    agent_says(s, "bob", "ann", "and?");
    forget_what_was_told(s);
    pass_time(s, LEAVE);
    expect_agent_told(s, "bob", "ann", NOTICE_ABSENT, "");
    agent_says(s, "bob", "ann", "well");
    expect_visitor_hears(s, "ann", "bob", "well");
    expect_nothing(s); /* once */
    story_ends(s);
}

/* ---- typing and marks ---- */

static void agent__types__seen_from_the_owner_only(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    desk_agent_typing(desk_of(s), "bob@example.org", "visitor-ann", "composing");
    expect_nothing(s); /* before a claim nobody is there */
    agent_says(s, "bob", "ann", "hi");
    forget_what_was_told(s);
    desk_agent_typing(desk_of(s), "bob@example.org", "visitor-ann", "composing");
    expect_visitor_sees_typing(s, "ann", "bob", "composing");
    agent_ends(s, "bob", "ann");
    forget_what_was_told(s);
    desk_agent_typing(desk_of(s), "bob@example.org", "visitor-ann", "composing");
    expect_nothing(s);
    story_ends(s);
}

static void agent__marks_lines_of_the_visitor(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(visitor_tries(s, "ann", "sales", "m1", "hello?"), DESK_OK);
    int64_t line = last_entry(s, "ann");
    forget_what_was_told(s);
    desk_agent_seen(desk_of(s), "eve@example.org", "visitor-ann", line, SEEN_DISPLAYED);
    expect_nothing(s); /* she was not offered it */
    desk_agent_seen(desk_of(s), "bob@example.org", "visitor-ann", line, SEEN_RECEIVED);
    expect_visitor_sees_seen(s, "ann", "m1", SEEN_RECEIVED);
    agent_says(s, "bob", "ann", "hi");
    forget_what_was_told(s);
    desk_agent_seen(desk_of(s), "bob@example.org", "visitor-ann", last_entry(s, "ann"),
                    SEEN_DISPLAYED);
    expect_nothing(s); /* his own line */
    desk_agent_seen(desk_of(s), "bob@example.org", "visitor-ann", line, SEEN_DISPLAYED);
    expect_visitor_sees_seen(s, "ann", "m1", SEEN_DISPLAYED);
    desk_agent_seen(desk_of(s), "bob@example.org", "visitor-ann", line, SEEN_DISPLAYED);
    expect_nothing(s);
    story_ends(s);
}

/* ---- the end ---- */

static void agent__ends_the_chat__the_visitor_is_told(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    agent_ends(s, "bob", "ann");
    expect_notice(s, "ann", "closed", "bob");
    expect_nothing(s);
    expect_state(s, "ann", CHAT_CLOSED);
    agent_ends(s, "bob", "ann"); /* the lingering contact: away at once */
    expect_contact_gone(s, "bob", "ann");
    expect_no_chat(s, "ann");
    expect_nothing(s);
    story_ends(s);
}

static void agent__cannot_end_what_is_only_offered(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    assert_int_equal(desk_agent_end(desk_of(s), now_of(s), "bob@example.org", "visitor-ann", ""),
                     DESK_NOT_FOUND);
    expect_state(s, "ann", CHAT_OFFERED);
    expect_nothing(s);
    story_ends(s);
}

/* ---- what came back from the server (V-0S3) ---- */

static void agent__cannot_be_reached__the_chat_goes_to_others_at_once(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    agent_is(s, "eve", AVAILABILITY_FREE);
    visitor_says(s, "ann", "are you there?");
    forget_what_was_told(s);
    desk_agent_bounced(desk_of(s), now_of(s), "bob@example.org", "visitor-ann",
                       last_entry(s, "ann"));
    story_turn(s);
    expect_agent_told(s, "bob", "ann", NOTICE_MOVED, "");
    expect_contact_gone(s, "bob", "ann");
    expect_notice(s, "ann", "lost", "bob");
    expect_waiting(s, "ann", CHAT_OFFERED, 1);
    expect_offer(s, "eve", "ann");
    expect_no_offer(s, "bob", "ann"); /* though his presence says that he is there */
    forget_what_was_told(s);
    story_ends(s);
}

static void agent__has_answered_since__a_late_bounce_changes_nothing(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    visitor_says(s, "ann", "are you there?");
    int64_t line = last_entry(s, "ann");
    agent_says(s, "bob", "ann", "yes");
    forget_what_was_told(s);
    desk_agent_bounced(desk_of(s), now_of(s), "bob@example.org", "visitor-ann", line);
    story_turn(s);
    expect_owner(s, "ann", "bob");
    expect_nothing(s);
    story_ends(s);
}

static void agent__cannot_be_offered_a_chat__counts_as_declined(void **state)
{
    (void)state;
    struct story *s = story_of_sales();
    agent_is(s, "bob", AVAILABILITY_FREE);
    agent_is(s, "eve", AVAILABILITY_AWAY);
    visitor_says(s, "ann", "hello?");
    forget_what_was_told(s);
    desk_agent_bounced(desk_of(s), now_of(s), "bob@example.org", "visitor-ann",
                       last_entry(s, "ann"));
    story_turn(s);
    expect_contact_gone(s, "bob", "ann");
    expect_offer(s, "eve", "ann");
    forget_what_was_told(s);
    story_ends(s);
}

/* ---- looking ---- */

static void desk__knows_the_last_line_that_arrived_from_an_agent(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    const char *bob = "bob@example.org";
    agent_says(s, "bob", "ann", "the last one");
    visitor_says(s, "ann", "and?");
    assert_string_equal(desk_agent_last_line(desk_of(s), bob, "visitor-ann")->body, "the last one");
    assert_null(desk_agent_last_line(desk_of(s), "eve@example.org", "visitor-ann"));
    assert_null(desk_agent_last_line(desk_of(s), bob, "visitor-xy"));
    visitor_arrives(s, "cem");
    assert_null(desk_agent_last_line(desk_of(s), bob, "visitor-cem"));
    forget_what_was_told(s);
    story_ends(s);
}

static void desk__knows_its_agents(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "eve", 1);
    has_department(s, "sales", "bob eve");
    has_department(s, "support", "eve");
    story_begins(s);
    struct desk *d = desk_of(s);
    assert_true(desk_is_agent(d, "bob@example.org"));
    assert_false(desk_is_agent(d, "ann@example.org"));
    assert_true(desk_is_agent_of(d, "eve@example.org", "support"));
    assert_false(desk_is_agent_of(d, "bob@example.org", "support"));
    assert_false(desk_is_agent_of(d, "bob@example.org", "nowhere"));
    assert_string_equal(desk_agent_name(d, "eve@example.org"), "Eve");
    assert_null(desk_agent_name(d, "ann@example.org"));
    assert_string_equal(desk_agent_department(d, "eve@example.org", 1), "support");
    assert_null(desk_agent_department(d, "eve@example.org", 2));
    assert_null(desk_agent_department(d, "ann@example.org", 0));
    assert_int_equal(desk_agent_count(d), 2);
    assert_string_equal(desk_agent_jid(d, 0), "bob@example.org");
    assert_int_equal(desk_department_count(d), 2);
    assert_string_equal(desk_department_id(d, 1), "support");
    agent_is(s, "eve", AVAILABILITY_FREE);
    assert_null(desk_agent_contact(d, "eve@example.org", 0));
    visitor_says_to(s, "support", "ann", "hello?");
    assert_string_equal(desk_agent_contact(d, "eve@example.org", 0), "visitor-ann");
    assert_null(desk_agent_contact(d, "eve@example.org", 1));
    assert_null(desk_agent_contact(d, "bob@example.org", 0));
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agent__who_does_not_own_the_chat__is_not_heard),
        cmocka_unit_test(agent__of_another_department__cannot_take_the_chat),
        cmocka_unit_test(agent__is_answered__for_what_there_is_not),
        cmocka_unit_test(agent__repeats_a_line__shown_once),
        cmocka_unit_test(agent__repeats_a_line_of_an_earlier_chat__shown_once),
        cmocka_unit_test(agent__writes_to_a_closed_chat__to_its_record_only),
        cmocka_unit_test(agent__writes_to_an_absent_visitor__is_told_once),
        cmocka_unit_test(agent__writes_while_the_visitor_changes_pages__nobody_notices),
        cmocka_unit_test(agent__writes_when_the_visitor_has_just_left__is_told_when_it_is_known),
        cmocka_unit_test(agent__types__seen_from_the_owner_only),
        cmocka_unit_test(agent__marks_lines_of_the_visitor),
        cmocka_unit_test(agent__ends_the_chat__the_visitor_is_told),
        cmocka_unit_test(agent__cannot_end_what_is_only_offered),
        cmocka_unit_test(agent__cannot_be_reached__the_chat_goes_to_others_at_once),
        cmocka_unit_test(agent__has_answered_since__a_late_bounce_changes_nothing),
        cmocka_unit_test(agent__cannot_be_offered_a_chat__counts_as_declined),
        cmocka_unit_test(desk__knows_the_last_line_that_arrived_from_an_agent),
        cmocka_unit_test(desk__knows_its_agents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
