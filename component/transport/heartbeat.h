/* heartbeat.h - is the component stream alive, and is it ours alone? No socket, no clock: the link
 * tells it the time.
 *
 * A XEP-0199 ping from our domain to our domain is routed back to us by the server. Its id carries
 * a nonce, so that a ping of another connection under our name is known as a stranger's: ejabberd
 * accepts a second connection and splits stanzas between the two (V-142). */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "transport/link.h"
#include "xml/element.h"

#include <stdbool.h>

struct heartbeat {
    char nonce[ID_SIZE];
    unsigned long long number;
    bool is_asking;
    bool is_hasty; /* until the first answer: patience is first_answer_ms */
    time_ms asked;
    time_ms heard; /* when the last byte came */
    unsigned strangers;
};

enum heartbeat_kind { HEARTBEAT_OTHER, HEARTBEAT_OURS, HEARTBEAT_STRANGER };
enum heartbeat_verdict { HEARTBEAT_WAIT, HEARTBEAT_ASK, HEARTBEAT_DEAD };

void heartbeat_init(struct heartbeat *h);
/* A new connection. hasty: its first ping has first_answer_ms, not answer_ms. */
void heartbeat_begin(struct heartbeat *h, bool hasty, time_ms now);
/* Writes the next ping. */
void heartbeat_ask(struct heartbeat *h, const char *domain, struct buf *out, time_ms now);
/* Is this stanza a link's ping that came back (iq get, result or error), and whose? */
enum heartbeat_kind heartbeat_read(struct heartbeat *h, const char *domain,
                                   const struct element *stanza);
/* What is to be done now; *wait_ms is when to look again (not with DEAD). */
enum heartbeat_verdict heartbeat_look(const struct heartbeat *h, const struct link_pace *pace,
                                      time_ms now, time_ms *wait_ms);
