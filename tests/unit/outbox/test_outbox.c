/* What becomes of a row (architecture section 8). */
#include "story.h"

#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Both edges' rows take the same way; only the mark is the edge's. */
static void outbox__repeats_what_was_not_handed(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    add(s, TO_VISITOR, "e2", "Two");
    expect_sent(s, "e1", "One");
    expect_sent(s, "e2", "Two");
    link_is_lost(s);
    link_comes_up(s, "Prosody");
    /* One at a time, for either may have ended the link. */
    while (fence_answers(s, "example.org") || fence_answers(s, "anon.example")) {
    }
    expect_again(s, "e1", "(again) One");
    expect_again(s, "e2", "Two");
    assert_int_equal(outbox_count(outbox_of(s)), 0);
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

static void outbox__sends_suspects_singly(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    add(s, TO_VISITOR, "e2", "Two");
    link_is_lost(s);
    link_comes_up(s, "Prosody");
    static const char ANY[] = "<message from='*' to='*' type='chat' id='*'><_/></message>";
    assert_non_null(recorder_take(post_of(s), ANY));
    expect_none(s);
    story_ends(s);
}

/* How many repeats were sent since it was last asked. */
static int repeats(struct story *s)
{
    int count = 0;

    while (recorder_take(post_of(s),
                         "<message from='*' to='*' type='chat' id='*'><_/></message>") != NULL) {
        count++;
    }
    return count;
}

/* Hundreds of rows are not hundreds of journeys to the server and back. */
static void outbox__trusts_suspects_twice_as_much_with_each_fence(void **state)
{
    struct story *s = story_begins();
    char id[16];

    (void)state;
    link_is_lost(s);
    for (int i = 1; i <= 10; i++) {
        snprintf(id, sizeof id, "e%d", i);
        add(s, TO_NINA, id, "x");
    }
    daemon_restarts(s);
    link_comes_up(s, "Prosody");
    const int sent[] = {1, 2, 4, 3};
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        assert_int_equal(repeats(s), sent[i]);
        assert_true(fence_answers(s, "example.org"));
    }
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

/* Lost again with some of them on their way: from then on they go singly, so that the one whose
 * doing it is will be alone. */
static void outbox__trusts_suspects_no_more_after_another_loss(void **state)
{
    struct story *s = story_begins();

    (void)state;
    for (int i = 0; i < 5; i++) {
        add(s, TO_NINA, (const char *[]){"e1", "e2", "e3", "e4", "e5"}[i], "x");
    }
    link_is_lost(s);
    link_comes_up(s, "Prosody");
    assert_true(fence_answers(s, "example.org")); /* e1 is done, e2 and e3 are on their way */
    link_is_lost(s);
    repeats(s);
    link_comes_up(s, "Prosody");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(repeats(s), 1);
        assert_true(fence_answers(s, "example.org"));
    }
    assert_int_equal(stored(s), 0);
    add(s, TO_NINA, "e6", "x"); /* all is forgiven */
    add(s, TO_NINA, "e7", "x");
    assert_int_equal(repeats(s), 2);
    story_ends(s);
}

/* V-040: only a row that was alone in flight at two losses for which the server blamed what it was
 * sent is set aside, and does not come back. */
static void outbox__sets_aside_what_the_server_twice_ended_the_link_for(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_VISITOR, "e1", "Poison");
    server_ends_link(s);
    link_comes_up(s, "Prosody");
    expect_again(s, "e1", "Poison");
    assert_string_equal(was_set_aside(s), "");
    server_ends_link(s);
    assert_string_equal(was_set_aside(s), "e1");
    struct outbox_census c;
    outbox_take_census(outbox_of(s), &c);
    assert_int_equal(c.set_aside, 1);
    link_comes_up(s, "Prosody");
    expect_none(s);
    add(s, TO_NINA, "e1", "Poison"); /* offered to an agent */
    expect_none(s);
    assert_int_equal(stored(s), 0);
    add(s, TO_NINA, "e2", "Good");
    expect_sent(s, "e2", "Good");
    story_ends(s);
}

/* Networks and servers that fail say nothing: that it was under way each time may be chance. */
static void outbox__sets_aside_what_was_alone_at_five_losses_without_a_word(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_VISITOR, "e1", "Unlucky");
    for (int losses = 1; losses <= 5; losses++) {
        assert_string_equal(was_set_aside(s), "");
        link_is_lost(s);
        link_comes_up(s, "Prosody");
    }
    assert_string_equal(was_set_aside(s), "e1");
    expect_none(s);
    story_ends(s);
}

