#include "agents/call.h"
#include "agents/who.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    const char *visitor = who_visitor(c, "number");
    bool knows = visitor != NULL && contacts_has(c->agents, c->agent, visitor);
    enum desk_result result =
        visitor != NULL ? desk_agent_join(c->agents->desk, clock_utc_ms(), c->agent, visitor)
                        : DESK_NOT_FOUND;

    switch (result) {
    case DESK_OK:
        if (!knows) {
            handover_tell(c->agents, c->agent, visitor);
        }
        command_say(
            c, N_("You are in this chat: what you write under its contact goes to the visitor."));
        break;
    case DESK_REPEATED:
        command_fail(c, N_("You are in this chat already."));
        break;
    case DESK_FULL:
        command_fail(c, N_("All of your slots are in use or rest."));
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This chat is not for you."));
        break;
    default:
        command_fail(c, N_("Nobody has this chat. Answer to take it, if it is offered to you."));
        break;
    }
}

const struct command command_join = {
    .word = "join",
    .alias = "beitreten",
    .places = AT_VISITOR | AT_DEPARTMENT,
    .roles = BY_AGENTS,
    .usage = N_("[NUMBER]"),
    .help = N_("speak in a chat that another agent has, here or of that number"),
    .fields = {{.name = "number", .label = N_("Number of the chat"), .kind = FIELD_WORD}},
    .run = run,
};
