#include "agents/call.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without a number in front, all of it is the reason. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    size_t len = strcspn(arguments, " ");
    struct buf out;

    (void)c;
    if (len == 0 || strspn(arguments, "-0123456789") >= len) {
        return mem_dup(arguments);
    }
    buf_init(&out, CALL_ANSWER_BYTES);
    buf_printf(&out, "%d %s", BLOCK_HOURS, arguments);
    return buf_detach(&out);
}

/* 0: no number of hours. */
static unsigned read_hours(const char *text)
{
    size_t len = strlen(text);

    if (len == 0) {
        return BLOCK_HOURS;
    }
    return len <= 4 && strspn(text, "0123456789") == len ? (unsigned)strtoul(text, NULL, 10) : 0;
}

static void run(struct command_call *c)
{
    const char *reason = command_value(c, "reason");
    unsigned hours = read_hours(command_value(c, "hours"));

    if (strlen(reason) > BLOCK_REASON_BYTES) {
        command_fail(c, N_("This reason is too long."));
        return;
    }
    switch (desk_agent_block(c->agents->desk, clock_utc_ms(), c->agent, c->local, hours, reason)) {
    case DESK_OK:
        command_say(c,
                    N_("This visitor is blocked, number %lld, hours: %u. The address they came "
                       "from is blocked for new visitors. %cunblock undoes it."),
                    (long long)desk_block_of(c->agents->desk, c->local), hours,
                    c->agents->config.command_prefix);
        break;
    case DESK_REPEATED:
        command_say(c, N_("This visitor is blocked already."));
        break;
    case DESK_FORM:
        command_fail(c, N_("A block is of 1 to %d hours."), BLOCK_HOURS_MAX);
        break;
    case DESK_FULL:
        command_fail(c, N_("Too many visitors are blocked. Undo a block first."));
        break;
    default:
        command_fail(c, N_("Only who has the chat, or a supervisor, may block this visitor."));
        break;
    }
}

const struct command command_block = {
    .word = "block",
    .alias = "sperren",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_DISPATCHER),
    .usage = N_("[HOURS] [REASON]"),
    .help = N_("end the chat and let this visitor write no more, for 24 hours or so many"),
    .fields = {{.name = "hours", .label = N_("Hours"), .kind = FIELD_WORD},
               {.name = "reason", .label = N_("Reason, for the record"), .kind = FIELD_LINE}},
    .typed_dup = typed_dup,
    .run = run,
};
