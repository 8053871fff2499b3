/* What agents do. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/duty.h"
#include "desk/participant.h"
#include "desk/routing.h"
#include "desk/taker.h"
#include "desk/ticket_keeping.h"

void desk_agent_available(struct desk *d, time_ms now, const char *agent,
                          enum availability availability)
{
    struct agent *a = desk_find_agent(d, agent);

    desk_pass(d, now);
    if (a == NULL || a->sensed == availability) {
        return;
    }
    a->sensed = availability;
    duty_follow(d, now, a);
    desk_settle(d, now);
}

void desk_agent_room(struct desk *d, time_ms now, const char *agent, size_t room)
{
    struct agent *a = desk_find_agent(d, agent);

    desk_pass(d, now);
    if (a == NULL || a->room == room) {
        return;
    }
    a->room = room;
    browsing_follow_agent(d, a);
    d->unsettled = true;
    desk_settle(d, now);
}

void desk_agent_status(struct desk *d, const char *agent, const char *status)
{
    struct agent *a = desk_find_agent(d, agent);

    if (a != NULL && a->shows_status) {
        mem_replace(&a->status, status);
    }
}

void desk_agent_spoke(struct desk *d, time_ms now, const char *agent)
{
    struct agent *a = desk_find_agent(d, agent);

    desk_pass(d, now);
    if (a != NULL) {
        agent_reacted(a);
        duty_follow(d, now, a);
        desk_settle(d, now);
    }
}

/* To the record, not to the visitor: a note. */
static enum desk_result say_to_closed(struct desk *d, time_ms now, struct chat *c, struct agent *a,
                                      const struct entry_record *line, int64_t *sequence)
{
    struct entry_record note = *line;

    if (c->owner != a) {
        return DESK_NOT_FOUND;
    }
    note.kind = ENTRY_NOTE;
    *sequence = chat_add(d, now, c, &note)->sequence;
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

void desk_say_to_visitor(struct desk *d, time_ms now, struct chat *c,
                         const struct entry_record *line, int64_t *sequence)
{
    const struct entry_record *e = chat_add(d, now, c, line);
    const struct visitor *v = c->visitor;

    *sequence = e->sequence;
    if (text_equal(line->agent, c->owner->jid)) {
        c->gone_since = d->steady; /* a line is a sign of life, whatever presence says */
    }
    d->visitor_ports->entry(d->visitor_ports->ctx, v->record.id, c->address->id, e);
    chat_tell_all(d, c, desk_find_agent(d, line->agent), e);
    if (v->told_away) {
        desk_tell_absent(d, c);
    }
}

/* Whether a line of that agent may reach the visitor of an open chat: as the owner's, or as that of
 * somebody who takes the chat or comes into it with it. Who has the chat may end it, though the
 * department is not theirs any more. */
static bool may_say(const struct chat *c, const struct agent *a)
{
    const struct participant *p = participant_find(c, a);
    bool is_in = p != NULL && p->part != PART_WATCHING;

    if (c->state == CHAT_ACTIVE) {
        return c->owner == a || is_in || offer_is_open(c, a);
    }
    return (is_in || taker_serves(c, a)) && routing_is_for(c, a);
}

/* Before the first line of somebody who does not own the chat. */
static void come_in(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    const struct participant *p = participant_find(c, a);

    if (chat_is_waiting(c)) {
        routing_claim(d, now, c, a);
    } else if (offer_is_open(c, a)) {
        transfer_take(d, now, c, a);
    } else if (c->owner != a && p->part == PART_INVITED) {
        desk_join(d, now, c, a);
    }
}

/* The same id and the same text: some clients number their messages anew at each log-in, so an id
 * alone may be another line's. */
static int64_t find_repeat(const struct visitor *v, const char *agent, const char *sender_id,
                           const char *body)
{
    if (sender_id[0] == '\0') {
        return 0;
    }
    const struct entry_record *e =
        v->chat != NULL ? transcript_find_id(&v->chat->transcript, agent, sender_id, body) : NULL;
    return e != NULL ? e->sequence : repeats_find(&v->old, agent, sender_id, body);
}

enum desk_result desk_agent_reply(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor, const char *sender_id, const char *body,
                                  int64_t about, int64_t *sequence)
{
    struct agent *a = desk_find_agent(d, agent);
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL) {
        return DESK_FORBIDDEN;
    }
    if (v == NULL) {
        return DESK_NOT_FOUND;
    }
    agent_reacted(a);
    body = desk_mask(d, body);
    int64_t repeated = find_repeat(v, agent, sender_id, body);
    if (repeated != 0) {
        *sequence = repeated;
        return DESK_REPEATED;
    }
    enum desk_result may = v->chat == NULL ? browsing_claim(d, now, v, a) : DESK_OK;
    if (may != DESK_OK) {
        return may;
    }
    struct chat *c = v->chat;
    const struct entry_record line = {.kind = ENTRY_MESSAGE,
                                      .by = BY_AGENT,
                                      .agent = a->jid,
                                      .name = a->name,
                                      .sender_id = sender_id,
                                      .event = "",
                                      .body = body,
                                      .about = desk_line(d, visitor, about) != NULL ? about : 0};
    if (!chat_is_open(c)) {
        return say_to_closed(d, now, c, a, &line, sequence);
    }
    if (!may_say(c, a)) {
        return not_yours(d, c, a);
    }
    come_in(d, now, c, a);
    desk_say_to_visitor(d, now, c, &line, sequence);
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_say(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *sender_id, const char *body, int64_t *sequence)
{
    return desk_agent_reply(d, now, agent, visitor, sender_id, body, 0, sequence);
}

void desk_agent_typing(struct desk *d, const char *agent, const char *visitor, const char *state)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (a == NULL || v == NULL || v->chat == NULL || v->chat->state != CHAT_ACTIVE) {
        return;
    }
    /* Only who speaks to the visitor: before a claim nobody is said to be typing. */
    if (participant_speaks(v->chat, a)) {
        d->visitor_ports->typing(d->visitor_ports->ctx, visitor, v->chat->address->id, a->name,
                                 state);
    }
}

