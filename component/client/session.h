/* session.h - an agent's XMPP session on libstrophe: login, roster, messages, receipts, reconnects.
 *
 * One thread, driven by session_turn. Texts that come are made fit for a terminal (text_body_dup,
 * text_name_dup); what is sent is made fit for XML. No stream management: who leaves is gone at
 * once, and what was lost meanwhile is in the desk. */
#pragma once

#include "client/contacts.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <strophe.h>

struct session;

struct session_config {
    const char *jid;
    const char *password;
    const char *host;    /* NULL: as DNS says for the domain */
    int port;            /* 0: the same */
    bool plain;          /* no TLS; only for loopback */
    const char *ca_file; /* NULL: the system's */
};

enum session_change {
    CONTACT_CAME,
    CONTACT_CHANGED, /* show or status, while here */
    CONTACT_LEFT,    /* not here any more */
    CONTACT_ADDED,   /* to the roster, or renamed there */
    CONTACT_REMOVED, /* from the roster; the contact is gone after the call */
    CONTACT_TYPING   /* is_typing has changed */
};

struct session_message {
    const char *from; /* full */
    const char *id;   /* "" without one */
    const char *body;
    const char *stamp; /* XEP-0082 if it was delayed, or NULL */
};

/* Everything is borrowed for the call. */
struct session_calls {
    void (*on_online)(void *ctx, const char *jid);
    /* retry_ms < 0: for good. */
    void (*on_offline)(void *ctx, const char *why, int retry_ms);
    void (*on_contact)(void *ctx, struct contact *contact, enum session_change change);
    /* A stranger's contact, neither in the roster nor here, is gone after the call. */
    void (*on_message)(void *ctx, struct contact *contact, const struct session_message *message);
    /* what: "received" or "displayed", of our message id. */
    void (*on_receipt)(void *ctx, const char *from, const char *id, const char *what);
    void (*on_error)(void *ctx, const char *from, const char *id, const char *condition,
                     const char *text);
    void (*on_subscribe)(void *ctx, const char *from); /* somebody asks to be a contact */
};

struct session *session_create(const struct session_config *config,
                               const struct session_calls *calls, void *ctx);
void session_destroy(struct session *s);
/* Waits for the session and for others (their revents are filled) at most timeout_ms, then does
 * what there is to do. */
void session_turn(struct session *s, struct pollfd *others, size_t count, int timeout_ms);
bool session_is_online(const struct session *s);
/* Given up: the password is wrong and the like. */
bool session_is_over(const struct session *s);
struct contacts *session_contacts(struct session *s);
xmpp_ctx_t *session_strophe(struct session *s);

/* All false when offline. id NULL: one is made; the id used is put into used (if not NULL). A
 * marker for the last line that asked for one goes along. */
enum { SESSION_ID_SIZE = 64 };
bool session_say(struct session *s, const char *to, const char *body, const char *id,
                 char used[SESSION_ID_SIZE]);
bool session_tell_state(struct session *s, const char *to, const char *state);
bool session_tell_displayed(struct session *s, const char *to, const char *id);
/* show "": available. Kept over reconnects. */
bool session_show(struct session *s, const char *show, const char *status);
bool session_accept(struct session *s, const char *jid);
/* Says that we leave and turns until the stream is closed, 2 s at most. */
void session_leave(struct session *s);
