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
#include "house.h"

#include "base/log.h"
#include "base/mem.h"
#include "storage/storage_test.h"
#include "xml/ns.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    LINK = HOUSE_STREAMS,
    PEERS = 3,                        /* eve, bob, dan: visitors over the link */
    VISITORS = HOUSE_STREAMS + PEERS, /* who may be a visitor */
    STEPS_MAX = 300,
    KEPT = 32
};

static const char *const PEER_JIDS[PEERS] = {"eve@example.org/x", "bob@far.example/y",
                                             "dan@anon.desk.example/z"};
static const char *const AGENT_JIDS[] = {"nina@example.org", "otto@example.org",
                                         "fred@far.example"};

struct asked {
    char id[16];
    char origin[64];
    bool is_lost; /* stream or link went since: an answer may come, or not */
};

struct world {
    struct house *house;
    const uint8_t *at;
    const uint8_t *end;
    unsigned steps;
    bool is_held;
    int64_t committed; /* while held: the last entry that is on disk */
    char token[VISITORS][64];
    unsigned group[VISITORS]; /* who has been one visitor with whom */
    char contacts[KEPT][96];  /* addresses of visitors that agents were shown */
    size_t contact_count;
    char questions[KEPT][2][96]; /* id and whom: ours, over the link */
    size_t question_count;
    struct asked asked[KEPT]; /* theirs, not answered yet */
    size_t asked_count;
    char answer_id[64]; /* of an error or result that is not to be answered */
};

static unsigned take(struct world *w)
{
    return w->at < w->end ? *w->at++ : 0;
}

static const char *origin_jid(const struct world *w, unsigned who)
{
    return who < HOUSE_STREAMS ? house_stream_jid(w->house, who) : PEER_JIDS[who - HOUSE_STREAMS];
}

/* ---- what left ---- */

