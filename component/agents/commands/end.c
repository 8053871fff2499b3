#include "agents/own.h"
#include "agents/ticket_lines.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

static bool choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    static const struct command_choice CHOICES[] = {{"chat", N_("end it")},
                                                    {"ticket", N_("end it, and make a ticket")}};

    if (at >= sizeof CHOICES / sizeof *CHOICES) {
        return false;
    }
    *out =
        (struct command_choice){CHOICES[at].value, language_text(c->language, CHOICES[at].label)};
    return true;
}

/* What a form that is sent as it comes does. */
static char *how_dup(const struct command_call *c)
{
    (void)c;
    return mem_dup("chat");
}

/* The word alone, or before a reason, says that it is to be a ticket; a reason that begins with it
 * is put in quotation marks. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    const char *first = arguments + strspn(arguments, " \t\n");
    size_t len = strcspn(first, " \t\n");
    char *word = mem_dup_n(first, len);
    /* translators: the word behind "!end", as the alias of the command "ticket" */
    bool is_it = strcasecmp(word, "ticket") == 0 ||
                 strcasecmp(word, language_text(c->language, N_("ticket"))) == 0;

    free(word);
    return is_it ? mem_print("ticket %s", first + len) : mem_print("chat %s", arguments);
}

static enum desk_result end(const struct command_call *c)
{
    struct desk *desk = c->agents->desk;
    const char *reason = command_value(c, "reason");

    return text_equal(command_value(c, "how"), "ticket")
               ? desk_agent_end_with_ticket(desk, clock_utc_ms(), c->agent, c->local, reason)
               : desk_agent_end(desk, clock_utc_ms(), c->agent, c->local, reason);
}

/* The end of a ticket. */
static void solve(struct command_call *c, const struct ticket_answer *answer)
{
    struct desk *desk = c->agents->desk;
    const char *reason = command_value(c, "reason");

    (void)answer;
    if (!tickets_well(
            c, desk_ticket_state(desk, clock_utc_ms(), c->agent, c->ticket, TICKET_SOLVED))) {
        return;
    }
    if (reason[0] != '\0') {
        desk_ticket_note(desk, clock_utc_ms(), c->agent, c->ticket, reason);
    }
    command_say(c, N_("Ticket %lld is now: %s"), (long long)c->ticket,
                tickets_state(c->language, TICKET_SOLVED));
}

static void run(struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    struct chat_view chat = {.number = 0};

    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), solve);
        return;
    }

    desk_chat(desk, c->local, &chat);
    enum desk_result done = end(c);
    if (done == DESK_OK) {
        const struct ticket_record *ticket = desk_ticket(desk, chat.number);
        command_say(c, N_("The chat has ended."));
        if (ticket != NULL) {
            command_say(c,
                        N_("It is ticket %lld now: %s. What you write to %s goes to the visitor."),
                        (long long)chat.number, tickets_state(c->language, ticket->state),
                        ticket_lines_address(c->agents, chat.number));
        }
    } else if (done == DESK_MISSING) {
        own_fail_missing(c, chat.number);
        command_say(c, N_("%cend ticket ends the chat and keeps its ticket open."),
                    c->agents->config.command_prefix);
    } else if (done == DESK_CLOSED) {
        command_fail(c, N_("This chat has ended already. %cconvert makes a ticket of it."),
                     c->agents->config.command_prefix);
    } else if (done == DESK_NO_TICKETS) {
        command_fail(c,
                     N_("This department makes no tickets of its chats. The chat goes on; %cend "
                        "ends it."),
                     c->agents->config.command_prefix);
    } else {
        command_fail(c, N_("This chat is not yours to end."));
    }
}

const struct command command_end = {
    .word = "end",
    .alias = "ende",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_AGENTS,
    .usage = N_("[ticket] [REASON]"),
    .help = N_(
        "end this chat, or make a ticket of it, or solve the ticket; once more: take the contact "
        "away"),
    .fields = {{.name = "how",
                .label = N_("How"),
                .kind = FIELD_CHOICE,
                .choice = choice,
                .current_dup = how_dup},
               {.name = "reason", .label = N_("Reason, for the record"), .kind = FIELD_LINE}},
    .typed_dup = typed_dup,
    .run = run,
};
