#include "desk/desk.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/routing.h"

#include <stdlib.h>

/* ---- life ---- */

struct desk *desk_create(const struct desk_config *config, struct storage *storage,
                         const struct desk_agent_ports *agents,
                         const struct desk_visitor_ports *visitors)
{
    struct desk *d = mem_alloc(sizeof *d);

    d->config = *config;
    d->config.agents = NULL;
    d->config.departments = NULL;
    d->storage = storage;
    d->agent_ports = agents;
    d->visitor_ports = visitors;
    d->visitors = map_create();
    d->agent_by_jid = map_create();
    d->last_number = 1000;
    list_init(&d->chats);
    list_init(&d->waiting);
    d->agent_count = config->agent_count;
    d->agents = mem_array(config->agent_count + 1, sizeof *d->agents);
    for (size_t i = 0; i < config->agent_count; i++) {
        agent_init(&d->agents[i], &config->agents[i]);
        map_set(d->agent_by_jid, d->agents[i].jid, &d->agents[i]);
    }
    d->department_count = config->department_count;
    d->departments = mem_array(config->department_count + 1, sizeof *d->departments);
    for (size_t i = 0; i < config->department_count; i++) {
        department_init(&d->departments[i], &config->departments[i], d->agents, d->agent_count);
        department_view(&d->departments[i], &d->departments[i].told);
    }
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
        department_finish(&d->departments[i]);
    }
    for (size_t i = 0; i < d->agent_count; i++) {
        agent_finish(&d->agents[i]);
    }
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
        if (text_equal(d->departments[i].id, id)) {
            return &d->departments[i];
        }
    }
    return NULL;
}

struct visitor *desk_find_visitor(const struct desk *d, const char *id)
{
    return map_get(d->visitors, id);
}

/* ---- what follows from every change ---- */

void desk_settle_contact(struct desk *d, struct agent *a, struct visitor *v)
{
    const struct chat *c = v->chat;
    bool wanted = false;

    if (c != NULL) {
        const struct offer *o = offer_find(c, a);
        wanted = c->owner == a || (o != NULL && !o->declined);
    }
    bool told = map_get(a->contacts, v->record.id) != NULL;
    if (wanted == told) {
        return;
    }
    if (wanted) {
        map_set(a->contacts, v->record.id, v);
    } else {
        map_remove(a->contacts, v->record.id);
    }
    d->agent_ports->contact(d->agent_ports->ctx, a->jid, v->record.id, wanted);
}

static void tell_positions(struct desk *d)
{
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        struct chat_view view;
        chat_view(d, c, &view);
        if (c->told_state == c->state && c->told_position == view.position &&
            c->told_left == c->left) {
            continue;
        }
        c->told_state = c->state;
        c->told_position = view.position;
        c->told_left = c->left;
        d->visitor_ports->chat(d->visitor_ports->ctx, c->visitor->record.id, &view);
    }
}

static void tell_departments(struct desk *d)
{
    for (size_t i = 0; i < d->department_count; i++) {
        struct department *p = &d->departments[i];
        struct department_view view;
        department_view(p, &view);
        if (view.state == p->told.state && view.waiting == p->told.waiting &&
            view.active == p->told.active && view.free_seats == p->told.free_seats) {
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
        routing_run(d, now);
    }
    tell_positions(d);
    tell_departments(d);
}

static void tell_card(struct desk *d, const struct visitor *v)
{
    if (v->chat != NULL) {
        d->agent_ports->card(d->agent_ports->ctx, v->record.id);
    }
}

static void drop_if_idle(struct desk *d, struct visitor *v)
{
    if (!v->online && v->chat == NULL) {
        map_remove(d->visitors, v->record.id);
        visitor_destroy(v);
    }
}

/* A closed chat leaves memory; its ids stay with the visitor, so that late repeats are still
 * recognised. */
static void retire(struct desk *d, struct chat *c)
{
    struct visitor *v = c->visitor;
    struct agent *owner = c->owner;
    const char *ids[TRANSCRIPT_LINES];
    int64_t sequences[TRANSCRIPT_LINES];
    size_t count = 0;
    const struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(&c->transcript, i)) != NULL; i++) {
        if (e->by == BY_VISITOR && e->sender_id[0] != '\0') {
            ids[count] = e->sender_id;
            sequences[count++] = e->sequence;
        }
    }
    visitor_remember_ids(v, ids, sequences, count);
    chat_destroy(d, c);
    if (owner != NULL) {
        desk_settle_contact(d, owner, v);
    }
}

