#include "agents/tickets.h"
#include "base/clock.h"
#include "desk/related.h"

static void drop_link(struct command_call *c, const struct ticket_answer *answer)
{
    enum desk_result done =
        desk_ticket_link(c->agents->desk, clock_utc_ms(), c->agent, c->ticket, c->other, false);

    (void)answer;
    if (done == DESK_FORM) {
        command_fail(c, N_("A ticket cannot be linked with itself."));
    } else if (tickets_well(c, done)) {
        command_say(c, N_("Tickets %lld and %lld are linked no more."), (long long)c->ticket,
                    (long long)c->other);
    }
}

static void run(struct command_call *c)
{
    tickets_act_two(c, "other", drop_link);
}

const struct command command_unlink = {
    .word = "unlink",
    .alias = "trennen",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] OTHER"),
    .help = N_("say that they do not belong together any more"),
    .fields = {TICKETS_NUMBER,
               {.name = "other",
                .label = N_("Number of the other ticket"),
                .kind = FIELD_WORD,
                .required = true}},
    .typed_dup = tickets_typed_two_dup,
    .run = run,
};
