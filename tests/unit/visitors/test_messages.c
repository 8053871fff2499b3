/* Lines, receipts, markers and typing of visitors (docs/PROTOCOL.md sections 3 and 4). */
#include "story.h"

#include "base/mem.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void messages__acknowledge_what_is_stored_with_its_place(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    sends(s, tab, "<message type='chat' to='" SALES "' id='m1'><body>Hello</body></message>");
    expect(s, "<message from='" SALES "' to='tab1@desk.example/x1' type='chat' id='*' when='held'>"
              "<received xmlns='urn:xmpp:receipts' id='m1'/>"
              "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='1'/></message>");
    expect_agents_heard(s, "entry:Hello");
    story_ends(s);
}

/* V-058: the same id once more is acknowledged again with the same place, and shown once. */
static void messages__repeat_is_acknowledged_and_shown_once(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    for (int i = 0; i < 3; i++) {
        sends(s, tab, "<message type='chat' to='" SALES "' id='m1'><body>Hello</body></message>");
        expect(s, "<message from='" SALES "' to='*' type='chat' id='*'>"
                  "<received xmlns='urn:xmpp:receipts' id='m1'/>"
                  "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='1'/></message>");
    }
    expect_agents_heard(s, "entry:Hello");
    expect_agents_heard_nothing(s);
    story_ends(s);
}

static void messages__line_of_an_agent_reaches_every_tab(void **state)
{
    struct story *s = story_begins();
    const char *one = a_tab(s);
    const char *two = a_tab(s);
    const char *stranger = a_tab(s);
    char text[1024];
    char pattern[1024];

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    const char *ada = checks_in(s, one, "");
    snprintf(text, sizeof text, "<token>%s</token>", token_of(s));
    assert_string_equal(checks_in(s, two, text), ada);
    checks_in(s, stranger, "");
    sends(s, one, "<message type='chat' to='" SALES "' id='m1'><body>Hello</body></message>");
    /* The other tab has a copy of the visitor's own line, the stranger has nothing. */
    expect(s, "<message from='" SALES "' to='tab2@desk.example/x2' type='chat' id='m1'>"
              "<body>Hello</body><stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='1'/>"
              "<line xmlns='urn:tresen:visit:1' by='visitor' stamp='*'/></message>");
    expect_nothing_like(s, "<message from='*' to='tab1@desk.example/x1' type='chat' id='m1'>"
                           "<_/></message>");
    nina_says(s, ada, "Hi!");
    for (int i = 1; i <= 2; i++) {
        char jid[64];
        snprintf(jid, sizeof jid, "tab%d@desk.example/x%d", i, i);
        snprintf(pattern, sizeof pattern,
                 "<message from='sales@desk.example/Nina' to='%s' type='chat' id='e*' when='held'>"
                 "<body>Hi!</body><stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='*'/>"
                 "<line xmlns='urn:tresen:visit:1' by='agent' name='Nina'"
                 " stamp='2026-01-05T10:00:00.000Z'/>"
                 "<active xmlns='http://jabber.org/protocol/chatstates'/>"
                 "<request xmlns='urn:xmpp:receipts'/>"
                 "<markable xmlns='urn:xmpp:chat-markers:0'/></message>",
                 jid);
        expect(s, pattern);
    }
    expect_nothing_like(s, "<message from='*' to='tab3@desk.example/x3' type='chat' id='*'>"
                           "<_/></message>");
    story_ends(s);
}

static void says(struct story *s, const char *tab, const char *id, const char *inside)
{
    char *xml = mem_print("<message type='chat' to='" SALES "' id='%s'>%s</message>", id, inside);

    sends(s, tab, xml);
    free(xml);
}