static void close_chat(struct desk *d, time_ms now, struct chat *c, const char *by)
{
    struct agent *owner = c->owner;

    c->closed_by = by;
    routing_end_offers(d, c, NULL, NOTICE_CLOSED, by);
    chat_enter(d, now, c, CHAT_CLOSED, owner);
    chat_notice(d, now, c, "closed", owner);
    if (owner != NULL && !text_equal(by, "agent")) {
        d->agent_ports->notice(d->agent_ports->ctx, owner->jid, c->visitor->record.id,
                               NOTICE_CLOSED, by);
    }
    tell_card(d, c->visitor);
}

/* ---- visitors ---- */

enum desk_result desk_visitor_arrive(struct desk *d, time_ms now,
                                     const struct visitor_record *record,
                                     const char *const *recent_ids, const int64_t *recent_sequences,
                                     size_t recent_count)
{
    struct visitor *v = desk_find_visitor(d, record->id);

    if (v == NULL) {
        if (map_count(d->visitors) >= d->config.max_visitors) {
            return DESK_FULL;
        }
        v = visitor_create(record);
        visitor_remember_ids(v, recent_ids, recent_sequences, recent_count);
        map_set(d->visitors, v->record.id, v);
        v->away_since = now;
    } else {
        visitor_update(v, record);
        tell_card(d, v);
    }
    v->record.last_seen = now;
    storage_put_visitor(d->storage, &v->record);
    return DESK_OK;
}

void desk_visitor_page(struct desk *d, time_ms now, const char *visitor, const char *url,
                       const char *title)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL) {
        return;
    }
    visitor_set_page(v, url, title);
    v->record.last_seen = now;
    storage_put_visitor(d->storage, &v->record);
    tell_card(d, v);
}

enum desk_result desk_visitor_form(struct desk *d, time_ms now, const char *visitor,
                                   const char *name, const char *email)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL) {
        return DESK_NOT_FOUND;
    }
    visitor_update(v, &(struct visitor_record){.name = name, .email = email, .last_seen = now});
    storage_put_visitor(d->storage, &v->record);
    tell_card(d, v);
    return DESK_OK;
}

void desk_visitor_online(struct desk *d, time_ms now, const char *visitor, bool online)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL || v->online == online) {
        return;
    }
    v->online = online;
    if (!online) {
        v->away_since = now;
        v->record.last_seen = now;
        drop_if_idle(d, v);
        return;
    }
    v->away_since = 0;
    if (v->chat != NULL) {
        v->chat->told_absent = false;
    }
    if (v->told_away) {
        v->told_away = false;
        tell_card(d, v);
    }
}

/* Whether a new chat may begin. */
static enum desk_result may_begin(const struct desk *d, const struct visitor *v,
                                  const struct department *p)
{
    if ((p->form_name == FORM_REQUIRED && v->record.name[0] == '\0') ||
        (p->form_email == FORM_REQUIRED && v->record.email[0] == '\0')) {
        return DESK_FORM;
    }
    return p->waiting >= d->config.max_queue ? DESK_FULL : DESK_OK;
}

static int64_t find_repeat(struct visitor *v, const char *sender_id)
{
    if (sender_id[0] == '\0') {
        return 0;
    }
    if (v->chat != NULL) {
        const struct entry_record *e = transcript_find_id(&v->chat->transcript, NULL, sender_id);
        if (e != NULL) {
            return e->sequence;
        }
    }
    return visitor_find_id(v, sender_id);
}

