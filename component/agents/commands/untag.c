#include "agents/kept.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    const char *tag = command_value(c, "tag");

    if (kept_well(
            c, desk_agent_tag(c->agents->desk, clock_utc_ms(), c->agent, c->local, tag, false))) {
        command_say(c, N_("The tag is off the chat."));
    }
}

const struct command command_untag = {
    .word = "untag",
    .alias = "entfernen",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("TAG"),
    .help = N_("take a tag off the chat"),
    .fields = {{.name = "tag", .label = N_("Tag"), .kind = FIELD_WORD, .required = true}},
    .run = run,
};
