#include "agents/who.h"

#include "agents/call.h"
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

bool who_everybody(const struct command_call *c, size_t at, struct command_choice *out)
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
    return desk_department(c->agents->desk, value, &p) ? p.name : value;
}
