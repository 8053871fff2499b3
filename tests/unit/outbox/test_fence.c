/* How far the servers have it: the ping behind the rows. */
#include "story.h"

#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fence__one_ping_stands_behind_all_that_was_sent(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    add(s, TO_NINA, "e2", "Two"); /* behind the ping that is out */
    assert_true(fence_answers(s, "example.org"));
    assert_int_equal(stored(s), 1);
    assert_true(fence_answers(s, "example.org"));
    assert_int_equal(stored(s), 0);
    assert_false(fence_answers(s, "example.org"));
    story_ends(s);
}

/* On Prosody handed means stored, on ejabberd only routed. */
static void fence__make_of_the_server_says_what_handed_means(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_VISITOR, "e1", "One");
    assert_true(fence_answers(s, "anon.example"));
    assert_int_equal(stored(s), 0);
    link_is_lost(s);
    link_comes_up(s, "ejabberd");
    add(s, TO_VISITOR, "e2", "Two");
    assert_true(fence_answers(s, "anon.example"));
    assert_int_equal(stored(s), 1);
    story_ends(s);
}

/* An answer that comes from the server itself is one; that it cannot be reached is none. */
static void fence__error_of_the_server_is_an_answer(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    assert_true(fence_fails(s, "example.org", "service-unavailable"));
    assert_int_equal(stored(s), 0);
    add(s, TO_FRED, "e2", "Two");
    assert_true(fence_fails(s, "far.example", "remote-server-not-found"));
    assert_int_equal(stored(s), 1);
    assert_false(fence_answers(s, "far.example")); /* not at once again */
    seconds_pass(s, 1);
    assert_true(fence_answers(s, "far.example"));
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

/* A dead server keeps nobody else waiting, not even while rows are under suspicion. */
static void fence__servers_are_fenced_apart(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_FRED, "e1", "One");
    link_is_lost(s);
    link_comes_up(s, "Prosody");
    expect_again(s, "e1", "(again) One");
    add(s, TO_VISITOR, "e2", "Two");
    expect_none(s);
    assert_true(fence_fails(s, "far.example", NULL));
    expect_sent(s, "e2", "Two");
    assert_true(fence_answers(s, "anon.example"));
    assert_int_equal(stored(s), 1);
    story_ends(s);
}

/* Met while the link is up: it is asked what it is before anything is sent there. */
static void fence__stranger_is_asked_what_it_is_at_once(void **state)
{
    struct story *s = story_begins();

    (void)state;
    recorder_forget(post_of(s));
    outbox_add(outbox_of(s), &(struct outbox_record){.side = OUTBOX_VISITOR,
                                                     .to = "ada@new.example/x",
                                                     .from = "",
                                                     .message_id = "e1",
                                                     .body = "One",
                                                     .at = clock_utc_ms()});
    assert_non_null(recorder_take(post_of(s),
                                  "<iq from='*' to='new.example' type='get' id='*' when='now'>"
                                  "<query xmlns='jabber:iq:version'/></iq>"));
    expect_sent(s, "e1", "One");
    story_ends(s);
}

/* Whoever writes from so many domains leaves nothing behind. */
static void fence__servers_without_rows_are_forgotten(void **state)
{
    struct story *s = story_begins();
    char to[64];
    char bare[64];

    (void)state;
    for (int i = 0; i < 3000; i++) {
        snprintf(to, sizeof to, "ada@d%d.example/x", i);
        snprintf(bare, sizeof bare, "ada@d%d.example", i);
        outbox_add(outbox_of(s), &(struct outbox_record){.side = OUTBOX_VISITOR,
                                                         .to = to,
                                                         .from = "",
                                                         .message_id = "e1",
                                                         .body = "One",
                                                         .at = clock_utc_ms()});
        outbox_delivered(outbox_of(s), bare, "e1");
    }
    recorder_answer_none(post_of(s));
    seconds_pass(s, 1);
    add(s, TO_NINA, "e1", "One"); /* who is written to is still known */
    recorder_forget(post_of(s));
    link_is_lost(s);
    recorder_link(post_of(s), true);
    outbox_link_up(outbox_of(s));
    assert_true(recorder_questions(post_of(s)) < 1100);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fence__one_ping_stands_behind_all_that_was_sent),
        cmocka_unit_test(fence__make_of_the_server_says_what_handed_means),
        cmocka_unit_test(fence__error_of_the_server_is_an_answer),
        cmocka_unit_test(fence__servers_are_fenced_apart),
        cmocka_unit_test(fence__stranger_is_asked_what_it_is_at_once),
        cmocka_unit_test(fence__servers_without_rows_are_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
