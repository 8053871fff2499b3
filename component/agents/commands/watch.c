#include "agents/call.h"
#include "agents/tickets.h"
#include "agents/who.h"
#include "base/clock.h"
#include "desk/desk_tickets.h"

static void watch_ticket(struct command_call *c, const struct ticket_answer *answer)
{
    enum desk_result done =
        desk_ticket_watch(c->agents->desk, clock_utc_ms(), c->agent, c->ticket, true);

    (void)answer;
    if (done == DESK_FULL) {
        command_fail(c, N_("A ticket has at most %d who watch it."), (int)DESK_WATCHERS);
    } else if (tickets_well(c, done)) {
        command_say(c, N_("You get what is said and noted on ticket %lld. %cunwatch ends that."),
                    (long long)c->ticket, c->agents->config.command_prefix);
    }
}

static void run(struct command_call *c)
{
    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), watch_ticket);
        return;
    }
    const char *visitor = who_visitor(c, "number");
    enum desk_result result =
        visitor != NULL ? desk_agent_watch(c->agents->desk, clock_utc_ms(), c->agent, visitor)
                        : DESK_NOT_FOUND;

    if (result == DESK_OK) {
        command_say(c, N_("You read this chat now. What you write there is not passed on."));
        handover_tell(c->agents, c->agent, visitor);
    } else if (result == DESK_REPEATED) {
        command_fail(c, N_("You are in this chat already."));
    } else {
        who_refuse(c, result);
    }
}

const struct command command_watch = {
    .word = "watch",
    .alias = "mitlesen",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = ROLE_BIT(ROLE_SUPERVISOR),
    .ticket_roles = BY_AGENTS,
    .usage = N_("[NUMBER]"),
    .help = N_("read a chat, here or of that number; a ticket: get what is said there"),
    .fields = {{.name = "number", .label = N_("Number of the chat"), .kind = FIELD_WORD}},
    .run = run,
};
