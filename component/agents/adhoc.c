/* Commands as forms: XEP-0050, at every address that has contacts. A command is one form at most,
 * so a session needs no memory: what is submitted is checked like what is typed, at that moment. */
#include "agents/call.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/form.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { SESSION_BYTES = 64 };

/* ---- answers ---- */

/* specific: a condition of XEP-0050 4.5, or NULL. */
static void refuse(struct agents *a, const struct stanza *s, enum stanza_error condition,
                   const char *specific)
{
    struct draft d;
    struct writer *w = draft_begin(&d);

    stanza_open_error(w, s, condition, NULL);
    if (specific != NULL) {
        writer_leaf(w, specific, NS_COMMANDS, NULL);
    }
    draft_send(&d, a->post, s->from->full, POST_NOW);
}

static struct writer *open_answer(const struct command_call *c, struct draft *d, const char *status)
{
    struct writer *w = draft_begin(d);

    stanza_iq(w, c->address, c->sender, "result", c->id);
    writer_open(w, "command", NS_COMMANDS);
    writer_attr(w, "node", c->command->word);
    writer_attr(w, "sessionid", c->session);
    writer_attr(w, "status", status);
    return w;
}

void adhoc_complete(struct command_call *c)
{
    struct draft d;

    call_write_answer(c, open_answer(c, &d, "completed"));
    draft_send(&d, c->agents->post, c->sender, POST_HELD);
}

static void write_field(const struct command_call *c, struct writer *w, size_t at)
{
    static const enum form_type TYPES[] = {
        [FIELD_WORD] = FORM_TEXT_SINGLE,   [FIELD_ADDRESS] = FORM_TEXT_SINGLE,
        [FIELD_LINE] = FORM_TEXT_SINGLE,   [FIELD_LINES] = FORM_TEXT_MULTI,
        [FIELD_CHOICE] = FORM_LIST_SINGLE, [FIELD_CHOICES] = FORM_LIST_MULTI};
    const struct command_field *f = &c->command->fields[at];
    struct command_choice choice;
    char *current = c->values[at] == NULL && f->current_dup != NULL ? f->current_dup(c)
                                                                    : mem_dup(c->values[at]);

    form_open_field(w, TYPES[f->kind], f->name, language_text(c->language, f->label), f->required,
                    current);
    for (size_t i = 0; f->choice != NULL && f->choice(c, i, &choice); i++) {
        form_option(w, choice.value, choice.label);
    }
    writer_close(w);
    free(current);
}

void adhoc_ask(struct command_call *c)
{
    struct draft d;
    struct writer *w = open_answer(c, &d, "executing");

    writer_open(w, "actions", NULL);
    writer_attr(w, "execute", "complete");
    writer_leaf(w, "complete", NULL, NULL);
    writer_close(w);
    call_write_answer(c, w);
    form_open(w, "form", language_text(c->language, c->command->help));
    for (size_t i = 0; i < COMMAND_FIELDS && c->command->fields[i].name != NULL; i++) {
        write_field(c, w, i);
    }
    if (c->command->write != NULL) {
        c->command->write(c, w);
    }
    draft_send(&d, c->agents->post, c->sender, POST_NOW);
}

/* Reads first what the form needs. */
static void ask(struct command_call *c)
{
    c->asks = true;
    if (c->command->ask != NULL) {
        c->running = true;
        c->command->ask(c);
        c->running = false;
    }
    if (!c->deferred) {
        command_finish(c);
    }
}

/* ---- execute ---- */

static void handle_execute(struct command_call *c, const struct element *submitted)
{
    c->submitted = submitted != NULL ? element_hold(submitted) : NULL;
    if (c->command->fields[0].name == NULL || (submitted != NULL && call_fill_form(c, submitted))) {
        call_run(c);
    } else {
        ask(c);
    }
}

static void handle_cancel(struct command_call *c, const struct element *submitted)
{
    struct draft d;

    (void)submitted;
    open_answer(c, &d, "canceled");
    draft_send(&d, c->agents->post, c->sender, POST_NOW);
    call_destroy(c);
}

/* There is one form, so 'next' goes where 'complete' goes, and nothing is before it. */
static const struct {
    const char *action;
    void (*handle)(struct command_call *c, const struct element *submitted);
} ACTIONS[] = {
    {"execute", handle_execute},
    {"complete", handle_execute},
    {"next", handle_execute},
    {"cancel", handle_cancel},
};

static char *session_dup(const struct element *command)
{
    const char *session = element_attr(command, "sessionid");
    char id[ID_SIZE];

    if (session != NULL) {
        return mem_dup(session);
    }
    id_random(id);
    return mem_dup(id);
}

static void run(struct agents *a, const struct stanza *s, const struct command *command,
                enum command_place place)
{
    const struct element *payload = element_first(s->element);
    const char *action = element_attr(payload, "action");
    const char *session = element_attr(payload, "sessionid");

