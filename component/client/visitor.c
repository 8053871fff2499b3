#include "client/visitor.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "client/frames.h"
#include "client/make.h"
#include "client/wire.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NS_FRAMING "urn:ietf:params:xml:ns:xmpp-framing"
#define NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_BIND "urn:ietf:params:xml:ns:xmpp-bind"
#define NS_STREAM "http://etherx.jabber.org/streams"
#define NS_CLIENT "jabber:client"
#define NS_VISIT "urn:tresen:visit:1"
#define NS_RECEIPTS "urn:xmpp:receipts"
#define NS_MARKERS "urn:xmpp:chat-markers:0"

enum { HEAD_MAX = 16 * 1024, HEAD_WAIT_MS = 5000, LINE_POINTS = 400 };

struct visitor {
    xmpp_ctx_t *strophe;
    struct wire *wire;
    char *department;
    char *domain;
    struct buf in;
    struct buf text;
    struct buf payload;
    bool has_authenticated;
    bool has_ended;
    struct visitor_news news;
};

static void fail(struct visitor *v, const char *why)
{
    v->has_ended = true;
    if (!v->news.why[0]) {
        snprintf(v->news.why, sizeof v->news.why, "%s", why);
    }
}

static void put_frame(struct visitor *v, enum frames_kind kind, const char *bytes, size_t len)
{
    struct buf out;
    buf_init(&out, FRAMES_MAX);
    frames_write(&out, kind, bytes, len);
    if (!v->has_ended && !wire_write(v->wire, out.bytes, out.len)) {
        fail(v, "the gateway takes nothing any more");
    }
    buf_finish(&out);
}

/* COMPAT: libstrophe leaves jabber:client out where it writes a stanza; in RFC 7395 each frame has
 * it. */
static void put(struct visitor *v, xmpp_stanza_t *take)
{
    char *text = NULL;
    size_t len = 0;
    if (xmpp_stanza_to_text(take, &text, &len) == XMPP_EOK) {
        struct buf frame;
        size_t name = 1 + strlen(xmpp_stanza_get_name(take));
        buf_init(&frame, FRAMES_MAX);
        buf_add(&frame, text, name);
        if (strcmp(xmpp_stanza_get_ns(take), NS_CLIENT) == 0) {
            buf_add_text(&frame, " xmlns='" NS_CLIENT "'");
        }
        buf_add(&frame, text + name, len - name);
        put_frame(v, FRAMES_TEXT, frame.bytes, frame.len);
        buf_finish(&frame);
        xmpp_free(v->strophe, text);
    }
    xmpp_stanza_release(take);
}

static void put_open(struct visitor *v)
{
    xmpp_stanza_t *open = make_element(v->strophe, "open", NS_FRAMING, NULL);
    make_attribute(open, "to", v->domain);
    make_attribute(open, "version", "1.0");
    put(v, open);
}

static xmpp_stanza_t *stanza_to_department(struct visitor *v, const char *name, const char *type,
                                           const char *id)
{
    xmpp_stanza_t *stanza = make_element(v->strophe, name, NS_CLIENT, NULL);
    make_attribute(stanza, "type", type);
    make_attribute(stanza, "id", id);
    make_attribute(stanza, "to", v->department);
    return stanza;
}

/* ---- login ---- */

static void on_features(struct visitor *v, xmpp_stanza_t *features)
{
    if (find_child(features, "bind", NS_BIND)) {
        xmpp_stanza_t *iq = make_element(v->strophe, "iq", NS_CLIENT, NULL);
        make_attribute(iq, "type", "set");
        make_attribute(iq, "id", "bind");
        make_child(iq, make_element(v->strophe, "bind", NS_BIND, NULL));
        put(v, iq);
    } else if (!v->has_authenticated && find_child(features, "mechanisms", NS_SASL)) {
        xmpp_stanza_t *auth = make_element(v->strophe, "auth", NS_SASL, NULL);
        make_attribute(auth, "mechanism", "ANONYMOUS");
        put(v, auth);
    } else {
        fail(v, "the gateway offers neither a login nor bind");
    }
}

