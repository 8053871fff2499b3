/* What clients are and can do, and what follows from it (docs/PROTOCOL.md section 8). */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CAPS                                                                                       \
    "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://dino.im' ver='x'/>"
#define QUESTION(to)                                                                               \
    "<iq from='" SALES "' to='" to "' type='get' id='*' when='now'>"                               \
    "<query xmlns='http://jabber.org/protocol/disco#info' node='https://dino.im#x'/></iq>"
#define CORRECT "<feature var='urn:xmpp:message-correct:0'/>"
#define SEALED                                                                                     \
    "<message to='" ADAS "' id='s'><body>Sealed</body>"                                            \
    "<encrypted xmlns='eu.siacs.conversations.axolotl'><payload/></encrypted></message>"

static void is_there_with(struct story *s, const char *full, const char *inside)
{
    char xml[512];

    snprintf(xml, sizeof xml, "<presence to='" SALES "'>%s</presence>", inside);
    agent_sends(s, full, xml);
}

static void says_of_itself(struct story *s, const char *question, const char *inside)
{
    char *id = strdup(element_attr(expect(s, question), "id"));
    char xml[512];

    snprintf(xml, sizeof xml,
             "<iq type='result' id='%s' from='x'><query "
             "xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' "
             "name='Dino'/>%s</query></iq>",
             id, inside);
    assert_true(recorder_answer(post_of(s), id, xml));
    free(id);
}

static void clients__kind_is_asked_once(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there_with(s, NINA "/pc", CAPS);
    says_of_itself(s, QUESTION(NINA "/pc"), CORRECT);
    is_there_with(s, NINA "/pc", "<show>away</show>" CAPS);
    is_there_with(s, OTTO "/phone", CAPS);
    expect_nothing_like(s, QUESTION("*"));
    story_ends(s);
}

/* Whoever goes while the question is on its way answers nothing: the next one is asked. */
static void clients__silent_one_is_asked_again(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there_with(s, NINA "/pc", CAPS);
    expect(s, QUESTION(NINA "/pc"));
    recorder_answer_none(post_of(s));
    is_there_with(s, NINA "/pc", CAPS);
    expect(s, QUESTION(NINA "/pc"));
    story_ends(s);
}

static void clients__taken_by_replaces_the_offer(void **state)
{
    struct story *s = story_begins();
    char pattern[512];

    (void)state;
    is_there_with(s, NINA "/pc", CAPS);
    says_of_itself(s, QUESTION(NINA "/pc"), CORRECT);
    is_there(s, OTTO);
    visitor_says(s, ADA, "Hello?");
    char *offer = strdup(
        element_attr(expect(s, "<message from='" ADAS "/web' to='" NINA "' type='chat' id='n*'>"
                               "<_/></message>"),
                     "id"));
    agent_writes(s, OTTO, "o1", "Hi!");
    snprintf(pattern, sizeof pattern,
             "<message from='" ADAS "/web' to='" NINA "' type='chat' id='n*'>"
             "<body>— Otto has taken this chat.</body>"
             "<replace xmlns='urn:xmpp:message-correct:0' id='%s'/><_/></message>",
             offer);
    expect(s, pattern);
    free(offer);
    story_ends(s);
}

/* One device that would show it as a line of its own, without what it is about. */
static void clients__one_that_cannot_is_enough_for_a_notice(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there_with(s, NINA "/pc", CAPS);
    says_of_itself(s, QUESTION(NINA "/pc"), CORRECT);
    is_there_with(s, NINA "/phone", "");
    is_there(s, OTTO);
    visitor_says(s, ADA, "Hello?");
    agent_writes(s, OTTO, "o1", "Hi!");
    expect_line(s, NINA, "— Otto has taken this chat.");
    story_ends(s);
}

static void clients__encrypted_lines_are_answered_for_that_client(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there_with(s, NINA "/pc", CAPS);
    says_of_itself(s, QUESTION(NINA "/pc"), "");
    agent_sends(s, NINA "/pc", SEALED);
    expect_error(s, "message", "s", "modify", "not-acceptable");
    expect(s, "<message from='" ADAS "' to='" NINA "' type='chat' id='*'><body>— This line was "
              "encrypted, and the visitor's web page cannot read that. In Dino: click*</body>"
              "</message>");
    agent_sends(s, NINA "/pc", SEALED);
    expect_error(s, "message", "s", "modify", "not-acceptable");
    expect_no_message(s); /* said once */
    agent_sends(s, NINA "/pc",
                "<message to='" ADAS "' id='k'><encrypted xmlns='eu.siacs.conversations.axolotl'>"
                "<header/></encrypted></message>"); /* keys, that the client sends by itself */
    expect_nothing_like(s, "<message from='*' to='*' type='error' id='k'><_/></message>");
    story_ends(s);
}

static void clients__strange_capabilities_are_none(void **state)
{
    struct story *s = story_begins();
    char caps[1024];
    char node[600];

    (void)state;
    memset(node, 'x', sizeof node - 1);
    node[sizeof node - 1] = '\0';
    snprintf(caps, sizeof caps,
             "<presence to='" SALES "'><c xmlns='http://jabber.org/protocol/caps' node='%s' "
             "ver='1'/></presence>",
             node);
    agent_sends(s, NINA "/pc", caps);
    is_there_with(s, NINA "/pc", "<c xmlns='http://jabber.org/protocol/caps' node='x'/>");
    expect_nothing_like(s, "<iq from='*' to='" NINA "/pc' type='get' id='*'><_/></iq>");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients__kind_is_asked_once),
        cmocka_unit_test(clients__silent_one_is_asked_again),
        cmocka_unit_test(clients__taken_by_replaces_the_offer),
        cmocka_unit_test(clients__one_that_cannot_is_enough_for_a_notice),
        cmocka_unit_test(clients__encrypted_lines_are_answered_for_that_client),
        cmocka_unit_test(clients__strange_capabilities_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