/* It was never alone: whose fault it was is not known. */
static void outbox__blames_nobody_of_two(void **state)
{
    struct story *s = story_begins();

    (void)state;
    for (int losses = 1; losses <= 6; losses++) {
        add(s, TO_NINA, losses % 2 != 0 ? "e1" : "e3", "One");
        add(s, TO_VISITOR, losses % 2 != 0 ? "e2" : "e4", "Two");
        server_ends_link(s);
        link_comes_up(s, "Prosody");
        while (fence_answers(s, "example.org") || fence_answers(s, "anon.example")) {
        }
        recorder_forget(post_of(s));
    }
    assert_string_equal(was_set_aside(s), "");
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

static void outbox__adds_what_is_on_its_way_once(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    add(s, TO_NINA, "e1", "One");
    add(s, TO_FRED, "e1", "One"); /* another account */
    assert_int_equal(outbox_count(outbox_of(s)), 2);
    add(s, TO_NINA, "", "A notice");
    add(s, TO_NINA, "", "A notice"); /* an id of its own each */
    assert_int_equal(outbox_count(outbox_of(s)), 4);
    story_ends(s);
}

/* Whatever client of the account says so. */
static void outbox__receipt_ends_a_row(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_VISITOR, "e1", "One");
    outbox_delivered(outbox_of(s), "eve@anon.example", "e1");
    outbox_delivered(outbox_of(s), "k1@anon.example", "e2");
    assert_int_equal(stored(s), 1);
    outbox_delivered(outbox_of(s), "k1@anon.example", "e1");
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

static void outbox__bounce_is_told_to_its_edge_once(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_VISITOR, "e1", "One");
    assert_false(outbox_bounced(outbox_of(s), "eve@anon.example", "e1"));
    assert_string_equal(came_back(s), "");
    assert_true(outbox_bounced(outbox_of(s), "k1@anon.example", "e1"));
    assert_string_equal(came_back(s), "e1");
    assert_false(outbox_bounced(outbox_of(s), "k1@anon.example", "e1"));
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

/* What is told may say the same line to the same account again. */
static void outbox__bounced_row_may_be_added_again(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    expect_sent(s, "e1", "One");
    add_again_on_bounce(s);
    assert_true(outbox_bounced(outbox_of(s), NINA, "e1"));
    expect_sent(s, "e1", "One");
    assert_int_equal(stored(s), 1);
    story_ends(s);
}

static void outbox__waits_for_its_edge_and_keeps_the_order(void **state)
{
    struct story *s = story_begins();

    (void)state;
    may_be_sent(s, TO_NINA, false);
    add(s, TO_NINA, "e1", "One");
    add(s, TO_NINA, "e2", "Two");
    add(s, TO_FRED, "e1", "One");
    expect_sent(s, "e1", "One");
    expect_none(s);
    may_be_sent(s, TO_NINA, true);
    const char *any = "<message from='*' to='*' type='chat' id='*'><_/></message>";
    assert_string_equal(element_attr(recorder_take(post_of(s), any), "id"), "e1");
    assert_string_equal(element_attr(recorder_take(post_of(s), any), "id"), "e2");
    story_ends(s);
}

static void notice(struct story *s, const char *from, const char *visitor, int64_t chat,
                   const char *body)
{
    outbox_add(outbox_of(s), &(struct outbox_record){.side = OUTBOX_AGENT,
                                                     .to = NINA,
                                                     .from = from,
                                                     .message_id = "",
                                                     .body = body,
                                                     .visitor = visitor,
                                                     .chat = chat});
}

/* Whether its address, or what is known of the row, says whom it is about; also after a restart. */
static void outbox__forgets_what_is_of_a_person_who_is_erased(void **state)
{
    struct story *s = story_begins();

    (void)state;
    may_be_sent(s, TO_NINA, false);
    notice(s, "visitor-a", "", 0, "A line of Anna's");
    notice(s, "sales", "", 0, "Somebody waits: visitor-a@desk.example");
    notice(s, "sales", "visitor-a", 0, "Bob has taken the chat of Anna");
    notice(s, "sales", "visitor-b", 0, "Bob has taken the chat of Zoe");
    assert_int_equal(stored(s), 4);
    daemon_restarts(s);
    outbox_forget(outbox_of(s), "visitor-a");
    assert_int_equal(stored(s), 1);
    assert_int_equal(outbox_count(outbox_of(s)), 1);
    story_ends(s);
}

static void outbox__forgets_what_is_of_a_chat_that_is_erased(void **state)
{
    struct story *s = story_begins();

    (void)state;
    may_be_sent(s, TO_NINA, false);
    notice(s, "ticket-7", "", 7, "A line of ticket 7");
    notice(s, "sales", "", 0, "7 Anna: my knee\n    ticket-7@desk.example");
    notice(s, "sales", "", 0, "77 Zoe\n    ticket-77@desk.example");
    notice(s, "ticket-77", "", 77, "A line of ticket 77");
    outbox_forget_chat(outbox_of(s), 7);
    assert_int_equal(stored(s), 2);
    outbox_forget_chat(outbox_of(s), 77);
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

static void outbox__restart_asks_whether_it_is_still_wanted(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    add(s, TO_VISITOR, "e2", "Two");
    nothing_is_wanted(s, TO_NINA);
    daemon_restarts(s);
    assert_int_equal(stored(s), 1);
    link_comes_up(s, "Prosody");
    expect_again(s, "e2", "Two");
    expect_none(s);
    story_ends(s);
}

/* It says so at the limit, takes what is added all the same, and has room when a tenth is free. */
static void outbox__is_full_at_its_limit_and_drops_nothing(void **state)
{
    struct story *s = story_begins();
    char id[16];

    (void)state;
    link_is_lost(s);
    for (int i = 1; i <= ROWS_MAX + 5; i++) {
        assert_int_equal(outbox_is_full(outbox_of(s)), i > ROWS_MAX);
        snprintf(id, sizeof id, "e%d", i);
        add(s, TO_NINA, id, "x");
    }
    assert_int_equal(stored(s), ROWS_MAX + 5);
    for (int i = 1; i <= 7; i++) {
        assert_true(outbox_is_full(outbox_of(s)));
        snprintf(id, sizeof id, "e%d", i);
        outbox_delivered(outbox_of(s), NINA, id);
    }
    assert_int_equal(outbox_count(outbox_of(s)), ROWS_MAX - ROWS_MAX / 10);
    assert_false(outbox_is_full(outbox_of(s)));
    story_ends(s);
}

/* The end of one that was handed is not room that somebody takes. */
static void outbox__is_not_full_one_before_its_limit(void **state)
{
    struct story *s = story_begins();
    char id[16];

    (void)state;
    link_is_lost(s);
    link_comes_up(s, "ejabberd");
    add(s, TO_NINA, "e1", "x");
    assert_true(fence_answers(s, "example.org"));
    for (int i = 2; i <= ROWS_MAX; i++) {
        snprintf(id, sizeof id, "e%d", i);
        add(s, TO_NINA, id, "x");
    }
    outbox_delivered(outbox_of(s), NINA, "e1");
    assert_false(outbox_is_full(outbox_of(s)));
    add(s, TO_NINA, "e99", "x");
    assert_true(outbox_is_full(outbox_of(s)));
    story_ends(s);
}

static void expect_census(struct story *s, size_t queued, size_t sent, size_t handed,
                          uint64_t sendings)
{
    struct outbox_census c;

    outbox_take_census(outbox_of(s), &c);
    assert_int_equal(c.queued, queued);
    assert_int_equal(c.sent, sent);
    assert_int_equal(c.handed, handed);
    assert_int_equal(c.sendings, sendings);
    assert_int_equal(c.queued + c.sent + c.handed, outbox_count(outbox_of(s)));
}

static void outbox_take_census__counts_rows_by_how_far_they_are(void **state)
{
    struct story *s = story_begins();
    struct outbox_census c;

    (void)state;
    expect_census(s, 0, 0, 0, 0);
    may_be_sent(s, TO_NINA, false);
    add(s, TO_NINA, "e1", "One");
    add(s, TO_FRED, "e2", "Two");
    expect_census(s, 1, 1, 0, 1);
    assert_true(fence_answers(s, "far.example")); /* Prosody: it is stored there */
    expect_census(s, 1, 0, 0, 1);
    link_is_lost(s);
    link_comes_up(s, "ejabberd");
    add(s, TO_FRED, "e3", "Three");
    expect_census(s, 1, 1, 0, 2);
    assert_true(fence_answers(s, "far.example")); /* only routed: a receipt is to come */
    expect_census(s, 1, 0, 1, 2);
    link_is_lost(s);
    expect_census(s, 2, 0, 0, 2);
    link_comes_up(s, "ejabberd");
    expect_census(s, 1, 1, 0, 3);
    assert_true(outbox_bounced(outbox_of(s), FRED, "e3"));
    outbox_take_census(outbox_of(s), &c);
    assert_int_equal(c.bounced, 1);
    assert_int_equal(c.set_aside, 0);
    expect_census(s, 1, 0, 0, 3);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outbox__repeats_what_was_not_handed),
        cmocka_unit_test(outbox__sends_suspects_singly),
        cmocka_unit_test(outbox__trusts_suspects_twice_as_much_with_each_fence),
        cmocka_unit_test(outbox__trusts_suspects_no_more_after_another_loss),
        cmocka_unit_test(outbox__sets_aside_what_the_server_twice_ended_the_link_for),
        cmocka_unit_test(outbox__sets_aside_what_was_alone_at_five_losses_without_a_word),
        cmocka_unit_test(outbox__blames_nobody_of_two),
        cmocka_unit_test(outbox__adds_what_is_on_its_way_once),
        cmocka_unit_test(outbox__receipt_ends_a_row),
        cmocka_unit_test(outbox__bounce_is_told_to_its_edge_once),
        cmocka_unit_test(outbox__bounced_row_may_be_added_again),
        cmocka_unit_test(outbox__waits_for_its_edge_and_keeps_the_order),
        cmocka_unit_test(outbox__forgets_what_is_of_a_person_who_is_erased),
        cmocka_unit_test(outbox__forgets_what_is_of_a_chat_that_is_erased),
        cmocka_unit_test(outbox__restart_asks_whether_it_is_still_wanted),
        cmocka_unit_test(outbox__is_full_at_its_limit_and_drops_nothing),
        cmocka_unit_test(outbox__is_not_full_one_before_its_limit),
        cmocka_unit_test(outbox_take_census__counts_rows_by_how_far_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
