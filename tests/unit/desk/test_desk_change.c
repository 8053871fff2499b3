/* Corrections, retractions, reactions, replies: who may, how often, what is kept and what is told.
 */
#include "story.h"

#include "base/mem.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BOB "bob@example.org"
#define EVE "eve@example.org"
#define ANN "visitor-ann"

/* v1 by Ann, a1 by Bob. */
static struct story *story_of_two_lines(void)
{
    struct story *s = story_of_sales();

    agent_is(s, "bob", AVAILABILITY_FREE);
    assert_int_equal(visitor_tries(s, "ann", "sales", "v1", "helo?"), DESK_OK);
    assert_int_equal(agent_tries(s, "bob", "ann", "a1", "ho"), DESK_OK);
    forget_what_was_told(s);
    return s;
}

static enum desk_result visitor_does(struct story *s, enum act act, const char *to, const char *id,
                                     const char *text, int64_t *sequence)
{
    struct desk *d = desk_of(s);
    const struct desk_change change = {act, desk_visitor_line(d, ANN, to, 0), id, text};
    enum desk_result result = desk_visitor_change(d, now_of(s), ANN, &change, sequence);

    story_turn(s);
    return result;
}

static enum desk_result agent_does(struct story *s, const char *agent, enum act act, int64_t about,
                                   const char *id, const char *text)
{
    int64_t sequence = 0;
    const struct desk_change change = {act, about, id, text};
    enum desk_result result =
        desk_agent_change(desk_of(s), now_of(s), agent, ANN, &change, &sequence);

    story_turn(s);
    return result;
}

static int64_t agents_line(struct story *s, const char *id)
{
    return desk_agent_line(desk_of(s), BOB, ANN, id, 0);
}

static const struct entry_record *line(struct story *s, int64_t sequence)
{
    const struct entry_record *e = desk_line(desk_of(s), ANN, sequence);

    assert_non_null(e);
    return e;
}

static void change__correction__is_told_and_the_line_keeps_what_was_said(void **state)
{
    struct story *s = story_of_two_lines();
    int64_t said = desk_visitor_line(desk_of(s), ANN, "v1", 0);
    int64_t corrected = 0;

    (void)state;
    pass_time(s, SECOND);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v2", "hello?", &corrected), DESK_OK);
    expect_change(s, BOB, ANN, "corrected", said, "hello?");
    expect_change(s, ANN, ANN, "corrected", said, "hello?");
    assert_string_equal(line(s, said)->body, "helo?");
    assert_string_equal(entry_shown(line(s, said)), "hello?");
    assert_int_equal(line(s, corrected)->about, said);
    assert_int_equal(line(s, corrected)->at, now_of(s));
    assert_int_equal(agent_does(s, BOB, ACT_CORRECT, agents_line(s, "a1"), "a2", "hi"), DESK_OK);
    expect_change(s, ANN, BOB, "corrected", agents_line(s, "a1"), "hi");
    expect_nothing(s);
    story_ends(s);
}

/* Once more with the same id, and once more without any effect: stored once, told once. */
static void change__that_comes_twice__is_stored_once(void **state)
{
    struct story *s = story_of_two_lines();
    int64_t first = 0;
    int64_t again = 0;

    (void)state;
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v2", "hello?", &first), DESK_OK);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v3", "hello!", &again), DESK_OK);
    forget_what_was_told(s);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v2", "hello?", &again), DESK_REPEATED);
    assert_int_equal(again, first);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v4", "hello!", &again), DESK_REPEATED);
    assert_int_equal(again, desk_visitor_line(desk_of(s), ANN, "v1", 0));
    assert_string_equal(entry_shown(line(s, again)), "hello!");
    desk_restarts(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    visitor_returns(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v2", "hello?", &again), DESK_REPEATED);
    assert_int_equal(again, first);
    expect_nothing(s);
    story_ends(s);
}

/* XEP-0308 wants the id of the line in each correction; some clients give the last correction's. */
static void change__of_a_correction__is_one_of_the_line(void **state)
{
    struct story *s = story_of_two_lines();
    int64_t sequence = 0;

    (void)state;
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v2", "hello?", &sequence), DESK_OK);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v2", "v3", "Hello?", &sequence), DESK_OK);
    assert_string_equal(entry_shown(line(s, desk_visitor_line(desk_of(s), ANN, "v3", 0))),
                        "Hello?");
    assert_int_equal(desk_visitor_line(desk_of(s), ANN, "", sequence),
                     desk_visitor_line(desk_of(s), ANN, "v1", 0));
    forget_what_was_told(s);
    story_ends(s);
}

