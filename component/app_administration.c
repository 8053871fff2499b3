/* Changes by administrators while the daemon runs: planned, stored, and only then in force. One at
 * a time: the next is planned upon what is on disk. */
#include "administration.h"
#include "app_parts.h"
#include "app_state.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "router.h"
#include "storage/storage.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct app_change {
    struct app *app;
    struct settings *next;
    struct administration_result result;
    char *id;
    administration_done done;
    void *done_ctx;
};

void app_change_destroy(struct app_change *c)
{
    if (c != NULL) {
        settings_destroy(c->next);
        free(c->id);
        free(c);
    }
}

/* ---- orders ---- */

static void on_stored(void *ctx)
{
    struct app_change *c = ctx;
    struct app *app = c->app;

    app->change = NULL;
    settings_destroy(app->settings);
    app->settings = c->next;
    c->next = NULL;
    char *complaint = app_reload(app);
    if (complaint != NULL) {
        c->result.outcome = ADMINISTRATION_KEPT;
        c->result.words = complaint;
    }
    c->done(c->done_ctx, &c->result);
    free(complaint);
    app_change_destroy(c);
}

static void refuse(struct administration_result *r, enum administration_outcome outcome,
                   administration_done done, void *done_ctx)
{
    r->outcome = outcome;
    done(done_ctx, r);
}

/* The plan is good as far as the file goes; may it be in force while chats are open? */
static char *refusal(struct app *app, const struct settings *next)
{
    size_t count;
    const struct setting_record *rows = settings_rows(next, &count);
    char *error = NULL;
    struct config *config = config_load_with(app->config->file, rows, count, &error);

    if (config != NULL) {
        error = app_reload_refusal(app, config);
        config_destroy(config);
    }
    return error;
}

static void store(struct app *app, const struct administration_order *o, struct settings *take_next,
                  const struct administration_result *result, administration_done done,
                  void *done_ctx)
{
    const struct post *post = router_post(app->router);
    struct app_change *c = mem_alloc(sizeof *c);
    struct agent_view agent;

    administration_write(app->storage, app->settings, take_next, o);
    *c = (struct app_change){.app = app,
                             .next = take_next,
                             .result = *result,
                             .id = mem_dup(o->id),
                             .done = done,
                             .done_ctx = done_ctx};
    c->result.id = c->id;
    c->result.words = "";
    if (o->kind == SETTING_AGENT && o->act == ADMINISTRATION_REMOVE &&
        desk_agent(app->desk, o->id, &agent)) {
        c->result.chats = agent.active;
    }
    app->change = c;
    post->after(post->ctx, on_stored, c);
}

static void order(struct app *app, const struct administration_order *o, administration_done done,
                  void *done_ctx)
{
    struct administration_result result = {
        .kind = o->kind, .act = o->act, .id = o->id, .file = app->config->file, .words = ""};
    char *words = NULL;

    if (app->change != NULL) {
        refuse(&result, ADMINISTRATION_BUSY, done, done_ctx);
        return;
    }
    if (storage_is_refusing(app->storage)) {
        refuse(&result, ADMINISTRATION_REFUSING, done, done_ctx);
        return;
    }
    struct settings *next =
        administration_plan(app->config->file, app->settings, o, &result, &words);
    char *against = next != NULL ? refusal(app, next) : NULL;
    if (next == NULL) {
        done(done_ctx, &result);
    } else if (against != NULL) {
        settings_destroy(next);
        result.words = against;
        refuse(&result, ADMINISTRATION_INVALID, done, done_ctx);
    } else {
        store(app, o, next, &result, done, done_ctx);
    }
    free(against);
    free(words);
}

/* Whoever types Nina@Example.org means nina@example.org. */
static void port_order(void *ctx, const struct administration_order *o, administration_done done,
                       void *done_ctx)
{
    struct administration_order own = *o;
    char *id = administration_id_dup(o->kind, o->id);

    own.id = id;
    order(ctx, &own, done, done_ctx);
    free(id);
}

