#include "agents/call.h"
#include "agents/who.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    const char *to = command_value(c, "who");
    const char *name = who_name(c, to);
    const char *agent = who_agent(c, to);

    switch (desk_agent_transfer(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                                agent != NULL ? agent : "", to, command_value(c, "comment"))) {
    case DESK_OK:
        command_say(c, N_("%s is asked to take this chat. Until then it is yours."), name);
        break;
    case DESK_FULL:
        command_fail(c, N_("%s cannot take it now: nobody is there with a free seat."), name);
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("%s cannot have this chat."), name);
        break;
    default:
        command_fail(c, N_("This chat is not yours to hand over."));
        break;
    }
}

const struct command command_transfer = {
    .word = "transfer",
    .alias = "übergeben",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .usage = N_("WHO [COMMENT]"),
    .help = N_("hand this chat to an agent or a department"),
    .fields = {{.name = "who",
                .label = N_("Agent or department"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = who_everybody},
               {.name = "comment", .label = N_("Comment, for agents only"), .kind = FIELD_LINES}},
    .run = run,
};