/* V-052 to V-057: only the plain body counts, whatever stands beside it. */
static void messages__nothing_but_the_body_counts(void **state)
{
    static const char *const BESIDE[] = {
        "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message"
        " from='nina@example.org'><body>evil</body></message></forwarded></received>",
        "<result xmlns='urn:xmpp:mam:2' id='1'><forwarded xmlns='urn:xmpp:forward:0'><message>"
        "<body>evil</body></message></forwarded></result>",
        "<forwarded xmlns='urn:xmpp:forward:0'><message><body>evil</body></message></forwarded>",
        "<replace xmlns='urn:xmpp:message-correct:0' id='e9999'/>",
        "<html xmlns='http://jabber.org/protocol/xhtml-im'><body"
        " xmlns='http://www.w3.org/1999/xhtml'>evil</body></html>",
        "<x xmlns='jabber:x:oob'><url>https://evil.example/</url></x>",
        "<addresses xmlns='http://jabber.org/protocol/address'><address type='to'"
        " jid='boss@example.org'/></addresses>",
        "<delay xmlns='urn:xmpp:delay' from='localhost' stamp='1970-01-01T00:00:00Z'/>",
        "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='forged'/>",
        "<body xmlns='urn:other'>evil</body>",
        "<body xml:lang='fr'>evil</body>",
        "<foo xmlns='' xmlns:x='urn:x' x:xmlns='urn:xmpp:mam:2'/>",
    };
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    for (size_t i = 0; i < sizeof BESIDE / sizeof *BESIDE; i++) {
        char id[16];
        char *inside = mem_print("%s<body>good</body>", BESIDE[i]);
        snprintf(id, sizeof id, "m%zu", i);
        seconds_pass(s, 1);
        says(s, tab, id, inside);
        free(inside);
        expect_agents_heard(s, "entry:good");
        expect_agents_heard_nothing(s);
    }
    forget(s);
    says(s, tab, "h", "<html xmlns='http://jabber.org/protocol/xhtml-im'/>");
    says(s, tab, "e", "<body/>");
    says(s, tab, "z", "<body>&#x200B;&#xFEFF; </body>"); /* V-111: nothing visible */
    expect_agents_heard_nothing(s);
    expect_nothing(s);
    story_ends(s);
}

/* V-065. */
static void messages__odd_types_are_refused_and_errors_never_answered(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    checks_in(s, tab, "");
    sends(s, tab, "<message type='groupchat' to='" SALES "' id='g'><body>x</body></message>");
    expect_error(s, "message", "g", "modify", "bad-request");
    sends(s, tab, "<message type='headline' to='" SALES "' id='h'><body>x</body></message>");
    expect_error(s, "message", "h", "modify", "bad-request");
    sends(s, tab, "<message type='error' to='" SALES "' id='e'><body>x</body></message>");
    expect_nothing(s);
    expect_agents_heard_nothing(s);
    story_ends(s);
}

/* V-116: 5,000 characters of four bytes pass, one more does not. */
static void messages__longest_line_passes(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);
    char *line = mem_alloc(5001 * 4 + 1);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    for (size_t i = 0; i < 5001; i++) {
        memcpy(line + 4 * i, "\xf0\x9f\x98\x80", 4);
    }
    char *inside = mem_print("<body>%s</body>", line);
    says(s, tab, "m1", inside);
    expect_error(s, "message", "m1", "modify", "not-acceptable");
    free(inside);
    line[5000 * 4] = '\0';
    inside = mem_print("<body>%s</body>", line);
    says(s, tab, "m2", inside);
    char *heard = mem_print("entry:%s", line); /* V-115: byte for byte */
    expect_agents_heard(s, heard);
    free(heard);
    free(inside);
    free(line);
    story_ends(s);
}

/* V-118: what ends a line elsewhere ends it here; V-110: the rest of a body is left as it is. */
static void messages__line_ends_are_newlines(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    says(s, tab, "m1", "<body>a\u2028b\u2029c&#x85;d&#xD;&#xA;e</body>");
    expect_agents_heard(s, "entry:a\nb\nc\nd\ne");
    says(s, tab, "m2", "<body>\u202eabc &lt;b&gt;&amp;amp;</body>");
    expect_agents_heard(s, "entry:\u202eabc <b>&amp;");
    story_ends(s);
}

/* V-151: beyond the burst an explicit no; what was taken stays taken. */
static void messages__flood_is_refused_in_words(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);
    char id[16];

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    for (int i = 0; i < 30; i++) {
        snprintf(id, sizeof id, "m%d", i);
        says(s, tab, id, "<body>x</body>");
    }
    for (int i = 0; i < 30; i++) {
        snprintf(id, sizeof id, "m%d", i);
        if (i < 10) {
            expect_agents_heard(s, "entry:x");
        } else {
            expect_error(s, "message", id, "wait", "resource-constraint");
        }
    }
    expect_agents_heard_nothing(s);
    seconds_pass(s, 1);
    says(s, tab, "m10", "<body>x</body>");
    expect_agents_heard(s, "entry:x");
    story_ends(s);
}

/* V-152: once in two seconds, and the last state in the end. */
static void messages__typing_is_told_once_in_two_seconds(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    says(s, tab, "m1", "<body>x</body>");
    expect_agents_heard(s, "entry:x");
    seconds_pass(s, 5);
    for (int i = 0; i < 500; i++) {
        says(s, tab, "", "<composing xmlns='http://jabber.org/protocol/chatstates'/>");
        says(s, tab, "", "<paused xmlns='http://jabber.org/protocol/chatstates'/>");
    }
    expect_agents_heard(s, "typing:composing");
    expect_agents_heard_nothing(s);
    seconds_pass(s, 2);
    expect_agents_heard(s, "typing:paused");
    seconds_pass(s, 5);
    expect_agents_heard_nothing(s);
    says(s, tab, "", "<composing xmlns='http://jabber.org/protocol/chatstates'/>");
    says(s, tab, "", "<paused xmlns='http://jabber.org/protocol/chatstates'/>");
    says(s, tab, "m2", "<body>y</body>"); /* overtakes the pause: whoever wrote, writes no more */
    expect_agents_heard(s, "typing:composing");
    expect_agents_heard(s, "entry:y");
    seconds_pass(s, 5);
    expect_agents_heard_nothing(s);
    story_ends(s);
}

