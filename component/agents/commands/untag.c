#include "agents/kept.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "desk/ticket_keeping.h"

static void untag_ticket(struct command_call *c, const struct ticket_answer *answer)
{
    struct desk *desk = c->agents->desk;
    const char *tag = command_value(c, "tag");

    if (answer->chat == NULL) {
        tickets_well(c, DESK_NOT_FOUND);
    } else if (tickets_well(
                   c, desk_ticket_tag(desk, clock_utc_ms(), c->agent, answer->chat, tag, false))) {
        command_say(c, N_("The tag is off the ticket."));
    }
}

static void run(struct command_call *c)
{
    const char *tag = command_value(c, "tag");

    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), untag_ticket);
    } else if (kept_well(c, desk_agent_tag(c->agents->desk, clock_utc_ms(), c->agent, c->local, tag,
                                           false))) {
        command_say(c, N_("The tag is off the chat."));
    }
}

const struct command command_untag = {
    .word = "untag",
    .alias = "entfernen",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("TAG"),
    .help = N_("take a tag off the chat or ticket"),
    .fields = {{.name = "tag", .label = N_("Tag"), .kind = FIELD_WORD, .required = true}},
    .run = run,
};
