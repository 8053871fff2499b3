/* base64.h - what others have written in base64 (RFC 4648 sections 4 and 5). */
#pragma once

#include <stddef.h>

/* The bytes, to be freed; blanks and line ends between are left out, as in vCards. NULL: it is no
 * base64, or it is more than max bytes. */
unsigned char *base64_decode_dup(const char *text, size_t max, size_t *len);
/* The same of base64url as signatures have it (RFC 7515): no padding, no blanks, and one way alone
 * to write the same bytes. text_len characters; more than max bytes are NULL, too. A zero stands
 * behind the bytes. */
unsigned char *base64url_decode_dup(const char *text, size_t text_len, size_t max, size_t *len);
