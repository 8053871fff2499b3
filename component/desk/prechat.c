#include "desk/prechat.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/filled.h"

#include <stdlib.h>
#include <string.h>

void prechat_configure(struct department *p, const char *text)
{
    question_destroy(p->prechat);
    p->prechat = text != NULL ? question_read(text) : NULL;
    if (text != NULL && p->prechat == NULL) {
        BUG("department %s: its form cannot be read", p->id);
    }
}

void prechat_finish(struct prechat *prechat)
{
    free(prechat->department);
    free(prechat->words);
    *prechat = (struct prechat){NULL, NULL};
}

static bool is_filled(const struct department *p, const struct visitor *v)
{
    return text_equal(v->prechat.department, p->id);
}

static bool is_required(const struct question *q)
{
    for (size_t i = 0; i < q->field_count; i++) {
        if (q->fields[i].required) {
            return true;
        }
    }
    return false;
}

bool prechat_is_answered(const struct department *p, const struct visitor *v)
{
    return p->prechat == NULL || is_filled(p, v) || !is_required(p->prechat);
}

const struct question *desk_prechat(const struct desk *d, const char *visitor,
                                    const char *department)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    const struct department *p = desk_find_department(d, department);

    if (v == NULL || p == NULL || is_filled(p, v) || (v->chat != NULL && chat_is_open(v->chat))) {
        return NULL;
    }
    return p->prechat;
}

static bool answers_any(const struct filled *f, const struct question *q)
{
    for (size_t i = 0; i < f->count; i++) {
        for (size_t k = 0; k < q->field_count; k++) {
            if (text_equal(f->values[i].field, q->fields[k].id)) {
                return true;
            }
        }
    }
    return false;
}

enum desk_result desk_visitor_prechat(struct desk *d, time_ms now, const char *visitor,
                                      const char *department, const struct filled *f)
{
    const struct question *q = desk_prechat(d, visitor, department);
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (q == NULL || !answers_any(f, q)) {
        return DESK_NOT_FOUND;
    }
    if (filled_find_wrong(f, q) != NULL) {
        return DESK_FORM;
    }
    prechat_finish(&v->prechat);
    v->prechat = (struct prechat){mem_dup(department), filled_words_dup(f, q)};
    for (size_t i = 0; i < q->field_count; i++) { /* what was asked and left out is not known */
        if (filled_value(f, &q->fields[i])[0] == '\0') {
            visitor_correct(v, q->fields[i].id, "");
        }
    }
    filled_know(d, v, f, q);
    return DESK_OK;
}

void prechat_begin(struct desk *d, time_ms now, struct chat *c)
{
    struct visitor *v = c->visitor;

    if (is_filled(c->department, v) && strchr(v->prechat.words, '\n') != NULL) {
        const struct entry_record *e = chat_add(d, now, c,
                                                &(struct entry_record){.kind = ENTRY_NOTICE,
                                                                       .by = BY_VISITOR,
                                                                       .agent = "",
                                                                       .name = v->record.name,
                                                                       .sender_id = "",
                                                                       .event = "form-answered",
                                                                       .body = v->prechat.words});
        d->visitor_ports->entry(d->visitor_ports->ctx, v->record.id, c->address->id, e);
    }
    prechat_finish(&v->prechat);
}
