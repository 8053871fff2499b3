/* Lines of agents, commands, receipts, typing (docs/PROTOCOL.md section 8). */
#include "story.h"

#include "base/mem.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void messages__first_answer_claims_and_the_others_are_told(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    is_there(s, OTTO);
    visitor_says(s, ADA, "Hello?");
    expect_notice(s, OTTO, "— Visitor 1001 waits in Sales (chat 1001). Answer to take it");
    agent_writes(s, NINA, "a1", "Hi!");
    expect_line(s, OTTO, "— Nina has taken this chat.");
    agent_writes(s, OTTO, "o1", "Me too"); /* V-074 */
    expect_notice(s, OTTO, "— The visitor has not seen your line: Nina has this chat.");
    story_ends(s);
}

static void messages__receipt_means_stored(void **state)
{
    static const char RECEIPT[] =
        "<message from='" ADAS "/web' to='" NINA "/pc' type='chat' id='*' when='held'>"
        "<received xmlns='urn:xmpp:receipts' id='a2'/></message>";
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    agent_sends(s, NINA "/pc",
                "<message type='chat' to='" ADAS "' id='a2'><body>Yes</body>"
                "<request xmlns='urn:xmpp:receipts'/></message>");
    expect(s, RECEIPT);
    story_ends(s);
}

/* V-0S1. */
static void messages__no_receipt_while_nothing_can_be_stored(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    storage_test_fail(storage_of(s), 13);
    agent_writes(s, NINA, "a2", "Lost?");
    story_turn(s);
    forget(s);
    agent_sends(s, NINA "/pc",
                "<message type='chat' to='" ADAS "' id='a3'><body>Yes</body>"
                "<request xmlns='urn:xmpp:receipts'/></message>");
    expect_error(s, "message", "a3", "wait", "resource-constraint");
    expect_nothing_like(s, "<message from='*' to='*' type='chat' id='*'>"
                           "<received xmlns='urn:xmpp:receipts' id='a3'/></message>");
    storage_test_fail(storage_of(s), 0);
    story_ends(s);
}

/* What looks like the desk's own words is quoted; other lines are as they are (V-110, V-115). */
static void messages__nothing_passes_for_the_desk(void **state)
{
    static const struct {
        const char *said;
        const char *shown;
    } LINES[] = {
        {"— Nina has taken this chat.", "> — Nina has taken this chat."},
        {"– The chat has ended.", "> – The chat has ended."},
        {"\u200b \u2015 The chat has ended.", "> \u200b \u2015 The chat has ended."},
        {"one\n— two\nthree", "one\n> — two\nthree"},
        {"- a list\n- of things", "- a list\n- of things"},
        {"a — b", "a — b"},
        {"\U0001F468\u200d\U0001F469\u200d\U0001F467 \U0010FFFF",
         "\U0001F468\u200d\U0001F469\u200d\U0001F467 \U0010FFFF"},
    };
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        visitor_says(s, ADA, LINES[i].said);
        expect_line(s, NINA, LINES[i].shown);
    }
    story_ends(s);
}

static void messages__encrypted_line_is_answered_in_words(void **state)
{
    struct story *s = story_begins();
    struct chat_view chat;

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    forget(s);
    agent_sends(s, NINA "/pc",
                "<message type='chat' to='" ADAS "' id='a1'><body>I sent you an encrypted message"
                "</body><encrypted xmlns='eu.siacs.conversations.axolotl'/></message>");
    expect(s, "<message from='" ADAS "' to='" NINA "' type='chat' id='*'>"
              "<body>— This line was encrypted*</body></message>");
    assert_true(desk_chat(desk_of(s), ADA, &chat));
    assert_int_equal(chat.state, CHAT_OFFERED);
    story_ends(s);
}

