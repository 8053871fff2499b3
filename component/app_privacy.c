/* Persons who are erased or exported while the daemon runs: who has them in memory, who asks. */
#include "agents/agents.h"
#include "app_parts.h"
#include "app_state.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "control.h"
#include "desk/desk.h"
#include "dossier.h"
#include "erasure.h"
#include "outbox/outbox.h"
#include "retention.h"
#include "visitors/visitors.h"

#include <stdlib.h>
#include <string.h>

/* ---- the house ---- */

static bool is_talking(void *ctx, const char *visitor)
{
    return desk_is_talking(((struct app *)ctx)->desk, visitor);
}

static bool forget_visitor(void *ctx, const char *visitor)
{
    struct app *app = ctx;

    desk_forget_visitor(app->desk, clock_utc_ms(), visitor, true);
    visitors_forget(app->visitors, visitor);
    agents_forget(app->agents, visitor);
    outbox_forget(app->outbox, visitor);
    return agents_forget_archives(app->agents, visitor);
}

static bool forget_chat(void *ctx, int64_t number, bool if_unused)
{
    struct app *app = ctx;

    if (!desk_forget_chat(app->desk, number, if_unused)) {
        return false;
    }
    outbox_forget_chat(app->outbox, number);
    return true;
}

static bool is_here(void *ctx, const char *visitor)
{
    struct visitor_view view;

    return desk_visitor(((struct app *)ctx)->desk, visitor, &view);
}

static bool is_shown(void *ctx, const char *visitor)
{
    return agents_forget(((struct app *)ctx)->agents, visitor);
}

void app_make_erasure(struct app *app)
{
    app->house = (struct erasure_house){.ctx = app,
                                        .is_talking = is_talking,
                                        .forget_visitor = forget_visitor,
                                        .forget_chat = forget_chat,
                                        .is_here = is_here,
                                        .is_shown = is_shown};
    app->erasure = erasure_create(app->storage, app->files, &app->house);
    app->retention = retention_create(app->storage, app->erasure, clock_monotonic_ms);
}

/* ---- the start ---- */

static void on_look(void *ctx, const struct person_answer *a)
{
    (void)ctx;
    if (a->unfinished) {
        log_warn("privacy: an erasure was interrupted; give the same order again (tresen erase)");
    }
}

void app_look_for_erasures(struct app *app)
{
    storage_person(app->storage, &(struct person_query){PERSON_VISITOR, ""}, on_look, app);
}

/* ---- who asks ---- */

static void port_order(void *ctx, const struct dossier_order *o, dossier_done done, void *done_ctx)
{
    erasure_order(((struct app *)ctx)->erasure, o, done, done_ctx);
}

void app_dossiers_port(struct app *app, struct dossiers *out)
{
    *out = (struct dossiers){.ctx = app, .order = port_order};
}

static void on_done(void *ctx, const struct dossier_result *r)
{
    struct buf text;

    buf_init(&text, CONTROL_ANSWER / 2);
    dossier_write_result(&text, LANGUAGE_EN, r);
    app_answer(ctx, text.bytes, dossier_has_failed(r) ? COMMAND_FAILED : COMMAND_DONE);
    buf_finish(&text);
}

void app_order_dossier(struct app *app, struct control_question *question, const char *argument)
{
    char *who = mem_print("tresen subcommand, uid %u", control_user(question));
    struct dossier_order order;
    char *words = mem_dup(argument);

    if (dossier_parse(words, who, &order)) {
        erasure_order(app->erasure, &order, on_done, question);
    } else {
        app_answer(question, "this order cannot be understood", COMMAND_MISCONFIGURED);
    }
    free(words);
    free(who);
}
