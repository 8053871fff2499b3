#include "desk/transfer.h"

#include "base/log.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/routing.h"

bool transfer_is_open(const struct chat *c)
{
    return c->transfer.agent != NULL || c->transfer.department != NULL;
}

const char *transfer_target(const struct chat *c)
{
    if (c->transfer.agent != NULL) {
        return c->transfer.agent->jid;
    }
    return c->transfer.department != NULL ? c->transfer.department->id : "";
}

static bool may_be_put(const struct chat *c, const struct agent *a)
{
    return c->owner != a && agent_is_there(a) && routing_is_for(c, a) && routing_has_room(c, a);
}

/* Of a department; by its rules, as if the chat waited there. */
static bool may_be_one(const struct chat *c, const struct department *p, const struct agent *a)
{
    const struct visitor_record *v = &c->visitor->record;

    return may_be_put(c, a) && agent_free_seats(a) > 0 &&
           department_may_ask(p, rules_match(p->rules, p->rule_count, v), a, v);
}

/* One agent is asked in person, whatever the seats; they may decline. */
bool transfer_could_reach(const struct chat *c, const struct agent *agent,
                          const struct department *department)
{
    if (agent != NULL) {
        return may_be_put(c, agent);
    }
    for (size_t i = 0; i < department->agent_count; i++) {
        if (may_be_one(c, department, department->agents[i])) {
            return true;
        }
    }
    return false;
}

static void put_to(struct desk *d, struct chat *c, struct agent *a)
{
    offer_create(c, a)->since = d->steady;
    desk_settle_contact(d, a, c->visitor);
    d->agent_ports->notice(d->agent_ports->ctx, a->jid, c->visitor->record.id, NOTICE_HANDED, "");
}

void transfer_begin(struct desk *d, struct chat *c, struct agent *agent,
                    struct department *department)
{
    transfer_end(d, c);
    c->transfer = (struct transfer){agent, department, d->steady};
    c->offered = true;
    if (agent != NULL) {
        put_to(d, c, agent);
    }
    chat_store(d, c);
    d->unsettled = true;
    log_info("chat: number=%lld is handed over", (long long)c->number);
}

void transfer_restore(struct desk *d, struct chat *c, const char *target)
{
    struct agent *agent = desk_find_agent(d, target);

    c->transfer =
        (struct transfer){agent, agent == NULL ? desk_find_department(d, target) : NULL, d->steady};
    if (agent != NULL) {
        offer_create(c, agent)->since = d->steady; /* whom desk_start tells */
    }
}

void transfer_end(struct desk *d, struct chat *c)
{
    if (!transfer_is_open(c)) {
        return;
    }
    c->transfer = (struct transfer){.agent = NULL};
    routing_end_offers(d, c, NULL, NOTICE_WITHDRAWN, "");
    chat_store(d, c);
}

/* The name of whom it was handed to. */
static const char *target_name(const struct chat *c)
{
    return c->transfer.agent != NULL ? c->transfer.agent->name : c->transfer.department->name;
}

static void give_back(struct desk *d, struct chat *c)
{
    d->agent_ports->notice(d->agent_ports->ctx, c->owner->jid, c->visitor->record.id,
                           NOTICE_RETURNED, target_name(c));
    transfer_end(d, c);
}

void transfer_take(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    struct agent *from = c->owner;

    if (c->transfer.department != NULL) {
        chat_move(d, c, c->transfer.department);
    }
    c->transfer = (struct transfer){.agent = NULL};
    desk_change_owner(d, now, c, a);
    routing_end_offers(d, c, a, NOTICE_TAKEN_BY, a->name);
    d->agent_ports->notice(d->agent_ports->ctx, from->jid, c->visitor->record.id, NOTICE_TAKEN_OVER,
                           a->name);
    desk_settle_contact(d, from, c->visitor);
}

/* Of a department: to each member there with a seat, and not any more to who has gone. */
static void put_to_department(struct desk *d, struct chat *c)
{
    const struct department *p = c->transfer.department;

    list_for_each_safe (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_OPEN && !may_be_one(c, p, o->agent)) {
            routing_end_offer(d, o, NOTICE_WITHDRAWN, "");
        }
    }
    for (size_t i = 0; i < p->agent_count; i++) {
        struct agent *a = p->agents[i];
        if (may_be_one(c, p, a) && offer_find(c, a) == NULL) {
            put_to(d, c, a);
        }
    }
}

static bool has_been_declined(const struct chat *c)
{
    size_t declined = 0;

    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_OPEN) {
            return false;
        }
        declined++;
    }
    return declined > 0;
}

void transfer_run(struct desk *d)
{
    list_for_each (struct chat, c, &d->chats, link) {
        if (!transfer_is_open(c)) {
            continue;
        }
        if (c->transfer.department != NULL) {
            put_to_department(d, c);
        }
        if (has_been_declined(c)) {
            give_back(d, c);
        }
    }
}

void transfer_dismiss(struct desk *d)
{
    list_for_each (struct chat, c, &d->chats, link) {
        if (!transfer_is_open(c)) {
            continue;
        }
        const struct agent *a = c->transfer.agent;
        const struct department *p = c->transfer.department;
        list_for_each_safe (struct offer, o, &c->offers, chat_link) {
            if (desk_find_agent(d, o->agent->jid) != o->agent ||
                (p != NULL && !department_has(p, o->agent))) {
                routing_end_offer(d, o, NOTICE_DISMISSED, "");
            }
        }
        if ((a != NULL && desk_find_agent(d, a->jid) != a) ||
            (p != NULL && desk_find_department(d, p->id) != p)) {
            give_back(d, c);
        }
    }
}

void transfer_tick(struct desk *d, struct chat *c)
{
    if (transfer_is_open(c) && d->steady - c->transfer.since >= d->config.transfer_ms) {
        give_back(d, c);
    }
}
