/* jwt.h - what a website has signed about its visitor: a JWT (RFC 7519) in its compact form,
 * checked by rules that leave no choice to whoever sends it (RFC 8725). docs/PROTOCOL.md section 19
 * says what is asked of one.
 *
 * Nothing of the payload is read before the signature is good. Strict: what is not understood, or
 * written in another way than it must be, is refused. */
#pragma once

#include "base/clock.h"
#include "visitors/jwt_key.h"

enum {
    JWT_MAX = 4096, /* bytes of all of it */
    JWT_SUBJECT_BYTES = 128,
    JWT_NAME_POINTS = 40,
    JWT_VALUE_POINTS = 200,
    JWT_SKEW_MS = 60 * 1000 /* how far clocks may differ */
};

struct jwt_named_key {
    const char *id; /* kid; "" for those JWTs alone that name none */
    const struct jwt_key *key;
};

/* Of one site. Borrowed. */
struct jwt_rules {
    const struct jwt_named_key *keys; /* one at least; the first is for JWTs without kid */
    size_t key_count;
    const char *audience;
    const char *issuer; /* NULL: any, or none */
    time_ms lifetime_ms;
    const char *const *attributes; /* claims that are kept */
    size_t attribute_count;
};

enum jwt_verdict {
    JWT_GOOD,
    JWT_EXPIRED, /* all else is good, and the claims are filled */
    JWT_MALFORMED,
    JWT_WRONG_ALGORITHM,
    JWT_UNKNOWN_KEY,
    JWT_WRONG_SIGNATURE,
    JWT_WRONG_CLAIMS, /* one is missing, or not of its kind */
    JWT_WRONG_AUDIENCE,
    JWT_WRONG_ISSUER,
    JWT_TOO_LONG, /* it would be good for longer than the site allows */
    JWT_TOO_EARLY,
    JWT_VERDICTS
};

/* Clean text, one line each; jwt_claims_finish. */
struct jwt_claims {
    char *subject;
    char *id;    /* jti; "": none */
    char *name;  /* "": it says none */
    char *email; /* likewise */
    char *shown; /* lines "claim: value": name, email, and those of the rules' attributes */
    time_ms issued;
    time_ms expires;
};

enum jwt_verdict jwt_verify(const struct jwt_rules *rules, const char *token, time_ms now,
                            struct jwt_claims *claims);
void jwt_claims_finish(struct jwt_claims *claims);
/* For the log: why it is not good. */
const char *jwt_verdict_words(enum jwt_verdict verdict);
