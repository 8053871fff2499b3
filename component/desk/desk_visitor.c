/* What visitors do. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/identity.h"
#include "desk/invited.h"
#include "desk/left.h"
#include "desk/participant.h"

#include <string.h>

/* What they say of themselves, without what their website says better. */
static struct visitor_record believed(const struct visitor *v, const struct visitor_record *said)
{
    struct visitor_record r = *said;

    r.name = identity_says(&v->record, "name") ? "" : r.name;
    r.email = identity_says(&v->record, "email") ? "" : r.email;
    return r;
}

enum desk_result desk_visitor_arrive(struct desk *d, time_ms now,
                                     const struct visitor_record *record,
                                     const struct recent_line *recent, size_t recent_count)
{
    struct visitor *v = desk_find_visitor(d, record->id);

    desk_pass(d, now);
    if (desk_has_forgotten(d, record->id)) {
        return DESK_NOT_FOUND;
    }
    if (v == NULL) {
        if (map_count(d->visitors) >= d->config.max_visitors) {
            return DESK_FULL;
        }
        v = visitor_create(record);
        map_set(d->visitors, v->record.id, v);
        v->away_since = d->steady;
    } else {
        bool moved = visitor_leave_page(v, now, record->page_url);
        struct visitor_record r = believed(v, record);
        visitor_update(v, &r);
        desk_tell_card(d, v);
        if (moved) {
            follow_page(d, v->chat);
        }
    }
    if (v->old.count == 0) { /* new, or loaded at the start */
        repeats_add(&v->old, recent, recent_count);
    }
    v->record.last_seen = now;
    storage_put_visitor(d->storage, &v->record);
    return DESK_OK;
}

void desk_visitor_page(struct desk *d, time_ms now, const char *visitor, const char *url,
                       const char *title)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL) {
        return;
    }
    bool moved = visitor_leave_page(v, now, url);
    visitor_set_page(v, url, title);
    v->record.last_seen = now;
    storage_put_visitor(d->storage, &v->record);
    desk_tell_card(d, v);
    if (moved) {
        follow_page(d, v->chat);
    }
}

void desk_visitor_network(struct desk *d, const char *visitor, const char *network)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    if (v != NULL) {
        mem_replace(&v->network, network);
    }
}

enum desk_result desk_visitor_form(struct desk *d, time_ms now, const char *visitor,
                                   const char *name, const char *email)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL) {
        return DESK_NOT_FOUND;
    }
    struct visitor_record r =
        believed(v, &(struct visitor_record){.name = name, .email = email, .last_seen = now});
    visitor_update(v, &r);
    storage_put_visitor(d->storage, &v->record);
    desk_tell_card(d, v);
    return DESK_OK;
}

void desk_visitor_online(struct desk *d, time_ms now, const char *visitor, bool online)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->online == online) {
        return;
    }
    v->online = online;
    if (!online) {
        v->away_since = d->steady;
        v->record.last_seen = now;
        storage_put_visitor(d->storage, &v->record);
        /* Else it may be on the way to the next page. */
        if (v->browses == NULL && v->prechat.department == NULL) {
            desk_drop_if_idle(d, v);
        }
        return;
    }
    if (v->chat != NULL) {
        v->chat->told_absent = false;
        d->unsettled = d->unsettled || chat_is_waiting(v->chat);
    }
    if (v->told_away) {
        v->told_away = false;
        desk_tell_card(d, v);
    }
    desk_settle(d, now);
}

bool desk_is_answered(const struct department *p, const struct visitor *v)
{
    return (p->form_name != FORM_REQUIRED || v->record.name[0] != '\0') &&
           (p->form_email != FORM_REQUIRED || v->record.email[0] != '\0') &&
           consent_is_given(p, v) && prechat_is_answered(p, v);
}

/* Whether a new chat may begin. Messages that were left do not fill the queue of those who wait,
 * nor the other way round. */
