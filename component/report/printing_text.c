/* For a terminal: figures, tables, bars. */
#include "base/text.h"
#include "report/escape.h"
#include "report/measure.h"
#include "report/printing.h"
#include "report/timeline.h"

#include <inttypes.h>
#include <string.h>

enum { BAR = 40, NAME = 24, REQUESTERS_SHOWN = 20 };

static const char *say(const struct printing *p, enum phrase what)
{
    return phrase(p->language, what);
}

static void heading(const struct printing *p, const char *words)
{
    fprintf(p->out, "\n%s\n", words);
    for (size_t i = text_count(words); i > 0; i--) {
        fputc('-', p->out);
    }
    fputc('\n', p->out);
}

static void print_head(const struct printing *p)
{
    char first[MEASURE_SIZE];
    char last[MEASURE_SIZE];
    char made[MEASURE_SIZE];

    fprintf(p->out, "%s %s\n", say(p, PHRASE_REPORT), p->house);
    fprintf(p->out, "%s", measure_day(first, p->period.first));
    if (p->period.last != p->period.first) {
        fprintf(p->out, " %s %s", say(p, PHRASE_PERIOD_TO), measure_day(last, p->period.last));
    }
    fprintf(p->out, " (%s)\n", p->zone);
    if (p->department != NULL) {
        fprintf(p->out, "%s: ", say(p, PHRASE_ONLY_DEPARTMENT));
        escape_plain(p->out, p->name(p->names_ctx, FIGURES_DEPARTMENT, p->department), 0);
        fputc('\n', p->out);
    }
    fprintf(p->out, "%s: %s\n", say(p, PHRASE_MADE), measure_moment(made, p->made, p->offset_s));
}

static void print_fact(const struct printing *p, const char *name, const char *value,
                       const char *more)
{
    fputs("  ", p->out);
    escape_plain(p->out, name, NAME + 4);
    fprintf(p->out, " %8s%s%s\n", value, more[0] != '\0' ? "  " : "", more);
}

static void print_times(const struct printing *p, enum phrase what, const struct spread *s)
{
    char median[MEASURE_SIZE];
    char most[MEASURE_SIZE];

    fputs("  ", p->out);
    escape_plain(p->out, say(p, what), NAME + 4);
    fprintf(p->out, " %s %s, %s %s\n", say(p, PHRASE_MEDIAN),
            measure_duration(median, spread_quantile(s, 50)), say(p, PHRASE_P90),
            measure_duration(most, spread_quantile(s, 90)));
}

static void print_ratings(const struct printing *p, const struct tally *t)
{
    char ratings[PRINTING_RATINGS_SIZE];

    if (printing_ratings(p->language, t, ratings)[0] != '\0') {
        fputs("  ", p->out);
        escape_plain(p->out, say(p, PHRASE_RATINGS), NAME + 4);
        fprintf(p->out, " %s\n", ratings);
    }
}

static void print_total(const struct printing *p, const struct tally *t)
{
    char count[MEASURE_SIZE];
    char share[MEASURE_SIZE];

    snprintf(count, sizeof count, "%u", t->chats);
    print_fact(p, say(p, PHRASE_CHATS), count, "");
    for (enum outcome i = 0; i < OUTCOMES; i++) {
        char name[2 * MEASURE_SIZE];
        snprintf(name, sizeof name, "  %s", say(p, printing_outcome(i)));
        snprintf(count, sizeof count, "%u", t->outcomes[i]);
        print_fact(p, name, count, measure_share(share, t->outcomes[i], t->chats));
    }
    snprintf(count, sizeof count, "%u", t->left);
    print_fact(p, say(p, PHRASE_LEFT), count, "");
    print_times(p, PHRASE_WAIT, &t->wait);
    print_times(p, PHRASE_ANSWER, &t->answer);
    fputs("  ", p->out);
    escape_plain(p->out, say(p, PHRASE_SPENT), NAME + 4);
    fprintf(p->out, " %s\n", measure_spent(count, t->spent_s));
    print_ratings(p, t);
}

/* ---- bars ---- */

static unsigned unanswered(const unsigned *outcomes)
{
    return outcomes[OUTCOME_ABANDONED] + outcomes[OUTCOME_MISSED] + outcomes[OUTCOME_LEFT] +
           outcomes[OUTCOME_WAITING];
}

