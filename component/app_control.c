/* What the daemon answers on its control socket. */
#include "app_parts.h"
#include "app_state.h"
#include "base/mem.h"
#include "config.h"
#include "control.h"
#include "router.h"
#include "storage/storage.h"
#include "trial.h"
#include "vitals.h"

#include <jansson.h>
#include <stdlib.h>

static void handle_status(void *ctx, struct control_question *question, const char *argument)
{
    struct vitals v;

    (void)argument;
    app_look(ctx, &v);
    char *text = vitals_json_print(&v);
    control_answer(question, text);
    free(text);
    vitals_finish(&v);
}

static void on_backup(void *ctx, const char *error)
{
    if (error[0] == '\0') {
        control_answer(ctx, "{}");
    } else {
        control_refuse(ctx, error);
    }
}

static void handle_backup(void *ctx, struct control_question *question, const char *argument)
{
    const struct app *app = ctx;

    storage_backup(app->storage, argument, on_backup, question);
}

static void on_trial(void *ctx, const struct trial_result *result)
{
    struct app *app = ctx;
    char *text = trial_result_print(result);

    app->trial = NULL;
    control_answer(app->trial_question, text);
    free(text);
}

static void handle_trial(void *ctx, struct control_question *question, const char *argument)
{
    struct app *app = ctx;
    struct app_parts parts;

    if (app->trial != NULL) {
        control_refuse(question, "a roster trial is under way; try again in a moment");
    } else if (!router_is_link_up(app->router)) {
        control_refuse(question, "the link to the XMPP server is down");
    } else {
        app->trial_question = question;
        app_parts_init(&parts, app->config, app);
        app->trial = trial_start(&parts.agents, app->loop, router_post(app->router), argument,
                                 on_trial, app);
        app_parts_finish(&parts);
    }
}

/* A refused file is an answer, too: the caller tells it apart from not being heard. */
static void handle_reload(void *ctx, struct control_question *question, const char *argument)
{
    struct app *app = ctx;

    (void)argument;
    if (app->stage != APP_RUNS) {
        control_refuse(question, "the daemon is stopping");
        return;
    }
    char *who = mem_print("tresen reload, uid %u", control_user(question));
    char *complaint = app_reload_by(app, who);
    free(who);
    json_t *answer = json_pack("{s:s, s:s}", "file", app->config->file, "complaint",
                               complaint != NULL ? complaint : "");
    char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
    if (text != NULL) {
        control_answer(question, text);
    } else {
        control_refuse(question, "the log says what came of it: the words are no UTF-8");
    }
    free(text);
    free(complaint);
    json_decref(answer);
}

static void handle_administer(void *ctx, struct control_question *question, const char *argument)
{
    struct app *app = ctx;

    if (app->stage != APP_RUNS) {
        control_refuse(question, "the daemon is stopping");
    } else {
        app_administer(app, question, argument);
    }
}

static void handle_canned(void *ctx, struct control_question *question, const char *argument)
{
    struct app *app = ctx;

    if (app->stage != APP_RUNS) {
        control_refuse(question, "the daemon is stopping");
    } else {
        app_keep_canned(app, question, argument);
    }
}

static void handle_person(void *ctx, struct control_question *question, const char *argument)
{
    struct app *app = ctx;

    if (app->stage != APP_RUNS) {
        control_refuse(question, "the daemon is stopping");
    } else {
        app_order_dossier(app, question, argument);
    }
}

static void handle_list(void *ctx, struct control_question *question, const char *argument)
{
    app_administer_list(ctx, question, argument);
}

static void handle_audit(void *ctx, struct control_question *question, const char *argument)
{
    app_administer_audit(ctx, question, argument);
}

static void handle_ticket(void *ctx, struct control_question *question, const char *argument)
{
    struct app *app = ctx;

    if (app->stage != APP_RUNS) {
        control_refuse(question, "the daemon is stopping");
    } else {
        app_change_ticket(app, question, argument);
    }
}

static const struct control_command COMMANDS[] = {
    {"administer", handle_administer},
    {"list", handle_list},
    {"canned", handle_canned},
    {"audit", handle_audit},
    {"status", handle_status},
    {"backup", handle_backup},
    {"reload", handle_reload},
    {"roster-trial", handle_trial},
    {"ticket", handle_ticket},
    {"person", handle_person},
    {NULL, NULL},
};

const struct control_command *app_control_commands(void)
{
    return COMMANDS;
}
