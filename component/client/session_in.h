/* session_in.h - stanzas that come into a session. Between session.c and session_in.c only. */
#pragma once

#include "client/session.h"

struct session {
    xmpp_ctx_t *strophe;
    xmpp_log_t log;    /* libstrophe keeps a pointer to it */
    xmpp_conn_t *conn; /* NULL: waiting to try again */
    struct session_calls calls;
    void *ctx;
    char *jid;
    char *password;
    char *host;
    int port;
    bool plain;
    char *ca_file;
    struct contacts contacts;
    char *own;      /* bare address */
    bool logged_in; /* the stream is ours; the roster may still be on its way */
    bool online;
    bool ended; /* libstrophe says so; taken down behind its callback */
    bool leaving;
    bool over;
    bool refused; /* by SASL */
    char why[200];
    char show[8];
    char *status;
    unsigned attempts;
    long long retry_at; /* monotonic */
};

/* Asks for the roster; everything follows from its answer. */
void session_in_begin(struct session *s);
void session_send(struct session *s, xmpp_stanza_t *take);
void session_send_presence(struct session *s);
