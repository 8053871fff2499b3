/* Tags and the priority of a ticket. */
#include "base/mem.h"
#include "desk/desk_tickets.h"
#include "desk/ticket_keeping.h"
#include "story_wake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EVE "eve@example.org"
#define BOSS "boss@example.org"

/* As an edge reads it before it acts. */
struct reading {
    struct story *story;
    int64_t number;
    struct chat_record chat;
    char *tags;
};

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct reading *r = ctx;

    desk_load_ticket(desk_of(r->story), r->number, answer->ticket);
    assert_non_null(answer->chat);
    r->tags = mem_dup(answer->chat->tags);
    r->chat = (struct chat_record){
        .number = r->number, .priority = answer->chat->priority, .tags = r->tags};
}

static struct reading reads(struct story *s, int64_t number)
{
    struct reading r = {.story = s, .number = number};

    storage_seal(storage_of(s));
    desk_await_ticket(desk_of(s), number);
    storage_ticket(storage_of(s), number, on_ticket, &r);
    storage_dispatch(storage_of(s));
    return r;
}

static enum desk_result tags(struct story *s, const char *who, int64_t number, const char *tag,
                             bool present)
{
    struct reading r = reads(s, number);
    enum desk_result done = desk_ticket_tag(desk_of(s), now_of(s), who, &r.chat, tag, present);

    free(r.tags);
    story_turn(s);
    return done;
}

static enum desk_result sets(struct story *s, const char *who, int64_t number,
                             enum chat_priority priority)
{
    struct reading r = reads(s, number);
    enum desk_result done = desk_ticket_prioritise(desk_of(s), now_of(s), who, &r.chat, priority);

    free(r.tags);
    story_turn(s);
    return done;
}

static void expect_kept(struct story *s, int64_t number, const char *tags,
                        enum chat_priority priority)
{
    struct reading r = reads(s, number);

    assert_string_equal(r.tags, tags);
    assert_int_equal(r.chat.priority, priority);
    assert_int_equal(stored(s, number).priority, priority);
    free(r.tags);
}

/* Away from memory, as one of long ago. */
static void all_is_forgotten(struct story *s)
{
    desk_restarts(s);
    forget_what_was_told(s);
}

static void tag__is_kept__of_a_chat_that_is_in_memory_or_not(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    assert_int_equal(tags(s, BOB, number, "billing", true), DESK_OK); /* its chat lingers */
    expect_kept(s, number, "billing", PRIORITY_NORMAL);
    all_is_forgotten(s);
    assert_int_equal(tags(s, EVE, number, "urgent", true), DESK_OK);
    assert_int_equal(tags(s, EVE, number, "urgent", true), DESK_REPEATED);
    assert_int_equal(tags(s, EVE, number, "billing", false), DESK_OK);
    assert_int_equal(tags(s, EVE, number, "billing", false), DESK_REPEATED);
    expect_kept(s, number, "urgent", PRIORITY_NORMAL);
    assert_int_equal(tags(s, "dan@example.org", number, "mine", true), DESK_NOT_FOUND);
    expect_nothing(s);
    story_ends(s);
}

/* Both were read before either was written. */
static void tag__does_not_undo__one_that_was_put_on_meanwhile(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    all_is_forgotten(s);
    struct reading first = reads(s, number);
    struct reading second = reads(s, number);
    assert_int_equal(desk_ticket_tag(desk_of(s), now_of(s), BOB, &first.chat, "one", true),
                     DESK_OK);
    assert_int_equal(desk_ticket_tag(desk_of(s), now_of(s), EVE, &second.chat, "two", true),
                     DESK_OK);
    free(first.tags);
    free(second.tags);
    story_turn(s);
    expect_kept(s, number, "one two", PRIORITY_NORMAL);
    story_ends(s);
}

static void tags__are_bounded(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    char tag[DESK_TAG_BYTES + 2];
    memset(tag, 'x', sizeof tag - 1);
    tag[DESK_TAG_BYTES + 1] = '\0';
    assert_int_equal(tags(s, BOB, number, tag, true), DESK_FULL);
    tag[DESK_TAG_BYTES] = '\0';
    assert_int_equal(tags(s, BOB, number, tag, true), DESK_OK);
    for (int i = 1; i < DESK_TAGS; i++) {
        snprintf(tag, sizeof tag, "t%d", i);
        assert_int_equal(tags(s, BOB, number, tag, true), DESK_OK);
    }
    assert_int_equal(tags(s, BOB, number, "more", true), DESK_FULL);
    story_ends(s);
}

static void priority__brings__its_own_service_levels(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    time_ms began = now_of(s);
    assert_int_equal(stored(s, number).overdue, began + 4 * HOUR);
    time_passes(s, 10 * MINUTE);
    assert_int_equal(sets(s, BOB, number, PRIORITY_URGENT), DESK_OK);
    assert_int_equal(sets(s, BOB, number, PRIORITY_URGENT), DESK_REPEATED);
    expect_kept(s, number, "", PRIORITY_URGENT);
    assert_int_equal(stored(s, number).overdue, began + HOUR);
    time_passes(s, 38 * MINUTE);
    expect_call(s, "bob", "sales", CALL_SOLUTION_NEAR, "", "1001");
    /* Not so urgent after all: who was warned is warned when it is near again. */
    assert_int_equal(sets(s, BOSS, number, PRIORITY_NORMAL), DESK_OK);
    assert_int_equal(stored(s, number).overdue, began + 4 * HOUR);
    expect_nothing(s);
    time_passes(s, 144 * MINUTE);
    expect_call(s, "bob", "sales", CALL_SOLUTION_NEAR, "", "1001");
    expect_nothing(s);
    story_ends(s);
}

static void priority__that_makes_it_late__is_told_as_such(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    story_begins(s);
    int64_t number = bobs_ticket(s);
    time_passes(s, 2 * HOUR);
    expect_nothing(s);
    all_is_forgotten(s);
    assert_int_equal(sets(s, BOB, number, PRIORITY_URGENT), DESK_OK);
    time_passes(s, SECOND);
    expect_call(s, "bob", "sales", CALL_SOLUTION_LATE, "", "1001");
    expect_call(s, "boss", "sales", CALL_SOLUTION_LATE, "", "1001");
    expect_nothing(s);
    expect_notes(s, number, "service-breached: solution\n");
    story_ends(s);
}

static void priority__is_changed__by_who_may(void **state)
{
    (void)state;
    struct story *s = story_of_levels(NULL);
    has_role(s, ROLE_DISPATCHER, "mover");
    has_role(s, ROLE_DATA_PROTECTION, "lawyer");
    story_begins(s);
    int64_t number = bobs_ticket(s);
    assert_int_equal(sets(s, "mover@example.org", number, PRIORITY_HIGH), DESK_OK);
    assert_int_equal(sets(s, "lawyer@example.org", number, PRIORITY_LOW), DESK_FORBIDDEN);
    assert_int_equal(tags(s, "mover@example.org", number, "mine", true), DESK_FORBIDDEN);
    assert_int_equal(sets(s, "who@example.org", number, PRIORITY_LOW), DESK_NOT_FOUND);
    expect_kept(s, number, "", PRIORITY_HIGH);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tag__is_kept__of_a_chat_that_is_in_memory_or_not),
        cmocka_unit_test(tag__does_not_undo__one_that_was_put_on_meanwhile),
        cmocka_unit_test(tags__are_bounded),
        cmocka_unit_test(priority__brings__its_own_service_levels),
        cmocka_unit_test(priority__that_makes_it_late__is_told_as_such),
        cmocka_unit_test(priority__is_changed__by_who_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