static void on_success(struct visitor *v)
{
    v->has_authenticated = true;
    put_open(v);
}

/* ---- what the desk says ---- */

static void keep(char *slot, size_t size, const char *text)
{
    if (text) {
        char *clean = text_name_dup(text, LINE_POINTS);
        snprintf(slot, size, "%s", clean);
        free(clean);
    }
}

static void on_iq(struct visitor *v, xmpp_stanza_t *iq)
{
    const char *type = xmpp_stanza_get_type(iq);
    const char *id = xmpp_stanza_get_id(iq);
    xmpp_stanza_t *visit = find_child(iq, "visit", NS_VISIT);
    if (!type || !id) {
        return;
    }
    if (strcmp(type, "error") == 0) {
        fail(v, strcmp(id, "bind") == 0 ? "the gateway refuses to bind"
                                        : "the check-in is refused: is the department right?");
    } else if (strcmp(id, "bind") == 0) {
        v->news.is_bound = true;
    } else if (visit) {
        keep(v->news.visitor, sizeof v->news.visitor, xmpp_stanza_get_attribute(visit, "visitor"));
        keep(v->news.availability, sizeof v->news.availability,
             xmpp_stanza_get_attribute(visit, "availability"));
    }
}

static void on_presence(struct visitor *v, xmpp_stanza_t *presence)
{
    const char *from = xmpp_stanza_get_from(presence);
    const char *type = xmpp_stanza_get_type(presence);
    if (!from || strcasecmp(from, v->department) != 0) {
        return;
    }
    if (type && strcmp(type, "error") == 0) {
        fail(v, "there is no such department");
        return;
    }
    char *show = find_text_dup(presence, "show", NULL);
    keep(v->news.availability, sizeof v->news.availability,
         type   ? "unavailable"
         : show ? show
                : "chat");
    free(show);
}

static void on_message(struct visitor *v, xmpp_stanza_t *message)
{
    xmpp_stanza_t *line = find_child(message, "line", NS_VISIT);
    xmpp_stanza_t *chat = find_child(message, "chat", NS_VISIT);
    const char *by = line ? xmpp_stanza_get_attribute(line, "by") : NULL;
    const char *state = chat ? xmpp_stanza_get_attribute(chat, "state") : NULL;
    const char *event = line ? xmpp_stanza_get_attribute(line, "event") : NULL;
    if (find_child(message, "received", NS_RECEIPTS)) {
        v->news.is_stored = true;
    }
    if (by && strcmp(by, "agent") == 0) {
        char *body = find_text_dup(message, "body", NULL);
        keep(v->news.answer, sizeof v->news.answer, body);
        keep(v->news.answered_by, sizeof v->news.answered_by,
             xmpp_stanza_get_attribute(line, "name"));
        snprintf(v->news.answer_id, sizeof v->news.answer_id, "%s",
                 xmpp_stanza_get_id(message) ? xmpp_stanza_get_id(message) : "");
        free(body);
    }
    if ((state && strcmp(state, "closed") == 0) || (event && strcmp(event, "closed") == 0)) {
        v->news.is_closed = true;
    }
}

static void on_element(struct visitor *v, xmpp_stanza_t *element)
{
    static const struct {
        const char *name;
        void (*handle)(struct visitor *v, xmpp_stanza_t *element);
    } handlers[] = {{"features", on_features},
                    {"iq", on_iq},
                    {"presence", on_presence},
                    {"message", on_message}};
    const char *name = xmpp_stanza_get_name(element);
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (strcmp(name, handlers[i].name) == 0) {
            handlers[i].handle(v, element);
            return;
        }
    }
    if (strcmp(name, "success") == 0) {
        on_success(v);
    } else if (strcmp(name, "failure") == 0) {
        fail(v, "the gateway refuses an anonymous login");
    } else if (strcmp(name, "error") == 0) {
        xmpp_stanza_t *condition = xmpp_stanza_get_children(element);
        char why[120];
        snprintf(why, sizeof why, "the gateway ends the stream: %s",
                 condition && xmpp_stanza_is_tag(condition) ? xmpp_stanza_get_name(condition)
                                                            : "no reason given");
        fail(v, why);
    } else if (strcmp(name, "close") == 0) {
        fail(v, "the gateway closed the stream");
    }
}

