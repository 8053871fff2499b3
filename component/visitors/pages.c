/* Pages that were offered to a visitor (docs/PROTOCOL.md section 13): what became of them. */
#include "base/clock.h"
#include "desk/desk_questions.h"
#include "visitors/refusals.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <string.h>

/* The answer means stored, so it is held until the commit. */
static void confirm(const struct visitors *v, const struct endpoint *e, const struct stanza *s)
{
    struct draft d;

    stanza_result(draft_begin(&d), s);
    draft_send(&d, v->post, e->jid, POST_HELD);
}

static void refuse(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                   enum stanza_error condition, enum visitor_word word)
{
    refusals_count(v, word);
    stanza_post_error(v->post, s, condition, words_get(visitors_language(v, e->party->id), word));
}

static void answer(struct visitors *v, struct endpoint *e, const struct stanza *s, int64_t line,
                   bool opened)
{
    e->party->speaking = e; /* this page knows */
    enum desk_result result =
        desk_visitor_answer_page(v->desk, clock_utc_ms(), e->party->id, line, opened);
    e->party->speaking = NULL;
    switch (result) {
    case DESK_OK:
    case DESK_REPEATED:
        confirm(v, e, s);
        break;
    case DESK_CLOSED:
        refuse(v, e, s, ERROR_NOT_ALLOWED, WORD_CHAT_OVER);
        break;
    default:
        refuse(v, e, s, ERROR_ITEM_NOT_FOUND, WORD_NO_OFFER);
        break;
    }
}

void pages_answer(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);
    const char *about = element_attr(payload, "about");
    const char *what = element_attr(payload, "answered");
    bool opened = what != NULL && strcmp(what, "opened") == 0;
    bool declined = what != NULL && strcmp(what, "declined") == 0;

    if (forms_answer(v, e, s)) {
        return;
    }
    if (about == NULL || (!opened && !declined)) {
        stanza_post_error(v->post, s, ERROR_BAD_REQUEST, NULL);
    } else if (storage_is_refusing(v->storage) || outbox_is_full(v->outbox)) {
        refuse(v, e, s, ERROR_RESOURCE_CONSTRAINT, WORD_CANNOT_STORE);
    } else {
        answer(v, e, s, mark_sequence(about), opened);
    }
}
