#include "agents/kept.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "desk/desk_tickets.h"
#include "desk/ticket_keeping.h"

static void list_tags(struct command_call *c, const char *tags, const char *none)
{
    if (tags[0] == '\0') {
        command_say(c, "%s", language_text(c->language, none));
    } else {
        command_tell(c, N_("Tags"), "%s", tags);
    }
}

static void tag_ticket(struct command_call *c, const struct ticket_answer *answer)
{
    struct desk *desk = c->agents->desk;
    const char *tag = command_value(c, "tag");

    if (desk_ticket(desk, c->ticket) == NULL || !tickets_may_read(c->agents, c->agent, answer)) {
        tickets_well(c, DESK_NOT_FOUND);
    } else if (tag[0] == '\0') {
        list_tags(c, desk_ticket_tags(desk, answer->chat), N_("This ticket has no tags."));
    } else if (tickets_well(
                   c, desk_ticket_tag(desk, clock_utc_ms(), c->agent, answer->chat, tag, true))) {
        command_say(c, N_("The tag is on the ticket."));
    }
}

static void tag_chat(struct command_call *c)
{
    struct desk *desk = c->agents->desk;
    const char *tag = command_value(c, "tag");
    struct chat_view chat;

    if (tag[0] == '\0' && desk_chat(desk, c->local, &chat)) {
        list_tags(c, chat.tags, N_("This chat has no tags."));
    } else if (tag[0] == '\0') {
        kept_well(c, DESK_NOT_FOUND);
    } else if (kept_well(c, desk_agent_tag(desk, clock_utc_ms(), c->agent, c->local, tag, true))) {
        command_say(c, N_("The tag is on the chat."));
    }
}

static void run(struct command_call *c)
{
    if (c->place == AT_TICKET) {
        tickets_read(c, tickets_here(c), tag_ticket);
    } else {
        tag_chat(c);
    }
}

const struct command command_tag = {
    .word = "tag",
    .alias = "schlagwort",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[TAG]"),
    .help = N_("put a tag on the chat or ticket; alone: list its tags"),
    .fields = {{.name = "tag", .label = N_("Tag"), .kind = FIELD_WORD}},
    .run = run,
};
