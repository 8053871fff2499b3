#include "agents/tickets.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"
#include "desk/ticket_keeping.h"

/* In the order of the enum, which begins at 1. */
enum { PRIORITY_COUNT = PRIORITY_URGENT };

static const char *name_at(size_t at)
{
    return desk_priority_name((enum chat_priority)(PRIORITY_LOW + at));
}

static bool choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= PRIORITY_COUNT) {
        return false;
    }
    *out = (struct command_choice){
        name_at(at), agent_words_priority(c->language, (enum chat_priority)(PRIORITY_LOW + at))};
    return true;
}

/* At a ticket's address the one that is in memory, for who may know. */
static char *current_dup(const struct command_call *c)
{
    const struct desk *desk = c->agents->desk;
    const struct ticket_record *t = desk_ticket(desk, tickets_here(c));
    struct chat_view chat;

    if (c->place == AT_TICKET) {
        return t != NULL && desk_may_see_ticket(desk, c->agent, t)
                   ? mem_dup(desk_priority_name(t->priority))
                   : NULL;
    }
    return desk_chat(desk, c->local, &chat) ? mem_dup(desk_priority_name(chat.priority)) : NULL;
}

static enum chat_priority wanted(const struct command_call *c)
{
    const char *word = command_value(c, "priority");
    size_t at = 0;

    while (!text_equal(name_at(at), word)) {
        at++; /* it is one of them: call.c */
    }
    return (enum chat_priority)(PRIORITY_LOW + at);
}

static void set_for_ticket(struct command_call *c, const struct ticket_answer *answer)
{
    enum chat_priority priority = wanted(c);

    if (answer->chat == NULL) {
        tickets_well(c, DESK_NOT_FOUND);
    } else if (tickets_well(c, desk_ticket_prioritise(c->agents->desk, clock_utc_ms(), c->agent,
                                                      answer->chat, priority))) {
        command_say(c, N_("The priority of this ticket is: %s"),
                    agent_words_priority(c->language, priority));
    }
}

static void set_for_chat(struct command_call *c)
{
    enum chat_priority priority = wanted(c);

    switch (desk_agent_prioritise(c->agents->desk, clock_utc_ms(), c->agent, c->local, priority)) {
    case DESK_OK:
    case DESK_REPEATED:
        command_say(c, N_("The priority of this chat is: %s"),
                    agent_words_priority(c->language, priority));
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("The priority of this chat is not yours to change."));
        break;
    default:
        command_fail(c, N_("There is no chat with this visitor."));
    }
}

static void run(struct command_call *c)
{
    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), set_for_ticket);
    } else {
        set_for_chat(c);
    }
}

const struct command command_priority = {
    .word = "priority",
    .alias = "dringlichkeit",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_ANYBODY,
    .usage = N_("low|normal|high|urgent"),
    .help = N_("how urgent this chat or ticket is"),
    .fields = {{.name = "priority",
                .label = N_("Priority"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = choice,
                .current_dup = current_dup}},
    .run = run,
};
