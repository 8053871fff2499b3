#include "agents/who.h"

#include "agents/call.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether the part before the @ stands for that agent alone. */
static bool is_short_enough(const struct desk *desk, const char *jid, size_t len)
{
    size_t same = 0;

    for (size_t i = 0; i < desk_department_count(desk); i++) {
        const char *id = desk_department_id(desk, i);
        same += strlen(id) == len && strncasecmp(id, jid, len) == 0 ? 1 : 0;
    }
    for (size_t i = 0; i < desk_agent_count(desk); i++) {
        const char *other = desk_agent_jid(desk, i);
        same += strcspn(other, "@") == len && strncasecmp(other, jid, len) == 0 ? 1 : 0;
    }
    return same == 1;
}

static void name_agent(const struct desk *desk, const char *jid, char out[WHO_BYTES])
{
    size_t len = strcspn(jid, "@");

    if (len >= WHO_BYTES || !is_short_enough(desk, jid, len)) {
        len = strlen(jid);
    }
    snprintf(out, WHO_BYTES, "%.*s", (int)len, jid);
}

bool who_agents(const struct command_call *c, size_t at, struct command_choice *out)
{
    const struct desk *desk = c->agents->desk;
    static char value[WHO_BYTES];

    for (size_t i = 0; i < desk_agent_count(desk); i++) {
        const char *jid = desk_agent_jid(desk, i);
        if (text_equal(jid, c->agent) || at-- > 0) {
            continue;
        }
        name_agent(desk, jid, value);
        *out = (struct command_choice){value, desk_agent_name(desk, jid)};
        return true;
    }
    return false;
}

bool who_all_agents(const struct command_call *c, size_t at, struct command_choice *out)
{
    const struct desk *desk = c->agents->desk;
    static char value[WHO_BYTES];

    if (at >= desk_agent_count(desk)) {
        return false;
    }
    name_agent(desk, desk_agent_jid(desk, at), value);
    *out = (struct command_choice){value, desk_agent_name(desk, desk_agent_jid(desk, at))};
    return true;
}

static const char *level_name(enum language language, unsigned level)
{
    static char name[WHO_BYTES];

    snprintf(name, sizeof name, language_text(language, "Level %u"), level);
    return name;
}

/* Departments and agents. */
static bool find_one(const struct command_call *c, size_t at, struct command_choice *out)
{
    const struct desk *desk = c->agents->desk;
    struct department_view p;

    if (at >= desk_department_count(desk)) {
        return who_agents(c, at - desk_department_count(desk), out);
    }
    desk_department(desk, desk_department_id(desk, at), &p);
    *out = (struct command_choice){p.id, p.name};
    return true;
}

/* A department or an agent is called so. */
static bool is_somebody(const struct command_call *c, const char *word)
{
    struct command_choice choice;

    for (size_t i = 0; find_one(c, i, &choice); i++) {
        if (strcasecmp(choice.value, word) == 0 || strcasecmp(choice.label, word) == 0) {
            return true;
        }
    }
    return false;
}

unsigned who_level(const struct command_call *c, const char *value)
{
    static const char *const LEVELS[] = {NULL, "level1", "level2", "level3"};
    const unsigned known = sizeof LEVELS / sizeof *LEVELS;
    unsigned highest = desk_highest_level(c->agents->desk);

    for (unsigned level = 1; highest > 1 && level <= highest && level < known; level++) {
        if (text_equal(value, LEVELS[level]) && !is_somebody(c, value)) {
            return level;
        }
    }
    return 0;
}

bool who_everybody(const struct command_call *c, size_t at, struct command_choice *out)
{
    static char value[WHO_BYTES];
    size_t others = 0;

    if (find_one(c, at, out)) {
        return true;
    }
    while (find_one(c, others, out)) {
        others++;
    }
    for (unsigned level = 1; level <= desk_highest_level(c->agents->desk); level++) {
        snprintf(value, sizeof value, "level%u", level);
        if (who_level(c, value) != 0 && at-- == others) {
            *out = (struct command_choice){value, level_name(c->language, level)};
            return true;
        }
    }
    return false;
}

/* "2", or "Stufe2" for who reads German: no blank can be typed there. */
static bool names_level(const struct command_call *c, const char *word, unsigned level)
{
    const char *name = level_name(c->language, level);
    const char *number = strchr(name, ' ');

    return number != NULL && (strcmp(word, number + 1) == 0 ||
                              (strncasecmp(word, name, (size_t)(number - name)) == 0 &&
                               strcmp(word + (number - name), number + 1) == 0));
}

char *who_typed_dup(const struct command_call *c, const char *arguments)
{
    size_t blanks = strspn(arguments, " \t\n");
    size_t len = strcspn(arguments + blanks, " \t\n");
    char *word = mem_dup_n(arguments + blanks, len);
    unsigned level = is_somebody(c, word) ? 0 : desk_highest_level(c->agents->desk);

    while (level > 0 && !names_level(c, word, level)) {
        level--;
    }
    free(word);
    return level > 0 ? mem_print("level%u%s", level, arguments + blanks + len) : mem_dup(arguments);
}

const char *who_visitor(const struct command_call *c, const char *field)
{
    const char *number = command_value(c, field);
    struct chat_view chat;
    char *end;

    if (number[0] == '\0') {
        return c->place == AT_VISITOR ? c->local : NULL;
    }
    long long value = strtoll(number, &end, 10);
    return *end == '\0' && desk_chat_numbered(c->agents->desk, value, &chat) ? chat.visitor : NULL;
}

void who_refuse(struct command_call *c, enum desk_result result)
{
    switch (result) {
    case DESK_FULL:
        command_fail(c, N_("All of your slots are in use or rest."));
        break;
    case DESK_FORBIDDEN:
        command_fail(c,
                     N_("This needs a supervisor who is an agent, too. Ask an administrator to add "
                        "you to the agents of a department; with \"duty: explicit\" you are "
                        "offered nothing until you say so."));
        break;
    default:
        command_fail(c, N_("Nobody has a chat with this visitor or number."));
        break;
    }
}

const char *who_agent(const struct command_call *c, const char *value)
{
    const struct desk *desk = c->agents->desk;
    char name[WHO_BYTES];

    for (size_t i = 0; i < desk_agent_count(desk); i++) {
        const char *jid = desk_agent_jid(desk, i);
        name_agent(desk, jid, name);
        if (text_equal(name, value)) {
            return jid;
        }
    }
    return NULL;
}

const char *who_name(const struct command_call *c, const char *value)
{
    const char *agent = who_agent(c, value);
    struct department_view p;

    if (agent != NULL) {
        return desk_agent_name(c->agents->desk, agent);
    }
    if (who_level(c, value) != 0) {
        return level_name(c->language, who_level(c, value));
    }
    return desk_department(c->agents->desk, value, &p) ? p.name : value;
}
