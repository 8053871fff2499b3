#include "desk/routing.h"

#include "base/log.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/taker.h"

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

/* Whom it is offered to alone, as long as that offer stands. */
static struct agent *pin_of(const struct chat *c)
{
    if (!taker_is_single(c)) {
        return NULL;
    }
    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_OPEN && taker_tier(c, o->agent) < TAKER_TIERS) {
            return o->agent;
        }
    }
    return NULL;
}

/* ---- whose turn it is ---- */

static bool goes_first(const struct chat *c, const struct agent *a, const struct agent *b)
{
    enum desk_routing way = c->department->routing;
    const char *last = c->visitor->record.last_agent;
    unsigned a_has = a->active + a->promised;
    unsigned b_has = b->active + b->promised;

    if (way == ROUTING_LAST_AGENT && text_equal(a->jid, last) != text_equal(b->jid, last)) {
        return text_equal(a->jid, last);
    }
    if (way != ROUTING_ROUND_ROBIN && a_has != b_has) {
        return a_has < b_has;
    }
    return a->turn < b->turn;
}

/* The next agent to be looked at for that chat, in this search; NULL: none is left. Those of its
 * own department before those of the other one. */
static struct agent *next_candidate(const struct desk *d, const struct chat *c)
{
    struct agent *best = NULL;
    struct agent *a;

    for (size_t i = 0; (a = taker_at(c, i)) != NULL; i++) {
        if (best != NULL && (!taker_is_single(c) || i >= c->department->agent_count)) {
            break;
        }
        bool fits = c->pinned != NULL ? a == c->pinned : taker_tier(c, a) == c->tier;
        if (a->visited != d->searches && fits && (best == NULL || goes_first(c, a, best))) {
            best = a;
        }
    }
    return best;
}

/* ---- seats ---- */

static void seat(struct desk *d, struct chat *c, struct agent *a)
{
    if (taker_is_single(c) && c->pinned == NULL) {
        if (c->seat != NULL) {
            c->seat->promised--;
        }
        a->promised++;
        a->turn = ++d->turns;
    }
    list_remove(&c->seat_link);
    list_append(&a->seated, &c->seat_link);
    c->seat = a;
}

/* Seats a chat with an agent of its tier, moving earlier chats to other seats if need be (Kuhn's
 * augmenting path; each agent is looked at once, so the depth is bounded by their number). Earlier
 * chats never lose their seat, and what is offered to one agent alone stays with them. */
static bool find_seat(struct desk *d, struct chat *c)
{
    struct agent *a;

    while ((a = next_candidate(d, c)) != NULL) {
        a->visited = d->searches;
        if (a->reserved < agent_free_seats(a)) {
            a->reserved++;
            seat(d, c, a);
            return true;
        }
        list_for_each_safe (struct chat, other, &a->seated, seat_link) {
            if (find_seat(d, other)) {
                seat(d, c, a);
                return true;
            }
        }
    }
    return false;
}

static bool find_seat_at(struct desk *d, struct chat *c, unsigned tier)
{
    d->searches++;
    c->tier = tier;
    return find_seat(d, c);
}

static bool find_any_seat(struct desk *d, struct chat *c)
{
    c->pinned = pin_of(c);
    if (c->pinned != NULL && find_seat_at(d, c, taker_tier(c, c->pinned))) {
        return true;
    }
    c->pinned = NULL;
    for (unsigned tier = 0; tier < TAKER_TIERS; tier++) {
        if (find_seat_at(d, c, tier)) {
            return true;
        }
    }
    return false;
}

/* Everybody was asked: those who were first may be asked again. */
static bool forget_passed(struct chat *c)
{
    bool any = false;

    list_for_each_safe (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_PASSED) {
            offer_destroy(o);
            any = true;
        }
    }
    return any;
}

/* There is nobody to go on to: the offer stays where it is. */
static bool renew_open(const struct desk *d, const struct chat *c)
{
    bool any = false;

    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (o->state == OFFER_OPEN && o->is_over && taker_is_single(c)) {
            o->is_over = false;
            o->since = d->steady;
            any = true;
        }
    }
    return any;
}

static bool find_seat_in_turn(struct desk *d, struct chat *c)
{
    return find_any_seat(d, c) || (forget_passed(c) && find_any_seat(d, c)) ||
           (renew_open(d, c) && find_any_seat(d, c));
}

/* ---- offers ---- */

