/* What a visitor is asked before a chat begins, in the check-in's answer (docs/PROTOCOL.md sections
 * 2 and 17). */
#include "desk/desk.h"
#include "desk/prechat.h"
#include "desk/question.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/ns.h"

static void write_field(struct writer *w, const char *language, const char *var,
                        enum visitor_word label, enum form_field rule)
{
    if (rule == FORM_OFF) {
        return;
    }
    writer_open(w, "field", NULL);
    writer_attr(w, "type", "text-single");
    writer_attr(w, "var", var);
    writer_attr(w, "label", words_get(language, label));
    if (rule == FORM_REQUIRED) {
        writer_leaf(w, "required", NULL, NULL);
    }
    writer_close(w);
}

static bool is_missing(enum form_field rule, const char *value)
{
    return rule == FORM_REQUIRED && value[0] == '\0';
}

static void write_consent(struct writer *w, const char *text)
{
    writer_open(w, "field", NULL);
    writer_attr(w, "type", "boolean");
    writer_attr(w, "var", "consent");
    writer_attr(w, "label", text);
    writer_leaf(w, "required", NULL, NULL);
    writer_close(w);
}

/* What is required is asked until it is there, what is optional with it. Where all is optional,
 * only who has said nothing yet is asked, and once: a field that was left empty is an answer. */
static bool must_ask(const struct department_view *p, const struct visitor_record *r, bool answered)
{
    bool asks = p->form_name != FORM_OFF || p->form_email != FORM_OFF;

    return is_missing(p->form_name, r->name) || is_missing(p->form_email, r->email) ||
           (asks && !answered && r->name[0] == '\0' && r->email[0] == '\0');
}

static void write_form(struct writer *w, const char *language, const struct department_view *p,
                       const struct question *q, bool agrees)
{
    writer_open(w, "x", NS_FORM);
    writer_attr(w, "type", "form");
    writer_leaf(w, "title", NULL, words_get(language, WORD_FORM_TITLE));
    write_field(w, language, "name", WORD_NAME, p->form_name);
    write_field(w, language, "email", WORD_EMAIL, p->form_email);
    for (size_t i = 0; q != NULL && i < q->field_count; i++) {
        forms_write_field(w, &q->fields[i]);
    }
    if (!agrees) {
        write_consent(w, p->consent);
    }
    writer_close(w);
}

void questions_write(struct writer *w, const struct visitors *v, const char *visitor,
                     const struct department_view *p, bool answered)
{
    const struct question *q = desk_prechat(v->desk, visitor, p->id);
    bool agrees = desk_visitor_agrees(v->desk, visitor, p->id);
    struct visitor_view who;

    if (desk_visitor(v->desk, visitor, &who) &&
        (!agrees || q != NULL || must_ask(p, who.record, answered))) {
        write_form(w, visitors_language(v, visitor), p, q, agrees);
    }
}
