/* bosh_body.h - the <body/> element of XEP-0124: what one says, and how ours are written. Pure. */
#pragma once

#include "base/buf.h"
#include "xml/element.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader_profile;

enum { BOSH_KEY_SIZE = 41 };

struct bosh_body {
    struct element *root; /* the element itself; its children are the payload */
    uint64_t rid;         /* at most 2^53 - 1 */
    const char *sid;      /* NULL: creates a session; all strings are borrowed from root */
    const char *key;      /* NULL: none */
    const char *new_key;  /* NULL: none */
    const char *to;
    const char *version; /* xmpp:version; NULL: none */
    unsigned wait_s;     /* as wished; UINT_MAX if it was no number */
    bool has_hold;       /* hold is wished (anything but 0) */
    bool is_restart;
    bool is_terminate;
};

/* NULL and *out filled (root is the caller's), or the condition to terminate with. */
const char *bosh_body_read(struct bosh_body *out, const struct reader_profile *profile,
                           const char *bytes, size_t len);
/* Is key the one whose SHA-1 in hexadecimal digits is expected (XEP-0124 section 15)? */
bool bosh_key_fits(const char *key, const char *expected);
bool bosh_is_key(const char *key); /* 40 hexadecimal digits */

struct bosh_welcome {
    const char *sid;
    const char *domain;
    unsigned wait_s;
    unsigned inactivity_s;
    unsigned hold;
};

/* Appends the start tag of an answer; then the payload is appended, then bosh_body_end. */
void bosh_body_welcome(struct buf *out, const struct bosh_welcome *welcome);
void bosh_body_start(struct buf *out);
/* condition NULL: a plain end. */
void bosh_body_terminate(struct buf *out, const char *condition);
void bosh_body_end(struct buf *out);
