/* text.h - UTF-8 and what may stand in a line that people read.
 *
 * "XML characters" are those of XML 1.0 section 2.2: no C0 but tab, newline, return; no surrogates,
 * no U+FFFE/U+FFFF. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

bool text_is_utf8(const char *bytes, size_t len); /* strict: no overlong forms, no surrogates */
bool text_is_xml(const char *bytes, size_t len);  /* strict UTF-8 and only XML characters */
size_t text_count(const char *text);              /* code points of valid UTF-8 */
/* Copy with everything that is no XML character replaced by U+FFFD; free() it. */
char *text_clean_dup(const char *text);
/* Copy cut at max_points code points, never inside one, and at max_bytes bytes; free() it. */
char *text_clip_dup(const char *text, size_t max_points, size_t max_bytes);
/* A name or title on one line: control and format characters (Cc, Cf: bidi, zero width) dropped,
 * white space folded, at most eight combining marks on a base (V-110 to V-113), cut at max_points.
 * "" when nothing is left. free() it. */
char *text_name_dup(const char *text, size_t max_points);
/* Body of a message: CR LF, CR, U+0085, U+2028/9, VT, FF become newline; other control characters
 * but tab dropped (C0, DEL, C1: terminals obey them); at most eight combining marks on a base;
 * leading and trailing white space and zero-width characters trimmed. "" when nothing visible is
 * left. free() it. */
char *text_body_dup(const char *text);
/* A page address without what follows '?' and '#', without user:password@, white space and control
 * or format characters; free() it. */
char *text_url_dup(const char *url, size_t max_bytes);
enum { TEXT_EMAIL_BYTES = 254 };
/* A plausible address: one @ with something on both sides and no blanks. */
bool text_is_email(const char *text);
bool text_equal(const char *a, const char *b); /* NULL equals NULL */
/* Constant time in the length of b (secrets). */
bool text_equal_secret(const char *a, const char *b);
