/* What agents and visitors do, and what must have been sent. */
#include "base/mem.h"
#include "story_state.h"
#include "xml/ns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- who does what ---- */

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

void agent_sends(struct story *s, const char *from, const char *xml)
{
    struct element *e = recorder_read(xml, NS_COMPONENT);
    struct jid from_jid;
    struct jid to_jid;

    assert_true(jid_parse(&from_jid, from));
    assert_true(jid_parse(&to_jid, element_attr(e, "to")));
    agents_receive(s->agents, &(struct stanza){
                                  .kind = element_name(e)[0] == 'm'   ? STANZA_MESSAGE
                                          : element_name(e)[0] == 'p' ? STANZA_PRESENCE
                                                                      : STANZA_IQ,
                                  .type = or_empty(element_attr(e, "type")),
                                  .id = or_empty(element_attr(e, "id")),
                                  .from = &from_jid,
                                  .to = &to_jid,
                                  .element = e,
                                  .site = "",
                                  .address = "",
                              });
    jid_finish(&from_jid);
    jid_finish(&to_jid);
    element_destroy(e);
    story_turn(s);
}

static const char *full(const char *agent)
{
    static char jid[128];

    snprintf(jid, sizeof jid, "%s/pc", agent);
    return jid;
}

static const char *department_of(const char *agent)
{
    return strcmp(agent, FRED) == 0 ? "far@desk.example" : SALES;
}

static void presence(struct story *s, const char *agent, const char *type)
{
    char xml[256];

    snprintf(xml, sizeof xml, "<presence to='%s'%s/>", department_of(agent), type);
    agent_sends(s, full(agent), xml);
}

void is_there(struct story *s, const char *agent)
{
    presence(s, agent, "");
}

void is_gone(struct story *s, const char *agent)
{
    presence(s, agent, " type='unavailable'");
}

void agent_writes(struct story *s, const char *agent, const char *id, const char *text)
{
    char *xml =
        mem_print("<message type='chat' to='" ADAS "' id='%s'><body>%s</body></message>", id, text);

    agent_sends(s, full(agent), xml);
    free(xml);
}

void visitor_comes(struct story *s, const char *visitor, const char *name)
{
    const struct visitor_record r = {.id = visitor,
                                     .site = "default",
                                     .name = name,
                                     .page_url = "https://shop.example/prices",
                                     .page_title = "Prices",
                                     .browser = "Firefox 140, Linux",
                                     .language = "en",
                                     .first_seen = clock_utc_ms()};

    assert_int_equal(desk_visitor_arrive(s->desk, clock_utc_ms(), &r, NULL, 0), DESK_OK);
    desk_visitor_online(s->desk, clock_utc_ms(), visitor, true);
    story_turn(s);
}

void visitor_says(struct story *s, const char *visitor, const char *text)
{
    struct visitor_view v;
    char id[16];
    int64_t sequence;

    if (!desk_visitor(s->desk, visitor, &v)) {
        visitor_comes(s, visitor, "");
    }
    snprintf(id, sizeof id, "m%u", ++s->ids);
    assert_int_equal(
        desk_visitor_say(s->desk, clock_utc_ms(), visitor, "sales", id, text, &sequence), DESK_OK);
    story_turn(s);
}

void nina_talks_with_ada(struct story *s)
{
    is_there(s, NINA);
    visitor_says(s, ADA, "Hello?");
    agent_writes(s, NINA, "a1", "Hi!");
    while (fence_answers(s, "example.org")) {
    }
    forget(s);
}

/* ---- what must have been sent ---- */

const struct element *expect(struct story *s, const char *pattern)
{
    const struct element *found = recorder_take(s->post, pattern);

    assert_non_null(found);
    return found;
}

void expect_nothing_like(struct story *s, const char *pattern)
{
    assert_null(recorder_find(s->post, pattern));
}

void expect_no_message(struct story *s)
{
    if (recorder_find(s->post, "<message from='*' to='*' type='chat' id='*'><_/></message>")) {
        fail_msg("a message was sent");
    }
}

static void expect_body(struct story *s, const char *agent, const char *text, const char *end)
{
    char *pattern = mem_print("<message from='visitor-*' to='%s' type='chat' id='*' when='held'>"
                              "<body>%s%s</body>"
                              "<active xmlns='http://jabber.org/protocol/chatstates'/>"
                              "<request xmlns='urn:xmpp:receipts'/>"
                              "<markable xmlns='urn:xmpp:chat-markers:0'/></message>",
                              agent, text, end);

    expect(s, pattern);
    free(pattern);
}

void expect_line(struct story *s, const char *agent, const char *text)
{
    expect_body(s, agent, text, "");
}

void expect_notice(struct story *s, const char *agent, const char *beginning)
{
    expect_body(s, agent, beginning, "*");
}

void expect_error(struct story *s, const char *kind, const char *id, const char *type,
                  const char *condition)
{
    char pattern[512];

    snprintf(pattern, sizeof pattern,
             "<%s from='*' to='*' type='error' id='%s' when='now'><error type='%s'>"
             "<%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><_/></error></%s>",
             kind, id, type, condition, kind);
    expect(s, pattern);
}

void forget(struct story *s)
{
    recorder_forget(s->post);
}
