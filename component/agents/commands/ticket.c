#include "agents/call.h"
#include "agents/facts.h"
#include "agents/past.h"
#include "agents/words.h"
#include "base/buf.h"

static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct command_call *c = ctx;
    struct chat_view now;
    const struct agents *a = c->agents;
    char date[FACTS_DATE_SIZE];
    struct buf line;

    bool has_chat = desk_chat(a->desk, c->local, &now);
    const struct chat_record *chat = NULL;
    for (size_t i = 0; chat == NULL && i < count; i++) {
        bool is_it = !has_chat || chats[i].number == now.number;
        chat = is_it && past_may_read(a, c->agent, &chats[i]) ? &chats[i] : NULL;
    }
    if (chat == NULL) {
        command_fail(c, N_("There is no ticket of this visitor that you may read."));
        command_finish(c);
        return;
    }
    buf_init(&line, 4096);
    past_write_chat(a, &line, c->language, chat);
    command_tell(c, N_("Ticket"), "%s", line.bytes);
    buf_finish(&line);
    command_tell(c, N_("Agent"), "%s",
                 desk_is_agent(a->desk, chat->owner) ? desk_agent_name(a->desk, chat->owner)
                                                     : chat->owner);
    command_tell(c, N_("Priority"), "%s", agent_words_priority(c->language, chat->priority));
    facts_date(chat->claimed, date);
    command_tell(c, N_("Taken (UTC)"), "%s", chat->claimed > 0 ? date : "");
    facts_date(chat->closed, date);
    command_tell(c, N_("Ended (UTC)"), "%s", chat->closed > 0 ? date : "");
    command_finish(c);
}

static void run(struct command_call *c)
{
    command_defer(c);
    storage_chats(c->agents->storage, c->local, on_chats, c);
}

const struct command command_ticket = {
    .word = "ticket",
    .alias = "vorgang",
    .places = AT_VISITOR,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .help = N_("the chat's ticket: number, state, what is kept of it"),
    .run = run,
};
