#include "agents/tickets.h"
#include "agents/who.h"
#include "base/clock.h"
#include "base/text.h"
#include "desk/desk_tickets.h"

static bool choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (who_all_agents(c, at, out)) {
        return true;
    }
    if (at != desk_agent_count(c->agents->desk)) {
        return false;
    }
    *out = (struct command_choice){"nobody", language_text(c->language, N_("nobody"))};
    return true;
}

static void assign(struct command_call *c, const struct ticket_answer *answer)
{
    const char *who = command_value(c, "who");
    const char *jid = who_agent(c, who);
    enum desk_result done = desk_ticket_assign(c->agents->desk, clock_utc_ms(), c->agent, c->ticket,
                                               jid != NULL ? jid : "");

    (void)answer;
    if (done == DESK_FORM) {
        command_fail(c, N_("%s does not work in the department of this ticket."), who_name(c, who));
    } else if (tickets_well(c, done) && jid == NULL) {
        command_say(c, N_("Ticket %lld is nobody's now."), (long long)c->ticket);
    } else if (done == DESK_OK && text_equal(jid, c->agent)) {
        command_say(c, N_("Ticket %lld is yours now."), (long long)c->ticket);
    } else if (done == DESK_OK) {
        command_say(c, N_("Ticket %lld is given to %s, who is told."), (long long)c->ticket,
                    who_name(c, who));
    }
}

static void run(struct command_call *c)
{
    tickets_act(c, assign);
}

const struct command command_assign = {
    .word = "assign",
    .alias = "zuweisen",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_DISPATCHER),
    .usage = N_("[NUMBER] WHO|nobody"),
    .help = N_("give this ticket, or the one with that number, to an agent"),
    .fields = {TICKETS_NUMBER,
               {.name = "who",
                .label = N_("Agent"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = choice}},
    .typed_dup = tickets_typed_dup,
    .run = run,
};
