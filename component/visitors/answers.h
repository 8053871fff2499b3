/* answers.h - what was submitted of a data form (XEP-0004), cleaned for the desk. */
#pragma once

#include "desk/desk_questions.h"
#include "xml/element.h"

enum { ANSWERS_MAX = 32 }; /* fields; more are not read */

struct answers {
    struct form_value values[ANSWERS_MAX]; /* strings are owned */
    size_t count;
};

/* What is one line is cleaned as names are, what is more as lines of a chat are. form: NULL is an
 * empty one. */
void answers_init(struct answers *a, const struct element *form);
void answers_finish(struct answers *a);
struct filled answers_filled(const struct answers *a); /* borrowed */
