/* What agents keep of a chat and its visitor, and who may. */
#include "base/mem.h"
#include "desk/desk_state.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define ANN "visitor-ann"

static void note__is_told_to_the_owner__and_never_to_the_visitor(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    int64_t before = last_entry(s, "ann");
    assert_int_equal(desk_agent_note(desk_of(s), now_of(s), EVE, ANN, "pays late"), DESK_OK);
    story_turn(s);
    expect_agent_shown(s, "bob", "ann", "Eve", "pays late");
    expect_nothing(s);
    /* It is no line that the visitor could miss. */
    assert_int_equal(last_entry(s, "ann"), before);
    assert_int_equal(desk_agent_note(desk_of(s), now_of(s), BOB, ANN, "my own"), DESK_OK);
    expect_nothing(s);
    story_ends(s);
}

static void note__is_shown_to_who_takes_the_chat_later(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(desk_agent_note(desk_of(s), now_of(s), BOB, ANN, "pays late"), DESK_OK);
    assert_int_equal(desk_agent_tag(desk_of(s), now_of(s), BOB, ANN, "billing", true), DESK_OK);
    story_turn(s);
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE);
    expect_agent_shown(s, "eve", "ann", "Bob", "hi");
    expect_agent_shown(s, "eve", "ann", "Bob", "pays late");
    forget_what_was_told(s);
    story_ends(s);
}

static void note__does_not_answer_the_visitor(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_department(s, "sales", "bob");
    has_answer_time(s, "");
    story_begins(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_says(s, "ann", "hello?");
    agent_says(s, "bob", "ann", "hi");
    visitor_says(s, "ann", "and now?");
    forget_what_was_told(s);
    assert_int_equal(desk_agent_note(desk_of(s), now_of(s), BOB, ANN, "thinking"), DESK_OK);
    pass_time(s, ANSWER);
    expect_reminded(s, "bob", "ann", ANSWER);
    story_ends(s);
}

static void keeping__is_for__the_department_and_supervisors(void **state)
{
    (void)state;
    struct story *s = story_create();
    has_agent(s, "bob", 1);
    has_agent(s, "dan", 1);
    has_department(s, "sales", "bob");
    has_department(s, "support", "dan");
    has_answer_time(s, "boss");
    story_begins(s);
    visitor_says_to(s, "sales", "ann", "hello?");
    struct desk *d = desk_of(s);
    const char *others[] = {"dan@example.org", "who@example.org", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(desk_agent_note(d, now_of(s), others[i], ANN, "x"), DESK_FORBIDDEN);
        assert_int_equal(desk_agent_tag(d, now_of(s), others[i], ANN, "x", true), DESK_FORBIDDEN);
        assert_int_equal(desk_agent_correct(d, now_of(s), others[i], ANN, "name", "x"),
                         DESK_FORBIDDEN);
    }
    assert_int_equal(desk_agent_note(d, now_of(s), "boss@example.org", ANN, "x"), DESK_OK);
    assert_int_equal(desk_agent_note(d, now_of(s), BOB, "visitor-nobody", "x"), DESK_NOT_FOUND);
    visitor_arrives(s, "joe");
    assert_int_equal(desk_agent_note(d, now_of(s), BOB, "visitor-joe", "x"), DESK_NOT_FOUND);
    forget_what_was_told(s);
    story_ends(s);
}

static void expect_tags(struct story *s, const char *tags)
{
    struct chat_view chat;
    assert_true(desk_chat(desk_of(s), ANN, &chat));
    assert_string_equal(chat.tags, tags);
}

static enum desk_result tags(struct story *s, const char *tag, bool present)
{
    enum desk_result done = desk_agent_tag(desk_of(s), now_of(s), BOB, ANN, tag, present);
    story_turn(s);
    return done;
}

static void tags__come_and_go__and_survive_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(tags(s, "one", false), DESK_REPEATED);
    assert_int_equal(tags(s, "one", true), DESK_OK);
    assert_int_equal(tags(s, "one", true), DESK_REPEATED);
    assert_int_equal(tags(s, "on", false), DESK_REPEATED);
    assert_int_equal(tags(s, "two", true), DESK_OK);
    assert_int_equal(tags(s, "three", true), DESK_OK);
    expect_tags(s, "one two three");
    assert_int_equal(tags(s, "two", false), DESK_OK);
    expect_tags(s, "one three");
    desk_restarts(s);
    expect_tags(s, "one three");
    assert_int_equal(tags(s, "one", false), DESK_OK);
    expect_tags(s, "three");
    assert_int_equal(tags(s, "three", false), DESK_OK);
    expect_tags(s, "");
    forget_what_was_told(s);
    story_ends(s);
}

