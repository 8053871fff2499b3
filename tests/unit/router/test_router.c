/* The routing table (docs/PROTOCOL.md section 9), what waits for commits, what never leaves. */
#include "house.h"

#include "storage/storage_test.h"
#include "xml/element.h"
#include "xml/reader.h"
#include "xml/stanza.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINK = HOUSE_STREAMS };

static void sends(struct house *h, size_t at, const char *xml)
{
    assert_true(house_receive(h, at, xml));
    house_turn(h);
}

/* The only stanza that was sent there is of that kind, type and, if an error, condition. */
static void expect_only(struct house *h, size_t at, const char *kind, const char *type,
                        enum stanza_error condition)
{
    assert_int_equal(house_sent(h, at), 1);
    const struct element *e = house_sent_at(h, at, 0);
    assert_string_equal(element_name(e), kind);
    assert_string_equal(element_attr(e, "type"), type);
    if (condition != ERROR_NONE) {
        assert_int_equal(stanza_error_read(e), condition);
    }
    house_forget(h);
}

static struct house *house_with_stream_and_link(void)
{
    struct house *h = house_create();

    house_stream(h, 0, true);
    house_link(h, true);
    house_turn(h);
    house_forget(h);
    return h;
}

/* V-060 to V-066: a visitor of the gateway reaches the desk and nobody else. */
static void router__visitor_reaches_nobody_but_the_desk(void **state)
{
    static const char *const STANZAS[] = {
        "<message to='ceo@example.org' id='x' type='chat'><body>x</body></message>",
        "<message to='nina@example.org' id='x' type='chat'><body>x</body></message>",
        "<message to='nina@example.org/pc' id='x'><body>x</body></message>",
        "<message to='visitor-abc@desk.example' id='x'><body>x</body></message>",
        "<message to='stream1@desk.example/x1' id='x'><body>x</body></message>",
        "<iq to='example.org' type='get' id='x'><query xmlns='jabber:iq:roster'/></iq>",
        "<iq to='nina@example.org' type='set' id='x'><query xmlns='jabber:iq:roster'/></iq>",
        "<iq to='desk.example.evil.example' type='get' id='x'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<iq to='sales@sub.desk.example' type='get' id='x'><ping xmlns='urn:xmpp:ping'/></iq>",
    };
    struct house *h = house_with_stream_and_link();

    (void)state;
    house_stream(h, 1, true);
    for (size_t i = 0; i < sizeof STANZAS / sizeof *STANZAS; i++) {
        sends(h, 0, STANZAS[i]);
        assert_int_equal(house_sent(h, LINK), 0);
        assert_int_equal(house_sent(h, 1), 0);
        expect_only(h, 0, element_name(house_sent_at(h, 0, 0)), "error", ERROR_SERVICE_UNAVAILABLE);
    }
    sends(h, 0, "<presence to='room@conference.example.org/x'/>");
    assert_int_equal(house_sent(h, LINK), 0);
    house_forget(h);
    sends(h, 0, "<message to='@@' id='x'><body>x</body></message>");
    expect_only(h, 0, "message", "error", ERROR_JID_MALFORMED);
    house_destroy(h);
}

/* Whoever the visitor says it is: the stream says who it is. */
static void router__sender_of_a_stream_is_the_stream(void **state)
{
    struct house *h = house_with_stream_and_link();

    (void)state;
    sends(h, 0,
          "<iq from='nina@example.org' to='desk.example' type='get' id='p'>"
          "<ping xmlns='urn:xmpp:ping'/></iq>");
    assert_int_equal(house_sent(h, LINK), 0);
    assert_string_equal(element_attr(house_sent_at(h, 0, 0), "to"), house_stream_jid(h, 0));
    expect_only(h, 0, "iq", "result", ERROR_NONE);
    sends(h, 0, "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"); /* no to: the desk */
    expect_only(h, 0, "iq", "result", ERROR_NONE);
    house_destroy(h);
}

