/* A fixed number of contacts that visitors take turns at (agents/slots.h). */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SLOT1 "slot-1@desk.example"
#define SLOT2 "slot-2@desk.example"
#define BOB "visitor-bob"
#define CYD "visitor-cyd"
#define FROM(slot, id, body)                                                                       \
    "<message from='" slot "/web' to='" NINA "' type='chat' id='" id "'><body>" body "</body><_/>" \
    "</message>"
#define ANSWER(slot, body)                                                                         \
    "<message from='" slot "' to='" NINA "' type='chat' id='*'><body>" body "</body></message>"

/* Her messages are m1, m2, … in each story. */
static unsigned sent;

/* Her server lets nobody into her roster. */
static struct story *nina_has_slots(unsigned count)
{
    struct story *s = story_before_the_link();

    sent = 0;
    has_slots(s, NINA, CONTACTS_AUTO, count);
    rosters(s, ROSTER_REFUSES);
    link_comes_up(s);
    return s;
}

static void nina_sends(struct story *s, const char *slot, const char *inside)
{
    char xml[1024];

    snprintf(xml, sizeof xml, "<message type='chat' to='%s' id='m%u'>%s</message>", slot, ++sent,
             inside);
    agent_sends(s, NINA "/pc", xml);
}

static void nina_says(struct story *s, const char *slot, const char *text)
{
    char inside[512];

    snprintf(inside, sizeof inside, "<body>%s</body>", text);
    nina_sends(s, slot, inside);
}

/* Receipts the last message that fits; it is taken out. */
static void nina_receives(struct story *s, const char *pattern)
{
    char *id = strdup(element_attr(expect(s, pattern), "id"));
    char xml[512];

    snprintf(xml, sizeof xml,
             "<message to='" SLOT1 "'><received xmlns='urn:xmpp:receipts' id='%s'/></message>", id);
    agent_sends(s, NINA "/pc", xml);
    free(id);
}

static const char *last_line_of(struct story *s, const char *visitor)
{
    const struct entry_record *e = desk_agent_last_line(desk_of(s), NINA, visitor);

    return e != NULL ? e->body : "";
}

static void handed(struct story *s)
{
    while (fence_answers(s, "example.org")) {
    }
}

static void slots__are_asked_for_once_and_shown_empty(void **state)
{
    struct story *s = nina_has_slots(2);

    (void)state;
    expect(s, "<presence from='" SLOT1 "' to='" NINA "' type='subscribe' when='held'>"
              "<status>*</status><nick xmlns='http://jabber.org/protocol/nick'>Slot 1</nick>"
              "</presence>");
    expect(s, "<presence from='" SLOT2 "' to='" NINA "' type='subscribe'><_/></presence>");
    expect(s, "<presence from='" SLOT1 "/web' to='" NINA "' type='unavailable'/>");
    expect_nothing_like(s,
                        "<presence from='slot-3*' to='" NINA "' type='subscribe'><_/></presence>");
    agent_sends(s, NINA, "<presence type='subscribed' to='" SLOT1 "'/>");
    agent_sends(s, NINA, "<presence type='subscribe' to='" SLOT1 "'/>");
    expect(s, "<presence from='" SLOT1 "' to='" NINA "' type='subscribed'/>");
    daemon_restarts(s);
    has_slots(s, NINA, CONTACTS_AUTO, 2);
    link_comes_up(s);
    expect_nothing_like(s, "<presence from='" SLOT1 "' to='" NINA
                           "' type='subscribe'><_/></presence>");
    expect(s, "<presence from='" SLOT2 "' to='" NINA "' type='subscribe'><_/></presence>");
    story_ends(s);
}

static void slots__a_visit_begins_and_ends_in_words(void **state)
{
    struct story *s = nina_has_slots(2);

    (void)state;
    is_there(s, NINA);
    visitor_comes(s, ADA, "Ada");
    visitor_says(s, ADA, "Hello?");
    expect(s, FROM(SLOT1, "n*", "— Ada (visitor 1001) is here now (chat 1001).\n— Ada*"));
    expect(s, FROM(SLOT1, "e1", "Hello?"));
    seconds_pass(s, 1);
    expect(
        s,
        "<presence from='" SLOT1 "/web' to='" NINA
        "'><status>Prices – https://shop.example/prices</status>"
        "<nick xmlns='http://jabber.org/protocol/nick'>Ada (visitor 1001)</nick><_/></presence>");
    expect_nothing_like(s, "<message from='" ADAS "/web' to='*' type='chat' id='*'><_/></message>");
    nina_says(s, SLOT1, "Hi!");
    assert_string_equal(last_line_of(s, ADA), "Hi!");
    forget(s);
    nina_says(s, SLOT1, "!end");
    seconds_pass(s, 1);
    expect(s, FROM(SLOT1, "n*", "— End of chat 1001. What*"));
    expect(s, "<presence from='" SLOT1 "/web' to='" NINA "' type='unavailable'/>");
    nina_says(s, SLOT1, "Forgot something");
    expect(s, FROM(SLOT1, "n*", "— This chat has ended. Your line was added*"));
    story_ends(s);
}

