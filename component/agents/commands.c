#include "agents/commands.h"

#include "base/clock.h"

#include <string.h>

static const struct command TABLE[] = {
    {"help", true, true, "what can be typed here", command_help},
    {"decline", true, false, "leave this offer to others", command_decline},
    {"end", true, false, "end this chat; once more: take the contact away at once", command_end},
    {"queue", false, true, "who waits, and who is there", command_queue},
    {0},
};

const struct command *commands_table(void)
{
    return TABLE;
}

/* "!word": a letter behind the prefix, so that "!" alone or "!!" are lines. */
static bool is_command(const char *body)
{
    return body[0] == '!' &&
           ((body[1] >= 'a' && body[1] <= 'z') || (body[1] >= 'A' && body[1] <= 'Z'));
}

static const struct command *find(const char *word, size_t len, bool under_visitor)
{
    for (const struct command *c = TABLE; c->word != NULL; c++) {
        if (strlen(c->word) == len && strncasecmp(c->word, word, len) == 0 &&
            (under_visitor ? c->for_visitor : c->for_department)) {
            return c;
        }
    }
    return NULL;
}

bool commands_run(struct agents *a, const struct stanza *s, const char *body)
{
    struct department_view p;
    bool under_visitor = s->to->local[0] != '\0' && !desk_department(a->desk, s->to->local, &p);
    size_t len = strcspn(body + 1, " \n\t");
    struct command_call call = {a, s, s->from->bare, s->to->local, ""};

    if (!is_command(body)) {
        /* A department is not somebody to talk to; a robot hears that three times. */
        if (!under_visitor && paces_take(a->hints, s->from->bare, clock_monotonic_ms())) {
            command_help(&call);
        }
        return !under_visitor;
    }
    call.arguments = body + 1 + len + strspn(body + 1 + len, " \n\t");
    const struct command *c = find(body + 1, len, under_visitor);
    if (c == NULL) {
        messages_reply(a, s,
                       "— There is no such command here. !help lists them; !! sends a line "
                       "that starts with an exclamation mark.");
        return true;
    }
    c->run(&call);
    return true;
}
