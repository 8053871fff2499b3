/* Lines on their way to visitors who come over the link (roads b and c): what the outbox asks this
 * edge about its rows. A row is for the full JID that was heard last; when that is gone, servers
 * give the message to the account, or say that nobody is there (RFC 6121 8.5.3.2.1). Where none is
 * known (they have left, or the daemon has restarted) an agent's line, or a step of a ticket, is
 * for the account. */
#include "base/clock.h"
#include "base/log.h"
#include "desk/desk_tickets.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/about.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdio.h>
#include <string.h>

static bool may_write_to(const struct visitors *v, const char *jid)
{
    struct jid to;
    bool may = jid[0] != '\0' && jid_parse(&to, jid);

    if (may) {
        may = visitors_may_come(v, to.domain) && !desk_is_agent(v->desk, to.bare);
        jid_finish(&to);
    }
    return may;
}

/* Not if such visitors are not let in any more, or whom they spoke to is not there. */
static bool is_wanted(void *ctx, const struct outbox_record *r)
{
    const struct visitors *v = ctx;
    bool is = may_write_to(v, r->to) &&
              (r->from[0] == '\0' || desk_department_named(v->desk, r->from) != NULL);

    if (!is) {
        log_info("visitors: a line for %s, who is no visitor any more, is not sent",
                 log_safe(r->to));
    }
    return is;
}

/* The chat as it is now; one that is not in memory is over, and a later one is not this notice's.
 */
static void write_chat(const struct visitors *v, struct writer *w, const struct outbox_record *r)
{
    struct chat_view chat;

    if (!desk_chat(v->desk, r->visitor, &chat)) {
        chat = (struct chat_view){.number = r->chat, .state = CHAT_CLOSED};
    }
    if (chat.number == r->chat) {
        messages_write_chat(w, &chat);
    }
}

/* Who knows a line by its stanza-id shows it once and needs no mark. */
static void write_row(void *ctx, struct writer *w, const struct outbox_record *r)
{
    const struct visitors *v = ctx;
    const char *language = visitors_language(v, r->visitor);
    const char *address = r->from[0] != '\0' ? visitors_address(v, r->from) : v->config.domain;
    const char *gap = r->by == BY_AGENT ? "/" : "";
    char from[JID_MAX + 1];

    snprintf(from, sizeof from, "%s%s%s", address, gap, r->by == BY_AGENT ? r->name : "");
    stanza_message(w, from, r->to, "chat", r->message_id);
    size_t skip =
        outbox_write_text(v->outbox, w, r, r->knows_ids ? NULL : words_get(language, WORD_AGAIN));
    about_write(w, &(struct about_words){
                       .act = r->act,
                       .id = r->target,
                       .to = mark_sequence(r->target) > 0 ? address : r->to,
                       .quotation = r->payload,
                       .skip = skip,
                       .reactions = r->payload,
                   });
    if (r->act == ACT_SAY && r->payload[0] != '\0') {
        forms_write(w, r->payload, r->entry);
    }
    messages_write_marks(w, address,
                         &(struct entry_record){.sequence = r->entry,
                                                .chat = r->chat,
                                                .by = r->by,
                                                .at = r->at,
                                                .name = r->name,
                                                .event = r->event,
                                                .body = ""}); /* what was kept is no row's */
    requests_write_line(w, v, r->visitor, r->by, r->chat);
    if (r->event[0] != '\0') {
        write_chat(v, w, r);
        writer_leaf(w, "request", NS_RECEIPTS, NULL); /* ends the row where handed is not stored */
    }
    if (r->unstored) {
        writer_leaf(w, "no-store", NS_HINTS, NULL);
    }
}

/* Another account of the same visitor, or a stream of ours. */
static bool is_reached_elsewhere(const struct visitors *v, const struct outbox_record *r)
{
    const struct party *p = map_get(v->parties, r->visitor);
    size_t bare = strcspn(r->to, "/");

    if (p == NULL) {
        return false;
    }
    list_for_each (struct endpoint, e, &p->endpoints, party_link) {
        if (strncmp(e->bare, r->to, bare) != 0 || e->bare[bare] != '\0') {
            return true;
        }
    }
    return false;
}

/* It has not arrived. History has the line; its agent is told. */
static void bounced(void *ctx, const struct outbox_record *r)
{
    struct visitors *v = ctx;
    struct chat_view chat;

    if (r->by != BY_AGENT || is_reached_elsewhere(v, r)) {
        return;
    }
    if (desk_chat(v->desk, r->visitor, &chat) && chat.number == r->chat &&
        chat.state == CHAT_ACTIVE) {
        desk_visitor_bounced(v->desk, clock_utc_ms(), r->visitor);
    } else {
        returned_line(v, r->chat, r->entry);
    }
}

void delivery_attach(struct visitors *v)
{
    v->edge = (struct outbox_edge){.ctx = v,
                                   .is_wanted = is_wanted,
                                   .write = write_row,
                                   .bounced = bounced,
                                   .set_aside = bounced};
    outbox_attach(v->outbox, OUTBOX_VISITOR, &v->edge);
}

static void add(struct visitors *v, const struct fanout *f, const char *to, const char *from,
                bool knows_ids)
{
    const struct entry_record *entry = f->entry;

    outbox_add(v->outbox,
               &(struct outbox_record){.side = OUTBOX_VISITOR,
                                       .to = to,
                                       .from = from,
                                       .message_id = f->id,
                                       .body = f->words->text.bytes,
                                       .entry = entry->sequence,
                                       .at = entry->at,
                                       .visitor = f->visitor,
                                       .chat = entry->chat,
                                       .by = entry->by,
                                       .name = entry->name,
                                       .event = entry->by == BY_DESK ? entry->event : "",
                                       .knows_ids = knows_ids,
                                       .act = f->words->act,
                                       .target = f->words->target,
                                       .unstored = desk_is_unrecorded(v->desk, f->visitor),
                                       .payload = f->words->payload.bytes});
}

void delivery_add(struct visitors *v, const struct endpoint *e, const struct fanout *f)
{
    add(v, f, e->jid, e->by_service ? "" : f->department, e->knows_ids);
}

void delivery_add_to_account(struct visitors *v, const struct fanout *f)
{
    struct visitor_view view;
    bool is_for_account = f->entry->by == BY_AGENT || desk_step_name(f->entry->event) != NULL;

    if (is_for_account && desk_visitor(v->desk, f->visitor, &view) &&
        may_write_to(v, view.record->jid)) {
        add(v, f, view.record->jid, f->department, false);
    }
}

void delivery_receive(struct visitors *v, const struct stanza *s)
{
    struct mark m;
    size_t at = 0;

    while (!s->gateway && mark_next(s->element, &at, &m)) {
        outbox_delivered(v->outbox, s->from->bare, m.id);
    }
}
