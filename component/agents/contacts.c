/* lint: long because each step of a contact's life leads into the next. */
/* What is in whose roster and on whose screen, and the ledger of it (architecture sections 1.5, 5,
 * 7).
 *
 * A contact is a department (always wanted), a visitor (wanted while offered, active or lingering)
 * or a slot (slots.h: wanted while the agent has slots). Each one is pursued step by step: ledger →
 * roster → presence; and back: unavailable → roster remove → out of the ledger. The ledger is
 * written before the step, so that after a crash everything that may be on a screen is known. */
#include "agents/contact.h"
#include "agents/slots.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pace.h"
#include "base/text.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum {
    RETRY_MS = 60 * 1000, /* after a roster that said no, or nothing */
    ECHO_MS = 5 * 1000,   /* ejabberd reports our own removal as if the agent had done it */
    RETURNS = 3           /* of a department's contact at once, then one in RETRY_MS */
};

static void pursue(struct contact *c);

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

static struct contact *make(struct agents *a, const char *agent, const char *local)
{
    struct department_view p;
    struct contact *c = mem_alloc(sizeof *c);

    c->agents = a;
    c->key = mem_print("%s\n%s", agent, local);
    c->agent = mem_dup(agent);
    c->local = mem_dup(local);
    c->name = mem_dup("");
    c->department = desk_department(a->desk, local, &p);
    c->slot = slots_is_slot(local);
    map_set(a->contacts, c->key, c);
    return c;
}

static void contact_destroy(struct contact *c)
{
    free(c->key);
    free(c->agent);
    free(c->local);
    free(c->name);
    free(c->group);
    free(c->shown);
    free(c);
}

static void drop(struct contact *c)
{
    storage_drop_contact(c->agents->storage, c->agent, c->local);
    map_remove(c->agents->contacts, c->key);
    contact_destroy(c);
}

static void store(const struct contact *c)
{
    storage_put_contact(c->agents->storage, &(struct contact_record){.agent = c->agent,
                                                                     .contact = c->local,
                                                                     .name = c->name,
                                                                     .in_roster = c->in_roster,
                                                                     .present = c->wanted});
}

/* ---- steps ---- */

/* The link was lost since the operation began: its answer says nothing about this one. */
static bool is_of_this_link(const struct contact *c)
{
    return c->agents->link_up && c->link == c->agents->links;
}

/* No way into the roster: an ordinary subscription, which the agent approves once. */
static void ask_for_subscription(struct contact *c)
{
    struct agents *a = c->agents;
    struct draft d;

    if (c->asked || slots_is_approved(a, c->agent, c->local)) {
        return;
    }
    c->asked = true;
    struct writer *w = draft_begin(&d);
    stanza_presence(w, agents_address(a, c->local, NULL), c->agent, "subscribe");
    if (c->slot) {
        char *name = face_name_dup(c);
        writer_leaf(w, "status", NULL, agent_words_slot_request(agents_language(a, c->agent)));
        writer_leaf(w, "nick", NS_NICK, name);
        free(name);
    }
    draft_send(&d, a->post, c->agent, POST_HELD);
}

/* The contact of a slot that is no more, where only the agent's own subscription made it one. */
static void end_subscription(const struct contact *c)
{
    static const char *const TYPES[] = {"unsubscribe", "unsubscribed"};
    struct agents *a = c->agents;
    struct draft d;

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        stanza_presence(draft_begin(&d), agents_address(a, c->local, NULL), c->agent, TYPES[i]);
        draft_send(&d, a->post, c->agent, POST_HELD);
    }
}

static bool is_closed(const struct contact *c)
{
    return roster_verdict(c->agents->roster, c->agent) == ROSTER_CLOSED;
}

/* It was begun as a contact of the visitor's own, before it was known that no way leads into the
 * roster. */
static void move_into_slot(struct contact *c)
{
    struct agents *a = c->agents;
    const char *local = is_closed(c) ? slots_take(a, c->agent, c->local) : NULL;

    if (local != NULL) {
        c->wanted = false;
        contacts_refresh(a, c->agent, local);
    }
}

static void on_put(void *ctx, bool ok)
{
    struct contact *c = ctx;
    struct agents *a = c->agents;

    c->busy = false;
    if (is_of_this_link(c)) {
        c->attempted = true;
        c->retry_at = ok ? 0 : clock_monotonic_ms() + RETRY_MS;
        if (!ok && c->wanted && (c->department || c->slot)) {
            ask_for_subscription(c);
        } else if (!ok && c->wanted) {
            move_into_slot(c);
        }
        if (c->department && c->wanted) {
            slots_follow(a, c->agent);
        }
        /* COMPAT: Prosody 0.12 takes a probe of who is not subscribed for the end of the request
         * that waits to be answered. Who is, says "subscribed" to it, and is probed then. */
        if (ok && c->department && c->wanted) {
            availability_probe(a, c->agent, c->local);
        }
    }
    pursue(c);
}

