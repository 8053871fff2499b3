#include "agents/tickets.h"
#include "base/clock.h"
#include "base/text.h"
#include "desk/desk_tickets.h"

static void set_subject(struct command_call *c, const struct ticket_answer *answer)
{
    const char *subject = command_value(c, "subject");
    bool takes_out = text_equal(subject, "-");
    enum desk_result done = desk_ticket_subject(c->agents->desk, clock_utc_ms(), c->agent,
                                                c->ticket, takes_out ? "" : subject);

    (void)answer;
    if (done == DESK_FULL) {
        command_fail(c, N_("A subject has at most %d bytes."), (int)TICKET_SUBJECT_BYTES);
    } else if (tickets_well(c, done)) {
        command_say(c,
                    takes_out ? N_("The visitor's first line is the subject of ticket %lld.")
                              : N_("Ticket %lld has its new subject."),
                    (long long)c->ticket);
    }
}

static void run(struct command_call *c)
{
    tickets_act(c, set_subject);
}

const struct command command_subject = {
    .word = "subject",
    .alias = "betreff",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] TEXT"),
    .help = N_("what this ticket, or the one with that number, is about; - takes it out"),
    .fields = {TICKETS_NUMBER,
               {.name = "subject", .label = N_("Subject"), .kind = FIELD_LINE, .required = true}},
    .typed_dup = tickets_typed_here_dup,
    .run = run,
};
