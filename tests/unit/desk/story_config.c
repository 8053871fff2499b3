/* What departments of a story are like, and another configuration. */
#include "base/calendar.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/zone.h"
#include "desk/desk_questions.h"
#include "story.h"
#include "story_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct desk_department_config *department_to_be(struct story *s)
{
    return &s->departments[s->config.department_count - 1];
}

void has_hours(struct story *s, const char *zone, const char *hours)
{
    char *complaint = NULL;
    struct zone *z = zone_load(zone, &complaint);

    assert_non_null(z);
    struct calendar *c = calendar_create(z);
    assert_null(calendar_add_hours(c, hours));
    s->calendars[s->calendar_count++] = c;
    department_to_be(s)->hours = c;
}

void has_holiday(struct story *s, const char *days)
{
    assert_null(calendar_add_holiday(s->calendars[s->calendar_count - 1], days));
}

void calls_absent_agents(struct story *s, time_ms after)
{
    department_to_be(s)->call_ms = after;
}

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

void changes_routing(struct story *s, const char *id, enum desk_routing routing)
{
    s->departments[department_at(s, id)].routing = routing;
}

void changes_rules(struct story *s, const char *id, const struct desk_rule *rules, size_t count)
{
    struct desk_department_config *p = &s->departments[department_at(s, id)];

    p->rules = rules;
    p->rule_count = count;
}

void changes_bounds(struct story *s, const char *id, size_t max_queue, unsigned capacity)
{
    struct desk_department_config *p = &s->departments[department_at(s, id)];

    p->max_queue = max_queue;
    p->capacity = capacity;
}

void shows_browsing(struct story *s, size_t max)
{
    department_to_be(s)->max_browsing = max;
}

void changes_browsing(struct story *s, const char *id, size_t max)
{
    s->departments[department_at(s, id)].max_browsing = max;
}

void changes_overflow(struct story *s, const char *id, time_ms after, const char *to)
{
    struct desk_department_config *p = &s->departments[department_at(s, id)];

    p->overflow_ms = after;
    p->overflow_to = to;
}

static const char *last_department(const struct story *s)
{
    return s->departments[s->config.department_count - 1].id;
}

void routes(struct story *s, enum desk_routing routing)
{
    changes_routing(s, last_department(s), routing);
}

void has_rules(struct story *s, const struct desk_rule *rules, size_t count)
{
    changes_rules(s, last_department(s), rules, count);
}

void has_forms(struct story *s, const struct desk_form *forms, size_t count)
{
    s->config.forms = forms;
    s->config.form_count = count;
}

void has_bounds(struct story *s, size_t max_queue, unsigned capacity)
{
    changes_bounds(s, last_department(s), max_queue, capacity);
}

void overflows(struct story *s, time_ms after, const char *to)
{
    changes_overflow(s, last_department(s), after, to);
}

void keeps_tickets(struct story *s, enum desk_tickets tickets)
{
    department_to_be(s)->tickets = tickets;
}

void has_service_levels(struct story *s, const struct desk_service_level *levels, size_t count)
{
    department_to_be(s)->service_levels = levels;
    department_to_be(s)->service_level_count = count;
}

void has_own_fields(struct story *s, const struct own_field *fields, size_t count)
{
    department_to_be(s)->own_fields = fields;
    department_to_be(s)->own_field_count = count;
}

void closes_solved(struct story *s, time_ms after)
{
    department_to_be(s)->close_solved_ms = after;
}

void sends_mail(struct story *s, const struct desk_mail_config *mail)
{
    s->config.mail = *mail;
}

void reopens_tickets(struct story *s, time_ms within)
{
    department_to_be(s)->reopen_ms = within;
}

void leaves_tickets(struct story *s)
{
    department_to_be(s)->left_is_ticket = true;
}

void asks_rating(struct story *s, enum rating_scale scale)
{
    department_to_be(s)->rating = scale;
}

void asks_before(struct story *s, const char *form)
{
    department_to_be(s)->prechat = form;
}

void asks_consent(struct story *s, const char *text)
{
    department_to_be(s)->consent = text;
}

void has_dispatcher(struct story *s, const char *agent)
{
    s->config.people[ROLE_DISPATCHER] = (struct desk_people){&s->agents[agent_at(s, agent)].jid, 1};
}

void knows(struct story *s, unsigned level, const char *skill, const char *language)
{
    size_t at = s->config.agent_count - 1;
    struct desk_agent_config *a = &s->agents[at];

    s->known[at][0] = skill;
    s->known[at][1] = language;
    a->level = level;
    a->skills = &s->known[at][0];
    a->skill_count = skill != NULL ? 1 : 0;
    a->languages = &s->known[at][1];
    a->language_count = language != NULL ? 1 : 0;
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

void changes_level(struct story *s, const char *agent, unsigned level)
{
    s->agents[agent_at(s, agent)].level = level;
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
