#include "agents/call.h"
#include "agents/facts.h"
#include "agents/past.h"
#include "agents/words.h"

static void add_fact(void *ctx, const char *label, const char *value)
{
    command_tell(ctx, label, "%s", value);
}

static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct command_call *c = ctx;
    struct visitor_view v;
    struct buf text;

    if (!desk_visitor(c->agents->desk, c->local, &v)) {
        command_fail(c, N_("This visitor is not here any more."));
        command_finish(c);
        return;
    }
    buf_init(&text, CALL_ANSWER_BYTES);
    agent_words_name(&text, c->language, &v);
    command_add(c, text.bytes);
    facts_tell(c->agents, c->language, &v, add_fact, c);
    buf_reset(&text);
    for (size_t i = 0; i < count; i++) {
        if (past_may_read(c->agents, c->agent, &chats[i])) {
            buf_add_text(&text, text.len > 0 ? "\n" : "");
            past_write_chat(c->agents, &text, c->language, &chats[i]);
        }
    }
    command_tell(c, N_("Chats and tickets (UTC)"), "%s", text.bytes);
    buf_finish(&text);
    command_finish(c);
}

static void run(struct command_call *c)
{
    command_defer(c);
    storage_chats(c->agents->storage, c->local, on_chats, c);
}

const struct command command_info = {
    .word = "info",
    .alias = "karte",
    .places = AT_VISITOR,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .help = N_("what is known of the visitor"),
    .run = run,
};
