#include "client/session_in.h"

#include "base/mem.h"
#include "base/text.h"
#include "client/make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NS_ROSTER "jabber:iq:roster"
#define NS_PING "urn:xmpp:ping"
#define NS_DISCO_INFO "http://jabber.org/protocol/disco#info"
#define NS_VERSION "jabber:iq:version"
#define NS_RECEIPTS "urn:xmpp:receipts"
#define NS_MARKERS "urn:xmpp:chat-markers:0"
#define NS_CHATSTATES "http://jabber.org/protocol/chatstates"
#define NS_DELAY "urn:xmpp:delay"
#define NS_STANZA_ERROR "urn:ietf:params:xml:ns:xmpp-stanzas"

enum { STATUS_POINTS = 200, GROUP_POINTS = 60 };

static bool is_type(xmpp_stanza_t *stanza, const char *type)
{
    const char *found = xmpp_stanza_get_type(stanza);
    return found && strcmp(found, type) == 0;
}

/* ---- roster ---- */

static void take_group(struct contact *contact, xmpp_stanza_t *item)
{
    char *group = find_text_dup(item, "group", NULL);
    free(contact->group);
    contact->group = group ? text_name_dup(group, GROUP_POINTS) : NULL;
    free(group);
}

static void forget(struct session *s, struct contact *contact)
{
    contact->in_roster = false;
    contact->is_here = false;
    s->calls.on_contact(s->ctx, contact, CONTACT_REMOVED);
    contacts_remove(&s->contacts, contact);
}

static void take_item(struct session *s, xmpp_stanza_t *item)
{
    const char *jid = xmpp_stanza_get_attribute(item, "jid");
    const char *subscription = xmpp_stanza_get_attribute(item, "subscription");
    if (!jid || strcmp(xmpp_stanza_get_name(item), "item") != 0) {
        return;
    }
    if (subscription && strcmp(subscription, "remove") == 0) {
        struct contact *gone = contacts_get(&s->contacts, jid);
        if (gone) {
            forget(s, gone);
        }
        return;
    }
    struct contact *contact = contacts_put(&s->contacts, jid);
    contact_rename(contact, xmpp_stanza_get_attribute(item, "name"));
    take_group(contact, item);
    contact->in_roster = true;
    contact->is_marked = false;
    s->calls.on_contact(s->ctx, contact, CONTACT_ADDED);
}

static void take_items(struct session *s, xmpp_stanza_t *query)
{
    for (xmpp_stanza_t *item = xmpp_stanza_get_children(query); item;
         item = xmpp_stanza_get_next(item)) {
        if (xmpp_stanza_is_tag(item)) {
            take_item(s, item);
        }
    }
}

static int on_roster(xmpp_conn_t *conn, xmpp_stanza_t *iq, void *ctx)
{
    struct session *s = ctx;
    xmpp_stanza_t *query = find_child(iq, "query", NS_ROSTER);
    list_for_each (struct contact, contact, &s->contacts.all, link) {
        contact->is_marked = true;
    }
    if (query) {
        take_items(s, query);
    }
    list_for_each_safe (struct contact, contact, &s->contacts.all, link) {
        if (contact->is_marked) {
            forget(s, contact);
        }
    }
    s->online = true;
    s->attempts = 0;
    session_send_presence(s);
    s->calls.on_online(s->ctx, xmpp_conn_get_bound_jid(conn));
    return 0; /* the handler is for this answer only */
}

/* ---- presence ---- */

/* True: it is another than before. */
static bool take_status(struct contact *contact, xmpp_stanza_t *presence)
{
    char *show = find_text_dup(presence, "show", NULL);
    char *text = find_text_dup(presence, "status", NULL);
    char *status = text ? text_name_dup(text, STATUS_POINTS) : NULL;
    bool changed =
        strcmp(contact->show, show ? show : "") != 0 || !text_equal(contact->status, status);
    snprintf(contact->show, sizeof contact->show, "%s", show ? show : "");
    free(contact->status);
    contact->status = status;
    free(show);
    free(text);
    return changed;
}

