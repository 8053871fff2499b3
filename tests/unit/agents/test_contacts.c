/* What is in whose roster and on whose screen, and the ledger of it (docs/PROTOCOL.md section 8).
 */
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PUT(to, jid, name)                                                                         \
    "<iq from='desk.example' to='" to "' type='set' id='*' when='now'><query"                      \
    " xmlns='jabber:iq:roster'><item jid='" jid "' name='" name "' subscription='both'>"           \
    "<group>*</group></item></query></iq>"
#define REMOVE(to, jid)                                                                            \
    "<iq from='desk.example' to='" to "' type='set' id='*' when='now'><query"                      \
    " xmlns='jabber:iq:roster'><item jid='" jid "' subscription='remove'/></query></iq>"
#define PROBE "<presence from='" SALES "' to='" NINA "' type='probe' when='held'/>"

static void contacts__departments_are_put_into_rosters_and_probed(void **state)
{
    struct story *s = story_before_the_link();

    (void)state;
    rosters(s, ROSTER_SILENT);
    link_comes_up(s);
    expect(s, PUT(NINA, SALES, "Sales"));
    expect(s, PUT(FRED, "far@desk.example", "Far"));
    expect_nothing_like(s, PROBE); /* first the roster */
    link_is_lost(s);
    rosters(s, ROSTER_ACCEPTS);
    link_comes_up(s);
    expect(s, PROBE);
    expect(s, "<presence from='" SALES "/desk' to='" NINA "' when='held'><show>xa</show>"
              "<status>0 waiting, 0 active, 0 free (nobody is here)</status></presence>");
    /* Fred's server lets nobody into his roster: an ordinary subscription. */
    expect(s, "<presence from='far@desk.example' to='" FRED "' type='subscribe'/>");
    expect_nothing_like(s, "<presence from='*' to='" NINA "' type='subscribe'/>");
    assert_string_equal(agents_roster_way(agents_of(s)), "XEP-0356");
    story_ends(s);
}

/* Fred may refuse as often as he likes: he is asked once a connection. */
static void contacts__refused_subscription_is_not_asked_again(void **state)
{
    struct story *s = story_begins();

    (void)state;
    for (int i = 0; i < 20; i++) {
        agent_sends(s, FRED, "<presence type='unsubscribed' to='far@desk.example'/>");
    }
    seconds_pass(s, 200);
    expect_nothing_like(s, "<presence from='*' to='" FRED "' type='subscribe'/>");
    story_ends(s);
}

static void contacts__visitor_comes_and_goes(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    rosters(s, ROSTER_SILENT);
    agent_writes(s, NINA, "e", "!end");
    seconds_pass(s, 1);
    expect(s, "<presence from='" ADAS "/web' to='" NINA "'><show>xa</show>"
              "<status>chat ended</status><nick xmlns='http://jabber.org/protocol/nick'>"
              "Visitor 1001</nick><c xmlns='http://jabber.org/protocol/caps' hash='sha-1'"
              " node='urn:tresen:visitor' ver='*'/></presence>");
    seconds_pass(s, 10 * 60 + 1);
    expect(s, "<presence from='" ADAS "/web' to='" NINA "' type='unavailable'/>");
    expect(s, REMOVE(NINA, ADAS));
    story_ends(s);
}

/* A new chat while the contact of the last one lingers: it is the new one's at once. */
static void contacts__lingering_contact_becomes_the_new_chats(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    agent_writes(s, NINA, "e", "!end");
    seconds_pass(s, 5);
    forget(s);
    rosters(s, ROSTER_SILENT);
    visitor_says(s, ADA, "One more question");
    expect(s, "<presence from='" ADAS "/web' to='" NINA "'>"
              "<status>Prices – https://shop.example/prices</status><_/></presence>");
    expect(s, PUT(NINA, ADAS, "Visitor 1002"));
    expect_line(s, NINA, "One more question"); /* the contact is there: nothing waits */
    story_ends(s);
}

