/* The presence of departments towards visitors (docs/PROTOCOL.md section 6). */
#include "base/clock.h"
#include "desk/bulletin.h"
#include "story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void presence__is_told_now_and_at_each_change(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    sends(s, tab, "<presence to='" SALES "'/>");
    expect(s, "<presence from='" SALES "' to='tab1@desk.example/x1' type='unavailable'>"
              "<status>Nobody is here right now. You can leave a message.</status></presence>");
    nina_is(s, AVAILABILITY_FREE);
    expect(s, "<presence from='" SALES "' to='*'><show>chat</show><status>*</status></presence>");
    nina_is(s, AVAILABILITY_AWAY);
    expect(s, "<presence from='" SALES "' to='*'><show>away</show><status>*</status></presence>");
    nina_is(s, AVAILABILITY_BUSY);
    expect(s, "<presence from='" SALES "' to='*' type='unavailable'><status>*</status></presence>");
    sends(s, tab, "<presence type='unavailable' to='" SALES "'/>");
    nina_is(s, AVAILABILITY_FREE);
    expect_nothing(s);
    story_ends(s);
}

/* V-063: subscriptions of a visitor of the gateway lead to nothing, and cost nothing. */
static void presence__gateway_visitor_subscribes_to_nothing(void **state)
{
    static const char *const TYPES[] = {"subscribe",    "subscribed", "unsubscribe",
                                        "unsubscribed", "probe",      "error"};
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    checks_in(s, tab, "");
    for (int i = 0; i < 1000; i++) {
        char xml[128];
        snprintf(xml, sizeof xml, "<presence type='%s' to='" SALES "'/>", TYPES[i % 6]);
        sends(s, tab, xml);
    }
    expect_nothing(s);
    nina_is(s, AVAILABILITY_FREE);
    expect_nothing(s);
    story_ends(s);
}

static void says_to_all(struct story *s, enum bulletin_scope scope, const char *place,
                        const char *text)
{
    assert_int_equal(desk_bulletin_put(desk_of(s), clock_utc_ms(), BOSS, scope, place, text, 0),
                     DESK_OK);
    story_turn(s);
}

/* What all visitors are told is in the presence, in the check-in, and in the status for clients
 * that show no more than that. */
static void presence__says_what_all_visitors_are_told(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    says_to_all(s, BULLETIN_DEPARTMENT, "help", "Not for sales.");
    expect_nothing(s);
    sends(s, tab, "<presence to='" SALES "'/>");
    expect(s, "<presence from='" SALES "' to='*' type='unavailable'><status>Nobody is here right "
              "now. You can leave a message.</status></presence>");
    says_to_all(s, BULLETIN_DEPARTMENT, "sales", "Payments <fail>.");
    expect(s, "<presence from='" SALES "' to='*' type='unavailable'><status>Nobody is here right "
              "now. You can leave a message. Payments &lt;fail&gt;.</status>"
              "<bulletin xmlns='urn:tresen:visit:1'>Payments &lt;fail&gt;.</bulletin></presence>");
    says_to_all(s, BULLETIN_SITE, "default", "All is slow.");
    expect(s, "<presence from='" SALES "' to='*' type='unavailable'><status>*</status>"
              "<bulletin xmlns='urn:tresen:visit:1'>All is slow.\nPayments &lt;fail&gt;.</bulletin>"
              "</presence>");
    says_to_all(s, BULLETIN_SITE, "other", "Elsewhere.");
    expect_nothing(s);
    nina_is(s, AVAILABILITY_FREE);
    expect(s,
           "<presence from='" SALES "' to='*'><show>chat</show><status>We are here. All is slow. "
           "Payments &lt;fail&gt;.</status><bulletin xmlns='urn:tresen:visit:1'>*</bulletin>"
           "</presence>");
    sends(s, tab, "<iq type='set' id='v' to='" SALES "'><visit xmlns='urn:tresen:visit:1'/></iq>");
    const struct element *visit =
        element_first(expect(s, "<iq type='result' id='v' from='*' to='*'><_/></iq>"));
    assert_string_equal(element_child_text(visit, "bulletin", NULL),
                        "All is slow.\nPayments <fail>.");
    desk_bulletin_drop(desk_of(s), clock_utc_ms(), BOSS, BULLETIN_SITE, "default");
    desk_bulletin_drop(desk_of(s), clock_utc_ms(), BOSS, BULLETIN_DEPARTMENT, "sales");
    story_turn(s);
    forget(s);
    sends(s, a_tab(s), "<presence to='" SALES "'/>");
    expect(s, "<presence from='" SALES "' to='tab2@desk.example/x2'><show>chat</show>"
              "<status>We are here.</status></presence>");
    story_ends(s);
}

