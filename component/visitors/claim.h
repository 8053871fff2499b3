/* claim.h - what a check-in says: where the visitor is, and who (docs/PROTOCOL.md section 2). It
 * lives until it was answered; while a visitor is looked up its endpoint holds it. */
#pragma once

#include "base/id.h"
#include "base/list.h"
#include "visitors/answers.h"
#include "visitors/proof.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"

/* What a check-in said, cleaned. Strings are owned. */
struct claim {
    struct visitors *v;
    struct endpoint *e;
    char *department;
    char *iq_id; /* NULL: no iq to answer (found by address) */
    char *iq_to;
    char *url, *title, *referrer, *language, *zone, *browser;
    char *only_agent;   /* of a probe's visit, "" otherwise */
    char *name, *email; /* answers to the form, "" without */
    char *invitation;   /* the id of the one that was taken, "" without */
    bool answers;       /* the form came with it, with these fields */
    struct answers filled;
    bool agrees;     /* and the consent in it */
    bool says_watch; /* it says whether agents may see who is on the page: */
    bool may_watch;
    enum stanza_error refusal; /* of one that was refused, and its words */
    enum visitor_word why;
    char token_hash[ID_HASH_SIZE]; /* "" without a token */
    bool by_subject;               /* what is looked up is who the JWT names */
    struct proof *proof;           /* NULL: it came without a JWT, or with one that is no good */
    uint64_t mark;                 /* desk_ticket_mark, of when it was looked up */
    struct list lookup_link;       /* lookups.h, while it waits */
};

/* visit: the element of a check-in; NULL: it is only somebody's first stanza. */
struct claim *claim_read(struct visitors *v, struct endpoint *e, const struct stanza *s,
                         const struct element *visit);
void claim_destroy(struct claim *c);
/* page.c: it has led to that visitor, who is on that page: whether agents may see it, as the page
 * says now or has said on this stream. */
void page_arrived(const struct claim *c, const char *visitor);
/* Which invitation that visitor has taken, for the desk; an id that the configuration does not have
 * is nothing. */
void claim_hear_invitation(const struct claim *c, const char *visitor);
/* An attribute of e, which may be NULL: on one line, or the address of a page on the web. free().
 */
char *claim_name_dup(const struct element *e, const char *attribute, size_t points);
char *claim_url_dup(const struct element *e, const char *attribute);
enum { CLAIM_TITLE_POINTS = 200 };
