/* own_field.h - fields that a department's tickets have besides those that all have.
 *
 * Names, kinds and rules are the configuration's; what is written is checked against them and kept
 * as it is read everywhere: a number with a point, a date as 2026-12-31, an answer of a list as the
 * list has it, "yes" or "no". A pattern is a shape (base/shape.h): # is a digit, @ a letter, ?
 * either, all else is itself, a letter in any case. What was kept stays when the configuration
 * changes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum own_kind { OWN_TEXT, OWN_NUMBER, OWN_DATE, OWN_LIST, OWN_BOOLEAN };

/* Of a department; of a list; of a text and of a number. */
enum { OWN_FIELDS = 20, OWN_OPTIONS = 30, OWN_VALUE_BYTES = 400, OWN_NUMBER_BYTES = 20 };

struct own_field {
    const char *name; /* [a-z0-9-] */
    const char *label;
    enum own_kind kind;
    bool required;              /* without it a ticket is not SOLVED */
    const char *const *options; /* of a LIST */
    size_t option_count;
    const char *pattern; /* of a TEXT; NULL: any */
};

/* As it is kept; free() it. NULL: it does not fit. value is not "". */
char *own_field_value_dup(const struct own_field *f, const char *value);
/* text begins with its name or label, in any case, and a blank or nothing behind it: how long that
 * is; 0: it does not. */
size_t own_field_begins(const struct own_field *f, const char *text);

/* ---- those of a department ---- */

struct own_fields;
/* A copy of the first OWN_FIELDS. */
struct own_fields *own_fields_create(const struct own_field *fields, size_t count);
void own_fields_destroy(struct own_fields *all); /* NULL is fine */
/* NULL behind the last; all may be NULL. */
const struct own_field *own_fields_at(const struct own_fields *all, size_t at);
const struct own_field *own_fields_find(const struct own_fields *all, const char *name);
