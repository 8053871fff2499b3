/* jwt_key.h - a key that a website's JWTs are checked with. Each key is good for one algorithm,
 * whatever a JWT says of itself: HS256 (a shared secret) or EdDSA (the public half of an Ed25519
 * pair). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct jwt_key;

/* RFC 7518 section 3.2: no shorter than the hash. */
enum { JWT_SECRET_MIN = 32, JWT_PEM_MAX = 4096 };

/* NULL: it is no good; *complaint says why, and reads on after the file's name (free()). */
struct jwt_key *jwt_key_of_secret(const char *secret, char **complaint);
/* A public key in PEM (SubjectPublicKeyInfo). */
struct jwt_key *jwt_key_of_pem(const char *pem, char **complaint);
void jwt_key_destroy(struct jwt_key *k); /* NULL is fine; what it holds is overwritten */
/* "HS256" or "EdDSA". */
const char *jwt_key_algorithm(const struct jwt_key *k);
/* Is that the signature of those bytes? In constant time. */
bool jwt_key_verifies(const struct jwt_key *k, const char *bytes, size_t len,
                      const unsigned char *signature, size_t signature_len);
