#include "agents/kept.h"
#include "base/mem.h"

static char *current_dup(const struct command_call *c)
{
    struct visitor_view v;

    return desk_visitor(c->agents->desk, c->local, &v) ? mem_dup(v.record->name) : NULL;
}

static void run(struct command_call *c)
{
    kept_correct(c, "name", command_value(c, "value"));
}

const struct command command_name = {
    .word = "name",
    .alias = "name",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("NAME"),
    .help = N_("correct what the visitor is called; - takes it out"),
    .fields = {{.name = "value",
                .label = N_("Name"),
                .kind = FIELD_LINE,
                .required = true,
                .current_dup = current_dup}},
    .run = run,
};
