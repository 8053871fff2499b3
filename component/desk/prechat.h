/* prechat.h - what a department asks before a chat begins, beside name, e-mail address and consent:
 * a form of the configuration (question.h), for each chat anew.
 *
 * What was filled in is known of the visitor at once, so that rules can look at it, and stands in
 * the record of the chat that begins with it: a notice "form-answered" of the visitor's, about no
 * line, before the first one; none, where all was left out. Between the two it is in memory only,
 * as long as the visitor is: who leaves in between is asked again. What was left out is not known
 * any more; where the form is not filled in at all, what was known stays. */
#pragma once

#include "desk/desk.h"
#include "desk/desk_questions.h"

struct chat;
struct department;
struct question;
struct visitor;

/* Of a visitor who has filled it in, and not begun the chat yet. */
struct prechat {
    char *department; /* its id; NULL: of none */
    char *words;      /* filled_words_dup */
};

/* What is to be asked now; NULL: nothing: there is no such form, it was filled in, or a chat is
 * open. Borrowed until the desk is configured. */
const struct question *desk_prechat(const struct desk *d, const char *visitor,
                                    const char *department);
/* DESK_NOT_FOUND: desk_prechat asks nothing, or nothing of it was answered. DESK_FORM: a value does
 * not fit, or is missing; nothing was taken. */
enum desk_result desk_visitor_prechat(struct desk *d, time_ms now, const char *visitor,
                                      const char *department, const struct filled *f);

/* ---- of the desk ---- */

/* text: of question_print; NULL: nothing is asked. */
void prechat_configure(struct department *p, const char *text);
/* Nothing that is required is missing. */
bool prechat_is_answered(const struct department *p, const struct visitor *v);
/* A chat has begun. */
void prechat_begin(struct desk *d, time_ms now, struct chat *c);
void prechat_finish(struct prechat *prechat);
