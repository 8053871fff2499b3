#include "agents/tickets.h"
#include "base/clock.h"
#include "base/text.h"
#include "desk/desk_tickets.h"

/* What somebody can say; NEW is only what nobody has touched. In the order of the enum. */
static const struct {
    const char *word;
    const char *label;
} STATES[] = {{"open", N_("open")},
              {"pending", N_("pending")},
              {"solved", N_("solved")},
              {"closed", N_("closed")}};
enum { STATE_COUNT = sizeof STATES / sizeof *STATES };

static bool choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= STATE_COUNT) {
        return false;
    }
    *out = (struct command_choice){STATES[at].word, language_text(c->language, STATES[at].label)};
    return true;
}

static void enter(struct command_call *c, const struct ticket_answer *answer)
{
    size_t at = 0;

    (void)answer;
    while (!text_equal(STATES[at].word, command_value(c, "state"))) {
        at++; /* it is one of them: call.c */
    }
    enum ticket_state to = (enum ticket_state)(TICKET_OPEN + at);
    if (tickets_well(c,
                     desk_ticket_state(c->agents->desk, clock_utc_ms(), c->agent, c->ticket, to))) {
        command_say(c, N_("Ticket %lld is now: %s"), (long long)c->ticket,
                    tickets_state(c->language, to));
    }
}

static void run(struct command_call *c)
{
    tickets_act(c, enter);
}

const struct command command_state = {
    .word = "state",
    .alias = "status",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] open|pending|solved|closed"),
    .help = N_("what is to be done with this ticket, or the one with that number"),
    .fields = {TICKETS_NUMBER,
               {.name = "state",
                .label = N_("State"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = choice}},
    .typed_dup = tickets_typed_dup,
    .run = run,
};
