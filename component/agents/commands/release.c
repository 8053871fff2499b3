#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    struct desk *desk = c->agents->desk;
    struct chat_view chat;

    if (desk_agent_release(desk, clock_utc_ms(), c->agent, c->local) != DESK_OK) {
        command_fail(c, N_("This chat is not yours."));
    } else if (desk_chat(desk, c->local, &chat) && chat.owner[0] != '\0') {
        command_say(c, N_("%s has this chat."), chat.owner_name); /* who had joined it */
    } else {
        command_say(c, N_("The chat is back in the queue, first in line. The visitor was told."));
    }
}

const struct command command_release = {
    .word = "release",
    .alias = "zurückgeben",
    .places = AT_VISITOR,
    .roles = BY_AGENTS,
    .help = N_("give this chat back to the queue, first in line"),
    .run = run,
};
