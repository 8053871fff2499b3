#include "agents/kept.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    if (kept_well(c, desk_agent_note(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                                     command_value(c, "text")))) {
        command_say(c, N_("Noted. The visitor does not see it."));
    }
}

const struct command command_note = {
    .word = "note",
    .alias = "notiz",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("TEXT"),
    .help = N_("keep a note in the record; the visitor never sees it"),
    .fields = {{.name = "text", .label = N_("Note"), .kind = FIELD_LINES, .required = true}},
    .run = run,
};
