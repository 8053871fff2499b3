#include "agents/facts.h"
#include "agents/past.h"
#include "agents/tickets.h"
#include "agents/words.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SUBJECT_POINTS = 120, SUBJECT_BYTES = 480 };

/* What a dispatcher, who may not read the chat, sees of it is what agents named it. */
static void tell_subject(struct command_call *c, const struct ticket_answer *answer, bool may_read)
{
    const struct ticket_record *t = answer->ticket;
    bool is_named = t != NULL && t->subject[0] != '\0';
    const char *line = is_named ? t->subject : may_read ? answer->first_line : "";
    char *subject = text_name_dup(line, SUBJECT_POINTS + 1);
    char *clipped = text_clip_dup(subject, SUBJECT_POINTS, SUBJECT_BYTES);

    command_tell(c, N_("Subject"), "%s%s", clipped, strlen(clipped) < strlen(subject) ? "…" : "");
    free(clipped);
    free(subject);
}

static void tell_owner(struct command_call *c, const char *owner)
{
    const struct desk *desk = c->agents->desk;

    command_tell(c, N_("Agent"), "%s",
                 desk_is_agent(desk, owner) ? desk_agent_name(desk, owner) : owner);
}

static void tell_when(struct command_call *c, const char *label, time_ms at)
{
    char date[FACTS_DATE_SIZE];

    facts_date(at, date);
    command_tell(c, label, "%s", at > 0 ? date : "");
}

static void tell_ticket(struct command_call *c, const struct ticket_record *t)
{
    const struct desk *desk = c->agents->desk;
    char date[TICKETS_DATE_SIZE];

    command_tell(c, N_("State"), "%s", tickets_state(c->language, t->state));
    tickets_date(c->agents, t->department, t->due, date);
    command_tell(c, N_("Pending until"), "%s", t->due > 0 ? date : "");
    tell_owner(c, t->owner);
    if (desk_highest_level(desk) > 1) {
        command_tell(c, N_("Level"), "%u", t->level);
    }
    tell_when(c, N_("Converted (UTC)"), t->converted);
    command_tell(c, N_("Converted by"), "%s",
                 desk_is_agent(desk, t->converted_by) ? desk_agent_name(desk, t->converted_by)
                                                      : t->converted_by);
    tell_when(c, N_("Changed (UTC)"), t->changed);
}

static void tell_requester(struct command_call *c, const struct ticket_answer *answer)
{
    const struct visitor_view v = {.record = answer->requester, .chat = c->ticket};
    struct buf name;

    buf_init(&name, 1024);
    agent_words_name(&name, c->language, &v);
    command_tell(c, N_("Requester"), "%s", name.bytes);
    buf_finish(&name);
    command_tell(c, N_("E-mail"), "%s", answer->requester->email);
    command_tell(c, N_("Telephone"), "%s", answer->requester->phone);
}

static void show(struct command_call *c, const struct ticket_answer *answer)
{
    const struct agents *a = c->agents;
    const struct chat_record *chat = answer->chat;
    const struct ticket_record *t = answer->ticket;
    bool may_read = chat != NULL && (past_may_read(a, c->agent, chat) ||
                                     (t != NULL && desk_may_change_ticket(a->desk, c->agent, t)));
    bool may_see = may_read || (t != NULL && desk_may_see_ticket(a->desk, c->agent, t));
    struct buf line;

    if (chat == NULL || !may_see) {
        command_fail(c, N_("There is no chat of this number, or it is not for you."));
        return;
    }
    buf_init(&line, 4096);
    past_write_chat(a, &line, c->language, chat);
    command_tell(c, N_("Ticket"), "%s", line.bytes);
    buf_finish(&line);
    tell_subject(c, answer, may_read);
    if (t != NULL) {
        tell_ticket(c, t);
    } else {
        command_tell(c, N_("State"), "%s", tickets_state(c->language, TICKET_NONE));
        tell_owner(c, chat->owner);
    }
    command_tell(c, N_("Priority"), "%s", agent_words_priority(c->language, chat->priority));
    tell_requester(c, answer);
    tell_when(c, N_("Taken (UTC)"), chat->claimed);
    tell_when(c, N_("Ended (UTC)"), chat->closed);
}

/* No chat with the visitor is in memory: the last one that may be read. */
static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct command_call *c = ctx;

    for (size_t i = 0; i < count; i++) {
        if (past_may_read(c->agents, c->agent, &chats[i])) {
            tickets_read(c, chats[i].number, show);
            return;
        }
    }
    command_fail(c, N_("There is no ticket of this visitor that you may read."));
    command_finish(c);
}

static void run(struct command_call *c)
{
    const char *number = command_value(c, "number");
    struct chat_view chat;

    if (number[0] != '\0' || c->place != AT_VISITOR) {
        tickets_act(c, show);
    } else if (desk_chat(c->agents->desk, c->local, &chat)) {
        tickets_read(c, chat.number, show);
    } else {
        command_defer(c);
        storage_chats(c->agents->storage, c->local, on_chats, c);
    }
}

const struct command command_ticket = {
    .word = "ticket",
    .alias = "vorgang",
    .places = AT_VISITOR | AT_DEPARTMENT,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .usage = N_("[NUMBER]"),
    .help = N_("the chat's ticket, or that of this number: state, what is kept of it"),
    .fields = {{.name = "number", .label = N_("Number of the ticket"), .kind = FIELD_WORD}},
    .run = run,
};
