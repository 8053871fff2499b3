#include "transport/stream.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "router.h"
#include "transport/limits.h"
#include "transport/stream_say.h"
#include "xml/jid.h"
#include "xml/ns.h"
#include "xml/reader.h"
#include "xml/stanza.h"

#include <stdlib.h>
#include <string.h>

struct stream {
    struct outlet outlet;
    struct router_stream identity; /* what the router knows; jid is ours to free */
    struct stream_world *world;
    struct stream_carrier *carrier;
    struct limits_place *place;
    time_ms opened;
    time_ms level; /* of the rate of elements */
    enum stream_state state;
    unsigned char failed_auths;
    bool has_opened; /* our <open/> was sent since the last restart */
    bool has_failed;
    char address[ADDRESS_SIZE];
};

#define TO(state) (1U << STREAM_##state)

/* Which states may follow. */
static const unsigned MAY_FOLLOW[] = {[STREAM_CONNECTED] = TO(OPEN) | TO(CLOSED),
                                      [STREAM_OPEN] = TO(AUTHENTICATED) | TO(CLOSED),
                                      [STREAM_AUTHENTICATED] = TO(REOPENED) | TO(CLOSED),
                                      [STREAM_REOPENED] = TO(BOUND) | TO(CLOSED),
                                      [STREAM_BOUND] = TO(CLOSED),
                                      [STREAM_CLOSED] = 0};

static void leave_router(struct stream *s)
{
    char local[ID_SIZE] = "";
    memcpy(local, s->identity.jid, ID_SIZE - 1);
    map_remove(s->world->bound, local);
    router_detach(s->world->router, &s->identity);
}

static void join_router(struct stream *s)
{
    char local[ID_SIZE];
    char resource[ID_SIZE];
    id_random(local);
    id_random(resource);
    s->identity.jid = mem_print("%s@%s/%s", local, s->world->domain, resource);
    map_set(s->world->bound, local, s);
    router_attach(s->world->router, &s->identity);
}

/* The one place where the state changes. */
static void enter(struct stream *s, enum stream_state state)
{
    enum stream_state before = s->state;
    if (!(MAY_FOLLOW[before] & 1U << state)) {
        BUG("a stream from state %d to %d", before, state);
    }
    s->state = state;
    if (state == STREAM_BOUND) {
        join_router(s);
    } else if (state == STREAM_CLOSED) {
        if (before == STREAM_BOUND) {
            leave_router(s);
        }
        s->world->count--;
        limits_leave(s->place);
        s->place = NULL;
    }
}

static void send(struct stream *s, const struct buf *xml)
{
    if (xml->overflow) {
        BUG("a stream's own element of more than %zu bytes", xml->max);
    }
    s->carrier->send(s->carrier, xml->bytes, xml->len);
}

static void send_open(struct stream *s)
{
    if (s->carrier->is_framed && !s->has_opened) {
        struct buf xml;
        stream_say_open(&xml, s->world->domain);
        send(s, &xml);
        buf_finish(&xml);
    }
    s->has_opened = true;
}

void stream_end(struct stream *s, const char *condition)
{
    if (s->state == STREAM_CLOSED) {
        return;
    }
    struct buf xml;
    if (condition) {
        send_open(s);
        stream_say_error(&xml, condition);
        send(s, &xml);
        buf_finish(&xml);
        s->has_failed = true;
    }
    if (s->carrier->is_framed) {
        stream_say_close(&xml);
        send(s, &xml);
        buf_finish(&xml);
    }
    log_info("stream: closed %s%s site=%s", condition ? "error=" : "", condition ? condition : "",
             s->identity.site);
    enter(s, STREAM_CLOSED);
}

/* ---- what a stanza for the visitor looks like on the stream ---- */

/* The top element gets its namespace, behind its name. */
static void on_stanza(struct outlet *self, const char *xml, size_t len)
{
    struct stream *s = (struct stream *)(void *)((char *)self - offsetof(struct stream, outlet));
    if (s->state != STREAM_BOUND) {
        return;
    }
    static const char XMLNS[] = " xmlns='" NS_CLIENT "'";
    size_t name = 0;
    while (name < len && xml[name] != ' ' && xml[name] != '>' && xml[name] != '/') {
        name++;
    }
    struct buf whole;
    buf_init(&whole, STANZA_BYTES_MAX + sizeof XMLNS);
    buf_add(&whole, xml, name);
    buf_add(&whole, XMLNS, sizeof XMLNS - 1);
    buf_add(&whole, xml + name, len - name);
    send(s, &whole);
    buf_finish(&whole);
}

