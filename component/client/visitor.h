/* visitor.h - the probe's visitor: a browser's part, played over a WebSocket (RFC 6455, RFC 7395)
 * as docs/PROTOCOL.md has it. */
#pragma once

#include "client/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <strophe.h>

struct visitor;

/* What the visitor has been told so far. */
struct visitor_news {
    bool is_bound;         /* stream, SASL ANONYMOUS and bind are done */
    char visitor[128];     /* name at the desk, by the answer to the check-in */
    char availability[16]; /* of the department, newest word; "" unknown */
    bool is_stored;        /* a receipt for our line came */
    char answer[512];      /* newest line of an agent */
    char answer_id[128];
    char answered_by[128];
    bool is_closed; /* the chat has ended */
    char why[200];  /* what went wrong, "" nothing */
};

/* Connects and waits for the WebSocket handshake. NULL: why says why not. strophe reads and writes
 * the XML. */
struct visitor *visitor_create(xmpp_ctx_t *strophe, const struct address *address,
                               const char *origin, const char *ca_file, const char *department,
                               char *why, size_t size);
void visitor_destroy(struct visitor *v); /* NULL is fine; closes the stream */
int visitor_fd(const struct visitor *v);
/* Reads what has come and goes on with the login. False: the stream has ended. */
bool visitor_turn(struct visitor *v);
const struct visitor_news *visitor_news(const struct visitor *v);

/* The visit is to be offered to this agent only. */
void visitor_check_in(struct visitor *v, const char *agent);
/* Directed presence: from now on the department says how it stands. */
void visitor_watch(struct visitor *v);
void visitor_say(struct visitor *v, const char *text);
/* Receipt and displayed marker for the newest answer. */
void visitor_acknowledge(struct visitor *v);