/* RFC 6120 8.2.3; V-058, V-064: guessed ids find nothing, errors and results have no answer. */
static void router__every_question_has_one_answer_and_no_answer_has_any(void **state)
{
    static const char *const BAD[] = {
        "<iq to='sales@desk.example' type='get' id='x'/>",
        "<iq to='sales@desk.example' type='get' id='x'><a xmlns='urn:x'/><b xmlns='urn:x'/></iq>",
        "<iq to='sales@desk.example' type='what' id='x'><a xmlns='urn:x'/></iq>",
        "<iq to='sales@desk.example' id='x'><a xmlns='urn:x'/></iq>",
        "<iq to='sales@desk.example' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
    };
    struct house *h = house_with_stream_and_link();
    char xml[256];

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        sends(h, 0, BAD[i]);
        expect_only(h, 0, "iq", "error", ERROR_BAD_REQUEST);
    }
    sends(h, 0, "<iq to='sales@desk.example' type='get' id='x'><query xmlns='urn:x'/></iq>");
    expect_only(h, 0, "iq", "error", ERROR_SERVICE_UNAVAILABLE);
    for (int i = 0; i < 20; i++) {
        snprintf(xml, sizeof xml, "<iq to='desk.example' type='%s' id='ask-%d'/>",
                 i % 2 == 0 ? "result" : "error", i / 2);
        sends(h, 0, xml);
    }
    sends(h, 0, "<message to='sales@desk.example' type='error' id='e'><body>x</body></message>");
    assert_int_equal(house_sent(h, 0), 0);
    assert_int_equal(house_sent(h, LINK), 0);
    house_destroy(h);
}

/* V-0S2. */
static void router__drops_what_cannot_have_come_to_us(void **state)
{
    static const char *const STANZAS[] = {
        "<message to='sales@desk.example' id='x'><body>x</body></message>",
        "<message from='nina@example.org' id='x'><body>x</body></message>",
        "<message from='desk.example' to='sales@desk.example' id='x'><body>x</body></message>",
        "<message from='sales@desk.example/x' to='sales@desk.example' id='x'><body>x</body>"
        "</message>",
        "<message from='@' to='sales@desk.example' id='x'><body>x</body></message>",
        "<message from='a@example.org' to='sales@other.example' id='x'><body>x</body></message>",
        "<iq from='stream0@desk.example/x0' to='desk.example' type='get' id='x'>"
        "<ping xmlns='urn:xmpp:ping'/></iq>",
        "<foo from='a@example.org' to='sales@desk.example' id='x'/>",
    };
    struct house *h = house_with_stream_and_link();

    (void)state;
    for (size_t i = 0; i < sizeof STANZAS / sizeof *STANZAS; i++) {
        sends(h, LINK, STANZAS[i]);
        assert_int_equal(house_sent(h, LINK), 0);
        assert_int_equal(house_sent(h, 0), 0);
    }
    house_destroy(h);
}

/* Nothing from the link is ever routed to a stream's address. */
static void router__link_never_reaches_a_stream(void **state)
{
    struct house *h = house_with_stream_and_link();

    (void)state;
    sends(h, LINK,
          "<message from='eve@example.org/x' to='stream0@desk.example/x0' id='m' type='chat'>"
          "<body>x</body></message>");
    assert_int_equal(house_sent(h, 0), 0);
    expect_only(h, LINK, "message", "error", ERROR_ITEM_NOT_FOUND);
    sends(h, LINK,
          "<message from='nina@example.org/x' to='stream0@desk.example/x0' id='m' type='chat'>"
          "<body>x</body></message>");
    assert_int_equal(house_sent(h, 0), 0);
    expect_only(h, LINK, "message", "error", ERROR_ITEM_NOT_FOUND);
    sends(h, LINK, "<presence from='eve@example.org/x' to='stream0@desk.example/x0'/>");
    assert_int_equal(house_sent(h, 0), 0);
    assert_int_equal(house_sent(h, LINK), 0);
    house_destroy(h);
}

/* V-0S6 and V-0S7: exactly the configured account is an agent, however it is spelt. */
static void router__agents_are_the_configured_accounts(void **state)
{
    static const char *const AGENTS[] = {"nina@example.org/pc", "NINA@Example.ORG/pc",
                                         "\xef\xbd\x8eina@example.org/pc"};
    static const char *const OTHERS[] = {"nina@exarnple.org/pc", "nina@sub.example.org/pc",
                                         "n\xc3\xadna@example.org/pc", "example.org/nina"};
    struct house *h = house_with_stream_and_link();
    char xml[256];

    (void)state;
    for (size_t i = 0; i < sizeof AGENTS / sizeof *AGENTS; i++) {
        snprintf(xml, sizeof xml,
                 "<message from='%s' to='desk.example' id='m' type='chat'><body>!queue</body>"
                 "</message>",
                 AGENTS[i]);
        sends(h, LINK, xml);
        assert_int_equal(house_sent(h, LINK), 1);
        const struct element *e = house_sent_at(h, LINK, 0);
        assert_string_equal(element_attr(e, "to"), "nina@example.org");
        assert_non_null(strstr(element_child_text(e, "body", NULL), "Sales"));
        house_forget(h);
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        snprintf(xml, sizeof xml,
                 "<message from='%s' to='desk.example' id='m' type='chat'><body>!queue</body>"
                 "</message>",
                 OTHERS[i]);
        sends(h, LINK, xml); /* a visitor says something odd */
        for (size_t n = 0; n < house_sent(h, LINK); n++) {
            assert_string_not_equal(element_attr(house_sent_at(h, LINK, n), "to"),
                                    "nina@example.org");
            const char *body = element_child_text(house_sent_at(h, LINK, n), "body", NULL);
            assert_true(body == NULL || strstr(body, "waiting") == NULL);
        }
        house_forget(h);
    }
    house_destroy(h);
}

