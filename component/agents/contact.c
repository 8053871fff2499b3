#include "agents/contact.h"

#include "agents/slots.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum {
    ECHO_MS = 5 * 1000, /* ejabberd reports our own removal as if the agent had done it */
    PASSED_MS = 20 * 1000
};

struct contact *contact_create(struct agents *a, const char *agent, const char *local)
{
    struct contact *c = mem_alloc(sizeof *c);

    c->agents = a;
    c->key = mem_print("%s\n%s", agent, local);
    c->agent = mem_dup(agent);
    c->local = mem_dup(local);
    c->name = mem_dup("");
    c->department = desk_department_named(a->desk, local) != NULL;
    c->slot = slots_is_slot(local);
    map_set(a->contacts, c->key, c);
    return c;
}

void contact_destroy(struct contact *c)
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

void contact_store(const struct contact *c)
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
        c->retry_at = ok ? 0 : clock_monotonic_ms() + CONTACT_RETRY_MS;
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
    contact_pursue(c);
}

static void on_removed(void *ctx, bool ok)
{
    struct contact *c = ctx;

    c->busy = false;
    c->in_roster = !ok;
    c->passed = ok && is_of_this_link(c) && roster_is_over_link(c->agents->roster, c->agent);
    if (!ok && is_of_this_link(c)) {
        log_warn("contacts: %s stays in the roster of %s", log_safe(c->local), log_safe(c->agent));
        if (!c->wanted && !desk_is_agent(c->agents->desk, c->agent)) {
            /* Nobody asks for the roster of who is no agent any more: only the ledger knows it. */
            c->in_roster = true;
            c->retry_at = clock_monotonic_ms() + CONTACT_RETRY_MS;
            return;
        }
        c->in_roster = false; /* found again when the link comes up next */
    }
    if (c->wanted) {
        c->echo_until = clock_monotonic_ms() + ECHO_MS;
    }
    contact_pursue(c);
}

void contact_put(struct contact *c)
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
        contact_store(c);
        ask_for_subscription(c);
        return;
    }
    c->in_roster = true;
    c->busy = true;
    c->renamed = false;
    c->retry_at = 0;
    c->link = c->agents->links;
    contact_store(c);
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

static void on_passed(void *ctx, const struct element *reply)
{
    struct contact *c = ctx;

    (void)
        reply; /* of a server that says nothing, on a link that is up, nothing more can be known */
    c->busy = false;
    c->passed = is_of_this_link(c);
    contact_pursue(c);
}

/* The end of the link takes along what is under way, also a presence. So the ledger forgets a
 * contact only when its server has answered behind the last one: until then it may be on a screen.
 */
static void wait_until_passed(struct contact *c)
{
    const struct post *post = c->agents->post;
    const char *at = strchr(c->agent, '@');
    const char *server = at != NULL ? at + 1 : c->agent;
    struct draft d;

    c->busy = true;
    c->link = c->agents->links;
    struct writer *w = draft_begin(&d);
    stanza_iq(w, c->agents->config.domain, server, "get",
              post->ask(post->ctx, server, PASSED_MS, on_passed, c));
    writer_leaf(w, "ping", NS_PING, NULL);
    draft_send(&d, post, server, POST_HELD);
}

static void take_away(struct contact *c)
{
    struct agents *a = c->agents;

    if (c->attempted || !c->in_roster) {
        pursue_lines(c); /* the last words come before it goes */
    }
    if (c->shown != NULL) {
        face_hide(c, POST_HELD);
        c->passed = false;
    }
    if (c->in_roster) {
        c->busy = true;
        c->link = a->links;
        roster_remove(a->roster, c->agent, agents_address(a, c->local, NULL), on_removed, c);
    } else if (!c->passed) {
        if (c->slot && is_closed(c)) {
            end_subscription(c);
        }
        wait_until_passed(c);
    } else {
        pursue_lines(c);
        drop(c);
    }
}

void contact_pursue(struct contact *c)
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
        contact_put(c);
    }
    if (!c->removed && c->attempted) {
        face_show(c);
    }
    pursue_lines(c);
}

void contact_begin_anew(struct contact *c)
{
    c->removed = false;
    c->attempted = false;
    c->passed = false;
    c->echo_until = 0;
}
