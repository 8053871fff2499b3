#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    desk_agent_duty(c->agents->desk, clock_utc_ms(), c->agent, DUTY_OFF, 0);
    command_say(c,
                N_("You are off duty: nothing is offered to you until %con. Chats that you have go "
                   "on."),
                c->agents->config.command_prefix);
}

const struct command command_off = {
    .word = "off",
    .alias = "weg",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS,
    .help = N_("be off duty: nothing is offered to you until you are on it again"),
    .run = run,
};
