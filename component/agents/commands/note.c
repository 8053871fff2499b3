#include "agents/kept.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "desk/desk_tickets.h"

static void keep(struct command_call *c, const struct ticket_answer *answer)
{
    (void)answer;
    if (tickets_well(c, desk_ticket_note(c->agents->desk, clock_utc_ms(), c->agent, c->ticket,
                                         command_value(c, "text")))) {
        command_say(c, N_("Noted. The visitor does not see it."));
    }
}

static void run(struct command_call *c)
{
    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), keep);
    } else if (kept_well(c, desk_agent_note(c->agents->desk, clock_utc_ms(), c->agent, c->local,
                                            command_value(c, "text")))) {
        command_say(c, N_("Noted. The visitor does not see it."));
    }
}

const struct command command_note = {
    .word = "note",
    .alias = "notiz",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("TEXT"),
    .help = N_("keep a note in the record; the visitor never sees it"),
    .fields = {{.name = "text", .label = N_("Note"), .kind = FIELD_LINES, .required = true}},
    .run = run,
};
