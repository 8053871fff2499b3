/* Bytes → what visitors, agents, strangers, servers, storage and time do, against router, visitors,
 * agents, desk and memory store as the daemon has them.
 *
 * Each step is an operation and what it needs, a byte each; the end of the input reads as zeros.
 * After each: the desk's own invariants, and
 * - a gateway visitor causes stanzas to agents, their servers and to visitors who spoke, to nobody
 *   else;
 * - no visitor receives what another visitor said or is called;
 * - each question has exactly one answer, no error or result has any;
 * - no content leaves while nothing can be committed. */
#include "base/mem.h"
#include "storage/storage_test.h"
#include "witness.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 300 };

static unsigned take(struct world *w)
{
    return w->at < w->end ? *w->at++ : 0;
}

/* ---- what happens ---- */

static bool may_send(const struct world *w, unsigned who)
{
    return house_is_open(w->house, who < HOUSE_STREAMS ? who : LINK);
}

static const char *a_department(unsigned byte)
{
    static const char *const ADDRESSES[] = {"sales@desk.example", "sales@desk.example/Nina",
                                            "desk.example", "help@desk.example"};

    return ADDRESSES[byte % 4];
}

/* A stanza of that visitor; head is its name and attributes. */
static void visitor_sends(struct world *w, unsigned who, const char *head, const char *inside)
{
    size_t name = strcspn(head, " ");

    if (!may_send(w, who)) {
        return;
    }
    char *xml =
        mem_print("<%s from='%s'>%s</%.*s>", head, witness_origin(w, who), inside, (int)name, head);
    house_receive(w->house, who < HOUSE_STREAMS ? who : LINK, xml);
    free(xml);
}

static void visitor_asks(struct world *w, unsigned who, const char *type, const char *payload)
{
    char head[128];
    size_t at = w->asked_count;

    if (!may_send(w, who) || at == KEPT) {
        return;
    }
    snprintf(w->asked[at].id, sizeof w->asked[at].id, "q%u", w->steps);
    snprintf(w->asked[at].origin, sizeof w->asked[at].origin, "%s", witness_origin(w, who));
    w->asked[at].is_lost = false;
    w->asked_count++;
    snprintf(head, sizeof head, "iq type='%s' id='q%u' to='%s'", type, w->steps,
             a_department(take(w)));
    visitor_sends(w, who, head, payload);
}

static void do_check_in(struct world *w, unsigned who)
{
    unsigned how = take(w);
    char *payload = mem_print(
        "<visit xmlns='urn:tresen:visit:1'><page url='https://shop.example/%u' title='T'/>"
        "<locale lang='%s'/>%s%s%s<x xmlns='jabber:x:data' type='submit'><field var='name'>"
        "<value>%s%u%s</value></field></x></visit>",
        how, (how & 1) != 0 ? "de" : "en", (how & 2) != 0 ? "<token>" : "",
        (how & 2) != 0 ? ((how & 4) != 0 ? w->token[(how >> 3) % VISITORS] : "wrong") : "",
        (how & 2) != 0 ? "</token>" : "", (how & 64) != 0 ? "#" : "", who,
        (how & 64) != 0 ? "#" : "");

    if ((how & 6) == 6) {
        witness_unite(w, who, (how >> 3) % VISITORS); /* as if the token were good */
    }
    visitor_asks(w, who, "set", payload);
    free(payload);
}

static void do_message(struct world *w, unsigned who)
{
    static const char *const TYPES[] = {"chat", "normal", "groupchat", "headline"};
    unsigned how = take(w);
    char head[160];
    char inside[160];

    snprintf(head, sizeof head, "message type='%s' id='m%u' to='%s'",
             TYPES[(how >> 4) % 4 * (how & 1)], (how & 2) != 0 ? 1 : w->steps,
             a_department(take(w)));
    snprintf(inside, sizeof inside, "<body>#%u# %s</body><request xmlns='urn:xmpp:receipts'/>", who,
             (how & 4) != 0 ? "\xe2\x80\x94 The chat has ended." : "line");
    visitor_sends(w, who, head, inside);
}

static void do_mark(struct world *w, unsigned who)
{
    static const char *const MARKS[] = {
        "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
        "<paused xmlns='http://jabber.org/protocol/chatstates'/>",
        "<received xmlns='urn:xmpp:receipts' id='e%u'/>",
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='e%u'/>",
    };
    unsigned how = take(w);
    char head[128];
    char *inside = NULL;

    snprintf(head, sizeof head, "message to='%s' id='k'", a_department(take(w)));
    inside = how % 4 < 2 ? mem_dup(MARKS[how % 4])
                         : mem_print("<%s id='e%u'/>",
                                     how % 4 == 2 ? "received xmlns='urn:xmpp:receipts'"
                                                  : "displayed xmlns='urn:xmpp:chat-markers:0'",
                                     take(w));
    visitor_sends(w, who, head, inside);
    free(inside);
}