/* '#' of what was answered, '.' of what was not. */
static void print_bar(const struct printing *p, const char *label, size_t width,
                      const unsigned *outcomes, unsigned most)
{
    unsigned answered = outcomes[OUTCOME_ANSWERED];
    unsigned all = answered + unanswered(outcomes);
    unsigned long long scale = most > 0 ? most : 1;
    unsigned long long full = (all * (unsigned long long)BAR + scale - 1) / scale;
    unsigned long long dark = answered == all ? full : answered * (unsigned long long)BAR / scale;

    fputs("  ", p->out);
    escape_plain(p->out, label, width);
    fprintf(p->out, " %6u ", all);
    for (unsigned long long i = 0; i < full; i++) {
        fputc(i < dark ? '#' : '.', p->out);
    }
    fputc('\n', p->out);
}

static void print_legend(const struct printing *p)
{
    fprintf(p->out, "  (# %s, . %s, %s, %s)\n", say(p, PHRASE_ANSWERED), say(p, PHRASE_ABANDONED),
            say(p, PHRASE_MISSED), say(p, PHRASE_LEFT_AT_ONCE));
}

static void print_bars(const struct printing *p, const struct figures *f, enum figures_group group,
                       enum phrase title)
{
    size_t count = figures_count(f, group);
    unsigned most = 0;
    char label[3];

    heading(p, say(p, title));
    for (size_t i = 0; i < count; i++) {
        unsigned chats = figures_tally(f, group, i)->chats;
        most = chats > most ? chats : most;
    }
    for (size_t i = 0; i < count; i++) {
        const struct tally *t = figures_tally(f, group, i);
        print_bar(p, printing_label(p, group, i, t, label), 3, t->outcomes, most);
    }
}

static void print_timeline(const struct printing *p, const struct figures *f)
{
    static const enum phrase TITLES[] = {PHRASE_BY_DAY, PHRASE_BY_WEEK, PHRASE_BY_MONTH};
    struct timeline t;
    unsigned most = 0;

    timeline_make(&t, f, p->period.first);
    if (t.count < 2) {
        return;
    }
    heading(p, say(p, TITLES[t.unit]));
    for (size_t i = 0; i < t.count; i++) {
        unsigned all = t.bars[i].outcomes[OUTCOME_ANSWERED] + unanswered(t.bars[i].outcomes);
        most = all > most ? all : most;
    }
    for (size_t i = 0; i < t.count; i++) {
        char day[MEASURE_SIZE];
        measure_day(day, t.bars[i].day);
        print_bar(p, day, t.unit == TIMELINE_MONTH ? 7 : 10, t.bars[i].outcomes, most);
    }
    print_legend(p);
}

/* ---- tables ---- */

static void print_table(const struct printing *p, const struct figures *f, enum figures_group group,
                        enum phrase title, enum phrase first)
{
    size_t count = figures_count(f, group);

    if (count == 0) {
        return;
    }
    heading(p, say(p, title));
    fputs("  ", p->out);
    escape_plain(p->out, say(p, first), NAME - 4);
    fputc(' ', p->out);
    const enum phrase columns[] = {PHRASE_CHATS, PHRASE_ANSWERED, PHRASE_ABANDONED, PHRASE_MISSED,
                                   PHRASE_LEFT_AT_ONCE};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        escape_plain(p->out, say(p, columns[i]), 12);
    }
    escape_plain(p->out, say(p, PHRASE_WAIT), 14);
    escape_plain(p->out, say(p, PHRASE_P90), 14);
    escape_plain(p->out, say(p, PHRASE_SPENT), 14);
    fprintf(p->out, "%s\n", say(p, PHRASE_RATINGS));
    for (size_t i = 0; i < count; i++) {
        const struct tally *t = figures_tally(f, group, i);
        char label[3];
        char text[3][MEASURE_SIZE];
        char ratings[PRINTING_RATINGS_SIZE];
        fputs("  ", p->out);
        escape_plain(p->out, printing_label(p, group, i, t, label), NAME - 4);
        fprintf(p->out, " %-12u%-12u%-12u%-12u%-12u%-14s%-14s%-14s%s\n", t->chats,
                t->outcomes[OUTCOME_ANSWERED], t->outcomes[OUTCOME_ABANDONED],
                t->outcomes[OUTCOME_MISSED], t->outcomes[OUTCOME_LEFT],
                measure_duration(text[0], spread_quantile(&t->wait, 50)),
                measure_duration(text[1], spread_quantile(&t->wait, 90)),
                measure_spent(text[2], t->spent_s), printing_ratings(p->language, t, ratings));
    }
}