/* ---- what comes ---- */

bool stream_world_is(const struct stream_world *world, const char *to)
{
    struct jid jid;
    bool is_ours = jid_parse(&jid, to) && strcmp(jid.full, world->domain) == 0;
    jid_finish(&jid);
    return is_ours;
}

void stream_open(struct stream *s, const char *to, const char *version)
{
    if (s->state != STREAM_CONNECTED && s->state != STREAM_AUTHENTICATED) {
        stream_end(s, "policy-violation"); /* V-067 */
        return;
    }
    s->has_opened = false;
    if (!stream_world_is(s->world, to)) {
        stream_end(s, "host-unknown");
        return;
    }
    if (!version || strncmp(version, "1.", 2) != 0) {
        stream_end(s, "unsupported-version");
        return;
    }
    send_open(s);
    struct buf xml;
    if (s->state == STREAM_CONNECTED) {
        enter(s, STREAM_OPEN);
        stream_say_mechanisms(&xml);
    } else {
        enter(s, STREAM_REOPENED);
        stream_say_bind(&xml);
    }
    send(s, &xml);
    buf_finish(&xml);
}

static void handle_open(struct stream *s, const struct element *e)
{
    stream_open(s, element_attr(e, "to"), element_attr(e, "version"));
}

static void handle_close(struct stream *s, const struct element *e)
{
    (void)e;
    stream_end(s, NULL);
}

/* Only ANONYMOUS, which needs no further step; what trace it carries is not looked at (RFC 4505).
 */
static void handle_auth(struct stream *s, const struct element *e)
{
    if (s->state != STREAM_OPEN) {
        stream_end(s, s->state == STREAM_CONNECTED ? "not-authorized" : "policy-violation");
        return;
    }
    const char *mechanism = element_attr(e, "mechanism");
    bool is_auth = strcmp(element_name(e), "auth") == 0;
    bool is_fine = is_auth && mechanism && strcmp(mechanism, "ANONYMOUS") == 0;
    struct buf xml;
    if (is_fine) {
        enter(s, STREAM_AUTHENTICATED);
        stream_say_success(&xml);
    } else {
        bool is_abort = strcmp(element_name(e), "abort") == 0;
        stream_say_failure(&xml, is_auth    ? "invalid-mechanism"
                                 : is_abort ? "aborted"
                                            : "not-authorized");
        s->failed_auths++;
    }
    send(s, &xml);
    buf_finish(&xml);
    if (s->failed_auths >= STREAM_AUTH_MAX) {
        stream_end(s, "policy-violation");
    }
}

static const struct element *set_child(const struct element *iq, const char *name, const char *ns)
{
    const char *type = element_attr(iq, "type");
    return type && strcmp(type, "set") == 0 ? element_child(iq, name, ns) : NULL;
}

/* Bind: the address is ours to choose, a wish for a resource is not heard (RFC 6120 7.6). */
static void bind_stream(struct stream *s, const struct element *iq)
{
    if (!set_child(iq, "bind", NS_BIND)) {
        stream_end(s, "not-authorized");
        return;
    }
    enter(s, STREAM_BOUND);
    struct buf xml;
    stream_say_result(&xml, element_attr(iq, "id"), s->identity.jid);
    send(s, &xml);
    buf_finish(&xml);
    log_info("stream: bound site=%s", s->identity.site);
}

static void handle_stanza(struct stream *s, const struct element *e)
{
    bool is_iq = strcmp(element_name(e), "iq") == 0;
    if (s->state == STREAM_REOPENED && is_iq) {
        bind_stream(s, e);
        return;
    }
    if (s->state != STREAM_BOUND) {
        stream_end(s, "not-authorized");
        return;
    }
    const char *to = element_attr(e, "to");
    bool is_ours = is_iq && (!to || stream_world_is(s->world, to));
    bool is_bind = is_ours && set_child(e, "bind", NS_BIND);
    bool is_session = is_ours && set_child(e, "session", NS_SESSION);
    if (!is_bind && !is_session) {
        router_stream_receive(s->world->router, &s->identity, e);
        return;
    }
    struct buf xml;
    if (is_bind) {
        stream_say_not_allowed(&xml, element_attr(e, "id")); /* V-067 */
    } else {
        stream_say_result(&xml, element_attr(e, "id"), NULL);
    }
    send(s, &xml);
    buf_finish(&xml);
}

