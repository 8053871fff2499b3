/* Lines to agents, over a link that acknowledges nothing (architecture section 8).
 *
 * A row lives in storage from the turn in which the line was said until the agent's client receipts
 * it, or a fence behind it was answered by a server for which that means stored. queued → handed →
 * delivered or bounced; "sent" is memory only. After a link loss, what was not handed is sent again
 * with the same id, <delay/> and a visible mark; and where handed does not mean stored, what was
 * not delivered.
 *
 * A row that makes the server drop the link would be sent for ever: so after a loss with rows in
 * flight they are sent singly, each with its fence, and one that was alone in flight at two such
 * losses is set aside, with an alarm. Its line stays in the chat's record. */
#include "agents/agents_state.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/ns.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FENCE_MS = 60 * 1000, VERSION_MS = 10 * 1000, HANDED_MS = 10 * 60 * 1000 };

struct row {
    struct outbox_record record; /* its strings are owned */
    bool sent;                   /* on this link */
    bool fenced;                 /* and a fence behind it is out */
    unsigned alone;              /* losses of the link while it was alone in flight */
    struct list link;            /* agents::outbox */
};

static struct row *row_create(const struct outbox_record *r)
{
    struct row *row = mem_alloc(sizeof *row);

    row->record = *r;
    row->record.to = mem_dup(r->to);
    row->record.from = mem_dup(r->from);
    row->record.message_id = mem_dup(r->message_id);
    row->record.body = mem_dup(r->body);
    return row;
}

static void row_destroy(struct row *row)
{
    list_remove(&row->link);
    free((char *)(uintptr_t)row->record.to);
    free((char *)(uintptr_t)row->record.from);
    free((char *)(uintptr_t)row->record.message_id);
    free((char *)(uintptr_t)row->record.body);
    free(row);
}

static void row_done(struct agents *a, struct row *row)
{
    storage_drop_outbox(a->storage, row->record.id);
    row_destroy(row);
}

/* ---- sending ---- */

static void send_row(struct agents *a, struct row *row)
{
    const struct outbox_record *r = &row->record;
    bool repeated = r->attempts > 0;
    struct draft d;
    struct writer *w = agents_draft(&d);

    stanza_message(w, agents_address(a, r->from, "web"), r->to, "chat", r->message_id);
    if (repeated) {
        char *marked = mem_print("(again) %s", r->body);
        writer_leaf(w, "body", NULL, marked);
        free(marked);
        stanza_delay(w, a->config.domain, r->at);
    } else {
        writer_leaf(w, "body", NULL, r->body);
    }
    stanza_chat_state(w, "active");
    writer_leaf(w, "request", NS_RECEIPTS, NULL);
    writer_leaf(w, "markable", NS_MARKERS, NULL);
    agents_send(a, &d, r->to, POST_HELD);
    row->sent = true;
}

/* ---- fences: a ping behind the rows that were sent ---- */

static void fence(struct agents *a);

static bool is_in_flight(const struct row *row)
{
    return row->sent && !row->record.handed;
}

static void hand_over(struct agents *a)
{
    list_for_each_safe (struct row, row, &a->outbox, link) {
        if (!row->fenced) {
            continue;
        }
        row->fenced = false;
        if (a->fence_stores) {
            row_done(a, row);
        } else {
            row->record.handed = true;
            storage_put_outbox(a->storage, &row->record);
        }
    }
}

static void on_fence(void *ctx, const struct element *reply)
{
    struct agents *a = ctx;

    a->fence_out = false;
    if (reply == NULL) {
        return; /* the link is lost, or so slow that the next fence decides */
    }
    hand_over(a);
    outbox_pursue(a, NULL, NULL);
}

static void fence(struct agents *a)
{
    const struct row *last = NULL;

    if (a->fence_out || !a->link_up) {
        return;
    }
    list_for_each (struct row, row, &a->outbox, link) {
        if (is_in_flight(row)) {
            row->fenced = true;
            last = row;
        }
    }
    if (last == NULL) {
        return;
    }
    const char *server = strchr(last->record.to, '@') + 1;
    struct draft d;
    struct writer *w = agents_draft(&d);
    a->fence_out = true;
    stanza_iq(w, a->config.domain, server, "get",
              a->post->ask(a->post->ctx, server, FENCE_MS, on_fence, a));
    writer_leaf(w, "ping", NS_PING, NULL);
    agents_send(a, &d, server, POST_HELD);
}

static size_t count_in_flight(const struct agents *a)
{
    size_t count = 0;

    list_for_each (struct row, row, &a->outbox, link) {
        count += is_in_flight(row) ? 1 : 0;
    }
    return count;
}

/* While rows that were in flight at a loss of the link are not handed, one at a time is sent. */
static bool is_careful(const struct agents *a)
{
    list_for_each (struct row, row, &a->outbox, link) {
        if (row->record.attempts > 0 && !row->record.handed) {
            return true;
        }
    }
    return false;
}