static int on_presence(xmpp_conn_t *conn, xmpp_stanza_t *presence, void *ctx)
{
    (void)conn;
    struct session *s = ctx;
    const char *from = xmpp_stanza_get_from(presence);
    if (!from) {
        return 1;
    }
    char *bare = contact_bare_dup(from);
    bool available = !xmpp_stanza_get_type(presence);
    struct contact *contact = contacts_get(&s->contacts, bare);
    if (strcasecmp(bare, s->own) == 0) {
        /* Our own presence, and that of our other clients. */
    } else if (is_type(presence, "subscribe")) {
        s->calls.on_subscribe(s->ctx, bare);
    } else if (available) {
        contact = contact ? contact : contacts_put(&s->contacts, bare);
        bool came = !contact->is_here;
        bool changed = take_status(contact, presence);
        contact->is_here = true;
        if (came || changed) {
            s->calls.on_contact(s->ctx, contact, came ? CONTACT_CAME : CONTACT_CHANGED);
        }
    } else if (contact && is_type(presence, "unavailable")) {
        bool was_here = contact->is_here;
        take_status(contact, presence);
        contact->is_here = false;
        contact->is_typing = false;
        if (was_here) {
            s->calls.on_contact(s->ctx, contact, CONTACT_LEFT);
        }
        if (!contact->in_roster) {
            forget(s, contact);
        }
    }
    free(bare);
    return 1;
}

/* ---- messages ---- */

static void take_error(struct session *s, const char *from, xmpp_stanza_t *stanza)
{
    xmpp_stanza_t *error = xmpp_stanza_get_child_by_name(stanza, "error");
    xmpp_stanza_t *condition = error ? xmpp_stanza_get_children(error) : NULL;
    while (condition && (!xmpp_stanza_is_tag(condition) ||
                         strcmp(xmpp_stanza_get_name(condition), "text") == 0)) {
        condition = xmpp_stanza_get_next(condition);
    }
    char *text = error ? find_text_dup(error, "text", NS_STANZA_ERROR) : NULL;
    char *clean = text ? text_body_dup(text) : NULL;
    const char *id = xmpp_stanza_get_id(stanza);
    s->calls.on_error(s->ctx, from, id ? id : "",
                      condition ? xmpp_stanza_get_name(condition) : "undefined-condition", clean);
    free(text);
    free(clean);
}

static void take_typing(struct session *s, struct contact *contact, xmpp_stanza_t *message)
{
    xmpp_stanza_t *state = xmpp_stanza_get_child_by_ns(message, NS_CHATSTATES);
    bool is_typing = state && strcmp(xmpp_stanza_get_name(state), "composing") == 0;
    if (contact && state && contact->is_typing != is_typing) {
        contact->is_typing = is_typing;
        s->calls.on_contact(s->ctx, contact, CONTACT_TYPING);
    }
}

static void take_receipts(struct session *s, const char *from, xmpp_stanza_t *message)
{
    static const struct {
        const char *name;
        const char *ns;
    } kinds[] = {{"received", NS_RECEIPTS}, {"received", NS_MARKERS}, {"displayed", NS_MARKERS}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        xmpp_stanza_t *receipt = find_child(message, kinds[i].name, kinds[i].ns);
        const char *id = receipt ? xmpp_stanza_get_id(receipt) : NULL;
        if (id) {
            s->calls.on_receipt(s->ctx, from, id, kinds[i].name);
        }
    }
}

static void send_receipt(struct session *s, const char *to, const char *id)
{
    xmpp_stanza_t *message = make_element(s->strophe, "message", NULL, NULL);
    make_attribute(message, "to", to);
    make_attribute(message, "type", "chat");
    xmpp_stanza_t *received =
        make_child(message, make_element(s->strophe, "received", NS_RECEIPTS, NULL));
    make_attribute(received, "id", id);
    session_send(s, message);
}

static void take_body(struct session *s, const char *from, xmpp_stanza_t *stanza, const char *body)
{
    const char *id = xmpp_stanza_get_id(stanza);
    xmpp_stanza_t *delay = find_child(stanza, "delay", NS_DELAY);
    struct session_message message = {
        .from = from,
        .id = id ? id : "",
        .body = body,
        .stamp = delay ? xmpp_stanza_get_attribute(delay, "stamp") : NULL,
    };
    char *bare = contact_bare_dup(from);
    bool is_stranger = !contacts_get(&s->contacts, bare);
    struct contact *contact = contacts_put(&s->contacts, bare);
    contact->is_typing = false;
    if (id && find_child(stanza, "markable", NS_MARKERS)) {
        mem_replace(&contact->unseen, id);
    }
    s->calls.on_message(s->ctx, contact, &message);
    if (is_stranger) {
        contacts_remove(&s->contacts, contact);
    }
    if (id && find_child(stanza, "request", NS_RECEIPTS)) {
        send_receipt(s, from, id);
    }
    free(bare);
}

