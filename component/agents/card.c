/* A visitor as a contact: presence with page, capabilities (XEP-0115), disco, vCard, version, ping.
 */
#include "agents/agents_state.h"
#include "agents/facts.h"
#include "agents/words.h"
#include "base/digest.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPS_NODE "urn:tresen:visitor"

/* Sorted by octets, as XEP-0115 5.1 wants them hashed. */
static const char *const FEATURES[] = {
    NS_CAPS,    NS_CHATSTATES, NS_COMMANDS,  NS_DISCO_INFO, NS_VERSION,
    NS_MARKERS, NS_PING,       NS_RECEIPTS,  NS_VCARD,      NS_CORRECT,
    NS_RETRACT, NS_FALLBACK,   NS_REACTIONS, NS_REPLY,      NS_VCARD4,
};
enum { FEATURE_COUNT = sizeof FEATURES / sizeof *FEATURES };

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The verification string (XEP-0115 5.1) of what answer_info says. */
static void caps_hash(char out[DIGEST_SHA1_BASE64_SIZE])
{
    const char *sorted[FEATURE_COUNT];
    struct buf text;

    memcpy(sorted, FEATURES, sizeof sorted);
    qsort(sorted, FEATURE_COUNT, sizeof *sorted, by_octets);
    buf_init(&text, 4096);
    buf_add_text(&text, "client/web//Tresen<");
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        buf_printf(&text, "%s<", sorted[i]);
    }
    digest_sha1_base64(text.bytes, text.len, out);
    buf_finish(&text);
}

void card_write_presence(struct agents *a, struct writer *w, enum language language,
                         const char *visitor)
{
    struct visitor_view v;
    struct chat_view chat;
    struct buf text;
    char hash[DIGEST_SHA1_BASE64_SIZE];

    if (!desk_visitor(a->desk, visitor, &v)) {
        return;
    }
    bool has_chat = desk_chat(a->desk, visitor, &chat);
    if (v.online && has_chat && chat.state == CHAT_CLOSED) {
        writer_leaf(w, "show", NULL, "xa");
    } else if (v.browses[0] != '\0') {
        writer_leaf(w, "show", NULL, "away"); /* asks for nothing */
    }
    buf_init(&text, 4096);
    agent_words_page(&text, language, &v, has_chat ? &chat : NULL);
    writer_leaf(w, "status", NULL, text.bytes);
    buf_reset(&text);
    agent_words_name(&text, language, &v);
    writer_leaf(w, "nick", NS_NICK, text.bytes);
    buf_finish(&text);
    caps_hash(hash);
    writer_open(w, "c", NS_CAPS);
    writer_attr(w, "hash", "sha-1");
    writer_attr(w, "node", CAPS_NODE);
    writer_attr(w, "ver", hash);
    writer_close(w);
}

/* ---- iq ---- */

static void answer_info(struct agents *a, struct writer *w, enum language language,
                        const struct visitor_view *v, const struct stanza *s)
{
    (void)a;
    (void)language;
    (void)v;
    writer_open(w, "query", NS_DISCO_INFO);
    writer_attr(w, "node", element_attr(element_first(s->element), "node"));
    writer_open(w, "identity", NULL);
    writer_attr(w, "category", "client");
    writer_attr(w, "type", "web");
    writer_attr(w, "name", "Tresen");
    writer_close(w);
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        writer_open(w, "feature", NULL);
        writer_attr(w, "var", FEATURES[i]);
        writer_close(w);
    }
}

static void answer_items(struct agents *a, struct writer *w, enum language language,
                         const struct visitor_view *v, const struct stanza *s)
{
    (void)a;
    (void)language;
    (void)v;
    (void)s;
    writer_leaf(w, "query", NS_DISCO_ITEMS, NULL);
}

static void answer_version(struct agents *a, struct writer *w, enum language language,
                           const struct visitor_view *v, const struct stanza *s)
{
    (void)a;
    (void)s;
    writer_open(w, "query", NS_VERSION);
    writer_leaf(w, "name", NULL,
                v->record->browser[0] != '\0' ? v->record->browser
                                              : language_text(language, "Web page"));
    writer_leaf(w, "version", NULL, "");
}

static void answer_ping(struct agents *a, struct writer *w, enum language language,
                        const struct visitor_view *v, const struct stanza *s)
{
    (void)a;
    (void)language;
    (void)w;
    (void)v;
    (void)s;
}

/* ---- vCards: the same facts as !info ---- */

struct note {
    struct buf text;
    enum language language;
};

static void add_fact(void *ctx, const char *label, const char *value)
{
    struct note *n = ctx;

    buf_printf(&n->text, "%s%s: %s", n->text.len > 0 ? "\n" : "", language_text(n->language, label),
               value);
}

/* Every fact, for clients that show a vCard's note and little else. */
static void note_facts(const struct agents *a, enum language language, const struct visitor_view *v,
                       struct note *out)
{
    out->language = language;
    buf_init(&out->text, 64 * 1024);
    facts_tell(a, language, v, add_fact, out);
}

