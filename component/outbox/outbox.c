#include "outbox/outbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "outbox/fence.h"
#include "xml/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HANDED_MS = 10 * 60 * 1000, OUTBOX_ID_SIZE = 24 };

/* What waits to be sent to one address from one of ours. */
struct line {
    char *key;
    struct list rows; /* row::line_link: by id */
};

/* ---- rows ---- */

/* An account has one message of an id, at whatever resource. */
static char *message_key(const char *jid, const char *message_id)
{
    return mem_print("%.*s\n%s", (int)strcspn(jid, "/"), jid, message_id);
}

static char *line_key(const char *to, const char *from)
{
    return mem_print("%s\n%s", to, from);
}

static struct row *find(const struct outbox *o, const char *jid, const char *message_id)
{
    char *key = message_key(jid, message_id);
    struct row *row = map_get(o->by_message, key);

    free(key);
    return row;
}

static struct line *line_of(struct outbox *o, const char *to, const char *from)
{
    char *key = line_key(to, from);
    struct line *line = map_get(o->lines, key);

    if (line == NULL) {
        line = mem_alloc(sizeof *line);
        line->key = key;
        list_init(&line->rows);
        map_set(o->lines, key, line);
    } else {
        free(key);
    }
    return line;
}

static void line_destroy(struct outbox *o, struct line *line)
{
    map_remove(o->lines, line->key);
    free(line->key);
    free(line);
}

static void wait_to_be_sent(struct outbox *o, struct row *row)
{
    list_append(&line_of(o, row->record.to, row->record.from)->rows, &row->line_link);
}

static const char *copy(const char *text)
{
    return mem_dup(text != NULL ? text : "");
}

static struct outbox_record record_dup(const struct outbox_record *r)
{
    struct outbox_record c = *r;

    c.to = copy(r->to);
    c.from = copy(r->from);
    c.message_id = copy(r->message_id);
    c.body = copy(r->body);
    c.visitor = copy(r->visitor);
    c.name = copy(r->name);
    c.event = copy(r->event);
    return c;
}

static void record_free(const struct outbox_record *r)
{
    const char *const strings[] = {r->to,      r->from, r->message_id, r->body,
                                   r->visitor, r->name, r->event};

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        free((char *)(uintptr_t)strings[i]);
    }
}

static const struct outbox_edge *edge_of(const struct row *row)
{
    return row->outbox->edges[row->record.side];
}

/* ---- the limit ---- */

static void count(struct outbox *o, int change)
{
    size_t max = o->config.max_rows;

    o->count += (size_t)change;
    if (!o->is_full && max > 0 && o->count >= max) {
        o->is_full = true;
        log_error("outbox: %zu messages are under way, which is the limit; new lines are refused "
                  "until a tenth of it is free",
                  o->count);
    } else if (o->is_full && o->count <= max - max / 10) {
        o->is_full = false;
        log_info("outbox: it takes lines again");
    }
}

bool outbox_is_full(const struct outbox *o)
{
    return o->is_full;
}

size_t outbox_count(const struct outbox *o)
{
    return o->count;
}

/* ---- a row ---- */

static struct row *row_create(struct outbox *o, const struct outbox_record *r)
{
    struct row *row = mem_alloc(sizeof *row);
    char *key = message_key(r->to, r->message_id);

    row->outbox = o;
    row->record = record_dup(r);
    row->since = clock_monotonic_ms();
    row->server = fence_server(o, r->to);
    row->server->rows++;
    list_append(&o->rows, &row->link);
    list_init(&row->line_link);
    list_init(&row->flight_link);
    map_set(o->by_message, key, row);
    wait_to_be_sent(o, row);
    count(o, 1);
    free(key);
    return row;
}

/* So that the link's end may be its doing. */
static bool is_in_flight(const struct row *row)
{
    return row->sent && !row->record.handed && !row->survived;
}

/* Every change of what is_in_flight and suspect say is counted. */
static void set_sent(struct outbox *o, struct row *row, bool sent, bool handed)
{
    o->in_flight -= is_in_flight(row) ? 1 : 0;
    row->sent = sent;
    row->survived = false;
    row->record.handed = handed;
    o->in_flight += is_in_flight(row) ? 1 : 0;
}

static void set_suspect(struct outbox *o, struct row *row, bool suspect)
{
    o->suspects -= row->suspect ? 1 : 0;
    row->suspect = suspect;
    o->suspects += row->suspect ? 1 : 0;
}

