/* digest.h - SHA-1 in base64, for entity capabilities (XEP-0115): no secret depends on it. */
#pragma once

#include <stddef.h>

enum { DIGEST_SHA1_BASE64_SIZE = 29 };

void digest_sha1_base64(const char *bytes, size_t len, char out[DIGEST_SHA1_BASE64_SIZE]);