/* V-156. */
static void messages__flood_of_an_agent_is_refused_in_words(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    fake_clock_pass(MINUTE);
    for (int i = 0; i < 120; i++) {
        char id[16];
        snprintf(id, sizeof id, "f%d", i);
        agent_writes(s, NINA, id, "x");
        if (i >= 100) {
            expect_error(s, "message", id, "wait", "resource-constraint");
        }
    }
    expect_nothing_like(s, "<message from='*' to='*' type='error' id='*'><_/></message>");
    story_ends(s);
}

static void messages__odd_ones(void **state)
{
    struct story *s = story_begins();
    char *line = mem_alloc(5002);

    (void)state;
    nina_talks_with_ada(s);
    agent_sends(s, NINA "/pc",
                "<message type='groupchat' to='" ADAS "' id='g'><body>x</body></message>");
    expect_error(s, "message", "g", "modify", "bad-request");
    memset(line, 'x', 5001);
    agent_writes(s, NINA, "long", line);
    expect_error(s, "message", "long", "modify", "not-acceptable");
    free(line);
    agent_sends(
        s, NINA "/pc",
        "<message type='chat' to='visitor-no@desk.example' id='n'><body>x</body></message>");
    expect_error(s, "message", "n", "cancel", "item-not-found");
    agent_sends(s, NINA "/pc",
                "<message type='error' to='" ADAS "' id='zzz'><body>x</body></message>");
    expect_no_message(s);
    expect_nothing_like(s, "<message from='*' to='*' type='error' id='*'><_/></message>");
    story_ends(s);
}

static void messages__typing_goes_to_who_is_there(void **state)
{
    static const char TYPING[] =
        "<message from='" ADAS "/web' to='" NINA "' type='chat' when='now'>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
        "<no-store xmlns='urn:xmpp:hints'/></message>";
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    desk_visitor_typing(desk_of(s), ADA, "composing");
    expect(s, TYPING);
    is_gone(s, NINA);
    forget(s);
    desk_visitor_typing(desk_of(s), ADA, "composing");
    expect_nothing_like(s, TYPING);
    story_ends(s);
}

static void command_sends(struct story *s, const char *to, const char *text)
{
    char *xml =
        mem_print("<message type='chat' to='%s' id='c'><body>%s</body></message>", to, text);

    agent_sends(s, NINA "/pc", xml);
    free(xml);
}

static void expect_reply(struct story *s, const char *from, const char *beginning)
{
    char *pattern = mem_print("<message from='%s' to='" NINA "' type='chat' id='*' when='held'>"
                              "<body>%s*</body></message>",
                              from, beginning);

    expect(s, pattern);
    free(pattern);
}

static void commands__are_answered(void **state)
{
    struct story *s = story_begins();
    struct chat_view chat;

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    command_sends(s, ADAS, "!help");
    expect_reply(s, ADAS, "— What you write here goes to the visitor. Commands:\n!help");
    command_sends(s, SALES, "!queue");
    expect_reply(s, SALES, "— Sales: 1 waiting, 0 active, 2 free (open)");
    command_sends(s, "desk.example", "!QUEUE");
    expect_reply(s, "desk.example", "— Sales: 1 waiting");
    command_sends(s, ADAS, "!nonsense");
    expect_reply(s, ADAS, "— There is no such command.");
    command_sends(s, ADAS, "!decline");
    expect_reply(s, ADAS, "— Left to others.");
    command_sends(s, ADAS, "!decline");
    expect_reply(s, ADAS, "— This chat is not offered to you.");
    command_sends(s, ADAS, "!end");
    expect_reply(s, ADAS, "— This chat is not yours to end.");
    command_sends(s, ADAS, "!!end"); /* a line that begins with the prefix */
    assert_true(desk_chat(desk_of(s), ADA, &chat));
    assert_string_equal(desk_agent_last_line(desk_of(s), NINA, ADA)->body, "!end");
    command_sends(s, ADAS, "!end");
    expect_reply(s, ADAS, "— The chat has ended.");
    story_ends(s);
}

