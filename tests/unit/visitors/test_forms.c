/* Forms that agents send to visitors (docs/PROTOCOL.md section 15). */
#include "desk/desk_questions.h"
#include "story.h"

#include "base/clock.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BOB "bob@example/phone"
#define X                                                                                          \
    "<x xmlns='jabber:x:data' type='form'><title>Return</title>"                                   \
    "<instructions>For a label.</instructions>"                                                    \
    "<field type='hidden' var='urn:tresen:visit:1#line'><value>e4</value></field>"                 \
    "<field type='text-single' var='order' label='Order'><required/></field>"                      \
    "<field type='list-single' var='why' label='Why?'><option label='small'><value>small</value>"  \
    "</option><option label='broken'><value>broken</value></option></field>"                       \
    "<field type='text-multi' var='more' label='More'/>"                                           \
    "<field type='text-single' var='email' label='E-mail'>"                                        \
    "<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'>"            \
    "<regex>[^@\\s]+@[^@\\s]+</regex></validate></field></x>"
#define BODY                                                                                       \
    "<body>Please:\n\nReturn\nFor a label.\n- Order *\n- Why? (small / broken)\n- More\n"          \
    "- E-mail\nIf you see no form here, please answer in your own words.</body>"
#define SUBMIT(order)                                                                              \
    "<x xmlns='jabber:x:data' type='submit'><field var='order'><value>" order                      \
    "</value></field><field var='why'><value>broken</value></field>"                               \
    "<field var='more'><value>one</value><value>two</value></field></x>"
#define CANCEL "<x xmlns='jabber:x:data' type='cancel'/>"

/* A chat in which Nina has asked; the question is entry 4. The visitor's id. */
static const char *is_asked(struct story *s, const char *jid)
{
    nina_is(s, AVAILABILITY_FREE);
    sends(s, jid, "<message to='" SALES "' id='m1'><body>Hello</body></message>");
    const char *visitor = desk_agent_contact(desk_of(s), NINA, 0);
    nina_says(s, visitor, "Hi");
    assert_int_equal(desk_agent_ask(desk_of(s), clock_utc_ms(), NINA, visitor, "return", "Please:"),
                     DESK_OK);
    story_turn(s);
    return visitor;
}

static void answers(struct story *s, const char *jid, const char *id, const char *inside)
{
    char *xml = mem_print("<message type='chat' to='" SALES "' id='%s'>%s</message>", id, inside);

    sends(s, jid, xml);
    free(xml);
}

/* By iq, as the widget does. */
static void answers_about(struct story *s, const char *jid, const char *id, const char *about,
                          const char *form)
{
    char *xml = mem_print("<iq type='set' to='" SALES "' id='%s'><answer about='%s' id='%s-key'"
                          " xmlns='urn:tresen:visit:1'>%s</answer></iq>",
                          id, about, id, form);

    sends(s, jid, xml);
    free(xml);
}

static void forms__are_lines_with_a_form(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    checks_in(s, tab, "");
    is_asked(s, tab);
    expect(s, "<message from='" SALES "/Nina' to='*' type='chat' id='e4' when='held'>" BODY X
              "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='4'/>"
              "<line xmlns='urn:tresen:visit:1' by='agent' name='Nina' stamp='*'"
              " requested='form'/><_/></message>");
    story_ends(s);
}

static void forms__answer_is_a_message_with_a_receipt(void **state)
{
    struct story *s = story_begins();
    const char *one = a_tab(s);
    const char *two = a_tab(s);
    char token[256];
    struct visitor_view v;

    (void)state;
    checks_in(s, one, "");
    snprintf(token, sizeof token, "<token>%s</token>", token_of(s));
    checks_in(s, two, token);
    const char *visitor = is_asked(s, one);
    forget(s);
    for (int i = 0; i < 2; i++) { /* and once more, as a client that saw no receipt */
        answers(s, one, "a1", "<reply xmlns='urn:xmpp:reply:0' id='e4'/>" SUBMIT("17"));
        expect(s, "<message from='" SALES "' to='*' type='chat' id='*' when='held'>"
                  "<received xmlns='urn:xmpp:receipts' id='a1'/>"
                  "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='5'/></message>");
    }
    expect(s, "<message from='" SALES "' to='tab2@desk.example/x2' type='chat' id='a1'>"
              "<body>Your answers: Return\nOrder: 17\nWhy?: broken\nMore: one\n    two</body>"
              "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='5'/>"
              "<line xmlns='urn:tresen:visit:1' by='visitor' stamp='*' about='e4'"
              " answered='form-answered'/></message>");
    expect_nothing_like(s, "<message from='*' to='*' type='chat' id='a1'><body>*</body><_/>"
                           "</message>");
    assert_true(desk_visitor(desk_of(s), visitor, &v));
    assert_string_equal(v.record->fields, "order: 17\nwhy: broken\nmore: one two\n");
    answers(s, one, "a2", "<reply xmlns='urn:xmpp:reply:0' id='e4'/>" SUBMIT("18"));
    expect_error(s, "message", "a2", "cancel", "conflict");
    story_ends(s);
}

/* A result means stored; the page itself is told what is stored now. */
static void forms__answer_may_be_an_iq(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    checks_in(s, tab, "");
    is_asked(s, tab);
    forget(s);
    answers_about(s, tab, "i1", "e4", CANCEL);
    expect(s, "<iq from='" SALES "' to='*' type='result' id='i1' when='held'/>");
    expect(s, "<message from='" SALES "' to='tab1@desk.example/x1' type='chat' id='i1-key'>"
              "<body>You did not want to fill in: Return</body><stanza-id xmlns='urn:xmpp:sid:0'"
              " by='" SALES "' id='5'/><line xmlns='urn:tresen:visit:1' by='visitor' stamp='*'"
              " about='e4' answered='form-declined'/></message>");
    answers_about(s, tab, "i2", "e4", SUBMIT("17"));
    expect_error(s, "iq", "i2", "cancel", "conflict");
    story_ends(s);
}