/* V-0S5: each is answered; beyond the rate at no cost. */
static void router__questions_of_strangers_are_bounded(void **state)
{
    struct house *h = house_with_stream_and_link();
    size_t refused = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        char xml[256];
        snprintf(xml, sizeof xml,
                 "<iq from='eve@example.org/x' to='sales@desk.example' type='get' id='q%d'><query"
                 " xmlns='http://jabber.org/protocol/disco#info' node='n%d'/></iq>",
                 i, i);
        sends(h, LINK, xml);
        assert_int_equal(house_sent(h, LINK), 1);
        enum stanza_error condition = stanza_error_read(house_sent_at(h, LINK, 0));
        refused += condition == ERROR_RESOURCE_CONSTRAINT ? 1 : 0;
        assert_true(condition == ERROR_RESOURCE_CONSTRAINT || condition == ERROR_ITEM_NOT_FOUND);
        house_forget(h);
    }
    assert_int_equal(refused, 500);
    sends(h, LINK,
          "<iq from='bob@example.org/x' to='desk.example' type='get' id='p'>"
          "<ping xmlns='urn:xmpp:ping'/></iq>");
    expect_only(h, LINK, "iq", "result", ERROR_NONE);
    house_destroy(h);
}

/* What a supervisor writes is no visitor's line: it answers what the desk said. */
static void router__supervisor_is_no_visitor(void **state)
{
    struct house *h = house_with_stream_and_link();
    struct department_view sales;

    (void)state;
    sends(h, LINK,
          "<message from='boss@example.org/pc' to='sales@desk.example' id='m' type='chat'>"
          "<body>I will see to it</body></message>");
    assert_true(desk_department(house_desk(h), "sales", &sales));
    assert_int_equal(sales.waiting, 0);
    expect_only(h, LINK, "message", "chat", ERROR_NONE); /* what can be typed here */
    sends(h, LINK,
          "<message from='bob@example.org/pc' to='sales@desk.example' id='m' type='chat'>"
          "<body>I will see to it</body></message>");
    assert_true(desk_department(house_desk(h), "sales", &sales));
    assert_int_equal(sales.waiting, 1);
    house_destroy(h);
}

