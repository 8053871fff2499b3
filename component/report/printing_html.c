/* One page that needs nothing else: plots, and the same as tables. */
#include "base/mem.h"
#include "report/escape.h"
#include "report/measure.h"
#include "report/page.h"
#include "report/plot.h"
#include "report/printing.h"
#include "report/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTERS_SHOWN = 100, TILE_SIZE = 160, MONTH_AT = 5 };

static const char STYLE[] =
    ".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(10.5rem,45%),1fr));gap:."
    "75rem;"
    "margin:1.5rem 0 0}\n"
    ".tile{background:var(--card);border:1px solid var(--line);border-radius:.5rem;"
    "padding:.7rem .9rem;margin:0}\n"
    ".tile dt{color:var(--soft);font-size:.85rem}.tile dd{margin:.1rem 0 0}\n"
    "table.narrow{max-width:34rem}details td:first-child{white-space:nowrap}\n"
    ".wide table{font-size:.85rem}.wide th,.wide td{padding-inline:.3rem}\n"
    ".tile "
    ".big{font-size:1.35rem;font-weight:600;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "figure{margin:0}svg{width:100%;height:auto;display:block}\n"
    ".legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;margin:.4rem 0 0;"
    "list-style:none;font-size:.85rem}\n"
    ".legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-inline-end:"
    ".4em}\n"
    ".p0{fill:var(--p0);background:var(--p0)}.p1{fill:var(--p1);background:var(--p1)}"
    ".p2{fill:var(--p2);background:var(--p2)}.p3{fill:var(--p3);background:var(--p3)}\n"
    ".axis{fill:var(--soft);font-size:12px}.grid{stroke:var(--line);stroke-width:1}\n"
    ".g0{fill:var(--card);stroke:var(--line)}.g1{fill:var(--p0);opacity:.2}.g2{fill:var(--p0);"
    "opacity:.4}"
    ".g3{fill:var(--p0);opacity:.6}.g4{fill:var(--p0);opacity:.8}.g5{fill:var(--p0)}\n"
    "details{overflow-x:auto;margin-top:.5rem;font-size:.9rem}summary{cursor:pointer;color:var(--"
    "soft)}\n"
    ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:0 "
    "2rem}\n"
    "@media print{body{padding:0;max-width:none;font-size:10pt}h2{break-after:avoid}"
    "figure,.tile,tr{break-inside:avoid}details{display:none}"
    "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n";

static const char *say(const struct printing *p, enum phrase what)
{
    return phrase(p->language, what);
}

/* ---- head and tiles ---- */

static void print_head(const struct printing *p)
{
    char text[MEASURE_SIZE];

    fputs("<header>\n<h1>", p->out);
    escape_html(p->out, say(p, PHRASE_REPORT));
    fprintf(p->out, "</h1>\n<p class=\"soft\">%s · %s", p->house,
            measure_day(text, p->period.first));
    if (p->period.last != p->period.first) {
        fprintf(p->out, " %s %s", say(p, PHRASE_PERIOD_TO), measure_day(text, p->period.last));
    }
    fprintf(p->out, " · %s: ", say(p, PHRASE_ZONE));
    escape_html(p->out, p->zone);
    fprintf(p->out, " · %s: %s", say(p, PHRASE_MADE), measure_moment(text, p->made, p->offset_s));
    if (p->department != NULL) {
        fprintf(p->out, "<br>%s: <strong>", say(p, PHRASE_ONLY_DEPARTMENT));
        escape_html(p->out, p->name(p->names_ctx, FIGURES_DEPARTMENT, p->department));
        fputs("</strong>", p->out);
    }
    fputs("</p>\n</header>\n", p->out);
}

static void print_tile(const struct printing *p, const char *name, const char *value,
                       const char *more)
{
    fputs("<dl class=\"tile\"><dt>", p->out);
    escape_html(p->out, name);
    fputs("</dt><dd class=\"big\">", p->out);
    escape_html(p->out, value);
    fputs("</dd><dd class=\"soft\">", p->out);
    escape_html(p->out, more);
    fputs("</dd></dl>\n", p->out);
}

static void print_times_tile(const struct printing *p, enum phrase what, const struct spread *s)
{
    char median[MEASURE_SIZE];
    char most[MEASURE_SIZE];
    char more[TILE_SIZE];

    snprintf(more, sizeof more, "%s · %s %s", say(p, PHRASE_MEDIAN), say(p, PHRASE_P90),
             measure_duration(most, spread_quantile(s, 90)));
    print_tile(p, say(p, what), measure_duration(median, spread_quantile(s, 50)), more);
}

