/* figures.h - the figures of a period, counted one row at a time: no SQL, no clock, nothing
 * printed.
 *
 * Memory is bounded whatever there is: FIGURES_IDS_MAX departments and agents each (what is beyond
 * is one group without a name), REQUESTERS_MAX requesters, and durations as steps (spread.h). */
#pragma once

#include "report/period.h"
#include "report/requesters.h"
#include "report/tally.h"

enum { FIGURES_IDS_MAX = 1000, FIGURES_HOURS = 24, FIGURES_WEEKDAYS = 7 };

enum figures_group {
    FIGURES_ALL,        /* one */
    FIGURES_DEPARTMENT, /* by id */
    FIGURES_AGENT,      /* by JID; none where they are not wanted */
    FIGURES_WEEKDAY,    /* 0: Monday */
    FIGURES_HOUR,       /* of the day on which a chat began, by the department's clock */
    FIGURES_DAY,        /* of the period; without times */
    FIGURES_GROUPS
};

/* Strings and rates are borrowed. */
struct figures_config {
    struct period period;
    const char *department; /* only this one; NULL: all */
    bool per_agent;
    const struct rate *rates;
    size_t rate_count;
};

struct figures;

struct figures *figures_create(const struct figures_config *config);
void figures_destroy(struct figures *f); /* NULL is fine */
/* offset_s: its department's clock, east of UTC, when it began. */
void figures_add_chat(struct figures *f, const struct archive_chat *c, int offset_s);
/* By the number of its chat. offset_s: the same of when it began. */
void figures_add_spent(struct figures *f, const struct archive_spent *s, int offset_s);
void figures_add_ticket(struct figures *f, const struct archive_ticket *t);

/* What was counted. Departments and agents come sorted. */
size_t figures_count(const struct figures *f, enum figures_group group);
const struct tally *figures_tally(const struct figures *f, enum figures_group group, size_t at);
unsigned figures_chats_at(const struct figures *f, unsigned weekday, unsigned hour);
struct requesters *figures_requesters(const struct figures *f);
