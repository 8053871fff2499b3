#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "desk/desk_tickets.h"

#include <errno.h>
#include <stdlib.h>

/* The visitor of the chat with that number, of whom the agent may know; NULL: said why. free() it.
 */
static char *visitor_dup(struct command_call *c, const char *number)
{
    struct chat_view chat;
    char *end;

    if (number[0] == '\0' && c->place == AT_VISITOR) {
        return mem_dup(c->local);
    }
    if (number[0] == '\0') {
        command_fail(c, N_("Which chat? Please name its number."));
        return NULL;
    }
    errno = 0;
    long long value = strtoll(number, &end, 10);
    if (errno != 0 || *end != '\0' || value < 1) {
        command_fail(c, N_("\"%s\" is no number of a chat."), number);
        return NULL;
    }
    if (!desk_chat_numbered(c->agents->desk, value, &chat) ||
        !card_may_see(c->agents, c->agent, chat.visitor)) {
        command_fail(c, N_("No chat with this number waits for you."));
        return NULL;
    }
    return mem_dup(chat.visitor);
}

static void take(struct command_call *c, const struct ticket_answer *answer)
{
    struct desk *desk = c->agents->desk;
    enum desk_result done = desk_ticket_take(desk, clock_utc_ms(), c->agent, c->ticket);
    const struct ticket_record *t = desk_ticket(desk, c->ticket);

    (void)answer;
    if (done == DESK_FORBIDDEN && desk_may_change_ticket(desk, c->agent, t) &&
        desk_is_agent(desk, t->owner)) {
        command_fail(c, N_("%s has this ticket."), desk_agent_name(desk, t->owner));
    } else if (tickets_well(c, done)) {
        command_say(c, N_("Ticket %lld is yours now."), (long long)c->ticket);
    }
}

static void run(struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    char *visitor = c->place != AT_TICKET ? visitor_dup(c, command_value(c, "number")) : NULL;
    struct chat_view chat;

    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), take);
        return;
    }
    if (visitor == NULL) {
        return;
    }
    enum desk_result result = desk_agent_take(c->agents->desk, clock_utc_ms(), c->agent, visitor);
    bool found = desk_chat(desk, visitor, &chat);
    if (result == DESK_OK) {
        command_say(c, N_("Chat %lld is yours now."), (long long)chat.number);
    } else if (result == DESK_REPEATED) {
        command_say(c, N_("This chat is yours already."));
    } else if (result == DESK_FORBIDDEN && found) {
        command_fail(c, N_("%s has this chat."), chat.owner_name);
    } else if (result == DESK_FULL) {
        command_fail(c, N_("All of your slots are in use or rest."));
    } else {
        command_fail(c, N_("Nobody waits here for you."));
    }
    free(visitor);
}

const struct command command_take = {
    .word = "take",
    .alias = "nehmen",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE | AT_TICKET,
    .roles = BY_AGENTS,
    .usage = N_("[NUMBER]"),
    .help = N_("take this chat, or the one with that number"),
    .fields = {{.name = "number", .label = N_("Number of the chat"), .kind = FIELD_WORD}},
    .run = run,
};
