/* Lines on their way to agents, over a link that acknowledges nothing (architecture section 8). */
#include "story.h"

#include "base/mem.h"
#include "storage/storage_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char REPEAT[] =
    "<message from='" ADAS "/web' to='" NINA "' type='chat' id='*'>"
    "<body>(again) Are you there?</body><delay xmlns='urn:xmpp:delay' from='desk.example'"
    " stamp='2026-01-05T10:00:00.000Z'/><active xmlns='http://jabber.org/protocol/chatstates'/>"
    "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>";

static void lines__line_is_sent_once_and_fenced(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    expect_line(s, NINA, "Are you there?");
    assert_true(fence_answers(s, "example.org"));
    assert_false(fence_answers(s, "example.org"));
    link_is_lost(s);
    link_comes_up(s);
    expect_nothing_like(s, REPEAT); /* Prosody has stored it */
    story_ends(s);
}

static void lines__what_was_not_handed_is_repeated_with_a_mark(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    const struct element *first = expect(s, "<message from='*' to='" NINA
                                            "' type='chat' id='*'><body>Are you there?</body><_/>"
                                            "</message>");
    char *id = mem_dup(element_attr(first, "id"));
    link_is_lost(s);
    link_comes_up(s);
    assert_string_equal(element_attr(expect(s, REPEAT), "id"), id);
    free(id);
    story_ends(s);
}

/* Where handed means routed only, what was not delivered is repeated. */
static void lines__routed_is_not_stored(void **state)
{
    struct story *s = story_before_the_link();

    (void)state;
    servers_are(s, "ejabberd");
    link_comes_up(s);
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    assert_true(fence_answers(s, "example.org"));
    forget(s);
    link_is_lost(s);
    link_comes_up(s);
    /* One at a time: each of those that are under suspicion waits for the fence of the last. */
    for (int i = 0; i < 10 && recorder_find(post_of(s), REPEAT) == NULL; i++) {
        assert_true(fence_answers(s, "example.org"));
        assert_true(i < 9);
    }
    story_ends(s);
}

static void lines__receipt_ends_it(void **state)
{
    struct story *s = story_before_the_link();
    char xml[256];

    (void)state;
    servers_are(s, "ejabberd");
    link_comes_up(s);
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    const struct element *line = expect(s, "<message from='*' to='" NINA
                                           "' type='chat' id='*'><body>Are you there?</body><_/>"
                                           "</message>");
    snprintf(xml, sizeof xml,
             "<message to='" ADAS
             "' id='r'><received xmlns='urn:xmpp:receipts' id='%s'/></message>",
             element_attr(line, "id"));
    agent_sends(s, OTTO "/pc", xml); /* another agent's receipt is none */
    agent_sends(s, NINA "/pc", xml);
    forget(s);
    link_is_lost(s);
    link_comes_up(s);
    for (int i = 0; i < 10; i++) {
        fence_answers(s, "example.org");
    }
    expect_nothing_like(s, REPEAT);
    story_ends(s);
}

/* A server that stays silent is asked again; its row is not sent twice on one link. */
static void lines__silent_fence_is_repeated_alone(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    forget(s);
    visitor_says(s, ADA, "Still?");
    forget(s);
    recorder_answer_none(post_of(s));
    seconds_pass(s, 2);
    assert_true(fence_answers(s, "example.org"));
    expect_no_message(s);
    story_ends(s);
}

/* Each server has its own fence: a dead one keeps nobody else waiting. */
static void lines__servers_are_fenced_apart(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    is_there(s, FRED);
    visitor_comes(s, "visitor-bob", "");
    int64_t sequence;
    assert_int_equal(desk_visitor_say(desk_of(s), clock_utc_ms(), "visitor-bob", "far", "m1",
                                      "Anybody?", &sequence),
                     DESK_OK);
    story_turn(s);
    expect_line(s, FRED, "Anybody?");
    visitor_says(s, ADA, "Are you there?");
    expect_line(s, NINA, "Are you there?");
    assert_true(fence_fails(s, "far.example", "remote-server-not-found"));
    assert_true(fence_answers(s, "example.org"));
    link_is_lost(s);
    forget(s);
    link_comes_up(s);
    /* Fred's lines are under suspicion, his server is silent: Nina's wait one fence long, no more.
     */
    visitor_says(s, ADA, "And now?");
    for (int i = 0; i < 10; i++) {
        fence_fails(s, "far.example", NULL);
        fence_answers(s, "example.org");
        seconds_pass(s, 1);
    }
    expect_line(s, NINA, "And now?");
    story_ends(s);
}

/* V-040: alone in flight at two losses of the link: set aside; the others flow. */
static void lines__line_that_kills_the_link_is_set_aside(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    for (int i = 0; i < 2; i++) {
        server_ends_link(s); /* each time before the fence is answered */
        forget(s);
        link_comes_up(s);
    }
    expect_nothing_like(s, REPEAT);
    expect_notice(s, NINA, "— A line could not be brought to you");
    forget(s);
    visitor_says(s, ADA, "A good line");
    expect_line(s, NINA, "A good line");
    story_ends(s);
}

