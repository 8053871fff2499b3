/* message.h - one e-mail as it goes out: plain text in UTF-8 (RFC 5322, 2045, 2047).
 *
 * The one writer of headers. It refuses what could begin another header or another command, so
 * that nothing that somebody typed is ever more than the text or the address it was meant as. All
 * that it writes is ASCII, in lines of at most 78 characters that end with CR LF; an id stands on
 * one line, however long it is: not all who read it put it together again. */
#pragma once

#include "base/clock.h"

struct message {
    const char *from_name; /* UTF-8, one line */
    const char *from;      /* addresses: email_is_mailable */
    const char *to;
    const char *reply_to;  /* NULL: none */
    const char *subject;   /* UTF-8, one line */
    const char *id;        /* of Message-ID, without <> */
    const char *thread;    /* of References: the same for all that belongs together */
    const char *automatic; /* RFC 3834: auto-replied, auto-generated */
    const char *language;  /* of the text: en, de, … */
    time_ms at;
    const char *body; /* UTF-8; lines end with \n */
};

/* free() it; NULL: something in a header may not stand there. */
char *message_print(const struct message *m);
