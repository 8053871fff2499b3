#include "agents/call.h"

#include "agents/macro.h"
#include "agents/named.h"
#include "agents/table.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/form.h"
#include "xml/ns.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

struct command_call *call_create(struct agents *a, const struct stanza *s,
                                 const struct command *command, enum command_place place)
{
    struct command_call *c = mem_alloc(sizeof *c);

    c->agents = a;
    c->command = command;
    c->place = place;
    c->language = agents_language(a, s->from->bare);
    c->agent = mem_dup(s->from->bare);
    c->local = mem_dup(agents_whom(a, s));
    c->sender = mem_dup(s->from->full);
    c->address = mem_dup(s->to->full);
    c->id = s->kind == STANZA_IQ ? mem_dup(s->id) : NULL;
    buf_init(&c->said, CALL_ANSWER_BYTES);
    list_append(&a->calls, &c->link);
    return c;
}

struct command_call *call_create_step(struct command_call *whole, const struct command *command,
                                      enum command_place place)
{
    struct command_call *c = mem_alloc(sizeof *c);

    c->agents = whole->agents;
    c->command = command;
    c->place = place;
    c->language = whole->language;
    c->agent = mem_dup(whole->agent);
    c->local = mem_dup(whole->local);
    c->sender = mem_dup(whole->sender);
    c->address = mem_dup(whole->address);
    c->whole = whole;
    buf_init(&c->said, CALL_ANSWER_BYTES);
    list_append(&whole->agents->calls, &c->link);
    return c;
}

void call_destroy(struct command_call *c)
{
    if (c == NULL) {
        return;
    }
    list_remove(&c->link);
    for (size_t i = 0; i < COMMAND_FIELDS; i++) {
        free(c->values[i]);
    }
    for (size_t i = 0; i < c->fact_count; i++) {
        free(c->facts[i].value);
    }
    for (size_t i = 0; i < c->row_count; i++) {
        for (size_t k = 0; k < CALL_COLUMNS; k++) {
            free(c->rows[i][k]);
        }
    }
    buf_finish(&c->said);
    free(c->agent);
    free(c->local);
    free(c->sender);
    free(c->address);
    free(c->id);
    free(c->session);
    element_destroy((struct element *)(uintptr_t)c->submitted);
    free(c->steps);
    if (c->kept_destroy != NULL) {
        c->kept_destroy(c->kept);
    }
    free(c);
}

/* ---- fields ---- */

/* A choice by its value, or by its label; value is replaced by what it stands for. */
static bool take_choice(struct command_call *c, const struct command_field *f, char **value)
{
    struct command_choice choice;
    struct buf known;
    bool found = false;

    buf_init(&known, CALL_ANSWER_BYTES);
    for (size_t i = 0; !found && f->choice(c, i, &choice); i++) {
        found = strcasecmp(choice.value, *value) == 0 || strcasecmp(choice.label, *value) == 0;
        if (found) {
            mem_replace(value, choice.value);
        }
        buf_printf(&known, "%s%s", i > 0 ? ", " : "", choice.value);
    }
    if (!found) {
        command_fail(c, N_("\"%s\" is none of these: %s"), *value, known.bytes);
    }
    buf_finish(&known);
    return found;
}

/* Each of several choices. */
static bool take_choices(struct command_call *c, const struct command_field *f, char **values)
{
    struct buf taken;
    bool good = true;

    buf_init(&taken, CALL_ANSWER_BYTES);
    for (const char *at = *values; good && at[strspn(at, ",; \n")] != '\0';) {
        at += strspn(at, ",; \n");
        size_t len = strcspn(at, ",; \n");
        char *value = mem_dup_n(at, len);
        good = take_choice(c, f, &value);
        buf_printf(&taken, "%s%s", taken.len > 0 ? "\n" : "", value);
        free(value);
        at += len;
    }
    mem_replace(values, taken.bytes);
    buf_finish(&taken);
    return good;
}

static bool is_too_long(const struct command_call *c, const struct command_field *f,
                        const char *value)
{
    size_t bytes = f->kind == FIELD_WORD || f->kind == FIELD_CHOICE ? COMMAND_WORD_BYTES
                                                                    : c->agents->config.body_bytes;

    return strlen(value) > bytes || text_count(value) > c->agents->config.body_points;
}

