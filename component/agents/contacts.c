/* What is in whose roster and on whose screen, and the ledger of it (architecture sections 1.5, 5,
 * 7): which contacts are wanted. A contact is a department (always wanted), a visitor (wanted while
 * offered, active or lingering) or a slot (slots.h: wanted while the agent has slots). */
#include "agents/contact.h"
#include "agents/slots.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/pace.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { RETURNS = 3 }; /* of a department's contact at once, then one in CONTACT_RETRY_MS */

static struct contact *find(const struct agents *a, const char *agent, const char *local)
{
    char *key = mem_print("%s\n%s", agent, local);
    struct contact *c = map_get(a->contacts, key);

    free(key);
    return c;
}

/* That of a department or visitor, be it in a slot. */
static struct contact *find_of(const struct agents *a, const char *agent, const char *who)
{
    return find(a, agent, slots_local(a, agent, who));
}

/* ---- ports ---- */

void contacts_wanted(void *ctx, const char *agent, const char *visitor, bool present)
{
    struct agents *a = ctx;
    struct contact *c = find(a, agent, visitor);
    const char *slot = NULL;

    if (!present) {
        lines_forget_offer(a, agent, visitor);
    }
    if (c == NULL || !c->wanted) {
        slot = present ? slots_take(a, agent, visitor) : slots_leave(a, agent, visitor);
    }
    if (slot != NULL) {
        contacts_refresh(a, agent, slot);
        return;
    }
    if (c == NULL) {
        if (!present) {
            return;
        }
        c = contact_create(a, agent, visitor);
    }
    c->wanted = present;
    if (present) {
        contact_begin_anew(c);
    }
    if (present && !a->link_up) {
        c->in_roster = true; /* will be: the ledger comes first */
        contact_store(c);
    }
    contact_pursue(c);
}

/* Every contact of that local part. */
static void each(struct agents *a, const char *local, void (*call)(struct contact *c))
{
    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        struct contact *c = find_of(a, desk_agent_jid(a->desk, i), local);
        if (c != NULL) {
            call(c);
        }
    }
}

static void refresh(struct contact *c)
{
    char *name = face_name_dup(c);
    bool regrouped = c->group != NULL && !text_equal(face_group(c), c->group);

    if (c->wanted && (regrouped || !text_equal(name, c->name))) {
        c->renamed = true; /* by another roster set */
    }
    free(name);
    contact_pursue(c);
}

void contacts_card(void *ctx, const char *visitor)
{
    slots_close(ctx, visitor);
    each(ctx, visitor, refresh);
}

void contacts_refresh(struct agents *a, const char *agent, const char *local)
{
    struct contact *c = find(a, agent, local);

    if (c != NULL) {
        refresh(c);
    }
}

void contacts_slot(struct agents *a, const char *agent, const char *local, bool wanted)
{
    struct contact *c = find(a, agent, local);

    if (c == NULL && wanted) {
        c = contact_create(a, agent, local);
    }
    if (c == NULL || c->wanted == wanted) {
        return;
    }
    c->wanted = wanted;
    if (wanted) {
        contact_begin_anew(c);
        c->in_roster = true; /* may be: the ledger comes first */
        contact_store(c);
    }
    contact_pursue(c);
}

void contacts_department(void *ctx, const char *department)
{
    each(ctx, department, contact_pursue);
}

/* ---- the ledger ---- */

void agents_load_contact(struct agents *a, const struct contact_record *r)
{
    struct contact *c = find(a, r->agent, r->contact);

    if (c == NULL) {
        c = contact_create(a, r->agent, r->contact);
    }
    mem_replace(&c->name, r->name);
    c->in_roster = r->in_roster;
    c->wanted = c->slot && desk_is_agent(a->desk, r->agent); /* slots_follow may think otherwise */
    if (r->present) {
        mem_replace(&c->shown, ""); /* something: it is to be hidden if it is not wanted any more */
    }
}

/* True: one was not wanted before. */
static bool want_departments(struct agents *a, const char *agent)
{
    const char *department;
    bool any = false;

    for (size_t i = 0; (department = desk_agent_department(a->desk, agent, i)) != NULL; i++) {
        struct contact *c = find(a, agent, department);
        if (c == NULL) {
            c = contact_create(a, agent, department);
        }
        if (!c->wanted) {
            contact_begin_anew(c);
            any = true;
        }
        c->department = true;
        c->wanted = true;
    }
    return any;
}

/* A contact of ours that no ledger knows (a lost or restored database): it goes. */
static void on_roster_item(void *ctx, const char *agent, const char *contact)
{
    struct agents *a = ctx;
    char *local = mem_dup_n(contact, strcspn(contact, "@"));

    if (strchr(contact, '@') != NULL && find(a, agent, local) == NULL) {
        struct contact *c = contact_create(a, agent, local);
        c->in_roster = true;
        mem_replace(&c->shown, "");
        contact_pursue(c);
    }
    free(local);
}

/* Pursuing may drop a contact: so not inside the iteration. agent NULL: everybody's. */
static void each_of(struct agents *a, const char *agent, void (*call)(struct contact *c))
{
    char **keys = mem_array(map_count(a->contacts) + 1, sizeof *keys);
    size_t count = 0;
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->contacts, &at, &key, &value)) {
        const struct contact *c = value;
        if (agent == NULL || text_equal(c->agent, agent)) {
            keys[count++] = mem_dup(key);
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct contact *c = map_get(a->contacts, keys[i]);
        if (c != NULL) {
            call(c);
        }
        free(keys[i]);
    }
    free(keys);
}

