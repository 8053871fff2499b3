#include "agents/call.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_questions.h"

#include <stdlib.h>
#include <string.h>

/* In the place of a form: the one that waits is taken back. */
#define BACK "-"

static bool choose(const struct command_call *c, size_t at, struct command_choice *out)
{
    struct form_view form;

    if (desk_form(c->agents->desk, c->local, at, &form)) {
        *out = (struct command_choice){form.id, form.title};
        return true;
    }
    if (at > 0 && !desk_form(c->agents->desk, c->local, at - 1, &form)) {
        return false;
    }
    *out = (struct command_choice){
        BACK, language_text(c->language, N_("take back the form that was sent"))};
    return true;
}

static bool check(struct command_call *c)
{
    const struct agents_config *config = &c->agents->config;
    const char *text = command_value(c, "text");

    if (text[0] != '\0' && text_equal(command_value(c, "form"), BACK)) {
        command_fail(c, N_("Nothing can be said while a form is taken back."));
        return false;
    }
    if (strlen(text) > config->body_bytes / 2) {
        command_fail(c, N_("This line is too long for the visitor."));
        return false;
    }
    return true;
}

static void list(struct command_call *c)
{
    struct form_view form;

    if (!desk_form(c->agents->desk, c->local, 0, &form)) {
        command_say(c, N_("There are no forms for this department."));
        return;
    }
    for (size_t i = 0; desk_form(c->agents->desk, c->local, i, &form); i++) {
        char *line = mem_print("%s: %s", form.id, form.title);
        command_add(c, line);
        free(line);
    }
}

static void take_back(struct command_call *c)
{
    switch (desk_agent_unask(c->agents->desk, clock_utc_ms(), c->agent, c->local)) {
    case DESK_OK:
        command_say(c, N_("The form is taken back."));
        break;
    case DESK_REPEATED:
        command_fail(c, N_("No form waits for an answer."));
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This chat is not yours."));
        break;
    default:
        command_fail(c, N_("There is no open chat with this visitor."));
        break;
    }
}

static void ask(struct command_call *c, const char *form)
{
    switch (desk_agent_ask(c->agents->desk, clock_utc_ms(), c->agent, c->local, form,
                           command_value(c, "text"))) {
    case DESK_OK:
        command_say(c, N_("The form is sent to the visitor. You are told what becomes of it."));
        break;
    case DESK_REPEATED:
        command_fail(c, N_("The visitor has another form to answer yet. %cask - takes it back."),
                     c->agents->config.command_prefix);
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This chat is not yours."));
        break;
    case DESK_FORM:
        command_fail(c, N_("There is no form of this name for the department any more."));
        break;
    default:
        command_fail(c, N_("There is no open chat with this visitor."));
        break;
    }
}

static void run(struct command_call *c)
{
    const char *form = command_value(c, "form");

    if (form[0] == '\0') {
        list(c);
    } else if (text_equal(form, BACK)) {
        take_back(c);
    } else {
        ask(c, form);
    }
}

const struct command command_ask = {
    .word = "ask",
    .alias = "frage",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .usage = N_("[FORM [TEXT]]"),
    .help = N_("send a form to the visitor, whose answers come back; alone: which forms there are"),
    .fields = {{.name = "form", .label = N_("Form"), .kind = FIELD_CHOICE, .choice = choose},
               {.name = "text", .label = N_("Text before it"), .kind = FIELD_LINE}},
    .check = check,
    .run = run,
};
