#include "agents/call.h"

#include <stdlib.h>
#include <string.h>

/* 0: no number. */
static int64_t read_number(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len <= 9 && strspn(text, "0123456789") == len ? strtoll(text, NULL, 10) : 0;
}

static void run(struct command_call *c)
{
    const char *text = command_value(c, "number");
    bool is_here = text[0] == '\0' && c->place == AT_VISITOR;
    int64_t number = is_here ? desk_block_of(c->agents->desk, c->local) : read_number(text);

    if (number > 0 && desk_agent_unblock(c->agents->desk, c->agent, number) == DESK_OK) {
        command_say(c, N_("Block number %lld is undone."), (long long)number);
    } else {
        command_fail(c, N_("There is no such block that you may undo. %cblocked lists them."),
                     c->agents->config.command_prefix);
    }
}

const struct command command_unblock = {
    .word = "unblock",
    .alias = "entsperren",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_DISPATCHER),
    .usage = N_("[NUMBER]"),
    .help = N_("undo a block, of this visitor or of that number"),
    .fields = {{.name = "number", .label = N_("Number of the block"), .kind = FIELD_WORD}},
    .run = run,
};