void outbox_pursue(struct agents *a, const char *agent, const char *local)
{
    if (!a->link_up) {
        return;
    }
    size_t room = is_careful(a) ? 1 - (count_in_flight(a) > 0 ? 1 : 0) : SIZE_MAX;
    list_for_each (struct row, row, &a->outbox, link) {
        const struct outbox_record *r = &row->record;
        bool meant = agent == NULL || (strcmp(r->to, agent) == 0 && strcmp(r->from, local) == 0);
        if (room > 0 && meant && !row->sent && !r->handed &&
            contacts_is_settled(a, r->to, r->from)) {
            send_row(a, row);
            room--;
        }
    }
    fence(a);
}

void outbox_add(struct agents *a, const char *agent, const char *local, int64_t entry,
                const char *body)
{
    char id[48];
    struct outbox_record r = {
        .id = ++a->last_outbox,
        .to = agent,
        .from = local,
        .message_id = id,
        .body = body,
        .entry = entry,
        .at = clock_utc_ms(),
    };

    if (entry > 0) {
        snprintf(id, sizeof id, "e%lld", (long long)entry);
    } else {
        snprintf(id, sizeof id, "n%lld", (long long)r.id);
    }
    list_append(&a->outbox, &row_create(&r)->link);
    storage_put_outbox(a->storage, &r);
    outbox_pursue(a, agent, local);
}

/* ---- what comes back ---- */

static struct row *find(const struct agents *a, const char *agent, const char *message_id)
{
    list_for_each (struct row, row, &a->outbox, link) {
        if (strcmp(row->record.message_id, message_id) == 0 && strcmp(row->record.to, agent) == 0) {
            return row;
        }
    }
    return NULL;
}

void outbox_delivered(struct agents *a, const char *agent, const char *message_id)
{
    struct row *row = find(a, agent, message_id);

    if (row != NULL) {
        row_done(a, row);
    }
}

bool outbox_bounced(struct agents *a, const char *agent, const char *message_id, int64_t *entry)
{
    struct row *row = find(a, agent, message_id);

    if (row == NULL) {
        return false;
    }
    log_warn("outbox: a line for %s came back", log_safe(agent));
    *entry = row->record.entry;
    row_done(a, row);
    return true;
}

/* Many clients send no receipts: what was handed and survived on the link for ten minutes counts as
 * delivered. */
void outbox_tick(struct agents *a)
{
    time_ms now = clock_utc_ms();

    list_for_each_safe (struct row, row, &a->outbox, link) {
        if (now - row->record.at < HANDED_MS) {
            break; /* they lie in order of time */
        }
        if (row->record.handed) {
            row_done(a, row);
        }
    }
}

/* ---- link ---- */

/* COMPAT: on Prosody an answered fence means that everything before it is stored; ejabberd answers
 * when it is routed. */
static void on_version(void *ctx, const struct element *reply)
{
    struct agents *a = ctx;
    const struct element *query = reply != NULL ? element_child(reply, "query", NS_VERSION) : NULL;
    const char *name = query != NULL ? element_child_text(query, "name", NULL) : NULL;

    a->fence_stores = name != NULL && strstr(name, "Prosody") != NULL;
}

static void ask_version(struct agents *a)
{
    const char *agent = desk_agent_count(a->desk) > 0 ? desk_agent_jid(a->desk, 0) : NULL;
    const char *at = agent != NULL ? strchr(agent, '@') : NULL;

    if (at == NULL) {
        return;
    }
    struct draft d;
    struct writer *w = agents_draft(&d);
    stanza_iq(w, a->config.domain, at + 1, "get",
              a->post->ask(a->post->ctx, at + 1, VERSION_MS, on_version, a));
    writer_leaf(w, "query", NS_VERSION, NULL);
    agents_send(a, &d, at + 1, POST_NOW);
}

void outbox_link_up(struct agents *a)
{
    a->fence_out = false;
    a->fence_stores = false;
    ask_version(a);
    outbox_pursue(a, NULL, NULL);
}

static void set_aside(struct agents *a, struct row *row)
{
    log_error("outbox: a line for %s was set aside: the server dropped the link twice when it "
              "came alone; entry %lld of the record has it",
              log_safe(row->record.to), (long long)row->record.entry);
    row_done(a, row);
}

void outbox_link_down(struct agents *a)
{
    bool alone = count_in_flight(a) == 1;

    a->fence_out = false;
    list_for_each_safe (struct row, row, &a->outbox, link) {
        row->fenced = false;
        if (alone && is_in_flight(row) && ++row->alone == 2) {
            set_aside(a, row);
            continue;
        }
        if (!row->sent) {
            continue;
        }
        row->sent = false;
        if (!row->record.handed || !a->fence_stores) {
            row->record.handed = false;
            row->record.attempts++;
            storage_put_outbox(a->storage, &row->record);
        }
    }
}

void agents_load_counters(struct agents *a, int64_t last_outbox)
{
    a->last_outbox = last_outbox;
}

/* Whether a row of the last run was sent is not known: so it may be a repeat. */
void agents_load_outbox(struct agents *a, const struct outbox_record *r)
{
    struct row *row = row_create(r);

    row->record.handed = false;
    row->record.attempts++;
    list_append(&a->outbox, &row->link);
}

void outbox_free(struct agents *a)
{
    list_for_each_safe (struct row, row, &a->outbox, link) {
        row_destroy(row);
    }
}
