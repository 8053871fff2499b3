/* Taking and leaving: a chat by number or the next one, back to the line, a pause. */
#include "desk/desk_state.h"
#include "desk/routing.h"
#include "desk/taker.h"

/* A dispatcher takes from any department, but is an agent too: only they have seats. */
static bool may_take(const struct desk *d, const struct chat *c, const struct agent *a)
{
    return routing_is_for(c, a) &&
           (taker_serves(c, a) || desk_has_role(d, a->jid, ROLE_DISPATCHER));
}

static enum desk_result take(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    if (!routing_has_room(c, a)) {
        return DESK_FULL;
    }
    routing_claim(d, now, c, a);
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_take(struct desk *d, time_ms now, const char *agent,
                                 const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL || v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    struct chat *c = v->chat;
    if (c->owner == a) {
        return DESK_REPEATED;
    }
    if (c->owner != NULL && offer_is_open(c, a)) { /* who hands it to them */
        transfer_take(d, now, c, a);
        desk_settle(d, now);
        return DESK_OK;
    }
    if (!may_take(d, c, a)) {
        return DESK_NOT_FOUND;
    }
    return c->owner != NULL ? DESK_FORBIDDEN : take(d, now, c, a);
}

enum desk_result desk_agent_next(struct desk *d, time_ms now, const char *agent,
                                 const char **visitor)
{
    struct agent *a = desk_find_agent(d, agent);

    desk_pass(d, now);
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        const struct offer *o = a != NULL ? offer_find(c, a) : NULL;
        if (a != NULL && taker_may_claim(c, a) && (o == NULL || o->state != OFFER_DECLINED)) {
            *visitor = c->visitor->record.id;
            return take(d, now, c, a);
        }
    }
    return DESK_NOT_FOUND;
}

static struct chat *find_own(const struct desk *d, const struct agent *a, const char *visitor)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    struct chat *c = v != NULL ? v->chat : NULL;

    return a != NULL && c != NULL && c->state == CHAT_ACTIVE && c->owner == a ? c : NULL;
}

enum desk_result desk_agent_release(struct desk *d, time_ms now, const char *agent,
                                    const char *visitor)
{
    struct agent *a = desk_find_agent(d, agent);
    struct chat *c = find_own(d, a, visitor);

    desk_pass(d, now);
    if (c == NULL) {
        return DESK_NOT_FOUND;
    }
    if (!desk_leave_to_heir(d, now, c)) {
        chat_enter(d, now, c, CHAT_QUEUED, NULL);
        if (taker_serves(c, a)) { /* a dispatcher may be of another one */
            routing_decline(d, offer_create(c, a));
        }
        chat_notice(d, now, c, "handed-back", a);
    }
    desk_settle_contact(d, a, c->visitor);
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_hold(struct desk *d, time_ms now, const char *agent,
                                 const char *visitor, unsigned minutes)
{
    struct chat *c = find_own(d, desk_find_agent(d, agent), visitor);

    desk_pass(d, now);
    if (c == NULL) {
        return DESK_NOT_FOUND;
    }
    if (minutes == 0 || minutes > HOLD_MINUTES_MAX) {
        return DESK_FORM;
    }
    hold_begin(d, now, c, minutes);
    desk_settle(d, now);
    return DESK_OK;
}

enum desk_result desk_agent_resume(struct desk *d, time_ms now, const char *agent,
                                   const char *visitor)
{
    struct chat *c = find_own(d, desk_find_agent(d, agent), visitor);

    desk_pass(d, now);
    if (c == NULL || c->hold.until == 0) {
        return DESK_NOT_FOUND;
    }
    chat_notice(d, now, c, "resumed", c->owner);
    desk_settle(d, now);
    return DESK_OK;
}
