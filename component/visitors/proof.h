/* proof.h - what one check-in has proved: a JWT that is good by the rules of the visitor's site
 * (docs/PROTOCOL.md section 19), and what it may do.
 *
 * A JWT brings somebody in. One that has run out, or whose jti was used, does not: it is worth
 * something only for who has been let in already, and shows a token of theirs, or the same stream.
 */
#pragma once

#include "visitors/jwt.h"

#include <stdbool.h>

struct endpoint;
struct visitors;

/* What a site asks of its visitors. */
struct proof_site {
    const char *site;
    bool is_required;   /* nobody comes in without */
    bool is_shared;     /* the same person is one visitor on all devices */
    time_ms session_ms; /* so long behind its iat a JWT brings back who was let in */
    struct jwt_rules rules;
};

struct proof {
    struct jwt_claims claims;
    bool has_expired;
    bool is_backed; /* by a token, or the stream, of that same person */
};

struct visitors_config;
/* The whole configuration is in force then; of it the list of sites is copied, their strings and
 * keys are borrowed. */
void proof_configure(struct visitors *v, const struct visitors_config *config);
void proof_finish(struct visitors *v);
/* NULL: the site has no keys. */
const struct proof_site *proof_site(const struct visitors *v, const char *site);
/* NULL: it is no good (logged), and counts as a guess unless it has merely run out. */
struct proof *proof_read(struct visitors *v, const struct endpoint *e, const char *token);
void proof_destroy(struct proof *p); /* NULL is fine */
/* May somebody come in with it now? */
bool proof_is_good(const struct visitors *v, const struct endpoint *e, const struct proof *p);
/* Somebody has come in with it: its jti is used. */
void proof_use(struct visitors *v, const struct endpoint *e, const struct proof *p);
/* Every minute: forgets the jti of what has run out. */
void proof_tick(struct visitors *v);
