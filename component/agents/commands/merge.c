#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "desk/desk_tickets.h"
#include "desk/related.h"

#include <stdlib.h>
#include <string.h>

/* "1042!": also into a ticket of another visitor. */
static bool says_anyway(const struct command_call *c)
{
    const char *other = command_value(c, "other");
    size_t len = strlen(other);

    return len > 0 && other[len - 1] == '!';
}

static void say_where(struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    const struct ticket_record *t = desk_ticket(desk, c->ticket);

    t = t != NULL && t->merged != 0 ? t : desk_ticket(desk, c->other);
    command_fail(c, N_("Ticket %lld is part of another one already. %cticket %lld says of which."),
                 (long long)t->number, c->agents->config.command_prefix, (long long)t->number);
}

static void say_well(struct command_call *c, bool anyway)
{
    const struct desk *desk = c->agents->desk;
    const char *visitor = desk_ticket(desk, c->ticket)->visitor;

    command_say(c, N_("Ticket %lld is part of ticket %lld now, and closed."), (long long)c->ticket,
                (long long)c->other);
    if (anyway && strcmp(visitor, desk_ticket(desk, c->other)->visitor) != 0) {
        command_say(c, N_("Its requester reads nothing of the other one. What they write opens it "
                          "again."));
    }
}

static void merge(struct command_call *c, const struct ticket_answer *answer)
{
    char prefix = c->agents->config.command_prefix;
    bool anyway = says_anyway(c);
    enum desk_result done = answer->chat != NULL
                                ? desk_chat_merge(c->agents->desk, clock_utc_ms(), c->agent,
                                                  answer->chat, answer->answered, c->other, anyway)
                                : DESK_NOT_FOUND;

    switch (done) {
    case DESK_OK:
        say_well(c, anyway);
        break;
    case DESK_FORM:
        command_fail(c, N_("A ticket cannot be part of itself."));
        break;
    case DESK_RUNNING:
        command_fail(c, N_("A chat that goes on cannot be merged, and nothing into it."));
        break;
    case DESK_MERGED:
        say_where(c);
        break;
    case DESK_CLOSED:
        command_fail(c, N_("Ticket %lld is closed. It can be opened again: %cstate %lld open"),
                     (long long)c->other, prefix, (long long)c->other);
        break;
    case DESK_NOT_AUTHOR:
        command_fail(c,
                     N_("Ticket %lld is of another visitor, who reads nothing of this one, nor "
                        "the other way round. %cmerge %lld! does it all the same."),
                     (long long)c->other, prefix, (long long)c->other);
        break;
    default:
        tickets_well(c, done);
    }
}

static void run(struct command_call *c)
{
    tickets_act_two(c, "other", merge);
}

const struct command command_merge = {
    .word = "merge",
    .alias = "zusammenführen",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] OTHER"),
    .help = N_("make this ticket, or that of the number, part of another one, and close it"),
    .fields = {TICKETS_NUMBER,
               {.name = "other",
                .label = N_("Number of the other ticket"),
                .kind = FIELD_WORD,
                .required = true}},
    .typed_dup = tickets_typed_two_dup,
    .run = run,
};
