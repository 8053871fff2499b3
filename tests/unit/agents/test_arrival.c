/* Whether lines have arrived at an agent whose client sends no receipts, on a server that only
 * routes. */
#include "story.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PING(to)                                                                                   \
    "<iq from='" SALES "' to='" to "' type='get' id='*' when='now'>"                               \
    "<ping xmlns='urn:xmpp:ping'/></iq>"
#define ERROR_OF(condition)                                                                        \
    "<error type='cancel'><" condition " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
#define DELAYED "<delay xmlns='urn:xmpp:delay' stamp='2026-01-05T10:00:00Z'/>"

enum { QUIET = 5, SETTLE = 20, LONGEST = 30, REST = 120 };

static const char PC[] = PING(NINA "/pc");
static const char PHONE[] = PING(NINA "/phone");
static const char ANYBODY[] = "<iq from='*' to='*' type='get' id='*' when='now'>"
                              "<ping xmlns='urn:xmpp:ping'/></iq>";

/* type NULL: none in time. */
static void answer(struct story *s, const struct element *ping, const char *type,
                   const char *inside)
{
    char *id = mem_dup(element_attr(ping, "id"));
    char *reply = type != NULL ? mem_print("<iq from='%s' to='" SALES "' type='%s' id='%s'>%s</iq>",
                                           element_attr(ping, "to"), type, id, inside)
                               : NULL;

    assert_true(recorder_answer(post_of(s), id, reply));
    free(reply);
    free(id);
    story_turn(s);
}

static void answers(struct story *s, const char *ping, const char *type, const char *inside)
{
    answer(s, expect(s, ping), type, inside);
}

static void ada_asks(struct story *s, const char *text)
{
    visitor_says(s, ADA, text);
    assert_true(fence_answers(s, "example.org")); /* routed */
}

/* Nina talks with Ada, her client sends no receipts, and what was said so far has arrived. */
static struct story *story_of_nina(const char *server)
{
    struct story *s = story_before_the_link();

    servers_are(s, server);
    link_comes_up(s);
    nina_talks_with_ada(s);
    if (on_their_way(s) > 0) {
        seconds_pass(s, QUIET);
        answers(s, PC, "result", "");
        seconds_pass(s, SETTLE);
    }
    assert_int_equal(on_their_way(s), 0);
    forget(s);
    return s;
}

/* The link is lost and comes back, and her server says who is there: is that line sent again? */
static bool comes_again(struct story *s, const char *text)
{
    char *pattern = mem_print("<message from='*' to='" NINA "' type='chat' id='*'>"
                              "<body>(again) %s</body><_/></message>",
                              text);

    forget(s);
    link_is_lost(s);
    link_comes_up(s);
    agent_sends(s, NINA "/pc", "<presence to='" SALES "'>" DELAYED "</presence>");
    while (fence_answers(s, "example.org")) {
    }
    bool found = recorder_find(post_of(s), pattern) != NULL;
    free(pattern);
    return found;
}

static void arrival__ping_some_seconds_behind_the_line_is_as_good_as_a_receipt(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    ada_asks(s, "Are you there?");
    seconds_pass(s, QUIET - 1);
    expect_nothing_like(s, ANYBODY);
    seconds_pass(s, 1);
    answers(s, PC, "result", "");
    seconds_pass(s, SETTLE - 1);
    assert_int_equal(on_their_way(s), 1);
    seconds_pass(s, 1);
    assert_int_equal(on_their_way(s), 0);
    assert_false(comes_again(s, "Are you there?"));
    story_ends(s);
}