static void tell_agents(struct desk *d, struct chat *c, const struct entry_record *e)
{
    const struct desk_agent_ports *ports = d->agent_ports;
    const char *visitor = c->visitor->record.id;

    if (c->state == CHAT_ACTIVE) {
        ports->entry(ports->ctx, c->owner->jid, visitor, e);
        return;
    }
    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (!o->declined) {
            ports->entry(ports->ctx, o->agent->jid, visitor, e);
        }
    }
}

static void begin_left_message(struct desk *d, time_ms now, struct chat *c)
{
    c->left = true;
    chat_store(d, c);
    chat_notice(d, now, c, "left-message", NULL);
}

enum desk_result desk_visitor_say(struct desk *d, time_ms now, const char *visitor,
                                  const char *department, const char *sender_id, const char *body,
                                  int64_t *sequence)
{
    struct visitor *v = desk_find_visitor(d, visitor);
    struct department *p = desk_find_department(d, department);

    if (v == NULL || p == NULL) {
        return DESK_NOT_FOUND;
    }
    *sequence = find_repeat(v, sender_id);
    if (*sequence != 0) {
        return DESK_REPEATED;
    }
    bool begins = v->chat == NULL || !chat_is_open(v->chat);
    if (begins) {
        enum desk_result may = may_begin(d, v, p);
        if (may != DESK_OK) {
            return may;
        }
        if (v->chat != NULL) {
            retire(d, v->chat);
        }
        chat_store(d, chat_create(d, now, v, p));
    }
    struct chat *c = v->chat;
    const struct entry_record *e = chat_add(d, now, c,
                                            &(struct entry_record){.kind = ENTRY_MESSAGE,
                                                                   .by = BY_VISITOR,
                                                                   .agent = "",
                                                                   .name = v->record.name,
                                                                   .sender_id = sender_id,
                                                                   .event = "",
                                                                   .body = body});
    *sequence = e->sequence;
    d->visitor_ports->entry(d->visitor_ports->ctx, visitor, c->department->id, e);
    tell_agents(d, c, e);
    if (begins) {
        if (department_state(p) == DEPARTMENT_NOBODY) {
            begin_left_message(d, now, c);
        }
        desk_settle(d, now);
    }
    return DESK_OK;
}

void desk_visitor_typing(struct desk *d, const char *visitor, const char *state)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    const struct desk_agent_ports *ports = d->agent_ports;

    if (v == NULL || v->chat == NULL) {
        return;
    }
    const struct chat *c = v->chat;
    if (c->state == CHAT_ACTIVE && c->owner->availability != AVAILABILITY_GONE) {
        ports->typing(ports->ctx, c->owner->jid, visitor, state);
    }
    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (!o->declined && o->agent->availability != AVAILABILITY_GONE) {
            ports->typing(ports->ctx, o->agent->jid, visitor, state);
        }
    }
}

void desk_visitor_seen(struct desk *d, const char *visitor, int64_t sequence, enum entry_seen seen)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL || v->chat == NULL) {
        return;
    }
    struct entry_record *e = transcript_find(&v->chat->transcript, sequence);
    if (e == NULL || e->by != BY_AGENT || e->seen >= seen) {
        return;
    }
    e->seen = seen;
    storage_mark_entry(d->storage, sequence, seen);
    d->agent_ports->seen(d->agent_ports->ctx, e->agent, visitor, e->sender_id, seen);
}

enum desk_result desk_visitor_end(struct desk *d, time_ms now, const char *visitor)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    close_chat(d, now, v->chat, "visitor");
    desk_settle(d, now);
    return DESK_OK;
}

/* ---- agents ---- */

void desk_agent_available(struct desk *d, time_ms now, const char *agent,
                          enum availability availability)
{
    struct agent *a = desk_find_agent(d, agent);