static void do_history(struct world *w, unsigned who)
{
    unsigned how = take(w);
    char *payload =
        mem_print("<query xmlns='urn:xmpp:mam:2'><set"
                  " xmlns='http://jabber.org/protocol/rsm'><max>%u</max>%s</set></query>",
                  how % 7,
                  (how & 8) != 0    ? "<before/>"
                  : (how & 16) != 0 ? "<after>2</after>"
                                    : "");

    visitor_asks(w, who, "set", payload);
    free(payload);
}

static void do_other_iq(struct world *w, unsigned who)
{
    static const char *const PAYLOADS[] = {
        "<end xmlns='urn:tresen:visit:1'/>",
        "<page xmlns='urn:tresen:visit:1' url='https://shop.example/p' title='P'/>",
        "<query xmlns='http://jabber.org/protocol/disco#info'/>",
        "<query xmlns='jabber:iq:roster'/>",
        "<ping xmlns='urn:xmpp:ping'/>",
        "<vCard xmlns='vcard-temp'/>",
        "",
    };
    unsigned how = take(w);

    visitor_asks(w, who, (how & 128) != 0 ? "get" : "set",
                 PAYLOADS[how % (sizeof PAYLOADS / sizeof *PAYLOADS)]);
}

static void do_presence(struct world *w, unsigned who)
{
    static const char *const TYPES[] = {"",
                                        " type='unavailable'",
                                        " type='subscribe'",
                                        " type='unsubscribe'",
                                        " type='probe'",
                                        " type='subscribed'"};
    char head[128];

    snprintf(head, sizeof head, "presence to='%s'%s", a_department(take(w)), TYPES[take(w) % 6]);
    visitor_sends(w, who, head, "");
}

/* To no one's address, to others', or as an answer that nobody may answer. */
static void do_astray(struct world *w, unsigned who)
{
    static const char *const ADDRESSES[] = {"ceo@example.org", "nina@example.org",
                                            "stream1@desk.example/x1", "nobody@desk.example"};
    unsigned how = take(w);
    char head[160];

    if ((how & 4) == 0) {
        snprintf(head, sizeof head, "message type='chat' id='a' to='%s'", ADDRESSES[how % 4]);
    } else {
        snprintf(w->answer_id, sizeof w->answer_id, "r%u", w->steps);
        snprintf(head, sizeof head, "%s type='%s' id='%s' to='%s'",
                 (how & 8) != 0 ? "iq" : "message", (how & 24) == 24 ? "result" : "error",
                 w->answer_id, a_department(how >> 5));
    }
    visitor_sends(w, who, head, "<body>x</body>");
}

static const char *a_contact(struct world *w)
{
    size_t count = w->contact_count < KEPT ? w->contact_count : KEPT;
    unsigned byte = take(w);

    return count > 0 ? w->contacts[byte % count] : "visitor-none@desk.example";
}

static void agent_sends(struct world *w, const char *xml)
{
    if (house_is_open(w->house, LINK)) {
        house_receive(w->house, LINK, xml);
    }
}

static void do_agent_line(struct world *w, unsigned who)
{
    static const char *const BODIES[] = {"Hi",    "!end",  "!decline", "!queue",
                                         "!help", "!what", "!!x",      ""};
    unsigned how = take(w);
    const char *to = (how & 64) != 0 ? "sales@desk.example" : a_contact(w);
    char *xml =
        mem_print("<message from='%s/pc' to='%s' type='chat' id='g%u'><body>%s</body>"
                  "<request xmlns='urn:xmpp:receipts'/>%s</message>",
                  WITNESS_AGENTS[who % 3], to, (how & 32) != 0 ? 1 : w->steps, BODIES[how % 8],
                  (how & 128) != 0 ? "<encryption xmlns='urn:xmpp:eme:0'/>" : "");

    agent_sends(w, xml);
    free(xml);
}

static void do_agent_presence(struct world *w, unsigned who)
{
    static const char *const INSIDE[] = {"", "<show>away</show>", "<show>dnd</show>",
                                         "<priority>-1</priority>"};
    static const char *const TYPES[] = {"",
                                        "",
                                        "",
                                        " type='unavailable'",
                                        " type='subscribe'",
                                        " type='subscribed'",
                                        " type='unsubscribe'",
                                        " type='unsubscribed'",
                                        " type='probe'"};
    unsigned how = take(w);
    const char *to = (how & 128) != 0 ? a_contact(w)
                     : who % 3 == 2   ? "help@desk.example"
                                      : "sales@desk.example";
    char *xml = mem_print("<presence from='%s/pc' to='%s'%s>%s</presence>", WITNESS_AGENTS[who % 3],
                          to, TYPES[how % 9], INSIDE[(how >> 4) % 4]);

    agent_sends(w, xml);
    free(xml);
}

