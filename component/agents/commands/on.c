#include "agents/call.h"
#include "base/clock.h"

static void run(struct command_call *c)
{
    struct duty_view duty;

    desk_agent_duty(c->agents->desk, clock_utc_ms(), c->agent, DUTY_ON, 0);
    if (desk_duty(c->agents->desk, c->agent, &duty) && duty.says_on) {
        command_say(c, N_("You are on duty for today. Chats are offered to you while your client "
                          "is online."));
    } else {
        command_say(c, N_("You are on duty. Chats are offered to you while your client is "
                          "online."));
    }
}

const struct command command_on = {
    .word = "on",
    .alias = "da",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS,
    .help = N_("be on duty: chats are offered to you while your client is online"),
    .run = run,
};
