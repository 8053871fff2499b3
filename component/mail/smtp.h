/* smtp.h - one mail to an SMTP server, by libcurl. Blocks: for the courier's thread, and for
 * `tresen check`.
 *
 * Nothing is sent in clear text (STARTTLS, RFC 3207, or TLS from the start, RFC 8314), nor to a
 * server whose certificate is not good for its name; only a server on this machine may be excepted
 * (tls false). A connection serves one mail. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

struct smtp_server {
    const char *url;  /* smtp://host:port or smtps://host:port */
    const char *ehlo; /* our name */
    bool tls;
    const char *user; /* NULL: no AUTH */
    const char *password;
    const char *ca_file; /* NULL: the system's */
};

struct smtp_mail {
    const char *from;
    const char *to;
    const char *text; /* mail/message.h */
};

enum smtp_result {
    SMTP_DONE,
    SMTP_REFUSED,  /* this mail, for good */
    SMTP_PUT_OFF,  /* this mail, for now */
    SMTP_NO_SERVER /* cannot be reached, or not safely, or takes nothing from us */
};

enum { SMTP_WORDS = 240 };

struct smtp_answer {
    enum smtp_result result;
    bool has_auth;          /* the server offers AUTH */
    char words[SMTP_WORDS]; /* why not, for people, one line; it may name the recipient */
};

/* ends: becomes true when there is no time any more; NULL. */
void smtp_send(const struct smtp_server *server, const struct smtp_mail *mail,
               const atomic_bool *ends, struct smtp_answer *out);
/* The same up to where a mail would begin, and not further. */
void smtp_try(const struct smtp_server *server, struct smtp_answer *out);
