/* Rows that a server has taken and only routed. */
#include "story.h"

#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story *story_of_ejabberd(void)
{
    struct story *s = story_begins();

    link_is_lost(s);
    link_comes_up(s, "ejabberd");
    return s;
}

/* Clients that send no receipts: ten minutes on the link count as delivered where handed means
 * routed only. */
static void handed__forgets_what_was_handed_long_ago(void **state)
{
    struct story *s = story_of_ejabberd();

    (void)state;
    add(s, TO_VISITOR, "e1", "One");
    assert_true(fence_answers(s, "anon.example"));
    seconds_pass(s, 599);
    assert_int_equal(stored(s), 1);
    seconds_pass(s, 2);
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

/* What was handed does not keep anybody from speaking; of it, too, no more than the limit is kept.
 */
static void handed__keeps_so_many_that_wait_for_receipts(void **state)
{
    struct story *s = story_of_ejabberd();
    char id[16];

    (void)state;
    for (int i = 1; i <= 3 * ROWS_MAX; i++) {
        snprintf(id, sizeof id, "e%d", i);
        add(s, TO_NINA, id, "x");
        assert_true(fence_answers(s, "example.org"));
        assert_false(outbox_is_full(outbox_of(s)));
    }
    assert_int_equal(stored(s), ROWS_MAX);
    /* The oldest went: the last ones still wait for their receipts. */
    for (int i = 2 * ROWS_MAX + 1; i <= 3 * ROWS_MAX; i++) {
        snprintf(id, sizeof id, "e%d", i);
        outbox_delivered(outbox_of(s), NINA, id);
        assert_false(outbox_is_full(outbox_of(s)));
    }
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

/* It stands for the receipts of all that were sent by then to that address, and of no others. */
static void handed__what_has_arrived_is_done(void **state)
{
    struct story *s = story_of_ejabberd();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    assert_true(fence_answers(s, "example.org"));
    uint64_t first = was_routed(s);
    add(s, TO_NINA, "e2", "Two");
    add(s, TO_FRED, "e3", "Three");
    assert_true(fence_answers(s, "far.example"));
    assert_true(fence_answers(s, "example.org"));
    uint64_t second = was_routed(s);
    assert_true(first > 0 && second > first && second <= outbox_sendings(outbox_of(s)));
    assert_true(outbox_awaits(outbox_of(s), NINA, 0, first));
    assert_false(outbox_awaits(outbox_of(s), NINA, second, second + 10));
    outbox_arrived(outbox_of(s), NINA, first, second);
    assert_int_equal(stored(s), 2);
    assert_false(outbox_awaits(outbox_of(s), NINA, first, second));
    outbox_arrived(outbox_of(s), NINA, 0, first);
    assert_int_equal(stored(s), 1); /* Fred's */
    assert_true(outbox_awaits(outbox_of(s), FRED, 0, outbox_sendings(outbox_of(s))));
    story_ends(s);
}

/* A server may not have it yet: an answer says nothing of it. */
static void handed__what_no_fence_has_passed_has_not_arrived(void **state)
{
    struct story *s = story_of_ejabberd();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    assert_int_equal(was_routed(s), 0);
    assert_false(outbox_awaits(outbox_of(s), NINA, 0, UINT64_MAX));
    outbox_arrived(outbox_of(s), NINA, 0, UINT64_MAX);
    assert_int_equal(stored(s), 1);
    story_ends(s);
}

/* The first fence behind it may have been lost between servers together with it. */
static void handed__row_whose_fence_failed_is_not_taken_to_have_arrived(void **state)
{
    struct story *s = story_of_ejabberd();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    assert_true(fence_fails(s, "example.org", NULL));
    seconds_pass(s, 1);
    assert_true(fence_answers(s, "example.org"));
    outbox_arrived(outbox_of(s), NINA, 0, UINT64_MAX);
    assert_int_equal(stored(s), 1);
    link_is_lost(s); /* sent once more, a fence that does not fail is enough again */
    link_comes_up(s, "ejabberd");
    assert_true(fence_answers(s, "example.org"));
    outbox_arrived(outbox_of(s), NINA, 0, was_routed(s));
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

/* What is sent again has another number: an answer from before says nothing of it. */
static void handed__repeat_has_a_number_of_its_own(void **state)
{
    struct story *s = story_of_ejabberd();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    assert_true(fence_answers(s, "example.org"));
    uint64_t before = was_routed(s);
    link_is_lost(s);
    link_comes_up(s, "ejabberd");
    assert_true(fence_answers(s, "example.org"));
    outbox_arrived(outbox_of(s), NINA, 0, before);
    assert_int_equal(stored(s), 1);
    assert_true(was_routed(s) > before);
    story_ends(s);
}

/* Where it means stored there is nothing to wait for. */
static void handed__stored_rows_are_not_told(void **state)
{
    struct story *s = story_begins();

    (void)state;
    add(s, TO_NINA, "e1", "One");
    assert_true(fence_answers(s, "example.org"));
    assert_int_equal(was_routed(s), 0);
    assert_int_equal(stored(s), 0);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handed__forgets_what_was_handed_long_ago),
        cmocka_unit_test(handed__keeps_so_many_that_wait_for_receipts),
        cmocka_unit_test(handed__what_has_arrived_is_done),
        cmocka_unit_test(handed__what_no_fence_has_passed_has_not_arrived),
        cmocka_unit_test(handed__row_whose_fence_failed_is_not_taken_to_have_arrived),
        cmocka_unit_test(handed__repeat_has_a_number_of_its_own),
        cmocka_unit_test(handed__stored_rows_are_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