/* ---- the stream ---- */

static void take_text(struct visitor *v)
{
    xmpp_stanza_t *element = xmpp_stanza_new_from_string(v->strophe, v->text.bytes);
    if (element) {
        on_element(v, element);
        xmpp_stanza_release(element);
    } else {
        fail(v, "the gateway sent a frame that is no element");
    }
    buf_reset(&v->text);
}

bool visitor_turn(struct visitor *v)
{
    bool is_open = wire_read(v->wire, &v->in);
    for (enum frames_kind kind = FRAMES_TEXT; kind != FRAMES_NONE && !v->has_ended;) {
        kind = frames_read(&v->in, &v->text, &v->payload);
        if (kind == FRAMES_TEXT) {
            take_text(v);
        } else if (kind == FRAMES_PING) {
            put_frame(v, FRAMES_PONG, v->payload.bytes, v->payload.len);
        } else if (kind == FRAMES_CLOSE) {
            fail(v, "the gateway closed the WebSocket");
        } else if (kind == FRAMES_WRONG) {
            fail(v, "the gateway sent what is no WebSocket frame");
        }
    }
    if (!is_open) {
        fail(v, "the gateway closed the connection");
    }
    return !v->has_ended;
}

static bool read_head(struct visitor *v)
{
    while (!strstr(v->in.bytes, "\r\n\r\n") && v->in.len < HEAD_MAX) {
        struct pollfd ready = {.fd = wire_fd(v->wire), .events = POLLIN};
        if (poll(&ready, 1, HEAD_WAIT_MS) <= 0 || !wire_read(v->wire, &v->in)) {
            break;
        }
    }
    return strstr(v->in.bytes, "\r\n\r\n") != NULL;
}

/* The value of a header, in value; "" when it is not there. */
static void read_header(const char *head, const char *name, char *value, size_t size)
{
    char start[64];
    snprintf(start, sizeof start, "\r\n%s:", name);
    const char *at = strcasestr(head, start);
    at = at ? at + strlen(start) + strspn(at + strlen(start), " \t") : "";
    snprintf(value, size, "%.*s", (int)strcspn(at, " \t\r\n"), at);
}

static bool upgrade(struct visitor *v, const struct address *address, const char *origin, char *why,
                    size_t size)
{
    char key[FRAMES_KEY_SIZE];
    char accept[FRAMES_ACCEPT_SIZE];
    char found[64];
    struct buf head;
    frames_key(key);
    frames_accept(key, accept);
    buf_init(&head, HEAD_MAX);
    buf_printf(&head,
               "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Protocol: xmpp\r\nOrigin: %s\r\nUser-Agent: tresen-agent\r\n\r\n",
               address->path, strstr(address->origin, "//") + 2, key, origin);
    bool sent = wire_write(v->wire, head.bytes, head.len);
    buf_finish(&head);
    if (!sent || !read_head(v)) {
        snprintf(why, size, "no answer to the HTTP request");
        return false;
    }
    read_header(v->in.bytes, "Sec-WebSocket-Accept", found, sizeof found);
    if (strncmp(v->in.bytes, "HTTP/1.1 101 ", 13) != 0 || strcmp(found, accept) != 0) {
        snprintf(why, size, "no WebSocket at this address: %.*s%s",
                 (int)strcspn(v->in.bytes, "\r\n"), v->in.bytes,
                 strncmp(v->in.bytes, "HTTP/1.1 403", 12) == 0
                     ? " (is the Origin among web.origins? --origin says another)"
                     : "");
        return false;
    }
    buf_drop(&v->in, (size_t)(strstr(v->in.bytes, "\r\n\r\n") + 4 - v->in.bytes));
    return true;
}

