#include "agents/own.h"

#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/form.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { OPTIONS_BYTES = 4096 };

/* ---- words ---- */

/* As people read it. */
static const char *shown(const struct command_call *c, const struct own_field *f, const char *value)
{
    bool is_yes = strcmp(value, "yes") == 0;

    return f != NULL && f->kind == OWN_BOOLEAN
               ? language_text(c->language, is_yes ? N_("yes") : N_("no"))
               : value;
}

void own_fail_missing(struct command_call *c, int64_t number)
{
    const struct own_field *f = desk_own_missing(c->agents->desk, number);

    if (f != NULL) {
        /* translators: label of a field, what commands begin with, name of the field */
        command_fail(c,
                     N_("\"%s\" is missing: without it the ticket cannot be solved. It is set "
                        "with %cset %s VALUE"),
                     f->label, c->agents->config.command_prefix, f->name);
    }
}

void own_tell(struct command_call *c, const struct ticket_answer *answer)
{
    const char *department =
        answer->ticket != NULL ? answer->ticket->department : answer->chat->department;
    struct own_view own;

    for (size_t i = 0; desk_own_value(c->agents->desk, c->ticket, department, i, &own); i++) {
        command_tell(c, own.label, "%s", shown(c, own.field, own.value));
    }
}

static void fail_list(struct command_call *c, const struct own_field *f)
{
    struct buf options;

    buf_init(&options, OPTIONS_BYTES);
    for (size_t i = 0; i < f->option_count; i++) {
        buf_printf(&options, "%s%s", i > 0 ? ", " : "", f->options[i]);
    }
    /* translators: label of a field, then what is allowed; so in all of these */
    command_fail(c, N_("%s: this must be one of: %s"), f->label, options.bytes);
    buf_finish(&options);
}

/* Says what is allowed. */
static void fail_value(struct command_call *c, const struct own_field *f)
{
    switch (f->kind) {
    case OWN_TEXT:
        command_fail(c,
                     N_("%s: this must look like %s - # stands for a digit, @ for a letter, ? for "
                        "either."),
                     f->label, f->pattern != NULL ? f->pattern : "");
        break;
    case OWN_NUMBER:
        command_fail(c, N_("%s: this must be a number, like 12 or -12.50, of at most %d signs."),
                     f->label, (int)OWN_NUMBER_BYTES);
        break;
    case OWN_DATE:
        command_fail(c, N_("%s: this must be a day, like 2026-12-31 or 31.12.2026."), f->label);
        break;
    case OWN_LIST:
        fail_list(c, f);
        break;
    case OWN_BOOLEAN:
        command_fail(c, N_("%s: this must be yes or no."), f->label);
        break;
    }
}

static void say_set(struct command_call *c, const struct own_field *f)
{
    const char *value = desk_own(c->agents->desk, c->ticket, f->name);

    if (value[0] != '\0') {
        /* translators: number of the ticket, label of a field, its value */
        command_say(c, N_("Ticket %lld, %s: %s"), (long long)c->ticket, f->label,
                    shown(c, f, value));
    } else {
        command_say(c, N_("Ticket %lld, %s: nothing any more."), (long long)c->ticket, f->label);
    }
}

/* False: it says why not, or that it is so already. */
static bool is_well(struct command_call *c, const struct own_field *f, enum desk_result done)
{
    if (done == DESK_FORM) {
        fail_value(c, f);
    } else if (done == DESK_FULL) {
        command_fail(c, N_("%s: this is too long, or there are too many fields."), f->label);
    } else if (done == DESK_MISSING) {
        command_fail(c, N_("%s: this must be there as long as the ticket is solved."), f->label);
    } else if (done == DESK_NO_TICKETS) {
        command_fail(c, N_("Nothing is kept of this chat, so it has no fields of a ticket."));
    } else {
        return tickets_well(c, done);
    }
    return false;
}