static void do_agent_mark(struct world *w, unsigned who)
{
    unsigned how = take(w);
    const char *contact = a_contact(w);
    char *xml = (how & 1) != 0
                    ? mem_print("<message from='%s/pc' to='%s' type='error' id='e%u'><error"
                                " type='cancel'><service-unavailable"
                                " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
                                WITNESS_AGENTS[who % 3], contact, how >> 1)
                    : mem_print("<message from='%s/pc' to='%s'><displayed"
                                " xmlns='urn:xmpp:chat-markers:0' id='e%u'/></message>",
                                WITNESS_AGENTS[who % 3], contact, how >> 1);

    agent_sends(w, xml);
    free(xml);
}

/* The server answers what we asked, or somebody else pretends to. */
static void do_answer(struct world *w, unsigned who)
{
    size_t count = w->question_count < KEPT ? w->question_count : KEPT;
    unsigned how = take(w);

    for (size_t i = 0; i < count; i++) {
        char *xml = mem_print(
            "<iq from='%s' to='desk.example' type='%s' id='%s'>%s</iq>",
            (how & 1) != 0 ? WITNESS_PEERS[who % PEERS] : w->questions[i][1],
            (how & 2) != 0 ? "error" : "result", w->questions[i][0],
            (how & 2) != 0   ? "<error type='cancel'><forbidden"
                               " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
            : (how & 4) != 0 ? "<query xmlns='jabber:iq:version'><name>Prosody</name></query>"
                             : "");
        agent_sends(w, xml);
        free(xml);
    }
    w->question_count = 0;
}

static void do_raw(struct world *w, unsigned who)
{
    size_t len = take(w) % 200;
    size_t left = (size_t)(w->end - w->at);
    char *xml;

    len = len < left ? len : left;
    xml = mem_dup_n((const char *)w->at, len);
    w->at += len;
    if (may_send(w, who) && who < HOUSE_STREAMS && strlen(xml) == len && xml[0] == '<') {
        house_receive(w->house, who, xml);
    }
    free(xml);
}

static void do_stream(struct world *w, unsigned who)
{
    size_t at = who % HOUSE_STREAMS;

    if (house_is_open(w->house, at)) {
        witness_lose(w, house_stream_jid(w->house, at));
    }
    house_stream(w->house, at, !house_is_open(w->house, at));
}

static void do_link(struct world *w, unsigned who)
{
    bool up = !house_is_open(w->house, LINK);

    (void)who;
    if (!up) {
        witness_lose(w, NULL);
        w->question_count = 0;
    }
    house_link(w->house, up);
}

static void on_counters(void *ctx, int64_t number, int64_t sequence, int64_t outbox)
{
    (void)number;
    (void)outbox;
    ((struct world *)ctx)->committed = sequence;
}

static void do_storage(struct world *w, unsigned who)
{
    (void)who;
    storage_load(house_storage(w->house),
                 &(struct storage_loader){.ctx = w, .counters = on_counters});
    w->is_held = !w->is_held;
    storage_test_hold(house_storage(w->house), w->is_held);
}

static void do_time(struct world *w, unsigned who)
{
    unsigned seconds = take(w);

    (void)who;
    house_seconds(w->house, seconds % 40);
}

static void (*const OPERATIONS[])(struct world *w, unsigned who) = {
    do_stream,     do_check_in, do_message, do_message,    do_mark,       do_history,
    do_other_iq,   do_presence, do_astray,  do_agent_line, do_agent_line, do_agent_presence,
    do_agent_mark, do_answer,   do_raw,     do_link,       do_storage,    do_time,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world *w = mem_alloc(sizeof *w);

    w->house = house_create();
    w->at = data;
    w->end = data + size;
    for (unsigned i = 0; i < VISITORS; i++) {
        w->group[i] = i;
    }
    house_link(w->house, true);
    house_stream(w->house, 0, true);
    witness_check(w);
    while (w->at < w->end && w->steps < STEPS_MAX) {
        unsigned operation = take(w);
        w->steps++;
        OPERATIONS[operation % (sizeof OPERATIONS / sizeof *OPERATIONS)](w, take(w) % VISITORS);
        witness_check(w);
    }
    if (w->is_held) {
        do_storage(w, 0);
        witness_check(w);
    }
    house_destroy(w->house);
    free(w);
    return 0;
}