struct visitor *visitor_create(xmpp_ctx_t *strophe, const struct address *address,
                               const char *origin, const char *ca_file, const char *department,
                               char *why, size_t size)
{
    struct wire *wire = wire_open(address->host, address->port, address->tls, ca_file, why, size);
    if (!wire) {
        return NULL;
    }
    struct visitor *v = mem_alloc(sizeof *v);
    v->strophe = strophe;
    v->wire = wire;
    v->department = mem_dup(department);
    v->domain = mem_dup(strchr(department, '@') + 1);
    buf_init(&v->in, FRAMES_MAX * 2);
    buf_init(&v->text, FRAMES_MAX);
    buf_init(&v->payload, FRAMES_MAX);
    if (!upgrade(v, address, origin, why, size)) {
        v->has_ended = true;
        visitor_destroy(v);
        return NULL;
    }
    put_open(v);
    return v;
}

void visitor_destroy(struct visitor *v)
{
    if (!v) {
        return;
    }
    if (!v->has_ended) {
        put(v, make_element(v->strophe, "close", NS_FRAMING, NULL));
        put_frame(v, FRAMES_CLOSE, "\x03\xe8", 2);
    }
    wire_close(v->wire);
    buf_finish(&v->in);
    buf_finish(&v->text);
    buf_finish(&v->payload);
    free(v->department);
    free(v->domain);
    free(v);
}

int visitor_fd(const struct visitor *v)
{
    return wire_fd(v->wire);
}

const struct visitor_news *visitor_news(const struct visitor *v)
{
    return &v->news;
}

void visitor_check_in(struct visitor *v, const char *agent)
{
    xmpp_stanza_t *iq = stanza_to_department(v, "iq", "set", "check-in");
    xmpp_stanza_t *visit = make_child(iq, make_element(v->strophe, "visit", NS_VISIT, NULL));
    xmpp_stanza_t *page = make_child(visit, make_element(v->strophe, "page", NULL, NULL));
    make_attribute(page, "url", "https://probe.invalid/");
    make_attribute(page, "title", "Probe");
    xmpp_stanza_t *locale = make_child(visit, make_element(v->strophe, "locale", NULL, NULL));
    make_attribute(locale, "lang", "en");
    make_attribute(locale, "zone", "UTC");
    make_child(visit, make_element(v->strophe, "browser", NULL, "tresen-agent --probe"));
    xmpp_stanza_t *probe = make_child(visit, make_element(v->strophe, "probe", NS_VISIT, NULL));
    make_attribute(probe, "agent", agent);
    put(v, iq);
}

void visitor_watch(struct visitor *v)
{
    put(v, stanza_to_department(v, "presence", NULL, NULL));
}

void visitor_say(struct visitor *v, const char *text)
{
    xmpp_stanza_t *message = stanza_to_department(v, "message", "chat", "probe-line");
    make_child(message, make_element(v->strophe, "body", NULL, text));
    make_child(message, make_element(v->strophe, "request", NS_RECEIPTS, NULL));
    make_child(message, make_element(v->strophe, "markable", NS_MARKERS, NULL));
    put(v, message);
}

static void acknowledge(struct visitor *v, const char *name, const char *ns)
{
    xmpp_stanza_t *message = stanza_to_department(v, "message", "chat", NULL);
    xmpp_stanza_t *receipt = make_child(message, make_element(v->strophe, name, ns, NULL));
    make_attribute(receipt, "id", v->news.answer_id);
    put(v, message);
}

void visitor_acknowledge(struct visitor *v)
{
    acknowledge(v, "received", NS_RECEIPTS);
    acknowledge(v, "displayed", NS_MARKERS);
}
