/* desk_questions.h - what agents ask visitors to do: to open a page, to answer a form. */
#pragma once

#include "desk/desk.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- pages that agents offer (desk_page.c) ----
 *
 * An offer is a line of the agent's: the text, and in its last line the address, which the caller
 * has checked. What the visitor does with it is an entry of its own, about that line, for the
 * record, the agents and the visitor's other pages. The first answer counts. */
enum { DESK_PAGE_BYTES = 1000 };
/* The address; NULL: it is no offer. */
const char *desk_offered_page(const struct entry_record *e);
/* Its event is "opened" or "declined", its body the address. */
bool desk_is_page_answer(const struct entry_record *e);
/* text: "" none. DESK_FORBIDDEN: only who speaks in the ACTIVE chat. DESK_NOT_FOUND: no open chat.
 */
enum desk_result desk_agent_offer_page(struct desk *d, time_ms now, const char *agent,
                                       const char *visitor, const char *text, const char *url);
/* DESK_NOT_FOUND: that line is no offer. DESK_REPEATED: it was answered. DESK_CLOSED: the chat has
 * ended. */
enum desk_result desk_visitor_answer_page(struct desk *d, time_ms now, const char *visitor,
                                          int64_t line, bool opened);

/* ---- forms that agents send (desk_ask.c, question.h) ----
 *
 * One waits at a time. What was asked is a line of the agent's, in words; its entry keeps the form
 * as it was. The visitor's answer, or refusal, or an agent who takes it back, is an entry about
 * that line; the first counts. What was answered is known of the visitor then, as by
 * desk_agent_correct, and waits for an answer as a line does. */
struct form_view {
    const char *id;
    const char *title;
};
/* Those for that visitor's chat, in the order of the configuration; false behind the last. */
bool desk_form(const struct desk *d, const char *visitor, size_t at, struct form_view *out);
/* What that line asked, for question_read; NULL: it is no form. */
const char *desk_asked(const struct entry_record *e);
/* Its event is "form-answered", "form-declined" or "form-withdrawn", its body begins with the
 * form's title. */
bool desk_is_form_answer(const struct entry_record *e);
/* The same, or what was filled in before the chat began (prechat.h), which is about no line. */
bool desk_tells_of_form(const struct entry_record *e);
/* text: before it, "" none. DESK_FORBIDDEN: only who speaks in the ACTIVE chat. DESK_NOT_FOUND: no
 * open chat. DESK_FORM: there is no such form. DESK_REPEATED: one waits already. */
enum desk_result desk_agent_ask(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *form, const char *text);
/* The one that waits is taken back. DESK_REPEATED: none waits. */
enum desk_result desk_agent_unask(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor);
struct form_value {
    const char *field;
    const char *value; /* cleaned; several options are a line each */
};
/* What a visitor has filled in; values of other fields are ignored. */
struct filled {
    const struct form_value *values;
    size_t count;
};
struct form_answer {
    int64_t line;          /* what was asked; 0: what waits */
    const char *sender_id; /* repeats are recognised by it; "" none */
    bool declined;
    struct filled filled;
};
struct form_outcome {
    int64_t sequence; /* of the answer */
    char *wrong;      /* DESK_FORM: label of a field; free() it */
};
/* DESK_REPEATED: the same answer again. DESK_FORM: a value does not fit, or is missing.
 * DESK_NOT_FOUND: that was not asked. DESK_TOO_MANY: it was answered, declined or withdrawn.
 * DESK_CLOSED: the chat has ended. */
enum desk_result desk_visitor_answer_form(struct desk *d, time_ms now, const char *visitor,
                                          const struct form_answer *a, struct form_outcome *out);