    if (session != NULL && strlen(session) > SESSION_BYTES) {
        refuse(a, s, ERROR_BAD_REQUEST, "bad-sessionid");
        return;
    }
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        if (strcmp(ACTIONS[i].action, action != NULL ? action : "execute") == 0) {
            struct command_call *c = call_create(a, s, command, place);
            c->session = session_dup(payload);
            ACTIONS[i].handle(c, form_find(payload, "submit"));
            return;
        }
    }
    refuse(a, s, ERROR_BAD_REQUEST, "bad-action");
}

/* XEP-0050 4.5: what is unknown, what is not allowed, what is not understood. */
static void execute(struct agents *a, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);
    const char *node = element_attr(payload, "node");
    enum command_place place;

    if (!commands_place(a, s->from->bare, agents_whom(a, s), &place)) {
        refuse(a, s, ERROR_ITEM_NOT_FOUND, NULL);
        return;
    }
    const struct command *c = node != NULL ? commands_find(node, strlen(node)) : NULL;
    if (c == NULL || (c->places & place) == 0) {
        refuse(a, s, ERROR_ITEM_NOT_FOUND, NULL);
    } else if (!commands_may(a, c, s->from->bare, place)) {
        refuse(a, s, ERROR_FORBIDDEN, NULL);
    } else if (!paces_take(a->lines_in, s->from->bare, clock_monotonic_ms())) {
        refuse(a, s, ERROR_RESOURCE_CONSTRAINT, NULL);
    } else {
        run(a, s, c, place);
    }
}

/* ---- disco ---- */

/* The word is in it: what people look for in a list is what they type. */
static void write_name(struct writer *w, enum language language, const struct command *c)
{
    char *name = mem_print("%s – %s", language == LANGUAGE_DE ? c->alias : c->word,
                           language_text(language, c->help));

    writer_attr(w, "name", name);
    free(name);
}

static void write_items(struct agents *a, const struct stanza *s, struct writer *w,
                        enum command_place place)
{
    enum language language = agents_language(a, s->from->bare);

    for (const struct command *const *c = commands_table(); *c != NULL; c++) {
        if (((*c)->places & place) != 0 && commands_may(a, *c, s->from->bare, place)) {
            writer_open(w, "item", NULL);
            writer_attr(w, "jid", s->to->bare);
            writer_attr(w, "node", (*c)->word);
            write_name(w, language, *c);
            writer_close(w);
        }
    }
}

static void write_info(struct agents *a, const struct stanza *s, struct writer *w,
                       const struct command *command)
{
    static const char *const FEATURES[] = {NS_COMMANDS, NS_FORM};
    enum language language = agents_language(a, s->from->bare);

    writer_open(w, "identity", NULL);
    writer_attr(w, "category", "automation");
    writer_attr(w, "type", command != NULL ? "command-node" : "command-list");
    if (command != NULL) {
        write_name(w, language, command);
    } else {
        writer_attr(w, "name", language_text(language, N_("Commands")));
    }
    writer_close(w);
    for (size_t i = 0; i < sizeof FEATURES / sizeof *FEATURES; i++) {
        writer_open(w, "feature", NULL);
        writer_attr(w, "var", FEATURES[i]);
        writer_close(w);
    }
}

/* False: a node of something else. */
static bool answer_disco(struct agents *a, const struct stanza *s, bool items)
{
    const char *node = element_attr(element_first(s->element), "node");
    bool list = text_equal(node, NS_COMMANDS);
    const struct command *command =
        node != NULL && !list ? commands_find(node, strlen(node)) : NULL;
    enum command_place place;
    struct draft d;

    if (!commands_place(a, s->from->bare, agents_whom(a, s), &place) ||
        (!list && (command == NULL || (command->places & place) == 0 ||
                   !commands_may(a, command, s->from->bare, place)))) {
        return false;
    }
    struct writer *w = draft_begin(&d);
    stanza_result(w, s);
    writer_open(w, "query", items ? NS_DISCO_ITEMS : NS_DISCO_INFO);
    writer_attr(w, "node", list ? NS_COMMANDS : command->word);
    if (!items) {
        write_info(a, s, w, command);
    } else if (list) {
        write_items(a, s, w, place);
    }
    draft_send(&d, a->post, s->from->full, POST_NOW);
    return true;
}

bool adhoc_answer(struct agents *a, const struct stanza *s)
{
    const struct element *payload = element_first(s->element);

    if (strcmp(s->type, "set") == 0 && element_is(payload, "command", NS_COMMANDS)) {
        execute(a, s);
        return true;
    }
    return strcmp(s->type, "get") == 0 &&
           ((element_is(payload, "query", NS_DISCO_ITEMS) && answer_disco(a, s, true)) ||
            (element_is(payload, "query", NS_DISCO_INFO) && answer_disco(a, s, false)));
}