static void row_unlink(struct outbox *o, struct row *row)
{
    char *key = message_key(row->record.to, row->record.message_id);

    set_sent(o, row, false, false);
    set_suspect(o, row, false);
    map_remove(o->by_message, key);
    free(key);
    list_remove(&row->link);
    list_remove(&row->line_link);
    list_remove(&row->flight_link);
    row->server->rows--;
    count(o, -1);
}

static void row_free(struct row *row)
{
    record_free(&row->record);
    free(row);
}

static void row_done(struct outbox *o, struct row *row)
{
    storage_drop_outbox(o->storage, row->record.id);
    row_unlink(o, row);
    row_free(row);
}

/* ---- sending ---- */

void outbox_write_text(const struct outbox *o, struct writer *w, const struct outbox_record *r,
                       const char *mark)
{
    if (r->attempts == 0) {
        writer_leaf(w, "body", NULL, r->body);
        return;
    }
    char *marked = mem_print("%s%s", mark != NULL ? mark : "", r->body);
    writer_leaf(w, "body", NULL, marked);
    free(marked);
    stanza_delay(w, o->config.domain, r->at);
}

static void send_row(struct outbox *o, struct row *row)
{
    const struct outbox_record *r = &row->record;
    struct draft d;

    edge_of(row)->write(edge_of(row)->ctx, draft_begin(&d), r);
    draft_send(&d, o->post, r->to, POST_HELD);
    list_remove(&row->line_link);
    set_sent(o, row, true, false);
    fence_add(row);
}

/* While a row that was in flight at a loss of the link is not handed, one at a time is sent. */
static bool is_time(const struct outbox *o)
{
    return o->suspects == 0 || o->in_flight == 0;
}

static bool may_send(const struct row *row)
{
    const struct outbox_edge *edge = edge_of(row);

    return edge->may_send == NULL || edge->may_send(edge->ctx, &row->record);
}

/* The line may be gone afterwards. */
static void send_line(struct outbox *o, struct line *line)
{
    while (!list_is_empty(&line->rows) && is_time(o)) {
        struct row *row = LIST_OF(struct row, line->rows.next, line_link);
        if (!may_send(row)) {
            return;
        }
        send_row(o, row);
        if (o->suspects > 0) {
            fence_send(row->server);
        }
    }
    if (list_is_empty(&line->rows)) {
        line_destroy(o, line);
    }
}

void outbox_pursue(struct outbox *o, const char *to, const char *from)
{
    char *key = line_key(to, from);
    struct line *line = map_get(o->lines, key);

    free(key);
    if (o->link_up && line != NULL) {
        send_line(o, line);
        fence_send(fence_server(o, to));
    }
}

void outbox_pursue_all(struct outbox *o)
{
    size_t at = 0;
    const char *key;
    void *value;

    while (o->link_up && map_next(o->lines, &at, &key, &value)) {
        send_line(o, value);
    }
    fence_send_all(o);
}

void outbox_add(struct outbox *o, const struct outbox_record *r)
{
    char id[OUTBOX_ID_SIZE];
    struct outbox_record record = *r;

    record.id = o->last_id + 1;
    record.handed = false;
    record.attempts = 0;
    if (r->message_id[0] == '\0') {
        snprintf(id, sizeof id, "n%lld", (long long)record.id);
        record.message_id = id;
    }
    if (find(o, r->to, record.message_id) != NULL ||
        map_get(o->set_aside, record.message_id) != NULL) {
        return;
    }
    o->last_id = record.id;
    storage_put_outbox(o->storage, &row_create(o, &record)->record);
    outbox_pursue(o, r->to, r->from);
}

/* ---- what comes back ---- */

void outbox_handed(struct row *row)
{
    struct outbox *o = row->outbox;

    set_suspect(o, row, false);
    if (row->server->is_stored) {
        row_done(o, row);
    } else {
        set_sent(o, row, true, true);
        storage_put_outbox(o->storage, &row->record);
    }
}

void outbox_survived(struct row *row)
{
    struct outbox *o = row->outbox;

    set_suspect(o, row, false);
    o->in_flight -= is_in_flight(row) ? 1 : 0;
    row->survived = true;
}

void outbox_delivered(struct outbox *o, const char *bare, const char *message_id)
{
    struct row *row = find(o, bare, message_id);

    if (row != NULL) {
        row_done(o, row);
    }
}