/* One value, as it came: cleaned, and checked against its field. */
static bool take_value(struct command_call *c, size_t at, const char *raw)
{
    const struct command_field *f = &c->command->fields[at];
    const char *label = language_text(c->language, f->label);

    if (is_too_long(c, f, raw)) {
        command_fail(c, N_("%s: this is too long."), label);
        return false;
    }
    bool lines = f->kind == FIELD_LINES || f->kind == FIELD_CHOICES;
    char *value = lines ? text_body_dup(raw) : text_name_dup(raw, strlen(raw) + 1);
    free(c->values[at]);
    c->values[at] = value;
    if (value[0] == '\0') {
        if (f->required) {
            command_fail(c, N_("%s: this is missing."), label);
        }
        return !f->required;
    }
    if ((f->kind == FIELD_WORD || f->kind == FIELD_ADDRESS) && strchr(value, ' ') != NULL) {
        command_fail(c, N_("%s: this must be one word."), label);
        return false;
    }
    if (f->kind == FIELD_CHOICES) {
        return take_choices(c, f, &c->values[at]);
    }
    return f->kind != FIELD_CHOICE || take_choice(c, f, &c->values[at]);
}

static void say_usage(struct command_call *c)
{
    const char *usage = c->command->usage;

    command_say(c, N_("It goes like this: %c%s %s"), c->agents->config.command_prefix,
                c->command->word, usage != NULL ? language_text(c->language, usage) : "");
}

static bool check(struct command_call *c)
{
    return c->command->check == NULL || c->command->check(c);
}

/* By its name, or as the reader's form calls it. */
static bool take_named(void *ctx, const char *name, const char *value)
{
    struct command_call *c = ctx;
    const struct command_field *fields = c->command->fields;
    struct buf known;

    buf_init(&known, CALL_ANSWER_BYTES);
    for (size_t i = c->command->named; fields[i].name != NULL; i++) {
        if (strcasecmp(fields[i].name, name) == 0 ||
            strcasecmp(language_text(c->language, fields[i].label), name) == 0) {
            buf_finish(&known);
            return take_value(c, i, value);
        }
        buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", fields[i].name);
    }
    command_fail(c, N_("\"%s\" is none of these: %s"), name, known.bytes);
    buf_finish(&known);
    return false;
}

static bool fill_named(struct command_call *c, const char *arguments)
{
    if (!named_split(arguments, take_named, c)) {
        if (!c->failed) {
            command_fail(c, N_("What stands behind the command is not understood: %s"), arguments);
        }
        return false;
    }
    return true;
}

static bool fill_in_order(struct command_call *c, const char *arguments)
{
    const struct command_field *fields = c->command->fields;
    bool good = true;

    size_t named = c->command->named;

    for (size_t i = 0; good && fields[i].name != NULL && (named == 0 || i < named); i++) {
        bool rest = fields[i + 1].name == NULL || fields[i].kind == FIELD_LINE ||
                    fields[i].kind == FIELD_LINES;
        arguments += strspn(arguments, " \t\n");
        size_t len = rest ? strlen(arguments) : strcspn(arguments, " \t\n");
        char *raw = mem_dup_n(arguments, len);
        good = take_value(c, i, raw);
        free(raw);
        arguments += len;
    }
    if (good && named > 0) {
        return fill_named(c, arguments);
    }
    if (good && arguments[strspn(arguments, " \t\n")] != '\0') {
        command_fail(c, N_("What stands behind the command is not understood: %s"), arguments);
        good = false;
    }
    return good;
}

bool call_fill_text(struct command_call *c, const char *arguments)
{
    char *typed =
        c->command->typed_dup != NULL ? c->command->typed_dup(c, arguments) : mem_dup(arguments);
    bool good = fill_in_order(c, typed);

    free(typed);
    if (!good) {
        say_usage(c);
    }
    return good && check(c);
}

bool call_fill_form(struct command_call *c, const struct element *form)
{
    const struct command_field *fields = c->command->fields;
    bool good = true;

    for (size_t i = 0; fields[i].name != NULL; i++) {
        char *raw = form_value_dup(form, fields[i].name);
        good = take_value(c, i, raw != NULL ? raw : "") && good;
        free(raw);
    }
    return good && check(c);
}

static size_t find_field(const struct command_call *c, const char *field)
{
    for (size_t i = 0; i < COMMAND_FIELDS && c->command->fields[i].name != NULL; i++) {
        if (strcmp(c->command->fields[i].name, field) == 0) {
            return i;
        }
    }
    BUG("command %s has no field %s", c->command->word, field);
}

