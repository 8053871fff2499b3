/* What agents do with a chat that another one has or is to have: hand it over, come into it, leave
 * it, talk to each other in it. */
#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/routing.h"
#include "desk/taker.h"

/* The ACTIVE chat of that visitor; NULL: none. */
static struct chat *active_chat(const struct desk *d, const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL && v->chat != NULL && v->chat->state == CHAT_ACTIVE ? v->chat : NULL;
}

/* The owner's or a participant's, who sees the chat. */
static bool is_in(const struct chat *c, const struct agent *a)
{
    return c->owner == a || participant_find(c, a) != NULL;
}

static const struct entry_record *note(struct desk *d, time_ms now, struct chat *c,
                                       const struct agent *a, const char *event, const char *text)
{
    return chat_add(d, now, c,
                    &(struct entry_record){.kind = ENTRY_NOTE,
                                           .by = BY_AGENT,
                                           .agent = a->jid,
                                           .name = a->name,
                                           .sender_id = "",
                                           .event = event,
                                           .body = text});
}

static enum desk_result hand_over(struct desk *d, time_ms now, struct chat *c,
                                  const struct transfer *to, const char *comment)
{
    if (!transfer_could_reach(c, to)) {
        return DESK_FULL;
    }
    if (comment[0] != '\0') {
        note(d, now, c, c->owner, "transfer", comment);
    }
    transfer_begin(d, c, to);
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_transfer(struct desk *d, time_ms now, const char *agent,
                                     const char *visitor, const char *to_agent,
                                     const char *to_department, const char *comment)
{
    struct agent *a = desk_find_agent(d, agent);
    struct chat *c = active_chat(d, visitor);
    struct agent *to = desk_find_agent(d, to_agent);
    struct department *p = to == NULL ? desk_find_department(d, to_department) : NULL;

    desk_pass(d, now);
    if (a == NULL || c == NULL || c->owner != a || (to == NULL && p == NULL)) {
        return DESK_NOT_FOUND;
    }
    if (to == a || (to != NULL && !routing_is_for(c, to))) {
        return DESK_FORBIDDEN;
    }
    return hand_over(d, now, c, &(struct transfer){.agent = to, .department = p}, comment);
}

enum desk_result desk_agent_escalate(struct desk *d, time_ms now, const char *agent,
                                     const char *visitor, unsigned level, const char *comment)
{
    const struct agent *a = desk_find_agent(d, agent);
    struct chat *c = active_chat(d, visitor);

    desk_pass(d, now);
    if (a == NULL || c == NULL || c->owner != a || level == 0) {
        return DESK_NOT_FOUND;
    }
    return hand_over(d, now, c, &(struct transfer){.department = c->department, .level = level},
                     comment);
}

enum desk_result desk_agent_invite(struct desk *d, time_ms now, const char *agent,
                                   const char *visitor, const char *whom, const char *comment)
{
    const struct agent *a = desk_find_agent(d, agent);
    struct agent *to = desk_find_agent(d, whom);
    struct chat *c = active_chat(d, visitor);

    desk_pass(d, now);
    if (a == NULL || to == NULL || c == NULL || !participant_speaks(c, a)) {
        return DESK_NOT_FOUND;
    }
    if (!routing_is_for(c, to)) {
        return DESK_FORBIDDEN;
    }
    if (is_in(c, to)) {
        return DESK_REPEATED;
    }
    if (agent_is_lost(to) || !routing_has_room(c, to)) {
        return DESK_FULL;
    }
    if (comment[0] != '\0') {
        note(d, now, c, a, "invite", comment);
    }
    participant_enter(d, c, to, PART_INVITED);
    d->agent_ports->notice(d->agent_ports->ctx, to->jid, visitor, NOTICE_INVITED, a->name);
    desk_settle(d, now);
    return DESK_OK;
}

void desk_join(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    participant_enter(d, c, a, PART_JOINED);
    participant_tell_all(d, c, a, NOTICE_JOINED, a->name);
    chat_notice(d, now, c, "joined", a);
    chat_tell_about(d, now, c, a);
}

enum desk_result desk_agent_join(struct desk *d, time_ms now, const char *agent,
                                 const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    struct chat *c = active_chat(d, visitor);

    desk_pass(d, now);
    if (a == NULL || c == NULL) {
        return DESK_NOT_FOUND;
    }
    if (participant_speaks(c, a)) {
        return DESK_REPEATED;
    }
    bool may = is_in(c, a) || taker_serves(c, a) || roles_have(&d->roles, a->jid, ROLE_SUPERVISOR);
    if (!may || !routing_is_for(c, a)) {
        return DESK_FORBIDDEN;
    }
    if (!routing_has_room(c, a)) {
        return DESK_FULL;
    }
    desk_join(d, now, c, a);
    desk_settle(d, now);
    return DESK_OK;
}

static bool is_supervisor(const struct desk *d, const struct chat *c, const struct agent *a)
{
    return a != NULL && roles_have(&d->roles, a->jid, ROLE_SUPERVISOR) && routing_is_for(c, a);
}

enum desk_result desk_agent_watch(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    struct chat *c = active_chat(d, visitor);

    desk_pass(d, now);
    if (c == NULL) {
        return DESK_NOT_FOUND;
    }
    if (!is_supervisor(d, c, a)) {
        return DESK_FORBIDDEN;
    }
    if (is_in(c, a)) {
        return DESK_REPEATED;
    }
    if (!routing_has_room(c, a)) {
        return DESK_FULL;
    }
    participant_enter(d, c, a, PART_WATCHING);
    if (!d->config.watch_silently) {
        participant_tell_all(d, c, a, NOTICE_WATCHED, a->name);
    }
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_take_over(struct desk *d, time_ms now, const char *agent,
                                      const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    struct chat *c = v->chat;
    struct agent *from = c->owner;
    if (!is_supervisor(d, c, a)) {
        return DESK_FORBIDDEN;
    }
    if (from == a) {
        return DESK_REPEATED;
    }
    if (!routing_has_room(c, a)) {
        return DESK_FULL;
    }
    if (from == NULL) {
        routing_claim(d, now, c, a);
    } else {
        c->transfer = (struct transfer){.agent = NULL};
        desk_change_owner(d, now, c, a);
        routing_end_offers(d, c, a, NOTICE_TAKEN_BY, a->name);
        d->agent_ports->notice(d->agent_ports->ctx, from->jid, visitor, NOTICE_TAKEN_OVER, a->name);
        desk_settle_contact(d, from, c->visitor);
    }
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_leave(struct desk *d, time_ms now, const char *agent,
                                  const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL || v == NULL || v->chat == NULL || !is_in(v->chat, a)) {
        return DESK_NOT_FOUND;
    }
    struct chat *c = v->chat;
    if (c->owner == a) {
        return DESK_FORBIDDEN;
    }
    bool spoke = participant_speaks(c, a);
    participant_leave(d, c, a);
    if (spoke) {
        participant_tell_all(d, c, a, NOTICE_LEFT, a->name);
        chat_notice(d, now, c, "left", a);
    }
    return DESK_OK;
}

enum desk_result desk_agent_whisper(struct desk *d, time_ms now, const char *agent,
                                    const char *visitor, const char *text)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL || v == NULL || v->chat == NULL || !chat_is_open(v->chat) || !is_in(v->chat, a)) {
        return DESK_NOT_FOUND;
    }
    chat_tell_all(d, v->chat, a, note(d, now, v->chat, a, "whisper", text));
    return DESK_OK;
}
