/* id.h - random identifiers from getrandom(2). */
#pragma once

#include <stddef.h>

enum { ID_SIZE = 27, ID_TOKEN_SIZE = 53, ID_HASH_SIZE = 65 };

/* len random bytes. They are drawn for many calls at a time: of a process that has forked only
 * one may call it. */
void id_bytes(void *out, size_t len);
/* 26 letters and digits (a-z, 2-7: 130 bits), safe in a JID's local part and in a URL. */
void id_random(char out[ID_SIZE]);
/* 52 letters and digits: 260 bits, for what must not be guessed. */
void id_token(char out[ID_TOKEN_SIZE]);
/* SHA-256 as 64 hex digits: tokens are stored only like this. */
void id_hash(const char *token, char out[ID_HASH_SIZE]);
/* Uniform in [0, bound), bound > 0 (jitter). */
unsigned id_below(unsigned bound);
