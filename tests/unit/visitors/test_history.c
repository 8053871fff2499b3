/* XEP-0313 at the conversation's address (docs/PROTOCOL.md section 5). */
#include "story.h"

#include "base/mem.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void asks(struct story *s, const char *from, const char *id, const char *rsm)
{
    char *iq = mem_print("<iq type='set' id='%s' to='" SALES "'><query xmlns='urn:xmpp:mam:2'"
                         " queryid='q'><set xmlns='http://jabber.org/protocol/rsm'>%s</set>"
                         "</query></iq>",
                         id, rsm);

    sends(s, from, iq);
    free(iq);
}

static const char *writes(struct story *s, const char *tab, unsigned lines)
{
    const char *visitor = checks_in(s, tab, "");

    for (unsigned i = 1; i <= lines; i++) {
        char *xml = mem_print("<message type='chat' to='" SALES "' id='m%u'><body>Line %u</body>"
                              "</message>",
                              i, i);
        seconds_pass(s, 1);
        sends(s, tab, xml);
        free(xml);
    }
    forget(s);
    return visitor;
}

static void history__is_told_page_by_page(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    const char *ada = writes(s, tab, 3);
    nina_says(s, ada, "Hi & hello");
    forget(s);
    asks(s, tab, "h1", "<max>2</max>");
    expect(s, "<message from='" SALES "' to='tab1@desk.example/x1' when='held'>"
              "<result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>"
              "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='*'/>"
              "<message xmlns='jabber:client' type='chat' from='visitor-*' to='" SALES "' id='m1'>"
              "<body>Line 1</body><line xmlns='urn:tresen:visit:1' by='visitor' stamp='*'/>"
              "</message></forwarded></result></message>");
    expect(s, "<message from='*' to='*'><result xmlns='urn:xmpp:mam:2' queryid='q' id='2'><_/>"
              "</result></message>");
    expect(s, "<iq type='result' id='h1' from='" SALES "' to='*' when='held'>"
              "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>"
              "<first>1</first><last>2</last><count>*</count></set></fin></iq>");
    asks(s, tab, "h2", "<max>50</max><after>3</after>");
    expect(s, "<message from='*' to='*'><result xmlns='urn:xmpp:mam:2' queryid='q' id='*'>"
              "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='*'/>"
              "<message xmlns='jabber:client' type='chat' from='" SALES "/Nina' to='visitor-*'"
              " id='e*'><body>Hi &amp; hello</body><line xmlns='urn:tresen:visit:1' by='agent'"
              " name='Nina' stamp='*'/></message></forwarded></result></message>");
    expect(s, "<iq type='result' id='h2' from='*' to='*'><fin xmlns='urn:xmpp:mam:2'"
              " complete='true'><_/></fin></iq>");
    asks(s, tab, "h3", "<max>1</max><before/>");
    expect(s, "<iq type='result' id='h3' from='*' to='*'><fin xmlns='urn:xmpp:mam:2'><_/></fin>"
              "</iq>");
    asks(s, tab, "h4", "<max>0</max>"); /* XEP-0059 2.6: the count alone */
    expect(s, "<iq type='result' id='h4' from='*' to='*'><fin xmlns='urn:xmpp:mam:2'>"
              "<set xmlns='http://jabber.org/protocol/rsm'><count>*</count></set></fin></iq>");
    story_ends(s);
}

/* V-066 and V-082: the own conversation only, also for who became another meanwhile. */
static void history__is_of_the_own_conversation_only(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);
    const char *other = a_tab(s);
    char iq[256];

    (void)state;
    writes(s, tab, 2);
    checks_in(s, other, "");
    asks(s, other, "h1", "<max>50</max>");
    expect(s, "<iq type='result' id='h1' from='*' to='*'><fin xmlns='urn:xmpp:mam:2'"
              " complete='true'><_/></fin></iq>");
    expect_nothing(s);
    snprintf(iq, sizeof iq,
             "<iq type='set' id='t' to='" SALES "'><visit xmlns='urn:tresen:visit:1'>"
             "<token>%s</token></visit></iq>",
             token_of(s));
    storage_test_hold(storage_of(s), true);
    sends(s, tab, iq); /* becomes the other; what it asks now waits */
    asks(s, tab, "h2", "<max>50</max>");
    storage_test_hold(storage_of(s), false);
    story_turn(s);
    story_turn(s);
    expect(s, "<iq type='result' id='h2' from='*' to='tab1@desk.example/x1'>"
              "<fin xmlns='urn:xmpp:mam:2' complete='true'><_/></fin></iq>");
    expect_nothing_like(s, "<message from='*' to='*'><_/></message>");
    story_ends(s);
}