bool outbox_bounced(struct outbox *o, const char *bare, const char *message_id)
{
    struct row *row = find(o, bare, message_id);

    if (row == NULL) {
        return false;
    }
    log_warn("outbox: a line for %s came back", log_safe(bare));
    storage_drop_outbox(o->storage, row->record.id);
    row_unlink(o, row); /* first: what is told may bring the same line again */
    edge_of(row)->bounced(edge_of(row)->ctx, &row->record);
    row_free(row);
    return true;
}

/* Many clients send no receipts: what was handed and survived on the link for ten minutes counts as
 * delivered. */
void outbox_tick(struct outbox *o)
{
    time_ms now = clock_monotonic_ms();

    list_for_each_safe (struct row, row, &o->rows, link) {
        if (now - row->since < HANDED_MS) {
            break; /* they lie in order of time */
        }
        if (row->record.handed) {
            row_done(o, row);
        }
    }
    fence_tick(o);
}

/* ---- link ---- */

void outbox_expect(struct outbox *o, const char *jid)
{
    fence_server(o, jid);
}

void outbox_link_up(struct outbox *o)
{
    o->link_up = true;
    fence_link_up(o);
    outbox_pursue_all(o);
}

static void set_aside(struct outbox *o, struct row *row)
{
    log_error("outbox: a line for %s was set aside: the server dropped the link twice when it "
              "came alone; entry %lld of the record has it",
              log_safe(row->record.to), (long long)row->record.entry);
    if (row->record.entry > 0) {
        map_set(o->set_aside, row->record.message_id, o); /* another offer would bring it again */
    }
    row_done(o, row);
}

void outbox_review(struct outbox *o, enum outbox_side side)
{
    list_for_each_safe (struct row, row, &o->rows, link) {
        const struct outbox_edge *edge = edge_of(row);
        if (row->record.side == side && !edge->is_wanted(edge->ctx, &row->record)) {
            row->dismissed = true;
            if (!row->sent) {
                row_done(o, row);
            }
        }
    }
}

/* Handed rows that are left are those that a server has routed, not stored. */
static void return_to_line(struct outbox *o, struct row *row, bool was_alone)
{
    if (was_alone && is_in_flight(row) && ++row->alone == 2) {
        set_aside(o, row);
        return;
    }
    if (row->dismissed) {
        row_done(o, row);
        return;
    }
    if (row->sent) {
        set_suspect(o, row, true);
        set_sent(o, row, false, false);
        row->record.attempts++;
        storage_put_outbox(o->storage, &row->record);
    }
    list_remove(&row->line_link);
    wait_to_be_sent(o, row); /* again in order of id, before those that never were sent */
}

void outbox_link_down(struct outbox *o)
{
    bool was_alone = o->in_flight == 1;

    o->link_up = false;
    fence_link_down(o);
    list_for_each_safe (struct row, row, &o->rows, link) {
        return_to_line(o, row, was_alone);
    }
}

/* ---- life ---- */

struct outbox *outbox_create(const struct outbox_config *config, struct storage *storage,
                             const struct post *post)
{
    struct outbox *o = mem_alloc(sizeof *o);

    o->config = *config;
    o->storage = storage;
    o->post = post;
    list_init(&o->rows);
    o->by_message = map_create();
    o->lines = map_create();
    o->set_aside = map_create();
    o->servers = map_create();
    return o;
}

void outbox_configure(struct outbox *o, const struct outbox_config *config)
{
    o->config = *config;
    count(o, 0);
}

void outbox_destroy(struct outbox *o)
{
    size_t at = 0;
    const char *key;
    void *value;

    if (o == NULL) {
        return;
    }
    list_for_each_safe (struct row, row, &o->rows, link) {
        row_unlink(o, row);
        row_free(row);
    }
    while (map_next(o->lines, &at, &key, &value)) {
        line_destroy(o, value);
    }
    map_destroy(o->lines);
    map_destroy(o->by_message);
    map_destroy(o->set_aside);
    fence_free(o);
    free(o);
}

void outbox_attach(struct outbox *o, enum outbox_side side, const struct outbox_edge *edge)
{
    o->edges[side] = edge;
}

void outbox_load_counter(struct outbox *o, int64_t last)
{
    o->last_id = last;
}

/* Whether a row of the last run was sent is not known: so it may be a repeat, and the one that
 * ended it. */
void outbox_load(struct outbox *o, const struct outbox_record *r)
{
    const struct outbox_edge *edge = o->edges[r->side];

    if (!edge->is_wanted(edge->ctx, r)) {
        storage_drop_outbox(o->storage, r->id);
        return;
    }
    struct row *row = row_create(o, r);

    row->record.handed = false;
    row->record.attempts++;
    set_suspect(o, row, true);
}
