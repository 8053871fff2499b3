#include "agents/call.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

/* The form's values, in the order of enum chat_priority, which begins at 1. */
static const char *const PRIORITIES[] = {"low", "normal", "high", "urgent"};
enum { PRIORITY_COUNT = sizeof PRIORITIES / sizeof *PRIORITIES };

static bool choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= PRIORITY_COUNT) {
        return false;
    }
    *out = (struct command_choice){
        PRIORITIES[at], agent_words_priority(c->language, (enum chat_priority)(PRIORITY_LOW + at))};
    return true;
}

static char *current_dup(const struct command_call *c)
{
    struct chat_view chat;

    return desk_chat(c->agents->desk, c->local, &chat)
               ? mem_dup(PRIORITIES[chat.priority - PRIORITY_LOW])
               : NULL;
}

static enum chat_priority wanted(const struct command_call *c)
{
    const char *word = command_value(c, "priority");
    size_t at = 0;

    while (!text_equal(PRIORITIES[at], word)) {
        at++; /* it is one of them: call.c */
    }
    return (enum chat_priority)(PRIORITY_LOW + at);
}

static void run(struct command_call *c)
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

const struct command command_priority = {
    .word = "priority",
    .alias = "dringlichkeit",
    .places = AT_VISITOR,
    .roles = BY_ANYBODY,
    .usage = N_("low|normal|high|urgent"),
    .help = N_("how urgent this chat is"),
    .fields = {{.name = "priority",
                .label = N_("Priority"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = choice,
                .current_dup = current_dup}},
    .run = run,
};
