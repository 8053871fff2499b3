/* What is in whose roster and on whose screen, and the ledger of it (architecture sections 1.5, 5,
 * 7).
 *
 * A contact is a department (always wanted) or a visitor (wanted while offered, active or
 * lingering). Each one is pursued step by step: ledger → roster → presence; and back: unavailable →
 * roster remove → out of the ledger. The ledger is written before the step, so that after a crash
 * everything that may be on a screen is known. */
#include "agents/agents_state.h"
#include "agents/words.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

struct contact {
    struct agents *agents;
    char *key;
    char *agent; /* bare JID */
    char *local;
    char *name;  /* as the roster has it */
    char *shown; /* the presence that was sent last, NULL: none */
    bool department;
    bool wanted;
    bool in_roster; /* may be in the roster */
    bool attempted; /* the roster has answered since the link came up */
    bool busy;      /* an operation is under way */
    bool removed;   /* by the agent, in the client */
};

static void pursue(struct contact *c);

static struct contact *find(const struct agents *a, const char *agent, const char *local)
{
    char *key = mem_print("%s\n%s", agent, local);
    struct contact *c = map_get(a->contacts, key);

    free(key);
    return c;
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
    map_set(a->contacts, c->key, c);
    return c;
}

static void contact_destroy(struct contact *c)
{
    free(c->key);
    free(c->agent);
    free(c->local);
    free(c->name);
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

/* ---- presence ---- */

static void write_department(struct agents *a, struct writer *w, const char *department)
{
    static const char *const SHOWS[] = {"xa", "dnd", "away", NULL};
    struct department_view p;
    struct buf status;

    if (!desk_department(a->desk, department, &p)) {
        return;
    }
    buf_init(&status, 512);
    agent_words_queue(&status, &p);
    if (SHOWS[p.state] != NULL) {
        writer_leaf(w, "show", NULL, SHOWS[p.state]);
    }
    writer_leaf(w, "status", NULL, status.bytes);
    buf_finish(&status);
}

/* Writes the contact's presence; from: the resource that contacts have. */
static void write_presence(struct contact *c, struct writer *w, const char *to)
{
    struct agents *a = c->agents;
    struct visitor_view v;
    bool away = !c->department && (!desk_visitor(a->desk, c->local, &v) || !v.online);

    /* Who has left the site is not there, though the contact stays while the chat does. */
    stanza_presence(w, agents_address(a, c->local, c->department ? "desk" : "web"), to,
                    away ? "unavailable" : NULL);
    if (c->department) {
        write_department(a, w, c->local);
    } else {
        card_write_presence(a, w, c->local);
    }
}

/* Equal presence is sent once. */
static void show(struct contact *c)
{
    struct draft d;

    write_presence(c, agents_draft(&d), c->agent);
    if (writer_finish(&d.writer) && text_equal(c->shown, d.buf.bytes)) {
        buf_finish(&d.buf);
        return;
    }
    mem_replace(&c->shown, d.buf.bytes);
    agents_send(c->agents, &d, c->agent, POST_HELD);
}

static void hide(struct contact *c, enum post_when when)
{
    struct draft d;

    mem_replace(&c->shown, NULL);
    stanza_presence(agents_draft(&d),
                    agents_address(c->agents, c->local, c->department ? "desk" : "web"), c->agent,
                    "unavailable");
    agents_send(c->agents, &d, c->agent, when);
}

/* ---- steps ---- */

static char *wanted_name_dup(const struct contact *c)
{
    struct department_view p;
    struct visitor_view v;

    if (c->department) {
        desk_department(c->agents->desk, c->local, &p);
        return mem_dup(p.name);
    }
    if (!desk_visitor(c->agents->desk, c->local, &v)) {
        return mem_dup(c->name);
    }
    struct buf name;
    buf_init(&name, 1024);
    agent_words_name(&name, &v);
    return buf_detach(&name);
}

static const char *group_of(const struct contact *c)
{
    struct chat_view chat;
    struct department_view p;
    const char *department = c->local;

    if (!c->department) {
        department = desk_chat(c->agents->desk, c->local, &chat) ? chat.department : "";
    }
    return desk_department(c->agents->desk, department, &p) ? p.name : "Live chat";
}

static void on_put(void *ctx, bool ok)
{
    struct contact *c = ctx;
    struct agents *a = c->agents;

    c->busy = false;
    if (!a->link_up) {
        return; /* tried again when it is */
    }
    c->attempted = true;
    if (c->department) {
        if (!ok) {
            /* No way into the roster: an ordinary subscription, which the agent approves once. */
            struct draft d;
            stanza_presence(agents_draft(&d), agents_address(a, c->local, NULL), c->agent,
                            "subscribe");
            agents_send(a, &d, c->agent, POST_HELD);
        }
        availability_probe(a, c->agent, c->local);
    }
    pursue(c);
}

static void on_removed(void *ctx, bool ok)
{
    struct contact *c = ctx;

    c->busy = false;
    if (ok || !c->agents->link_up) {
        c->in_roster = !ok;
    } else {
        log_warn("contacts: %s stays in the roster of %s", log_safe(c->local), log_safe(c->agent));
        c->in_roster = false;
    }
    pursue(c);
}

static void put(struct contact *c)
{
    char *name = wanted_name_dup(c);

    free(c->name);
    c->name = name;
    c->in_roster = true;
    c->busy = true;
    store(c);
    roster_put(c->agents->roster, c->agent, agents_address(c->agents, c->local, NULL), c->name,
               group_of(c), on_put, c);
}

static void pursue(struct contact *c)
{
    struct agents *a = c->agents;

    if (!a->link_up || c->busy) {
        return;
    }
    if (c->wanted && !c->attempted && !c->removed) {
        put(c);
    } else if (c->wanted) {
        if (!c->removed) {
            show(c);
        }
        outbox_pursue(a, c->agent, c->local);
    } else {
        if (c->shown != NULL) {
            hide(c, POST_HELD);
        }
        if (c->in_roster) {
            c->busy = true;
            roster_remove(a->roster, c->agent, agents_address(a, c->local, NULL), on_removed, c);
            return;
        }
        outbox_pursue(a, c->agent, c->local);
        drop(c);
    }
}

/* ---- ports ---- */

void contacts_wanted(void *ctx, const char *agent, const char *visitor, bool present)
{
    struct agents *a = ctx;
    struct contact *c = find(a, agent, visitor);

    if (c == NULL) {
        if (!present) {
            return;
        }
        c = make(a, agent, visitor);
    }
    c->wanted = present;
    if (present) {
        c->removed = false;
        c->attempted = false;
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
        struct contact *c = find(a, desk_agent_jid(a->desk, i), local);
        if (c != NULL) {
            call(c);
        }
    }
}

static void refresh(struct contact *c)
{
    char *name = wanted_name_dup(c);

    if (c->wanted && !text_equal(name, c->name)) {
        c->attempted = false; /* renamed by another roster set */
    }
    free(name);
    pursue(c);
}

void contacts_card(void *ctx, const char *visitor)
{
    each(ctx, visitor, refresh);
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
    if (r->present) {
        mem_replace(&c->shown, ""); /* something: it is to be hidden if it is not wanted any more */
    }
}

static void want_departments(struct agents *a, const char *agent)
{
    const char *department;

    for (size_t i = 0; (department = desk_agent_department(a->desk, agent, i)) != NULL; i++) {
        struct contact *c = find(a, agent, department);
        if (c == NULL) {
            c = make(a, agent, department);
        }
        c->wanted = true;
    }
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

void contacts_link_up(struct agents *a)
{
    char **keys;
    size_t count = 0;
    size_t at = 0;
    const char *key;
    void *value;

    for (size_t i = 0; i < desk_agent_count(a->desk); i++) {
        want_departments(a, desk_agent_jid(a->desk, i));
        roster_list(a->roster, desk_agent_jid(a->desk, i), on_roster_item, a);
    }
    keys = mem_array(map_count(a->contacts) + 1, sizeof *keys);
    while (map_next(a->contacts, &at, &key, &value)) {
        keys[count++] = mem_dup(key);
    }
    /* Pursuing may drop a contact: so not inside the iteration. */
    for (size_t i = 0; i < count; i++) {
        struct contact *c = map_get(a->contacts, keys[i]);
        if (c != NULL) {
            c->attempted = false;
            if (c->wanted) {
                mem_replace(&c->shown, NULL);
            } else {
                mem_replace(&c->shown, "");
            }
            pursue(c);
        }
        free(keys[i]);
    }
    free(keys);
}

void contacts_link_down(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (map_next(a->contacts, &at, &key, &value)) {
        ((struct contact *)value)->attempted = false;
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
            hide(c, POST_NOW);
        }
    }
}

bool contacts_is_settled(const struct agents *a, const char *agent, const char *local)
{
    const struct contact *c = find(a, agent, local);

    return c == NULL || c->attempted || c->removed || (!c->wanted && !c->busy);
}

void contacts_answer_probe(struct agents *a, const struct stanza *s)
{
    struct contact *c = find(a, s->from->bare, s->to->local);
    struct draft d;
    struct writer *w = agents_draft(&d);

    if (c != NULL && c->wanted) {
        write_presence(c, w, s->from->full);
    } else {
        stanza_presence(w, s->to->bare, s->from->full, "unavailable");
    }
    agents_send(a, &d, s->from->full, POST_HELD);
}

bool contacts_removed(struct agents *a, const char *agent, const char *local)
{
    struct contact *c = find(a, agent, local);

    if (c == NULL || !c->wanted || c->busy || c->removed) {
        return false; /* our own removal comes back like this too */
    }
    c->in_roster = false;
    mem_replace(&c->shown, NULL);
    if (c->department) {
        /* Without it nobody would see whether the agent is there: it comes back. */
        c->attempted = false;
        pursue(c);
    } else {
        c->removed = true;
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
