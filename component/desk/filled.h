/* filled.h - what a visitor has filled in: whether it is an answer to the questions, its words for
 * the record, and what is known of the visitor by it. */
#pragma once

#include "desk/desk_questions.h"
#include "desk/question.h"

struct desk;
struct visitor;

/* "": it was left out. Of a box "yes" or "no", for what clients send (XEP-0004 3.3: 1, true, …). */
const char *filled_value(const struct filled *f, const struct question_field *field);
/* The first question whose value does not fit, or is missing; NULL: all do. */
const struct question_field *filled_find_wrong(const struct filled *f, const struct question *q);
/* "Title\nLabel: value\n…", without what was left out; lines of a value stand in, so that none can
 * be taken for another question. free() it. */
char *filled_words_dup(const struct filled *f, const struct question *q);
/* As agents' `!set` would, each on one line; what does not fit there, or is known better (by the
 * website's signature), stands in the record alone. Stores it, and tells who sees the visitor. */
void filled_know(struct desk *d, struct visitor *v, const struct filled *f,
                 const struct question *q);