/* Any client that knows forms in messages sends the hidden field back. */
static void forms__reach_a_customer_in_a_client_and_come_back(void **state)
{
    struct story *s = story_begins();

    (void)state;
    is_asked(s, BOB);
    expect(s, "<message from='" SALES "/Nina' to='*' type='chat' id='e4' when='held'>" BODY X
              "<stanza-id xmlns='urn:xmpp:sid:0' by='" SALES "' id='4'/>"
              "<line xmlns='urn:tresen:visit:1' by='agent' name='Nina' stamp='*'/><_/></message>");
    answers(s, BOB, "a1",
            "<x xmlns='jabber:x:data' type='submit'><field var='urn:tresen:visit:1#line'>"
            "<value>e9</value></field><field var='order'><value>17</value></field></x>");
    expect_error(s, "message", "a1", "cancel", "item-not-found");
    answers(s, BOB, "a2",
            "<x xmlns='jabber:x:data' type='submit'><field var='urn:tresen:visit:1#line'>"
            "<value>e4</value></field><field var='order'><value>17</value></field></x>");
    expect(s, "<message from='" SALES "' to='*' type='chat' id='*' when='held'>"
              "<received xmlns='urn:xmpp:receipts' id='a2'/><_/></message>");
    story_ends(s);
}

static void forms__refuse_what_does_not_fit(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);
    static const char *const WRONG[] = {
        "<x xmlns='jabber:x:data' type='submit'/>",
        "<x xmlns='jabber:x:data' type='submit'><field var='order'><value> </value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='order'><value>1</value>"
        "<value>7</value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='order'><value>17</value></field>"
        "<field var='why'><value>stolen</value></field></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='order'><value>17</value></field>"
        "<field var='email'><value>no address</value></field></x>",
    };
    char id[8];

    (void)state;
    checks_in(s, tab, "");
    is_asked(s, tab);
    forget(s);
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        snprintf(id, sizeof id, "w%zu", i);
        answers_about(s, tab, id, "e4", WRONG[i]);
        expect_error(s, "iq", id, "modify", "not-acceptable");
        seconds_pass(s, 1);
    }
    answers_about(s, tab, "n1", "e3", SUBMIT("17"));
    expect_error(s, "iq", "n1", "cancel", "item-not-found");
    answers_about(s, tab, "n2", "e99", SUBMIT("17"));
    expect_error(s, "iq", "n2", "cancel", "item-not-found");
    answers_about(s, tab, "n3", "e4", "<x xmlns='jabber:x:data' type='result'/>");
    expect_error(s, "iq", "n3", "modify", "bad-request");
    answers_about(s, tab, "ok", "", SUBMIT("17")); /* what waits */
    expect(s, "<iq from='" SALES "' to='*' type='result' id='ok' when='held'/>");
    story_ends(s);
}

static void forms__of_others_cannot_be_answered(void **state)
{
    struct story *s = story_begins();
    const char *ada = a_tab(s);
    const char *eve = a_tab(s);

    (void)state;
    checks_in(s, ada, "");
    is_asked(s, ada);
    checks_in(s, eve, "");
    sends(s, eve, "<message to='" SALES "' id='m2'><body>Hello</body></message>");
    forget(s);
    answers_about(s, eve, "i1", "e4", SUBMIT("17"));
    expect_error(s, "iq", "i1", "cancel", "item-not-found");
    answers_about(s, eve, "i2", "", SUBMIT("17"));
    expect_error(s, "iq", "i2", "cancel", "item-not-found");
    story_ends(s);
}

static void forms__stand_in_history_with_what_became_of_them(void **state)
{
    struct story *s = story_begins();
    const char *tab = a_tab(s);

    (void)state;
    checks_in(s, tab, "");
    is_asked(s, tab);
    answers(s, tab, "a1", SUBMIT("17"));
    forget(s);
    sends(s, tab,
          "<iq type='set' to='" SALES "' id='h'><query xmlns='urn:xmpp:mam:2' queryid='q'/></iq>");
    expect(s,
           "<message from='" SALES "' to='*'><result xmlns='urn:xmpp:mam:2' queryid='q'"
           " id='4'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay'"
           " stamp='*'/><message xmlns='jabber:client' type='chat' from='*' to='*' id='e4'>" BODY X
           "<line xmlns='urn:tresen:visit:1' by='agent' name='Nina' stamp='*'"
           " requested='form'/></message></forwarded></result></message>");
    expect(s, "<message from='" SALES "' to='*'><result xmlns='urn:xmpp:mam:2' queryid='q'"
              " id='5'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay'"
              " stamp='*'/><message xmlns='jabber:client' type='chat' from='*' to='*' id='a1'>"
              "<body>Your answers: Return\nOrder: 17\nWhy?: broken\nMore: one\n    two</body>"
              "<line xmlns='urn:tresen:visit:1' by='visitor' stamp='*' about='e4'"
              " answered='form-answered'/></message></forwarded></result></message>");
    story_ends(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms__are_lines_with_a_form),
        cmocka_unit_test(forms__answer_is_a_message_with_a_receipt),
        cmocka_unit_test(forms__answer_may_be_an_iq),
        cmocka_unit_test(forms__reach_a_customer_in_a_client_and_come_back),
        cmocka_unit_test(forms__refuse_what_does_not_fit),
        cmocka_unit_test(forms__of_others_cannot_be_answered),
        cmocka_unit_test(forms__stand_in_history_with_what_became_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