/* ---- looking ---- */

static void port_list(void *ctx, enum setting_kind kind,
                      void (*item)(void *item_ctx, const struct administration_item *i),
                      void *item_ctx)
{
    const struct app *app = ctx;

    administration_list(app->config, kind, item, item_ctx);
}

static char *port_value_dup(void *ctx, enum setting_kind kind, const char *id, const char *field)
{
    const struct app *app = ctx;
    bool members = (kind == SETTING_AGENT && text_equal(field, "departments")) ||
                   (kind == SETTING_DEPARTMENT && text_equal(field, "agents"));

    char *item = administration_id_dup(kind, id);
    char *value = members ? settings_members_dup(app->settings, kind, item)
                          : mem_dup(settings_value(app->settings, kind, item, field));

    free(item);
    if (!members) {
        return value;
    }
    for (char *at = value; *at != '\0'; at++) {
        *at = *at == ' ' ? '\n' : *at;
    }
    return value;
}

void administration_port(struct app *app, struct administration *out)
{
    *out = (struct administration){
        .ctx = app, .order = port_order, .list = port_list, .value_dup = port_value_dup};
}

/* ---- over the control socket ---- */

void app_answer(struct control_question *question, const char *words, int code)
{
    json_t *json = json_pack("{s:s, s:i}", "text", words, "code", code);
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;

    if (text != NULL) {
        control_answer(question, text);
    } else {
        control_refuse(question, "the answer is no UTF-8");
    }
    free(text);
    json_decref(json);
}

static void on_done(void *ctx, const struct administration_result *r)
{
    struct buf text;

    buf_init(&text, CONTROL_ANSWER / 2);
    administration_write_result(&text, LANGUAGE_EN, r);
    app_answer(ctx, text.bytes, administration_code(r));
    buf_finish(&text);
}

struct asking {
    struct app *app;
    struct control_question *question;
};

static void run_order(void *ctx, const struct administration_order *o)
{
    const struct asking *asking = ctx;

    port_order(asking->app, o, on_done, asking->question);
}

void app_administer(struct app *app, struct control_question *question, const char *argument)
{
    struct asking asking = {app, question};
    char *who = mem_print("tresen subcommand, uid %u", control_user(question));
    char *error = administration_read(argument, who, run_order, &asking);

    if (error != NULL) {
        app_answer(question, error, COMMAND_MISCONFIGURED);
    }
    free(error);
    free(who);
}

static void add_item(void *ctx, const struct administration_item *i)
{
    struct buf *text = ctx;

    administration_write_item(text, LANGUAGE_EN, i);
    buf_add_char(text, '\n');
}

void app_administer_list(struct app *app, struct control_question *question, const char *argument)
{
    enum setting_kind kind = administration_kind(argument);
    struct buf text;

    if (kind == 0) {
        control_refuse(question, "there is no such list");
        return;
    }
    buf_init(&text, CONTROL_ANSWER / 2);
    administration_list(app->config, kind, add_item, &text);
    app_answer(question, text.bytes, 0);
    buf_finish(&text);
}

static void on_rows(void *ctx, const struct audit_record *rows, size_t count)
{
    struct buf text;

    buf_init(&text, CONTROL_ANSWER / 2);
    for (size_t i = 0; i < count; i++) {
        administration_write_audit(&text, LANGUAGE_EN, &rows[i]);
        buf_add_char(&text, '\n');
    }
    app_answer(ctx, text.bytes, 0);
    buf_finish(&text);
}

void app_administer_audit(struct app *app, struct control_question *question, const char *argument)
{
    unsigned long rows = strtoul(argument, NULL, 10); /* main.c has looked at it */

    storage_audit(app->storage, rows > 0 && rows < 100 ? (unsigned)rows : 100, on_rows, question);
}