    if (a == NULL || a->availability == availability) {
        return;
    }
    bool was_there = agent_is_there(a);
    a->availability = availability;
    log_info("agent: availability=%d", (int)availability);
    if (!was_there && agent_is_there(a)) {
        routing_forget_declined(a);
    }
    list_for_each (struct chat, c, &a->chats, owner_link) {
        if (c->state == CHAT_ACTIVE && c->owner_gone != (availability == AVAILABILITY_GONE)) {
            c->owner_gone = !c->owner_gone;
            c->gone_since = now;
        }
    }
    d->unsettled = true;
    desk_settle(d, now);
}

static enum desk_result say_to_closed(struct desk *d, time_ms now, struct chat *c, struct agent *a,
                                      const struct entry_record *line, int64_t *sequence)
{
    if (c->owner != a) {
        return DESK_NOT_FOUND;
    }
    *sequence = chat_add(d, now, c, line)->sequence;
    d->agent_ports->notice(d->agent_ports->ctx, a->jid, c->visitor->record.id,
                           NOTICE_ADDED_TO_RECORD, "");
    return DESK_KEPT;
}

static enum desk_result not_yours(struct desk *d, const struct chat *c, const struct agent *a)
{
    d->agent_ports->notice(d->agent_ports->ctx, a->jid, c->visitor->record.id, NOTICE_NOT_YOURS,
                           c->owner != NULL ? c->owner->name : "");
    return DESK_FORBIDDEN;
}

static void say_to_visitor(struct desk *d, time_ms now, struct chat *c, const struct agent *a,
                           const struct entry_record *line, int64_t *sequence)
{
    const struct entry_record *e = chat_add(d, now, c, line);
    const struct visitor *v = c->visitor;

    *sequence = e->sequence;
    d->visitor_ports->entry(d->visitor_ports->ctx, v->record.id, c->department->id, e);
    if (!v->online && v->told_away && !c->told_absent) {
        c->told_absent = true;
        d->agent_ports->notice(d->agent_ports->ctx, a->jid, v->record.id, NOTICE_ABSENT, "");
    }
}

enum desk_result desk_agent_say(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *sender_id, const char *body, int64_t *sequence)
{
    struct agent *a = desk_find_agent(d, agent);
    struct visitor *v = desk_find_visitor(d, visitor);

    if (a == NULL) {
        return DESK_FORBIDDEN;
    }
    if (v == NULL || v->chat == NULL) {
        return DESK_NOT_FOUND;
    }
    struct chat *c = v->chat;
    const struct entry_record *repeat = transcript_find_id(&c->transcript, agent, sender_id);
    if (repeat != NULL) {
        *sequence = repeat->sequence;
        return DESK_REPEATED;
    }
    const struct entry_record line = {.kind = ENTRY_MESSAGE,
                                      .by = BY_AGENT,
                                      .agent = a->jid,
                                      .name = a->name,
                                      .sender_id = sender_id,
                                      .event = "",
                                      .body = body};
    if (!chat_is_open(c)) {
        return say_to_closed(d, now, c, a, &line, sequence);
    }
    if (!department_has(c->department, a) || (c->state == CHAT_ACTIVE && c->owner != a)) {
        return not_yours(d, c, a);
    }
    if (chat_is_waiting(c)) {
        routing_claim(d, now, c, a);
    }
    say_to_visitor(d, now, c, a, &line, sequence);
    desk_settle(d, now);
    return DESK_OK;
}

void desk_agent_typing(struct desk *d, const char *agent, const char *visitor, const char *state)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    /* Only the owner: before a claim nobody is said to be typing. */
    if (a != NULL && v != NULL && v->chat != NULL && v->chat->state == CHAT_ACTIVE &&
        v->chat->owner == a) {
        d->visitor_ports->typing(d->visitor_ports->ctx, visitor, v->chat->department->id, a->name,
                                 state);
    }
}