/* Two robots do not talk to each other for ever. */
static void commands__chatter_at_a_department_is_answered_thrice(void **state)
{
    struct story *s = story_begins();
    int answers = 0;

    (void)state;
    for (int i = 0; i < 50; i++) {
        command_sends(s, SALES, "I am on holidays.");
    }
    while (recorder_find(post_of(s),
                         "<message from='" SALES "' to='*' type='chat' id='*'><_/></message>")) {
        answers++;
    }
    assert_int_equal(answers, 3);
    story_ends(s);
}

/* ---- after a gap in the link ---- */

#define BACK "— The connection is back. "
#define BACK_LIKE(mark)                                                                            \
    "<message from='" ADAS "/web' to='" NINA "' type='chat' id='n*'><body>" mark BACK              \
    "The last line that arrived from you, at 2026-*</body><_/></message>"

/* The next one; marked or not, by the order in which lines were sent before the link was lost. */
static const struct element *find_last_line(struct story *s)
{
    const struct element *e = recorder_find(post_of(s), BACK_LIKE(""));

    return e != NULL ? e : recorder_find(post_of(s), BACK_LIKE("(again) "));
}

/* Its id, good until forget(). */
static const char *expect_last_line(struct story *s)
{
    const struct element *e = find_last_line(s);

    assert_non_null(e);
    assert_string_equal(strrchr(element_child_text(e, "body", NULL), ' '), " Hi!");
    return element_attr(e, "id");
}

/* Whoever has the chat, for as long as it is theirs; the same gap is not told twice. */
static void messages__last_line_that_arrived_is_told_after_each_gap(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    is_there(s, OTTO);
    visitor_says(s, "visitor-eve", "Hello?"); /* is offered, and nobody's */
    forget(s);
    link_is_lost(s);
    link_comes_up(s);
    link_is_lost(s); /* before it was told */
    link_comes_up(s);
    while (fence_answers(s, "example.org")) {
    }
    char *first = mem_dup(expect_last_line(s));
    assert_null(find_last_line(s));
    forget(s);
    daemon_restarts(s);
    link_comes_up(s);
    while (fence_answers(s, "example.org")) {
    }
    /* News, not a repeat: lines that were sent in between may be lost. */
    assert_string_not_equal(expect_last_line(s), first);
    free(first);
    assert_null(find_last_line(s));
    agent_sends(s, NINA "/pc", "<message to='" ADAS "' id='e'><body>!end</body></message>");
    while (fence_answers(s, "example.org")) {
    }
    forget(s);
    link_is_lost(s);
    link_comes_up(s);
    while (fence_answers(s, "example.org")) {
    }
    assert_null(find_last_line(s));
    story_ends(s);
}

static void messages__last_line_may_be_older_than_what_is_in_memory(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    for (int i = 0; i < 210; i++) {
        visitor_says(s, ADA, "And one more thing.");
        fence_answers(s, "example.org");
    }
    forget(s);
    link_is_lost(s);
    link_comes_up(s);
    expect_notice(s, NINA, BACK "Your last line that arrived lies far above");
    story_ends(s);
}

/* ---- a line that nobody answers ---- */

static void expect_report(struct story *s, const char *to, const char *beginning)
{
    char *pattern = mem_print("<message from='" SALES "/web' to='%s' type='chat' id='n*'"
                              " when='held'><body>%s*</body><_/></message>",
                              to, beginning);

    expect(s, pattern);
    free(pattern);
}

#define REPORTED "— Visitor 1001 has waited for an answer in Sales since 2026-01-05 10:00 UTC. "