static void change__of_somebody_elses_line__is_refused(void **state)
{
    struct story *s = story_of_two_lines();
    struct desk *d = desk_of(s);
    int64_t sequence = 0;
    int64_t anns = desk_visitor_line(d, ANN, "v1", 0);
    int64_t bobs = agents_line(s, "a1");
    struct desk_change change = {ACT_CORRECT, bobs, "v2", "I am Bob"};

    (void)state;
    assert_int_equal(desk_visitor_line(d, ANN, "a1", 0), 0); /* ids are each side's own */
    assert_int_equal(desk_visitor_line(d, ANN, "", bobs), bobs);
    assert_int_equal(desk_visitor_change(d, now_of(s), ANN, &change, &sequence), DESK_NOT_AUTHOR);
    change.act = ACT_RETRACT;
    assert_int_equal(desk_visitor_change(d, now_of(s), ANN, &change, &sequence), DESK_NOT_AUTHOR);
    assert_int_equal(agent_does(s, BOB, ACT_CORRECT, anns, "a2", "I am Ann"), DESK_NOT_AUTHOR);
    assert_int_equal(agent_does(s, BOB, ACT_RETRACT, anns, "a3", ""), DESK_NOT_AUTHOR);
    assert_int_equal(agent_does(s, EVE, ACT_CORRECT, bobs, "e1", "I am Bob"), DESK_FORBIDDEN);
    assert_int_equal(agent_does(s, EVE, ACT_REACT, anns, "e2", "+"), DESK_FORBIDDEN);
    assert_int_equal(agent_does(s, "who@example.org", ACT_REACT, anns, "e2", "+"), DESK_FORBIDDEN);
    assert_string_equal(entry_shown(line(s, bobs)), "ho");
    expect_nothing(s);
    story_ends(s);
}

static void change__after_the_end__is_refused(void **state)
{
    struct story *s = story_of_two_lines();
    int64_t sequence = 0;
    int64_t bobs = agents_line(s, "a1");

    (void)state;
    visitor_ends(s, "ann");
    forget_what_was_told(s);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v2", "hello?", &sequence), DESK_CLOSED);
    assert_int_equal(visitor_does(s, ACT_RETRACT, "v1", "v3", "", &sequence), DESK_CLOSED);
    assert_int_equal(agent_does(s, BOB, ACT_RETRACT, bobs, "a2", ""), DESK_CLOSED);
    expect_nothing(s);
    /* A later chat does not open the one before again. */
    assert_int_equal(visitor_tries(s, "ann", "sales", "w1", "me again"), DESK_OK);
    forget_what_was_told(s);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v4", "hello?", &sequence), DESK_CLOSED);
    expect_nothing(s);
    story_ends(s);
}

/* The text stays in the record; nothing that it said is shown any more, its corrections neither. */
static void change__retraction__hides_every_wording(void **state)
{
    struct story *s = story_of_two_lines();
    int64_t correction = 0;
    int64_t sequence = 0;
    int64_t said = desk_visitor_line(desk_of(s), ANN, "v1", 0);

    (void)state;
    visitor_does(s, ACT_CORRECT, "v1", "v2", "my password is x", &correction);
    forget_what_was_told(s);
    assert_int_equal(visitor_does(s, ACT_RETRACT, "v1", "v3", "", &sequence), DESK_OK);
    expect_change(s, BOB, ANN, "retracted", said, "");
    expect_change(s, ANN, ANN, "retracted", said, "");
    assert_int_equal(line(s, said)->fate, FATE_RETRACTED);
    assert_string_equal(line(s, said)->body, "helo?");
    assert_int_equal(line(s, correction)->fate, FATE_RETRACTED);
    assert_string_equal(line(s, correction)->body, "my password is x");
    assert_int_equal(visitor_does(s, ACT_RETRACT, "v1", "v4", "", &sequence), DESK_REPEATED);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v5", "no", &sequence), DESK_NOT_FOUND);
    assert_int_equal(agent_does(s, BOB, ACT_REACT, said, "a2", "+"), DESK_NOT_FOUND);
    expect_nothing(s);
    /* Put to somebody else, it is not told either. */
    agent_is(s, "eve", AVAILABILITY_FREE);
    agent_is(s, "bob", AVAILABILITY_GONE);
    pass_time(s, AGENT_GRACE + SECOND);
    expect_contact(s, "eve", "ann");
    expect_agent_hears(s, "eve", "ann", "(retracted)");
    forget_what_was_told(s);
    story_ends(s);
}

