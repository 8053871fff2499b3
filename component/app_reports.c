/* Reports for who asks by XMPP: counted by a thread, told as values. */
#include "agents/reports.h"
#include "app_state.h"
#include "base/mem.h"
#include "config.h"
#include "directory.h"
#include "report/measure.h"
#include "report/printing.h"
#include "reporter.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

struct app_asker {
    enum language language;
    report_done done;
    void *ctx;
};

/* ---- values ---- */

static void put_number(char *out, unsigned number)
{
    snprintf(out, REPORT_VALUE_SIZE, "%u", number);
}

static void put_share(char *out, unsigned part, unsigned whole)
{
    char share[MEASURE_SIZE];

    if (whole > 0) {
        snprintf(out, REPORT_VALUE_SIZE, "%u (%s)", part, measure_share(share, part, whole));
    } else {
        put_number(out, part);
    }
}

/* The median, and what nine of ten do not exceed. */
static void put_times(char *out, const struct spread *s)
{
    char median[MEASURE_SIZE];
    char most[MEASURE_SIZE];

    if (s->count > 0) {
        snprintf(out, REPORT_VALUE_SIZE, "%.20s (90 %%: %.20s)",
                 measure_duration(median, spread_quantile(s, 50)),
                 measure_duration(most, spread_quantile(s, 90)));
    }
}

static void put_service(char *out, const struct tally *t)
{
    unsigned kept = 0;
    unsigned broken = 0;

    for (size_t i = 0; i < SERVICE_KINDS; i++) {
        kept += t->service[i][SERVICE_KEPT];
        broken += t->service[i][SERVICE_BROKEN];
    }
    if (kept + broken > 0) {
        put_share(out, kept, kept + broken);
    }
}

static void fill(struct report_line *line, const struct tally *t, enum language language)
{
    char text[MEASURE_SIZE];
    char ratings[PRINTING_RATINGS_SIZE];

    put_number(line->values[REPORT_CHATS], t->chats);
    put_share(line->values[REPORT_ANSWERED], t->outcomes[OUTCOME_ANSWERED], t->chats);
    put_number(line->values[REPORT_ABANDONED], t->outcomes[OUTCOME_ABANDONED]);
    put_number(line->values[REPORT_MISSED], t->outcomes[OUTCOME_MISSED]);
    put_number(line->values[REPORT_LEFT], t->left);
    put_times(line->values[REPORT_WAIT], &t->wait);
    put_times(line->values[REPORT_FIRST_ANSWER], &t->answer);
    put_number(line->values[REPORT_TICKETS], t->tickets);
    put_service(line->values[REPORT_SERVICE], t);
    snprintf(line->values[REPORT_TIME], REPORT_VALUE_SIZE, "%s", measure_spent(text, t->spent_s));
    snprintf(line->values[REPORT_RATINGS], REPORT_VALUE_SIZE, "%.63s",
             printing_ratings(language == LANGUAGE_DE ? PHRASE_DE : PHRASE_EN, t, ratings));
}

/* ---- the answer ---- */

static size_t add_group(struct report_line *lines, size_t count, const struct directory *directory,
                        const struct figures *f, enum figures_group group, enum language language)
{
    for (size_t i = 0; i < figures_count(f, group); i++) {
        const struct tally *t = figures_tally(f, group, i);
        struct report_line *line = &lines[count++];
        line->of = group == FIGURES_ALL          ? REPORT_ALL
                   : group == FIGURES_DEPARTMENT ? REPORT_DEPARTMENT
                                                 : REPORT_AGENT;
        line->name = t->id[0] == '\0'              ? ""
                     : group == FIGURES_DEPARTMENT ? directory_department(directory, t->id)
                                                   : directory_agent(directory, t->id);
        fill(line, t, language);
    }
    return count;
}

static void tell(const struct app_asker *asker, const struct directory *directory,
                 const struct period *period, const struct figures *f)
{
    struct report_answer answer = {.outcome = REPORT_DONE};
    char day[MEASURE_SIZE];
    struct report_line *lines = mem_array(
        1 + figures_count(f, FIGURES_DEPARTMENT) + figures_count(f, FIGURES_AGENT), sizeof *lines);

    snprintf(answer.first, sizeof answer.first, "%.10s", measure_day(day, period->first));
    snprintf(answer.last, sizeof answer.last, "%.10s", measure_day(day, period->last));
    answer.count = add_group(lines, 0, directory, f, FIGURES_ALL, asker->language);
    answer.count =
        add_group(lines, answer.count, directory, f, FIGURES_DEPARTMENT, asker->language);
    answer.count = add_group(lines, answer.count, directory, f, FIGURES_AGENT, asker->language);
    answer.lines = lines;
    asker->done(asker->ctx, &answer);
    free(lines);
}

static void on_counted(void *ctx, const struct directory *directory, const struct period *period,
                       const struct figures *figures, const char *words)
{
    struct app *app = ctx;
    struct app_asker *asker = app->asker;

    app->asker = NULL;
    if (figures != NULL) {
        tell(asker, directory, period, figures);
    } else {
        asker->done(asker->ctx, &(struct report_answer){.outcome = REPORT_FAILED, .words = words});
    }
    free(asker);
}

/* ---- who asks ---- */

static bool read_period(const struct config *c, const struct report_order *o, struct period *out)
{
    time_ms now = clock_utc_ms();

    if (o->from[0] != '\0' && strcmp(o->from, o->to) == 0) {
        return period_read(out, o->from, c->days, now); /* a month is days, too */
    }
    if (o->from[0] != '\0' || o->to[0] != '\0') {
        return period_between(out, o->from[0] != '\0' ? o->from : NULL,
                              o->to[0] != '\0' ? o->to : NULL, c->days, now);
    }
    return period_read(out, o->period, c->days, now);
}

static void port_order(void *ctx, const struct report_order *o, report_done done, void *done_ctx)
{
    struct app *app = ctx;
    struct period period;
    struct report_answer answer = {.outcome = REPORT_BUSY};

    if (!read_period(app->config, o, &period)) {
        answer.outcome = REPORT_NO_PERIOD;
        done(done_ctx, &answer);
        return;
    }
    if (!reporter_take(app->reporter, app->config, &period, o->department, on_counted, app)) {
        done(done_ctx, &answer);
        return;
    }
    app->asker = mem_alloc(sizeof *app->asker);
    *app->asker = (struct app_asker){.language = o->language, .done = done, .ctx = done_ctx};
}

void app_reports_port(struct app *app, struct reports *out)
{
    *out = (struct reports){.ctx = app, .order = port_order};
}

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    reporter_dispatch(((struct app *)ctx)->reporter);
}

void app_make_reporter(struct app *app)
{
    app->reporter = reporter_create();
    app->report_event =
        event_new(app->loop, reporter_fd(app->reporter), EV_READ | EV_PERSIST, on_readable, app);
    event_add(app->report_event, NULL);
}

void app_destroy_reporter(struct app *app)
{
    if (app->report_event != NULL) {
        event_free(app->report_event);
    }
    reporter_destroy(app->reporter);
    free(app->asker);
}
