#include "agents/administering.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *value;
    const char *label;
} ACTS[] = {
    [ADMINISTRATION_ADD] = {"add", N_("add")},
    [ADMINISTRATION_CHANGE] = {"change", N_("change")},
    [ADMINISTRATION_REMOVE] = {"remove", N_("remove")},
};

enum { ACT_COUNT = sizeof ACTS / sizeof *ACTS };

bool administering_act(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= ACT_COUNT) {
        return false;
    }
    *out = (struct command_choice){ACTS[at].value, language_text(c->language, ACTS[at].label)};
    return true;
}

bool administering_department(const struct command_call *c, size_t at, struct command_choice *out)
{
    struct department_view p;

    if (at >= desk_department_count(c->agents->desk) ||
        !desk_department(c->agents->desk, desk_department_id(c->agents->desk, at), &p)) {
        return false;
    }
    *out = (struct command_choice){p.id, p.name};
    return true;
}

bool administering_word(const char *const *words, size_t count, size_t at,
                        struct command_choice *out)
{
    if (at >= count) {
        return false;
    }
    *out = (struct command_choice){words[at], words[at]};
    return true;
}

/* ---- forms ---- */

static bool says_more(const struct command_call *c, size_t at)
{
    for (; c->command->fields[at].name != NULL; at++) {
        if (command_value(c, c->command->fields[at].name)[0] != '\0') {
            return true;
        }
    }
    return false;
}

bool administering_check(struct command_call *c, enum setting_kind kind, size_t at)
{
    const struct administration *port = &c->agents->config.administration;
    const struct command_field *fields = c->command->fields;
    bool any = false;

    if (c->id == NULL || says_more(c, at) ||
        !text_equal(command_value(c, fields[0].name), ACTS[ADMINISTRATION_CHANGE].value)) {
        return true;
    }
    for (; fields[at].name != NULL; at++) {
        char *value =
            port->value_dup(port->ctx, kind, command_value(c, fields[1].name), fields[at].name);
        if (value != NULL && value[0] != '\0') {
            command_put(c, fields[at].name, value);
            any = true;
        }
        free(value);
    }
    if (any) {
        command_say(c, N_("This is how it is. What is left empty stays; - takes a value out."));
    }
    return !any; /* nothing to show: the order says what is wrong */
}

/* ---- orders ---- */

static enum administration_act act_of(const struct command_call *c)
{
    const char *value = command_value(c, c->command->fields[0].name);
    int act = ADMINISTRATION_ADD;

    while (!text_equal(ACTS[act].value, value)) {
        act++; /* it is one of them: call.c */
    }
    return (enum administration_act)act;
}

static void on_done(void *ctx, const struct administration_result *r)
{
    struct command_call *c = ctx;
    struct buf text;

    buf_init(&text, CALL_ANSWER_BYTES);
    administration_write_result(&text, c->language, r);
    c->failed = administration_has_failed(r);
    command_add(c, text.bytes);
    buf_finish(&text);
    command_finish(c);
}

void administering_run(struct command_call *c, enum setting_kind kind)
{
    const struct administration *port = &c->agents->config.administration;
    const struct command_field *fields = c->command->fields;
    struct administration_field given[COMMAND_FIELDS];
    size_t count = 0;

    for (size_t i = 2; fields[i].name != NULL; i++) {
        const char *value = command_value(c, fields[i].name);
        if (value[0] != '\0') {
            given[count++] = (struct administration_field){fields[i].name, value};
        }
    }
    command_defer(c);
    port->order(port->ctx,
                &(struct administration_order){.who = c->agent,
                                               .kind = kind,
                                               .act = act_of(c),
                                               .id = command_value(c, fields[1].name),
                                               .fields = given,
                                               .field_count = count},
                on_done, c);
}

/* ---- lists ---- */

static void on_item(void *ctx, const struct administration_item *i)
{
    struct command_call *c = ctx;
    struct buf line;

    buf_init(&line, CALL_ANSWER_BYTES);
    administration_write_item(&line, c->language, i);
    command_add(c, line.bytes);
    buf_finish(&line);
}

void administering_list(struct command_call *c, enum setting_kind kind)
{
    const struct administration *port = &c->agents->config.administration;

    port->list(port->ctx, kind, on_item, c);
    if (c->said.len == 0) {
        command_say(c, N_("There are none."));
    }
}
