/* For programs: seconds, hundredths of the currency, machine words. */
#include "report/escape.h"
#include "report/measure.h"
#include "report/printing.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text_json(const char *text)
{
    char *clean = escape_json_dup(text);
    json_t *json = json_string(clean);

    free(clean);
    return json;
}

/* null: there are none. */
static json_t *spread_json(const struct spread *s)
{
    return s->count == 0 ? json_null()
                         : json_pack("{s:I, s:I, s:I}", "count", (json_int_t)s->count, "median_s",
                                     (json_int_t)spread_quantile(s, 50), "p90_s",
                                     (json_int_t)spread_quantile(s, 90));
}

static json_t *service_json(const struct tally *t)
{
    static const char *const NAMES[] = {"first_answer", "next_answer", "solution"};
    json_t *service = json_object();

    for (size_t i = 0; i < SERVICE_KINDS; i++) {
        if (t->service[i][SERVICE_KEPT] + t->service[i][SERVICE_BROKEN] > 0) {
            json_object_set_new(service, NAMES[i],
                                json_pack("{s:I, s:I}", "kept",
                                          (json_int_t)t->service[i][SERVICE_KEPT], "broken",
                                          (json_int_t)t->service[i][SERVICE_BROKEN]));
        }
    }
    return service;
}

static json_t *tickets_json(const struct tally *t)
{
    static const char *const NAMES[] = {"", "new", "open", "pending", "solved", "closed"};
    json_t *tickets = json_pack("{s:I}", "all", (json_int_t)t->tickets);

    for (enum ticket_state state = TICKET_NEW; state <= TICKET_CLOSED; state++) {
        json_object_set_new(tickets, NAMES[state], json_integer(t->states[state]));
    }
    return tickets;
}

static json_t *ratings_json(const struct tally *t)
{
    json_t *by_value = json_array();

    for (size_t i = 1; i <= TALLY_STARS; i++) {
        json_array_append_new(by_value, json_integer(t->stars[i]));
    }
    return json_pack(
        "{s:{s:I, s:o, s:o}, s:{s:I, s:I}}", "stars", "count", (json_int_t)tally_stars(t), "mean",
        tally_stars(t) > 0 ? json_real(tally_mean(t)) : json_null(), "from_1_to_5", by_value,
        "thumbs", "up", (json_int_t)t->thumbs[1], "down", (json_int_t)t->thumbs[0]);
}

static json_t *tally_json(const struct tally *t)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:I, s:o}", "chats",
                     (json_int_t)t->chats, "answered", (json_int_t)t->outcomes[OUTCOME_ANSWERED],
                     "abandoned", (json_int_t)t->outcomes[OUTCOME_ABANDONED], "missed",
                     (json_int_t)t->outcomes[OUTCOME_MISSED], "nobody_there",
                     (json_int_t)t->outcomes[OUTCOME_LEFT], "waiting",
                     (json_int_t)t->outcomes[OUTCOME_WAITING], "left_messages", (json_int_t)t->left,
                     "wait", spread_json(&t->wait), "first_answer", spread_json(&t->answer),
                     "time_s", (json_int_t)t->spent_s, "ratings", ratings_json(t));
}

static json_t *group_json(const struct printing *p, const struct figures *f,
                          enum figures_group group)
{
    json_t *list = json_array();

    for (size_t i = 0; i < figures_count(f, group); i++) {
        const struct tally *t = figures_tally(f, group, i);
        json_t *one = tally_json(t);
        char label[MEASURE_SIZE];
        if (group == FIGURES_DEPARTMENT || group == FIGURES_AGENT) {
            json_object_set_new(one, "id", text_json(t->id));
            json_object_set_new(one, "name", text_json(printing_label(p, group, i, t, label)));
            json_object_set_new(one, "tickets", tickets_json(t));
            json_object_set_new(one, "service_levels", service_json(t));
        } else if (group == FIGURES_DAY) {
            json_object_set_new(one, "day",
                                json_string(measure_day(label, p->period.first + (int64_t)i)));
            json_object_del(one, "wait");
            json_object_del(one, "first_answer");
            json_object_del(one, "ratings");
        } else {
            json_object_set_new(one, group == FIGURES_WEEKDAY ? "weekday" : "hour",
                                json_integer((json_int_t)(group == FIGURES_WEEKDAY ? i + 1 : i)));
        }
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *requesters_json(const struct figures *f)
{
    size_t count = 0;
    const struct requester *const *all = requesters_sorted(figures_requesters(f), &count);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        const struct requester *r = all[i];
        json_array_append_new(
            list,
            json_pack("{s:o, s:o, s:I, s:I, s:o}", "requester", text_json(r->key), "name",
                      text_json(r->name), "chats", (json_int_t)r->chats, "time_s",
                      (json_int_t)r->seconds, "amount_cents",
                      r->has_price ? json_integer((json_int_t)requester_cents(r)) : json_null()));
    }
    return list;
}

void printing_json(const struct printing *p, const struct figures *f)
{
    const struct tally *total = figures_tally(f, FIGURES_ALL, 0);
    char first[MEASURE_SIZE];
    char last[MEASURE_SIZE];
    char made[CLOCK_STAMP_SIZE];

    clock_stamp(p->made, made);
    json_t *report =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o}", "house", p->house, "from",
                  measure_day(first, p->period.first), "to", measure_day(last, p->period.last),
                  "zone", p->zone, "made", made, "department",
                  p->department != NULL ? text_json(p->department) : json_null(), "currency",
                  p->currency, "total", tally_json(total), "tickets", tickets_json(total),
                  "service_levels", service_json(total));
    json_object_set_new(report, "days", group_json(p, f, FIGURES_DAY));
    json_object_set_new(report, "weekdays", group_json(p, f, FIGURES_WEEKDAY));
    json_object_set_new(report, "hours", group_json(p, f, FIGURES_HOUR));
    json_object_set_new(report, "departments", group_json(p, f, FIGURES_DEPARTMENT));
    if (figures_count(f, FIGURES_AGENT) > 0) {
        json_object_set_new(report, "agents", group_json(p, f, FIGURES_AGENT));
    }
    json_object_set_new(report, "requesters", requesters_json(f));
    json_dumpf(report, p->out, JSON_INDENT(1));
    fputc('\n', p->out);
    json_decref(report);
}
