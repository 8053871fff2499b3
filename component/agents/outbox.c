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
#include "agents/row.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/mark.h"
#include "xml/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HANDED_MS = 10 * 60 * 1000 };

/* What waits to be sent under one contact of one agent. */
struct line {
    char *key;
    struct list rows; /* row::line_link: by id */
};

/* ---- rows ---- */

static char *key_of(const char *agent, const char *other)
{
    return mem_print("%s\n%s", agent, other);
}

static struct row *find(const struct agents *a, const char *agent, const char *message_id)
{
    char *key = key_of(agent, message_id);
    struct row *row = map_get(a->rows, key);

    free(key);
    return row;
}

static struct line *line_of(struct agents *a, const char *agent, const char *local)
{
    char *key = key_of(agent, local);
    struct line *line = map_get(a->lines_out, key);

    if (line == NULL) {
        line = mem_alloc(sizeof *line);
        line->key = key;
        list_init(&line->rows);
        map_set(a->lines_out, key, line);
    } else {
        free(key);
    }
    return line;
}

static void line_destroy(struct agents *a, struct line *line)
{
    map_remove(a->lines_out, line->key);
    free(line->key);
    free(line);
}

static void wait_to_be_sent(struct agents *a, struct row *row)
{
    list_append(&line_of(a, row->record.to, row->record.from)->rows, &row->line_link);
}

static struct row *row_create(struct agents *a, const struct outbox_record *r)
{
    struct row *row = mem_alloc(sizeof *row);
    char *key = key_of(r->to, r->message_id);

    row->record = *r;
    row->record.to = mem_dup(r->to);
    row->record.from = mem_dup(r->from);
    row->record.message_id = mem_dup(r->message_id);
    row->record.body = mem_dup(r->body);
    row->server = fence_server(a, r->to);
    list_append(&a->outbox, &row->link);
    list_init(&row->line_link);
    list_init(&row->flight_link);
    map_set(a->rows, key, row);
    wait_to_be_sent(a, row);
    free(key);
    return row;
}

/* So that the link's end may be its doing. */
static bool is_in_flight(const struct row *row)
{
    return row->sent && !row->record.handed && !row->survived;
}

/* Every change of what is_in_flight and suspect say is counted. */
static void set_sent(struct agents *a, struct row *row, bool sent, bool handed)
{
    a->in_flight -= is_in_flight(row) ? 1 : 0;
    row->sent = sent;
    row->survived = false;
    row->record.handed = handed;
    a->in_flight += is_in_flight(row) ? 1 : 0;
}

static void set_suspect(struct agents *a, struct row *row, bool suspect)
{
    a->suspects -= row->suspect ? 1 : 0;
    row->suspect = suspect;
    a->suspects += row->suspect ? 1 : 0;
}

static void row_destroy(struct agents *a, struct row *row)
{
    char *key = key_of(row->record.to, row->record.message_id);

    set_sent(a, row, false, false);
    set_suspect(a, row, false);
    map_remove(a->rows, key);
    free(key);
    list_remove(&row->link);
    list_remove(&row->line_link);
    list_remove(&row->flight_link);
    free((char *)(uintptr_t)row->record.to);
    free((char *)(uintptr_t)row->record.from);
    free((char *)(uintptr_t)row->record.message_id);
    free((char *)(uintptr_t)row->record.body);
    free(row);
}

static void row_done(struct agents *a, struct row *row)
{
    storage_drop_outbox(a->storage, row->record.id);
    row_destroy(a, row);
}

/* ---- sending ---- */

