/* unicode.h - UTF-8 decoding and the few properties of characters that text.c needs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNICODE_REPLACEMENT = 0xFFFD };

/* Decodes one code point of len > 0 bytes. Returns its length, or 0 if the bytes do not begin with
 * well-formed UTF-8 (overlong, surrogate, above U+10FFFF, cut short). */
size_t unicode_decode(const char *bytes, size_t len, uint32_t *point);
/* Writes 1 to 4 bytes and returns how many. point is a scalar value. */
size_t unicode_encode(uint32_t point, char out[4]);

bool unicode_is_xml(uint32_t point);     /* XML 1.0 section 2.2 */
bool unicode_is_control(uint32_t point); /* Cc */
bool unicode_is_format(uint32_t point);  /* Cf: bidi, zero width, tags */
bool unicode_is_mark(uint32_t point);    /* Mn, Me: what stacks on a base */
bool unicode_is_space(uint32_t point);   /* White_Space */
bool unicode_is_newline(uint32_t point); /* LF, VT, FF, CR, NEL, LS, PS */
bool unicode_is_invisible(
    uint32_t point); /* nothing to see by itself: the above, fillers, selectors */
bool unicode_is_zero_width(
    uint32_t point); /* ZWSP, ZWNJ, ZWJ, WJ, BOM, MVS: worth nothing at an end */