static void on_removed(void *ctx, bool ok)
{
    struct contact *c = ctx;

    c->busy = false;
    c->in_roster = !ok;
    if (!ok && is_of_this_link(c)) {
        log_warn("contacts: %s stays in the roster of %s", log_safe(c->local), log_safe(c->agent));
        if (!c->wanted && !desk_is_agent(c->agents->desk, c->agent)) {
            /* Nobody asks for the roster of who is no agent any more: only the ledger knows it. */
            c->in_roster = true;
            c->retry_at = clock_monotonic_ms() + RETRY_MS;
            return;
        }
        c->in_roster = false; /* found again when the link comes up next */
    }
    if (c->wanted) {
        c->echo_until = clock_monotonic_ms() + ECHO_MS;
    }
    pursue(c);
}

static void put(struct contact *c)
{
    char *name = face_name_dup(c);

    free(c->name);
    c->name = name;
    mem_replace(&c->group, face_group(c));
    if (c->slot && is_closed(c)) { /* the department's contact tries again whether it still is */
        c->attempted = true;
        c->renamed = false;
        c->retry_at = 0;
        c->in_roster = false;
        store(c);
        ask_for_subscription(c);
        return;
    }
    c->in_roster = true;
    c->busy = true;
    c->renamed = false;
    c->retry_at = 0;
    c->link = c->agents->links;
    store(c);
    roster_put(c->agents->roster, c->agent, agents_address(c->agents, c->local, NULL), c->name,
               c->group, on_put, c);
}

/* What waits to be said under that contact. */
static void pursue_lines(const struct contact *c)
{
    const char *who = slots_visitor(c->agents, c->agent, c->local);

    if (who != NULL) {
        outbox_pursue(c->agents->outbox, c->agent, who);
    }
}

static void take_away(struct contact *c)
{
    struct agents *a = c->agents;

    if (c->attempted || !c->in_roster) {
        pursue_lines(c); /* the last words come before it goes */
    }
    if (c->shown != NULL) {
        face_hide(c, POST_HELD);
    }
    if (c->in_roster) {
        c->busy = true;
        c->link = a->links;
        roster_remove(a->roster, c->agent, agents_address(a, c->local, NULL), on_removed, c);
    } else {
        if (c->slot && is_closed(c)) {
            end_subscription(c);
        }
        pursue_lines(c);
        drop(c);
    }
}

/* The next step. It may be the last one: c may be gone afterwards. */
static void pursue(struct contact *c)
{
    struct agents *a = c->agents;

    if (!a->link_up || c->busy) {
        return;
    }
    if (!c->wanted) {
        take_away(c);
        return;
    }
    if (!c->removed && (!c->attempted || c->renamed)) {
        put(c);
    }
    if (!c->removed && c->attempted) {
        face_show(c);
    }
    pursue_lines(c);
}

/* It is wanted, whatever became of it before. */
static void begin_anew(struct contact *c)
{
    c->removed = false;
    c->attempted = false;
    c->echo_until = 0;
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
        c = make(a, agent, visitor);
    }
    c->wanted = present;
    if (present) {
        begin_anew(c);
    }
    if (present && !a->link_up) {
        c->in_roster = true; /* will be: the ledger comes first */
        store(c);
    }
    pursue(c);
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
    pursue(c);
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
        c = make(a, agent, local);
    }
    if (c == NULL || c->wanted == wanted) {
        return;
    }
    c->wanted = wanted;
    if (wanted) {
        begin_anew(c);
        c->in_roster = true; /* may be: the ledger comes first */
        store(c);
    }
    pursue(c);
}

void contacts_department(void *ctx, const char *department)
{
    each(ctx, department, pursue);
}

/* ---- the ledger ---- */

void agents_load_contact(struct agents *a, const struct contact_record *r)
{
    struct contact *c = find(a, r->agent, r->contact);

    if (c == NULL) {
        c = make(a, r->agent, r->contact);
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
            c = make(a, agent, department);
        }
        if (!c->wanted) {
            begin_anew(c);
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
        struct contact *c = make(a, agent, local);
        c->in_roster = true;
        mem_replace(&c->shown, "");
        pursue(c);
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
    mem_replace(&c->shown, c->wanted ? NULL : "");
    pursue(c);
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
    pursue(c);
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
            pursue(c); /* it may be gone then */
            continue;
        }
        if (c->wanted && !c->removed && is_due) {
            put(c);
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
    } else if (pace_take(&c->return_pace, RETURNS, RETRY_MS, now)) {
        /* Without it nobody would see whether the agent is there: it comes back. */
        c->attempted = false;
        pursue(c);
    } else {
        c->retry_at = now + RETRY_MS;
    }
    return true;
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