/* The client's own error is an answer of the client. The server's is none. */
static void arrival__only_the_client_answers(void **state)
{
    static const struct {
        const char *type;
        const char *inside;
        bool is_answer;
    } ANSWERS[] = {
        {"result", "", true},
        {"error", ERROR_OF("feature-not-implemented"), true},
        {"error", ERROR_OF("service-unavailable"), false},
        {"error", ERROR_OF("recipient-unavailable"), false},
        {"error", ERROR_OF("remote-server-timeout"), false},
        {NULL, "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        struct story *s = story_of_nina("ejabberd");
        ada_asks(s, "Are you there?");
        seconds_pass(s, QUIET);
        answers(s, PC, ANSWERS[i].type, ANSWERS[i].inside);
        seconds_pass(s, SETTLE);
        assert_int_equal(on_their_way(s), ANSWERS[i].is_answer ? 0 : 1);
        assert_int_equal(comes_again(s, "Are you there?"), !ANSWERS[i].is_answer);
        story_ends(s);
    }
}

/* It is sent again, and that arrives in its turn. */
static void arrival__is_not_known_before_the_answer_has_settled(void **state)
{
    (void)state;
    for (int answered = 0; answered < 2; answered++) {
        struct story *s = story_of_nina("ejabberd");
        ada_asks(s, "Are you there?");
        seconds_pass(s, QUIET);
        if (answered) {
            answers(s, PC, "result", "");
        }
        assert_true(comes_again(s, "Are you there?"));
        seconds_pass(s, QUIET);
        answers(s, PC, "result", "");
        seconds_pass(s, SETTLE);
        assert_int_equal(on_their_way(s), 0);
        story_ends(s);
    }
}

static void arrival__who_sends_receipts_is_not_asked(void **state)
{
    struct story *s = story_of_nina("ejabberd");
    char xml[256];

    (void)state;
    ada_asks(s, "Are you there?");
    const struct element *line = expect(s, "<message from='*' to='" NINA
                                           "' type='chat' id='*'><body>Are you there?</body><_/>"
                                           "</message>");
    snprintf(xml, sizeof xml,
             "<message to='" ADAS "'><received xmlns='urn:xmpp:receipts' id='%s'/></message>",
             element_attr(line, "id"));
    agent_sends(s, NINA "/pc", xml);
    seconds_pass(s, 2 * LONGEST);
    expect_nothing_like(s, ANYBODY);
    story_ends(s);
}

/* Prosody has stored what it has taken. The only question is doubt's. */
static void arrival__is_no_question_where_taken_means_stored(void **state)
{
    struct story *s = story_of_nina("Prosody");

    (void)state;
    ada_asks(s, "Are you there?");
    seconds_pass(s, SETTLE - 1);
    expect_nothing_like(s, ANYBODY);
    story_ends(s);
}

static void arrival__every_client_is_to_answer(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    agent_sends(s, NINA "/phone", "<presence to='" SALES "'><show>away</show></presence>");
    agent_sends(s, NINA "/old", "<presence to='" SALES "'><priority>-1</priority></presence>");
    ada_asks(s, "One");
    seconds_pass(s, QUIET);
    expect_nothing_like(s, PING(NINA "/old")); /* it is given nothing */
    answers(s, PC, "result", "");
    seconds_pass(s, SETTLE);
    assert_int_equal(on_their_way(s), 1);
    answers(s, PHONE, NULL, "");
    seconds_pass(s, SETTLE);
    assert_int_equal(on_their_way(s), 1);
    ada_asks(s, "Two");
    agent_writes(s, NINA, "a2", "Yes"); /* so that doubt does not ask */
    seconds_pass(s, REST);
    answers(s, PC, "result", "");
    answers(s, PHONE, "result", "");
    seconds_pass(s, SETTLE);
    assert_false(comes_again(s, "One")); /* it lay before this question, too */
    assert_false(comes_again(s, "Two"));
    story_ends(s);
}

/* Who is there changes between the line's sending and its end: who has it is not known. The worst
 * of it: all clients answer, the new one for the one that has died with the line. */
static void arrival__is_not_known_when_who_is_there_has_changed(void **state)
{
    static const struct {
        const char *from;
        const char *xml;
        bool is_change;
    } STANZAS[] = {
        {NINA "/pc", "<presence to='" SALES "'/>", true},
        {NINA "/pc", "<presence to='" SALES "'><priority>-1</priority></presence>", true},
        {NINA "/phone", "<presence to='" SALES "' type='unavailable'/>", true},
        {NINA, "<presence to='" SALES "' type='unavailable'/>", true},
        {NINA "/tablet", "<presence to='" SALES "'/>", true},
        {NINA "/tablet", "<presence to='" SALES "'>" DELAYED "</presence>", true},
        {NINA "/pc", "<presence to='" SALES "'>" DELAYED "</presence>", false},
        {NINA "/pc", "<presence to='" ADAS "'/>", false},
        {NINA "/pc", "<message to='" ADAS "' id='x'><body>Yes</body></message>", false},
    };
    enum { BEFORE_HANDED, BEFORE_ASKED, BEFORE_ANSWERED, BEFORE_SETTLED, MOMENTS };

    (void)state;
    for (size_t i = 0; i < sizeof STANZAS / sizeof *STANZAS * MOMENTS; i++) {
        size_t which = i / MOMENTS;
        size_t moment = i % MOMENTS;
        bool is_known = !STANZAS[which].is_change;
        struct story *s = story_of_nina("ejabberd");
        agent_sends(s, NINA "/phone", "<presence to='" SALES "'/>");
        visitor_says(s, ADA, "Are you there?");
        if (moment == BEFORE_HANDED) {
            agent_sends(s, STANZAS[which].from, STANZAS[which].xml);
        }
        assert_true(fence_answers(s, "example.org"));
        if (moment == BEFORE_ASKED) {
            agent_sends(s, STANZAS[which].from, STANZAS[which].xml);
        }
        seconds_pass(s, QUIET);
        if (is_known || moment > BEFORE_ASKED) {
            if (moment == BEFORE_ANSWERED) {
                agent_sends(s, STANZAS[which].from, STANZAS[which].xml);
            }
            answers(s, PC, "result", "");
            answers(s, PHONE, "result", "");
        }
        expect_nothing_like(s, ANYBODY); /* it would wake them for nothing */
        seconds_pass(s, SETTLE - 1);
        if (moment == BEFORE_SETTLED) {
            agent_sends(s, STANZAS[which].from, STANZAS[which].xml);
        }
        seconds_pass(s, 1);
        assert_int_equal(on_their_way(s) == 0, is_known);
        assert_int_equal(comes_again(s, "Are you there?"), !is_known);
        story_ends(s);
    }
}

/* What is sent after the change is known again. */
static void arrival__of_lines_behind_a_change_is_known(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    ada_asks(s, "One");
    is_gone(s, NINA);
    is_there(s, NINA);
    ada_asks(s, "Two");
    seconds_pass(s, QUIET);
    answers(s, PC, "result", "");
    seconds_pass(s, SETTLE);
    assert_int_equal(on_their_way(s), 1);
    assert_true(comes_again(s, "One"));
    story_ends(s);
}

/* Nobody is there: the server keeps it for later, and whoever comes then was not asked about it. */
static void arrival__of_what_was_said_to_nobody_is_not_known(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    is_gone(s, NINA);
    ada_asks(s, "Are you there?");
    seconds_pass(s, QUIET);
    expect_nothing_like(s, ANYBODY);
    is_there(s, NINA);
    seconds_pass(s, LONGEST);
    expect_nothing_like(s, PC);
    assert_true(comes_again(s, "Are you there?"));
    story_ends(s);
}

/* The answer is to a question behind the line, in the order of the link. */
static void arrival__line_behind_the_question_waits_for_the_next(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    ada_asks(s, "One");
    visitor_says(s, ADA, "Two"); /* not with the server when they are asked */
    seconds_pass(s, QUIET);
    assert_true(fence_answers(s, "example.org"));
    ada_asks(s, "Three");
    answers(s, PC, "result", "");
    seconds_pass(s, SETTLE - 1);
    expect_nothing_like(s, ANYBODY); /* one question at a time */
    seconds_pass(s, 1);
    assert_int_equal(on_their_way(s), 2);
    seconds_pass(s, 1);
    answers(s, PC, "result", "");
    seconds_pass(s, SETTLE);
    assert_int_equal(on_their_way(s), 0);
    story_ends(s);
}

/* Line upon line is asked after, too. */
static void arrival__is_asked_in_the_midst_of_chatter(void **state)
{
    struct story *s = story_of_nina("ejabberd");
    char text[32];

    (void)state;
    for (int i = 0; i < LONGEST; i++) {
        snprintf(text, sizeof text, "Line %d", i);
        ada_asks(s, text);
        agent_sends(s, NINA "/pc",
                    "<message to='" ADAS "'>"
                    "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
        expect_nothing_like(s, ANYBODY);
        seconds_pass(s, 1);
    }
    answers(s, PC, "result", "");
    seconds_pass(s, SETTLE);
    assert_int_equal(on_their_way(s), 0);
    story_ends(s);
}

/* A phone in a tunnel is not woken for each line. */
static void arrival__who_was_silent_is_not_asked_soon(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    ada_asks(s, "One");
    seconds_pass(s, QUIET);
    answers(s, PC, "error", ERROR_OF("service-unavailable"));
    ada_asks(s, "Two");
    agent_writes(s, NINA, "a2", "Yes"); /* nor does doubt */
    seconds_pass(s, REST - 1);
    expect_nothing_like(s, ANYBODY);
    seconds_pass(s, 1);
    answers(s, PC, "result", "");
    seconds_pass(s, SETTLE);
    assert_int_equal(on_their_way(s), 0);
    story_ends(s);
}

/* The answer is a sign of life: doubt need not ask the same again. */
static void arrival__answer_ends_doubt(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    ada_asks(s, "Are you there?");
    seconds_pass(s, QUIET);
    answers(s, PC, "result", "");
    seconds_pass(s, LONGEST);
    expect_nothing_like(s, ANYBODY);
    story_ends(s);
}

static void arrival__is_not_asked_if_nobody_is_ever_asked(void **state)
{
    struct story *s = story_of_nina("ejabberd");

    (void)state;
    nobody_is_asked(s);
    ada_asks(s, "Are you there?");
    seconds_pass(s, LONGEST);
    expect_nothing_like(s, ANYBODY);
    story_ends(s);
}

/* It is not certain that presence names all of his clients: somebody may hide the one that has the
 * line. */
static void arrival__of_who_keeps_his_roster_closed_is_not_asked(void **state)
{
    struct story *s = story_of_nina("ejabberd");
    int64_t sequence;

    (void)state;
    is_there(s, FRED);
    visitor_comes(s, "visitor-bob", "");
    assert_int_equal(desk_visitor_say(desk_of(s), clock_utc_ms(), "visitor-bob", "far", "m1",
                                      "Anybody?", &sequence),
                     DESK_OK);
    story_turn(s);
    assert_true(fence_answers(s, "far.example"));
    seconds_pass(s, SETTLE - 1);
    expect_nothing_like(s, ANYBODY);
    assert_true(on_their_way(s) > 0);
    story_ends(s);
}

/* More clients than are kept of one agent: one of the others may have the line. */
static void arrival__of_a_crowd_is_not_known(void **state)
{
    struct story *s = story_of_nina("ejabberd");
    char from[64];

    (void)state;
    for (int i = 1; i <= 32; i++) { /* with /pc one more than the limit */
        snprintf(from, sizeof from, NINA "/%d", i);
        agent_sends(s, from, "<presence to='" SALES "'/>");
    }
    ada_asks(s, "Are you there?");
    seconds_pass(s, QUIET);
    expect_nothing_like(s, ANYBODY);
    agent_sends(s, NINA, "<presence to='" SALES "' type='unavailable'/>");
    for (int i = 1; i <= 32; i++) { /* at the limit */
        snprintf(from, sizeof from, NINA "/%d", i);
        agent_sends(s, from, "<presence to='" SALES "'/>");
    }
    ada_asks(s, "And now?");
    seconds_pass(s, QUIET);
    expect(s, PING(NINA "/32"));
    story_ends(s);
}

/* A visitor's twelve lines in seven minutes, each answered after a quarter of a minute: so many
 * questions (docs/decisions/0089 says how many). */
static void arrival__costs_a_chat_few_questions(void **state)
{
    static const int LINES[] = {0, 40, 43, 90, 130, 134, 138, 200, 260, 300, 340, 400};
    struct story *s = story_of_nina("ejabberd");
    size_t next = 0;
    int reply = -1;
    int questions = 0;
    char id[16];

    (void)state;
    for (int second = 0; second <= 430; second++) {
        if (next < sizeof LINES / sizeof *LINES && second == LINES[next]) {
            ada_asks(s, "A line");
            reply = LINES[next++] + 15;
        }
        if (second == reply) {
            snprintf(id, sizeof id, "r%d", second);
            agent_writes(s, NINA, id, "An answer");
        }
        const struct element *ping = recorder_find(post_of(s), ANYBODY);
        if (ping != NULL) {
            answer(s, ping, "result", "");
            questions++;
        }
        seconds_pass(s, 1);
    }
    assert_int_equal(questions, 9);
    assert_int_equal(on_their_way(s), 0);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrival__ping_some_seconds_behind_the_line_is_as_good_as_a_receipt),
        cmocka_unit_test(arrival__only_the_client_answers),
        cmocka_unit_test(arrival__is_not_known_before_the_answer_has_settled),
        cmocka_unit_test(arrival__who_sends_receipts_is_not_asked),
        cmocka_unit_test(arrival__is_no_question_where_taken_means_stored),
        cmocka_unit_test(arrival__every_client_is_to_answer),
        cmocka_unit_test(arrival__is_not_known_when_who_is_there_has_changed),
        cmocka_unit_test(arrival__of_lines_behind_a_change_is_known),
        cmocka_unit_test(arrival__of_what_was_said_to_nobody_is_not_known),
        cmocka_unit_test(arrival__line_behind_the_question_waits_for_the_next),
        cmocka_unit_test(arrival__is_asked_in_the_midst_of_chatter),
        cmocka_unit_test(arrival__who_was_silent_is_not_asked_soon),
        cmocka_unit_test(arrival__answer_ends_doubt),
        cmocka_unit_test(arrival__is_not_asked_if_nobody_is_ever_asked),
        cmocka_unit_test(arrival__of_who_keeps_his_roster_closed_is_not_asked),
        cmocka_unit_test(arrival__of_a_crowd_is_not_known),
        cmocka_unit_test(arrival__costs_a_chat_few_questions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
