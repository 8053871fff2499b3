#include "agents/call.h"
#include "agents/who.h"
#include "base/clock.h"

static enum desk_result hand_over(const struct command_call *c, const char *to)
{
    struct desk *desk = c->agents->desk;
    const char *comment = command_value(c, "comment");
    const char *agent = who_agent(c, to);
    unsigned level = who_level(c, to);

    if (level != 0) {
        return desk_agent_escalate(desk, clock_utc_ms(), c->agent, c->local, level, comment);
    }
    return desk_agent_transfer(desk, clock_utc_ms(), c->agent, c->local, agent != NULL ? agent : "",
                               to, comment);
}

static void run(struct command_call *c)
{
    const char *to = command_value(c, "who");
    const char *name = who_name(c, to);

    switch (hand_over(c, to)) {
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
    .help = N_("hand this chat to an agent, a department or a level"),
    .fields = {{.name = "who",
                .label = N_("Agent, department or level"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = who_everybody},
               {.name = "comment", .label = N_("Comment, for agents only"), .kind = FIELD_LINES}},
    .typed_dup = who_typed_dup,
    .run = run,
};
