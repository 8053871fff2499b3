#include "agents/kept.h"

static void run(struct command_call *c)
{
    kept_correct(c, command_value(c, "field"), command_value(c, "value"));
}

const struct command command_set = {
    .word = "set",
    .alias = "setze",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("FIELD VALUE"),
    .help = N_("keep something else about the visitor in a field of that name; - takes it out"),
    .fields = {{.name = "field", .label = N_("Field"), .kind = FIELD_WORD, .required = true},
               {.name = "value", .label = N_("Value"), .kind = FIELD_LINE, .required = true}},
    .run = run,
};
