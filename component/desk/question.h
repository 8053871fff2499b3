/* question.h - a form that visitors are asked to fill in, by an agent or before a chat begins
 * (prechat.h), and one as it was asked.
 *
 * What was asked is kept with its line as a text that says all of it, so that an answer is looked
 * at by the form that the visitor saw, whatever the configuration says by then:
 *
 *     form return
 *     title Return of goods
 *     instructions So that we can send you a label.
 *     field order required text
 *     label Number of the order
 *     field reason optional choice
 *     label Why?
 *     option too small
 *     option broken
 *     field label optional text
 *     label Number of the label
 *     pattern RE-#### */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum question_kind {
    QUESTION_TEXT,
    QUESTION_LINES,
    QUESTION_EMAIL,
    QUESTION_CHOICE,  /* one of its options */
    QUESTION_CHOICES, /* any of them, a line each */
    QUESTION_TICK     /* "yes" or "no"; where it is required, "yes" */
};

/* BYTES: of the whole text. Points of what may be written into a field. */
enum {
    QUESTION_FIELDS = 12,
    QUESTION_OPTIONS = 20,
    QUESTION_BYTES = 4000,
    QUESTION_NAME_POINTS = 40, /* of the field "name" */
    QUESTION_TEXT_POINTS = 200,
    QUESTION_LINES_POINTS = 1000
};

struct question_field {
    const char *id; /* of what is known then: "name", "email", "phone", or a word */
    const char *label;
    enum question_kind kind;
    bool required;
    const char *pattern; /* of a TEXT (base/shape.h); NULL: any */
    const char *options[QUESTION_OPTIONS];
    size_t option_count;
};

/* Each text is one line. */
struct question {
    const char *id;
    const char *title;
    const char *instructions; /* "": none */
    struct question_field fields[QUESTION_FIELDS];
    size_t field_count;
    char *bytes; /* of question_read; else NULL */
};

/* free() it. */
char *question_print(const struct question *q);
/* NULL: it is none. */
struct question *question_read(const char *text);
void question_destroy(struct question *q);
/* What it asks in words, for who has no form: free() it. text: the agent's words before it, or "".
 */
char *question_words_dup(const struct question *q, const char *text);
/* May that be the answer? value was cleaned, "": left out. */
bool question_fits(const struct question_field *f, const char *value);