static void print_ratings_tiles(const struct printing *p, const struct tally *t)
{
    char value[2 * MEASURE_SIZE];
    char mean[MEASURE_SIZE];
    char count[MEASURE_SIZE];

    if (tally_stars(t) > 0) {
        snprintf(value, sizeof value, "%s %s", measure_mean(mean, p->language, tally_mean(t)),
                 say(p, PHRASE_STARS));
        snprintf(count, sizeof count, "%u", tally_stars(t));
        print_tile(p, say(p, PHRASE_RATINGS), value, count);
    }
    if (tally_thumbs(t) > 0) {
        snprintf(count, sizeof count, "%u", tally_thumbs(t));
        print_tile(p, say(p, PHRASE_THUMBS_UP), measure_share(value, t->thumbs[1], tally_thumbs(t)),
                   count);
    }
}

static void print_tiles(const struct printing *p, const struct tally *t)
{
    char value[MEASURE_SIZE];
    char share[MEASURE_SIZE];

    fputs("<div class=\"tiles\">\n", p->out);
    snprintf(value, sizeof value, "%u", t->chats);
    print_tile(p, say(p, PHRASE_CHATS), value, "");
    for (enum outcome i = 0; i < OUTCOMES; i++) {
        snprintf(value, sizeof value, "%u", t->outcomes[i]);
        if (i != OUTCOME_WAITING || t->outcomes[i] > 0) {
            print_tile(p, say(p, printing_outcome(i)), value,
                       measure_share(share, t->outcomes[i], t->chats));
        }
    }
    print_times_tile(p, PHRASE_WAIT, &t->wait);
    print_times_tile(p, PHRASE_ANSWER, &t->answer);
    snprintf(value, sizeof value, "%u", t->left);
    print_tile(p, say(p, PHRASE_LEFT), value, "");
    snprintf(value, sizeof value, "%u", t->tickets);
    print_tile(p, say(p, PHRASE_TICKETS), value, "");
    print_tile(p, say(p, PHRASE_SPENT), measure_spent(value, t->spent_s), "");
    print_ratings_tiles(p, t);
    fputs("</div>\n", p->out);
}

/* ---- plots ---- */

static void fill_parts(struct plot_bar *bar, const unsigned *outcomes)
{
    bar->parts[0] = outcomes[OUTCOME_ANSWERED];
    bar->parts[1] = outcomes[OUTCOME_ABANDONED];
    bar->parts[2] = outcomes[OUTCOME_MISSED];
    bar->parts[3] = outcomes[OUTCOME_LEFT] + outcomes[OUTCOME_WAITING];
}

static char *title_dup(const struct printing *p, const char *label, const struct plot_bar *bar)
{
    return mem_print("%s: %u %s, %u %s, %u %s, %u %s", label, bar->parts[0],
                     say(p, PHRASE_ANSWERED), bar->parts[1], say(p, PHRASE_ABANDONED),
                     bar->parts[2], say(p, PHRASE_MISSED), bar->parts[3],
                     say(p, PHRASE_LEFT_AT_ONCE));
}

static void print_legend(const struct printing *p)
{
    static const enum phrase PARTS[PLOT_PARTS] = {PHRASE_ANSWERED, PHRASE_ABANDONED, PHRASE_MISSED,
                                                  PHRASE_LEFT_AT_ONCE};

    fputs("<ul class=\"legend\">", p->out);
    for (size_t i = 0; i < PLOT_PARTS; i++) {
        fprintf(p->out, "<li><i class=\"p%zu\"></i>%s</li>", i, say(p, PARTS[i]));
    }
    fputs("</ul>\n", p->out);
}

/* Takes labels and titles. The same numbers stand in a table for who cannot see it. */
static void print_plot(const struct printing *p, const char *heading, int width,
                       struct plot_bar *bars, size_t count)
{
    static const enum phrase COLUMNS[PLOT_PARTS] = {PHRASE_ANSWERED, PHRASE_ABANDONED,
                                                    PHRASE_MISSED, PHRASE_LEFT_AT_ONCE};