static void print_tickets(const struct printing *p, const struct tally *t)
{
    char share[MEASURE_SIZE];

    if (t->tickets == 0) {
        return;
    }
    heading(p, say(p, PHRASE_TICKETS));
    for (enum ticket_state state = TICKET_NEW; state <= TICKET_CLOSED; state++) {
        char count[MEASURE_SIZE];
        snprintf(count, sizeof count, "%u", t->states[state]);
        print_fact(p, say(p, PHRASE_STATE_NONE + (enum phrase)state), count,
                   measure_share(share, t->states[state], t->tickets));
    }
}

static void print_service(const struct printing *p, const struct tally *t)
{
    bool titled = false;

    for (size_t i = 0; i < SERVICE_KINDS; i++) {
        unsigned kept = t->service[i][SERVICE_KEPT];
        unsigned broken = t->service[i][SERVICE_BROKEN];
        char share[MEASURE_SIZE];
        if (kept + broken == 0) {
            continue;
        }
        if (!titled) {
            heading(p, say(p, PHRASE_SERVICE));
            titled = true;
        }
        fputs("  ", p->out);
        escape_plain(p->out, say(p, PHRASE_SERVICE_FIRST + (enum phrase)i), NAME + 4);
        fprintf(p->out, " %8u  %s %s, %s %u\n", kept, say(p, PHRASE_KEPT),
                measure_share(share, kept, kept + broken), say(p, PHRASE_BROKEN), broken);
    }
}

/* ---- requesters ---- */

static void print_requester(const struct printing *p, const char *name, const char *key,
                            const struct requester *r)
{
    char text[MEASURE_SIZE];

    fputs("  ", p->out);
    escape_plain(p->out, name, NAME);
    fputs(" ", p->out);
    escape_plain(p->out, strchr(key, '@') != NULL ? key : "", NAME + 8);
    fprintf(p->out, " %6u  %-14s", r->chats, measure_spent(text, r->seconds));
    if (r->has_price) {
        fprintf(p->out, "%12s %s", measure_money(text, p->language, requester_cents(r)),
                p->currency);
    }
    fputc('\n', p->out);
}

static void print_requesters(const struct printing *p, const struct figures *f)
{
    size_t count = 0;
    const struct requester *const *all = requesters_sorted(figures_requesters(f), &count);
    size_t shown = count < REQUESTERS_SHOWN ? count : REQUESTERS_SHOWN;
    struct requester total = requesters_total(figures_requesters(f));

    if (count == 0) {
        return;
    }
    heading(p, say(p, PHRASE_REQUESTERS));
    for (size_t i = 0; i < shown; i++) {
        const struct requester *r = all[i];
        print_requester(p, r->key[0] != '\0' ? r->name : say(p, PHRASE_OTHERS), r->key, r);
    }
    if (shown < count) {
        fprintf(p->out, "  … %zu %s\n", count - shown, say(p, PHRASE_MORE));
    }
    print_requester(p, say(p, PHRASE_TOTAL), "", &total);
}

void printing_text(const struct printing *p, const struct figures *f)
{
    const struct tally *total = figures_tally(f, FIGURES_ALL, 0);

    print_head(p);
    if (total->chats == 0 && total->tickets == 0 &&
        requesters_total(figures_requesters(f)).chats == 0) {
        fprintf(p->out, "\n%s\n", say(p, PHRASE_NOTHING));
        return;
    }
    heading(p, say(p, PHRASE_TOTAL));
    print_total(p, total);
    print_timeline(p, f);
    print_table(p, f, FIGURES_DEPARTMENT, PHRASE_DEPARTMENTS, PHRASE_DEPARTMENT);
    print_bars(p, f, FIGURES_WEEKDAY, PHRASE_BY_WEEKDAY);
    print_bars(p, f, FIGURES_HOUR, PHRASE_BY_HOUR);
    print_tickets(p, total);
    print_service(p, total);
    print_table(p, f, FIGURES_AGENT, PHRASE_AGENTS, PHRASE_AGENT);
    print_requesters(p, f);
}