/* V-069 to V-071: marks of what is not an agent's line of the own chat change nothing. */
static void messages__marks_count_for_the_agents_lines_only(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    const char *ada = checks_in(s, tab, "");
    says(s, tab, "m1", "<body>x</body>");
    nina_says(s, ada, "Hi");
    const struct element *line =
        expect(s, "<message from='*' to='*' type='chat' id='*'><body>Hi</body><_/></message>");
    char *id = mem_dup(element_attr(line, "id"));
    forget(s);
    static const char *const WRONG[] = {"e1", "e9999", "e-1", "e", "m1", "e1x", "", "e0"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char mark[128];
        snprintf(mark, sizeof mark, "<displayed xmlns='urn:xmpp:chat-markers:0' id='%s'/>",
                 WRONG[i]);
        says(s, tab, "k", mark);
    }
    expect_agents_heard_nothing(s);
    char mark[128];
    snprintf(mark, sizeof mark, "<received xmlns='urn:xmpp:receipts' id='%s'/>", id);
    says(s, tab, "k", mark);
    snprintf(mark, sizeof mark, "<displayed xmlns='urn:xmpp:chat-markers:0' id='%s'/>", id);
    says(s, tab, "k", mark);
    says(s, tab, "k", mark);
    expect_agents_heard(s, "seen:n2");
    expect_agents_heard(s, "seen:n2");
    expect_agents_heard_nothing(s);
    expect_nothing(s);
    free(id);
    story_ends(s);
}

/* V-0S1, the visitor's side: what cannot be stored is refused before it is taken. */
static void messages__refused_while_nothing_can_be_stored(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    storage_test_fail(storage_of(s), 13);
    says(s, tab, "m1", "<body>x</body>");
    story_turn(s);
    forget(s);
    says(s, tab, "m2", "<body>y</body>");
    expect_error(s, "message", "m2", "wait", "resource-constraint");
    sends(s, a_tab(s),
          "<iq type='set' id='v' to='" SALES "'><visit xmlns='urn:tresen:visit:1'/></iq>");
    expect_error(s, "iq", "v", "wait", "resource-constraint");
    expect_agents_heard_nothing(s);
    storage_test_fail(storage_of(s), 0);
    story_ends(s);
}

static void messages__end_is_answered_and_told(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    checks_in(s, tab, "");
    sends(s, tab, "<iq type='set' id='e1' to='" SALES "'><end xmlns='urn:tresen:visit:1'/></iq>");
    expect_error(s, "iq", "e1", "cancel", "item-not-found");
    says(s, tab, "m1", "<body>x</body>");
    forget(s);
    sends(s, tab, "<iq type='set' id='e2' to='" SALES "'><end xmlns='urn:tresen:visit:1'/></iq>");
    expect(s, "<iq type='result' id='e2' from='" SALES "' to='*' when='held'/>");
    expect(s,
           "<message from='" SALES "' to='*' type='chat' id='e*'><body>The chat has ended.</body>"
           "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='*'/>"
           "<line xmlns='urn:tresen:visit:1' by='desk' event='closed' stamp='*'/>"
           "<chat xmlns='urn:tresen:visit:1' state='closed' number='*' at='sales'/></message>");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages__nothing_but_the_body_counts),
        cmocka_unit_test(messages__odd_types_are_refused_and_errors_never_answered),
        cmocka_unit_test(messages__longest_line_passes),
        cmocka_unit_test(messages__line_ends_are_newlines),
        cmocka_unit_test(messages__flood_is_refused_in_words),
        cmocka_unit_test(messages__typing_is_told_once_in_two_seconds),
        cmocka_unit_test(messages__marks_count_for_the_agents_lines_only),
        cmocka_unit_test(messages__refused_while_nothing_can_be_stored),
        cmocka_unit_test(messages__end_is_answered_and_told),
        cmocka_unit_test(messages__acknowledge_what_is_stored_with_its_place),
        cmocka_unit_test(messages__repeat_is_acknowledged_and_shown_once),
        cmocka_unit_test(messages__line_of_an_agent_reaches_every_tab),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