void own_set(struct command_call *c, const struct chat_record *chat, const struct own_field *f,
             const char *value)
{
    if (is_well(c, f,
                desk_set_own(c->agents->desk, clock_utc_ms(), c->agent, chat, f->name, value))) {
        say_set(c, f);
    }
}

/* ---- the form ---- */

static char *var_print(const struct own_field *f)
{
    return mem_print("own-%s", f->name);
}

/* NULL: it was not. */
static char *submitted_dup(const struct command_call *c, const struct own_field *f)
{
    char *var = var_print(f);
    char *raw = c->submitted != NULL ? form_value_dup(c->submitted, var) : NULL;
    char *value = raw != NULL ? text_name_dup(raw, strlen(raw) + 1) : NULL;

    free(raw);
    free(var);
    return value;
}

/* XEP-0122, section 3.1 */
static void write_validate(struct writer *w, const char *datatype)
{
    writer_open(w, "validate", NS_VALIDATE);
    writer_attr(w, "datatype", datatype);
    writer_leaf(w, "basic", NULL, NULL);
    writer_close(w);
}

static void write_options(const struct command_call *c, struct writer *w, const struct own_field *f)
{
    static const char *const YES_NO[] = {"yes", "no"};
    bool is_list = f->kind == OWN_LIST;

    form_option(w, "-", "-");
    for (size_t i = 0; i < (is_list ? f->option_count : 2); i++) {
        const char *value = is_list ? f->options[i] : YES_NO[i];
        form_option(w, value, shown(c, f, value));
    }
}

static void write_field(const struct command_call *c, struct writer *w, const struct own_field *f)
{
    bool is_choice = f->kind == OWN_LIST || f->kind == OWN_BOOLEAN;
    char *var = var_print(f);
    char *value = submitted_dup(c, f);

    if (value == NULL) {
        const char *now = desk_own(c->agents->desk, c->ticket, f->name);
        value = mem_dup(now[0] == '\0' && is_choice ? "-" : now);
    }
    form_open_field(w, is_choice ? FORM_LIST_SINGLE : FORM_TEXT_SINGLE, var, f->label, false,
                    value);
    if (f->kind == OWN_NUMBER || f->kind == OWN_DATE) {
        write_validate(w, f->kind == OWN_NUMBER ? "xs:decimal" : "xs:date");
    } else if (is_choice) {
        write_options(c, w, f);
    }
    writer_close(w);
    free(value);
    free(var);
}

void own_write(const struct command_call *c, struct writer *w, const char *department)
{
    const struct own_field *f;

    for (size_t i = 0; (f = desk_own_field(c->agents->desk, department, i)) != NULL; i++) {
        write_field(c, w, f);
    }
}

/* One that is submitted: as it is to be, "" taken out. NULL: nothing is to be done. */
static char *wanted_dup(struct command_call *c, const struct chat_record *chat,
                        const struct own_field *f, bool *fits)
{
    char *value = submitted_dup(c, f);

    if (value == NULL) {
        return NULL;
    }
    if (strcmp(value, "-") == 0) {
        value[0] = '\0';
    }
    enum desk_result may = desk_may_set_own(c->agents->desk, c->agent, chat, f->name, value);
    if (may == DESK_REPEATED) {
        free(value);
        return NULL;
    }
    *fits = (may == DESK_OK || is_well(c, f, may)) && *fits;
    return value;
}

bool own_set_submitted(struct command_call *c, const struct chat_record *chat,
                       const char *department)
{
    const struct own_field *fields[OWN_FIELDS];
    char *wanted[OWN_FIELDS];
    const struct own_field *f;
    size_t count = 0;
    bool fits = true;

    for (size_t i = 0; (f = desk_own_field(c->agents->desk, department, i)) != NULL; i++) {
        char *value = wanted_dup(c, chat, f, &fits);
        if (value != NULL) {
            fields[count] = f;
            wanted[count++] = value;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (fits) {
            own_set(c, chat, fields[i], wanted[i]);
        }
        free(wanted[i]);
    }
    c->asks = !fits;
    return !fits || count > 0;
}
