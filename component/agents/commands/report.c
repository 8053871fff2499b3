/* The figures of a period: of all, each department, and each agent where that is configured. */
#include "agents/call.h"
#include "agents/reports.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *word; /* as `tresen report` has it */
    const char *label;
} PERIODS[] = {
    {"today", N_("today")}, {"yesterday", N_("yesterday")},   {"week", N_("week")},
    {"month", N_("month")}, {"last-month", N_("last month")}, {"days", N_("the days below")},
};
enum { PERIOD_COUNT = sizeof PERIODS / sizeof *PERIODS, TODAY = 0, LAST_MONTH = 4, DAYS = 5 };

/* In the order of enum report_figure, behind the name. */
static const struct command_column COLUMNS[] = {
    {"of", N_("Of whom"), false},
    {"chats", N_("Chats"), true},
    {"answered", N_("Answered"), true},
    {"abandoned", N_("Abandoned"), true},
    {"missed", N_("Missed"), true},
    {"left", N_("Messages left"), true},
    {"wait", N_("Waited"), true},
    {"first_answer", N_("First answer"), true},
    {"tickets", N_("Tickets"), true},
    {"service", N_("Service levels kept"), true},
    {"time", N_("Time spent"), true},
    {"ratings", N_("Ratings"), true},
    {NULL, NULL, false},
};

static bool period(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= PERIOD_COUNT) {
        return false;
    }
    *out = (struct command_choice){PERIODS[at].word, language_text(c->language, PERIODS[at].label)};
    return true;
}

static bool department(const struct command_call *c, size_t at, struct command_choice *out)
{
    struct department_view p;

    if (at >= desk_department_count(c->agents->desk) ||
        !desk_department(c->agents->desk, desk_department_id(c->agents->desk, at), &p)) {
        return false;
    }
    *out = (struct command_choice){p.id, p.name};
    return true;
}

/* ---- as typed ---- */

static bool is_day(const char *word)
{
    return *word >= '0' && *word <= '9';
}

/* A period of two words, in either language; behind it, or NULL. */
static const char *behind_last_month(const struct command_call *c, const char *at)
{
    const char *words[] = {PERIODS[LAST_MONTH].label,
                           language_text(c->language, PERIODS[LAST_MONTH].label)};

    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(words[i]);
        if (strncasecmp(at, words[i], len) == 0 && strchr(" \t\n", at[len]) != NULL) {
            return at + len;
        }
    }
    return NULL;
}

/* One day, or two, are the fields of these names; nothing is today. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    const char *at = arguments + strspn(arguments, " \t\n");
    const char *rest = behind_last_month(c, at);
    size_t first = strcspn(at, " \t\n");
    const char *next = at + first + strspn(at + first, " \t\n");

    if (rest != NULL) {
        return mem_print("last-month %s", rest);
    }
    if (is_day(at) && is_day(next)) {
        size_t second = strcspn(next, " \t\n");
        return mem_print("days from=%.*s to=%.*s %s", (int)first, at, (int)second, next,
                         next + second);
    }
    if (is_day(at)) {
        return mem_print("days from=%.*s to=%.*s %s", (int)first, at, (int)first, at, next);
    }
    if (first == 0 || memchr(at, '=', first) != NULL) {
        return mem_print("today %s", at);
    }
    return mem_dup(at);
}

/* ---- the answer ---- */

static char *name_dup(const struct command_call *c, const struct report_answer *answer,
                      const struct report_line *line)
{
    if (line->of != REPORT_ALL) {
        return mem_dup(line->name[0] != '\0' ? line->name
                                             : language_text(c->language, N_("others")));
    }
    return strcmp(answer->first, answer->last) == 0
               ? mem_dup(answer->first)
               : mem_print(language_text(c->language, N_("%s to %s")), answer->first, answer->last);
}

static void add_line(struct command_call *c, const struct report_answer *answer,
                     const struct report_line *line)
{
    const char *values[1 + REPORT_FIGURES];
    char *name = name_dup(c, answer, line);

    values[0] = name;
    for (size_t i = 0; i < REPORT_FIGURES; i++) {
        values[1 + i] = line->values[i];
    }
    command_row(c, COLUMNS, values);
    free(name);
}

/* A single department's figures are those of all. */
static void add_lines(struct command_call *c, const struct report_answer *answer)
{
    size_t departments = 0;
    size_t left_out = 0;

    for (size_t i = 0; i < answer->count; i++) {
        departments += answer->lines[i].of == REPORT_DEPARTMENT ? 1 : 0;
    }
    for (size_t i = 0; i < answer->count; i++) {
        if (answer->lines[i].of == REPORT_DEPARTMENT && departments == 1) {
            continue;
        }
        if (c->row_count < CALL_ROWS) {
            add_line(c, answer, &answer->lines[i]);
        } else {
            left_out++;
        }
    }
    if (left_out > 0) {
        command_say(c, N_("%zu more are left out: ask for one department."), left_out);
    }
}

static void on_done(void *ctx, const struct report_answer *answer)
{
    struct command_call *c = ctx;

    switch (answer->outcome) {
    case REPORT_DONE:
        add_lines(c, answer);
        break;
    case REPORT_NO_PERIOD:
        command_fail(c, N_("These are no days. A day is written like 2026-03-31, and a report is "
                           "of ten years at most."));
        break;
    case REPORT_BUSY:
        command_fail(c, N_("Another report is being made. Ask again in a moment."));
        break;
    case REPORT_FAILED:
        command_fail(c, N_("This cannot be read: %s"), answer->words);
    }
    command_finish(c);
}

static bool check(struct command_call *c)
{
    const char *days = command_value(c, "period");
    bool has_days = command_value(c, "from")[0] != '\0' || command_value(c, "to")[0] != '\0';
    bool wants_days = strcmp(days, PERIODS[DAYS].word) == 0;

    if (days[0] != '\0' && wants_days != has_days) {
        command_fail(c, N_("Either a period or days."));
        return false;
    }
    return true;
}

static void run(struct command_call *c)
{
    const struct reports *reports = &c->agents->config.reports;
    const char *days = command_value(c, "period");
    const char *from = command_value(c, "from");
    const char *to = command_value(c, "to");
    const char *in = command_value(c, "department");
    const struct report_order o = {
        .language = c->language,
        .period = days[0] != '\0' ? days : PERIODS[TODAY].word,
        .from = from,
        .to = to,
        .department = c->place == AT_DEPARTMENT ? c->local
                      : in[0] != '\0'           ? in
                                                : NULL,
    };

    command_defer(c);
    reports->order(reports->ctx, &o, on_done, c);
}

const struct command command_report = {
    .word = "report",
    .alias = "bericht",
    .places = AT_DEPARTMENT | AT_SERVICE,
    .roles = ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_ADMINISTRATOR),
    .only_reads = true,
    .usage = N_("[today|yesterday|week|month|last month|DATE [DATE]] [department=ID]"),
    .help = N_("chats, waiting times and tickets of a period, today's if none is named"),
    .named = 1,
    .fields = {{.name = "period", .label = N_("Period"), .kind = FIELD_CHOICE, .choice = period},
               {.name = "from", .label = N_("From (2026-03-31)"), .kind = FIELD_WORD},
               {.name = "to", .label = N_("To (2026-03-31)"), .kind = FIELD_WORD},
               {.name = "department",
                .label = N_("Department"),
                .kind = FIELD_CHOICE,
                .choice = department}},
    .typed_dup = typed_dup,
    .check = check,
    .run = run,
};