    page_section(p->out, heading);
    fputs("<figure>\n", p->out);
    plot_bars(p->out, heading, width, bars, count);
    print_legend(p);
    fprintf(p->out, "</figure>\n<details><summary>%s</summary><table>\n<tr>",
            say(p, PHRASE_AS_TABLE));
    fputs("<td></td>", p->out); /* a heading without words is none */
    for (size_t i = 0; i < PLOT_PARTS; i++) {
        fprintf(p->out, "<th scope=\"col\" class=\"n\">%s</th>", say(p, COLUMNS[i]));
    }
    fputs("</tr>\n", p->out);
    for (size_t i = 0; i < count; i++) {
        fputs("<tr>", p->out);
        page_cell(p->out, bars[i].label);
        for (size_t k = 0; k < PLOT_PARTS; k++) {
            fprintf(p->out, "<td class=\"n\">%u</td>", bars[i].parts[k]);
        }
        fputs("</tr>\n", p->out);
        free((char *)(uintptr_t)bars[i].label);
        free((char *)(uintptr_t)bars[i].title);
    }
    fputs("</table></details>\n", p->out);
    page_section_end(p->out);
}

static void print_timeline(const struct printing *p, const struct figures *f)
{
    static const enum phrase TITLES[] = {PHRASE_BY_DAY, PHRASE_BY_WEEK, PHRASE_BY_MONTH};
    struct timeline t;
    struct plot_bar bars[TIMELINE_BARS_MAX] = {{.label = NULL}};

    timeline_make(&t, f, p->period.first);
    if (t.count < 2) {
        return;
    }
    for (size_t i = 0; i < t.count; i++) {
        char day[MEASURE_SIZE];
        measure_day(day, t.bars[i].day);
        fill_parts(&bars[i], t.bars[i].outcomes);
        bars[i].label = t.unit == TIMELINE_MONTH ? mem_dup_n(day, 7) : mem_dup(day + MONTH_AT);
        bars[i].title = title_dup(p, day, &bars[i]);
    }
    print_plot(p, say(p, TITLES[t.unit]), PLOT_WIDE, bars, t.count);
}

static void print_group(const struct printing *p, const struct figures *f, enum figures_group group,
                        enum phrase title)
{
    struct plot_bar bars[FIGURES_HOURS] = {{.label = NULL}};
    size_t count = figures_count(f, group);

    for (size_t i = 0; i < count; i++) {
        const struct tally *t = figures_tally(f, group, i);
        char label[3];
        fill_parts(&bars[i], t->outcomes);
        bars[i].label = mem_dup(printing_label(p, group, i, t, label));
        bars[i].title = title_dup(p, bars[i].label, &bars[i]);
    }
    print_plot(p, say(p, title), PLOT_HALF, bars, count);
}

static void print_grid(const struct printing *p, const struct figures *f)
{
    const char *rows[FIGURES_WEEKDAYS];
    unsigned values[FIGURES_WEEKDAYS * FIGURES_HOURS];

    for (unsigned day = 0; day < FIGURES_WEEKDAYS; day++) {
        rows[day] = say(p, PHRASE_MONDAY + day);
        for (unsigned hour = 0; hour < FIGURES_HOURS; hour++) {
            values[day * FIGURES_HOURS + hour] = figures_chats_at(f, day, hour);
        }
    }
    page_section(p->out, say(p, PHRASE_WHEN));
    fputs("<figure>\n", p->out);
    plot_grid(p->out, say(p, PHRASE_WHEN), rows, FIGURES_WEEKDAYS, FIGURES_HOURS, values);
    fputs("</figure>\n", p->out);
    page_section_end(p->out);
}

/* ---- tables ---- */

static void print_tally(const struct printing *p, const char *name, const struct tally *t)
{
    char text[MEASURE_SIZE];
    char ratings[PRINTING_RATINGS_SIZE];
    const int64_t seconds[] = {spread_quantile(&t->wait, 50), spread_quantile(&t->wait, 90),
                               spread_quantile(&t->answer, 50), spread_quantile(&t->answer, 90)};

    fputs("<tr>", p->out);
    page_cell(p->out, name);
    fprintf(p->out,
            "<td class=\"n\">%u</td><td class=\"n\">%u</td><td class=\"n\">%u</td>"
            "<td class=\"n\">%u</td><td class=\"n\">%u</td>",
            t->chats, t->outcomes[OUTCOME_ANSWERED], t->outcomes[OUTCOME_ABANDONED],
            t->outcomes[OUTCOME_MISSED], t->left);
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        page_number_cell(p->out, measure_duration(text, seconds[i]));
    }
    page_number_cell(p->out, measure_spent(text, t->spent_s));
    fprintf(p->out, "<td class=\"n\">%u</td>", t->tickets);
    page_number_cell(p->out, printing_ratings(p->language, t, ratings));
    fputs("</tr>\n", p->out);
}

