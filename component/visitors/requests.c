/* What visitors see of their tickets (docs/PROTOCOL.md section 17). */
#include "base/clock.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_tickets.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { SUBJECT_POINTS = 80 };

void requests_leave(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    if (!messages_may_take(v, e, s)) {
        return;
    }
    switch (desk_visitor_leave(v->desk, clock_utc_ms(), e->party->id)) {
    case DESK_OK: {
        struct draft d;
        stanza_result(draft_begin(&d), s);
        draft_send(&d, v->post, e->jid, POST_HELD);
        break;
    }
    case DESK_RUNNING:
        stanza_post_error(v->post, s, ERROR_UNEXPECTED_REQUEST, NULL);
        break;
    case DESK_NO_TICKETS:
        stanza_post_error(v->post, s, ERROR_FEATURE_NOT_IMPLEMENTED, NULL);
        break;
    default:
        stanza_post_error(v->post, s, ERROR_ITEM_NOT_FOUND, NULL);
    }
}

void requests_write_step(struct writer *w, const struct entry_record *notice)
{
    const char *state = desk_step_name(notice->event);

    if (state != NULL) {
        writer_open(w, "ticket", NS_VISIT);
        writer_attr_number(w, "number", notice->chat);
        writer_attr(w, "state", state);
        writer_attr(w, "mail", desk_is_mailed(notice) ? "true" : NULL);
        writer_close(w);
    }
}

void requests_write_line(struct writer *w, const struct visitors *v, const char *visitor,
                         enum entry_by by, int64_t number)
{
    struct requested_view view;

    for (size_t i = 0; by == BY_AGENT && desk_visitor_ticket(v->desk, visitor, i, &view); i++) {
        if (view.record->number == number) {
            writer_open(w, "ticket", NS_VISIT);
            writer_attr_number(w, "number", number);
            writer_close(w);
            return;
        }
    }
}

static void write_ticket(struct writer *w, const struct requested_view *view)
{
    const struct ticket_record *r = view->record;
    char *subject = text_name_dup(view->subject, SUBJECT_POINTS);

    writer_open(w, "ticket", NULL);
    writer_attr_number(w, "number", r->number);
    writer_attr(w, "state", view->step);
    if (view->merged > 0) {
        writer_attr_number(w, "merged", view->merged);
    }
    writer_attr(w, "subject", subject[0] != '\0' ? subject : NULL);
    writer_attr(w, "waits", view->waits ? "true" : NULL);
    if (r->last > 0) {
        writer_attr_number(w, "last", r->last);
    }
    writer_close(w);
    free(subject);
}

void requests_write(struct writer *w, const struct visitors *v, const char *visitor,
                    const char *department)
{
    struct requested_view view;
    bool any = false;

    for (size_t i = 0; desk_visitor_ticket(v->desk, visitor, i, &view); i++) {
        if (!text_equal(view.record->address, department) || !desk_is_told_of(view.record)) {
            continue;
        }
        if (!any) {
            writer_open(w, "tickets", NULL);
            any = true;
        }
        write_ticket(w, &view);
    }
    if (any) {
        writer_close(w);
    }
}