static void answer_vcard(struct agents *a, struct writer *w, enum language language,
                         const struct visitor_view *v, const struct stanza *s)
{
    const struct visitor_record *r = v->record;
    struct note note;
    struct buf name;

    (void)s;
    buf_init(&name, 8 * 1024);
    agent_words_name(&name, language, v);
    writer_open(w, "vCard", NS_VCARD);
    writer_leaf(w, "FN", NULL, name.bytes);
    writer_leaf(w, "NICKNAME", NULL, name.bytes);
    buf_finish(&name);
    if (r->email[0] != '\0') {
        writer_open(w, "EMAIL", NULL);
        writer_leaf(w, "INTERNET", NULL, NULL);
        writer_leaf(w, "USERID", NULL, r->email);
        writer_close(w);
    }
    if (r->phone[0] != '\0') {
        writer_open(w, "TEL", NULL);
        writer_leaf(w, "NUMBER", NULL, r->phone);
        writer_close(w);
    }
    if (r->page_url[0] != '\0') {
        writer_leaf(w, "URL", NULL, r->page_url);
    }
    note_facts(a, language, v, &note);
    writer_leaf(w, "DESC", NULL, note.text.bytes);
    buf_finish(&note.text);
}

static void write_property(struct writer *w, const char *name, const char *type, const char *value)
{
    if (value[0] != '\0') {
        writer_open(w, name, NULL);
        writer_leaf(w, type, NULL, value);
        writer_close(w);
    }
}

/* XEP-0292, RFC 6351. */
static void answer_vcard4(struct agents *a, struct writer *w, enum language language,
                          const struct visitor_view *v, const struct stanza *s)
{
    const struct visitor_record *r = v->record;
    struct note note;
    struct buf name;

    (void)s;
    buf_init(&name, 8 * 1024);
    agent_words_name(&name, language, v);
    writer_open(w, "vcard", NS_VCARD4);
    write_property(w, "fn", "text", name.bytes);
    write_property(w, "nickname", "text", name.bytes);
    buf_finish(&name);
    write_property(w, "email", "text", r->email);
    write_property(w, "tel", "text", r->phone);
    write_property(w, "lang", "language-tag", r->language);
    write_property(w, "tz", "text", r->zone);
    write_property(w, "url", "uri", r->page_url);
    note_facts(a, language, v, &note);
    write_property(w, "note", "text", note.text.bytes);
    buf_finish(&note.text);
}

static const struct {
    const char *name;
    const char *ns;
    void (*answer)(struct agents *a, struct writer *w, enum language language,
                   const struct visitor_view *v, const struct stanza *s);
} ANSWERS[] = {
    {"query", NS_DISCO_INFO, answer_info}, {"query", NS_DISCO_ITEMS, answer_items},
    {"query", NS_VERSION, answer_version}, {"ping", NS_PING, answer_ping},
    {"vCard", NS_VCARD, answer_vcard},     {"vcard", NS_VCARD4, answer_vcard4},
};

bool card_may_see(const struct agents *a, const char *agent, const char *visitor)
{
    struct chat_view chat;

    return contacts_has(a, agent, visitor) || desk_has_role(a->desk, agent, ROLE_SUPERVISOR) ||
           desk_has_role(a->desk, agent, ROLE_DISPATCHER) ||
           desk_has_role(a->desk, agent, ROLE_DATA_PROTECTION) ||
           (desk_chat(a->desk, visitor, &chat) &&
            desk_is_agent_of(a->desk, agent, chat.department));
}

/* XEP-0030 7: of nodes there is the one of our capabilities, and only for disco#info. */
static bool is_node_known(const struct element *payload)
{
    const char *node = element_attr(payload, "node");
    char hash[DIGEST_SHA1_BASE64_SIZE];
    char own[64];

    if (node == NULL) {
        return true;
    }
    caps_hash(hash);
    snprintf(own, sizeof own, "%s#%s", CAPS_NODE, hash);
    return element_is(payload, "query", NS_DISCO_INFO) && strcmp(node, own) == 0;
}

bool card_answer(struct agents *a, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);
    struct visitor_view v;

    const char *visitor = agents_whom(a, s);

    if (strcmp(s->type, "get") != 0 || !desk_visitor(a->desk, visitor, &v) ||
        !card_may_see(a, s->from->bare, visitor)) {
        return false;
    }
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        if (!element_is(payload, ANSWERS[i].name, ANSWERS[i].ns)) {
            continue;
        }
        if (!is_node_known(payload)) {
            stanza_post_error(a->post, s, ERROR_ITEM_NOT_FOUND, NULL);
            return true;
        }
        struct draft d;
        struct writer *w = draft_begin(&d);
        stanza_result(w, s);
        ANSWERS[i].answer(a, w, agents_language(a, s->from->bare), &v, s);
        draft_send(&d, a->post, s->from->full, POST_NOW);
        return true;
    }
    return false;
}