/* V-0S3: a line that came back is offered to others, if the agent has said nothing since. */
static void lines__bounce_offers_the_chat_to_others(void **state)
{
    struct story *s = story_begins();
    char xml[512];

    (void)state;
    nina_talks_with_ada(s);
    is_there(s, OTTO);
    forget(s);
    visitor_says(s, ADA, "Are you there?");
    const struct element *line = expect(s, "<message from='*' to='" NINA
                                           "' type='chat' id='*'><body>Are you there?</body><_/>"
                                           "</message>");
    snprintf(
        xml, sizeof xml,
        "<message type='error' to='" ADAS "/web' id='%s'><error type='wait'>"
        "<recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        element_attr(line, "id"));
    forget(s);
    agent_sends(s, NINA, xml);
    /* The session that it came from may not be the only one. */
    expect(s, "<presence from='" SALES "' to='" NINA "' type='probe' when='held'/>");
    expect_notice(s, OTTO, "— Visitor 1001 waits in Sales (chat 1001");
    expect_line(s, OTTO, "Hello?");
    expect_line(s, OTTO, "— Nina wrote: Hi!");
    expect_line(s, OTTO, "Are you there?");
    expect_nothing_like(s, "<message from='*' to='*' type='error' id='*'><_/></message>");
    story_ends(s);
}

/* Nothing is told before it is stored; a line that was not sent yet is no repeat. */
static void lines__survives_a_restart(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "Are you there?");
    daemon_restarts(s);
    link_comes_up(s);
    expect(s, REPEAT);
    story_ends(s);
}

static void lines__sends_nothing_to_who_is_no_agent_any_more(void **state)
{
    struct story *s = story_begins();

    (void)state;
    storage_put_outbox(storage_of(s), &(struct outbox_record){.id = 900,
                                                              .side = OUTBOX_AGENT,
                                                              .to = "gone@example.org",
                                                              .from = ADA,
                                                              .message_id = "e900",
                                                              .body = "Private",
                                                              .entry = 900,
                                                              .at = clock_utc_ms(),
                                                              .visitor = "",
                                                              .name = "",
                                                              .event = "",
                                                              .target = "",
                                                              .payload = ""});
    storage_put_contact(storage_of(s), &(struct contact_record){.agent = "gone@example.org",
                                                                .contact = ADA,
                                                                .name = "Ada",
                                                                .in_roster = true,
                                                                .present = true});
    daemon_restarts(s);
    link_comes_up(s);
    seconds_pass(s, 30);
    expect_nothing_like(s,
                        "<message from='*' to='gone@example.org' type='*' id='*'><_/></message>");
    expect(s, "<presence from='" ADAS "/web' to='gone@example.org' type='unavailable'/>");
    story_ends(s);
}

static void lines__lines_wait_for_the_contact(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    rosters(s, ROSTER_SILENT);
    forget(s);
    visitor_says(s, ADA, "Hello?");
    expect(s, "<iq from='desk.example' to='" NINA "' type='set' id='*' when='now'>"
              "<query xmlns='jabber:iq:roster'><item jid='" ADAS "' name='Visitor 1001'"
              " subscription='both'><group>Sales</group></item></query></iq>");
    expect_no_message(s);
    story_ends(s);
}

static void lines__keeps_the_order_of_a_contact(void **state)
{
    struct story *s = story_before_the_link();

    (void)state;
    rosters(s, ROSTER_SILENT);
    link_comes_up(s);
    is_there(s, NINA);
    visitor_says(s, ADA, "One");
    visitor_says(s, ADA, "Two");
    expect_no_message(s);
    rosters(s, ROSTER_ACCEPTS);
    rosters_answer(s, ROSTER_ACCEPTS);
    story_turn(s);
    static const char *const BODIES[] = {"— Visitor 1001 waits", "One", "Two"};
    for (size_t i = 0; i < 3; i++) {
        const struct element *e = expect(s, "<message from='" ADAS "/web' to='" NINA
                                            "' type='chat' id='*'><_/></message>");
        assert_int_equal(strncmp(element_child_text(e, "body", NULL), BODIES[i], strlen(BODIES[i])),
                         0);
    }
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines__line_is_sent_once_and_fenced),
        cmocka_unit_test(lines__what_was_not_handed_is_repeated_with_a_mark),
        cmocka_unit_test(lines__routed_is_not_stored),
        cmocka_unit_test(lines__receipt_ends_it),
        cmocka_unit_test(lines__silent_fence_is_repeated_alone),
        cmocka_unit_test(lines__servers_are_fenced_apart),
        cmocka_unit_test(lines__line_that_kills_the_link_is_set_aside),
        cmocka_unit_test(lines__bounce_offers_the_chat_to_others),
        cmocka_unit_test(lines__survives_a_restart),
        cmocka_unit_test(lines__sends_nothing_to_who_is_no_agent_any_more),
        cmocka_unit_test(lines__lines_wait_for_the_contact),
        cmocka_unit_test(lines__keeps_the_order_of_a_contact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