static void send_row(struct agents *a, struct row *row)
{
    const struct outbox_record *r = &row->record;
    struct draft d;
    struct writer *w = draft_begin(&d);

    stanza_message(w, agents_address(a, r->from, "web"), r->to, "chat", r->message_id);
    if (r->attempts > 0) {
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
    draft_send(&d, a->post, r->to, POST_HELD);
    list_remove(&row->line_link);
    set_sent(a, row, true, false);
    fence_add(row);
}

/* While a row that was in flight at a loss of the link is not handed, one at a time is sent. */
static bool may_send(const struct agents *a)
{
    return a->suspects == 0 || a->in_flight == 0;
}

/* The line may be gone afterwards. */
static void send_line(struct agents *a, struct line *line)
{
    while (!list_is_empty(&line->rows) && may_send(a)) {
        struct row *row = LIST_OF(struct row, line->rows.next, line_link);
        if (!contacts_is_settled(a, row->record.to, row->record.from)) {
            return;
        }
        send_row(a, row);
        if (a->suspects > 0) {
            fence_send(row->server);
        }
    }
    if (list_is_empty(&line->rows)) {
        line_destroy(a, line);
    }
}

void outbox_pursue(struct agents *a, const char *agent, const char *local)
{
    size_t at = 0;
    const char *key;
    void *value;

    if (!a->link_up) {
        return;
    }
    if (agent != NULL) {
        char *one = key_of(agent, local);
        struct line *line = map_get(a->lines_out, one);
        free(one);
        if (line != NULL) {
            send_line(a, line);
        }
    } else {
        while (map_next(a->lines_out, &at, &key, &value)) {
            send_line(a, value);
        }
    }
    fence_tick(a);
}

/* Not if one with that id is still on its way to that agent (offered once more, told once more), or
 * was set aside. */
static void add(struct agents *a, const char *agent, const char *local, const char *message_id,
                int64_t entry, const char *body)
{
    const struct outbox_record r = {
        .id = a->last_outbox + 1,
        .to = agent,
        .from = local,
        .message_id = message_id,
        .body = body,
        .entry = entry,
        .at = clock_utc_ms(),
    };

    if (find(a, agent, message_id) != NULL || map_get(a->set_aside, message_id) != NULL) {
        return;
    }
    a->last_outbox = r.id;
    row_create(a, &r);
    storage_put_outbox(a->storage, &r);
    outbox_pursue(a, agent, local);
}

void outbox_add(struct agents *a, const char *agent, const char *local, int64_t entry,
                const char *body)
{
    char id[48];

    if (entry > 0) {
        mark_id(entry, id);
    } else {
        snprintf(id, sizeof id, "n%lld", (long long)a->last_outbox + 1);
    }
    add(a, agent, local, id, entry, body);
}

void outbox_add_once(struct agents *a, const char *agent, const char *local, const char *message_id,
                     const char *body)
{
    add(a, agent, local, message_id, 0, body);
}

/* ---- what comes back ---- */

void outbox_handed(struct row *row)
{
    struct agents *a = row->server->agents;

    set_suspect(a, row, false);
    if (row->server->is_stored) {
        row_done(a, row);
    } else {
        set_sent(a, row, true, true);
        storage_put_outbox(a->storage, &row->record);
    }
}

void outbox_survived(struct row *row)
{
    struct agents *a = row->server->agents;

    set_suspect(a, row, false);
    a->in_flight -= is_in_flight(row) ? 1 : 0;
    row->survived = true;
}

void outbox_delivered(struct agents *a, const char *agent, const char *message_id)
{
    struct row *row = find(a, agent, message_id);

    if (row != NULL) {
        row_done(a, row);
    }
}

int64_t outbox_bounced(struct agents *a, const char *agent, const char *message_id)
{
    struct row *row = find(a, agent, message_id);

    if (row == NULL) {
        return -1;
    }
    int64_t entry = row->record.entry;
    log_warn("outbox: a line for %s came back", log_safe(agent));
    row_done(a, row);
    return entry;
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
    fence_tick(a);
}

/* ---- link ---- */

void outbox_link_up(struct agents *a)
{
    fence_link_up(a);
    outbox_pursue(a, NULL, NULL);
}

static void set_aside(struct agents *a, struct row *row)
{
    log_error("outbox: a line for %s was set aside: the server dropped the link twice when it "
              "came alone; entry %lld of the record has it",
              log_safe(row->record.to), (long long)row->record.entry);
    if (row->record.entry > 0) {
        map_set(a->set_aside, row->record.message_id, a); /* another offer would bring it again */
    }
    row_done(a, row);
}

/* Handed rows that are left are those that a server has routed, not stored. */
static void return_to_line(struct agents *a, struct row *row, bool was_alone)
{
    if (was_alone && is_in_flight(row) && ++row->alone == 2) {
        set_aside(a, row);
        return;
    }
    if (row->sent) {
        set_suspect(a, row, true);
        set_sent(a, row, false, false);
        row->record.attempts++;
        storage_put_outbox(a->storage, &row->record);
    }
    list_remove(&row->line_link);
    wait_to_be_sent(a, row); /* again in order of id, before those that never were sent */
}

void outbox_link_down(struct agents *a)
{
    bool was_alone = a->in_flight == 1;

    fence_link_down(a);
    list_for_each_safe (struct row, row, &a->outbox, link) {
        return_to_line(a, row, was_alone);
    }
}

void agents_load_counters(struct agents *a, int64_t last_outbox)
{
    a->last_outbox = last_outbox;
}

/* Whether a row of the last run was sent is not known: so it may be a repeat, and the one that
 * ended it. What was for somebody who is no agent any more is nobody's business. */
void agents_load_outbox(struct agents *a, const struct outbox_record *r)
{
    if (!desk_is_agent(a->desk, r->to)) {
        log_info("outbox: a line for %s, who is no agent any more, is not sent", log_safe(r->to));
        storage_drop_outbox(a->storage, r->id);
        return;
    }
    struct row *row = row_create(a, r);

    row->record.handed = false;
    row->record.attempts++;
    set_suspect(a, row, true);
}

void outbox_free(struct agents *a)
{
    size_t at = 0;
    const char *key;
    void *value;

    list_for_each_safe (struct row, row, &a->outbox, link) {
        row_destroy(a, row);
    }
    while (map_next(a->lines_out, &at, &key, &value)) {
        line_destroy(a, value);
    }
    map_destroy(a->lines_out);
    map_destroy(a->rows);
    map_destroy(a->set_aside);
    fence_free(a);
}
