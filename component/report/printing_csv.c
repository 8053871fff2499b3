/* One table, a line for each group, with the same columns for all: what does not apply is empty.
 * What a spreadsheet opens by a double click: with a byte order mark, and in German with semicolons
 * and decimal commas. */
#include "report/escape.h"
#include "report/measure.h"
#include "report/printing.h"

#include <inttypes.h>

/* Columns of a requester's line that are empty: from "answered" to "solution_broken". */
enum { BETWEEN = 22, RATINGS = 4 };

static const char COLUMNS[] =
    "group,id,name,chats,answered,abandoned,missed,nobody_there,waiting,left_messages,"
    "wait_median_s,wait_p90_s,first_answer_median_s,first_answer_p90_s,tickets,tickets_new,"
    "tickets_open,tickets_pending,tickets_solved,tickets_closed,first_answer_kept,"
    "first_answer_broken,next_answer_kept,next_answer_broken,solution_kept,solution_broken,"
    "time_s,amount,currency,stars_count,stars_mean,thumbs_up,thumbs_down";

static char comma(const struct printing *p)
{
    return p->language == PHRASE_DE ? ';' : ',';
}

static void print_columns(const struct printing *p)
{
    fputs("\xEF\xBB\xBF", p->out);
    for (const char *at = COLUMNS; *at != '\0'; at++) {
        fputc(*at == ',' ? comma(p) : *at, p->out);
    }
    fputs("\r\n", p->out);
}

static void put_text(const struct printing *p, const char *text)
{
    escape_csv(p->out, text);
    fputc(comma(p), p->out);
}

static void put_number(const struct printing *p, int64_t number)
{
    fprintf(p->out, "%" PRId64 "%c", number, comma(p));
}

static void put_quantiles(const struct printing *p, const struct spread *s)
{
    const unsigned percents[] = {50, 90};

    for (size_t i = 0; i < 2; i++) {
        int64_t seconds = spread_quantile(s, percents[i]);
        if (seconds >= 0) {
            fprintf(p->out, "%" PRId64, seconds);
        }
        fputc(comma(p), p->out);
    }
}

static void put_tickets(const struct printing *p, const struct tally *t, bool apply)
{
    for (enum ticket_state state = TICKET_NONE; state <= TICKET_CLOSED; state++) {
        if (apply) {
            fprintf(p->out, "%u", state == TICKET_NONE ? t->tickets : t->states[state]);
        }
        fputc(comma(p), p->out);
    }
    for (size_t i = 0; i < SERVICE_KINDS; i++) {
        for (enum archive_service s = SERVICE_KEPT; s <= SERVICE_BROKEN; s++) {
            if (apply && t->service[i][SERVICE_KEPT] + t->service[i][SERVICE_BROKEN] > 0) {
                fprintf(p->out, "%u", t->service[i][s]);
            }
            fputc(comma(p), p->out);
        }
    }
}

/* Behind the last column, with a comma before each. */
static void put_ratings(const struct printing *p, const struct tally *t, bool apply)
{
    char mean[MEASURE_SIZE] = "";
    unsigned stars = tally_stars(t);

    if (apply && stars > 0) {
        measure_mean(mean, p->language, tally_mean(t));
    }
    if (apply) {
        fprintf(p->out, "%c%u%c%s%c%u%c%u", comma(p), stars, comma(p), mean, comma(p), t->thumbs[1],
                comma(p), t->thumbs[0]);
    } else {
        fprintf(p->out, "%c%c%c%c", comma(p), comma(p), comma(p), comma(p));
    }
}

static void put_id(const struct printing *p, enum figures_group group, size_t at,
                   const struct tally *t)
{
    if (group == FIGURES_WEEKDAY) {
        put_number(p, (int64_t)at + 1); /* 1: Monday (ISO 8601) */
    } else if (group == FIGURES_HOUR) {
        put_number(p, (int64_t)at);
    } else {
        put_text(p, t->id);
    }
}

static void print_group(const struct printing *p, const struct figures *f, enum figures_group group,
                        const char *word)
{
    bool has_tickets =
        group == FIGURES_ALL || group == FIGURES_DEPARTMENT || group == FIGURES_AGENT;

    for (size_t i = 0; i < figures_count(f, group); i++) {
        const struct tally *t = figures_tally(f, group, i);
        char label[MEASURE_SIZE];
        put_text(p, word);
        put_id(p, group, i, t);
        put_text(p, group == FIGURES_DAY ? measure_day(label, p->period.first + (int64_t)i)
                                         : printing_label(p, group, i, t, label));
        put_number(p, t->chats);
        for (enum outcome k = 0; k < OUTCOMES; k++) {
            put_number(p, t->outcomes[k]);
        }
        put_number(p, t->left);
        put_quantiles(p, &t->wait);
        put_quantiles(p, &t->answer);
        put_tickets(p, t, has_tickets);
        fprintf(p->out, "%" PRId64 "%c%c", t->spent_s, comma(p), comma(p));
        put_ratings(p, t, group != FIGURES_DAY);
        fputs("\r\n", p->out);
    }
}

static void print_requester(const struct printing *p, const struct requester *r)
{
    char money[MEASURE_SIZE];

    put_text(p, "requester");
    put_text(p, r->key);
    put_text(p, r->key[0] != '\0' ? r->name : phrase(p->language, PHRASE_OTHERS));
    put_number(p, r->chats);
    for (size_t i = 0; i < BETWEEN; i++) {
        fputc(comma(p), p->out);
    }
    put_number(p, r->seconds);
    if (r->has_price) {
        fprintf(p->out, "%s%c", measure_money(money, p->language, requester_cents(r)), comma(p));
        escape_csv(p->out, p->currency);
    } else {
        fputc(comma(p), p->out);
    }
    for (size_t i = 0; i < RATINGS; i++) {
        fputc(comma(p), p->out);
    }
    fputs("\r\n", p->out);
}

void printing_csv(const struct printing *p, const struct figures *f)
{
    size_t count = 0;
    const struct requester *const *all = requesters_sorted(figures_requesters(f), &count);

    print_columns(p);
    print_group(p, f, FIGURES_ALL, "total");
    print_group(p, f, FIGURES_DEPARTMENT, "department");
    print_group(p, f, FIGURES_AGENT, "agent");
    print_group(p, f, FIGURES_WEEKDAY, "weekday");
    print_group(p, f, FIGURES_HOUR, "hour");
    print_group(p, f, FIGURES_DAY, "day");
    for (size_t i = 0; i < count; i++) {
        print_requester(p, all[i]);
    }
}
