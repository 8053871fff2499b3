/* Another configuration: contacts, lines and presence of agents who come and go. */
#include "story.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define REMOVE(to, jid)                                                                            \
    "<iq from='desk.example' to='" to "' type='set' id='*' when='now'><query"                      \
    " xmlns='jabber:iq:roster'><item jid='" jid "' subscription='remove'/></query></iq>"
#define PUT(to, jid, name, group)                                                                  \
    "<iq from='desk.example' to='" to "' type='set' id='*' when='now'><query"                      \
    " xmlns='jabber:iq:roster'><item jid='" jid "' name='" name "' subscription='both'>"           \
    "<group>" group "</group></item></query></iq>"
#define HIDDEN(from, to) "<presence from='" from "' to='" to "' type='unavailable' when='held'/>"

/* Such a roster set was sent; the server accepts it. */
static void is_asked(struct story *s, const char *agent, const char *pattern)
{
    char *id = mem_dup(element_attr(expect(s, pattern), "id"));
    char *reply =
        mem_print("<iq from='%s' to='desk.example' type='result' id='%s'></iq>", agent, id);

    assert_true(recorder_answer(post_of(s), id, reply));
    story_turn(s);
    free(reply);
    free(id);
}

static void agents_configure__takes_everything_of_ours__from_who_is_no_agent_any_more(void **state)
{
    (void)state;
    struct story *s = story_begins();
    nina_talks_with_ada(s);
    is_there(s, OTTO);
    forget(s);
    rosters(s, ROSTER_SILENT);
    is_configured(s, NINA, "Sales");
    expect_notice(s, NINA, "— You do not answer for Sales any more");
    expect(s, HIDDEN(ADAS "/web", NINA));
    expect(s, HIDDEN(SALES "/desk", NINA));
    is_asked(s, NINA, REMOVE(NINA, ADAS));
    is_asked(s, NINA, REMOVE(NINA, SALES));
    is_asked(s, OTTO, PUT(OTTO, ADAS, "*", "Sales"));
    expect_line(s, OTTO, "Hello?");
    assert_false(desk_is_agent(desk_of(s), NINA));
    /* Once more in: from the start, and not there until heard of. */
    is_configured(s, NULL, "Sales");
    is_asked(s, NINA, PUT(NINA, SALES, "Sales", "Sales"));
    expect(s, "<presence from='" SALES "' to='" NINA "' type='probe' when='held'/>");
    expect_nothing_like(s, "<message from='*' to='" NINA "' type='chat' id='*'>_</message>");
    forget(s);
    story_ends(s);
}

/* The link is down: what visitors wrote meanwhile is not for whoever was dismissed meanwhile. */
static void agents_configure__sends_no_line__to_who_is_no_agent_any_more(void **state)
{
    (void)state;
    struct story *s = story_begins();
    nina_talks_with_ada(s);
    visitor_says(s, ADA, "My card number is"); /* sent, but nobody knows whether it arrived */
    expect_line(s, NINA, "My card number is");
    link_is_lost(s);
    visitor_says(s, ADA, "4000 0000");
    is_configured(s, NINA, "Sales");
    forget(s);
    rosters(s, ROSTER_SILENT);
    link_comes_up(s);
    expect_no_message(s);
    is_asked(s, NINA, REMOVE(NINA, ADAS));
    is_asked(s, NINA, REMOVE(NINA, SALES));
    forget(s);
    daemon_restarts(s);
    rosters(s, ROSTER_ACCEPTS);
    link_comes_up(s);
    expect_no_message(s);
    forget(s);
    story_ends(s);
}

/* The roster of who is no agent any more is never listed: only the ledger knows what is in it. */
static void agents_configure__tries_again__what_stays_in_a_roster(void **state)
{
    (void)state;
    struct story *s = story_begins();
    rosters(s, ROSTER_REFUSES);
    is_configured(s, OTTO, "Sales");
    rosters(s, ROSTER_SILENT);
    seconds_pass(s, 50);
    expect_nothing_like(s, REMOVE(OTTO, SALES));
    seconds_pass(s, 11);
    is_asked(s, OTTO, REMOVE(OTTO, SALES));
    seconds_pass(s, 61);
    expect_nothing_like(s, REMOVE(OTTO, SALES));
    forget(s);
    story_ends(s);
}

static void agents_configure__renames__the_department_and_the_group_of_its_visitors(void **state)
{
    (void)state;
    struct story *s = story_begins();
    nina_talks_with_ada(s);
    rosters(s, ROSTER_SILENT);
    is_configured(s, NULL, "Shop");
    is_asked(s, NINA, PUT(NINA, SALES, "Shop", "Shop"));
    is_asked(s, OTTO, PUT(OTTO, SALES, "Shop", "Shop"));
    is_asked(s, NINA, PUT(NINA, ADAS, "*", "Shop"));
    expect_nothing_like(s, PUT("*", "far@desk.example", "*", "*"));
    forget(s);
    is_configured(s, NULL, "Shop");
    expect_nothing_like(s, PUT("*", "*", "*", "*"));
    forget(s);
    story_ends(s);
}

enum { STRANGERS = 500 };

/* So many of that name ask for a ticket's archive, each of whom is told that there is none. */
static void strangers_ask(struct story *s, const char *name)
{
    for (unsigned i = 0; i < STRANGERS; i++) {
        char *from = mem_print("%s%u@elsewhere.example", name, i);
        agent_sends(s, from,
                    "<iq type='set' id='a' to='ticket-7@desk.example'>"
                    "<query xmlns='urn:xmpp:mam:2'/></iq>");
        expect_error(s, "iq", "a", "cancel", "item-not-found");
        forget(s);
        free(from);
    }
    seconds_pass(s, 2);
    forget(s);
}

/* Whether somebody may read is known behind the question only: it counts for whoever asks. */
static void agents_tick__forgets__strangers_who_asked_for_an_archive(void **state)
{
    (void)state;
    struct story *s = story_begins();
    size_t before;
    strangers_ask(s, "stranger");
    before = mem_used();
    strangers_ask(s, "neighbour");
    assert_in_range(mem_used(), 0, before + STRANGERS);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agents_configure__takes_everything_of_ours__from_who_is_no_agent_any_more),
        cmocka_unit_test(agents_configure__sends_no_line__to_who_is_no_agent_any_more),
        cmocka_unit_test(agents_configure__tries_again__what_stays_in_a_roster),
        cmocka_unit_test(agents_configure__renames__the_department_and_the_group_of_its_visitors),
        cmocka_unit_test(agents_tick__forgets__strangers_who_asked_for_an_archive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
