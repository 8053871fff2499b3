#include "desk/routing.h"

#include "base/text.h"
#include "desk/desk_state.h"

#include <stdio.h>

bool routing_is_for(const struct chat *c, const struct agent *a)
{
    const char *only = c->visitor->record.only_agent;

    return only[0] == '\0' || text_equal(only, a->jid);
}

bool routing_has_room(const struct chat *c, const struct agent *a)
{
    return a->room > 0 || map_get(a->contacts, c->visitor->record.id) != NULL;
}

static bool may_take(const struct chat *c, const struct agent *a, enum availability level)
{
    const struct offer *o = offer_find(c, a);

    return c->department->is_open && routing_is_for(c, a) && a->availability == level &&
           agent_free_seats(a) > 0 && (o == NULL || !o->declined) && routing_has_room(c, a);
}

/* Earlier chats of this round may have used up the room of whom it was seated with. */
static bool may_be_taken(const struct chat *c)
{
    for (size_t i = 0; i < c->department->agent_count; i++) {
        if (may_take(c, c->department->agents[i], c->level)) {
            return true;
        }
    }
    return false;
}

static void seat(struct chat *c, struct agent *a)
{
    list_remove(&c->seat_link);
    list_append(&a->seated, &c->seat_link);
    c->seat = a;
}

/* Seats a chat with an agent of its level, moving earlier chats to other seats if need be (Kuhn's
 * augmenting path; each agent is looked at once, so the depth is bounded by their number). Earlier
 * chats never lose their seat. */
static bool find_seat(struct desk *d, struct chat *c)
{
    for (size_t i = 0; i < c->department->agent_count; i++) {
        struct agent *a = c->department->agents[i];
        if (a->visited == d->searches || !may_take(c, a, c->level)) {
            continue;
        }
        a->visited = d->searches;
        if (a->reserved < agent_free_seats(a)) {
            a->reserved++;
            seat(c, a);
            return true;
        }
        list_for_each_safe (struct chat, other, &a->seated, seat_link) {
            if (find_seat(d, other)) {
                seat(c, a);
                return true;
            }
        }
    }
    return false;
}

static bool find_seat_at(struct desk *d, struct chat *c, enum availability level)
{
    d->searches++;
    c->level = level;
    return find_seat(d, c);
}

static void show_transcript(struct desk *d, struct chat *c, const struct agent *a)
{
    const struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(&c->transcript, i)) != NULL; i++) {
        if (e->kind == ENTRY_MESSAGE && e->body[0] != '\0') {
            chat_tell(d, c, a, e);
        }
    }
}

static void make_offer(struct desk *d, struct chat *c, struct agent *a)
{
    const struct desk_agent_ports *ports = d->agent_ports;
    const char *visitor = c->visitor->record.id;
    char number[24];

    offer_create(c, a)->made_at = d->steady;
    desk_settle_contact(d, a, c->visitor);
    snprintf(number, sizeof number, "%lld", (long long)c->number);
    ports->notice(ports->ctx, a->jid, visitor, NOTICE_OFFERED, number);
    show_transcript(d, c, a);
}

static void end_offer(struct desk *d, struct offer *o, bool tell, enum agent_notice notice,
                      const char *text)
{
    struct agent *a = o->agent;
    struct visitor *v = o->chat->visitor;
    bool was_open = !o->declined;

    offer_destroy(o);
    if (was_open && tell) {
        d->agent_ports->notice(d->agent_ports->ctx, a->jid, v->record.id, notice, text);
    }
    desk_settle_contact(d, a, v);
}

void routing_end_offers(struct desk *d, struct chat *c, const struct agent *except,
                        enum agent_notice notice, const char *text)
{
    list_for_each_safe (struct offer, o, &c->offers, chat_link) {
        end_offer(d, o, o->agent != except, notice, text);
    }
}

void routing_dismiss(struct desk *d)
{
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        list_remove(&c->seat_link); /* of the last round: its agent may go */
        c->seat = NULL;
        list_for_each_safe (struct offer, o, &c->offers, chat_link) {
            if (!department_has(c->department, o->agent)) {
                end_offer(d, o, true, NOTICE_DISMISSED, "");
            }
        }
    }
}

void routing_forget_declined(struct agent *a)
{
    list_for_each_safe (struct offer, o, &a->offers, agent_link) {
        if (o->declined) {
            offer_destroy(o);
        }
    }
}

void routing_renew(struct desk *d, struct chat *c)
{
    size_t there = 0;

    for (size_t i = 0; i < c->department->agent_count; i++) {
        const struct agent *a = c->department->agents[i];
        const struct offer *o = offer_find(c, a);
        if (!agent_is_there(a) || !routing_is_for(c, a)) {
            continue;
        }
        if (o == NULL || !o->declined || d->steady - o->declined_since < ROUTING_DECLINED_MS) {
            return;
        }
        there++;
    }
    if (there > 0) {
        list_for_each_safe (struct offer, o, &c->offers, chat_link) {
            offer_destroy(o);
        }
        d->unsettled = true;
    }
}

static const char *why_withdrawn(const struct offer *o)
{
    if (!o->chat->department->is_open) {
        return "closed";
    }
    if (!o->agent->on_duty) {
        return "off";
    }
    return agent_is_idle(o->agent) ? "passed" : "";
}

/* Brings the offers of a chat in line with its seat. */
static void put_to_agents(struct desk *d, time_ms now, struct chat *c)
{
    bool offered = c->seat != NULL && may_be_taken(c);

    d->unsettled = d->unsettled || (c->seat != NULL && !offered); /* others are looked at then */

    list_for_each_safe (struct offer, o, &c->offers, chat_link) {
        if (!o->declined && (!offered || !may_take(c, o->agent, c->level))) {
            end_offer(d, o, true, NOTICE_WITHDRAWN, why_withdrawn(o));
        }
    }
    if (offered && c->state == CHAT_QUEUED) {
        chat_enter(d, now, c, CHAT_OFFERED, NULL);
    } else if (!offered && c->state == CHAT_OFFERED) {
        chat_enter(d, now, c, CHAT_QUEUED, NULL);
    }
    for (size_t i = 0; offered && i < c->department->agent_count; i++) {
        struct agent *a = c->department->agents[i];
        if (may_take(c, a, c->level) && offer_find(c, a) == NULL) {
            make_offer(d, c, a);
        }
    }
}

void routing_run(struct desk *d, time_ms now)
{
    size_t seats = 0;

    for (size_t i = 0; i < d->agent_count; i++) {
        struct agent *a = d->agents[i];
        a->reserved = 0;
        list_init(&a->seated);
        seats += agent_is_there(a) ? agent_free_seats(a) : 0;
    }
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        c->seat = NULL;
        list_init(&c->seat_link);
    }
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        if (seats == 0) {
            break;
        }
        if (find_seat_at(d, c, AVAILABILITY_FREE) || find_seat_at(d, c, AVAILABILITY_AWAY)) {
            seats--;
        }
    }
    list_for_each_safe (struct chat, c, &d->waiting, waiting_link) {
        put_to_agents(d, now, c);
    }
}

void routing_claim(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    const struct offer *o = offer_find(c, a);
    bool knows = o != NULL && !o->declined;

    chat_enter(d, now, c, CHAT_ACTIVE, a);
    routing_end_offers(d, c, a, NOTICE_TAKEN_BY, a->name);
    desk_settle_contact(d, a, c->visitor);
    if (!knows) {
        show_transcript(d, c, a);
    }
    chat_notice(d, now, c, "joined", a);
    chat_tell_about(d, now, c, a);
}
