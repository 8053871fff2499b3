#include "outbox/outbox.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "outbox/fence.h"
#include "outbox/handed.h"
#include "outbox/row.h"
#include "xml/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTBOX_ID_SIZE = 24, WINDOW_MAX = 4096, BLAMED_MAX = 2, ALONE_MAX = 5 };

/* What waits to be sent to one address from one of ours. */
struct line {
    char *key;
    struct list rows; /* row::line_link: by id */
};

/* ---- lines ---- */

static char *line_key(const char *to, const char *from)
{
    return mem_print("%s\n%s", to, from);
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

static const struct outbox_edge *edge_of(const struct row *row)
{
    return row->outbox->edges[row->record.side];
}

void outbox_done(struct row *row)
{
    storage_drop_outbox(row->outbox->storage, row->record.id);
    row_destroy(row);
}

bool outbox_is_full(const struct outbox *o)
{
    return o->is_full;
}

size_t outbox_count(const struct outbox *o)
{
    return map_count(o->by_message);
}

void outbox_take_census(const struct outbox *o, struct outbox_census *out)
{
    *out = (struct outbox_census){
        .sendings = o->sendings, .bounced = o->bounced, .set_aside = o->put_aside};
    list_for_each (struct row, row, &o->rows, link) {
        if (row->record.handed) {
            out->handed++;
        } else if (row->sent) {
            out->sent++;
        } else {
            out->queued++;
        }
    }
}

/* ---- sending ---- */

size_t outbox_write_text(const struct outbox *o, struct writer *w, const struct outbox_record *r,
                         const char *mark)
{
    if (r->attempts == 0) {
        writer_leaf(w, "body", NULL, r->body);
        return 0;
    }
    mark = mark != NULL ? mark : "";
    char *marked = mem_print("%s%s", mark, r->body);
    writer_leaf(w, "body", NULL, marked);
    free(marked);
    stanza_delay(w, o->config.domain, r->at);
    return text_count(mark);
}

static void send_row(struct outbox *o, struct row *row)
{
    const struct outbox_record *r = &row->record;
    struct draft d;

    edge_of(row)->write(edge_of(row)->ctx, draft_begin(&d), r);
    draft_send(&d, o->post, r->to, POST_HELD);
    list_remove(&row->line_link);
    row_set_sent(row, true, false);
    row->sending = ++o->sendings;
    fence_add(row);
}

/* While a row that was in flight at a loss of the link is not handed. */
static bool is_time(const struct outbox *o)
{
    return o->suspects == 0 || o->in_flight < o->window;
}

void outbox_trust(struct outbox *o)
{
    if (o->suspects == 0) {
        o->singly = false;
        o->window = 1;
    } else if (!o->singly && o->window < WINDOW_MAX) {
        o->window *= 2;
    }
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
    if (r->message_id[0] == '\0') {
        snprintf(id, sizeof id, "n%lld", (long long)record.id);
        record.message_id = id;
    }
    if (row_find(o, r->to, record.message_id) != NULL ||
        map_get(o->set_aside, record.message_id) != NULL) {
        return;
    }
    o->last_id = record.id;
    struct row *row = row_create(o, &record);
    wait_to_be_sent(o, row);
    row_store(row);
    outbox_pursue(o, r->to, r->from);
}

bool outbox_waits(const struct outbox *o, const char *to, const char *from, const char *body)
{
    char *key = line_key(to, from);
    const struct line *line = map_get(o->lines, key);

    free(key);
    if (line != NULL) {
        list_for_each (struct row, row, &line->rows, line_link) {
            if (strcmp(row->record.body, body) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool outbox_holds(const struct outbox *o, const char *to, const char *from)
{
    list_for_each (struct row, row, &o->rows, link) {
        if (strcmp(row->record.to, to) == 0 && strcmp(row->record.from, from) == 0) {
            return true;
        }
    }
    return false;
}

int64_t outbox_last(const struct outbox *o)
{
    return o->last_id;
}

/* ---- what comes back ---- */

void outbox_survived(struct row *row)
{
    row_set_suspect(row, false);
    row_set_survived(row);
}

void outbox_delivered(struct outbox *o, const char *bare, const char *message_id)
{
    struct row *row = row_find(o, bare, message_id);

    if (row != NULL) {
        outbox_done(row);
    }
}

bool outbox_bounced(struct outbox *o, const char *bare, const char *message_id)
{
    struct row *row = row_find(o, bare, message_id);

    if (row == NULL) {
        return false;
    }
    log_warn("outbox: a line for %s came back", log_safe(bare));
    o->bounced++;
    storage_drop_outbox(o->storage, row->record.id);
    row_unlink(row); /* first: what is told may bring the same line again */
    edge_of(row)->bounced(edge_of(row)->ctx, &row->record);
    row_free(row);
    return true;
}

void outbox_tick(struct outbox *o)
{
    handed_tick(o);
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
    log_error("outbox: a line for %s was set aside: the link was lost %u times when it came alone; "
              "entry %lld of the record has it",
              log_safe(row->record.to), row->alone, (long long)row->record.entry);
    o->put_aside++;
    if (row->record.entry > 0) {
        map_set(o->set_aside, row->record.message_id, o); /* another offer would bring it again */
    }
    storage_drop_outbox(o->storage, row->record.id);
    row_unlink(row);
    edge_of(row)->set_aside(edge_of(row)->ctx, &row->record);
    row_free(row);
}

/* It was alone in flight. A line that a server cannot read makes it complain; networks and servers
 * that fail say nothing, and that a line was under way each time may be chance. */
static bool is_guilty(struct row *row, bool offended)
{
    row->alone++;
    row->blamed += offended ? 1 : 0;
    return row->blamed == BLAMED_MAX || row->alone == ALONE_MAX;
}

void outbox_review(struct outbox *o, enum outbox_side side)
{
    list_for_each_safe (struct row, row, &o->rows, link) {
        const struct outbox_edge *edge = edge_of(row);
        if (row->record.side == side && !edge->is_wanted(edge->ctx, &row->record)) {
            row->dismissed = true;
            if (!row->sent) {
                outbox_done(row);
            }
        }
    }
}

void outbox_forget(struct outbox *o, const char *visitor)
{
    list_for_each_safe (struct row, row, &o->rows, link) {
        const struct outbox_record *r = &row->record;
        if (strcmp(r->from, visitor) == 0 || strcmp(r->visitor, visitor) == 0 ||
            (r->entry == 0 && strstr(r->body, visitor) != NULL)) {
            outbox_done(row);
        }
    }
}

void outbox_forget_chat(struct outbox *o, int64_t number)
{
    char address[40];

    snprintf(address, sizeof address, "ticket-%lld@", (long long)number);
    list_for_each_safe (struct row, row, &o->rows, link) {
        const struct outbox_record *r = &row->record;
        if (r->chat == number || (r->entry == 0 && strstr(r->body, address) != NULL)) {
            outbox_done(row);
        }
    }
}

/* Handed rows that are left are those that a server has routed, not stored. */
static void return_to_line(struct outbox *o, struct row *row)
{
    if (row->dismissed) {
        outbox_done(row);
        return;
    }
    if (row->sent) {
        row_set_suspect(row, true);
        row_set_sent(row, false, false);
        row->record.attempts++;
        row_store(row);
    }
    list_remove(&row->line_link);
    wait_to_be_sent(o, row); /* again in order of id, before those that never were sent */
}

void outbox_link_down(struct outbox *o, bool offended)
{
    bool was_alone = o->in_flight == 1;

    o->link_up = false;
    o->window = 1;
    o->singly = o->suspects > 0 && (o->singly || o->in_flight > 0);
    fence_link_down(o);
    list_for_each_safe (struct row, row, &o->rows, link) {
        if (was_alone && row_is_in_flight(row) && is_guilty(row, offended)) {
            set_aside(o, row);
        } else {
            return_to_line(o, row);
        }
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
    o->window = 1;
    list_init(&o->rows);
    list_init(&o->handed);
    o->by_message = map_create();
    o->lines = map_create();
    o->set_aside = map_create();
    o->servers = map_create();
    return o;
}

void outbox_configure(struct outbox *o, const struct outbox_config *config)
{
    o->config = *config;
    row_look_at_limit(o);
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
        row_destroy(row);
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
    struct outbox_record record = *r;

    record.handed = false;
    record.attempts++;
    struct row *row = row_create(o, &record);
    row_set_suspect(row, true);
    wait_to_be_sent(o, row);
}
