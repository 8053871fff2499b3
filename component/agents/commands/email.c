#include "agents/kept.h"
#include "base/mem.h"

static char *current_dup(const struct command_call *c)
{
    struct visitor_view v;

    return desk_visitor(c->agents->desk, c->local, &v) ? mem_dup(v.record->email) : NULL;
}

static void run(struct command_call *c)
{
    kept_correct(c, "email", command_value(c, "value"));
}

const struct command command_email = {
    .word = "email",
    .alias = "mail",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("ADDRESS"),
    .help = N_("correct the visitor's e-mail address; - takes it out"),
    .fields = {{.name = "value",
                .label = N_("E-mail"),
                .kind = FIELD_LINE,
                .required = true,
                .current_dup = current_dup}},
    .run = run,
};
