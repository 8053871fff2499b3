/* Forms that agents send to visitors. A question is a line of the agent's with the event "form" and
 * the form as it was asked (question.h); what becomes of it is an entry of its own, about that
 * line: "form-answered" or "form-declined" by the visitor, "form-withdrawn" by an agent. */
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/desk_state.h"
#include "desk/filled.h"
#include "desk/participant.h"
#include "desk/question.h"

#include <stdlib.h>
#include <string.h>

/* ---- the forms ---- */

static void form_finish(struct asked_form *f)
{
    free(f->id);
    free(f->title);
    free(f->text);
    for (size_t i = 0; i < f->department_count; i++) {
        free(f->departments[i]);
    }
    free(f->departments);
}

void desk_install_forms(struct desk *d, const struct desk_form *forms, size_t count)
{
    for (size_t i = 0; i < d->form_count; i++) {
        form_finish(&d->forms[i]);
    }
    free(d->forms);
    d->forms = mem_array(count + 1, sizeof *d->forms);
    d->form_count = count;
    for (size_t i = 0; i < count; i++) {
        struct asked_form *f = &d->forms[i];
        f->id = mem_dup(forms[i].id);
        f->title = mem_dup(forms[i].title);
        f->text = mem_dup(forms[i].text);
        f->department_count = forms[i].department_count;
        f->departments = mem_array(f->department_count + 1, sizeof *f->departments);
        for (size_t k = 0; k < f->department_count; k++) {
            f->departments[k] = mem_dup(forms[i].departments[k]);
        }
    }
}

static bool is_for(const struct asked_form *f, const struct department *p)
{
    for (size_t i = 0; i < f->department_count; i++) {
        if (text_equal(f->departments[i], p->id)) {
            return true;
        }
    }
    return f->department_count == 0;
}

bool desk_form(const struct desk *d, const char *visitor, size_t at, struct form_view *out)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    for (size_t i = 0; v != NULL && v->chat != NULL && i < d->form_count; i++) {
        const struct asked_form *f = &d->forms[i];
        if (is_for(f, v->chat->department) && at-- == 0) {
            *out = (struct form_view){.id = f->id, .title = f->title};
            return true;
        }
    }
    return false;
}

static const struct asked_form *find_form(const struct desk *d, const struct chat *c,
                                          const char *id)
{
    for (size_t i = 0; i < d->form_count; i++) {
        if (text_equal(d->forms[i].id, id) && is_for(&d->forms[i], c->department)) {
            return &d->forms[i];
        }
    }
    return NULL;
}

/* ---- what was asked ---- */

const char *desk_asked(const struct entry_record *e)
{
    bool is = e->kind == ENTRY_MESSAGE && e->by == BY_AGENT && text_equal(e->event, "form");

    return is && e->form[0] != '\0' ? e->form : NULL;
}

bool desk_tells_of_form(const struct entry_record *e)
{
    return e->kind == ENTRY_NOTICE &&
           (text_equal(e->event, "form-answered") || text_equal(e->event, "form-declined") ||
            text_equal(e->event, "form-withdrawn"));
}

bool desk_is_form_answer(const struct entry_record *e)
{
    return e->about > 0 && desk_tells_of_form(e);
}

static const struct entry_record *find_answer(struct transcript *t, int64_t line)
{
    const struct entry_record *e;

    for (size_t i = t->count; i > 0 && (e = transcript_at(t, i - 1))->sequence > line; i--) {
        if (desk_is_form_answer(e) && e->about == line) {
            return e;
        }
    }
    return NULL;
}

const struct entry_record *ask_find_open(struct transcript *t)
{
    for (size_t i = t->count; i > 0; i--) {
        const struct entry_record *e = transcript_at(t, i - 1);
        if (desk_asked(e) != NULL) {
            bool is_open = e->fate != FATE_RETRACTED && find_answer(t, e->sequence) == NULL;
            return is_open ? e : NULL;
        }
    }
    return NULL;
}

static size_t count_answers(struct transcript *t, int64_t line)
{
    size_t count = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct entry_record *e = transcript_at(t, i);
        count += desk_is_form_answer(e) && e->about == line ? 1 : 0;
    }
    return count;
}

void ask_verify(struct chat *c)
{
    struct transcript *t = &c->transcript;
    size_t open = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct entry_record *e = transcript_at(t, i);
        size_t answers = desk_asked(e) != NULL ? count_answers(t, e->sequence) : 1;
        open += answers == 0 && e->fate != FATE_RETRACTED ? 1 : 0;
        if (answers > 1 || open > 1) {
            BUG("chat %lld: a form was answered twice, or two wait", (long long)c->number);
        }
    }
}

/* ---- agents ---- */

/* The chat in which that agent may ask. */
static enum desk_result find_chat(const struct desk *d, const char *agent, const char *visitor,
                                  struct chat **out)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    *out = v->chat;
    return a != NULL && v->chat->state == CHAT_ACTIVE && participant_speaks(v->chat, a)
               ? DESK_OK
               : DESK_FORBIDDEN;
}

enum desk_result desk_agent_ask(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *form, const char *text)
{
    struct chat *c;
    enum desk_result may = find_chat(d, agent, visitor, &c);
    int64_t sequence;

