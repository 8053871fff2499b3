#include "desk/desk.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/invited.h"
#include "desk/participant.h"
#include "desk/routing.h"
#include "desk/taker.h"

#include <stdint.h>
#include <stdlib.h>

/* ---- life ---- */

struct desk *desk_create(const struct desk_config *config, struct storage *storage,
                         const struct desk_agent_ports *agents,
                         const struct desk_visitor_ports *visitors)
{
    struct desk *d = mem_alloc(sizeof *d);

    d->storage = storage;
    d->agent_ports = agents;
    d->visitor_ports = visitors;
    d->visitors = map_create();
    d->agent_by_jid = map_create();
    d->last_number = 1000;
    list_init(&d->chats);
    list_init(&d->browsing);
    list_init(&d->waiting);
    canned_init(&d->canned);
    saved_init(&d->saved);
    blocks_init(&d->blocks);
    bulletins_init(&d->bulletins);
    list_init(&d->tickets);
    mails_init(&d->mails);
    desk_configure(d, 0, config);
    return d;
}

void desk_destroy(struct desk *d)
{
    if (d == NULL) {
        return;
    }
    list_for_each_safe (struct chat, c, &d->chats, link) {
        chat_destroy(d, c);
    }
    size_t at = 0;
    const char *key;
    void *value;
    while (map_next(d->visitors, &at, &key, &value)) {
        visitor_destroy(value);
    }
    map_destroy(d->visitors);
    map_destroy(d->agent_by_jid);
    for (size_t i = 0; i < d->department_count; i++) {
        department_destroy(d->departments[i]);
    }
    for (size_t i = 0; i < d->agent_count; i++) {
        agent_destroy(d->agents[i]);
    }
    desk_install_forms(d, NULL, 0);
    desk_install_masks(d, NULL, 0);
    free(d->forms);
    roles_finish(&d->roles);
    canned_finish(&d->canned);
    saved_finish(&d->saved);
    blocks_finish(&d->blocks);
    bulletins_finish(&d->bulletins);
    tickets_finish(d);
    mails_finish(&d->mails);
    forgotten_finish(d);
    free(d->departments);
    free(d->agents);
    free(d);
}

struct agent *desk_find_agent(const struct desk *d, const char *jid)
{
    return map_get(d->agent_by_jid, jid);
}

struct department *desk_find_department(const struct desk *d, const char *id)
{
    for (size_t i = 0; i < d->department_count; i++) {
        if (text_equal(d->departments[i]->id, id)) {
            return d->departments[i];
        }
    }
    return NULL;
}

struct chat *desk_find_chat(const struct desk *d, int64_t number)
{
    list_for_each (struct chat, c, &d->chats, link) {
        if (c->number == number) {
            return c;
        }
    }
    return NULL;
}

struct visitor *desk_find_visitor(const struct desk *d, const char *id)
{
    return map_get(d->visitors, id);
}

/* ---- what follows from every change ---- */

void desk_pass(struct desk *d, time_ms now)
{
    time_ms passed = now - d->last_now;

    if (passed > 0 && passed <= DESK_JUMP_MS) {
        d->steady += passed;
    }
    d->last_now = now;
}

void desk_settle_contact(struct desk *d, struct agent *a, struct visitor *v)
{
    const struct chat *c = v->chat;
    bool wanted = browsing_is_shown(v, a);

    if (c != NULL) {
        wanted = c->owner == a || offer_is_open(c, a) || participant_find(c, a) != NULL;
    }
    bool told = map_get(a->contacts, v->record.id) != NULL;
    if (wanted == told) {
        return;
    }
    if (wanted) {
        map_set(a->contacts, v->record.id, v);
        if (a->room != SIZE_MAX &&
            a->room > 0) { /* whoever joins a chat has less for others, too */
            a->room--;
            d->unsettled = true;
        }
    } else {
        map_remove(a->contacts, v->record.id);
    }
    d->agent_ports->contact(d->agent_ports->ctx, a->jid, v->record.id, wanted);
}

