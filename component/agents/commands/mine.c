#include "agents/call.h"
#include "agents/words.h"
#include "base/clock.h"

static void say_chat(struct command_call *c, const struct chat_view *chat)
{
    struct visitor_view v;
    struct buf line;

    if (!desk_visitor(c->agents->desk, chat->visitor, &v)) {
        return;
    }
    buf_init(&line, 2048);
    agent_words_chat(&line, c->language, &v, chat, clock_utc_ms());
    command_add(c, line.bytes);
    buf_finish(&line);
}

static void run(struct command_call *c)
{
    struct chat_view chat;
    size_t at = 0;

    for (; desk_agent_chat(c->agents->desk, c->agent, at, &chat); at++) {
        say_chat(c, &chat);
    }
    if (at == 0) {
        command_say(c, N_("You have no chat."));
    }
}

const struct command command_mine = {
    .word = "mine",
    .alias = "meine",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS,
    .only_reads = true,
    .help = N_("your chats, and who waits for an answer"),
    .run = run,
};
