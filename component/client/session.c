#include "client/session.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "client/make.h"
#include "client/session_in.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { RETRY_MIN_MS = 1000, RETRY_MAX_MS = 30 * 1000, TURN_MAX_MS = 100, LEAVE_MS = 2000 };
/* One TLS record is up to four of libstrophe's reads, and poll() does not know what TLS has
 * buffered. */
enum { READS_A_TURN = 4 };

/* libstrophe's callback has no context; it is called inside xmpp_connect_client and xmpp_run_once,
 * and a program has one session. */
static int dialled = -1;

static int on_socket(xmpp_conn_t *conn, void *fd)
{
    int at_once = 1;
    dialled = *(int *)fd;
    /* A receipt and a line are two small writes: without this the second waits 40 ms for an
     * acknowledgement. */
    (void)setsockopt(dialled, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    return xmpp_sockopt_cb_keepalive(conn, fd);
}

/* What libstrophe tells nowhere else: why a login failed. */
static void on_log(void *ctx, xmpp_log_level_t level, const char *area, const char *text)
{
    struct session *s = ctx;
    (void)area;
    if (strncmp(text, "SASL ", 5) == 0 && strstr(text, " auth failed")) {
        s->refused = true;
        snprintf(s->why, sizeof s->why, "the server refuses this address and password");
    } else if (strstr(text, "Cannot authenticate with known methods")) {
        if (!s->refused) {
            snprintf(s->why, sizeof s->why, "the server offers no way to log in that we know%s",
                     s->plain ? "; does it insist on TLS? (then without --plain)" : "");
        }
    } else if (strstr(text, "TLS is not supported, but set as mandatory")) {
        snprintf(s->why, sizeof s->why,
                 "the server offers no TLS (--plain goes without, on loopback)");
    } else if (strstr(text, "No certfail handler set")) {
        snprintf(s->why, sizeof s->why, "the server's certificate is not trusted (--ca FILE)");
    } else if (level >= XMPP_LEVEL_WARN && !s->why[0]) {
        snprintf(s->why, sizeof s->why, "%s", text);
    }
}

static void on_conn(xmpp_conn_t *conn, xmpp_conn_event_t event, int error,
                    xmpp_stream_error_t *stream_error, void *ctx)
{
    struct session *s = ctx;
    (void)conn;
    if (event == XMPP_CONN_CONNECT) {
        s->logged_in = true;
        s->why[0] = '\0';
        session_in_begin(s);
        return;
    }
    s->ended = true;
    if (stream_error && stream_error->text) {
        snprintf(s->why, sizeof s->why, "%s", stream_error->text);
    } else if (stream_error && stream_error->type == XMPP_SE_CONFLICT) {
        snprintf(s->why, sizeof s->why, "the same account is logged in elsewhere under this name");
    } else if (error > 1 && !s->why[0]) { /* 1 is libstrophe's word for a closed stream */
        snprintf(s->why, sizeof s->why, "%s", strerror(error));
    }
}

void session_send(struct session *s, xmpp_stanza_t *take)
{
    xmpp_send(s->conn, take);
    xmpp_stanza_release(take);
}

void session_send_presence(struct session *s)
{
    xmpp_stanza_t *presence = make_element(s->strophe, "presence", NULL, NULL);
    if (s->show[0]) {
        make_child(presence, make_element(s->strophe, "show", NULL, s->show));
    }
    if (s->status) {
        make_child(presence, make_element(s->strophe, "status", NULL, s->status));
    }
    session_send(s, presence);
}

/* Not inside a callback of libstrophe. */
static void take_down(struct session *s)
{
    bool was_online = s->online;
    if (s->conn) {
        xmpp_conn_release(s->conn);
        s->conn = NULL;
    }
    dialled = -1;
    s->ended = false;
    s->logged_in = false;
    s->online = false;
    list_for_each (struct contact, contact, &s->contacts.all, link) {
        contact->is_here = false;
        contact->is_typing = false;
    }
    if (s->leaving) {
        s->over = true;
        return;
    }
    s->over = s->refused;
    int delay = RETRY_MIN_MS << (s->attempts < 5 ? s->attempts : 5);
    delay = (delay < RETRY_MAX_MS ? delay : RETRY_MAX_MS) + (int)id_below(RETRY_MIN_MS / 2);
    s->attempts++;
    s->retry_at = clock_monotonic_ms() + delay;
    const char *why = s->why[0]    ? s->why
                      : was_online ? "the connection was lost"
                                   : "no connection to the server";
    s->calls.on_offline(s->ctx, why, s->over ? -1 : delay);
}

static void dial(struct session *s)
{
    s->why[0] = '\0';
    s->refused = false;
    s->conn = xmpp_conn_new(s->strophe);
    xmpp_conn_set_flags(s->conn,
                        XMPP_CONN_FLAG_DISABLE_SM |
                            (s->plain ? XMPP_CONN_FLAG_DISABLE_TLS : XMPP_CONN_FLAG_MANDATORY_TLS));
    xmpp_conn_set_jid(s->conn, s->jid);
    xmpp_conn_set_pass(s->conn, s->password);
    xmpp_conn_set_sockopt_callback(s->conn, on_socket);
    if (s->ca_file) {
        xmpp_conn_set_cafile(s->conn, s->ca_file);
    }
    if (xmpp_connect_client(s->conn, s->host, (unsigned short)s->port, on_conn, s) != XMPP_EOK) {
        s->ended = true;
    }
}

struct session *session_create(const struct session_config *config,
                               const struct session_calls *calls, void *ctx)
{
    struct session *s = mem_alloc(sizeof *s);
    s->calls = *calls;
    s->ctx = ctx;
    s->jid = mem_dup(config->jid);
    s->own = contact_bare_dup(config->jid);
    s->password = mem_dup(config->password);
    s->host = mem_dup(config->host);
    s->port = config->port;
    s->plain = config->plain;
    s->ca_file = mem_dup(config->ca_file);
    contacts_init(&s->contacts);
    xmpp_initialize();
    s->log = (xmpp_log_t){.handler = on_log, .userdata = s};
    s->strophe = xmpp_ctx_new(NULL, &s->log);
    dial(s);
    return s;
}

void session_destroy(struct session *s)
{
    if (!s) {
        return;
    }
    s->leaving = true;
    take_down(s);
    contacts_finish(&s->contacts);
    xmpp_ctx_free(s->strophe);
    xmpp_shutdown();
    free(s->jid);
    free(s->own);
    free(s->password);
    free(s->host);
    free(s->ca_file);
    free(s->status);
    free(s);
}

static void wait_for(struct session *s, struct pollfd *others, size_t count, int timeout_ms)
{
    enum { OTHERS_MAX = 8 };
    struct pollfd all[OTHERS_MAX + 1];
    count = count < OTHERS_MAX ? count : OTHERS_MAX;
    for (size_t i = 0; i < count; i++) {
        all[i] = others[i];
        all[i].revents = 0;
    }
    bool waits = s->online && xmpp_conn_send_queue_len(s->conn) > 0;
    all[count] = (struct pollfd){.fd = s->conn ? dialled : -1,
                                 .events = (short)(waits ? POLLIN | POLLOUT : POLLIN)};
    if (poll(all, count + 1, timeout_ms) < 0) {
        return; /* a signal: its descriptor tells */
    }
    for (size_t i = 0; i < count; i++) {
        others[i].revents = all[i].revents;
    }
}

void session_turn(struct session *s, struct pollfd *others, size_t count, int timeout_ms)
{
    if (s->conn && !s->ended) {
        xmpp_run_once(s->strophe, 0); /* what was sent since */
    }
    /* libstrophe's own timers want to be looked at: connecting, TLS, login. */
    int most = s->online ? TURN_MAX_MS : TURN_MAX_MS / 5;
    wait_for(s, others, count, timeout_ms < most ? timeout_ms : most);
    for (int i = 0; i < READS_A_TURN && s->conn && !s->ended; i++) {
        xmpp_run_once(s->strophe, 0);
    }
    if (s->ended) {
        take_down(s);
    } else if (!s->conn && !s->over && clock_monotonic_ms() >= s->retry_at) {
        dial(s);
    }
}

bool session_is_online(const struct session *s)
{
    return s->online && !s->ended;
}

bool session_is_over(const struct session *s)
{
    return s->over;
}

struct contacts *session_contacts(struct session *s)
{
    return &s->contacts;
}

xmpp_ctx_t *session_strophe(struct session *s)
{
    return s->strophe;
}

static xmpp_stanza_t *chat_message(struct session *s, const char *to, const char *id)
{
    xmpp_stanza_t *message = make_element(s->strophe, "message", NULL, NULL);
    make_attribute(message, "type", "chat");
    make_attribute(message, "to", to);
    make_attribute(message, "id", id);
    return message;
}

bool session_tell_state(struct session *s, const char *to, const char *state)
{
    if (!session_is_online(s)) {
        return false;
    }
    xmpp_stanza_t *message = chat_message(s, to, NULL);
    make_child(message,
               make_element(s->strophe, state, "http://jabber.org/protocol/chatstates", NULL));
    session_send(s, message);
    return true;
}

bool session_tell_displayed(struct session *s, const char *to, const char *id)
{
    if (!session_is_online(s)) {
        return false;
    }
    xmpp_stanza_t *message = chat_message(s, to, NULL);
    xmpp_stanza_t *displayed =
        make_child(message, make_element(s->strophe, "displayed", "urn:xmpp:chat-markers:0", NULL));
    make_attribute(displayed, "id", id);
    session_send(s, message);
    return true;
}

bool session_say(struct session *s, const char *to, const char *body, const char *id,
                 char used[SESSION_ID_SIZE])
{
    if (!session_is_online(s)) {
        return false;
    }
    char *bare = contact_bare_dup(to);
    struct contact *contact = contacts_get(&s->contacts, bare);
    free(bare);
    if (contact && contact->unseen) {
        session_tell_displayed(s, to, contact->unseen);
        mem_replace(&contact->unseen, NULL);
    }
    char made[ID_SIZE];
    id_random(made);
    xmpp_stanza_t *message = chat_message(s, to, id ? id : made);
    make_child(message, make_element(s->strophe, "body", NULL, body));
    make_child(message,
               make_element(s->strophe, "active", "http://jabber.org/protocol/chatstates", NULL));
    make_child(message, make_element(s->strophe, "request", "urn:xmpp:receipts", NULL));
    make_child(message, make_element(s->strophe, "markable", "urn:xmpp:chat-markers:0", NULL));
    if (used) {
        snprintf(used, SESSION_ID_SIZE, "%s", id ? id : made);
    }
    session_send(s, message);
    return true;
}

bool session_show(struct session *s, const char *show, const char *status)
{
    snprintf(s->show, sizeof s->show, "%s", show);
    mem_replace(&s->status, status && status[0] ? status : NULL);
    if (!session_is_online(s)) {
        return false;
    }
    session_send_presence(s);
    return true;
}

bool session_accept(struct session *s, const char *jid)
{
    if (!session_is_online(s)) {
        return false;
    }
    static const char *const types[] = {"subscribed", "subscribe"};
    for (size_t i = 0; i < 2; i++) {
        xmpp_stanza_t *presence = make_element(s->strophe, "presence", NULL, NULL);
        make_attribute(presence, "to", jid);
        make_attribute(presence, "type", types[i]);
        session_send(s, presence);
    }
    return true;
}

void session_leave(struct session *s)
{
    s->leaving = true;
    if (session_is_online(s)) {
        xmpp_stanza_t *presence = make_element(s->strophe, "presence", NULL, NULL);
        make_attribute(presence, "type", "unavailable");
        session_send(s, presence);
        xmpp_disconnect(s->conn);
    } else {
        s->ended = true;
    }
    time_ms end = clock_monotonic_ms() + LEAVE_MS;
    while (!s->over && clock_monotonic_ms() < end) {
        session_turn(s, NULL, 0, 20);
    }
}
