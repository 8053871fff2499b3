#include "visitor.h"
#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_BIND "urn:ietf:params:xml:ns:xmpp-bind"
#define AUTH "<auth xmlns='" NS_SASL "' mechanism='ANONYMOUS'/>"
#define BIND "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='" NS_BIND "'/></iq>"
/* About as long as lines of people are. */
#define WORDS "do you deliver to Austria, and how long does it take until the parcel is here?"

enum { XML_MAX = 2048 };

static void lose(struct visitor *v, const char *why)
{
    /* What was refused in words is no silence. */
    carrier_close(v->carrier);
    v->state = VISITOR_AWAY;
    v->calls->on_lost(v->calls->crowd, v, true, why);
}

static void __attribute__((format(printf, 2, 3))) put(struct visitor *v, const char *format, ...)
{
    char xml[XML_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(xml, sizeof xml, format, args);
    va_end(args);
    carrier_send(v->carrier, xml, (size_t)len);
}

/* ---- coming ---- */

static void check_in(struct visitor *v)
{
    const char *department = v->place->department;
    char token[96] = "";
    if (v->token[0] != '\0') {
        snprintf(token, sizeof token, "<token>%s</token>", v->token);
    }
    put(v,
        "<iq xmlns='jabber:client' type='set' id='v' to='%s'><visit xmlns='urn:tresen:visit:1'>"
        "<page url='https://shop.example/prices/%u' title='Prices'"
        " referrer='https://search.example/'/><locale lang='de' zone='Europe/Berlin'/>"
        "<browser>Firefox 140, Linux</browser>%s</visit></iq>",
        department, v->number, token);
    put(v, "<presence xmlns='jabber:client' to='%s'/>", department);
    if (v->token[0] != '\0') {
        put(v,
            "<iq xmlns='jabber:client' type='set' id='h' to='%s'><query xmlns='urn:xmpp:mam:2'"
            " queryid='h'><set xmlns='http://jabber.org/protocol/rsm'><max>50</max><before/></set>"
            "</query></iq>",
            department);
    }
}

/* The desk takes everything at once; over BOSH a request is one step, as in the widget. */
static bool is_pipelined(const struct visitor *v)
{
    return v->place->department != NULL && !v->place->is_bosh;
}

static void on_ready(void *visitor)
{
    struct visitor *v = visitor;
    carrier_open_stream(v->carrier);
    if (is_pipelined(v)) {
        put(v, AUTH);
        carrier_open_stream(v->carrier);
        put(v, BIND);
        check_in(v);
    }
}

static void arrive(struct visitor *v)
{
    v->state = VISITOR_THERE;
    v->calls->on_there(v->calls->crowd, v);
}

/* Step by step. */
static void read_login(struct visitor *v, struct slice xml)
{
    if (cut_has(xml, "<success")) {
        carrier_open_stream(v->carrier);
    } else if (cut_has(xml, "<mechanism")) {
        put(v, AUTH);
    } else if (cut_has(xml, "features") && cut_has(xml, NS_BIND)) {
        put(v, BIND);
        if (v->place->department != NULL) {
            check_in(v);
        }
    }
}

static void read_visit(struct visitor *v, struct slice xml)
{
    struct slice token;
    if (!cut_between(xml, "<token>", "</token>", &token) || token.len >= sizeof v->token) {
        lose(v, "the check-in was answered without a token");
        return;
    }
    bool is_back = v->token[0] != '\0';
    memcpy(v->token, token.bytes, token.len);
    v->token[token.len] = '\0';
    if (!is_back) {
        arrive(v);
    }
}

static void read_answer(struct visitor *v, struct slice xml, struct slice id)
{
    struct slice type;
    if (!cut_attr(xml, "type", &type) || !slice_is(type, "result")) {
        lose(v, "an iq was refused");
    } else if (slice_is(id, "b")) {
        carrier_settle(v->carrier); /* the check-in is answered when it is on disk */
        if (v->place->department == NULL) {
            put(v, "<presence xmlns='jabber:client'/>");
            arrive(v);
        }
    } else if (slice_is(id, "v")) {
        read_visit(v, xml);
    } else if (slice_is(id, "h")) {
        arrive(v);
    }
}

static void read_coming(struct visitor *v, struct slice xml)
{
    struct slice id;
    if (cut_has(xml, "stream:error") || cut_has(xml, "<failure")) {
        lose(v, "a stream error");
    } else if (xml.len > 3 && memcmp(xml.bytes, "<iq", 3) == 0 && cut_attr(xml, "id", &id)) {
        read_answer(v, xml, id);
    } else if (!is_pipelined(v)) {
        read_login(v, xml);
    }
}

/* ---- being there ---- */

static void confirm(struct visitor *v, struct slice xml)
{
    struct slice id;
    struct slice from;
    if (!cut_attr(xml, "id", &id) || !cut_attr(xml, "from", &from)) {
        return;
    }
    struct slice to = from;
    if (v->place->department != NULL) {
        to = (struct slice){v->place->department, strlen(v->place->department)};
    }
    put(v,
        "<message xmlns='jabber:client' type='chat' to='%.*s' id='c%u'>"
        "<received xmlns='urn:xmpp:receipts' id='%.*s'/></message>",
        (int)to.len, to.bytes, v->said, (int)id.len, id.bytes);
}

static void read_message(struct visitor *v, struct slice xml)
{
    struct slice type;
    if (cut_attr(xml, "type", &type) && slice_is(type, "error")) {
        lose(v, "a line was refused");
    } else if (cut_has(xml, "<body>answer ")) {
        confirm(v, xml);
        if (v->awaits_answer) {
            v->awaits_answer = false;
            v->calls->on_answer(v->calls->crowd, v);
        }
    } else if (v->awaits_receipt && cut_has(xml, "<received ") &&
               cut_has(xml, "urn:xmpp:receipts")) {
        v->awaits_receipt = false;
        v->calls->on_receipt(v->calls->crowd, v);
    }
}

static void on_element(void *visitor, struct slice xml)
{
    struct visitor *v = visitor;
    if (v->state == VISITOR_COMING) {
        read_coming(v, xml);
    } else if (xml.len > 8 && memcmp(xml.bytes, "<message", 8) == 0) {
        read_message(v, xml);
    } else if (cut_has(xml, "stream:error")) {
        lose(v, "a stream error");
    }
}

static void on_over(void *visitor)
{
    struct visitor *v = visitor;
    bool was_there = v->state == VISITOR_THERE;
    v->state = VISITOR_AWAY;
    v->calls->on_lost(v->calls->crowd, v, was_there,
                      was_there ? "its stream ended" : "no stream was opened");
}

static const struct carrier_calls CARRIER = {on_ready, on_element, on_over};

/* ---- what a crowd calls ---- */

void visitor_init(struct visitor *v, const struct place *place, const struct visitor_calls *calls,
                  unsigned number)
{
    *v = (struct visitor){.place = place, .calls = calls, .number = number};
    v->carrier = carrier_create(place, &CARRIER, v, number);
}

void visitor_finish(struct visitor *v)
{
    carrier_destroy(v->carrier);
}

void visitor_come(struct visitor *v)
{
    v->state = VISITOR_COMING;
    v->awaits_receipt = v->awaits_answer = false;
    v->came_at = line_now_us();
    if (!carrier_open(v->carrier)) {
        lose(v, "no socket can be had");
    }
}

void visitor_go(struct visitor *v)
{
    carrier_close(v->carrier);
    v->state = VISITOR_AWAY;
}

void visitor_ask(struct visitor *v)
{
    char agent[128];
    const char *to = v->place->department;
    if (to == NULL) {
        snprintf(agent, sizeof agent, "agent%u@%s", 1 + v->number % v->place->agent_count,
                 v->place->agent_host);
        to = agent;
    }
    v->said++;
    v->said_at = line_now_us();
    v->awaits_receipt = v->awaits_answer = true;
    put(v,
        "<message xmlns='jabber:client' type='chat' to='%s' id='m%u'><body>question %u: " WORDS
        "</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>"
        "</message>",
        to, v->said, v->said);
}