static void messages__unanswered_line_is_reported_once(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    forget(s);
    for (int i = 0; i < 12; i++) { /* her client is there: she is not */
        seconds_pass(s, 10);
        agent_sends(s, NINA "/pc", "<presence to='" SALES "'/>");
    }
    expect_notice(s, NINA, "— Visitor 1001 has waited for an answer since 2026-01-05 10:00 UTC.");
    for (int i = 0; i < 12; i++) {
        seconds_pass(s, 10);
        agent_sends(s, NINA "/pc", "<presence to='" SALES "'/>");
    }
    expect_report(s, BOSS, REPORTED "Nina (" NINA ") has chat 1001 and was reminded.");
    expect_report(s, OTTO, REPORTED "Nina (" NINA ") has chat 1001 and was reminded.");
    expect_no_message(s);
    story_ends(s);
}

static void messages__untaken_chat_is_reported_with_its_address(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    forget(s);
    for (int i = 0; i < 24; i++) {
        seconds_pass(s, 10);
        agent_sends(s, NINA "/pc", "<presence to='" SALES "'/>");
    }
    expect_notice(s, NINA,
                  "— Visitor 1001 has waited for an answer since 2026-01-05 10:00 UTC. Answer "
                  "to take this chat, !decline to leave it to others.");
    expect_report(s, BOSS,
                  REPORTED
                  "Nobody has taken chat 1001. An agent of Sales takes it by writing to " ADAS);
    story_ends(s);
}

/* Who is told is no agent: their client's receipt counts, they may ask who is there, and reach no
 * visitor. */
static void messages__supervisor_is_no_agent(void **state)
{
    struct story *s = story_before_the_link();

    (void)state;
    servers_are(s, "ejabberd");
    link_comes_up(s);
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    for (int i = 0; i < 24; i++) {
        seconds_pass(s, 10);
        agent_sends(s, NINA "/pc", "<presence to='" SALES "'/>");
    }
    daemon_restarts(s); /* nobody has confirmed it */
    link_comes_up(s);
    const struct element *line =
        expect(s, "<message from='" SALES "/web' to='" BOSS "' type='chat' id='*'><_/></message>");
    char *receipt = mem_print("<message to='" SALES "'>"
                              "<received xmlns='urn:xmpp:receipts' id='%s'/></message>",
                              element_attr(line, "id"));
    agent_sends(s, BOSS "/pc", receipt);
    free(receipt);
    daemon_restarts(s);
    link_comes_up(s);
    seconds_pass(s, 30);
    expect_nothing_like(s, "<message from='*' to='" BOSS "' type='*' id='*'><_/></message>");
    agent_sends(s, BOSS "/pc", "<message to='" SALES "' id='q'><body>!queue</body></message>");
    expect(s, "<message from='" SALES "' to='" BOSS "' type='chat' id='*'>"
              "<body>— Sales: 0 waiting, 1 active*</body></message>");
    agent_sends(s, BOSS "/pc", "<message to='" ADAS "' id='v'><body>Hello</body></message>");
    expect_error(s, "message", "v", "auth", "forbidden");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages__first_answer_claims_and_the_others_are_told),
        cmocka_unit_test(messages__receipt_means_stored),
        cmocka_unit_test(messages__no_receipt_while_nothing_can_be_stored),
        cmocka_unit_test(messages__nothing_passes_for_the_desk),
        cmocka_unit_test(messages__encrypted_line_is_answered_in_words),
        cmocka_unit_test(messages__flood_of_an_agent_is_refused_in_words),
        cmocka_unit_test(messages__odd_ones),
        cmocka_unit_test(messages__typing_goes_to_who_is_there),
        cmocka_unit_test(messages__last_line_that_arrived_is_told_after_each_gap),
        cmocka_unit_test(messages__last_line_may_be_older_than_what_is_in_memory),
        cmocka_unit_test(messages__unanswered_line_is_reported_once),
        cmocka_unit_test(messages__untaken_chat_is_reported_with_its_address),
        cmocka_unit_test(messages__supervisor_is_no_agent),
        cmocka_unit_test(commands__are_answered),
        cmocka_unit_test(commands__chatter_at_a_department_is_answered_thrice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