static void show_transcript(struct desk *d, struct chat *c, const struct agent *a)
{
    const struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(&c->transcript, i)) != NULL; i++) {
        bool is_said = e->kind == ENTRY_MESSAGE || (e->kind == ENTRY_NOTE && e->event[0] == '\0') ||
                       (desk_tells_of_form(e) && e->about == 0);
        if (is_said && e->body[0] != '\0') {
            chat_tell(d, c, a, e);
        }
    }
}

static void make_offer(struct desk *d, struct chat *c, struct agent *a)
{
    const struct desk_agent_ports *ports = d->agent_ports;
    const char *visitor = c->visitor->record.id;
    char number[24];

    offer_create(c, a)->since = d->steady;
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
    bool was_open = o->state == OFFER_OPEN;

    offer_destroy(o);
    if (was_open && tell) {
        d->agent_ports->notice(d->agent_ports->ctx, a->jid, v->record.id, notice, text);
    }
    desk_settle_contact(d, a, v);
}

void routing_end_offer(struct desk *d, struct offer *o, enum agent_notice notice, const char *text)
{
    end_offer(d, o, true, notice, text);
}

void routing_end_offers(struct desk *d, struct chat *c, const struct agent *except,
                        enum agent_notice notice, const char *text)
{
    list_for_each_safe (struct offer, o, &c->offers, chat_link) {
        end_offer(d, o, o->agent != except, notice, text);
    }
}

void routing_decline(struct desk *d, struct offer *o)
{
    o->state = OFFER_DECLINED;
    o->since = d->steady;
    d->unsettled = true;
    desk_settle_contact(d, o->agent, o->chat->visitor);
}

void routing_dismiss(struct desk *d)
{
    list_for_each (struct chat, c, &d->chats, link) {
        const struct department *p = c->department;
        c->rules = rules_match(p->rules, p->rule_count, &c->visitor->record);
    }
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        list_remove(&c->seat_link); /* of the last round: its agent may go */
        c->seat = NULL;
        list_for_each_safe (struct offer, o, &c->offers, chat_link) {
            if (!taker_serves(c, o->agent)) {
                end_offer(d, o, true, NOTICE_DISMISSED, "");
            }
        }
    }
}

void routing_forget_ended(struct agent *a)
{
    list_for_each_safe (struct offer, o, &a->offers, agent_link) {
        if (o->state != OFFER_OPEN) {
            offer_destroy(o);
        }
    }
}

/* ---- what time does ---- */