static const struct rule {
    const char *name;
    const char *ns;
    bool is_framing;
    void (*handle)(struct stream *s, const struct element *e);
} RULES[] = {
    {"message", NS_CLIENT, false, handle_stanza}, {"presence", NS_CLIENT, false, handle_stanza},
    {"iq", NS_CLIENT, false, handle_stanza},      {"open", NS_FRAMING, true, handle_open},
    {"close", NS_FRAMING, true, handle_close},    {"auth", NS_SASL, false, handle_auth},
    {"response", NS_SASL, false, handle_auth},    {"abort", NS_SASL, false, handle_auth}};

static const struct rule *rule_of(const struct stream *s, const struct element *e)
{
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        bool applies = !RULES[i].is_framing || s->carrier->is_framed;
        if (applies && element_is(e, RULES[i].name, RULES[i].ns)) {
            return &RULES[i];
        }
    }
    return NULL;
}

void stream_receive(struct stream *s, const struct element *element)
{
    if (s->state == STREAM_CLOSED) {
        return;
    }
    if (!limits_rate(&s->level, STREAM_BURST, STREAM_INTERVAL_MS, s->world->now)) {
        stream_end(s, "policy-violation");
        return;
    }
    const struct rule *rule = rule_of(s, element);
    if (rule) {
        rule->handle(s, element);
        return;
    }
    bool is_open = s->state == STREAM_CONNECTED && strcmp(element_name(element), "open") == 0;
    stream_end(s, is_open ? "invalid-namespace" : "unsupported-stanza-type"); /* V-059, V-068 */
}

const struct reader_profile *stream_profile(const struct stream *s)
{
    return s->state == STREAM_BOUND ? &READER_VISITOR : &READER_PRE_SESSION;
}

void stream_read(struct stream *s, const char *bytes, size_t len)
{
    if (s->state == STREAM_CLOSED) {
        return;
    }
    struct element *element = NULL;
    switch (reader_document(stream_profile(s), bytes, len, &element)) {
    case READER_OK:
        stream_receive(s, element);
        element_destroy(element);
        break;
    case READER_ILL_FORMED:
        stream_end(s, "not-well-formed");
        break;
    case READER_RESTRICTED:
        stream_end(s, "restricted-xml");
        break;
    case READER_LIMIT:
        stream_end(s, "policy-violation");
        break;
    }
}

/* ---- life ---- */

struct stream *stream_create(struct stream_world *world, struct stream_carrier *carrier,
                             const char *site, const struct address *from,
                             struct limits_place *place)
{
    struct stream *s = mem_alloc(sizeof *s);
    s->outlet.send = on_stanza;
    s->world = world;
    s->carrier = carrier;
    s->place = place;
    s->opened = world->now;
    address_print(from, s->address);
    s->identity = (struct router_stream){
        .jid = NULL, .site = mem_dup(site), .address = s->address, .outlet = &s->outlet};
    world->count++;
    return s;
}

void stream_destroy(struct stream *s)
{
    if (!s) {
        return;
    }
    if (s->state != STREAM_CLOSED) {
        enter(s, STREAM_CLOSED);
    }
    free((char *)s->identity.jid);
    free((char *)s->identity.site);
    free(s);
}

void stream_tick(struct stream *s)
{
    if (s->state < STREAM_BOUND && s->world->now - s->opened >= STREAM_OPEN_MS) {
        stream_end(s, "connection-timeout");
    }
}

void stream_known(struct stream *s)
{
    limits_known(s->place);
    s->place = NULL;
}

enum stream_state stream_state(const struct stream *s)
{
    return s->state;
}

bool stream_is_closed(const struct stream *s)
{
    return s->state == STREAM_CLOSED;
}

bool stream_has_failed(const struct stream *s)
{
    return s->has_failed;
}
