#include "client/json.h"

#include "base/mem.h"
#include "base/text.h"
#include "client/request.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { WHY_SIZE = 200 };

struct json {
    struct session *session;
    unsigned line; /* number of the line read last */
};

struct json *json_create(void)
{
    return mem_alloc(sizeof(struct json));
}

void json_destroy(struct json *j)
{
    free(j);
}

void json_connect(struct json *j, struct session *s)
{
    j->session = s;
}

static void emit(json_t *take)
{
    json_dumpf(take, stdout, JSON_COMPACT);
    putchar('\n');
    fflush(stdout);
    json_decref(take);
}

static void on_online(void *ctx, const char *jid)
{
    (void)ctx;
    emit(json_pack("{ss,ss}", "event", "online", "jid", jid));
}

static void on_offline(void *ctx, const char *why, int retry_ms)
{
    (void)ctx;
    json_t *event = json_pack("{ss,ss}", "event", "offline", "why", why);
    if (retry_ms >= 0) {
        json_object_set_new(event, "retry_ms", json_integer(retry_ms));
    }
    emit(event);
}

static void emit_contact(const struct contact *contact, const char *event)
{
    emit(json_pack("{ss,ss,ss,ss*}", "event", event, "jid", contact->jid, "name", contact->name,
                   "group", contact->group));
}

static void emit_presence(const struct contact *contact)
{
    const char *show = !contact->is_here  ? "unavailable"
                       : contact->show[0] ? contact->show
                                          : "available";
    emit(json_pack("{ss,ss,ss,ss,ss*}", "event", "presence", "jid", contact->jid, "name",
                   contact->name, "show", show, "status", contact->status));
}

static void on_contact(void *ctx, struct contact *contact, enum session_change change)
{
    (void)ctx;
    switch (change) {
    case CONTACT_CAME:
    case CONTACT_CHANGED:
    case CONTACT_LEFT:
        emit_presence(contact);
        break;
    case CONTACT_ADDED:
        emit_contact(contact, "contact");
        break;
    case CONTACT_REMOVED:
        emit_contact(contact, "removed");
        break;
    case CONTACT_TYPING:
        emit(json_pack("{ss,ss,sb}", "event", "typing", "jid", contact->jid, "typing",
                       contact->is_typing));
        break;
    }
}

static void on_message(void *ctx, struct contact *contact, const struct session_message *message)
{
    (void)ctx;
    emit(json_pack("{ss,ss,ss,ss,ss,ss,ss*}", "event", "message", "jid", contact->jid, "name",
                   contact->name, "from", message->from, "id", message->id, "body", message->body,
                   "stamp", message->stamp));
}

static void on_receipt(void *ctx, const char *from, const char *id, const char *what)
{
    (void)ctx;
    emit(json_pack("{ss,ss,ss}", "event", what, "from", from, "id", id));
}

static void on_error(void *ctx, const char *from, const char *id, const char *condition,
                     const char *text)
{
    (void)ctx;
    emit(json_pack("{ss,ss,ss,ss,ss*}", "event", "error", "from", from, "id", id, "condition",
                   condition, "text", text));
}

static void on_subscribe(void *ctx, const char *from)
{
    (void)ctx;
    emit(json_pack("{ss,ss}", "event", "subscribe", "jid", from));
}

const struct session_calls JSON_CALLS = {
    .on_online = on_online,
    .on_offline = on_offline,
    .on_contact = on_contact,
    .on_message = on_message,
    .on_receipt = on_receipt,
    .on_error = on_error,
    .on_subscribe = on_subscribe,
};

static void list(struct json *j)
{
    list_for_each (struct contact, contact, &session_contacts(j->session)->all, link) {
        emit_contact(contact, "contact");
        emit_presence(contact);
    }
    emit(json_pack("{ss}", "event", "listed"));
}

static bool send_line(struct json *j, const struct request *r)
{
    char id[SESSION_ID_SIZE];
    if (!session_say(j->session, r->to, r->body, r->id, id)) {
        return false;
    }
    emit(json_pack("{ss,ss,ss}", "event", "sent", "to", r->to, "id", id));
    return true;
}

static bool carry_out(struct json *j, const struct request *r)
{
    switch (r->kind) {
    case REQUEST_SEND:
        return send_line(j, r);
    case REQUEST_TYPING:
        return session_tell_state(j->session, r->to, r->state);
    case REQUEST_DISPLAYED:
        return session_tell_displayed(j->session, r->to, r->id);
    case REQUEST_PRESENCE:
        return session_show(j->session, r->show, r->status);
    case REQUEST_ACCEPT:
        return session_accept(j->session, r->to);
    case REQUEST_LIST:
        list(j);
        return true;
    case REQUEST_QUIT:
        return true;
    }
    return false;
}

static void complain(const struct json *j, const char *why)
{
    /* jansson quotes what it complains about, wherever that is cut. */
    char *clean = text_clean_dup(why);
    emit(json_pack("{ss,si,ss}", "event", "complaint", "line", (int)j->line, "why", clean));
    free(clean);
}

bool json_handle_line(void *ctx, char *line)
{
    struct json *j = ctx;
    struct request request;
    char why[WHY_SIZE];
    j->line++;
    if (!line[0]) {
        return true;
    }
    if (!request_parse(&request, line, why, sizeof why)) {
        complain(j, why);
        return true;
    }
    bool quits = request.kind == REQUEST_QUIT;
    if (!carry_out(j, &request)) {
        complain(j, "offline");
    }
    request_finish(&request);
    return !quits;
}