static void change__reactions__of_a_side_replace_each_other(void **state)
{
    struct story *s = story_of_two_lines();
    int64_t sequence = 0;
    int64_t bobs = agents_line(s, "a1");
    struct desk_change change = {ACT_REACT, bobs, "v2", "\U0001F44D \u2764"};

    (void)state;
    assert_int_equal(desk_visitor_change(desk_of(s), now_of(s), ANN, &change, &sequence), DESK_OK);
    expect_change(s, BOB, ANN, "reacted", bobs, "\U0001F44D \u2764");
    expect_change(s, ANN, ANN, "reacted", bobs, "\U0001F44D \u2764");
    assert_int_equal(agent_does(s, BOB, ACT_REACT, bobs, "a2", "\U0001F389"), DESK_OK);
    expect_change(s, ANN, BOB, "reacted", bobs, "\U0001F389");
    assert_string_equal(line(s, bobs)->visitor_reactions, "\U0001F44D \u2764");
    assert_string_equal(line(s, bobs)->agent_reactions, "\U0001F389");
    change.text = "";
    change.sender_id = "v3";
    assert_int_equal(desk_visitor_change(desk_of(s), now_of(s), ANN, &change, &sequence), DESK_OK);
    assert_string_equal(line(s, bobs)->visitor_reactions, "");
    assert_string_equal(line(s, bobs)->agent_reactions, "\U0001F389");
    forget_what_was_told(s);
    story_turn(s);
    story_ends(s);
}

/* At the limit and beyond it; the other side, and a retraction, still may. */
static void change__is_refused__beyond_the_limit(void **state)
{
    struct story *s = story_of_two_lines();
    int64_t sequence = 0;
    int64_t said = desk_visitor_line(desk_of(s), ANN, "v1", 0);
    char id[16];

    (void)state;
    for (int i = 0; i < DESK_CHANGES; i++) {
        snprintf(id, sizeof id, "c%d", i);
        assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", id, id, &sequence), DESK_OK);
        snprintf(id, sizeof id, "r%d", i);
        assert_int_equal(visitor_does(s, ACT_REACT, "v1", id, id, &sequence), DESK_OK);
    }
    forget_what_was_told(s);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "cx", "x", &sequence), DESK_TOO_MANY);
    assert_int_equal(visitor_does(s, ACT_REACT, "v1", "rx", "x", &sequence), DESK_TOO_MANY);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "c3", "c3", &sequence), DESK_REPEATED);
    expect_nothing(s);
    assert_int_equal(agent_does(s, BOB, ACT_REACT, said, "a2", "+"), DESK_OK);
    assert_int_equal(visitor_does(s, ACT_RETRACT, "v1", "z", "", &sequence), DESK_OK);
    forget_what_was_told(s);
    story_ends(s);
}

/* A new agent is told what stands there now; a display of a correction counts for its line. */
static void change__is_what__a_new_agent_is_told(void **state)
{
    struct story *s = story_of_sales();
    int64_t sequence = 0;

    (void)state;
    assert_int_equal(visitor_tries(s, "ann", "sales", "v1", "helo?"), DESK_OK);
    assert_int_equal(visitor_does(s, ACT_CORRECT, "v1", "v2", "hello?", &sequence), DESK_OK);
    forget_what_was_told(s);
    agent_is(s, "bob", AVAILABILITY_FREE);
    expect_offer(s, "bob", "ann");
    expect_agent_hears(s, "bob", "ann", "hello?");
    forget_what_was_told(s);
    desk_agent_seen(desk_of(s), BOB, ANN, sequence, SEEN_DISPLAYED);
    expect_visitor_sees_seen(s, "ann", "v1", SEEN_DISPLAYED);
    expect_nothing(s);
    story_turn(s);
    story_ends(s);
}

static void reply__knows__the_line_it_answers(void **state)
{
    struct story *s = story_of_two_lines();
    struct desk *d = desk_of(s);
    int64_t said = desk_visitor_line(d, ANN, "v1", 0);
    int64_t sequence = 0;

    (void)state;
    assert_int_equal(desk_agent_reply(d, now_of(s), BOB, ANN, "a2", "to that", said, &sequence),
                     DESK_OK);
    expect_visitor_hears(s, "ann", "bob", "to that");
    assert_int_equal(line(s, sequence)->about, said);
    assert_int_equal(desk_act(line(s, sequence)), ACT_REPLY);
    assert_int_equal(
        desk_visitor_reply(d, now_of(s), ANN, "sales", "v2", "and to that", 999999, &sequence),
        DESK_OK);
    assert_int_equal(line(s, sequence)->about, 0);
    assert_int_equal(desk_act(line(s, sequence)), ACT_SAY);
    forget_what_was_told(s);
    story_turn(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(change__correction__is_told_and_the_line_keeps_what_was_said),
        cmocka_unit_test(change__that_comes_twice__is_stored_once),
        cmocka_unit_test(change__of_a_correction__is_one_of_the_line),
        cmocka_unit_test(change__of_somebody_elses_line__is_refused),
        cmocka_unit_test(change__after_the_end__is_refused),
        cmocka_unit_test(change__retraction__hides_every_wording),
        cmocka_unit_test(change__reactions__of_a_side_replace_each_other),
        cmocka_unit_test(change__is_refused__beyond_the_limit),
        cmocka_unit_test(change__is_what__a_new_agent_is_told),
        cmocka_unit_test(reply__knows__the_line_it_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
