/* administration.h - changes to who works here, while the daemon runs and beside it.
 *
 * A change is planned: the file and the settings as they would be are read and checked as at a
 * start. What is good is written with its row of the audit log, in one batch; after the commit all
 * of it is put in force by a reload (app_reload.c). Without the daemon, administration_beside does
 * the same to the database alone. */
#pragma once

#include "agents/administration.h"
#include "settings.h"

struct config;

/* What would come of it: *next (the caller destroys it) and DONE, or another outcome and NULL.
 * file: of the configuration. *words (free() it) is what result->words points to. */
struct settings *administration_plan(const char *file, const struct settings *now,
                                     const struct administration_order *o,
                                     struct administration_result *result, char **words);
/* Both rows of the change: settings and audit log. */
void administration_write(struct storage *storage, const struct settings *before,
                          const struct settings *after, const struct administration_order *o);
/* Of "agent", "department", "hours"; 0: of none. */
enum setting_kind administration_kind(const char *word);
/* The exit code of a subcommand (command.h). */
int administration_code(const struct administration_result *r);
/* As an item is kept: an account as accounts are compared. free() it. */
char *administration_id_dup(enum setting_kind kind, const char *text);
/* Line of the file that names it in that configuration; 0: it does not. */
int administration_line(const struct config *c, enum setting_kind kind, const char *id);
/* Calls item for each of that kind in c, with facts. */
void administration_list(const struct config *c, enum setting_kind kind,
                         void (*item)(void *ctx, const struct administration_item *i), void *ctx);
/* "agent add nina@example.org name=Nina": fills the order and calls run with it; NULL, or what is
 * wrong with the text (free() it). */
char *administration_read(const char *text, const char *who,
                          void (*run)(void *ctx, const struct administration_order *o), void *ctx);

/* ---- in the daemon (app_administration.c) ---- */

struct app;

/* The port for commands; ctx is the app. */
void administration_port(struct app *app, struct administration *out);
