/* escape.h - what people wrote, on its way into a page, a spreadsheet or a terminal.
 *
 * Control characters go everywhere (terminals obey them), and what turns the direction of text
 * around, since it makes a line read as something else. */
#pragma once

#include <stdio.h>

void escape_html(FILE *out, const char *text); /* as text, and inside an attribute in "" */
/* One field, quoted. A spreadsheet runs what begins with = + - @ (or the wide forms of these) as a
 * formula, so an apostrophe is put before it. Line feeds stay. */
void escape_csv(FILE *out, const char *text);
/* One line of a terminal. width: as many characters, filled with blanks or cut with an ellipsis; 0:
 * as it is. */
void escape_plain(FILE *out, const char *text, size_t width);
/* Copy without what is in no output: for JSON. Line feeds stay. free() it. */
char *escape_json_dup(const char *text);
