/* Canned answers for departments and for all, by who runs the daemon (tresen canned). */
#include "agents/canned.h"
#include "app_parts.h"
#include "app_state.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "desk/desk.h"
#include "router.h"
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>

/* What is answered when it is on disk. */
struct canned_change {
    struct control_question *question;
    char *words;
};

/* "set sales hi Hello": three words, and the rest. */
struct canned_order {
    char *act;
    char *owner; /* a department's id, or "all" */
    char *word;
    char *text; /* cleaned */
};

static char *next_word_dup(const char **text)
{
    *text += strspn(*text, " \t\n");
    size_t len = strcspn(*text, " \t\n");
    char *word = mem_dup_n(*text, len);

    *text += len;
    return word;
}

static void order_init(struct canned_order *o, const char *text)
{
    o->act = next_word_dup(&text);
    o->owner = next_word_dup(&text);
    o->word = next_word_dup(&text);
    o->text = text_body_dup(text);
}

static void order_finish(struct canned_order *o)
{
    free(o->act);
    free(o->owner);
    free(o->word);
    free(o->text);
}

/* ---- the list ---- */

static void list(const struct app *app, struct control_question *question)
{
    const struct canned_record *r;
    struct buf text;

    buf_init(&text, CONTROL_ANSWER / 2);
    for (size_t i = 0; (r = desk_canned_shared(app->desk, i)) != NULL; i++) {
        buf_printf(&text, "%s %s\n", r->scope == CANNED_ALL ? "all" : r->owner, r->word);
        for (const char *line = r->text; *line != '\0';) {
            size_t len = strcspn(line, "\n");
            buf_printf(&text, "    %.*s\n", (int)len, line);
            line += len + (line[len] == '\n');
        }
    }
    app_answer(question, text.bytes, COMMAND_DONE);
    buf_finish(&text);
}

/* ---- changes ---- */

static void on_stored(void *ctx)
{
    struct canned_change *c = ctx;

    app_answer(c->question, c->words, COMMAND_DONE);
    free(c->words);
    free(c);
}

/* NULL: it can be kept. */
static char *fault_dup(const struct app *app, const struct canned_order *o)
{
    const struct config *config = app->config;

    if (o->text[0] == '\0') {
        return mem_dup("the text is missing");
    }
    if (strlen(o->text) > config->limits.body_bytes ||
        text_count(o->text) > config->limits.body_points) {
        return mem_dup("the text is too long for a message");
    }
    char *fault = canned_word_fault_dup(LANGUAGE_EN, o->word);
    return fault != NULL ? fault : canned_text_fault_dup(app->agents, LANGUAGE_EN, o->text);
}

/* NULL: done, once it is stored. */
static char *set(struct app *app, const char *who, enum canned_scope scope,
                 const struct canned_order *o)
{
    char *fault = fault_dup(app, o);

    if (fault != NULL) {
        return fault;
    }
    switch (desk_operator_canned_put(app->desk, clock_utc_ms(), who, scope, o->owner, o->word,
                                     o->text)) {
    case DESK_OK:
        return NULL;
    case DESK_FULL:
        return mem_print("no more than %d canned answers are kept there", CANNED_MAX);
    default:
        return mem_print("there is no department %s", o->owner);
    }
}

static char *take_away(struct app *app, const char *who, enum canned_scope scope,
                       const struct canned_order *o)
{
    return desk_operator_canned_drop(app->desk, clock_utc_ms(), who, scope, o->owner, o->word) ==
                   DESK_OK
               ? NULL
               : mem_print("%s has no canned answer %s", o->owner, o->word);
}

static const struct {
    const char *act;
    char *(*run)(struct app *app, const char *who, enum canned_scope scope,
                 const struct canned_order *o);
    const char *done;
} ACTS[] = {
    {"set", set, "is kept"},
    {"remove", take_away, "is gone"},
};

static void run(struct app *app, struct control_question *question, const struct canned_order *o,
                size_t at)
{
    enum canned_scope scope = text_equal(o->owner, "all") ? CANNED_ALL : CANNED_DEPARTMENT;
    const struct post *post = router_post(app->router);
    char *who = mem_print("tresen subcommand, uid %u", control_user(question));
    char *fault = ACTS[at].run(app, who, scope, o);

    if (fault != NULL) {
        app_answer(question, fault, COMMAND_MISCONFIGURED);
    } else {
        struct canned_change *c = mem_alloc(sizeof *c);
        *c = (struct canned_change){question,
                                    mem_print("%s %s %s.", o->owner, o->word, ACTS[at].done)};
        post->after(post->ctx, on_stored, c);
    }
    free(fault);
    free(who);
}

void app_keep_canned(struct app *app, struct control_question *question, const char *argument)
{
    struct canned_order o;
    size_t at = 0;

    order_init(&o, argument);
    while (at < sizeof ACTS / sizeof *ACTS && !text_equal(ACTS[at].act, o.act)) {
        at++;
    }
    if (text_equal(o.act, "list") && o.owner[0] == '\0') {
        list(app, question);
    } else if (at == sizeof ACTS / sizeof *ACTS || o.word[0] == '\0') {
        app_answer(question, "it goes like this: list | set WHOSE WORD TEXT | remove WHOSE WORD",
                   COMMAND_MISCONFIGURED);
    } else if (storage_is_refusing(app->storage)) {
        control_refuse(question, "nothing can be stored right now");
    } else {
        run(app, question, &o, at);
    }
    order_finish(&o);
}
