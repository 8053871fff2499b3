#include "report/figures.h"

#include "base/date.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND_MS = 1000, HOUR_MS = 60 * 60 * SECOND_MS, DAY_MS = 24 * HOUR_MS };

/* Tallies with a name of their own, sorted by it. */
struct group {
    struct tally **all;
    size_t count;
    struct tally *others; /* beyond the limit; NULL: none */
};

struct figures {
    struct figures_config config;
    struct tally total;
    struct group departments;
    struct group agents;
    struct tally weekdays[FIGURES_WEEKDAYS];
    struct tally hours[FIGURES_HOURS];
    unsigned grid[FIGURES_WEEKDAYS][FIGURES_HOURS];
    struct tally *days;
    size_t day_count;
    struct requesters *requesters;
    int64_t charged; /* the chat of the last piece of time */
};

/* ---- groups ---- */

static struct tally *make(const char *id)
{
    struct tally *t = mem_alloc(sizeof *t);

    tally_init(t, id);
    return t;
}

static void destroy(struct tally *t)
{
    if (t != NULL) {
        tally_finish(t);
        free(t);
    }
}

static void finish_group(struct group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        destroy(g->all[i]);
    }
    destroy(g->others);
    free(g->all);
}

/* Where it is, or belongs. */
static size_t position(const struct group *g, const char *id, bool *found)
{
    size_t low = 0;
    size_t high = g->count;

    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(g->all[middle]->id, id);
        *found = order == 0;
        low = order < 0 ? middle + 1 : *found ? middle : low;
        high = order > 0 ? middle : high;
    }
    return low;
}

static struct tally *tally_of(struct group *g, const char *id)
{
    bool found;
    size_t at = position(g, id, &found);

    if (found) {
        return g->all[at];
    }
    if (g->count == FIGURES_IDS_MAX) {
        g->others = g->others != NULL ? g->others : make("");
        return g->others;
    }
    g->all = mem_grow(g->all, (g->count + 1) * sizeof(struct tally *));
    memmove(g->all + at + 1, g->all + at, (g->count - at) * sizeof(struct tally *));
    g->all[at] = make(id);
    g->count++;
    return g->all[at];
}

/* ---- life ---- */

static void init_all(struct tally *tallies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tally_init(&tallies[i], "");
    }
}

static void finish_all(struct tally *tallies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tally_finish(&tallies[i]);
    }
}

struct figures *figures_create(const struct figures_config *config)
{
    struct figures *f = mem_alloc(sizeof *f);

    f->config = *config;
    f->day_count = (size_t)(config->period.last - config->period.first + 1);
    f->days = mem_array(f->day_count, sizeof *f->days);
    tally_init(&f->total, "");
    init_all(f->weekdays, FIGURES_WEEKDAYS);
    init_all(f->hours, FIGURES_HOURS);
    init_all(f->days, f->day_count);
    f->requesters = requesters_create(config->rates, config->rate_count);
    return f;
}

void figures_destroy(struct figures *f)
{
    if (f == NULL) {
        return;
    }
    tally_finish(&f->total);
    finish_group(&f->departments);
    finish_group(&f->agents);
    finish_all(f->weekdays, FIGURES_WEEKDAYS);
    finish_all(f->hours, FIGURES_HOURS);
    finish_all(f->days, f->day_count);
    free(f->days);
    requesters_destroy(f->requesters);
    free(f);
}

/* ---- adding ---- */

/* A day without spreads: there may be thousands. */
static void add_day(struct tally *day, const struct archive_chat *c)
{
    day->chats++;
    day->outcomes[outcome_of(c)]++;
    day->left += c->left > 0 ? 1 : 0;
}

/* By the clock of its department. */
struct moment {
    unsigned weekday;
    unsigned hour;
    struct tally *day;
};

static struct moment moment_of(struct figures *f, time_ms utc, int offset_s)
{
    time_ms local = utc + offset_s * (time_ms)1000;
    int64_t day = local / DAY_MS;
    int64_t at = day - f->config.period.first;