void desk_agent_seen(struct desk *d, const char *agent, const char *visitor, int64_t sequence,
                     enum entry_seen seen)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);
    const struct entry_record *lines[TRANSCRIPT_LINES];

    if (a == NULL || v == NULL || v->chat == NULL || map_get(a->contacts, visitor) == NULL) {
        return;
    }
    size_t count = desk_mark_seen(d, v->chat, BY_VISITOR, sequence, seen, lines);
    if (count > 0) {
        d->visitor_ports->seen(d->visitor_ports->ctx, visitor, v->chat->address->id,
                               lines[count - 1]->sender_id, seen);
    }
}

enum desk_result desk_agent_decline(struct desk *d, time_ms now, const char *agent,
                                    const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL || v == NULL || v->chat == NULL) {
        return DESK_NOT_FOUND;
    }
    struct offer *o = offer_find(v->chat, a);
    const struct participant *p = participant_find(v->chat, a);
    if (o != NULL && o->state == OFFER_OPEN) {
        routing_decline(d, o);
    } else if (p != NULL && p->part == PART_INVITED) {
        participant_tell_all(d, v->chat, a, NOTICE_NOT_COMING, a->name);
        participant_leave(d, v->chat, a);
    } else {
        return DESK_NOT_FOUND;
    }
    agent_reacted(a);
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_prioritise(struct desk *d, time_ms now, const char *agent,
                                       const char *visitor, enum chat_priority priority)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    struct chat *c = v->chat;
    bool may = a != NULL && (c->state == CHAT_ACTIVE ? c->owner == a : taker_may_claim(c, a));
    if (!may && !desk_has_role(d, agent, ROLE_SUPERVISOR) &&
        !desk_has_role(d, agent, ROLE_DISPATCHER)) {
        return DESK_FORBIDDEN;
    }
    if (c->priority != priority) {
        chat_add(d, now, c,
                 &(struct entry_record){.kind = ENTRY_NOTE,
                                        .by = BY_DESK,
                                        .agent = agent,
                                        .name = a != NULL ? a->name : "",
                                        .sender_id = "",
                                        .event = "priority",
                                        .body = desk_priority_name(priority)});
        chat_set_priority(d, c, priority);
        desk_settle(d, now);
    }
    return DESK_OK;
}

/* Whether the agent has said anything behind that entry. */
static bool has_answered(struct chat *c, const struct agent *a, int64_t sequence)
{
    const struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(&c->transcript, i)) != NULL; i++) {
        if (e->sequence > sequence && e->by == BY_AGENT && text_equal(e->agent, a->jid)) {
            return true;
        }
    }
    return false;
}

void desk_agent_bounced(struct desk *d, time_ms now, const char *agent, const char *visitor,
                        int64_t sequence)
{
    struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL || v == NULL || v->chat == NULL) {
        return;
    }
    struct chat *c = v->chat;
    struct offer *o = offer_find(c, a);
    if (o != NULL && o->state == OFFER_OPEN) {
        routing_decline(d, o);
    } else if (c->state == CHAT_ACTIVE && c->owner == a && !has_answered(c, a, sequence)) {
        desk_lose_owner(d, now, c, NOTICE_MOVED);
        if (chat_is_waiting(c) && taker_serves(c, a)) {
            routing_decline(d, offer_create(c, a)); /* not to the same again */
        }
    }
    desk_settle(d, now);
}

static void keep_reason(struct desk *d, time_ms now, struct chat *c, const char *reason)
{
    if (reason[0] != '\0') {
        chat_add(d, now, c,
                 &(struct entry_record){.kind = ENTRY_NOTE,
                                        .by = BY_AGENT,
                                        .agent = c->owner->jid,
                                        .name = c->owner->name,
                                        .sender_id = "",
                                        .event = "reason",
                                        .body = reason});
    }
}

enum desk_result desk_agent_end(struct desk *d, time_ms now, const char *agent, const char *visitor,
                                const char *reason)
{
    struct agent *a = desk_find_agent(d, agent);
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL || v == NULL || v->chat == NULL || v->chat->owner != a) {
        return DESK_NOT_FOUND;
    }
    if (chat_is_open(v->chat)) {
        if (ticket_is_to_follow(d, v->chat) && desk_own_missing(d, v->chat->number) != NULL) {
            return DESK_MISSING;
        }
        keep_reason(d, now, v->chat, reason);
        desk_close_chat(d, now, v->chat, "agent");
    } else {
        desk_retire(d, v->chat);
        desk_settle_contact(d, a, v);
        desk_drop_if_idle(d, v);
    }
    desk_settle(d, now);
    return DESK_OK;
}