static void presence__flood_is_answered_once_a_second(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    for (int i = 0; i < 100; i++) {
        sends(s, tab, "<presence to='" SALES "'/>");
    }
    assert_in_range(recorder_count(post_of(s)), 1, 2);
    forget(s);
    seconds_pass(s, 2);
    sends(s, tab, "<presence to='" SALES "'/>");
    assert_int_equal(recorder_count(post_of(s)), 1);
    story_ends(s);
}

static void presence__stock_client_may_subscribe(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    sends(s, "ada@example.net", "<presence type='subscribe' to='" SALES "'/>");
    expect(s, "<presence from='" SALES "' to='ada@example.net' type='subscribed' when='held'/>");
    expect(s, "<presence from='" SALES "' to='ada@example.net' type='unavailable'><_/></presence>");
    nina_is(s, AVAILABILITY_FREE);
    expect(s, "<presence from='" SALES "' to='ada@example.net'><show>chat</show><_/></presence>");
    sends(s, "ada@example.net", "<presence type='unsubscribe' to='" SALES "'/>");
    expect(s, "<presence from='" SALES "' to='ada@example.net' type='unsubscribed'/>");
    nina_is(s, AVAILABILITY_GONE);
    expect_nothing(s);
    story_ends(s);
}

/* V-0S4: strangers get nothing where they may not visit; elsewhere few answers a second. */
static void presence__strangers_subscriptions_are_bounded(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_LOCAL, 100);
    char from[64];

    (void)state;
    for (int i = 0; i < 5000; i++) {
        snprintf(from, sizeof from, "stranger%d@elsewhere.example", i);
        sends(s, from, "<presence type='subscribe' to='" SALES "'/>");
    }
    expect_nothing(s);
    story_ends(s);
    s = story_begins_with(VISITORS_XMPP_ANY, 100);
    for (int i = 0; i < 1000; i++) {
        sends(s, "flood@elsewhere.example", "<presence type='subscribe' to='" SALES "'/>");
        sends(s, "flood@elsewhere.example", "<presence type='probe' to='" SALES "'/>");
    }
    assert_in_range(recorder_count(post_of(s)), 1, 6); /* three stanzas, two answers each */
    story_ends(s);
}

/* After a link loss who sent directed presence is told again; who stays silent has left. */
static void presence__is_told_again_when_the_link_is_back(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
    struct visitor_view v;

    (void)state;
    const char *ada = checks_in(s, "ada@example.net/x", "");
    sends(s, "ada@example.net/x", "<presence to='" SALES "'/>");
    forget(s);
    seconds_pass(s, 3600); /* silent, but would say when it left */
    assert_true(desk_visitor(desk_of(s), ada, &v));
    link_comes_back(s);
    expect(s,
           "<presence from='" SALES "' to='ada@example.net/x' type='unavailable'><_/></presence>");
    seconds_pass(s, 60);
    assert_false(desk_visitor(desk_of(s), ada, &v));
    story_ends(s);
}

/* A line over the link that comes back says that its reader has left. */
static void presence__bounce_is_leaving(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);
    struct visitor_view v;

    (void)state;
    const char *ada = checks_in(s, "k1@anon.example/x", "");
    sends(s, "k1@anon.example/x",
          "<message type='error' id='e1' to='" SALES "'><error type='cancel'><service-unavailable"
          " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    expect_nothing(s); /* an error is never answered */
    seconds_pass(s, 11);
    assert_false(desk_visitor(desk_of(s), ada, &v));
    story_ends(s);
}

static void presence__goodbye_tells_who_follows_over_the_link(void **state)
{
    struct story *s = story_begins_with(VISITORS_XMPP_ANY, 100);

    (void)state;
    nina_is(s, AVAILABILITY_FREE);
    sends(s, "ada@example.net", "<presence type='subscribe' to='" SALES "'/>");
    sends(s, "bob@example.net/x", "<presence to='" SALES "'/>");
    forget(s);
    says_goodbye(s);
    expect(s, "<presence from='" SALES "' to='ada@example.net' type='unavailable' when='now'/>");
    expect(s, "<presence from='" SALES "' to='bob@example.net/x' type='unavailable' when='now'/>");
    expect_nothing(s);
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presence__is_told_now_and_at_each_change),
        cmocka_unit_test(presence__gateway_visitor_subscribes_to_nothing),
        cmocka_unit_test(presence__says_what_all_visitors_are_told),
        cmocka_unit_test(presence__flood_is_answered_once_a_second),
        cmocka_unit_test(presence__stock_client_may_subscribe),
        cmocka_unit_test(presence__strangers_subscriptions_are_bounded),
        cmocka_unit_test(presence__is_told_again_when_the_link_is_back),
        cmocka_unit_test(presence__bounce_is_leaving),
        cmocka_unit_test(presence__goodbye_tells_who_follows_over_the_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