static bool begins(const char *text, const char *with)
{
    return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

static bool is_agents_or_server(const char *to)
{
    for (size_t i = 0; i < sizeof AGENT_JIDS / sizeof *AGENT_JIDS; i++) {
        if (begins(to, AGENT_JIDS[i])) {
            return true;
        }
    }
    return strcmp(to, "example.org") == 0 || strcmp(to, "far.example") == 0;
}

static int peer_of(const char *to)
{
    for (unsigned i = 0; i < PEERS; i++) {
        size_t bare = strcspn(PEER_JIDS[i], "/");
        if (strncmp(to, PEER_JIDS[i], bare) == 0 && (to[bare] == '/' || to[bare] == '\0')) {
            return (int)(HOUSE_STREAMS + i);
        }
    }
    return -1;
}

/* Everything that people could read in it. */
static void check_tags(const struct world *w, const struct element *e, unsigned reader)
{
    const char *tag = strchr(element_text(e), '#');

    for (; tag != NULL; tag = strchr(tag + 1, '#')) {
        unsigned speaker = (unsigned)(tag[1] - '0');
        if (speaker < VISITORS && tag[2] == '#' && w->group[speaker] != w->group[reader]) {
            BUG("visitor %u reads what visitor %u said", reader, speaker);
        }
    }
    for (const struct element *c = element_first(e); c != NULL; c = element_next(c)) {
        check_tags(w, c, reader);
    }
}

static void count_answer(struct world *w, const struct element *e)
{
    const char *type = element_attr(e, "type");
    const char *id = element_attr(e, "id");

    if (id == NULL || type == NULL || (strcmp(type, "result") != 0 && strcmp(type, "error") != 0)) {
        return;
    }
    if (w->answer_id[0] != '\0' && strcmp(id, w->answer_id) == 0) {
        BUG("an answer was answered");
    }
    if (id[0] != 'q' || strcmp(element_name(e), "iq") != 0) {
        return;
    }
    for (size_t i = 0; i < w->asked_count; i++) {
        if (strcmp(w->asked[i].id, id) == 0 &&
            strcmp(w->asked[i].origin, element_attr(e, "to")) == 0) {
            w->asked[i] = w->asked[--w->asked_count];
            return;
        }
    }
    BUG("%s was answered twice, or too late: %s to %s", id, type, element_attr(e, "to"));
}

static void unite(struct world *w, unsigned one, unsigned other)
{
    unsigned old = w->group[other];

    for (unsigned i = 0; i < VISITORS; i++) {
        w->group[i] = w->group[i] == old ? w->group[one] : w->group[i];
    }
}

static void learn_check_in(struct world *w, const struct element *e, unsigned who)
{
    const struct element *visit = element_child(e, "visit", NS_VISIT);

    if (visit != NULL && element_attr(visit, "visitor") != NULL) {
        snprintf(w->token[who], sizeof w->token[who], "%s",
                 element_child_text(visit, "token", NULL));
    }
}

static void learn_link(struct world *w, const struct element *e)
{
    const char *from = element_attr(e, "from");
    const char *type = element_attr(e, "type");

    if (begins(from, "visitor-")) {
        snprintf(w->contacts[w->contact_count++ % KEPT], sizeof *w->contacts, "%.*s",
                 (int)strcspn(from, "/"), from);
    }
    if (strcmp(element_name(e), "iq") == 0 && type != NULL &&
        (strcmp(type, "get") == 0 || strcmp(type, "set") == 0)) {
        size_t at = w->question_count++ % KEPT;
        snprintf(w->questions[at][0], sizeof w->questions[at][0], "%s", element_attr(e, "id"));
        snprintf(w->questions[at][1], sizeof w->questions[at][1], "%s", element_attr(e, "to"));
    }
}

/* Neither a line nor its receipt nor its page of history may name an entry that is not on disk. */
static void check_committed(const struct world *w, const struct element *e)
{
    const struct element *stanza_id = element_child(e, "stanza-id", NS_SID);
    const struct element *result = element_child(e, "result", NS_MAM);
    const char *id = element_attr(e, "id");
    long long sequence = 0;

    if (!w->is_held) {
        return;
    }
    if (stanza_id != NULL || result != NULL) {
        sequence = atoll(element_attr(stanza_id != NULL ? stanza_id : result, "id"));
    } else if (id != NULL && id[0] == 'e' && strspn(id + 1, "0123456789") == strlen(id + 1) &&
               element_child(e, "body", NULL) != NULL) {
        sequence = atoll(id + 1);
    }
    if (sequence > w->committed) {
        BUG("entry %lld leaves before its commit", sequence);
    }
}

static void check_sent(struct world *w, size_t place, const struct element *e)
{
    const char *to = element_attr(e, "to");
    int who = place < HOUSE_STREAMS ? (int)place : peer_of(to);

    if (place < HOUSE_STREAMS && strcmp(to, house_stream_jid(w->house, place)) != 0) {
        BUG("a stream has what is for %s", to);
    }
    if (place == LINK && who < 0 && !is_agents_or_server(to) && !begins(to, "stranger@")) {
        BUG("something leaves for %s", to);
    }
    check_committed(w, e);
    count_answer(w, e);
    if (who >= 0) {
        learn_check_in(w, e, (unsigned)who);
        check_tags(w, e, (unsigned)who);
    } else {
        learn_link(w, e);
    }
}

static void check(struct world *w)
{
    house_turn(w->house);
    for (size_t place = 0; place <= LINK; place++) {
        for (size_t i = 0; i < house_sent(w->house, place); i++) {
            check_sent(w, place, house_sent_at(w->house, place, i));
        }
    }
    house_forget(w->house);
    w->answer_id[0] = '\0';
    for (size_t i = 0; !w->is_held && i < w->asked_count; i++) {
        if (!w->asked[i].is_lost) {
            BUG("%s of %s was not answered", w->asked[i].id, w->asked[i].origin);
        }
    }
    w->asked_count = w->is_held ? w->asked_count : 0;
}

/* origin NULL: everybody over the link. */
static void lose_asked(struct world *w, const char *origin)
{
    for (size_t i = 0; i < w->asked_count; i++) {
        if (origin == NULL ? strstr(w->asked[i].origin, "@desk.example/") == NULL
                           : strcmp(w->asked[i].origin, origin) == 0) {
            w->asked[i].is_lost = true;
        }
    }
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
        mem_print("<%s from='%s'>%s</%.*s>", head, origin_jid(w, who), inside, (int)name, head);
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
    snprintf(w->asked[at].origin, sizeof w->asked[at].origin, "%s", origin_jid(w, who));
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
        unite(w, who, (how >> 3) % VISITORS); /* as if the token were good */
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
    char *xml = mem_print("<message from='%s/pc' to='%s' type='chat' id='g%u'><body>%s</body>"
                          "<request xmlns='urn:xmpp:receipts'/>%s</message>",
                          AGENT_JIDS[who % 3], to, (how & 32) != 0 ? 1 : w->steps, BODIES[how % 8],
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
    char *xml = mem_print("<presence from='%s/pc' to='%s'%s>%s</presence>", AGENT_JIDS[who % 3], to,
                          TYPES[how % 9], INSIDE[(how >> 4) % 4]);

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
                                AGENT_JIDS[who % 3], contact, how >> 1)
                    : mem_print("<message from='%s/pc' to='%s'><displayed"
                                " xmlns='urn:xmpp:chat-markers:0' id='e%u'/></message>",
                                AGENT_JIDS[who % 3], contact, how >> 1);

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
            (how & 1) != 0 ? PEER_JIDS[who % PEERS] : w->questions[i][1],
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
        lose_asked(w, house_stream_jid(w->house, at));
    }
    house_stream(w->house, at, !house_is_open(w->house, at));
}

static void do_link(struct world *w, unsigned who)
{
    bool up = !house_is_open(w->house, LINK);

    (void)who;
    if (!up) {
        lose_asked(w, NULL);
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
    check(w);
    while (w->at < w->end && w->steps < STEPS_MAX) {
        unsigned operation = take(w);
        w->steps++;
        OPERATIONS[operation % (sizeof OPERATIONS / sizeof *OPERATIONS)](w, take(w) % VISITORS);
        check(w);
    }
    if (w->is_held) {
        do_storage(w, 0);
        check(w);
    }
    house_destroy(w->house);
    free(w);
    return 0;
}