static int on_message(xmpp_conn_t *conn, xmpp_stanza_t *message, void *ctx)
{
    (void)conn;
    struct session *s = ctx;
    const char *from = xmpp_stanza_get_from(message);
    if (!from || is_type(message, "groupchat")) {
        return 1;
    }
    if (is_type(message, "error")) {
        take_error(s, from, message);
        return 1;
    }
    char *bare = contact_bare_dup(from);
    char *text = find_text_dup(message, "body", NULL);
    char *body = text ? text_body_dup(text) : NULL;
    if (body && body[0]) {
        take_body(s, from, message, body);
    } else {
        take_typing(s, contacts_get(&s->contacts, bare), message);
    }
    take_receipts(s, from, message);
    free(bare);
    free(text);
    free(body);
    return 1;
}

/* ---- questions to us ---- */

static void add_features(struct session *s, xmpp_stanza_t *query)
{
    static const char *const features[] = {NS_DISCO_INFO, NS_PING,       NS_VERSION,
                                           NS_RECEIPTS,   NS_CHATSTATES, NS_MARKERS};
    xmpp_stanza_t *identity = make_child(query, make_element(s->strophe, "identity", NULL, NULL));
    make_attribute(identity, "category", "client");
    make_attribute(identity, "type", "console");
    make_attribute(identity, "name", "tresen-agent");
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        xmpp_stanza_t *feature = make_child(query, make_element(s->strophe, "feature", NULL, NULL));
        make_attribute(feature, "var", features[i]);
    }
}

static xmpp_stanza_t *answer_get(struct session *s, xmpp_stanza_t *iq)
{
    xmpp_stanza_t *result = make_reply(s->strophe, iq, "result");
    if (find_child(iq, "ping", NS_PING)) {
        return result;
    }
    if (find_child(iq, "query", NS_DISCO_INFO)) {
        add_features(s, make_child(result, make_element(s->strophe, "query", NS_DISCO_INFO, NULL)));
        return result;
    }
    if (find_child(iq, "query", NS_VERSION)) {
        xmpp_stanza_t *query =
            make_child(result, make_element(s->strophe, "query", NS_VERSION, NULL));
        make_child(query, make_element(s->strophe, "name", NULL, "tresen-agent"));
        make_child(query, make_element(s->strophe, "version", NULL, TRESEN_VERSION));
        return result;
    }
    xmpp_stanza_release(result);
    return NULL;
}

static void refuse(struct session *s, xmpp_stanza_t *iq)
{
    xmpp_stanza_t *reply = make_reply(s->strophe, iq, "error");
    xmpp_stanza_t *error = make_child(reply, make_element(s->strophe, "error", NULL, NULL));
    make_attribute(error, "type", "cancel");
    make_child(error, make_element(s->strophe, "feature-not-implemented", NS_STANZA_ERROR, NULL));
    session_send(s, reply);
}

static int on_iq(xmpp_conn_t *conn, xmpp_stanza_t *iq, void *ctx)
{
    (void)conn;
    struct session *s = ctx;
    const char *from = xmpp_stanza_get_from(iq);
    xmpp_stanza_t *roster = find_child(iq, "query", NS_ROSTER);
    if (is_type(iq, "set") && roster) {
        /* RFC 6121 2.1.6: a push of anybody else is a forgery. */
        char *bare = contact_bare_dup(from ? from : s->own);
        if (strcasecmp(bare, s->own) == 0) {
            take_items(s, roster);
            session_send(s, make_reply(s->strophe, iq, "result"));
        }
        free(bare);
        return 1;
    }
    if (!is_type(iq, "get") && !is_type(iq, "set")) {
        return 1;
    }
    xmpp_stanza_t *answer = is_type(iq, "get") ? answer_get(s, iq) : NULL;
    if (answer) {
        session_send(s, answer);
    } else {
        refuse(s, iq);
    }
    return 1;
}

void session_in_begin(struct session *s)
{
    xmpp_handler_add(s->conn, on_message, NULL, "message", NULL, s);
    xmpp_handler_add(s->conn, on_presence, NULL, "presence", NULL, s);
    xmpp_handler_add(s->conn, on_iq, NULL, "iq", NULL, s);
    xmpp_id_handler_add(s->conn, on_roster, "roster", s);
    xmpp_stanza_t *iq = make_element(s->strophe, "iq", NULL, NULL);
    make_attribute(iq, "type", "get");
    make_attribute(iq, "id", "roster");
    make_child(iq, make_element(s->strophe, "query", NS_ROSTER, NULL));
    session_send(s, iq);
}
