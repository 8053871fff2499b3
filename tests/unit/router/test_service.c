/* What the service and its departments answer to anybody (docs/PROTOCOL.md section 9). */
#include "house.h"

#include "xml/ns.h"
#include "xml/stanza.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINK = HOUSE_STREAMS };

static struct house *house_with_link(void)
{
    struct house *h = house_create();

    house_link(h, true);
    house_turn(h);
    house_forget(h);
    return h;
}

/* The answer to one question of a stranger; good until the next. */
static const struct element *ask(struct house *h, const char *to, const char *payload)
{
    char xml[512];

    house_forget(h);
    snprintf(xml, sizeof xml, "<iq from='eve@example.org/x' to='%s' type='get' id='q'>%s</iq>", to,
             payload);
    assert_true(house_receive(h, LINK, xml));
    house_turn(h);
    assert_int_equal(house_sent(h, LINK), 1);
    const struct element *e = house_sent_at(h, LINK, 0);
    assert_string_equal(element_attr(e, "from"), to);
    assert_string_equal(element_attr(e, "to"), "eve@example.org/x");
    assert_string_equal(element_attr(e, "id"), "q");
    return e;
}

static bool has_feature(const struct element *query, const char *feature)
{
    for (const struct element *f = element_first(query); f != NULL; f = element_next(f)) {
        const char *var = element_attr(f, "var");
        if (var != NULL && strcmp(var, feature) == 0) {
            return true;
        }
    }
    return false;
}

static void service__says_what_it_is(void **state)
{
    static const char INFO[] = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    struct house *h = house_with_link();

    (void)state;
    const struct element *query =
        element_child(ask(h, "desk.example", INFO), "query", NS_DISCO_INFO);
    assert_string_equal(element_attr(element_first(query), "category"), "component");
    assert_true(has_feature(query, NS_PING));
    query = element_child(ask(h, "sales@desk.example/Nina", INFO), "query", NS_DISCO_INFO);
    assert_string_equal(element_attr(element_first(query), "name"), "Sales");
    assert_true(has_feature(query, NS_MAM));
    assert_true(has_feature(query, NS_RECEIPTS));
    house_destroy(h);
}

static void service__lists_its_departments_and_no_visitor(void **state)
{
    static const char ITEMS[] = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
    struct house *h = house_with_link();
    size_t count = 0;

    (void)state;
    house_stream(h, 0, true);
    house_receive(h, 0, "<message to='sales@desk.example' id='m'><body>x</body></message>");
    house_turn(h);
    const struct element *query =
        element_child(ask(h, "desk.example", ITEMS), "query", NS_DISCO_ITEMS);
    for (const struct element *i = element_first(query); i != NULL; i = element_next(i)) {
        const char *jid = element_attr(i, "jid");
        assert_true(strcmp(jid, "sales@desk.example") == 0 ||
                    strcmp(jid, "help@desk.example") == 0);
        count++;
    }
    assert_int_equal(count, 2);
    query = element_child(ask(h, "sales@desk.example", ITEMS), "query", NS_DISCO_ITEMS);
    assert_null(element_first(query));
    house_destroy(h);
}

static void service__answers_ping_and_version(void **state)
{
    struct house *h = house_with_link();

    (void)state;
    const struct element *e = ask(h, "desk.example", "<ping xmlns='urn:xmpp:ping'/>");
    assert_string_equal(element_attr(e, "type"), "result");
    assert_null(element_first(e));
    e = ask(h, "desk.example", "<query xmlns='jabber:iq:version'/>");
    assert_string_equal(
        element_child_text(element_child(e, "query", NS_VERSION), "name", NS_VERSION), "Tresen");
    house_destroy(h);
}

/* V-0S5: no nodes, no other questions, and nobody who is not there. */
static void service__knows_nothing_else(void **state)
{
    static const struct {
        const char *to;
        const char *payload;
        enum stanza_error condition;
    } ASKED[] = {
        {"desk.example", "<query xmlns='http://jabber.org/protocol/disco#info' node='n'/>",
         ERROR_ITEM_NOT_FOUND},
        {"sales@desk.example", "<query xmlns='http://jabber.org/protocol/disco#items' node='n'/>",
         ERROR_ITEM_NOT_FOUND},
        {"desk.example", "<query xmlns='jabber:iq:register'/>", ERROR_SERVICE_UNAVAILABLE},
        {"sales@desk.example", "<vCard xmlns='vcard-temp'/>", ERROR_SERVICE_UNAVAILABLE},
        {"nobody@desk.example", "<ping xmlns='urn:xmpp:ping'/>", ERROR_ITEM_NOT_FOUND},
        {"visitor-abc@desk.example", "<vCard xmlns='vcard-temp'/>", ERROR_ITEM_NOT_FOUND},
    };
    struct house *h = house_with_link();

    (void)state;
    for (size_t i = 0; i < sizeof ASKED / sizeof *ASKED; i++) {
        const struct element *e = ask(h, ASKED[i].to, ASKED[i].payload);
        assert_string_equal(element_attr(e, "type"), "error");
        assert_int_equal(stanza_error_read(e), ASKED[i].condition);
    }
    house_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service__says_what_it_is),
        cmocka_unit_test(service__lists_its_departments_and_no_visitor),
        cmocka_unit_test(service__answers_ping_and_version),
        cmocka_unit_test(service__knows_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
