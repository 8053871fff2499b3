/* digest.h - SHA-1 in base64, for entity capabilities (XEP-0115): no secret depends on it; SHA-256
 * of what comes in pieces. */
#pragma once

#include <stddef.h>

enum { DIGEST_SHA1_BASE64_SIZE = 29, DIGEST_SHA256_HEX_SIZE = 65 };

void digest_sha1_base64(const char *bytes, size_t len, char out[DIGEST_SHA1_BASE64_SIZE]);

struct digest;
struct digest *digest_sha256_create(void);
void digest_destroy(struct digest *d); /* NULL is fine */
void digest_add(struct digest *d, const char *bytes, size_t len);
void digest_finish_hex(struct digest *d, char out[DIGEST_SHA256_HEX_SIZE]);
