/* Another configuration while the daemon runs: all of it, or nothing. What can be wrong is found
 * out before anything changes. */
#include "app_parts.h"
#include "app_state.h"
#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include "notify.h"
#include "reporter.h"
#include "schedule.h"
#include "settings.h"
#include "transport/link.h"

#include <stdlib.h>

/* Why it cannot be in force now, or NULL. */
static char *complaint_about(const struct app *app, const struct config *next,
                             const struct app_parts *parts)
{
    struct department_view busy;
    char *error = config_change_print(app->config, next);

    if (error == NULL && !desk_may_configure(app->desk, &parts->desk, &busy)) {
        error = mem_print("%s:%d: departments: %s is not there any more, but has open chats "
                          "(%zu wait, %zu go on); take it out when they have ended",
                          next->file, config_line(next, "departments"), busy.id, busy.waiting,
                          busy.active);
    }
    return error;
}

char *app_reload_refusal(struct app *app, const struct config *next)
{
    struct app_parts parts;

    app_parts_init(&parts, next, app);
    char *error = complaint_about(app, next, &parts);
    app_parts_finish(&parts);
    return error;
}

/* The gateway is the only part that has it after NULL. */
static char *refusal(struct app *app, const struct config *next, const struct app_parts *parts)
{
    char *error = complaint_about(app, next, parts);

    if (error != NULL || gateway_configure(app->gateway, &parts->gateway, &error)) {
        return error;
    }
    char *complaint =
        mem_print("%s:%d: web.%s", next->file, config_line(next, "web.trusted_proxies"), error);
    free(error);
    return complaint;
}

/* The desk first: the edges bring contacts, followers and probes in line with it. */
static void put_in_force(struct app *app, struct config *take_next, const struct app_parts *parts)
{
    desk_configure(app->desk, clock_utc_ms(), &parts->desk);
    schedule_review(app->schedule);
    outbox_configure(app->outbox, &parts->outbox);
    files_configure(app->files, &parts->files);
    agents_configure(app->agents, &parts->agents);
    visitors_configure(app->visitors, &parts->visitors);
    mailer_configure(app->mailer, &parts->mailer);
    link_set_secret(app->link, take_next->server.secret);
    log_set_level((enum log_level)take_next->log_level);
    reporter_let_go(app->reporter, app->reloaded);
    app->reloaded = take_next;
    app->config = take_next;
    app_configure_metrics(app);
}

void app_log_shadows(const struct config *c)
{
    for (size_t i = 0; i < c->shadow_count; i++) {
        log_warn("tresen: %s:%d: the file says it, so what the database says of %s does not count",
                 c->file, c->shadows[i].line, c->shadows[i].what);
    }
}

char *app_reload_by(struct app *app, const char *who)
{
    char *complaint = app_reload(app);

    storage_put_audit(app->storage,
                      &(struct audit_record){.at = clock_utc_ms(),
                                             .who = who,
                                             .what = "reload",
                                             .before = "",
                                             .after = complaint != NULL ? complaint : "in force"});
    return complaint;
}

char *app_reload(struct app *app)
{
    char *error = NULL;
    struct app_parts parts;
    size_t count;
    const struct setting_record *rows = settings_rows(app->settings, &count);

    notify_reloading(app->notify);
    struct config *next = config_load_with(app->config->file, rows, count, &error);
    if (next != NULL) {
        app_parts_init(&parts, next, app);
        error = refusal(app, next, &parts);
        if (error == NULL) {
            put_in_force(app, next, &parts);
        } else {
            config_destroy(next);
        }
        app_parts_finish(&parts);
    }
    if (error == NULL) {
        log_info("tresen: %s is in force", app->config->file);
        app_log_shadows(app->config);
    } else {
        log_error("%s (what was in force before stays)", error);
    }
    notify_ready(app->notify);
    return error;
}
