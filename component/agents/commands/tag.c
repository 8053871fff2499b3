#include "agents/kept.h"
#include "base/clock.h"

static void list_tags(struct command_call *c)
{
    struct chat_view chat;

    if (!desk_chat(c->agents->desk, c->local, &chat)) {
        kept_well(c, DESK_NOT_FOUND);
    } else if (chat.tags[0] == '\0') {
        command_say(c, N_("This chat has no tags."));
    } else {
        command_tell(c, N_("Tags"), "%s", chat.tags);
    }
}

static void run(struct command_call *c)
{
    const char *tag = command_value(c, "tag");

    if (tag[0] == '\0') {
        list_tags(c);
        return;
    }
    if (kept_well(c,
                  desk_agent_tag(c->agents->desk, clock_utc_ms(), c->agent, c->local, tag, true))) {
        command_say(c, N_("The tag is on the chat."));
    }
}

const struct command command_tag = {
    .word = "tag",
    .alias = "schlagwort",
    .places = AT_VISITOR,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[TAG]"),
    .help = N_("put a tag on the chat; alone: list its tags"),
    .fields = {{.name = "tag", .label = N_("Tag"), .kind = FIELD_WORD}},
    .run = run,
};
