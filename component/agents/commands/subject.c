#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>

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

/* Under a visitor's contact all of it is the subject: it may begin with a number. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    char *number = tickets_current_dup(c);
    char *typed = c->place == AT_VISITOR
                      ? mem_print("%s %s", number != NULL ? number : "0", arguments)
                      : mem_dup(arguments);

    free(number);
    return typed;
}

const struct command command_subject = {
    .word = "subject",
    .alias = "betreff",
    .places = AT_VISITOR | AT_DEPARTMENT,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] TEXT"),
    .help = N_("what this ticket, or the one with that number, is about; - takes it out"),
    .fields = {TICKETS_NUMBER,
               {.name = "subject", .label = N_("Subject"), .kind = FIELD_LINE, .required = true}},
    .typed_dup = typed_dup,
    .run = run,
};
