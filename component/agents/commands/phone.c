#include "agents/kept.h"
#include "base/mem.h"

static char *current_dup(const struct command_call *c)
{
    struct visitor_view v;

    return desk_visitor(c->agents->desk, c->local, &v) ? mem_dup(v.record->phone) : NULL;
}

static void run(struct command_call *c)
{
    kept_correct(c, "phone", command_value(c, "value"));
}

const struct command command_phone = {
    .word = "phone",
    .alias = "telefon",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("NUMBER"),
    .help = N_("correct the visitor's telephone number; - takes it out"),
    .fields = {{.name = "value",
                .label = N_("Telephone"),
                .kind = FIELD_LINE,
                .required = true,
                .current_dup = current_dup}},
    .run = run,
};
