/* Lines, receipts, markers and typing of visitors (docs/PROTOCOL.md sections 3 and 4). */
#include "story.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages__acknowledge_what_is_stored_with_its_place),
        cmocka_unit_test(messages__repeat_is_acknowledged_and_shown_once),
        cmocka_unit_test(messages__line_of_an_agent_reaches_every_tab),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
