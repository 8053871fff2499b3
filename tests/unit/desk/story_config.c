/* Another configuration in a story. */
#include "base/mem.h"
#include "base/text.h"
#include "story.h"
#include "story_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t department_at(const struct story *s, const char *id)
{
    size_t at = 0;

    while (!text_equal(s->departments[at].id, id)) {
        assert_true(++at < s->config.department_count);
    }
    return at;
}

static size_t agent_at(struct story *s, const char *agent)
{
    size_t at = 0;

    while (!text_equal(s->agents[at].jid, jid_of(s, agent))) {
        assert_true(++at < s->config.agent_count);
    }
    return at;
}

static void forget_members(struct story *s, size_t department)
{
    struct desk_department_config *p = &s->departments[department];

    while (p->agent_count > 0) {
        free((char *)(uintptr_t)p->agents[--p->agent_count]);
    }
}

void changes_members(struct story *s, const char *id, const char *agents)
{
    size_t at = department_at(s, id);
    char *words = mem_dup(agents);
    char *rest = words;

    forget_members(s, at);
    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        s->members[at][s->departments[at].agent_count++] = mem_dup(jid_of(s, word));
    }
    free(words);
}

void loses_agent(struct story *s, const char *agent)
{
    size_t at = agent_at(s, agent);

    for (size_t i = 0; i < s->config.department_count; i++) {
        struct desk_department_config *p = &s->departments[i];
        for (size_t k = p->agent_count; k-- > 0;) {
            if (text_equal(p->agents[k], s->agents[at].jid)) {
                free((char *)(uintptr_t)s->members[i][k]);
                s->members[i][k] = s->members[i][--p->agent_count];
            }
        }
    }
    free((char *)(uintptr_t)s->agents[at].jid);
    free((char *)(uintptr_t)s->agents[at].name);
    s->agents[at] = s->agents[--s->config.agent_count];
}

void loses_department(struct story *s, const char *id)
{
    size_t at = department_at(s, id);
    size_t last = --s->config.department_count;

    forget_members(s, at);
    s->departments[at] = s->departments[last];
    s->departments[at].agents = s->members[at];
    memcpy(s->members[at], s->members[last], sizeof s->members[at]);
}

void changes_agent(struct story *s, const char *agent, const char *name, unsigned capacity)
{
    struct desk_agent_config *a = &s->agents[agent_at(s, agent)];

    free((char *)(uintptr_t)a->name);
    a->name = mem_dup(name);
    a->capacity = capacity;
}

void desk_is_configured(struct story *s)
{
    assert_true(desk_could_be_configured(s, NULL));
    desk_configure(s->desk, s->now, &s->config);
    story_turn(s);
}

bool desk_could_be_configured(struct story *s, const char *but_for)
{
    struct department_view busy;
    bool may = desk_may_configure(s->desk, &s->config, &busy);

    if (!may) {
        assert_string_equal(busy.id, but_for);
    }
    return may;
}