const char *command_value(const struct command_call *c, const char *field)
{
    const char *value = c->values[find_field(c, field)];

    return value != NULL ? value : "";
}

void command_put(struct command_call *c, const char *field, const char *value)
{
    mem_replace(&c->values[find_field(c, field)], value);
}

/* ---- the answer ---- */

__attribute__((format(printf, 2, 0))) static void add_line(struct command_call *c,
                                                           const char *format, va_list values)
{
    char *line = NULL;

    if (vasprintf(&line, format, values) >= 0) {
        command_add(c, line);
    }
    free(line);
}

void command_add(struct command_call *c, const char *line)
{
    if (c->said.len > 0) {
        buf_add_char(&c->said, '\n');
    }
    buf_add_text(&c->said, line);
}

void command_say(struct command_call *c, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    add_line(c, language_text(c->language, format), values);
    va_end(values);
}

void command_fail(struct command_call *c, const char *format, ...)
{
    va_list values;

    c->failed = true;
    va_start(values, format);
    add_line(c, language_text(c->language, format), values);
    va_end(values);
}

void command_tell(struct command_call *c, const char *label, const char *format, ...)
{
    va_list values;
    char *value = NULL;

    va_start(values, format);
    if (c->fact_count == CALL_FACTS || vasprintf(&value, format, values) < 0 || value[0] == '\0') {
        free(value);
    } else {
        c->facts[c->fact_count++] =
            (struct command_fact){.label = language_text(c->language, label), .value = value};
    }
    va_end(values);
}

void call_write_text(const struct command_call *c, struct buf *text)
{
    table_write_text(c, text);
    buf_add_text(text, c->row_count > 0 && c->said.len > 0 ? "\n" : "");
    buf_add_text(text, c->said.bytes);
    for (size_t i = 0; i < c->fact_count; i++) {
        buf_printf(text, "%s%s: %s", i > 0 || c->said.len > 0 ? "\n" : "", c->facts[i].label,
                   c->facts[i].value);
    }
}

static void answer_as_text(const struct command_call *c)
{
    struct buf text;

    buf_init(&text, STANZA_BYTES_MAX);
    buf_add_text(&text, "— ");
    call_write_text(c, &text);
    messages_answer(c->agents, c->address, c->agent, text.bytes);
    buf_finish(&text);
}

void call_write_answer(const struct command_call *c, struct writer *w)
{
    if (c->said.len > 0) {
        writer_open(w, "note", NULL);
        writer_attr(w, "type", c->failed ? "error" : "info");
        writer_text(w, c->said.bytes);
        writer_close(w);
    }
    if (c->row_count > 0) {
        table_write_forms(c, w);
    }
    if (c->row_count > 0 || c->fact_count == 0) {
        return;
    }
    form_open(w, "result", language_text(c->language, c->command->help));
    for (size_t i = 0; i < c->fact_count; i++) {
        char var[24];
        bool lines = strchr(c->facts[i].value, '\n') != NULL;
        snprintf(var, sizeof var, "%zu", i + 1);
        form_open_field(w, lines ? FORM_TEXT_MULTI : FORM_TEXT_SINGLE, var, c->facts[i].label,
                        false, c->facts[i].value);
        writer_close(w);
    }
    writer_close(w);
}

void command_defer(struct command_call *c)
{
    c->deferred = true;
}

void command_keep(struct command_call *c, void *kept, void (*destroy)(void *kept))
{
    c->kept = kept;
    c->kept_destroy = destroy;
}

void command_finish(struct command_call *c)
{
    if (c->running) {
        c->deferred = false; /* what it waited for was there at once: call_run finishes it */
        return;
    }
    if (c->whole != NULL) {
        macro_step_done(c);
    } else if (c->id != NULL) {
        (c->asks ? adhoc_ask : adhoc_complete)(c);
    } else {
        answer_as_text(c);
    }
    call_destroy(c);
}

void call_run(struct command_call *c)
{
    desk_agent_spoke(c->agents->desk, clock_utc_ms(), c->agent);
    c->running = true;
    if (!c->command->only_reads && storage_is_refusing(c->agents->storage)) {
        command_fail(c, N_("Nothing can be kept right now. Nothing was done."));
    } else {
        c->command->run(c);
    }
    c->running = false;
    if (!c->deferred) {
        command_finish(c);
    }
}