static void tags__have_a_limit(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    char tag[DESK_TAG_BYTES + 2];
    memset(tag, 'x', sizeof tag);
    tag[DESK_TAG_BYTES + 1] = '\0';
    assert_int_equal(tags(s, tag, true), DESK_FULL);
    tag[DESK_TAG_BYTES] = '\0';
    assert_int_equal(tags(s, tag, true), DESK_OK);
    for (int i = 1; i < DESK_TAGS; i++) {
        snprintf(tag, sizeof tag, "t%d", i);
        assert_int_equal(tags(s, tag, true), DESK_OK);
    }
    assert_int_equal(tags(s, "more", true), DESK_FULL);
    forget_what_was_told(s);
    story_ends(s);
}

static enum desk_result corrects(struct story *s, const char *field, const char *value)
{
    enum desk_result done = desk_agent_correct(desk_of(s), now_of(s), BOB, ANN, field, value);
    story_turn(s);
    return done;
}

static const struct visitor_record *ann(struct story *s)
{
    struct visitor_view v;
    assert_true(desk_visitor(desk_of(s), ANN, &v));
    return v.record;
}

static void correction__is_known_at_once__noted__and_survives_a_restart(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    assert_int_equal(corrects(s, "name", "Anna"), DESK_OK);
    expect_card(s, "ann");
    assert_int_equal(corrects(s, "name", "Anna"), DESK_REPEATED);
    assert_int_equal(corrects(s, "email", "anna@example.org"), DESK_OK);
    assert_int_equal(corrects(s, "phone", "030 1"), DESK_OK);
    assert_int_equal(corrects(s, "plan", "small"), DESK_OK);
    assert_int_equal(corrects(s, "pla", "n"), DESK_OK);
    assert_int_equal(corrects(s, "plan", "large"), DESK_OK);
    struct chat *c = desk_find_visitor(desk_of(s), ANN)->chat;
    const struct entry_record *last = transcript_at(&c->transcript, c->transcript.count - 1);
    assert_int_equal(last->kind, ENTRY_NOTE);
    assert_string_equal(last->agent, BOB);
    assert_string_equal(last->body, "plan: small -> large");
    desk_restarts(s);
    assert_string_equal(ann(s)->name, "Anna");
    assert_string_equal(ann(s)->email, "anna@example.org");
    assert_string_equal(ann(s)->phone, "030 1");
    assert_string_equal(ann(s)->fields, "plan: large\npla: n\n");
    assert_int_equal(corrects(s, "plan", ""), DESK_OK);
    assert_string_equal(ann(s)->fields, "pla: n\n");
    assert_int_equal(corrects(s, "plan", ""), DESK_REPEATED);
    assert_int_equal(corrects(s, "phone", ""), DESK_OK);
    assert_string_equal(ann(s)->phone, "");
    forget_what_was_told(s);
    story_ends(s);
}

static void correction__has_limits(void **state)
{
    (void)state;
    struct story *s = story_of_a_chat();
    char field[DESK_FIELD_BYTES + 2];
    char value[DESK_VALUE_BYTES + 2];
    memset(field, 'f', sizeof field);
    memset(value, 'v', sizeof value);
    field[DESK_FIELD_BYTES + 1] = '\0';
    value[DESK_VALUE_BYTES + 1] = '\0';
    assert_int_equal(corrects(s, field, "v"), DESK_FULL);
    assert_int_equal(corrects(s, "f", value), DESK_FULL);
    field[DESK_FIELD_BYTES] = '\0';
    value[DESK_VALUE_BYTES] = '\0';
    assert_int_equal(corrects(s, field, value), DESK_OK);
    for (int i = 1; i < DESK_FIELDS; i++) {
        snprintf(field, sizeof field, "f%d", i);
        assert_int_equal(corrects(s, field, "v"), DESK_OK);
    }
    assert_int_equal(corrects(s, "more", "v"), DESK_FULL);
    assert_int_equal(corrects(s, "f1", "another"), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(note__is_told_to_the_owner__and_never_to_the_visitor),
        cmocka_unit_test(note__is_shown_to_who_takes_the_chat_later),
        cmocka_unit_test(note__does_not_answer_the_visitor),
        cmocka_unit_test(keeping__is_for__the_department_and_supervisors),
        cmocka_unit_test(tags__come_and_go__and_survive_a_restart),
        cmocka_unit_test(tags__have_a_limit),
        cmocka_unit_test(correction__is_known_at_once__noted__and_survives_a_restart),
        cmocka_unit_test(correction__has_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
