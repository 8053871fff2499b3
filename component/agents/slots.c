#include "agents/slots.h"

#include "agents/slots_state.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "slot-"

/* ---- looking ---- */

bool slots_is_slot(const char *local)
{
    return strncmp(local, PREFIX, sizeof PREFIX - 1) == 0;
}

unsigned slots_number(const char *local)
{
    return (unsigned)strtoul(local + sizeof PREFIX - 1, NULL, 10);
}

struct slot *slots_by_local(const struct pool *p, const char *local)
{
    for (size_t i = 0; p != NULL && i < p->count; i++) {
        if (strcmp(p->slots[i].local, local) == 0) {
            return &p->slots[i];
        }
    }
    return NULL;
}

struct slot *slots_by_visitor(const struct pool *p, const char *visitor)
{
    for (size_t i = 0; p != NULL && i < p->count; i++) {
        if (text_equal(p->slots[i].visitor, visitor)) {
            return &p->slots[i];
        }
    }
    return NULL;
}

const char *slots_local(const struct agents *a, const char *agent, const char *visitor)
{
    const struct slot *s = slots_by_visitor(map_get(a->pools, agent), visitor);

    return s != NULL ? s->local : visitor;
}

const char *slots_visitor(const struct agents *a, const char *agent, const char *local)
{
    if (!slots_is_slot(local)) {
        return local;
    }
    const struct slot *s = slots_by_local(map_get(a->pools, agent), local);
    return s != NULL ? s->visitor : NULL;
}

bool slots_is_there(const struct agents *a, const char *agent, const char *local)
{
    const struct slot *s = slots_by_local(map_get(a->pools, agent), local);

    return s != NULL && s->visitor != NULL && !s->resting;
}

bool slots_is_approved(const struct agents *a, const char *agent, const char *local)
{
    const struct slot *s = slots_by_local(map_get(a->pools, agent), local);

    return s != NULL && s->approved;
}

size_t slots_room(const struct agents *a, const char *agent)
{
    const struct pool *p = map_get(a->pools, agent);
    size_t room = 0;

    if (p == NULL || !p->in_use) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i < p->count; i++) {
        room += p->slots[i].open && p->slots[i].visitor == NULL ? 1 : 0;
    }
    return room;
}

/* ---- one slot ---- */

void slots_store(struct agents *a, const struct pool *p, const struct slot *s)
{
    storage_put_slot(a->storage, &(struct slot_record){
                                     .agent = p->agent,
                                     .number = s->number,
                                     .visitor = s->visitor != NULL ? s->visitor : "",
                                     .chat = s->chat,
                                     .ended = s->ended,
                                     .unread = s->unread,
                                     .first_notice = s->first_notice,
                                     .approved = s->approved,
                                 });
}

static struct slot *slot_at(struct pool *p, unsigned number)
{
    if (number > p->count) {
        p->slots = mem_grow(p->slots, number * sizeof *p->slots);
        while (p->count < number) {
            struct slot *s = &p->slots[p->count++];
            memset(s, 0, sizeof *s);
            s->number = (unsigned)p->count;
            s->local = mem_print(PREFIX "%u", s->number);
        }
    }
    return &p->slots[number - 1];
}

/* Of those that are free the one that has rested longest. */
struct slot *slots_find_free(const struct pool *p)
{
    struct slot *best = NULL;

    for (size_t i = 0; i < p->count; i++) {
        struct slot *s = &p->slots[i];
        if (s->open && s->visitor == NULL && (best == NULL || s->freed < best->freed)) {
            best = s;
        }
    }
    return best;
}

/* ---- time ---- */

static void set_free(struct agents *a, const struct pool *p, struct slot *s)
{
    free(s->visitor);
    s->visitor = NULL;
    mem_replace(&s->last_id, NULL);
    s->chat = 0;
    s->ended = 0;
    s->resting = s->greeted = s->parted = s->unread = s->fresh = false;
    s->used = true;
    s->freed = clock_monotonic_ms();
    slots_store(a, p, s);
    contacts_refresh(a, p->agent, s->local);
}

static bool may_be_freed(const struct agents *a, const struct pool *p, const struct slot *s,
                         time_ms now)
{
    time_ms rested = now - s->rest_since;
    bool waits_to_be_read = s->unread && p->sends_marks && rested < a->config.slot_unread_ms;

    return s->resting && rested >= a->config.slot_rest_ms && !waits_to_be_read &&
           !outbox_holds(a->outbox, p->agent, s->visitor);
}

static void tick(struct agents *a, const struct pool *p, struct slot *s)
{
    struct chat_view chat;

    if (s->visitor == NULL) {
        return;
    }
    if (!s->resting && !s->wanted && a->settled && a->link_up) {
        slots_rest(a, p, s); /* of the last run, and the desk has not come back to it */
    }
    if (!may_be_freed(a, p, s, clock_monotonic_ms())) {
        return;
    }
    /* The desk lets the contact of a closed chat stay for longer, for its owner. */
    if (s->wanted && desk_chat(a->desk, s->visitor, &chat) && chat.state == CHAT_CLOSED &&
        strcmp(chat.owner, p->agent) == 0) {
        desk_agent_end(a->desk, clock_utc_ms(), p->agent, s->visitor, "");
    }
    if (!s->wanted) {
        set_free(a, p, s);
    }
}