    desk_pass(d, now);
    if (may != DESK_OK) {
        return may;
    }
    if (ask_find_open(&c->transcript) != NULL) {
        return DESK_REPEATED;
    }
    const struct asked_form *f = find_form(d, c, form);
    struct question *q = f != NULL ? question_read(f->text) : NULL;
    if (q == NULL) {
        return DESK_FORM;
    }
    const struct agent *a = desk_find_agent(d, agent);
    char *body = question_words_dup(q, text);
    desk_say_to_visitor(d, now, c,
                        &(struct entry_record){.kind = ENTRY_MESSAGE,
                                               .by = BY_AGENT,
                                               .agent = a->jid,
                                               .name = a->name,
                                               .sender_id = "",
                                               .event = "form",
                                               .body = body,
                                               .form = f->text},
                        &sequence);
    free(body);
    question_destroy(q);
    return DESK_OK;
}

enum desk_result desk_agent_unask(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor)
{
    struct chat *c;
    enum desk_result may = find_chat(d, agent, visitor, &c);

    desk_pass(d, now);
    if (may != DESK_OK) {
        return may;
    }
    const struct entry_record *asked = ask_find_open(&c->transcript);
    if (asked == NULL) {
        return DESK_REPEATED;
    }
    struct question *q = question_read(asked->form);
    const struct agent *a = desk_find_agent(d, agent);
    const struct entry_record *e =
        chat_add(d, now, c,
                 &(struct entry_record){.kind = ENTRY_NOTICE,
                                        .by = BY_AGENT,
                                        .agent = a->jid,
                                        .name = a->name,
                                        .sender_id = "",
                                        .event = "form-withdrawn",
                                        .body = q != NULL ? q->title : "",
                                        .about = asked->sequence});
    question_destroy(q);
    d->visitor_ports->entry(d->visitor_ports->ctx, visitor, c->address->id, e);
    chat_tell_all(d, c, a, e);
    return DESK_OK;
}

/* ---- the visitor ---- */

/* "Title\nLabel: value\n…"; of a refusal the title alone. */
static char *answer_words_dup(const struct question *q, const struct form_answer *a)
{
    return a->declined ? mem_dup(q->title) : filled_words_dup(&a->filled, q);
}

static int64_t add_answer(struct desk *d, time_ms now, struct chat *c, const struct question *q,
                          const struct form_answer *a, int64_t line)
{
    char *body = answer_words_dup(q, a);
    const struct entry_record *e =
        chat_add(d, now, c,
                 &(struct entry_record){.kind = ENTRY_NOTICE,
                                        .by = BY_VISITOR,
                                        .agent = "",
                                        .name = c->visitor->record.name,
                                        .sender_id = a->sender_id,
                                        .event = a->declined ? "form-declined" : "form-answered",
                                        .body = body,
                                        .about = line});

    free(body);
    d->visitor_ports->entry(d->visitor_ports->ctx, c->visitor->record.id, c->address->id, e);
    chat_tell_all(d, c, NULL, e);
    return e->sequence;
}

/* The same answer that is stored already, by its id. */
static const struct entry_record *find_repeat(struct transcript *t, const struct form_answer *a)
{
    for (size_t i = t->count; a->sender_id[0] != '\0' && i > 0; i--) {
        const struct entry_record *e = transcript_at(t, i - 1);
        if (desk_is_form_answer(e) && e->by == BY_VISITOR &&
            text_equal(e->sender_id, a->sender_id)) {
            return e;
        }
    }
    return NULL;
}

static enum desk_result take_answer(struct desk *d, time_ms now, struct chat *c,
                                    const struct form_answer *a, const struct entry_record *asked,
                                    struct form_outcome *out)
{
    struct question *q = question_read(desk_asked(asked));
    int64_t line = asked->sequence; /* the transcript moves when it takes the answer */

    if (q == NULL) {
        return DESK_NOT_FOUND;
    }
    const struct question_field *wrong = a->declined ? NULL : filled_find_wrong(&a->filled, q);
    if (wrong != NULL) {
        out->wrong = mem_dup(wrong->label);
        question_destroy(q);
        return DESK_FORM;
    }
    if (!a->declined) {
        filled_know(d, c->visitor, &a->filled, q);
    }
    out->sequence = add_answer(d, now, c, q, a, line);
    question_destroy(q);
    return DESK_OK;
}

enum desk_result desk_visitor_answer_form(struct desk *d, time_ms now, const char *visitor,
                                          const struct form_answer *a, struct form_outcome *out)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    *out = (struct form_outcome){.wrong = NULL};
    struct transcript *t = v != NULL && v->chat != NULL ? &v->chat->transcript : NULL;
    const struct entry_record *repeated = t != NULL ? find_repeat(t, a) : NULL;
    if (repeated != NULL) {
        out->sequence = repeated->sequence;
        return DESK_REPEATED;
    }
    if (t == NULL || !chat_is_open(v->chat)) {
        return DESK_CLOSED;
    }
    const struct entry_record *asked =
        a->line != 0 ? transcript_find(t, a->line) : ask_find_open(t);
    if (asked == NULL || desk_asked(asked) == NULL) {
        return DESK_NOT_FOUND;
    }
    if (asked->fate == FATE_RETRACTED || find_answer(t, asked->sequence) != NULL) {
        return DESK_TOO_MANY;
    }
    return take_answer(d, now, v->chat, a, asked, out);
}