/* Who left a message and is here, now that somebody else is, waits like everybody. */
static void settle_left(struct desk *d)
{
    list_for_each_safe (struct chat, c, &d->waiting, waiting_link) {
        if (c->left && c->visitor->online && taker_is_there(c)) {
            chat_set_left(d, c, false);
        }
    }
}

/* To who is there. Who returns is told then, if it is news. */
static void tell_positions(struct desk *d)
{
    for (size_t i = 0; i < d->department_count; i++) {
        d->departments[i]->counted = 0;
    }
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        size_t position = ++c->department->counted;
        bool is_news =
            c->told_state != c->state || c->told_position != position || c->told_left != c->left;
        if (!is_news || !c->visitor->online) {
            continue;
        }
        struct chat_view view;
        chat_view_at(c, position, &view);
        c->told_state = c->state;
        c->told_position = position;
        c->told_left = c->left;
        d->visitor_ports->chat(d->visitor_ports->ctx, c->visitor->record.id, &view);
    }
}

static void tell_departments(struct desk *d)
{
    for (size_t i = 0; i < d->department_count; i++) {
        struct department *p = d->departments[i];
        struct department_view view;
        department_view(p, &view);
        if (view.state == p->told.state && view.waiting == p->told.waiting &&
            view.left == p->told.left && view.active == p->told.active &&
            view.free_seats == p->told.free_seats && view.is_closed == p->told.is_closed) {
            continue;
        }
        p->told = view;
        d->agent_ports->department(d->agent_ports->ctx, p->id);
        d->visitor_ports->department(d->visitor_ports->ctx, p->id);
    }
}

void desk_settle(struct desk *d, time_ms now)
{
    if (!d->unsettled) {
        return;
    }
    while (d->unsettled) {
        d->unsettled = false;
        settle_left(d);
        transfer_run(d);
        routing_run(d, now);
    }
    tell_positions(d);
    tell_departments(d);
}

/* ---- what several calls do ---- */

void desk_tell_card(struct desk *d, const struct visitor *v)
{
    if (v->chat != NULL || v->browses != NULL) {
        d->agent_ports->card(d->agent_ports->ctx, v->record.id);
    }
}

void desk_tell_absent(struct desk *d, struct chat *c)
{
    if (!c->told_absent) {
        c->told_absent = true;
        d->agent_ports->notice(d->agent_ports->ctx, c->owner->jid, c->visitor->record.id,
                               NOTICE_ABSENT, "");
    }
}

void desk_shut_chat(struct desk *d, time_ms now, struct chat *c, const char *by, const char *why)
{
    c->closed_by = by;
    c->transfer = (struct transfer){.agent = NULL};
    routing_end_offers(d, c, NULL, NOTICE_CLOSED, why);
    chat_enter(d, now, c, CHAT_CLOSED, c->owner);
}

void desk_close_chat(struct desk *d, time_ms now, struct chat *c, const char *by)
{
    struct agent *owner = c->owner;

    desk_shut_chat(d, now, c, by, by);
    chat_notice(d, now, c, "closed", owner);
    ticket_follow_chat(d, now, c);
    if (owner != NULL && !text_equal(by, "agent")) {
        d->agent_ports->notice(d->agent_ports->ctx, owner->jid, c->visitor->record.id,
                               NOTICE_CLOSED, by);
    }
    participant_close(d, c, by);
    desk_tell_card(d, c->visitor);
}

void desk_change_owner(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    desk_remember_agent(d, c->visitor, a);
    chat_enter(d, now, c, CHAT_ACTIVE, a);
    participant_leave(d, c, a);
    desk_settle_contact(d, a, c->visitor);
    chat_notice(d, now, c, "transferred", a);
    chat_tell_about(d, now, c, a);
}

