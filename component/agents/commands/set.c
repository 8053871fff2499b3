#include "agents/kept.h"
#include "agents/own.h"
#include "agents/tickets.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_BYTES = 2048 };

/* Of the chat there, or the ticket; 0: there is none. */
static int64_t number_here(const struct command_call *c)
{
    struct chat_view chat;

    return c->place == AT_TICKET                         ? tickets_here(c)
           : desk_chat(c->agents->desk, c->local, &chat) ? chat.number
                                                         : 0;
}

static const char *department_of(const struct command_call *c, const struct ticket_answer *answer)
{
    const char *department = desk_own_department(c->agents->desk, c->ticket);

    return department != NULL ? department : answer->chat->department;
}

/* ---- what is known of the visitor ---- */

static void correct(struct command_call *c)
{
    const char *field = command_value(c, "field");
    const char *value = command_value(c, "value");

    if (field[0] == '\0' || value[0] == '\0') {
        command_fail(c, N_("%s: this is missing."),
                     language_text(c->language, field[0] == '\0' ? N_("Field") : N_("Value")));
    } else {
        kept_correct(c, field, value);
    }
}

/* ---- the ticket's own ---- */

static void fail_unknown(struct command_call *c, const char *department, const char *text)
{
    const struct own_field *f;
    struct buf names;

    buf_init(&names, NAMES_BYTES);
    for (size_t i = 0; (f = desk_own_field(c->agents->desk, department, i)) != NULL; i++) {
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", f->name);
    }
    if (names.len > 0) {
        command_fail(c, N_("\"%s\" is none of these: %s"), text, names.bytes);
    } else {
        command_fail(c, N_("Tickets of this department have no fields of their own."));
    }
    buf_finish(&names);
}

/* A label may have blanks: so field and value are one text here. */
static void set_named(struct command_call *c, const struct ticket_answer *answer)
{
    const char *department = department_of(c, answer);
    char *text = mem_print("%s %s", command_value(c, "field"), command_value(c, "value"));
    size_t len;
    const struct own_field *f = desk_own_begins(c->agents->desk, department, text, &len);

    if (f != NULL) {
        const char *value = text + len + strspn(text + len, " ");
        own_set(c, answer->chat, f, text_equal(value, "-") ? "" : value);
    } else if (c->place == AT_VISITOR) {
        correct(c);
    } else {
        fail_unknown(c, department, command_value(c, "field"));
    }
    free(text);
}

static void set(struct command_call *c, const struct ticket_answer *answer)
{
    if (!tickets_may_see(c->agents, c->agent, answer)) {
        if (c->place == AT_VISITOR) {
            correct(c); /* says why not */
        } else {
            tickets_well(c, DESK_NOT_FOUND);
        }
        return;
    }
    command_keep(c, mem_dup(department_of(c, answer)), free);
    bool any = own_set_submitted(c, answer->chat, c->kept);
    if (!c->asks && (!any || command_value(c, "field")[0] != '\0')) {
        set_named(c, answer);
    }
}

static void run(struct command_call *c)
{
    int64_t number = number_here(c);

    if (number > 0) {
        tickets_read(c, number, set);
    } else {
        correct(c);
    }
}

/* ---- the form ---- */

static void keep_department(struct command_call *c, const struct ticket_answer *answer)
{
    if (tickets_may_see(c->agents, c->agent, answer)) {
        command_keep(c, mem_dup(department_of(c, answer)), free);
    }
}

static void ask(struct command_call *c)
{
    int64_t number = number_here(c);

    if (number > 0) {
        tickets_read(c, number, keep_department);
    }
}

static void write(const struct command_call *c, struct writer *w)
{
    if (c->kept != NULL) {
        own_write(c, w, c->kept);
    }
}

const struct command command_set = {
    .word = "set",
    .alias = "setze",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("FIELD [VALUE]"),
    .help = N_("write a field of the ticket, or else of the visitor; - or nothing takes it out"),
    .fields = {{.name = "field", .label = N_("Field"), .kind = FIELD_WORD},
               {.name = "value", .label = N_("Value"), .kind = FIELD_LINE}},
    .ask = ask,
    .write = write,
    .run = run,
};