void desk_agent_seen(struct desk *d, const char *agent, const char *visitor, int64_t sequence,
                     enum entry_seen seen)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (a == NULL || v == NULL || v->chat == NULL || map_get(a->contacts, visitor) == NULL) {
        return;
    }
    struct entry_record *e = transcript_find(&v->chat->transcript, sequence);
    if (e == NULL || e->by != BY_VISITOR || e->seen >= seen) {
        return;
    }
    e->seen = seen;
    storage_mark_entry(d->storage, sequence, seen);
    d->visitor_ports->seen(d->visitor_ports->ctx, visitor, v->chat->department->id, e->sender_id,
                           seen);
}

enum desk_result desk_agent_decline(struct desk *d, time_ms now, const char *agent,
                                    const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    struct visitor *v = desk_find_visitor(d, visitor);
    struct offer *o = a != NULL && v != NULL && v->chat != NULL ? offer_find(v->chat, a) : NULL;

    if (o == NULL || o->declined) {
        return DESK_NOT_FOUND;
    }
    o->declined = true;
    desk_settle_contact(d, a, v);
    d->unsettled = true;
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_end(struct desk *d, time_ms now, const char *agent, const char *visitor)
{
    const struct agent *a = desk_find_agent(d, agent);
    struct visitor *v = desk_find_visitor(d, visitor);

    if (a == NULL || v == NULL || v->chat == NULL || v->chat->owner != a) {
        return DESK_NOT_FOUND;
    }
    if (chat_is_open(v->chat)) {
        close_chat(d, now, v->chat, "agent");
    } else {
        retire(d, v->chat);
        drop_if_idle(d, v);
    }
    desk_settle(d, now);
    return DESK_OK;
}

/* ---- time ---- */

static void tick_owner(struct desk *d, time_ms now, struct chat *c)
{
    struct agent *lost = c->owner;

    if (!c->owner_gone || now - c->gone_since < d->config.agent_grace_ms) {
        return;
    }
    /* First in line: it waits since its beginning. */
    c->waiting_since = c->created;
    chat_enter(d, now, c, CHAT_QUEUED, NULL);
    d->agent_ports->notice(d->agent_ports->ctx, lost->jid, c->visitor->record.id, NOTICE_MOVED, "");
    desk_settle_contact(d, lost, c->visitor);
    chat_notice(d, now, c, "lost", lost);
}

static void tick_waiting(struct desk *d, time_ms now, struct chat *c)
{
    const struct visitor *v = c->visitor;
    time_ms nobody_since = c->department->nobody_since;
    bool went = !v->online && now - v->away_since >= d->config.visitor_grace_ms;
    bool alone = nobody_since != 0 && now - nobody_since >= d->config.agent_grace_ms;

    if (!c->left && (went || alone)) {
        begin_left_message(d, now, c);
    }
}

static void tick_visitor(struct desk *d, time_ms now, struct visitor *v)
{
    if (!v->online && !v->told_away && now - v->away_since >= VISITOR_LEAVE_MS) {
        v->told_away = true;
        tell_card(d, v);
    }
}

static void tick_departments(struct desk *d, time_ms now)
{
    for (size_t i = 0; i < d->department_count; i++) {
        struct department *p = &d->departments[i];
        if (department_state(p) != DEPARTMENT_NOBODY) {
            p->nobody_since = 0;
        } else if (p->nobody_since == 0) {
            p->nobody_since = now;
        }
    }
}

void desk_tick(struct desk *d, time_ms now)
{
    tick_departments(d, now);
    list_for_each_safe (struct chat, c, &d->chats, link) {
        struct visitor *v = c->visitor;
        tick_visitor(d, now, v);
        if (c->state == CHAT_ACTIVE) {
            tick_owner(d, now, c);
        }
        if (c->state == CHAT_ACTIVE && !v->online && now - c->last_line >= d->config.idle_ms &&
            now - v->away_since >= d->config.idle_ms) {
            close_chat(d, now, c, "desk");
        } else if (chat_is_waiting(c)) {
            tick_waiting(d, now, c);
        } else if (c->state == CHAT_CLOSED && now - c->closed >= d->config.linger_ms) {
            retire(d, c);
            drop_if_idle(d, v);
        }
    }
    desk_settle(d, now);
}