static enum desk_result may_begin(const struct desk *d, const struct visitor *v,
                                  const struct department *p)
{
    if (!desk_is_answered(p, v)) {
        return DESK_FORM;
    }
    size_t most = p->max_queue != 0 ? p->max_queue : d->config.max_queue;
    if (!department_somebody(p, rules_match(p->rules, p->rule_count, &v->record), &v->record)) {
        return p->left + p->just_left >= most ? DESK_LEFT_FULL : DESK_OK;
    }
    return p->waiting - p->left >= most ? DESK_FULL : DESK_OK;
}

static int64_t find_repeat(struct visitor *v, const char *sender_id)
{
    if (sender_id[0] == '\0') {
        return 0;
    }
    if (v->chat != NULL) {
        const struct entry_record *e =
            transcript_find_id(&v->chat->transcript, NULL, sender_id, NULL);
        if (e != NULL) {
            return e->sequence;
        }
    }
    return repeats_find(&v->old, "", sender_id, NULL);
}

static int64_t add_line(struct desk *d, time_ms now, struct chat *c, const char *sender_id,
                        const char *event, const char *body, int64_t about)
{
    const struct visitor *v = c->visitor;
    const struct entry_record *e = chat_add(d, now, c,
                                            &(struct entry_record){.kind = ENTRY_MESSAGE,
                                                                   .by = BY_VISITOR,
                                                                   .agent = "",
                                                                   .name = v->record.name,
                                                                   .sender_id = sender_id,
                                                                   .event = event,
                                                                   .body = body,
                                                                   .about = about});

    d->visitor_ports->entry(d->visitor_ports->ctx, v->record.id, c->address->id, e);
    chat_tell_all(d, c, NULL, e);
    return e->sequence;
}

/* The first line of a chat. The contact of the one before stays where it is, if that agent is
 * offered this one too. */
static int64_t begin(struct desk *d, time_ms now, struct visitor *v, struct department *p,
                     const char *sender_id, const char *body)
{
    struct agent *before = NULL;

    if (v->chat != NULL) {
        before = v->chat->owner;
        desk_retire(d, v->chat);
    }
    struct chat *c = chat_create(d, now, v, p);
    consent_note(d, now, c);
    identity_note(d, now, c);
    invited_begin(d, now, c);
    prechat_begin(d, now, c);
    int64_t sequence = add_line(d, now, c, sender_id, "", body, 0);
    left_begin(d, now, c);
    desk_settle(d, now);
    browsing_end(d, v); /* behind it: who is offered the chat has the contact */
    if (before != NULL) {
        desk_settle_contact(d, before, v);
        desk_tell_card(d, v); /* a contact that stayed shows the chat that ended */
    }
    return sequence;
}

enum desk_result desk_visitor_write(struct desk *d, time_ms now, const char *visitor,
                                    const char *department, const struct desk_line *line,
                                    int64_t *sequence)
{
    struct visitor *v = desk_find_visitor(d, visitor);
    struct department *p = desk_find_department(d, department);
    int64_t ticket = 0;

    desk_pass(d, now);
    if (v == NULL || p == NULL) {
        return DESK_NOT_FOUND;
    }
    int64_t repeated = find_repeat(v, line->sender_id);
    if (repeated != 0) {
        *sequence = repeated;
        return DESK_REPEATED;
    }
    if (v->chat != NULL && chat_is_open(v->chat)) {
        bool is_here = transcript_find(&v->chat->transcript, line->about) != NULL;
        *sequence =
            add_line(d, now, v->chat, line->sender_id, "", line->body, is_here ? line->about : 0);
        return DESK_OK;
    }
    if (desk_is_blocked(d, visitor, 0, v->origin != NULL ? v->origin : "")) {
        return DESK_BLOCKED;
    }
    enum desk_result may = ticket_of_line(d, now, v, p, line, &ticket);
    if (may == DESK_OK && ticket != 0) {
        *sequence = ticket_hear(d, now, v, ticket, line);
        return DESK_OK;
    }
    may = may == DESK_OK ? may_begin(d, v, p) : may;
    if (may == DESK_OK) {
        *sequence = begin(d, now, v, p, line->sender_id, line->body);
    }
    return may;
}

