/* filling.h - a text with places that are filled in when it is used: "Hello {name|there},".
 *
 * A name of the table in braces; behind a bar what stands there if it is empty. Where that is
 * missing too, nothing is left over that a reader would notice: the blanks before it go, and at the
 * start of a line the comma behind it. "{{" is a brace; so is one without a small letter behind. */
#pragma once

#include "base/buf.h"

struct filling_value {
    const char *name; /* small letters; NULL ends the table */
    const char *value;
};

/* The first name in the text that is not in the table, or what is no name at all; free() it. NULL:
 * all are known. */
char *filling_unknown_dup(const char *text, const struct filling_value *table);
void filling_write(struct buf *out, const char *text, const struct filling_value *table);