static void renew(struct desk *d, struct chat *c)
{
    const struct agent *a;
    size_t there = 0;

    for (size_t i = 0; (a = taker_at(c, i)) != NULL; i++) {
        const struct offer *o = offer_find(c, a);
        if (!agent_is_there(a) || !taker_may_be_asked(c, a)) {
            continue;
        }
        if (o == NULL || o->state != OFFER_DECLINED || d->steady - o->since < ROUTING_DECLINED_MS) {
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

/* The tier behind those that are asked already. */
static void widen(struct desk *d, struct chat *c)
{
    unsigned next = TAKER_TIERS;
    const struct agent *a;

    for (size_t i = 0; (a = taker_at(c, i)) != NULL; i++) {
        unsigned tier = taker_tier(c, a);
        if (tier > c->tier && tier < next) {
            next = tier;
        }
    }
    if (next < TAKER_TIERS) {
        c->reach = next;
        d->unsettled = true;
    }
}

static bool somebody_waits(const struct chat *c)
{
    const struct visitor *v = c->visitor;

    return !c->left && (v->online || !v->told_away) && v->record.only_agent[0] == '\0';
}

static void expire(struct desk *d, struct chat *c)
{
    bool all_over = d->config.offer_ms > 0 && c->state == CHAT_OFFERED;

    list_for_each (struct offer, o, &c->offers, chat_link) {
        if (o->state != OFFER_OPEN || d->config.offer_ms == 0) {
            continue;
        }
        if (!o->is_over && d->steady - o->since >= d->config.offer_ms) {
            o->is_over = true;
            d->unsettled = true;
            if (somebody_waits(c)) {
                agent_missed_offer(o->agent);
            }
        }
        all_over = all_over && o->is_over;
    }
    if (all_over && !taker_is_single(c)) {
        widen(d, c);
    }
}

static void overflow(struct desk *d, struct chat *c)
{
    const struct department *p = c->department;

    if (!c->overflows && p->overflow != NULL && (!c->left || c->visitor->online) &&
        d->steady - c->queued_since >= p->overflow_ms) {
        log_info("chat: number=%lld overflows from=%s to=%s", (long long)c->number, p->id,
                 p->overflow->id);
        c->overflows = true;
        d->unsettled = true;
    }
}

void routing_tick(struct desk *d, struct chat *c)
{
    renew(d, c);
    expire(d, c);
    overflow(d, c);
}

/* ---- a round ---- */

static bool is_to_be_asked(const struct chat *c, const struct agent *a)
{
    if (c->seat == NULL) {
        return false;
    }
    return taker_is_single(c) ? a == c->seat : taker_tier(c, a) == c->tier;
}

/* Earlier chats of this round may have used up the room of whom it was seated with. */
static bool may_be_taken(const struct chat *c)
{
    const struct agent *a;

    for (size_t i = 0; (a = taker_at(c, i)) != NULL; i++) {
        if (is_to_be_asked(c, a) && taker_tier(c, a) < TAKER_TIERS) {
            return true;
        }
    }
    return false;
}

/* Unanswered, it goes on to somebody else; to be had again when all have been asked. */
static void pass_on(struct desk *d, struct offer *o)
{
    struct agent *a = o->agent;
    struct visitor *v = o->chat->visitor;

    o->state = OFFER_PASSED;
    d->agent_ports->notice(d->agent_ports->ctx, a->jid, v->record.id, NOTICE_WENT_ON, "");
    desk_settle_contact(d, a, v);
}

/* Brings the offers of a chat in line with its seat. */
static void put_to_agents(struct desk *d, time_ms now, struct chat *c)
{
    bool offered = c->seat != NULL && may_be_taken(c);
    struct agent *a;

    d->unsettled = d->unsettled || (c->seat != NULL && !offered); /* others are looked at then */

    list_for_each_safe (struct offer, o, &c->offers, chat_link) {
        if (o->state != OFFER_OPEN || (offered && is_to_be_asked(c, o->agent))) {
            continue;
        }
        if (offered && o->is_over) {
            pass_on(d, o);
        } else {
            end_offer(d, o, true, NOTICE_WITHDRAWN, why_withdrawn(o));
        }
    }
    if (offered && c->state == CHAT_QUEUED) {
        chat_enter(d, now, c, CHAT_OFFERED, NULL);
    } else if (!offered && c->state == CHAT_OFFERED) {
        chat_enter(d, now, c, CHAT_QUEUED, NULL);
    }
    for (size_t i = 0; offered && (a = taker_at(c, i)) != NULL; i++) {
        if (is_to_be_asked(c, a) && !offer_is_open(c, a)) {
            offer_destroy(offer_find(c, a));
            make_offer(d, c, a);
        }
    }
}

/* What the last round left: no seat is promised but those that stand. Returns how many there are.
 */
static size_t begin_round(struct desk *d)
{
    size_t seats = 0;

    for (size_t i = 0; i < d->department_count; i++) {
        d->departments[i]->seated = 0;
    }
    for (size_t i = 0; i < d->agent_count; i++) {
        struct agent *a = d->agents[i];
        a->reserved = 0;
        a->promised = 0;
        list_init(&a->seated);
        seats += agent_is_there(a) ? agent_free_seats(a) : 0;
    }
    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        struct agent *pinned = pin_of(c);
        c->seat = NULL;
        c->pinned = NULL;
        list_init(&c->seat_link);
        if (pinned != NULL) {
            pinned->promised++;
        }
    }
    return seats;
}

void routing_run(struct desk *d, time_ms now)
{
    size_t seats = begin_round(d);

    list_for_each (struct chat, c, &d->waiting, waiting_link) {
        struct department *p = c->department;
        if (seats == 0) {
            break;
        }
        if (department_has_room(p, p->seated) && find_seat_in_turn(d, c)) {
            p->seated++;
            seats--;
        }
    }
    list_for_each_safe (struct chat, c, &d->waiting, waiting_link) {
        put_to_agents(d, now, c);
    }
}

void routing_claim(struct desk *d, time_ms now, struct chat *c, struct agent *a)
{
    bool knows = offer_is_open(c, a) || participant_find(c, a) != NULL;

    desk_remember_agent(d, c->visitor, a);
    chat_enter(d, now, c, CHAT_ACTIVE, a);
    routing_end_offers(d, c, a, NOTICE_TAKEN_BY, a->name);
    participant_leave(d, c, a);
    desk_settle_contact(d, a, c->visitor);
    if (!knows) {
        show_transcript(d, c, a);
    }
    chat_notice(d, now, c, "joined", a);
    chat_tell_about(d, now, c, a);
}