void slots_tick(struct agents *a)
{
    size_t at = 0;
    const char *agent;
    void *value;

    while (map_next(a->pools, &at, &agent, &value)) {
        struct pool *p = value;
        bool is_left_over = false;
        for (size_t i = 0; i < p->count; i++) {
            tick(a, p, &p->slots[i]);
            is_left_over = is_left_over || (!p->slots[i].open && p->slots[i].visitor == NULL);
        }
        if (is_left_over) {
            slots_follow(a, agent);
        }
        desk_agent_room(a->desk, clock_utc_ms(), agent, slots_room(a, agent));
    }
}

/* ---- life ---- */

static struct pool *pool_of(struct agents *a, const char *agent)
{
    struct pool *p = map_get(a->pools, agent);

    if (p == NULL) {
        p = mem_alloc(sizeof *p);
        p->agent = mem_dup(agent);
        map_set(a->pools, agent, p);
    }
    return p;
}

void slots_configure(struct agents *a, const struct agents_config *config)
{
    for (size_t i = 0; i < config->person_count; i++) {
        const struct agents_person *person = &config->people[i];
        struct pool *p = pool_of(a, person->jid);
        p->choice = person->contacts;
        p->size = person->slots;
        if (p->choice != CONTACTS_AUTO) {
            p->in_use = p->choice == CONTACTS_SLOTS;
        }
    }
}

static void decide(const struct agents *a, struct pool *p)
{
    if (p->choice == CONTACTS_AUTO) {
        p->in_use = roster_verdict(a->roster, p->agent) == ROSTER_CLOSED && p->size > 0;
    }
}

void slots_other_way(struct agents *a)
{
    size_t at = 0;
    const char *agent;
    void *value;

    while (map_next(a->pools, &at, &agent, &value)) {
        struct pool *p = value;
        p->in_use = p->in_use && p->choice != CONTACTS_AUTO;
    }
}

static void slot_finish(struct slot *s)
{
    free(s->local);
    free(s->visitor);
    free(s->last_id);
}

void slots_follow(struct agents *a, const char *agent)
{
    struct pool *p = map_get(a->pools, agent);

    if (p == NULL || (p->choice == CONTACTS_AUTO && p->in_use &&
                      roster_verdict(a->roster, agent) == ROSTER_UNKNOWN)) {
        return; /* as it was, until it is known better */
    }
    decide(a, p);
    unsigned wanted = p->in_use ? p->size : 0;
    for (unsigned n = 1; n <= wanted; n++) {
        slot_at(p, n)->open = true;
        contacts_slot(a, agent, slot_at(p, n)->local, true);
    }
    for (size_t i = wanted; i < p->count; i++) {
        p->slots[i].open = false;
        if (p->slots[i].visitor == NULL) {
            storage_drop_slot(a->storage, agent, p->slots[i].number);
            contacts_slot(a, agent, p->slots[i].local, false);
        }
    }
    while (p->count > wanted && p->slots[p->count - 1].visitor == NULL) {
        slot_finish(&p->slots[--p->count]);
    }
    desk_agent_room(a->desk, clock_utc_ms(), agent, slots_room(a, agent));
}

void slots_approve(struct agents *a, const char *agent, const char *local, bool approved)
{
    const struct pool *p = map_get(a->pools, agent);
    struct slot *s = slots_by_local(p, local);

    if (s != NULL && s->approved != approved) {
        s->approved = approved;
        slots_store(a, p, s);
    }
}

void agents_load_slot(struct agents *a, const struct slot_record *r)
{
    if (!desk_is_agent(a->desk, r->agent)) {
        storage_drop_slot(a->storage, r->agent, r->number);
        return;
    }
    struct pool *p = pool_of(a, r->agent);
    struct slot *s = slot_at(p, r->number);
    s->approved = r->approved;
    s->open = true;
    p->in_use = p->in_use || p->choice == CONTACTS_AUTO; /* so it was; slots_follow decides anew */
    if (r->visitor[0] == '\0') {
        return;
    }
    time_ms rested = r->ended != 0 ? clock_utc_ms() - r->ended : 0;
    s->visitor = mem_dup(r->visitor);
    s->chat = r->chat;
    s->ended = r->ended;
    s->resting = s->parted = r->ended != 0;
    s->rest_since = clock_monotonic_ms() - (rested > 0 ? rested : 0);
    s->greeted = true;
    s->unread = r->unread;
    s->first_notice = r->first_notice;
}

static void pool_destroy(struct pool *p)
{
    for (size_t i = 0; i < p->count; i++) {
        slot_finish(&p->slots[i]);
    }
    free(p->slots);
    free(p->agent);
    free(p);
}

void slots_dismiss(struct agents *a, const char *agent)
{
    struct pool *p = map_remove(a->pools, agent);

    if (p == NULL) {
        return;
    }
    for (size_t i = 0; i < p->count; i++) {
        storage_drop_slot(a->storage, agent, p->slots[i].number);
    }
    pool_destroy(p);
}

void slots_free(struct agents *a)
{
    size_t at = 0;
    const char *agent;
    void *value;

    while (map_next(a->pools, &at, &agent, &value)) {
        pool_destroy(value);
    }
    map_destroy(a->pools);
}
