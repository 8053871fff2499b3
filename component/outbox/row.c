#include "outbox/row.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "outbox/fence.h"

#include <stdlib.h>
#include <string.h>

/* An account has one message of an id, at whatever resource. */
static char *message_key(const char *jid, const char *message_id)
{
    return mem_print("%.*s\n%s", (int)strcspn(jid, "/"), jid, message_id);
}

struct row *row_find(const struct outbox *o, const char *jid, const char *message_id)
{
    char *key = message_key(jid, message_id);
    struct row *row = map_get(o->by_message, key);

    free(key);
    return row;
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
    c.target = copy(r->target);
    c.payload = copy(r->payload);
    return c;
}

static void record_free(const struct outbox_record *r)
{
    const char *const strings[] = {r->to,   r->from,  r->message_id, r->body,   r->visitor,
                                   r->name, r->event, r->target,     r->payload};

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        free((char *)(uintptr_t)strings[i]);
    }
}

/* ---- the limit: of what is not handed yet ---- */

void row_look_at_limit(struct outbox *o)
{
    size_t max = o->config.max_rows;
    size_t waiting = map_count(o->by_message) - o->handed_count;

    if (!o->is_full && max > 0 && waiting >= max) {
        o->is_full = true;
        log_error("outbox: %zu messages are under way, which is the limit; new lines are refused "
                  "until a tenth of it is free",
                  waiting);
    } else if (o->is_full && waiting <= max - max / 10) {
        o->is_full = false;
        log_info("outbox: it takes lines again");
    }
}

/* ---- how far it is: every change is counted ---- */

bool row_is_in_flight(const struct row *row)
{
    return row->sent && !row->record.handed && !row->survived;
}

static void set_sent(struct row *row, bool sent, bool handed)
{
    struct outbox *o = row->outbox;

    o->in_flight -= row_is_in_flight(row) ? 1 : 0;
    o->handed_count -= row->record.handed ? 1 : 0;
    list_remove(&row->handed_link);
    row->sent = sent;
    row->survived = row->survived && handed;
    row->record.handed = handed;
    if (handed) {
        list_append(&o->handed, &row->handed_link);
        o->handed_count++;
    }
    o->in_flight += row_is_in_flight(row) ? 1 : 0;
}

void row_set_sent(struct row *row, bool sent, bool handed)
{
    set_sent(row, sent, handed);
    row_look_at_limit(row->outbox);
}

void row_set_survived(struct row *row)
{
    row->outbox->in_flight -= row_is_in_flight(row) ? 1 : 0;
    row->survived = true;
}

void row_set_suspect(struct row *row, bool suspect)
{
    struct outbox *o = row->outbox;

    o->suspects -= row->suspect ? 1 : 0;
    row->suspect = suspect;
    o->suspects += row->suspect ? 1 : 0;
}

/* ---- life ---- */

struct row *row_create(struct outbox *o, const struct outbox_record *r)
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
    list_init(&row->handed_link);
    map_set(o->by_message, key, row);
    free(key);
    row_look_at_limit(o);
    return row;
}

void row_store(const struct row *row)
{
    struct storage *s = row->outbox->storage;

    if (!row->record.unstored) {
        storage_put_outbox(s, &row->record);
        return;
    }
    storage_put_outbox(s, &(struct outbox_record){.id = row->record.id,
                                                  .side = row->record.side,
                                                  .to = "",
                                                  .from = "",
                                                  .message_id = "",
                                                  .body = "",
                                                  .visitor = "",
                                                  .name = "",
                                                  .event = "",
                                                  .target = "",
                                                  .payload = ""});
    storage_drop_outbox(s, row->record.id);
}

void row_unlink(struct row *row)
{
    struct outbox *o = row->outbox;
    char *key = message_key(row->record.to, row->record.message_id);

    set_sent(row, false, false);
    row_set_suspect(row, false);
    map_remove(o->by_message, key);
    free(key);
    list_remove(&row->link);
    list_remove(&row->line_link);
    list_remove(&row->flight_link);
    row->server->rows--;
    row_look_at_limit(o);
}

void row_free(struct row *row)
{
    record_free(&row->record);
    free(row);
}

void row_destroy(struct row *row)
{
    row_unlink(row);
    row_free(row);
}
