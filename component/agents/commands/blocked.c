#include "agents/call.h"
#include "agents/facts.h"

enum { LISTED = 100 };

static void run(struct command_call *c)
{
    const struct block_record *r;
    char at[FACTS_DATE_SIZE];
    char until[FACTS_DATE_SIZE];
    size_t count = 0;

    for (; count < LISTED && (r = desk_block(c->agents->desk, c->agent, count)) != NULL; count++) {
        facts_date(r->at, at);
        facts_date(r->until, until);
        command_say(c, N_("Number %lld: by %s, from %s until %s (UTC). %s"), (long long)r->number,
                    r->agent, at, until, r->reason);
    }
    if (count == 0) {
        command_say(c, N_("Nobody is blocked."));
    } else if (desk_block(c->agents->desk, c->agent, count) != NULL) {
        command_say(c, N_("There are more; the first %d are listed."), LISTED);
    }
}

const struct command command_blocked = {
    .word = "blocked",
    .alias = "gesperrt",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_DISPATCHER),
    .only_reads = true,
    .help = N_("who is blocked, by whom, until when and why"),
    .run = run,
};
