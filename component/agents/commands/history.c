#include "agents/call.h"
#include "agents/past.h"
#include "agents/tickets.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_LINES = 25, PAGES = 400, DIGITS = 15 };

static void list_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct command_call *c = ctx;
    struct buf line;

    buf_init(&line, 4096);
    for (size_t i = 0; i < count; i++) {
        if (past_may_read(c->agents, c->agent, &chats[i])) {
            buf_reset(&line);
            past_write_chat(c->agents, &line, c->language, &chats[i]);
            command_add(c, line.bytes);
        }
    }
    buf_finish(&line);
    if (c->said.len == 0) {
        command_fail(c, N_("There is no chat of this visitor that you may read."));
    } else {
        past_note_read(c->agents, c->agent, "history", c->local, 0);
        command_say(c, N_("%chistory and a number shows what was said (times in UTC)."),
                    c->agents->config.command_prefix);
    }
    command_finish(c);
}

/* What is of another visitor, or not for this agent, is as if it were not there. */
static bool may_read(const struct command_call *c, const struct chat_record *chat)
{
    return chat != NULL && (c->place != AT_VISITOR || text_equal(chat->visitor, c->local)) &&
           tickets_may_read_chat(c->agents, c->agent, chat);
}

static void show_chat(void *ctx, const struct chat_record *chat, const struct entry_record *entries,
                      size_t count, bool complete)
{
    struct command_call *c = ctx;
    struct buf line;

    if (!may_read(c, chat)) {
        command_fail(c, N_("There is no such chat here, or it is not for you."));
        command_finish(c);
        return;
    }
    past_note_read(c->agents, c->agent, "transcript", chat->visitor, chat->number);
    buf_init(&line, CALL_ANSWER_BYTES);
    past_write_chat(c->agents, &line, c->language, chat);
    command_add(c, line.bytes);
    for (size_t i = 0; i < count; i++) {
        bool is_said = !entry_is_change(&entries[i]) || desk_act(&entries[i]) == ACT_SAY;
        if (is_said) { /* each line is shown as it is now */
            buf_reset(&line);
            past_write_entry(&line, c->language, &entries[i]);
            command_add(c, line.bytes);
        }
    }
    buf_finish(&line);
    if (!complete) {
        long long page = strtoll(command_value(c, "page"), NULL, 10);
        command_say(c, N_("There is more before: %chistory %lld %lld"),
                    c->agents->config.command_prefix, (long long)chat->number,
                    (page > 0 ? page : 1) + 1);
    }
    command_finish(c);
}

/* 0: left out; -1: no number. */
static long long number_of(const struct command_call *c, const char *field)
{
    const char *value = command_value(c, field);
    size_t len = strlen(value);

    if (len == 0) {
        return 0;
    }
    bool is_number = len <= DIGITS && strspn(value, "0123456789") == len;
    long long number = is_number ? strtoll(value, NULL, 10) : 0;
    return number > 0 ? number : -1;
}

/* Whose its ticket is is known now. */
static void read_chat(struct command_call *c, const struct ticket_answer *answer)
{
    long long page = number_of(c, "page");

    (void)answer;
    command_defer(c);
    storage_transcript(c->agents->storage, c->ticket,
                       (unsigned)(page > 0 ? page - 1 : 0) * PAGE_LINES, PAGE_LINES, show_chat, c);
}

/* At a ticket's address a number is that of a page. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    return c->place == AT_TICKET ? tickets_typed_dup(c, arguments) : mem_dup(arguments);
}

static void run(struct command_call *c)
{
    long long number = number_of(c, "number");
    long long page = number_of(c, "page");

    number = number == 0 ? tickets_here(c) : number;
    if (number < 0 || page < 0 || page > PAGES || (number == 0 && c->place != AT_VISITOR)) {
        command_fail(c, N_("The number of a chat is wanted, and perhaps that of a page."));
        return;
    }
    if (number == 0) {
        command_defer(c);
        storage_chats(c->agents->storage, c->local, list_chats, c);
    } else {
        tickets_read(c, number, read_chat);
    }
}

const struct command command_history = {
    .word = "history",
    .alias = "verlauf",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .usage = N_("[NUMBER [PAGE]]"),
    .help = N_("former chats; with a number: what was said in that one"),
    .fields = {{.name = "number", .label = N_("Number of the chat"), .kind = FIELD_WORD},
               {.name = "page", .label = N_("Page, 1 is the last"), .kind = FIELD_WORD}},
    .typed_dup = typed_dup,
    .run = run,
};
