/* tokens.h - what a browser comes back with: 256 bits, stored as their hash, another one at each
 * check-in (docs/PROTOCOL.md section 2, decision 0017). */
#pragma once

#include "base/id.h"
#include "visitors/visitors_state.h"

/* Another one for whom the endpoint speaks for, stored as its hash. */
void tokens_renew(struct visitors *v, struct endpoint *e, char token[ID_TOKEN_SIZE]);
/* That token was shown, and t is what is stored of it. proved: beside a JWT of its own visitor, who
 * may have others on other devices. False: it is worth nothing any more. */
bool tokens_is_good(struct visitors *v, const struct token_record *t, bool proved);
/* The two that the endpoint has shown and was given last. */
void tokens_drop(struct visitors *v, const struct endpoint *e);
/* Unknown ones, and JWTs that are not accepted, are bounded: ten a minute from one network address,
 * or account (V-075). */
bool tokens_may_guess(const struct visitors *v, const struct endpoint *e);
void tokens_count_guess(struct visitors *v, const struct endpoint *e);