/* The other way round: asked as one, answered when the stream speaks for another. */
static void history__asked_before_becoming_another_is_refused(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);
    char iq[256];

    (void)state;
    checks_in(s, a_tab(s), "");
    snprintf(iq, sizeof iq,
             "<iq type='set' id='t' to='" SALES "'><visit xmlns='urn:tresen:visit:1'>"
             "<token>%s</token></visit></iq>",
             token_of(s));
    writes(s, tab, 1);
    storage_test_hold(storage_of(s), true);
    sends(s, tab, "<message type='chat' to='" SALES "' id='m2'><body>x</body></message>");
    asks(s, tab, "h1", "");
    sends(s, tab, iq);
    storage_test_hold(storage_of(s), false);
    story_turn(s);
    story_turn(s);
    assert_true(
        recorder_find(post_of(s), "<iq type='error' id='h1' from='*' to='*'><_/></iq>") != NULL ||
        recorder_find(post_of(s), "<iq type='result' id='h1' from='*' to='*'><_/></iq>") != NULL);
    expect_nothing_like(s, "<iq type='*' id='h1' from='*' to='*'><_/></iq>");
    story_ends(s);
}

/* A stream may have 256 KiB on its way: a page of long lines ends before that. */
static void history__page_of_long_lines_ends_early(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);
    char *line = mem_alloc(5000 * 4 + 1);
    size_t results = 0;

    (void)state;
    for (size_t i = 0; i < 5000; i++) { /* each is four bytes, written as it is */
        memcpy(line + 4 * i, "\xf0\x9f\x98\x80", 4);
    }
    checks_in(s, tab, "");
    for (int i = 0; i < 8; i++) {
        char *xml = mem_print("<message type='chat' to='" SALES "' id='m%d'><body>%s</body>"
                              "</message>",
                              i, line);
        seconds_pass(s, 1);
        sends(s, tab, xml);
        free(xml);
    }
    forget(s);
    asks(s, tab, "h1", "<max>100</max><before/>");
    while (recorder_find(post_of(s), "<message from='*' to='*'><_/></message>") != NULL) {
        results++;
    }
    assert_in_range(results, 3, 5);
    expect(s,
           "<iq type='result' id='h1' from='*' to='*'><fin xmlns='urn:xmpp:mam:2'><_/></fin></iq>");
    free(line);
    story_ends(s);
}

static void history__odd_questions_are_refused(void **state)
{
    static const struct {
        const char *inside;
        const char *type;
        const char *condition;
    } ODD[] = {
        {"<set xmlns='http://jabber.org/protocol/rsm'><max>-1</max></set>", "modify",
         "bad-request"},
        {"<set xmlns='http://jabber.org/protocol/rsm'><max>1e3</max></set>", "modify",
         "bad-request"},
        {"<set xmlns='http://jabber.org/protocol/rsm'><after>m1</after></set>", "cancel",
         "item-not-found"},
        {"<set xmlns='http://jabber.org/protocol/rsm'><before>99999999999999999999</before></set>",
         "cancel", "item-not-found"},
        {"<x xmlns='jabber:x:data' type='submit'><field "
         "var='start'><value>2020-01-01T00:00:00Z</value></field></x>",
         "cancel", "feature-not-implemented"},
        {"<x xmlns='jabber:x:data' type='submit'><field "
         "var='start'><value>2020</value></field></x>",
         "modify", "bad-request"},
    };
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    checks_in(s, tab, "");
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++) {
        char *iq = mem_print("<iq type='set' id='h' to='" SALES "'><query xmlns='urn:xmpp:mam:2'>%s"
                             "</query></iq>",
                             ODD[i].inside);
        sends(s, tab, iq);
        expect_error(s, "iq", "h", ODD[i].type, ODD[i].condition);
        free(iq);
    }
    expect_nothing(s);
    story_ends(s);
}

static void history__two_questions_at_a_time(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    writes(s, tab, 1);
    storage_test_hold(storage_of(s), true);
    sends(s, tab, "<message type='chat' to='" SALES "' id='m2'><body>x</body></message>");
    asks(s, tab, "h1", "");
    asks(s, tab, "h2", "");
    asks(s, tab, "h3", "");
    expect_error(s, "iq", "h3", "wait", "resource-constraint");
    storage_test_hold(storage_of(s), false);
    story_turn(s);
    expect(s, "<iq type='result' id='h1' from='*' to='*'><_/></iq>");
    expect(s, "<iq type='result' id='h2' from='*' to='*'><_/></iq>");
    asks(s, tab, "h4", "");
    expect(s, "<iq type='result' id='h4' from='*' to='*'><_/></iq>");
    tab_closes(s, tab);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(history__is_told_page_by_page),
        cmocka_unit_test(history__is_of_the_own_conversation_only),
        cmocka_unit_test(history__asked_before_becoming_another_is_refused),
        cmocka_unit_test(history__page_of_long_lines_ends_early),
        cmocka_unit_test(history__odd_questions_are_refused),
        cmocka_unit_test(history__two_questions_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