enum desk_result desk_visitor_reply(struct desk *d, time_ms now, const char *visitor,
                                    const char *department, const char *sender_id, const char *body,
                                    int64_t about, int64_t *sequence)
{
    const struct desk_line line = {.sender_id = sender_id, .body = body, .about = about};

    return desk_visitor_write(d, now, visitor, department, &line, sequence);
}

enum desk_result desk_visitor_say(struct desk *d, time_ms now, const char *visitor,
                                  const char *department, const char *sender_id, const char *body,
                                  int64_t *sequence)
{
    return desk_visitor_reply(d, now, visitor, department, sender_id, body, 0, sequence);
}

enum desk_result desk_visitor_send_file(struct desk *d, time_ms now, const char *visitor,
                                        const char *sender_id, const char *body, int64_t *sequence)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL) {
        return DESK_NOT_FOUND;
    }
    int64_t repeated = find_repeat(v, sender_id);
    if (repeated != 0) {
        *sequence = repeated;
        return DESK_REPEATED;
    }
    if (v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    *sequence = add_line(d, now, v->chat, sender_id, "file", body, 0);
    return DESK_OK;
}

const char *desk_sent_file(const struct entry_record *e)
{
    bool is_file = e->kind == ENTRY_MESSAGE && e->by == BY_VISITOR && text_equal(e->event, "file");

    if (!is_file || e->fate != FATE_AS_SAID) {
        return NULL;
    }
    const char *newline = strrchr(e->body, '\n');
    return newline != NULL ? newline + 1 : e->body;
}

void desk_visitor_typing(struct desk *d, const char *visitor, const char *state)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    const struct desk_agent_ports *ports = d->agent_ports;

    if (v == NULL || v->chat == NULL) {
        return;
    }
    const struct chat *c = v->chat;
    if (c->state == CHAT_ACTIVE && !agent_is_lost(c->owner)) {
        ports->typing(ports->ctx, c->owner->jid, visitor, state);
    }
    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_OPEN) {
            ports->typing(ports->ctx, o->agent->jid, visitor, state);
        }
    }
    list_for_each (struct participant, p, &c->participants, chat_link) {
        if (!agent_is_lost(p->agent)) {
            ports->typing(ports->ctx, p->agent->jid, visitor, state);
        }
    }
}

/* Whether a line behind it tells the same agent's client more. */
static bool is_told_later(const struct entry_record *const *lines, size_t count, size_t at)
{
    for (size_t i = at + 1; i < count; i++) {
        if (lines[i]->sender_id[0] != '\0' && text_equal(lines[i]->agent, lines[at]->agent)) {
            return true;
        }
    }
    return false;
}

/* Each agent hears of the last line of theirs: several may have spoken, and what the desk said for
 * them (an offered page, a canned answer) was no line of their client's. */
void desk_visitor_seen(struct desk *d, const char *visitor, int64_t sequence, enum entry_seen seen)
{
    struct visitor *v = desk_find_visitor(d, visitor);
    const struct entry_record *lines[TRANSCRIPT_LINES];

    if (v == NULL || ticket_see(d, v, sequence, seen) || v->chat == NULL) {
        return;
    }
    size_t count = desk_mark_seen(d, v->chat, BY_AGENT, sequence, seen, lines);
    if (count > 0 && seen == SEEN_DISPLAYED) {
        mail_seen(d, v->chat->number, sequence);
    }
    for (size_t i = 0; i < count; i++) {
        const struct entry_record *e = lines[i];
        if (e->sender_id[0] != '\0' && !is_told_later(lines, count, i)) {
            d->agent_ports->seen(d->agent_ports->ctx, e->agent, visitor, e->sender_id, seen);
        }
    }
}

enum desk_result desk_visitor_end(struct desk *d, time_ms now, const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    desk_close_chat(d, now, v->chat, "visitor");
    desk_settle(d, now);
    return DESK_OK;
}

void desk_visitor_bounced(struct desk *d, time_ms now, const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v != NULL && v->chat != NULL && v->chat->state == CHAT_ACTIVE) {
        desk_tell_absent(d, v->chat);
    }
}