static void print_table(const struct printing *p, const struct figures *f, enum figures_group group,
                        enum phrase title, enum phrase first)
{
    static const enum phrase COLUMNS[] = {PHRASE_CHATS,  PHRASE_ANSWERED, PHRASE_ABANDONED,
                                          PHRASE_MISSED, PHRASE_LEFT,     PHRASE_WAIT,
                                          PHRASE_P90,    PHRASE_ANSWER,   PHRASE_P90,
                                          PHRASE_SPENT,  PHRASE_TICKETS,  PHRASE_RATINGS};
    char label[3];

    if (figures_count(f, group) == 0) {
        return;
    }
    page_section(p->out, say(p, title));
    fputs("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>", p->out);
    page_head_cell(p->out, say(p, first));
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++) {
        fprintf(p->out, "<th scope=\"col\" class=\"n\">%s</th>", say(p, COLUMNS[i]));
    }
    fputs("</tr></thead>\n<tbody>\n", p->out);
    for (size_t i = 0; i < figures_count(f, group); i++) {
        const struct tally *t = figures_tally(f, group, i);
        print_tally(p, printing_label(p, group, i, t, label), t);
    }
    fputs("</tbody></table></div>\n", p->out);
    page_section_end(p->out);
}

static void print_count(const struct printing *p, const char *name, unsigned count, unsigned all)
{
    char share[MEASURE_SIZE];

    fputs("<tr>", p->out);
    page_cell(p->out, name);
    fprintf(p->out, "<td class=\"n\">%u</td>", count);
    page_number_cell(p->out, measure_share(share, count, all));
    fputs("</tr>\n", p->out);
}

static void print_tickets(const struct printing *p, const struct tally *t)
{
    if (t->tickets == 0) {
        return;
    }
    page_section(p->out, say(p, PHRASE_TICKETS));
    fputs("<table class=\"narrow\">\n", p->out);
    for (enum ticket_state state = TICKET_NEW; state <= TICKET_CLOSED; state++) {
        print_count(p, say(p, PHRASE_STATE_NONE + (enum phrase)state), t->states[state],
                    t->tickets);
    }
    fputs("</table>\n", p->out);
    page_section_end(p->out);
}

static void print_ratings(const struct printing *p, const struct tally *t)
{
    unsigned stars = tally_stars(t);

    if (stars + tally_thumbs(t) == 0) {
        return;
    }
    page_section(p->out, say(p, PHRASE_RATINGS));
    fputs("<table class=\"narrow\">\n", p->out);
    for (unsigned i = TALLY_STARS; i >= 1 && stars > 0; i--) {
        char name[MEASURE_SIZE];
        snprintf(name, sizeof name, "%u %s", i, say(p, PHRASE_STARS));
        print_count(p, name, t->stars[i], stars);
    }
    for (unsigned i = 2; i-- > 0 && tally_thumbs(t) > 0;) {
        print_count(p, say(p, PHRASE_THUMBS_DOWN + i), t->thumbs[i], tally_thumbs(t));
    }
    fputs("</table>\n", p->out);
    page_section_end(p->out);
}

static bool has_service(const struct tally *t)
{
    unsigned known = 0;

    for (size_t i = 0; i < SERVICE_KINDS; i++) {
        known += t->service[i][SERVICE_KEPT] + t->service[i][SERVICE_BROKEN];
    }
    return known > 0;
}

static void print_service(const struct printing *p, const struct tally *t)
{
    if (!has_service(t)) {
        return;
    }
    page_section(p->out, say(p, PHRASE_SERVICE));
    fputs("<table class=\"narrow\">\n<tr><td></td>", p->out);
    fprintf(p->out, "<th scope=\"col\" class=\"n\" colspan=\"2\">%s</th></tr>\n",
            say(p, PHRASE_KEPT));
    for (size_t i = 0; i < SERVICE_KINDS; i++) {
        unsigned kept = t->service[i][SERVICE_KEPT];
        print_count(p, say(p, PHRASE_SERVICE_FIRST + (enum phrase)i), kept,
                    kept + t->service[i][SERVICE_BROKEN]);
    }
    fputs("</table>\n", p->out);
    page_section_end(p->out);
}

