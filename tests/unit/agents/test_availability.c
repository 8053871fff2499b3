/* Who is there: the presence of an agent's resources (architecture section 7), and what a visitor's
 * contact says of itself. */
#include "story.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum department_state sales(struct story *s)
{
    struct department_view p;

    assert_true(desk_department(desk_of(s), "sales", &p));
    return p.state;
}

static void says(struct story *s, const char *resource, const char *inside)
{
    char from[64];
    char xml[256];

    snprintf(from, sizeof from, NINA "/%s", resource);
    snprintf(xml, sizeof xml, "<presence to='" SALES "'>%s</presence>", inside);
    agent_sends(s, from, xml);
}

static void availability__is_the_best_of_all_resources(void **state)
{
    struct story *s = story_begins();

    (void)state;
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    says(s, "phone", "<show>away</show>");
    assert_int_equal(sales(s), DEPARTMENT_AWAY);
    says(s, "pc", "<priority>-1</priority>");
    assert_int_equal(sales(s), DEPARTMENT_AWAY);
    says(s, "pc", "<show>chat</show>");
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    says(s, "pc", "<show>dnd</show>");
    assert_int_equal(sales(s), DEPARTMENT_AWAY);
    agent_sends(s, NINA "/phone", "<presence type='unavailable' to='" SALES "'/>");
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    says(s, "pc", "");
    fake_clock_pass(MINUTE);
    agent_sends(s, NINA, "<presence type='unavailable' to='" SALES "'/>"); /* none is there */
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    story_ends(s);
}

/* Towards a visitor's contact it means nothing. */
static void availability__is_what_the_department_hears(void **state)
{
    struct story *s = story_begins();

    (void)state;
    nina_talks_with_ada(s);
    agent_sends(s, NINA "/pc", "<presence type='unavailable' to='" ADAS "'/>");
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    story_ends(s);
}

/* A client that flaps: the desk hears of some changes, and of the last in any case. */
static void availability__flapping_is_slowed_down(void **state)
{
    struct story *s = story_begins();
    int changes = 0;

    (void)state;
    enum department_state before = sales(s);
    for (int i = 0; i < 100; i++) {
        says(s, "pc", i % 2 == 0 ? "" : "<show>away</show>");
        changes += sales(s) != before ? 1 : 0;
        before = sales(s);
    }
    assert_in_range(changes, 2, 10);
    seconds_pass(s, 10);
    assert_int_equal(sales(s), DEPARTMENT_AWAY);
    story_ends(s);
}

static void availability__ends_with_the_link_after_a_while(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_there(s, NINA);
    is_there(s, OTTO);
    link_is_lost(s);
    seconds_pass(s, 10);
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    link_comes_up(s);
    is_there(s, OTTO); /* answers the probe; Nina does not */
    seconds_pass(s, 9);
    assert_int_equal(sales(s), DEPARTMENT_OPEN);
    is_gone(s, OTTO);
    seconds_pass(s, 3);
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    is_there(s, NINA);
    link_is_lost(s);
    seconds_pass(s, 17);
    assert_int_equal(sales(s), DEPARTMENT_NOBODY);
    story_ends(s);
}

static void asks(struct story *s, const char *from, const char *payload)
{
    char *iq = mem_print("<iq type='get' id='q' to='" ADAS "'>%s</iq>", payload);

    agent_sends(s, from, iq);
    free(iq);
}

/* What disco says is what the capabilities were made of (XEP-0115 5.4). */
static void card__answers_agents_of_the_department(void **state)
{
    struct story *s = story_begins();
    char *ver;

    (void)state;
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    const struct element *shown =
        expect(s, "<presence from='" ADAS "/web' to='" NINA "'><_/></presence>");
    ver =
        mem_dup(element_attr(element_child(shown, "c", "http://jabber.org/protocol/caps"), "ver"));
    char *query = mem_print("<query xmlns='http://jabber.org/protocol/disco#info'"
                            " node='urn:tresen:visitor#%s'/>",
                            ver);
    asks(s, NINA "/pc", query);
    expect(s, "<iq from='" ADAS "' to='" NINA "/pc' type='result' id='q' when='now'><query"
              " xmlns='http://jabber.org/protocol/disco#info' node='urn:tresen:visitor#*'>"
              "<identity category='client' type='web' name='Tresen'/><_/></query></iq>");
    free(query);
    free(ver);
    asks(s, NINA "/pc", "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>");
    expect_error(s, "iq", "q", "cancel", "item-not-found");
    asks(s, OTTO "/pc", "<vCard xmlns='vcard-temp'/>");
    expect(s, "<iq from='" ADAS "' to='" OTTO "/pc' type='result' id='q'><vCard xmlns='vcard-temp'>"
              "<FN>Visitor 1001</FN><NICKNAME>Visitor 1001</NICKNAME>"
              "<URL>https://shop.example/prices</URL><DESC>*</DESC></vCard></iq>");
    asks(s, OTTO "/pc", "<query xmlns='jabber:iq:version'/>");
    expect(s, "<iq from='" ADAS "' to='*' type='result' id='q'><query xmlns='jabber:iq:version'>"
              "<name>Firefox 140, Linux</name><version/></query></iq>");
    asks(s, FRED "/pc", "<vCard xmlns='vcard-temp'/>"); /* of another department */
    expect_error(s, "iq", "q", "cancel", "service-unavailable");
    asks(s, NINA "/pc", "<query xmlns='urn:unknown'/>");
    expect_error(s, "iq", "q", "cancel", "service-unavailable");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(availability__is_the_best_of_all_resources),
        cmocka_unit_test(availability__is_what_the_department_hears),
        cmocka_unit_test(availability__flapping_is_slowed_down),
        cmocka_unit_test(availability__ends_with_the_link_after_a_while),
        cmocka_unit_test(card__answers_agents_of_the_department),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
