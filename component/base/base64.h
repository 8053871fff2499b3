/* base64.h - what others have written in base64 (RFC 4648 section 4). */
#pragma once

#include <stddef.h>

/* The bytes, to be freed; blanks and line ends between are left out, as in vCards. NULL: it is no
 * base64, or it is more than max bytes. */
unsigned char *base64_decode_dup(const char *text, size_t max, size_t *len);