    /* Where a department's clock is another than the house's, its day may be the one beside. */
    at = at < 0 ? 0 : at >= (int64_t)f->day_count ? (int64_t)f->day_count - 1 : at;
    return (struct moment){.weekday = date_weekday(day),
                           .hour = (unsigned)(local % DAY_MS / HOUR_MS),
                           .day = &f->days[at]};
}

static bool is_wanted(const struct figures *f, const char *department)
{
    return f->config.department == NULL || strcmp(f->config.department, department) == 0;
}

void figures_add_chat(struct figures *f, const struct archive_chat *c, int offset_s)
{
    struct moment began = moment_of(f, c->created, offset_s);

    if (!is_wanted(f, c->department)) {
        return;
    }
    add_day(began.day, c);
    f->grid[began.weekday][began.hour]++;
    tally_add_chat(&f->total, c);
    tally_add_chat(&f->weekdays[began.weekday], c);
    tally_add_chat(&f->hours[began.hour], c);
    tally_add_chat(tally_of(&f->departments, c->department), c);
    if (f->config.per_agent && c->owner[0] != '\0') {
        tally_add_chat(tally_of(&f->agents, c->owner), c);
    }
}

static void charge(struct figures *f, const struct archive_spent *s)
{
    const char *key = s->email[0] != '\0' ? s->email : s->jid[0] != '\0' ? s->jid : s->visitor;
    char *small = mem_dup(key);

    for (char *at = small; *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    requesters_add(f->requesters, small, s, s->chat != f->charged);
    f->charged = s->chat;
    free(small);
}

void figures_add_spent(struct figures *f, const struct archive_spent *s, int offset_s)
{
    struct moment began = moment_of(f, s->began, offset_s);
    int64_t seconds = s->lasted / SECOND_MS;

    if (!is_wanted(f, s->department)) {
        return;
    }
    f->total.spent_s += seconds;
    began.day->spent_s += seconds;
    f->weekdays[began.weekday].spent_s += seconds;
    f->hours[began.hour].spent_s += seconds;
    tally_of(&f->departments, s->department)->spent_s += seconds;
    if (f->config.per_agent && s->agent[0] != '\0') {
        tally_of(&f->agents, s->agent)->spent_s += seconds;
    }
    charge(f, s);
}

void figures_add_ticket(struct figures *f, const struct archive_ticket *t)
{
    const char *owner = t->ticket.owner;

    if (t->ticket.merged != 0) { /* it counts with the one that it went into */
        return;
    }
    if (!is_wanted(f, t->ticket.department)) {
        return;
    }
    tally_add_ticket(&f->total, t);
    tally_add_ticket(tally_of(&f->departments, t->ticket.department), t);
    if (f->config.per_agent && owner[0] != '\0') {
        tally_add_ticket(tally_of(&f->agents, owner), t);
    }
}

/* ---- reading ---- */

static const struct group *group_of(const struct figures *f, enum figures_group group)
{
    return group == FIGURES_DEPARTMENT ? &f->departments
           : group == FIGURES_AGENT    ? &f->agents
                                       : NULL;
}

size_t figures_count(const struct figures *f, enum figures_group group)
{
    const size_t counts[FIGURES_GROUPS] = {[FIGURES_ALL] = 1,
                                           [FIGURES_WEEKDAY] = FIGURES_WEEKDAYS,
                                           [FIGURES_HOUR] = FIGURES_HOURS,
                                           [FIGURES_DAY] = f->day_count};
    const struct group *g = group_of(f, group);

    return g != NULL ? g->count + (g->others != NULL ? 1 : 0) : counts[group];
}

const struct tally *figures_tally(const struct figures *f, enum figures_group group, size_t at)
{
    const struct tally *const tallies[FIGURES_GROUPS] = {[FIGURES_ALL] = &f->total,
                                                         [FIGURES_WEEKDAY] = f->weekdays,
                                                         [FIGURES_HOUR] = f->hours,
                                                         [FIGURES_DAY] = f->days};
    const struct group *g = group_of(f, group);

    if (g != NULL) {
        return at < g->count ? g->all[at] : g->others;
    }
    return tallies[group] + at;
}

unsigned figures_chats_at(const struct figures *f, unsigned weekday, unsigned hour)
{
    return f->grid[weekday][hour];
}

struct requesters *figures_requesters(const struct figures *f)
{
    return f->requesters;
}
