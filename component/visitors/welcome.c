#include "visitors/welcome.h"

#include "base/text.h"
#include "desk/desk.h"
#include "visitors/claim.h"
#include "visitors/visitors_state.h"
#include "xml/ns.h"

static bool is_verified(const struct visitors *v, const char *visitor)
{
    struct visitor_view view;

    return desk_visitor(v->desk, visitor, &view) && view.record->subject[0] != '\0';
}

/* An open chat at any department; one that has ended, where it was. */
static bool is_told(const struct chat_view *chat, const char *department)
{
    return chat->state != CHAT_CLOSED || text_equal(chat->address, department);
}

void welcome_answer(const struct claim *c, const char *visitor, const char *token)
{
    struct visitors *v = c->v;
    struct department_view p;
    struct chat_view chat;
    struct draft d;

    if (c->iq_id == NULL || !desk_department(v->desk, c->department, &p)) {
        return;
    }
    bool has_chat = desk_chat(v->desk, visitor, &chat) && is_told(&chat, c->department);
    struct writer *w = draft_begin(&d);
    stanza_iq(w, c->iq_to, c->e->jid, "result", c->iq_id);
    writer_open(w, "visit", NS_VISIT);
    writer_attr(w, "visitor", visitor);
    writer_attr(w, "department", p.name);
    writer_attr(w, "availability", presence_word(p.state));
    if (is_verified(v, visitor)) {
        writer_attr(w, "verified", "true");
    }
    if (has_chat && chat.last_entry != 0) {
        writer_attr_number(w, "last", chat.last_entry);
    }
    writer_leaf(w, "token", NULL, token);
    if (has_chat) {
        messages_write_chat(w, &chat);
    }
    size_t most = visitors_max_upload(v, c->department);
    if (most > 0) {
        writer_open(w, "upload", NULL);
        writer_attr_number(w, "max-bytes", (long long)most);
        writer_close(w);
    }
    if (p.left_is_ticket) {
        writer_leaf(w, "leave", NULL, NULL);
    }
    bulletins_write(w, v, c->e->site, c->department);
    requests_write(w, v, visitor, c->department);
    questions_write(w, v, visitor, &p, c->answers || (has_chat && chat.last_entry != 0));
    draft_send(&d, v->post, c->e->jid, POST_HELD);
}