void desk_remember_agent(struct desk *d, struct visitor *v, const struct agent *a)
{
    if (v->record.only_agent[0] == '\0') {
        visitor_set_last_agent(v, a->jid);
        storage_put_visitor(d->storage, &v->record);
    }
}

bool desk_leave_to_heir(struct desk *d, time_ms now, struct chat *c)
{
    const struct agent *from = c->owner;
    struct agent *heir = participant_heir(c);

    transfer_end(d, c);
    if (heir == NULL) {
        return false;
    }
    desk_change_owner(d, now, c, heir);
    d->agent_ports->notice(d->agent_ports->ctx, heir->jid, c->visitor->record.id, NOTICE_YOURS,
                           from->name);
    return true;
}

void desk_lose_owner(struct desk *d, time_ms now, struct chat *c, enum agent_notice notice)
{
    struct agent *lost = c->owner;
    bool has_heir = desk_leave_to_heir(d, now, c);

    if (!has_heir) {
        chat_enter(d, now, c, CHAT_QUEUED, NULL);
    }
    d->agent_ports->notice(d->agent_ports->ctx, lost->jid, c->visitor->record.id, notice, "");
    desk_settle_contact(d, lost, c->visitor);
    if (!has_heir) {
        chat_notice(d, now, c, notice == NOTICE_DISMISSED ? "handed-back" : "lost", lost);
    }
}

void desk_retire(struct desk *d, struct chat *c)
{
    struct recent_line lines[TRANSCRIPT_LINES];
    size_t count = 0;
    const struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(&c->transcript, i)) != NULL; i++) {
        if (e->by != BY_DESK && e->sender_id[0] != '\0') {
            lines[count++] = (struct recent_line){e->by == BY_AGENT ? e->agent : "", e->sender_id,
                                                  e->body, e->sequence};
        }
    }
    repeats_add(&c->visitor->old, lines, count);
    invited_retire(c->visitor);
    chat_destroy(d, c);
}

bool desk_drop_if_idle(struct desk *d, struct visitor *v)
{
    if (v->online || v->chat != NULL) {
        return false;
    }
    browsing_end(d, v);
    map_remove(d->visitors, v->record.id);
    visitor_destroy(v);
    return true;
}

static void mark(struct desk *d, struct entry_record *e, enum entry_seen seen)
{
    e->seen = seen;
    storage_mark_entry(d->storage, e->sequence, seen);
}

/* Of a change, the last line of that side before it. */
static struct entry_record *find_seen(struct transcript *t, enum entry_by by, int64_t sequence)
{
    struct entry_record *e = transcript_find(t, sequence);

    if (e == NULL || !entry_is_change(e)) {
        return e;
    }
    for (size_t i = t->count; i > 0; i--) {
        e = transcript_at(t, i - 1);
        if (e->sequence < sequence && e->by == by && e->kind == ENTRY_MESSAGE) {
            return e;
        }
    }
    return NULL;
}

size_t desk_mark_seen(struct desk *d, struct chat *c, enum entry_by by, int64_t sequence,
                      enum entry_seen seen, const struct entry_record *lines[TRANSCRIPT_LINES])
{
    struct entry_record *last = find_seen(&c->transcript, by, sequence);
    struct entry_record *e;
    size_t count = 0;

    if (last == NULL || last->by != by || last->kind != ENTRY_MESSAGE || last->seen >= seen) {
        return 0;
    }
    if (seen != SEEN_DISPLAYED) {
        mark(d, last, seen);
        lines[0] = last;
        return 1;
    }
    /* XEP-0333: a displayed line was displayed with all before it. */
    for (size_t i = 0;
         (e = transcript_at(&c->transcript, i)) != NULL && e->sequence <= last->sequence; i++) {
        if (e->by == by && e->kind == ENTRY_MESSAGE && e->seen < seen) {
            mark(d, e, seen);
            lines[count++] = e;
        }
    }
    return count;
}