/* ---- requesters ---- */

static void print_requester(const struct printing *p, const char *name, const char *key,
                            const struct requester *r, const char *class)
{
    char text[MEASURE_SIZE];

    fprintf(p->out, "<tr%s>", class);
    page_cell(p->out, name);
    page_cell(p->out, strchr(key, '@') != NULL ? key : ""); /* a visitor without an address */
    fprintf(p->out, "<td class=\"n\">%u</td>", r->chats);
    page_number_cell(p->out, measure_spent(text, r->seconds));
    if (r->has_price) {
        fprintf(p->out, "<td class=\"n\">%s %s</td>",
                measure_money(text, p->language, requester_cents(r)), p->currency);
    } else {
        page_number_cell(p->out, "");
    }
    fputs("</tr>\n", p->out);
}

static void print_requesters(const struct printing *p, const struct figures *f)
{
    size_t count = 0;
    const struct requester *const *all = requesters_sorted(figures_requesters(f), &count);
    size_t shown = count < REQUESTERS_SHOWN ? count : REQUESTERS_SHOWN;
    struct requester total = requesters_total(figures_requesters(f));
    const char *amount = total.has_price ? "th scope=\"col\" class=\"n\"" : "td";

    if (count == 0) {
        return;
    }
    page_section(p->out, say(p, PHRASE_REQUESTERS));
    fputs("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>", p->out);
    page_head_cell(p->out, say(p, PHRASE_REQUESTER));
    page_head_cell(p->out, say(p, PHRASE_EMAIL));
    fprintf(p->out,
            "<th scope=\"col\" class=\"n\">%s</th><th scope=\"col\" class=\"n\">%s</th>"
            "<%s>%s</%.2s></tr></thead>\n<tbody>\n",
            say(p, PHRASE_CHATS), say(p, PHRASE_SPENT), amount,
            total.has_price ? say(p, PHRASE_AMOUNT) : "", amount);
    for (size_t i = 0; i < shown; i++) {
        const struct requester *r = all[i];
        print_requester(p, r->key[0] != '\0' ? r->name : say(p, PHRASE_OTHERS), r->key, r, "");
    }
    if (shown < count) {
        fprintf(p->out, "<tr><td colspan=\"5\" class=\"soft\">… %zu %s</td></tr>\n", count - shown,
                say(p, PHRASE_MORE));
    }
    print_requester(p, say(p, PHRASE_TOTAL), "", &total, " class=\"sum\"");
    fputs("</tbody></table></div>\n", p->out);
    page_section_end(p->out);
}

static void print_how(const struct printing *p, bool rated)
{
    page_section(p->out, say(p, PHRASE_HOW));
    for (enum phrase i = PHRASE_HOW_OUTCOMES; i <= PHRASE_HOW_SPENT + (rated ? 1 : 0); i++) {
        fputs("<p class=\"soft\">", p->out);
        escape_html(p->out, say(p, i));
        fputs("</p>\n", p->out);
    }
    page_section_end(p->out);
}

void printing_html(const struct printing *p, const struct figures *f)
{
    const struct tally *total = figures_tally(f, FIGURES_ALL, 0);
    char day[MEASURE_SIZE];
    char *title =
        mem_print("%s %s %s", say(p, PHRASE_REPORT), p->house, measure_day(day, p->period.first));

    page_begin(p->out, p->language, title, STYLE);
    print_head(p);
    print_tiles(p, total);
    if (total->chats == 0) {
        fprintf(p->out, "<p>%s</p>\n", say(p, PHRASE_NOTHING));
    } else {
        print_timeline(p, f);
        fputs("<div class=\"pair\">\n", p->out);
        print_group(p, f, FIGURES_WEEKDAY, PHRASE_BY_WEEKDAY);
        print_group(p, f, FIGURES_HOUR, PHRASE_BY_HOUR);
        fputs("</div>\n", p->out);
        print_grid(p, f);
    }
    print_table(p, f, FIGURES_DEPARTMENT, PHRASE_DEPARTMENTS, PHRASE_DEPARTMENT);
    print_tickets(p, total);
    print_service(p, total);
    print_ratings(p, total);
    print_table(p, f, FIGURES_AGENT, PHRASE_AGENTS, PHRASE_AGENT);
    print_requesters(p, f);
    print_how(p, tally_stars(total) + tally_thumbs(total) > 0);
    page_end(p->out);
    free(title);
}
