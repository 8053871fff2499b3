/* stanza.h - what every stanza has, reading and writing, and where stanzas are sent.
 *
 * Edges (visitors/, agents/) build stanzas with a struct writer and give them to a struct post,
 * which the router implements; so they never know a socket. A stanza is written without xmlns on
 * its top element: the outlet adds what its stream needs (RFC 7395: jabber:client; XEP-0114: none).
 */
#pragma once

#include "xml/element.h"
#include "xml/jid.h"
#include "xml/writer.h"

#include <stdbool.h>

enum { STANZA_ID_MAX = 256, STANZA_BYTES_MAX = 128 * 1024 };

enum stanza_kind { STANZA_MESSAGE, STANZA_PRESENCE, STANZA_IQ };

/* Defined conditions of RFC 6120 8.3.3 that we send. The error type follows from the condition in
 * one table. */
enum stanza_error {
    ERROR_NONE,
    ERROR_BAD_REQUEST,             /* modify */
    ERROR_CONFLICT,                /* cancel */
    ERROR_FEATURE_NOT_IMPLEMENTED, /* cancel */
    ERROR_FORBIDDEN,               /* auth */
    ERROR_INTERNAL_SERVER_ERROR,   /* cancel */
    ERROR_ITEM_NOT_FOUND,          /* cancel */
    ERROR_JID_MALFORMED,           /* modify */
    ERROR_NOT_ACCEPTABLE,          /* modify */
    ERROR_NOT_ALLOWED,             /* cancel */
    ERROR_NOT_AUTHORIZED,          /* auth */
    ERROR_POLICY_VIOLATION,        /* modify */
    ERROR_RECIPIENT_UNAVAILABLE,   /* wait */
    ERROR_REGISTRATION_REQUIRED,   /* auth */
    ERROR_RESOURCE_CONSTRAINT,     /* wait */
    ERROR_SERVICE_UNAVAILABLE,     /* cancel */
    ERROR_UNEXPECTED_REQUEST       /* wait */
};

const char *stanza_error_name(enum stanza_error condition);
enum stanza_error stanza_error_read(
    const struct element *stanza); /* of a type='error' stanza; unknown: ERROR_INTERNAL… */

/* A stanza as the router hands it to an edge: parsed addresses and the element. All borrowed for
 * the call. */
struct stanza {
    enum stanza_kind kind;
    const char *type; /* "" when absent */
    const char *id;   /* "" when absent; at most STANZA_ID_MAX bytes */
    const struct jid
        *from; /* XMPP: un-namespaced 'from' of the link; gateway: the stream's own state */
    const struct jid *to;
    const struct element *element;
    bool gateway;        /* came from our own gateway (road a) */
    const char *site;    /* of the gateway stream; "" on the link */
    const char *address; /* network address of the gateway stream; "" on the link */
};

/* May a stanza be answered with an error? Not if it is itself an error, or an iq result (RFC
 * 6120 8.3.1). */
bool stanza_may_error(enum stanza_kind kind, const char *type);

enum post_when {
    POST_NOW, /* typing, disco, ping, errors, handshakes */
    POST_HELD /* content or its acknowledgement: after the commit of this turn's writes and all
                 before */
};

/* An answer to an iq we asked: reply NULL means no answer in time or the link went down.
 * reply is borrowed; type 'result' or 'error' is in it. */
typedef void (*post_answer)(void *ctx, const struct element *reply);

/* Where edges post stanzas. Implemented by the router; filled with its functions by the composition
 * root. */
struct post {
    void *ctx;
    /* Sends one finished stanza, whose top element has to='to'. xml is copied. False: nobody is
     * there (a gateway stream that is gone, or the link is down): the sender's own record decides
     * what follows. With POST_HELD the answer is always true. */
    bool (*send)(void *ctx, const char *to, const struct buf *xml, enum post_when when);
    /* Reserves an id for an iq that is about to be sent to that address; write the iq with it and
     * send it. answer is called exactly once, never inside this call. The id is borrowed until the
     * next ask. */
    const char *(*ask)(void *ctx, const char *to, int timeout_ms, post_answer answer,
                       void *answer_ctx);
    /* Calls after the commit of this turn's writes, in order with what is POST_HELD (not at all if
     * the program ends before). */
    void (*after)(void *ctx, void (*call)(void *ctx), void *call_ctx);
};

/* Begin a stanza; the caller adds children and calls writer_finish. type and id may be NULL. */
void stanza_message(struct writer *w, const char *from, const char *to, const char *type,
                    const char *id);
void stanza_presence(struct writer *w, const char *from, const char *to, const char *type);
void stanza_iq(struct writer *w, const char *from, const char *to, const char *type,
               const char *id);

/* Writes the answer to s (from and to exchanged): an empty or opened result, or an error with
 * optional text. The opened result is left open for children. */
void stanza_result(struct writer *w, const struct stanza *s);
void stanza_error(struct writer *w, const struct stanza *s, enum stanza_error condition,
                  const char *text);
/* The same, and <error> is left open for a condition of an application (RFC 6120 8.3.4). */
void stanza_open_error(struct writer *w, const struct stanza *s, enum stanza_error condition,
                       const char *text);
/* Builds and posts (POST_NOW) in one go. */
void stanza_post_result(const struct post *post, const struct stanza *s);
void stanza_post_error(const struct post *post, const struct stanza *s, enum stanza_error condition,
                       const char *text);

/* Children that several edges write. */
void stanza_delay(struct writer *w, const char *from, long long utc_ms);
void stanza_chat_state(struct writer *w,
                       const char *state); /* XEP-0085: active, composing, paused, … */
/* The XEP-0085 state a message carries ("composing"), or NULL. */
const char *stanza_read_chat_state(const struct element *message);
