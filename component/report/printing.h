/* printing.h - a report as text, as a table for spreadsheets, as JSON, as a page: a file each.
 *
 *   printing_text.c   for a terminal, with bars
 *   printing_csv.c    one table, a line for each group; quoted, formulas defused (escape.h)
 *   printing_json.c   for programs
 *   printing_html.c   one page that needs nothing else: no script, no request, plots in SVG
 * (plot.h) */
#pragma once

#include "report/figures.h"
#include "report/phrase.h"

#include <stdio.h>

/* Strings are borrowed. */
struct printing {
    FILE *out;
    enum phrase_language language;
    const char *house; /* the component's domain */
    struct period period;
    time_ms made;
    int offset_s;           /* of the house's clock, now */
    const char *zone;       /* its name */
    const char *currency;   /* "EUR" */
    const char *department; /* the report is of this one alone; NULL: of all */
    const void *names_ctx;
    /* As people call it; the id if it is known no more. */
    const char *(*name)(const void *names_ctx, enum figures_group group, const char *id);
};

void printing_text(const struct printing *p, const struct figures *f);
void printing_csv(const struct printing *p, const struct figures *f);
void printing_json(const struct printing *p, const struct figures *f);
void printing_html(const struct printing *p, const struct figures *f);

/* What a line of that group is called: a department, "Mon", "08". Days have no label. */
const char *printing_label(const struct printing *p, enum figures_group group, size_t at,
                           const struct tally *t, char out[3]);
/* "4.6 of 5 (12)", "75 % up (8)", both, or "": there are none. */
enum { PRINTING_RATINGS_SIZE = 128 };
const char *printing_ratings(enum phrase_language language, const struct tally *t,
                             char out[PRINTING_RATINGS_SIZE]);
enum phrase printing_outcome(enum outcome outcome);
