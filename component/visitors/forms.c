/* Forms that agents send to a visitor (docs/PROTOCOL.md section 15): XEP-0004 in a message. An
 * answer is a message, as any client sends it, or the widget's iq, whose result means stored. */
#include "base/clock.h"
#include "base/shape.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/question.h"
#include "visitors/answers.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/about.h"
#include "xml/form.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

/* The hidden field by which a client that knows nothing but forms says what it answers. */
#define VAR_LINE NS_VISIT "#line"

/* ---- out ---- */

/* XEP-0122 4.1.4 */
static void write_regex(struct writer *w, const char *regex)
{
    writer_open(w, "validate", NS_VALIDATE);
    writer_attr(w, "datatype", "xs:string");
    writer_leaf(w, "regex", NULL, regex);
    writer_close(w);
}

void forms_write_field(struct writer *w, const struct question_field *f)
{
    static const enum form_type TYPES[] = {
        [QUESTION_TEXT] = FORM_TEXT_SINGLE,   [QUESTION_LINES] = FORM_TEXT_MULTI,
        [QUESTION_EMAIL] = FORM_TEXT_SINGLE,  [QUESTION_CHOICE] = FORM_LIST_SINGLE,
        [QUESTION_CHOICES] = FORM_LIST_MULTI, [QUESTION_TICK] = FORM_BOOLEAN};

    form_open_field(w, TYPES[f->kind], f->id, f->label, f->required, NULL);
    if (f->kind == QUESTION_EMAIL) {
        write_regex(w, "[^@\\s]+@[^@\\s]+");
    } else if (f->pattern != NULL) {
        char *regex = shape_regex_dup(f->pattern);
        write_regex(w, regex);
        free(regex);
    }
    for (size_t i = 0; i < f->option_count; i++) {
        form_option(w, f->options[i], f->options[i]);
    }
    writer_close(w);
}

void forms_write(struct writer *w, const char *text, int64_t line)
{
    struct question *q = question_read(text);
    char id[MARK_ID_SIZE];

    if (q == NULL) {
        return;
    }
    mark_id(line, id);
    form_open(w, "form", q->title);
    if (q->instructions[0] != '\0') {
        writer_leaf(w, "instructions", NULL, q->instructions);
    }
    writer_open(w, "field", NULL);
    writer_attr(w, "type", "hidden");
    writer_attr(w, "var", VAR_LINE);
    writer_leaf(w, "value", NULL, id);
    writer_close(w);
    for (size_t i = 0; i < q->field_count; i++) {
        forms_write_field(w, &q->fields[i]);
    }
    writer_close(w);
    question_destroy(q);
}

/* ---- in ---- */

/* The form directly inside, submitted or cancelled; NULL: neither. */
static const struct element *find_answer(const struct element *parent)
{
    const struct element *form = form_find(parent, "submit");

    return form != NULL ? form : form_find(parent, "cancel");
}

bool forms_is_answer(const struct element *message)
{
    return find_answer(message) != NULL;
}

static void refuse(const struct visitors *v, const struct endpoint *e, const struct stanza *s,
                   enum stanza_error condition, enum visitor_word word, const char *argument)
{
    struct buf words;

    buf_init(&words, 4096);
    words_add(&words, visitors_language(v, e->party->id), word, argument);
    stanza_post_error(v->post, s, condition, words.bytes);
    buf_finish(&words);
}

/* False: it was refused, and said why. */
static bool take(struct visitors *v, struct endpoint *e, const struct stanza *s,
                 const struct form_answer *a, int64_t *sequence)
{
    struct form_outcome out;
    enum desk_result result =
        desk_visitor_answer_form(v->desk, clock_utc_ms(), e->party->id, a, &out);

    *sequence = out.sequence;
    switch (result) {
    case DESK_OK:
    case DESK_REPEATED:
        return true;
    case DESK_FORM:
        refuse(v, e, s, ERROR_NOT_ACCEPTABLE, WORD_FORM_WRONG, out.wrong);
        break;
    case DESK_CLOSED:
        refuse(v, e, s, ERROR_NOT_ALLOWED, WORD_CHAT_OVER, NULL);
        break;
    case DESK_TOO_MANY:
        refuse(v, e, s, ERROR_CONFLICT, WORD_FORM_OVER, NULL);
        break;
    default:
        refuse(v, e, s, ERROR_ITEM_NOT_FOUND, WORD_NO_OFFER, NULL);
        break;
    }
    free(out.wrong);
    return false;
}

/* reference: the id of what is answered; NULL or "": none was given. */
static bool receive(struct visitors *v, struct endpoint *e, const struct stanza *s,
                    const struct element *form, const char *reference, const char *id,
                    int64_t *sequence)
{
    struct answers answers;
    char *hidden = form_value_dup(form, VAR_LINE);
    const char *about = reference != NULL && reference[0] != '\0' ? reference
                        : hidden != NULL                          ? hidden
                                                                  : "";
    int64_t line = about[0] != '\0' ? edits_line(v, e, about) : 0;
    bool taken = false;

    if (about[0] != '\0' && line == 0) {
        refuse(v, e, s, ERROR_ITEM_NOT_FOUND, WORD_NO_OFFER, NULL);
    } else if (messages_may_take(v, e, s)) {
        answers_init(&answers, form);
        taken =
            take(v, e, s,
                 &(struct form_answer){.line = line,
                                       .sender_id = id,
                                       .declined = text_equal(element_attr(form, "type"), "cancel"),
                                       .filled = answers_filled(&answers)},
                 sequence);
        answers_finish(&answers);
    }
    free(hidden);
    return taken;
}

void forms_receive(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *form = find_answer(s->element);
    struct about about;
    int64_t sequence;

    about_read(s->element, &about);
    e->party->speaking = e;
    bool taken = receive(v, e, s, form, about.act == ACT_REPLY ? about.id : "", s->id, &sequence);
    e->party->speaking = NULL;
    if (taken) {
        messages_confirm(v, e, s, sequence);
    }
}

bool forms_answer(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);
    const struct element *form = find_answer(payload);
    const char *id = element_attr(payload, "id");
    struct draft d;
    int64_t sequence;

    if (form == NULL) {
        return false;
    }
    if (id != NULL && strlen(id) > STANZA_ID_MAX) {
        stanza_post_error(v->post, s, ERROR_BAD_REQUEST, NULL);
    } else if (receive(v, e, s, form, element_attr(payload, "about"), id != NULL ? id : "",
                       &sequence)) {
        /* It is told to this page, too, as to the visitor's others. */
        stanza_result(draft_begin(&d), s);
        draft_send(&d, v->post, e->jid, POST_HELD);
    }
    return true;
}
