/* form.h - data forms (XEP-0004): what was submitted, and fields that are written. */
#pragma once

#include "xml/element.h"
#include "xml/writer.h"

#include <stdbool.h>

/* Field types that we write (XEP-0004 3.3). */
enum form_type {
    FORM_TEXT_SINGLE,
    FORM_TEXT_MULTI,
    FORM_LIST_SINGLE,
    FORM_LIST_MULTI,
    FORM_BOOLEAN
};

/* The form of that type ('submit', 'form', …) directly inside parent; NULL: none. */
const struct element *form_find(const struct element *parent, const char *type);
/* The value of a field, several joined by newlines, as it was read; NULL: no such field. free() it.
 */
char *form_value_dup(const struct element *form, const char *var);

/* type: 'form' or 'result', a constant. The form is left open for fields; writer_close ends it. */
void form_open(struct writer *w, const char *type, const char *title);
/* Left open, for options; writer_close ends it. value: NULL none; of FORM_TEXT_MULTI and
 * FORM_LIST_MULTI each line is one. */
void form_open_field(struct writer *w, enum form_type type, const char *var, const char *label,
                     bool required, const char *value);
void form_option(struct writer *w, const char *value, const char *label);
