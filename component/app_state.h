/* app_state.h - what the composition root holds; for app*.c. */
#pragma once

#include "base/clock.h"
#include "erasure.h"

#include <stdbool.h>
#include <stdint.h>

/* RUNS → DRAINS (a signal came: what was accepted is committed and acknowledged) → LEAVES (streams
 * and link are closed, everybody is told) → OVER. */
enum app_stage { APP_RUNS, APP_DRAINS, APP_LEAVES, APP_OVER };

struct app_asker;
struct app_change;
struct app_ticket_change;
struct appearance;
struct control_question;
struct dossiers;
struct metrics;
struct reports;
struct vitals;

struct app {
    const struct config *config; /* in force */
    struct config *reloaded;     /* the same if it was loaded while running; else NULL */
    struct event_base *loop;
    struct evdns_base *dns;
    struct event *storage_event;
    struct event *files_event;
    struct event *mail_event;
    struct event *tick;
    struct event *term;
    struct event *interrupt;
    struct event *hangup;
    struct storage *storage;
    struct files *files;
    struct uploads *uploads;
    struct router *router;
    struct outbox *outbox;
    struct visitors *visitors;
    struct agents *agents;
    struct desk *desk;
    struct schedule *schedule;
    struct gateway *gateway;
    struct metrics *metrics;       /* NULL: no port is configured */
    struct appearance *appearance; /* what the gateway answers of the widget */
    struct link *link;
    struct mailer *mailer;
    struct control *control;
    struct notify *notify;
    struct erasure *erasure; /* app_privacy.c */
    struct erasure_house house;
    struct retention *retention;
    struct reporter *reporter; /* app_reports.c */
    struct event *report_event;
    struct app_asker *asker;                 /* whose report is being counted, or NULL */
    struct settings *settings;               /* what administrators changed, as it is on disk */
    struct app_change *change;               /* being stored (app_administration.c), or NULL */
    struct app_ticket_change *ticket_change; /* likewise (app_tickets.c) */
    struct trial *trial;                     /* under way, and who asked for it */
    struct control_question *trial_question;
    time_ms started;    /* monotonic */
    time_ms started_at; /* UTC */
    enum app_stage stage;
    time_ms stage_ends;  /* monotonic: of DRAINS and LEAVES */
    uint64_t last_batch; /* DRAINS until it is committed */
    bool link_stopped;
};

/* Puts the configuration file, with the settings, in force again: all of it, or nothing. NULL, or
 * "file:line: key: complaint" (free() it). Logs either. */
char *app_reload(struct app *app);
/* The same, and it is in the audit log. who: a person or a program. */
char *app_reload_by(struct app *app, const char *who);
/* What speaks against that configuration while the daemon runs; NULL: nothing. free() it. */
char *app_reload_refusal(struct app *app, const struct config *next);
/* Of what the database says in vain. */
void app_log_shadows(const struct config *c);
void app_change_destroy(struct app_change *c); /* NULL is fine */
/* One order that came over the control socket. */
void app_administer(struct app *app, struct control_question *question, const char *argument);
void app_administer_list(struct app *app, struct control_question *question, const char *argument);
void app_administer_audit(struct app *app, struct control_question *question, const char *argument);
/* The same for canned answers (app_canned.c). */
void app_keep_canned(struct app *app, struct control_question *question, const char *argument);
/* And for tickets (app_tickets.c). */
void app_change_ticket(struct app *app, struct control_question *question, const char *argument);
void app_ticket_change_destroy(struct app_ticket_change *c); /* NULL is fine */
/* Persons: erased, exported (app_privacy.c). */
void app_make_erasure(struct app *app);
/* Says in the log if one was interrupted. */
void app_look_for_erasures(struct app *app);
void app_dossiers_port(struct app *app, struct dossiers *out);
/* Reports (app_reports.c). */
void app_make_reporter(struct app *app);
void app_destroy_reporter(struct app *app);
void app_reports_port(struct app *app, struct reports *out);
void app_order_dossier(struct app *app, struct control_question *question, const char *argument);
/* Words and the exit code of the subcommand that asks (command.h). */
void app_answer(struct control_question *question, const char *words, int code);
/* How we are (app_vitals.c); vitals_finish. */
void app_look(const struct app *app, struct vitals *out);
/* NULL: ready; else a word or some, which last (app_gateway.c). */
const char *app_unready(const struct app *app);
/* The port on which figures are fetched, if one is configured; false and *error (free() it). */
bool app_make_metrics(struct app *app, char **error);
void app_configure_metrics(struct app *app);
/* The table of what the control socket is asked (app_control.c). */
const struct control_command *app_control_commands(void);
