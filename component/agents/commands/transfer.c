#include "agents/call.h"
#include "agents/tickets.h"
#include "agents/who.h"
#include "base/clock.h"
#include "desk/related.h"

static enum desk_result hand_over(const struct command_call *c, const char *to)
{
    struct desk *desk = c->agents->desk;
    const char *comment = command_value(c, "comment");
    const char *agent = who_agent(c, to);
    unsigned level = who_level(c, to);

    if (level != 0) {
        return desk_agent_escalate(desk, clock_utc_ms(), c->agent, c->local, level, comment);
    }
    return desk_agent_transfer(desk, clock_utc_ms(), c->agent, c->local, agent != NULL ? agent : "",
                               to, comment);
}

static void transfer_chat(struct command_call *c)
{
    const char *to = command_value(c, "who");
    const char *name = who_name(c, to);

    switch (hand_over(c, to)) {
    case DESK_OK:
        command_say(c, N_("%s is asked to take this chat. Until then it is yours."), name);
        break;
    case DESK_FULL:
        command_fail(c, N_("%s cannot take it now: nobody is there with a free seat."), name);
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("%s cannot have this chat."), name);
        break;
    default:
        command_fail(c, N_("This chat is not yours to hand over."));
        break;
    }
}

static void move(struct command_call *c, const struct ticket_answer *answer)
{
    const char *to = command_value(c, "who");
    const char *agent = who_agent(c, to);
    unsigned level = who_level(c, to);
    const struct ticket_move m = {.agent = agent != NULL ? agent : "",
                                  .level = level,
                                  .department = agent == NULL && level == 0 ? to : "",
                                  .comment = command_value(c, "comment")};
    enum desk_result done =
        desk_ticket_move(c->agents->desk, clock_utc_ms(), c->agent, c->ticket, &m);

    (void)answer;
    if (done == DESK_FORM) {
        command_fail(c,
                     agent != NULL ? N_("%s does not work in the department of this ticket.")
                                   : N_("Nobody of %s could have this ticket."),
                     who_name(c, to));
    } else if (done == DESK_MERGED) {
        command_fail(c,
                     N_("Ticket %lld is part of another one already. %cticket %lld says of "
                        "which."),
                     (long long)c->ticket, c->agents->config.command_prefix, (long long)c->ticket);
    } else if (tickets_well(c, done)) {
        command_say(c, N_("Ticket %lld is handed to %s."), (long long)c->ticket, who_name(c, to));
    }
}

static void run(struct command_call *c)
{
    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), move);
    } else {
        transfer_chat(c);
    }
}

const struct command command_transfer = {
    .word = "transfer",
    .alias = "übergeben",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_DISPATCHER),
    .usage = N_("WHO [COMMENT]"),
    .help = N_("hand this chat or ticket to an agent, a department or a level"),
    .fields = {{.name = "who",
                .label = N_("Agent, department or level"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = who_everybody},
               {.name = "comment", .label = N_("Comment, for agents only"), .kind = FIELD_LINES}},
    .typed_dup = who_typed_dup,
    .run = run,
};