static void slots__late_lines_never_reach_the_next_visitor(void **state)
{
    struct story *s = nina_has_slots(1);

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    nina_says(s, SLOT1, "Hi!");
    desk_visitor_end(desk_of(s), clock_utc_ms(), ADA);
    story_turn(s);
    visitor_says(s, BOB, "Anybody?");
    expect_nothing_like(s, FROM(SLOT1, "e3", "Anybody?")); /* it rests */
    nina_sends(s, SLOT1, "<composing xmlns='http://jabber.org/protocol/chatstates'/>");
    seconds_pass(s, 100);
    nina_says(s, SLOT1, "For Ada only");
    assert_string_equal(last_line_of(s, BOB), "");
    handed(s);
    seconds_pass(s, 100); /* since she wrote there last */
    expect_nothing_like(s, FROM(SLOT1, "*", "Anybody?"));
    seconds_pass(s, 21);
    handed(s);
    expect(s, FROM(SLOT1, "n*", "— Visitor 1002 is here now (chat 1002).*"));
    nina_says(s, SLOT1, "Still for Ada"); /* she cannot have read that */
    assert_string_equal(last_line_of(s, BOB), "");
    expect(s, ANSWER(SLOT1, "— The visitor has not seen your line: it came before*"));
    nina_sends(s, SLOT1, "<body>Ada again</body><reply xmlns='urn:xmpp:reply:0' id='e1'/>");
    expect(s, ANSWER(SLOT1, "— The visitor has not seen your line: it refers*"));
    nina_sends(s, SLOT1, "<body>Ada!</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/>");
    expect(s, ANSWER(SLOT1, "— The visitor has not seen your line: it refers*"));
    assert_string_equal(last_line_of(s, BOB), "");
    nina_says(s, SLOT1, "Good day");
    assert_string_equal(last_line_of(s, BOB), "Good day");
    story_ends(s);
}

/* A client that sends receipts: without one for what stands there it is not given away. */
static void slots__what_is_not_received_keeps_the_slot(void **state)
{
    struct story *s = nina_has_slots(1);

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    nina_receives(s, FROM(SLOT1, "e1", "Hello?"));
    nina_says(s, SLOT1, "Hi!");
    desk_visitor_end(desk_of(s), clock_utc_ms(), ADA);
    story_turn(s);
    handed(s);
    visitor_says(s, BOB, "Anybody?");
    seconds_pass(s, 10 * 60);
    expect_nothing_like(s, FROM(SLOT1, "*", "Anybody?"));
    nina_receives(s, FROM(SLOT1, "n*", "— The visitor has ended the chat.\n— End of chat 1001.*"));
    seconds_pass(s, 2);
    expect(s, FROM(SLOT1, "*", "Anybody?"));
    story_ends(s);
}

/* Nobody has room for a third: that chat waits, and both sides are told so. */
static void slots__without_a_free_one_the_chat_waits(void **state)
{
    struct story *s = nina_has_slots(1);
    struct department_view p;

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "One");
    nina_says(s, SLOT1, "Hi!");
    visitor_says(s, BOB, "Two");
    expect_nothing_like(s, "<message from='*' to='" NINA "' type='chat' id='*'><body>Two</body><_/>"
                           "</message>");
    assert_true(desk_department(desk_of(s), "sales", &p));
    assert_int_equal(p.state, DEPARTMENT_FULL);
    assert_int_equal(p.free_seats, 0);
    seconds_pass(s, 1);
    expect(s, "<presence from='" SALES "/desk' to='" NINA "'><show>dnd</show>"
              "<status>1 waiting, 1 active, 0 free (all seats are taken). All of your slots are in "
              "use or rest.</status></presence>");
    is_there(s, OTTO); /* he has contacts of his own */
    expect(s, "<message from='visitor-bob@desk.example/web' to='" OTTO "' type='chat' id='*'>"
              "<body>Two</body><_/></message>");
    story_ends(s);
}

static void slots__an_offer_taken_by_another_ends_there(void **state)
{
    struct story *s = nina_has_slots(1);

    (void)state;
    is_there(s, NINA);
    is_there(s, OTTO);
    visitor_says(s, ADA, "Hello?");
    agent_writes(s, OTTO, "o1", "Hi!");
    expect(s, FROM(SLOT1, "n*", "— Otto has taken this chat.\n— End of chat 1001."));
    nina_says(s, SLOT1, "Me too");
    expect(s, FROM(SLOT1, "n*",
                   "— The visitor has not seen your line: Otto has this chat. "
                   "!join lets you speak in it; a supervisor takes it with !takeover."));
    story_ends(s);
}

static void slots__are_known_again_after_a_crash(void **state)
{
    struct story *s = nina_has_slots(2);

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    nina_says(s, SLOT1, "Hi!");
    visitor_says(s, BOB, "Me too");
    daemon_restarts(s);
    has_slots(s, NINA, CONTACTS_AUTO, 2);
    link_comes_up(s);
    handed(s);
    forget(s);
    nina_says(s, SLOT1, "Ada?");
    assert_string_equal(last_line_of(s, ADA), "Ada?");
    visitor_says(s, ADA, "Yes");
    handed(s);
    expect(s, FROM(SLOT1, "e*", "Yes"));
    is_there(s, NINA);
    nina_says(s, SLOT2, "Bob?");
    assert_string_equal(last_line_of(s, BOB), "Bob?");
    story_ends(s);
}