/* Who has no chat: apart, named by the address, and on the page that they are on. */
static void contacts__who_browses_is_shown_with_the_page(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    visitor_comes(s, ADA, "");
    desk_visitor_browses(desk_of(s), clock_utc_ms(), ADA, "sales");
    story_turn(s);
    expect(s, "<presence from='" ADAS "/web' to='" NINA "'><show>away</show><status>"
              "Prices – https://shop.example/prices (on the site since 10:00 UTC)</status>"
              "<nick xmlns='http://jabber.org/protocol/nick'>On the site: ada</nick>"
              "<_/></presence>");
    rosters(s, ROSTER_SILENT);
    visitor_comes(s, "visitor-bea", "Bea");
    desk_visitor_browses(desk_of(s), clock_utc_ms(), "visitor-bea", "sales");
    story_turn(s);
    expect(s, "<iq from='desk.example' to='" NINA "' type='set' id='*' when='now'><query"
              " xmlns='jabber:iq:roster'><item jid='visitor-bea@desk.example'"
              " name='Bea (on the site)' subscription='both'><group>On the site</group>"
              "</item></query></iq>");
    story_ends(s);
}

/* Many pages a second are one presence a second. */
static void contacts__presence_is_shown_once_a_second(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    seconds_pass(s, 5);
    forget(s);
    for (int i = 0; i < 50; i++) {
        char url[64];
        snprintf(url, sizeof url, "https://shop.example/%d", i);
        desk_visitor_page(desk_of(s), clock_utc_ms(), ADA, url, "Page");
        story_turn(s);
    }
    seconds_pass(s, 3);
    const char *pattern = "<presence from='" ADAS "/web' to='" NINA "'><_/></presence>";
    const struct element *e = expect(s, pattern);
    assert_string_equal(element_child_text(e, "status", NULL), "Page – https://shop.example/0");
    e = expect(s, pattern);
    assert_string_equal(element_child_text(e, "status", NULL), "Page – https://shop.example/49");
    expect_nothing_like(s, pattern);
    story_ends(s);
}

/* V-114: a visitor's name is marked as a visitor's, whatever it is. */
static void contacts__name_is_marked_as_a_visitors(void **state)
{
    static const char *const NAMES[] = {"Nina", "Admin", "System", "\xd0\x9dina"};
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    is_there(s, OTTO);
    rosters(s, ROSTER_SILENT);
    for (int i = 0; i < 4; i++) {
        char id[32];
        char pattern[512];
        int64_t sequence;
        snprintf(id, sizeof id, "visitor-%d", i);
        visitor_comes(s, id, NAMES[i]);
        assert_int_equal(
            desk_visitor_say(desk_of(s), clock_utc_ms(), id, "sales", "m", "x", &sequence),
            DESK_OK);
        story_turn(s);
        snprintf(pattern, sizeof pattern, PUT(NINA, "%s@desk.example", "%s (visitor %d)"), id,
                 NAMES[i], 1001 + i);
        expect(s, pattern);
    }
    story_ends(s);
}

/* The link flaps while the roster is silent: nothing is told of an answer that never came. */
static void contacts__link_flaps_during_roster_operations(void **state)
{
    struct story *s = story_begins();

    (void)state;
    rosters(s, ROSTER_SILENT);
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    expect(s, PUT(NINA, ADAS, "Visitor 1001"));
    for (int i = 0; i < 3; i++) {
        link_is_lost(s);
        forget(s);
        link_comes_up(s);
        expect(s, PUT(NINA, ADAS, "Visitor 1001"));
        expect_nothing_like(s, PUT(NINA, ADAS, "Visitor 1001")); /* once a link */
        expect_no_message(s);
        expect_nothing_like(s, "<presence from='*' to='" NINA "' type='subscribe'/>");
    }
    rosters_answer(s, ROSTER_ACCEPTS);
    link_is_lost(s);
    rosters(s, ROSTER_ACCEPTS);
    link_comes_up(s);
    expect_notice(s, NINA, "— Visitor 1001 waits in Sales");
    story_ends(s);
}

/* Ended in the middle of a roster operation, with and without the link. */
static void contacts__chat_ends_while_the_roster_is_silent(void **state)
{
    struct story *s = story_begins();

    (void)state;
    rosters(s, ROSTER_SILENT);
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    desk_visitor_end(desk_of(s), clock_utc_ms(), ADA);
    story_turn(s);
    expect_nothing_like(s, REMOVE(NINA, ADAS));
    forget(s);
    link_is_lost(s);
    seconds_pass(s, 20 * 60);
    rosters(s, ROSTER_ACCEPTS);
    link_comes_up(s);
    expect(s, "<presence from='" ADAS "/web' to='" NINA "' type='unavailable'/>");
    story_ends(s);
}

