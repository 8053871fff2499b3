#include "desk/transfer.h"

#include "base/log.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/routing.h"

#include <stdio.h>

/* As they are stored. No address and no department's id has a blank. */
static const char *const LEVELS[] = {"", "level 1", "level 2", "level 3"};
enum { LEVEL_COUNT = sizeof LEVELS / sizeof *LEVELS };

bool transfer_is_open(const struct chat *c)
{
    return c->transfer.agent != NULL || c->transfer.department != NULL;
}

const char *transfer_target(const struct chat *c)
{
    if (c->transfer.agent != NULL) {
        return c->transfer.agent->jid;
    }
    if (c->transfer.level != 0) {
        return LEVELS[c->transfer.level];
    }
    return c->transfer.department != NULL ? c->transfer.department->id : "";
}

static bool may_be_put(const struct chat *c, const struct agent *a)
{
    return c->owner != a && agent_is_there(a) && routing_is_for(c, a) && routing_has_room(c, a);
}

static bool is_meant(const struct transfer *to, const struct agent *a)
{
    return department_has(to->department, a) && (to->level == 0 || a->level == to->level);
}

/* Of a department; by its rules, as if the chat waited there. */
static bool may_be_one(const struct chat *c, const struct transfer *to, const struct agent *a)
{
    const struct visitor_record *v = &c->visitor->record;
    const struct department *p = to->department;

    return is_meant(to, a) && may_be_put(c, a) && agent_free_seats(a) > 0 &&
           department_may_ask(p, rules_match(p->rules, p->rule_count, v), a, v);
}

/* One agent is asked in person, whatever the seats; they may decline. */
bool transfer_could_reach(const struct chat *c, const struct transfer *to)
{
    if (to->agent != NULL) {
        return may_be_put(c, to->agent);
    }
    for (size_t i = 0; i < to->department->agent_count; i++) {
        if (may_be_one(c, to, to->department->agents[i])) {
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

void transfer_begin(struct desk *d, struct chat *c, const struct transfer *to)
{
    transfer_end(d, c);
    c->transfer = *to;
    c->transfer.since = d->steady;
    c->offered = true;
    if (to->agent != NULL) {
        put_to(d, c, to->agent);
    }
    chat_store(d, c);
    d->unsettled = true;
    log_info("chat: number=%lld is handed over", (long long)c->number);
}

void transfer_restore(struct desk *d, struct chat *c, const char *target)
{
    struct agent *agent = desk_find_agent(d, target);
    struct department *department = agent == NULL ? desk_find_department(d, target) : NULL;
    unsigned level = LEVEL_COUNT - 1;

    while (level > 0 && !text_equal(target, LEVELS[level])) {
        level--;
    }
    c->transfer = (struct transfer){.agent = agent,
                                    .department = level != 0 ? c->department : department,
                                    .level = level,
                                    .since = d->steady};
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
    const struct desk_agent_ports *ports = d->agent_ports;
    const char *visitor = c->visitor->record.id;
    char level[12];

    if (c->transfer.level != 0) {
        snprintf(level, sizeof level, "%u", c->transfer.level);
        ports->notice(ports->ctx, c->owner->jid, visitor, NOTICE_LEVEL_RETURNED, level);
    } else {
        ports->notice(ports->ctx, c->owner->jid, visitor, NOTICE_RETURNED, target_name(c));
    }
    transfer_end(d, c);
}

void transfer_take(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    struct agent *from = c->owner;

    if (c->transfer.department != NULL && c->transfer.department != c->department) {
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
        if (o->state == OFFER_OPEN && !may_be_one(c, &c->transfer, o->agent)) {
            routing_end_offer(d, o, NOTICE_WITHDRAWN, "");
        }
    }
    for (size_t i = 0; i < p->agent_count; i++) {
        struct agent *a = p->agents[i];
        if (may_be_one(c, &c->transfer, a) && offer_find(c, a) == NULL) {
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
                (p != NULL && !is_meant(&c->transfer, o->agent))) {
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
