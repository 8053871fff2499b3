/* story_peer.h - an SMTP server on this machine that takes everything, but says one refusal to one
 * verb. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct peer {
    const char *verb;    /* as "RCPT"; "HELO": the greeting; "END": the whole mail; "": none */
    const char *refusal; /* what is said to it, instead */
    int listener;
    uint16_t port; /* 0 before the first peer_listens; the same from then on */
    char url[40];
    char said[8192]; /* by clients; of a mail each line, too. To be read when none is there */
    size_t len;
    atomic_uint clients; /* that came so far */
    pthread_t thread;
};

void peer_listens(struct peer *p);
void peer_is_gone(struct peer *p); /* whoever is there is served to the end */
/* Its port is open and connects, but nobody ever says a word. */
void peer_is_silent(struct peer *p);
