#include "agents/tickets.h"
#include "base/clock.h"
#include "desk/desk_tickets.h"

static void convert(struct command_call *c, const struct ticket_answer *answer)
{
    struct desk *desk = c->agents->desk;
    char prefix = c->agents->config.command_prefix;
    enum desk_result done =
        answer->chat != NULL
            ? desk_agent_convert(desk, clock_utc_ms(), c->agent, answer->chat, answer->answered)
            : DESK_NOT_FOUND;

    if (done == DESK_OK) {
        command_say(c, N_("Chat %lld is a ticket now: %s. %cticket %lld shows it."),
                    (long long)c->ticket,
                    tickets_state(c->language, desk_ticket(desk, c->ticket)->state), prefix,
                    (long long)c->ticket);
    } else if (done == DESK_REPEATED) {
        command_say(c, N_("Chat %lld is a ticket already."), (long long)c->ticket);
    } else if (done == DESK_RUNNING) {
        command_fail(c,
                     N_("This chat still goes on. %cend ticket ends it and makes a ticket of it."),
                     prefix);
    } else if (done == DESK_NOT_FOUND) {
        command_fail(c, N_("There is no chat of this number, or it is not for you."));
    } else {
        tickets_well(c, done);
    }
}

static void run(struct command_call *c)
{
    tickets_act(c, convert);
}

const struct command command_convert = {
    .word = "convert",
    .alias = "umwandeln",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER]"),
    .help = N_("make a ticket of a chat that has ended, here or of that number"),
    .fields = {TICKETS_NUMBER},
    .typed_dup = tickets_typed_dup,
    .run = run,
};
