#include "agents/tickets.h"
#include "base/clock.h"
#include "desk/desk_tickets.h"

static void unwatch(struct command_call *c, const struct ticket_answer *answer)
{
    (void)answer;
    if (tickets_well(
            c, desk_ticket_watch(c->agents->desk, clock_utc_ms(), c->agent, c->ticket, false))) {
        command_say(c, N_("You do not watch this ticket any more."));
    }
}

static void run(struct command_call *c)
{
    tickets_read(c, tickets_here(c), unwatch);
}

const struct command command_unwatch = {
    .word = "unwatch",
    .alias = "nichtmitlesen",
    .places = AT_TICKET,
    .roles = BY_AGENTS,
    .help = N_("do not watch this ticket any more"),
    .run = run,
};