/* Whom the desk has forgotten was there in the last run: it is said, and then it is free. */
static void slots__what_the_desk_forgot_comes_to_rest(void **state)
{
    struct story *s = nina_has_slots(1);

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    daemon_restarts(s);
    has_slots(s, NINA, CONTACTS_AUTO, 1);
    link_comes_up(s); /* Nina is not there any more */
    handed(s);
    seconds_pass(s, 12);
    handed(s);
    expect(s, FROM(SLOT1, "n*", "— End of chat 1001."));
    seconds_pass(s, 11 * 60);
    assert_string_equal(agents_roster_way(agents_of(s)), "none that works");
    story_ends(s);
}

static void slots__chosen_where_rosters_are_open_have_names(void **state)
{
    struct story *s = story_before_the_link();

    (void)state;
    has_slots(s, NINA, CONTACTS_SLOTS, 1);
    link_comes_up(s);
    expect_nothing_like(s, "<presence from='" SLOT1 "' to='" NINA
                           "' type='subscribe'><_/></presence>");
    rosters(s, ROSTER_SILENT);
    is_there(s, NINA);
    visitor_comes(s, ADA, "Ada");
    visitor_says(s, ADA, "Hello?");
    expect(s, "<iq from='desk.example' to='" NINA "' type='set' id='*'><query"
              " xmlns='jabber:iq:roster'><item jid='" SLOT1 "' name='Ada (visitor 1001)'"
              " subscription='both'><group>Sales</group></item></query></iq>");
    agent_sends(s, NINA "/pc",
                "<iq type='get' id='v' to='" SLOT1 "'><vCard xmlns='vcard-temp'/></iq>");
    expect(s,
           "<iq from='" SLOT1 "' to='" NINA "/pc' type='result' id='v'><vCard xmlns='vcard-temp'>"
           "<FN>Ada (visitor 1001)</FN><_/></vCard></iq>");
    agent_sends(s, OTTO "/pc",
                "<iq type='get' id='w' to='" SLOT1 "'><vCard xmlns='vcard-temp'/></iq>");
    expect_error(s, "iq", "w", "cancel", "item-not-found"); /* Nina's, not his */
    story_ends(s);
}

static void slots__fewer_of_them_go_when_they_are_free(void **state)
{
    struct story *s = nina_has_slots(3);

    (void)state;
    forget(s);
    has_slots(s, NINA, CONTACTS_AUTO, 1);
    story_turn(s);
    expect(s, "<presence from='" SLOT2 "' to='" NINA "' type='unsubscribe'/>");
    expect(s, "<presence from='" SLOT2 "' to='" NINA "' type='unsubscribed'/>");
    expect_nothing_like(s, "<presence from='" SLOT1 "' to='" NINA "' type='unsubscribed'/>");
    story_ends(s);
}

/* Deleting the slot in the client ends the chat, as with a contact of the visitor's own. */
static void slots__deleting_one_ends_the_chat(void **state)
{
    struct story *s = nina_has_slots(1);
    struct chat_view chat;

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    nina_says(s, SLOT1, "Hi!");
    agent_sends(s, NINA, "<presence type='unsubscribed' to='" SLOT1 "'/>");
    assert_true(desk_chat(desk_of(s), ADA, &chat));
    assert_int_equal(chat.state, CHAT_CLOSED);
    story_ends(s);
}

static void slots__nobody_behind_one_is_said(void **state)
{
    struct story *s = nina_has_slots(1);

    (void)state;
    is_there(s, NINA);
    agent_writes(s, NINA, "a", "to nobody");
    forget(s);
    agent_sends(s, NINA "/pc",
                "<message type='chat' to='" SLOT1 "' id='q'><body>Hello?</body></message>");
    expect_error(s, "message", "q", "cancel", "item-not-found");
    agent_sends(
        s, NINA "/pc",
        "<message type='chat' to='slot-99@desk.example' id='r'><body>Hello?</body></message>");
    expect_error(s, "message", "r", "cancel", "item-not-found");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots__are_asked_for_once_and_shown_empty),
        cmocka_unit_test(slots__a_visit_begins_and_ends_in_words),
        cmocka_unit_test(slots__late_lines_never_reach_the_next_visitor),
        cmocka_unit_test(slots__what_is_not_received_keeps_the_slot),
        cmocka_unit_test(slots__without_a_free_one_the_chat_waits),
        cmocka_unit_test(slots__an_offer_taken_by_another_ends_there),
        cmocka_unit_test(slots__are_known_again_after_a_crash),
        cmocka_unit_test(slots__what_the_desk_forgot_comes_to_rest),
        cmocka_unit_test(slots__chosen_where_rosters_are_open_have_names),
        cmocka_unit_test(slots__fewer_of_them_go_when_they_are_free),
        cmocka_unit_test(slots__deleting_one_ends_the_chat),
        cmocka_unit_test(slots__nobody_behind_one_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
