/* tresen report: the figures of a period, read beside the daemon. */
#include "base/calendar.h"
#include "base/clock.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "counting.h"
#include "directory.h"
#include "report/figures.h"
#include "report/printing.h"
#include "storage/archive.h"

#include <stdlib.h>

#define DEFAULT_PERIOD "month"

static const char *name(const void *ctx, enum figures_group group, const char *id)
{
    return group == FIGURES_AGENT ? directory_agent(ctx, id) : directory_department(ctx, id);
}

static void print(const struct command_line *line, const struct printing *p,
                  const struct figures *f)
{
    if (line->json) {
        printing_json(p, f);
    } else if (line->csv) {
        printing_csv(p, f);
    } else if (line->html) {
        printing_html(p, f);
    } else {
        printing_text(p, f);
    }
}

/* NULL, or why it cannot be read (free() it). */
static char *report(const struct directory *directory, struct archive *archive,
                    const struct command_line *line, const struct period *period)
{
    const struct config *c = directory_config(directory);
    time_ms now = clock_utc_ms();
    struct figures *figures;
    const struct printing printing = {.out = stdout,
                                      .language = command_language(c, line),
                                      .house = c->domain,
                                      .period = *period,
                                      .made = now,
                                      .offset_s = calendar_offset(c->days, now),
                                      .zone = c->zone[0] != '\0' ? c->zone : "local time",
                                      .currency = c->reports.currency,
                                      .department = line->department,
                                      .names_ctx = directory,
                                      .name = name};
    char *error = counting_read(archive, directory, period, line->department, &figures);

    if (error == NULL) {
        print(line, &printing, figures);
    }
    figures_destroy(figures);
    return error;
}

static bool read_period(const struct config *c, const struct command_line *line,
                        struct period *period)
{
    time_ms now = clock_utc_ms();

    if (line->from != NULL || line->to != NULL) {
        return line->operand == NULL && period_between(period, line->from, line->to, c->days, now);
    }
    return period_read(period, line->operand != NULL ? line->operand : DEFAULT_PERIOD, c->days,
                       now);
}

int command_read_report(const struct config *config, const struct command_line *line)
{
    struct period period;
    char *error = NULL;

    if (!command_is_plain(line)) {
        return COMMAND_MISCONFIGURED;
    }
    struct directory *directory = directory_open(config, &error);
    if (directory == NULL) {
        fprintf(stderr, "tresen: %s\n", error);
        free(error);
        return COMMAND_MISCONFIGURED;
    }
    if (!read_period(directory_config(directory), line, &period)) {
        fprintf(stderr,
                "tresen: a period is today, yesterday, week, month, last-month, a year (2026), a "
                "month (2026-03), a day (2026-03-31), or --from and --to with days; ten years at "
                "most\n");
        directory_close(directory);
        return COMMAND_MISCONFIGURED;
    }
    struct archive *archive = archive_open(config->storage, &error);
    if (archive != NULL) {
        error = report(directory, archive, line, &period);
    }
    if (error != NULL) {
        fprintf(stderr, "tresen: %s\n", error);
    }
    int code = error != NULL ? COMMAND_FAILED : COMMAND_DONE;
    archive_close(archive);
    directory_close(directory);
    free(error);
    return code;
}
