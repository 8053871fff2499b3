/* reports.h - the figures of a period, for who may read them in their own client.
 *
 * The composition root counts them (component/app_reports.c); the command asks it through this
 * port. Values are as reports have them on the command line, too. */
#pragma once

#include "agents/language.h"

#include <stdbool.h>
#include <stddef.h>

enum report_figure {
    REPORT_CHATS,
    REPORT_ANSWERED,
    REPORT_ABANDONED,
    REPORT_MISSED,
    REPORT_LEFT,
    REPORT_WAIT,
    REPORT_FIRST_ANSWER,
    REPORT_TICKETS,
    REPORT_SERVICE,
    REPORT_TIME,
    REPORT_RATINGS,
    REPORT_FIGURES
};

/* Strings are borrowed. */
struct report_order {
    enum language language; /* decimals */
    const char *period;     /* "today", "last-month", …, or "" */
    const char *from, *to;  /* "2026-03-31", or "" */
    const char *department; /* NULL: all */
};

enum report_outcome {
    REPORT_DONE,
    REPORT_NO_PERIOD, /* these are no days, or more than ten years */
    REPORT_BUSY,      /* another one is being counted */
    REPORT_FAILED     /* words say why */
};

enum { REPORT_VALUE_SIZE = 64, REPORT_DAY_SIZE = 11 };

struct report_line {
    enum { REPORT_ALL, REPORT_DEPARTMENT, REPORT_AGENT } of;
    const char *name;                               /* "": all, or those beyond a limit */
    char values[REPORT_FIGURES][REPORT_VALUE_SIZE]; /* "": does not apply */
};

struct report_answer {
    enum report_outcome outcome;
    const char *words;
    char first[REPORT_DAY_SIZE], last[REPORT_DAY_SIZE];
    const struct report_line *lines; /* all, each department, each agent */
    size_t count;
};

typedef void (*report_done)(void *ctx, const struct report_answer *answer);

struct reports {
    void *ctx;
    /* done is called once, in the call or later; not at all if the program ends. */
    void (*order)(void *ctx, const struct report_order *o, report_done done, void *done_ctx);
};