/* The ledger: after a crash what nobody wants any more is hidden and removed. */
static void contacts__ghosts_go_after_a_restart(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    desk_visitor_end(desk_of(s), clock_utc_ms(), ADA);
    daemon_restarts(s); /* closed: not loaded any more */
    rosters(s, ROSTER_SILENT);
    link_comes_up(s);
    expect(s, "<presence from='" ADAS "/web' to='" NINA "' type='unavailable'/>");
    expect(s, REMOVE(NINA, ADAS));
    story_ends(s);
}

static void contacts__deleting_the_contact_declines_or_ends(void **state)
{
    struct story *s = story_begins();
    struct chat_view chat;

    (void)state;
    is_there(s, NINA);
    is_there(s, OTTO);
    visitor_says(s, ADA, "Hello?");
    agent_sends(s, NINA, "<presence type='unsubscribe' to='" ADAS "'/>");
    agent_sends(s, NINA, "<presence type='unsubscribed' to='" ADAS "'/>");
    assert_true(desk_chat(desk_of(s), ADA, &chat));
    assert_int_equal(chat.state, CHAT_OFFERED); /* to Otto still */
    agent_writes(s, OTTO, "o1", "Hi");
    agent_sends(s, OTTO, "<presence type='unsubscribe' to='" ADAS "'/>");
    assert_true(desk_chat(desk_of(s), ADA, &chat));
    assert_int_equal(chat.state, CHAT_CLOSED);
    story_ends(s);
}

/* A department's contact that is deleted comes back, but not for ever at once. */
static void contacts__deleted_department_comes_back(void **state)
{
    struct story *s = story_begins();
    int puts = 0;

    (void)state;
    for (int i = 0; i < 20; i++) {
        agent_sends(s, NINA, "<presence type='unsubscribed' to='" SALES "'/>");
    }
    while (recorder_find(post_of(s), PROBE) != NULL) {
        puts++;
    }
    assert_int_equal(puts, 3);
    seconds_pass(s, 70);
    expect(s, PROBE);
    story_ends(s);
}

static void contacts__goodbye_leaves_no_ghost(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    agents_goodbye(agents_of(s));
    expect(s, "<presence from='" ADAS "/web' to='" NINA "' type='unavailable' when='now'/>");
    expect(s, "<presence from='" SALES "/desk' to='" NINA "' type='unavailable' when='now'/>");
    forget(s);
    visitor_says(s, ADA, "One more");
    seconds_pass(s, 3);
    expect_nothing_like(s, "<presence from='*' to='" NINA "'><_/></presence>");
    story_ends(s);
}

static void contacts__probe_is_answered_with_what_is(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    agent_sends(s, NINA "/pc", "<presence type='probe' to='" ADAS "'/>");
    expect(s, "<presence from='" ADAS "/web' to='" NINA "/pc'><_/></presence>");
    agent_sends(s, OTTO "/pc", "<presence type='probe' to='" ADAS "'/>");
    expect(s, "<presence from='" ADAS "' to='" OTTO "/pc' type='unavailable'/>");
    agent_sends(s, OTTO, "<presence type='subscribe' to='visitor-none@desk.example'/>");
    expect(s, "<presence from='visitor-none@desk.example' to='" OTTO "' type='unsubscribed'/>");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contacts__departments_are_put_into_rosters_and_probed),
        cmocka_unit_test(contacts__refused_subscription_is_not_asked_again),
        cmocka_unit_test(contacts__visitor_comes_and_goes),
        cmocka_unit_test(contacts__lingering_contact_becomes_the_new_chats),
        cmocka_unit_test(contacts__who_browses_is_shown_with_the_page),
        cmocka_unit_test(contacts__presence_is_shown_once_a_second),
        cmocka_unit_test(contacts__name_is_marked_as_a_visitors),
        cmocka_unit_test(contacts__link_flaps_during_roster_operations),
        cmocka_unit_test(contacts__chat_ends_while_the_roster_is_silent),
        cmocka_unit_test(contacts__ghosts_go_after_a_restart),
        cmocka_unit_test(contacts__deleting_the_contact_declines_or_ends),
        cmocka_unit_test(contacts__deleted_department_comes_back),
        cmocka_unit_test(contacts__goodbye_leaves_no_ghost),
        cmocka_unit_test(contacts__probe_is_answered_with_what_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
