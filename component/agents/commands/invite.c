#include "agents/call.h"
#include "agents/who.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    const char *whom = command_value(c, "who");
    const char *name = who_name(c, whom);

    switch (desk_agent_invite(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                              who_agent(c, whom), command_value(c, "comment"))) {
    case DESK_OK:
        command_say(c, N_("%s is asked to come into this chat."), name);
        break;
    case DESK_REPEATED:
        command_fail(c, N_("%s is in this chat already, or was asked to be."), name);
        break;
    case DESK_FULL:
        command_fail(c, N_("%s is not there."), name);
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("%s cannot have this chat."), name);
        break;
    default:
        command_fail(c, N_("You do not speak in this chat."));
        break;
    }
}

const struct command command_invite = {
    .word = "invite",
    .alias = "einladen",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .usage = N_("WHO [COMMENT]"),
    .help = N_("ask another agent into this chat"),
    .fields = {{.name = "who",
                .label = N_("Agent"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = who_agents},
               {.name = "comment", .label = N_("Comment, for agents only"), .kind = FIELD_LINES}},
    .run = run,
};
