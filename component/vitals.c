#include "vitals.h"

#include "base/mem.h"

#include <jansson.h>
#include <stdlib.h>

enum { SECOND_MS = 1000 };

void vitals_finish(struct vitals *v)
{
    free(v->departments);
    v->departments = NULL;
}

const char *vitals_gateway_reason(enum gateway_refusal why)
{
    static const char *const NAMES[GATEWAY_REFUSALS] = {
        [GATEWAY_REFUSED_CONNECTIONS] = "connections",
        [GATEWAY_REFUSED_ADDRESS] = "address",
        [GATEWAY_REFUSED_ORIGIN] = "origin",
    };

    return NAMES[why];
}

const char *vitals_availability(enum availability availability)
{
    static const char *const NAMES[] = {
        [AVAILABILITY_GONE] = "gone", [AVAILABILITY_DOUBTFUL] = "doubtful",
        [AVAILABILITY_BUSY] = "busy", [AVAILABILITY_AWAY] = "away",
        [AVAILABILITY_FREE] = "free",
    };

    return NAMES[availability];
}

static json_t *count_json(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* What so many per cent do not exceed; null: nothing was measured, or they do exceed all. */
static json_t *within_json(const struct histogram *h, unsigned percent, time_ms unit)
{
    time_ms bound = histogram_within(h, percent);

    return bound < 0 ? json_null() : json_integer((json_int_t)(bound / unit));
}

static json_t *agents_json(const struct census_department *c)
{
    json_t *agents = json_object();

    for (int a = AVAILABILITY_FREE; a >= AVAILABILITY_GONE; a--) {
        json_object_set_new(agents, vitals_availability((enum availability)a),
                            count_json(c->agents[a]));
    }
    return agents;
}

static json_t *department_json(const struct vitals_department *p)
{
    static const char *const STATES[] = {"nobody", "full", "away", "open"};
    const struct department_view *view = &p->view;
    const struct census_department *c = &p->census;
    const struct census_counts *k = c->counts;

    return json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:{s:I, s:I, s:o}}",
        "id", view->id, "state", STATES[view->state], "waiting", (json_int_t)view->waiting,
        "active", (json_int_t)c->active, "free_seats", (json_int_t)view->free_seats, "open",
        view->is_closed ? 0 : 1, "queued", (json_int_t)c->queued, "offered", (json_int_t)c->offered,
        "left", (json_int_t)c->left, "longest_wait_s", (json_int_t)(c->longest_wait / SECOND_MS),
        "agents", agents_json(c), "chats_begun", (json_int_t)k->begun, "chats_left",
        (json_int_t)k->left, "chats_abandoned", (json_int_t)k->abandoned, "waits", "count",
        (json_int_t)k->waits.count, "mean_s", (json_int_t)(histogram_mean(&k->waits) / SECOND_MS),
        "within_s_90", within_json(&k->waits, 90, SECOND_MS));
}

static json_t *departments_json(const struct vitals *v)
{
    json_t *list = json_array();

    for (size_t i = 0; i < v->department_count; i++) {
        json_array_append_new(list, department_json(&v->departments[i]));
    }
    return list;
}

static json_t *refused_json(const struct vitals *v)
{
    json_t *refused = json_object();

    for (int why = 0; why < GATEWAY_REFUSALS; why++) {
        json_object_set_new(refused, vitals_gateway_reason((enum gateway_refusal)why),
                            count_json(v->gateway_refused[why]));
    }
    for (int why = 0; why < VISITORS_REFUSALS; why++) {
        json_object_set_new(refused, visitors_refusal_name((enum visitors_refusal)why),
                            count_json(v->visitors_refused[why]));
    }
    return refused;
}

/* The keys that programs have read since the first version stay: streams, storage, outbox. */
static void add_parts(json_t *out, const struct vitals *v)
{
    bool has_fault = !v->link_up && v->fault != LINK_FINE;

    json_object_set_new(out, "link",
                        json_pack("{s:s, s:s, s:I}", "state", v->link_up ? "up" : "down", "fault",
                                  has_fault ? link_fault_words(v->fault) : "", "handshakes",
                                  (json_int_t)v->handshakes));
    json_object_set_new(out, "roster", json_string(v->roster));
    json_object_set_new(out, "streams", count_json(v->streams));
    json_object_set_new(out, "connections",
                        json_pack("{s:I, s:I}", "now", (json_int_t)v->connections, "limit",
                                  (json_int_t)v->max_connections));
    json_object_set_new(out, "visitors",
                        json_pack("{s:I, s:I}", "online", (json_int_t)v->visitors.online,
                                  "chatting", (json_int_t)v->visitors.chatting));
    json_object_set_new(out, "storage", json_string(v->is_refusing ? "refusing" : "good"));
    json_object_set_new(out, "commits",
                        json_pack("{s:I, s:I, s:o, s:I}", "count", (json_int_t)v->commits->count,
                                  "mean_ms", (json_int_t)histogram_mean(v->commits), "within_ms_99",
                                  within_json(v->commits, 99, 1), "waiting_writes",
                                  (json_int_t)v->waiting_writes));
    json_object_set_new(out, "outbox",
                        count_json(v->outbox.queued + v->outbox.sent + v->outbox.handed));
    json_object_set_new(
        out, "outbox_messages",
        json_pack("{s:I, s:I, s:I, s:b, s:I, s:I, s:I}", "queued", (json_int_t)v->outbox.queued,
                  "sent", (json_int_t)v->outbox.sent, "handed", (json_int_t)v->outbox.handed,
                  "full", v->is_outbox_full ? 1 : 0, "sendings", (json_int_t)v->outbox.sendings,
                  "bounced", (json_int_t)v->outbox.bounced, "set_aside",
                  (json_int_t)v->outbox.set_aside));
    json_object_set_new(out, "refused", refused_json(v));
    json_object_set_new(out, "departments", departments_json(v));
    if (v->has_mail) {
        json_object_set_new(out, "mail",
                            json_pack("{s:I, s:s}", "waiting", (json_int_t)v->mail_waiting,
                                      "trouble", v->mail_trouble));
    }
}

char *vitals_json_print(const struct vitals *v)
{
    char started[CLOCK_STAMP_SIZE];

    clock_stamp(v->started, started);
    json_t *out =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:s}", "version", v->version, "started",
                  started, "uptime_s", (json_int_t)(v->uptime / SECOND_MS), "memory_bytes",
                  (json_int_t)v->memory_bytes, "memory_used_bytes", (json_int_t)v->used_bytes,
                  "processor_s", (json_int_t)(v->processor / SECOND_MS), "ready",
                  v->unready == NULL ? 1 : 0, "unready", v->unready != NULL ? v->unready : "");
    add_parts(out, v);
    char *text = json_dumps(out, JSON_COMPACT);
    json_decref(out);
    return text;
}