static void take_up(struct contact *c)
{
    c->attempted = false;
    c->passed = false;
    mem_replace(&c->shown, c->wanted ? NULL : "");
    contact_pursue(c);
}

void contacts_link_up(struct agents *a)
{
    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        want_departments(a, desk_agent_jid(a->desk, i));
        slots_follow(a, desk_agent_jid(a->desk, i));
        roster_list(a->roster, desk_agent_jid(a->desk, i), on_roster_item, a);
    }
    each_of(a, NULL, take_up);
}

/* ---- another configuration ---- */

static void let_go(struct contact *c)
{
    c->wanted = false;
    contact_pursue(c);
}

void contacts_dismiss(struct agents *a, const char *agent)
{
    each_of(a, agent, let_go);
}

static void follow_desk(struct contact *c)
{
    if (c->department && !desk_is_agent_of(c->agents->desk, c->agent, c->local)) {
        c->wanted = false;
    }
    refresh(c);
}

static void retry(struct contact *c)
{
    if (c->retry_at != 0) {
        c->retry_at = clock_monotonic_ms();
    }
}

void contacts_configure(struct agents *a, bool may_retry)
{
    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        const char *agent = desk_agent_jid(a->desk, i);
        if (want_departments(a, agent) && a->link_up) {
            roster_list(a->roster, agent, on_roster_item, a);
        }
        slots_follow(a, agent);
    }
    each_of(a, NULL, follow_desk);
    if (may_retry) {
        each_of(a, NULL, retry);
    }
}

void contacts_link_down(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->contacts, &at, &key, &value)) {
        struct contact *c = value;
        c->attempted = false;
        c->asked = false;
        c->stale = false;
        c->retry_at = 0;
    }
}

/* What the roster refused, or did not answer, is tried again. */
void contacts_tick(struct agents *a)
{
    time_ms now = clock_monotonic_ms();
    size_t at = 0;
    const char *key;
    void *value;

    while (a->link_up && map_next(a->contacts, &at, &key, &value)) {
        struct contact *c = value;
        bool is_due = !c->busy && c->retry_at != 0 && now >= c->retry_at;
        if (!c->wanted && is_due) {
            c->retry_at = 0;
            contact_pursue(c); /* it may be gone then */
            continue;
        }
        if (c->wanted && !c->removed && is_due) {
            contact_put(c);
        }
        if (c->wanted && !c->removed) {
            face_tick(c);
        }
    }
}

void contacts_goodbye(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->contacts, &at, &key, &value)) {
        struct contact *c = value;
        if (c->shown != NULL) {
            face_hide(c, POST_NOW);
        }
    }
}

bool contacts_is_settled(const struct agents *a, const char *agent, const char *local)
{
    const struct contact *c = find_of(a, agent, local);

    return c == NULL || c->attempted || c->removed || (!c->wanted && !c->busy);
}

bool contacts_has(const struct agents *a, const char *agent, const char *local)
{
    const struct contact *c = find_of(a, agent, local);

    return c != NULL && c->wanted;
}

void contacts_answer_probe(struct agents *a, const struct stanza *s)
{
    struct contact *c = find(a, s->from->bare, s->to->local);
    struct draft d;

    if (c != NULL && c->wanted) {
        face_answer(c, s->from->full);
    } else {
        stanza_presence(draft_begin(&d), s->to->bare, s->from->full, "unavailable");
        draft_send(&d, a->post, s->from->full, POST_HELD);
    }
}

bool contacts_removed(struct agents *a, const char *agent, const char *local)
{
    struct contact *c = find(a, agent, local);
    time_ms now = clock_monotonic_ms();

    if (c == NULL || !c->wanted || c->busy || c->removed || now < c->echo_until) {
        return false; /* our own removal comes back like this too */
    }
    c->in_roster = false;
    mem_replace(&c->shown, NULL);
    if (!c->department && !c->slot) {
        c->removed = true;
    } else if (pace_take(&c->return_pace, RETURNS, CONTACT_RETRY_MS, now)) {
        /* Without it nobody would see whether the agent is there: it comes back. */
        c->attempted = false;
        contact_pursue(c);
    } else {
        c->retry_at = now + CONTACT_RETRY_MS;
    }
    return true;
}

bool agents_forget(struct agents *a, const char *visitor)
{
    size_t at = 0;
    const char *key;
    void *value;
    bool any = false;

    while (map_next(a->contacts, &at, &key, &value)) {
        struct contact *c = value;
        if (text_equal(c->local, visitor)) {
            mem_replace(&c->name, "");
            any = true;
        }
    }
    return any;
}

bool agents_forget_archives(struct agents *a, const char *visitor)
{
    const char *contact = agents_address(a, visitor, NULL);
    bool any = false;

    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        any = roster_forget(a->roster, desk_agent_jid(a->desk, i), contact) || any;
    }
    return any;
}

void contacts_free(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->contacts, &at, &key, &value)) {
        contact_destroy(value);
    }
    map_destroy(a->contacts);
}