static void router__held_stanzas_leave_after_their_commit(void **state)
{
    struct house *h = house_with_stream_and_link();

    (void)state;
    storage_test_hold(house_storage(h), true);
    sends(h, 0,
          "<iq to='sales@desk.example' type='set' id='v'><visit xmlns='urn:tresen:visit:1'/>"
          "</iq>");
    sends(h, 0, "<message to='sales@desk.example' id='m' type='chat'><body>x</body></message>");
    assert_int_equal(house_sent(h, 0), 0);
    sends(h, 0, "<iq to='desk.example' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect_only(h, 0, "iq", "result", ERROR_NONE); /* not content: at once */
    storage_test_hold(house_storage(h), false);
    house_turn(h);
    assert_string_equal(element_attr(house_sent_at(h, 0, 0), "id"), "v");
    assert_in_range(house_sent(h, 0), 2, 9);
    house_destroy(h);
}

static size_t count_receipts(const struct house *h, size_t at, const char *id)
{
    size_t count = 0;

    for (size_t i = 0; i < house_sent(h, at); i++) {
        const struct element *received =
            element_child(house_sent_at(h, at, i), "received", "urn:xmpp:receipts");
        const char *of = received != NULL ? element_attr(received, "id") : NULL;
        count += of != NULL && strcmp(of, id) == 0 ? 1 : 0;
    }
    return count;
}

static void router__receipts_of_both_sides_leave_after_their_commit(void **state)
{
    struct house *h = house_with_stream_and_link();
    char line[512];

    (void)state;
    sends(h, LINK, "<presence from='nina@example.org/pc' to='sales@desk.example'/>");
    sends(h, 0, "<message to='sales@desk.example' id='v1' type='chat'><body>x</body></message>");
    const char *visitor = desk_agent_contact(house_desk(h), "nina@example.org", 0);
    assert_non_null(visitor);
    snprintf(line, sizeof line,
             "<message from='nina@example.org/pc' to='%s@desk.example' id='a1' type='chat'>"
             "<body>y</body><request xmlns='urn:xmpp:receipts'/></message>",
             visitor);
    house_forget(h);
    storage_test_hold(house_storage(h), true);
    sends(h, LINK, line);
    sends(h, 0, "<message to='sales@desk.example' id='v2' type='chat'><body>z</body></message>");
    sends(h, LINK, line); /* the repeat is acknowledged by the same rule */
    house_seconds(h, 5);
    assert_int_equal(count_receipts(h, LINK, "a1"), 0);
    assert_int_equal(count_receipts(h, 0, "v2"), 0);
    storage_test_hold(house_storage(h), false);
    house_turn(h);
    assert_int_equal(count_receipts(h, LINK, "a1"), 2);
    assert_int_equal(count_receipts(h, 0, "v2"), 1);
    house_destroy(h);
}

/* What waits for the link when it is lost is dropped, also what the loss itself brings about. */
static void router__lost_link_takes_what_waited_for_it(void **state)
{
    struct house *h = house_with_stream_and_link();

    (void)state;
    sends(h, LINK, "<presence from='nina@example.org/pc' to='sales@desk.example'/>");
    house_forget(h);
    storage_test_hold(house_storage(h), true);
    sends(h, 0, "<message to='sales@desk.example' id='m' type='chat'><body>x</body></message>");
    house_link(h, false);
    house_link(h, true);
    assert_int_equal(house_sent(h, LINK), 2); /* which server are you? of two domains */
    house_forget(h);
    storage_test_hold(house_storage(h), false);
    house_turn(h);
    for (size_t i = 0; i < house_sent(h, LINK); i++) {
        const struct element *e = house_sent_at(h, LINK, i);
        assert_string_not_equal(element_name(e), "message"); /* the contact is not there yet */
        const char *type = element_attr(e, "type");
        assert_true(type == NULL || strcmp(type, "subscribe") != 0);
    }
    house_destroy(h);
}

/* An answer is only taken from whom was asked. */
static void router__answers_count_from_whom_was_asked(void **state)
{
    struct house *h = house_with_stream_and_link();

    (void)state;
    house_link(h, false);
    house_forget(h);
    house_link(h, true);
    house_turn(h);
    size_t probes = 0;
    for (size_t i = 0; i < house_sent(h, LINK); i++) {
        const struct element *e = house_sent_at(h, LINK, i);
        char xml[256];
        if (strcmp(element_name(e), "iq") == 0) {
            snprintf(xml, sizeof xml,
                     "<iq from='eve@example.org/x' to='desk.example' type='result' id='%s'/>",
                     element_attr(e, "id"));
            house_receive(h, LINK, xml);
        }
    }
    house_forget(h);
    house_turn(h);
    for (size_t i = 0; i < house_sent(h, LINK); i++) {
        const char *type = element_attr(house_sent_at(h, LINK, i), "type");
        probes += type != NULL && strcmp(type, "probe") == 0 ? 1 : 0;
    }
    assert_int_equal(probes, 0); /* a roster that was answered would be followed by a probe */
    house_destroy(h);
}

/* What the link skipped because of its size: answered by its head, unless it was an answer. */
static void router__skipped_stanza_is_answered_by_its_head(void **state)
{
    struct house *h = house_with_stream_and_link();
    static const char *const TYPES[] = {"chat", "error"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char xml[256];
        struct element *head = NULL;
        snprintf(xml, sizeof xml,
                 "<message from='eve@example.org/x' to='sales@desk.example'"
                 " id='m' type='%s'/>",
                 TYPES[i]);
        assert_int_equal(reader_document(&READER_LINK, xml, strlen(xml), &head), READER_OK);
        router_link_skipped(house_router(h), head);
        element_destroy(head);
        house_turn(h);
        assert_int_equal(house_sent(h, LINK), i == 0 ? 1 : 0);
        if (i == 0) {
            expect_only(h, LINK, "message", "error", ERROR_POLICY_VIOLATION);
        }
    }
    house_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(router__visitor_reaches_nobody_but_the_desk),
        cmocka_unit_test(router__sender_of_a_stream_is_the_stream),
        cmocka_unit_test(router__every_question_has_one_answer_and_no_answer_has_any),
        cmocka_unit_test(router__drops_what_cannot_have_come_to_us),
        cmocka_unit_test(router__link_never_reaches_a_stream),
        cmocka_unit_test(router__agents_are_the_configured_accounts),
        cmocka_unit_test(router__questions_of_strangers_are_bounded),
        cmocka_unit_test(router__supervisor_is_no_visitor),
        cmocka_unit_test(router__held_stanzas_leave_after_their_commit),
        cmocka_unit_test(router__receipts_of_both_sides_leave_after_their_commit),
        cmocka_unit_test(router__lost_link_takes_what_waited_for_it),
        cmocka_unit_test(router__answers_count_from_whom_was_asked),
        cmocka_unit_test(router__skipped_stanza_is_answered_by_its_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
